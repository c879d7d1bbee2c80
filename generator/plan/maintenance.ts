// From what each level needs to passes over the buffer: which operation of which mechanism, level by level.
import { compareCodePoints } from "../diagnostics/diagnostic.ts";
import type { Citation, Mechanism, Operation, SequenceItem } from "../model/chip.ts";
import { list } from "../notation/prose.ts";
import { isOfSeveralCommands } from "./commands.ts";
import type { Group } from "./groups.ts";
import type { MaintainLines, Maintenance } from "./operation.ts";

/** How wide an item's access is, where that is more than these bits; undefined where it is not. */
export function tooWide(item: SequenceItem, accessBits: number): number | undefined {
  const widthBits = "register" in item ? item.register.widthBits : item.kind === "store" ? item.widthBits : 0;
  return widthBits > accessBits ? widthBits : undefined;
}

type Effect = "clean" | "invalidate" | "clean-and-invalidate";

/**
 * The operation to use for an effect: by line if there is one, then by range, then for the whole cache where that loses nothing.
 * Of several of a unit, one that the core can execute, then the one that asks least of the program, then the one of fewest
 * accesses, then the first by name: in which order they are described says nothing.
 */
export function findOperation(group: Group, effect: Effect): Operation | undefined {
  const isSplit = ({ sequence }: Operation) => (sequence.some((item) => tooWide(item, group.accessBits)) ? 1 : 0);
  const fits = group.mechanism.operations
    .filter(
      (operation) =>
        operation.effect === effect &&
        (operation.to === "coherency" || (operation.to === "this-level" && group.isOnlyLevel)),
    )
    .sort(
      (a, b) =>
        isSplit(a) - isSplit(b) ||
        demandsOf(a) - demandsOf(b) ||
        accessesOf(a) - accessesOf(b) ||
        compareCodePoints(a.name, b.name),
    );
  // In lines of others nobody keeps still between two commands, unless it is only the CPU that stores and interrupts are masked.
  const isStill = group.mechanism.interruptsMasked && group.isQuietWhileMasked;
  const losesNothing = (operation: Operation) =>
    !group.mayBeDirty || (effect !== "invalidate" && (isStill || !isOfSeveralCommands(operation, group.mechanism)));
  return (
    fits.find(({ unit }) => unit === "line") ??
    fits.find(({ unit }) => unit === "range") ??
    fits.find((operation) => operation.unit === "whole-cache" && losesNothing(operation))
  );
}

function demandsOf({ requires, sequence }: Operation): number {
  return requires.length + sequence.filter(takesNarrowAddress).length;
}

/**
 * Whether a register takes part of an address only, so that buffers have to lie where these bits are enough. A size is
 * split, and what holds fewer than 32 bits of an address is refused.
 */
export function takesNarrowAddress(item: SequenceItem): item is Extract<SequenceItem, { kind: "write" }> {
  return (
    item.kind === "write" &&
    ["address", "first-line", "last-byte", "end"].includes(item.value.of) &&
    item.register.bits >= 32 &&
    item.register.bits < 64
  );
}

function accessesOf({ sequence, repeat }: Operation): number {
  return sequence.length * repeat;
}

/** The pass that writes the CPU's data to where DMA looks. */
export function releasePass(group: Group): Maintenance | undefined {
  const combined = findOperation(group, "clean-and-invalidate");
  // A neighbour's store between the commands of a combined operation would be lost, and release asks nobody to be quiet.
  const isWhole = combined && (group.mechanism.interruptsMasked || !isOfSeveralCommands(combined, group.mechanism));
  const operation = findOperation(group, "clean") ?? (isWhole ? combined : undefined);
  const levels = levelText(group);
  return (
    operation &&
    toStep(
      group,
      operation,
      "all",
      `Cleans the buffer's dirty lines in ${levels}, so that DMA reads the CPU's data and no eviction overwrites what DMA writes.`,
    )
  );
}

/** How a group drops every line of the buffer. */
export interface Drop {
  readonly step: Maintenance;
  /** Dirty bytes, such as those that a neighbour left in an edge line, are lost unless they are written back before. */
  readonly losesDirty: boolean;
}

/** The pass that drops every line of the buffer: in one with cleaning where the mechanism can. */
export function acquirePass(group: Group): Drop | undefined {
  const lines = `the buffer's lines in ${levelText(group)}, so that the CPU reads what DMA wrote`;
  const invalidate = findOperation(group, "invalidate");
  const combined = findOperation(group, "clean-and-invalidate");
  if (!group.mayBeDirty) {
    const operation = invalidate ?? combined;
    const reason = `Invalidates ${lines}; none is ever dirty there, so that nothing is lost.`;
    return operation && { step: toStep(group, operation, "all", reason), losesDirty: false };
  }
  if (combined) {
    const reason = `Cleans and invalidates ${lines} and stores beside a buffer that DMA only reads are kept.`;
    return { step: toStep(group, combined, "all", reason), losesDirty: false };
  }
  return invalidate && { step: toStep(group, invalidate, "all", `Invalidates ${lines}.`), losesDirty: true };
}

/** Whether something may come between where a line of these levels is cleaned and where it is dropped. */
export function inTwoSteps(group: Group): boolean {
  if (group.isFront || !group.mayBeDirty) return false;
  const release = group.needs.some(({ clean }) => clean) ? releasePass(group) : undefined;
  const acquire = group.needs.some(({ invalidate }) => invalidate) ? acquirePass(group) : undefined;
  return acquire?.losesDirty === true || [release, acquire?.step].some((step) => step?.commands !== undefined);
}

/**
 * The pass that keeps what dropping a line, of this level or of one outside it, would lose: a neighbour's bytes in the edge lines,
 * or what DMA or the CPU left dirty in any.
 */
export function keepingPass(group: Group): Maintenance | undefined {
  const clean = findOperation(group, "clean");
  const { keepsWritesOf, keepsWhatCpuWrote } = group;
  const isLeft = keepsWritesOf.length > 0 || keepsWhatCpuWrote;
  if (!clean || (clean.unit !== "line" && !isLeft)) return undefined;
  const who = [...(keepsWritesOf.length > 0 ? ["a master"] : []), ...(keepsWhatCpuWrote ? ["the CPU"] : [])].join(
    " or ",
  );
  const [lines, what] = isLeft
    ? (["all", `neither what ${who} left there nor a neighbour's stores are lost`] as const)
    : (["edges", "no store of a neighbour is lost"] as const);
  const cleaned = lines === "all" ? "the buffer's lines" : "the buffer's first and last line";
  const reason = `Cleans ${cleaned} in ${levelText(group)}, so that ${what} when lines are invalidated.`;
  return { ...toStep(group, clean, lines, reason), isBeforeDrop: true };
}

/**
 * The pass that drops the buffer's lines from a cache in front of a master. After `acquire` none of them is dirty there, but for a
 * descriptor: its master may have begun, and given it back, by then.
 */
export function dropInFront(group: Group): Maintenance | undefined {
  const invalidate = findOperation(group, "invalidate");
  const combined = findOperation(group, "clean-and-invalidate");
  const isWhole = combined && !isOfSeveralCommands(combined, group.mechanism);
  const isKept = isWhole && group.needs.some(({ clean }) => clean);
  const operation = (isKept ? combined : invalidate) ?? combined;
  const what = operation?.effect === "invalidate" ? "Invalidates" : "Cleans and invalidates";
  const kept = isKept ? " and what it wrote into a descriptor meanwhile is kept" : "";
  const reason = `${what} the buffer's lines in ${levelText(group)}, so that ${mastersText(group)} reads what the CPU wrote${kept}.`;
  return operation && toStep(group, operation, "all", reason);
}

/** The pass that writes what a master left in a cache in front of it to where the CPU looks. */
export function cleanInFront(group: Group): Maintenance | undefined {
  const operation = findOperation(group, "clean") ?? findOperation(group, "clean-and-invalidate");
  const reason = `Cleans the buffer's lines in ${levelText(group)}, so that what ${mastersText(group)} wrote is where the CPU looks.`;
  return operation && toStep(group, operation, "all", reason);
}

function mastersText({ needs }: Group): string {
  return list([...new Set(needs.flatMap(({ level }) => level.masters ?? []))]);
}

function toStep(group: Group, operation: Operation, lines: MaintainLines["lines"], reason: string): Maintenance {
  const { mechanism } = group;
  const sources: Citation[] = [...operation.sources];
  const common = {
    mechanism: mechanism.id,
    levels: group.needs.map(({ level }) => level.name),
    operation: operation.name,
    effect: operation.effect,
    addressKind: mechanism.addressKind,
    accesses: Array.from({ length: operation.repeat }, () => operation.sequence).flat(),
    extension: mechanism.extension,
    // Where no line is ever dirty, nothing is lost between two of them.
    ...(group.mayBeDirty &&
      isOfSeveralCommands(operation, mechanism) && {
        commands: mechanism.interruptsMasked ? ("masked" as const) : ("apart" as const),
      }),
    onlyIn: undefined,
    reason,
    sources,
  };
  switch (operation.unit) {
    case "line":
      return {
        kind: "maintain-lines",
        lines,
        lineBytes: group.lineBytes,
        ...(group.lineSize && { bySizeRead: true as const }),
        firstAddress: ignoresRestOfLine(mechanism, group.largestLineBytes) ? "as-given" : "line-aligned",
        ...common,
      };
    case "range":
      // Where the size of a line is not certain, whole lines of any size.
      return {
        kind: "maintain-range",
        lineBytes: Math.max(group.largestLineBytes, operation.alignmentBytes),
        ...common,
      };
    case "whole-cache":
      return { kind: "maintain-whole-cache", ...common };
  }
}

/** Whether the hardware ignores all address bits within a line, so that any address in it will do. */
export function ignoresRestOfLine({ ignoredLowBits }: Pick<Mechanism, "ignoredLowBits">, lineBytes: number): boolean {
  return ignoredLowBits === "line" || 2 ** ignoredLowBits >= lineBytes;
}

/** The title of a mechanism without what comes after a comma. */
export function shortTitle({ title }: Pick<Mechanism, "title">): string {
  return title.split(",")[0]!;
}

function levelText(group: Group): string {
  return group.needs.map(({ level }) => level.name).join(" and ");
}
