// What a fence relies on and cannot see to itself, derived from the same facts as its steps. Each obligation
// becomes a sentence of the `# Safety` text.

import type { CacheLevel, Citation, DmaController, Region, ResolvedChip, ResolvedCore } from "../model/chip.ts";
import { allSources, distinct } from "../model/citations.ts";
import { addressBitsOf } from "../notation/rust-target.ts";
import { caches, mayBeDirty, sees } from "../semantics/ports.ts";
import type { Group } from "./maintenance.ts";
import { levelNeeds } from "./needs.ts";
import type { FenceObligation, FenceStep, ObligationKind } from "./operation.ts";

export function deriveObligations(
  chip: ResolvedChip,
  core: ResolvedCore,
  controllers: readonly DmaController[],
  groups: readonly Group[],
  steps: readonly FenceStep[],
): FenceObligation[] {
  const obligations: FenceObligation[] = [];
  const add = (kind: ObligationKind, text: string, sources: readonly Citation[] = []) => {
    const index = obligations.findIndex((other) => other.text === text);
    const same = obligations[index];
    if (same) obligations[index] = { ...same, sources: distinct([...same.sources, ...sources]) };
    else obligations.push({ kind, text, sources });
  };
  const maintained = groups.flatMap((group) => group.needs.map(({ level }) => level));
  const masters = list(controllers.map(({ name }) => name));

  add("chip", `The code runs on ${article(core.title)} of the ${chip.vendor} ${chip.title}.`);
  if (controllers.length < chip.dma.length) {
    add(
      "controller",
      `The fence is used only for buffers handed to ${masters}.`,
      controllers.flatMap(({ sourcesOf }) => allSources(sourcesOf)),
    );
  }
  const reached = [...new Set(controllers.flatMap(({ reaches, reads }) => [...reaches, ...reads]))];
  if (reached.length > 0) {
    add(
      "regions",
      `Buffers lie in memory that the DMA controller used can reach: ${reachText(controllers)}.`,
      distinct(controllers.flatMap(({ sourcesOf }) => sourcesOf.reach)),
    );
  }
  // What would have to be maintained if nobody snooped, and is not.
  const snooped = levelNeeds(
    chip,
    core,
    controllers.map((controller) => ({ ...controller, snoops: [] })),
  ).flatMap(({ level }) => (maintained.includes(level) ? [] : [level]));
  if (snooped.length > 0) {
    add(
      "coherency",
      `Every access of ${masters} sees ${list(snooped.map(({ name }) => name))}, as the chip's description says; memory is not mapped in a way that turns this off.`,
      distinct(controllers.flatMap(({ sourcesOf }) => sourcesOf.snoops)),
    );
  }
  const guarded = steps.some(({ kind }) => kind === "region-guard");
  if (guarded) add("regions", "A buffer lies within one memory region; the fence looks at where it starts.");
  for (const level of core.caches) {
    if (level.enabled === "never" || level.writePolicy === "read-only" || (maintained.includes(level) && !guarded))
      continue;
    const blind = controllers.filter((controller) => !sees(controller, level, core));
    const exposed = new Set(blind.flatMap(({ reaches, reads }) => [...reaches, ...reads]));
    const uncached = chip.regions.filter((region) => exposed.has(region.name) && !caches(region, level));
    if (uncached.length > 0) {
      add(
        "memory-attributes",
        `${level.name} does not cache ${list(uncached.map(({ name }) => name))}; no memory protection or page table setting changes that.`,
        distinct(uncached.flatMap(({ sourcesOf }) => sourcesOf.cachedBy)),
      );
    }
  }
  for (const level of core.caches.filter(({ enabled }) => enabled === "never")) {
    add(
      "cache-stays-off",
      `${level.name} is off and stays off; the fence does not maintain it.`,
      level.sourcesOf.enabled,
    );
  }
  const writeBack = groups.filter((group) =>
    group.needs.some(({ level, invalidate }) => invalidate && mayBeDirty(level)),
  );
  if (writeBack.length > 0) {
    const lineBytes = Math.max(...writeBack.flatMap(({ needs }) => needs.map(({ level }) => level.largestLineBytes)));
    add(
      "buffer-owns-its-lines",
      `A buffer that DMA writes to owns its cache lines: from before \`release\` until \`acquire\` returns, nobody writes to other data in the ${lineBytes}-byte lines that hold its first and last byte. No fence can make up for that, because writing such a line back overwrites what DMA wrote, and dropping it loses the other data. Buffers that DMA only reads may have any alignment.`,
      distinct(writeBack.flatMap(({ needs }) => needs.flatMap(({ level }) => level.sourcesOf.lineBytes))),
    );
  }
  for (const step of steps) {
    if (step.kind === "maintain-lines" && step.lines === "edges") {
      add(
        "edge-lines-quiet",
        `While \`acquire\` runs, no interrupt handler and no other core writes to the first or last line of the buffer: cleaning and invalidating them takes two operations.`,
        step.sources,
      );
    }
    if ("addressKind" in step && step.addressKind === "physical") {
      add(
        "identity-mapping",
        `Virtual and physical addresses of buffers are equal; ${step.mechanism} takes physical addresses.`,
        step.sources,
      );
    }
  }
  const shared = sharedMemory(chip, controllers, maintained);
  if (shared.length > 0) {
    const names = shared.map((regions) => list(regions.map(({ name }) => name)));
    add(
      "one-address",
      `Memory that is shown at several addresses (${names.join("; ")}) is accessed at one of them only while it is a buffer, and no line of it is left in a cache from another: they are not cached alike.`,
      distinct(shared.flat().flatMap(({ sourcesOf }) => sourcesOf.cachedBy)),
    );
  }
  const has64BitAddresses = addressBitsOf(core.rustTargets) === 64;
  for (const step of steps) {
    const narrow = ("accesses" in step ? step.accesses : []).find(
      (item) =>
        item.kind === "write" &&
        item.value.of !== "constant" &&
        item.value.of !== "size-lines" &&
        item.register.widthBits === 32,
    );
    if (narrow?.kind === "write" && has64BitAddresses) {
      const { shiftRight } = narrow.value;
      const limit = ["4 GiB", "8 GiB", "16 GiB", "32 GiB", "64 GiB"][shiftRight] ?? "4 GiB";
      add(
        "mechanism",
        `Buffers lie below ${limit}; ${narrow.register.name} takes 32 bits of ${shiftRight > 0 ? "a shifted" : "an"} address.`,
        step.sources,
      );
    }
  }
  for (const step of steps) {
    if (step.kind === "read-line-size")
      add(
        "mechanism",
        "While a fence runs, its code does not move to a core whose lines have another size than those of the core that it asked.",
        step.sources,
      );
  }
  for (const { mechanism } of groups) {
    if (mechanism.interruptsMasked) {
      add(
        "not-reentrant",
        `While a fence of this chip runs, no other core and no handler of an interrupt that cannot be masked uses ${mechanism.title}; the fence masks interrupts of its own core.`,
        mechanism.ordering.sources,
      );
      for (const { text, sources } of core.architecture.assembly.interrupts?.requires ?? [])
        add("mechanism", text, sources);
    } else if (mechanism.reentrancy === "shared-registers") {
      add(
        "not-reentrant",
        `No two fences of this chip run at the same time: no interrupt handler and no other core calls one while another is running, because ${mechanism.title} takes several register accesses for an operation.`,
        mechanism.ordering.sources,
      );
    }
    for (const { text, sources } of mechanism.requires) add("mechanism", text, sources);
    const used = new Set(
      steps.flatMap((step) => ("operation" in step && step.mechanism === mechanism.id ? [step.operation] : [])),
    );
    for (const operation of mechanism.operations) {
      if (used.has(operation.name)) for (const { text, sources } of operation.requires) add("mechanism", text, sources);
    }
  }
  for (const { name, alignmentBytes, lengthMultipleBytes, sourcesOf } of controllers) {
    const demands = [
      ...(alignmentBytes > 1 ? [`start at a multiple of ${alignmentBytes} bytes`] : []),
      ...(lengthMultipleBytes > 1 ? [`are a multiple of ${lengthMultipleBytes} bytes long`] : []),
    ];
    if (demands.length > 0) add("controller", `Buffers handed to ${name} ${list(demands)}.`, sourcesOf.alignment);
  }
  for (const { text, sources } of core.requires) add("mechanism", text, sources);
  for (const controller of controllers)
    for (const { text, sources } of controller.requires) add("controller", text, sources);
  for (const erratum of relevantErrata(core, groups.length > 0)) {
    if (erratum.obligation) add("erratum", erratum.obligation, erratum.sources);
  }
  for (const [name, value] of Object.entries(chip.parameters))
    add("parameter", `The design was configured with ${name}: ${value}.`);
  return obligations;
}

/** Memory that a master reaches and that is shown at addresses that the maintained levels cache differently. */
function sharedMemory(
  { regions }: ResolvedChip,
  controllers: readonly DmaController[],
  maintained: readonly CacheLevel[],
): Region[][] {
  const reached = new Set(controllers.flatMap(({ reaches, reads }) => [...reaches, ...reads]));
  const levelsOf = (region: Region) => maintained.map((level) => caches(region, level)).join();
  return regions
    .filter(({ aliasOf }) => aliasOf === undefined)
    .map((memory) => [memory, ...regions.filter(({ aliasOf }) => aliasOf === memory.name)])
    .filter((shown) => shown.some(({ name }) => reached.has(name)) && new Set(shown.map(levelsOf)).size > 1);
}

/** The errata that concern a fence: those about maintenance only where it maintains something. */
export function relevantErrata(core: ResolvedCore, maintains: boolean): ResolvedCore["errata"] {
  return core.errata.filter(
    ({ replaceOperation, withoutOperation, replaceRegister, completionBeforeMaintenance }) =>
      maintains ||
      (!completionBeforeMaintenance &&
        withoutOperation.length === 0 &&
        [replaceOperation, replaceRegister].every((map) => Object.keys(map).length === 0)),
  );
}

function reachText(controllers: readonly DmaController[]): string {
  const byReach = new Map<string, string[]>();
  for (const { name, reaches, reads } of controllers) {
    const what = list([...reaches, ...reads.map((region) => `${region} (reads only)`)]);
    byReach.set(what, [...(byReach.get(what) ?? []), name]);
  }
  return [...byReach].map(([what, names]) => `${list(names)}: ${what}`).join("; ");
}

/** `a`, `a and b`, `a, b and c`. */
function list(items: readonly string[]): string {
  return items.length < 2 ? (items[0] ?? "none") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}

function article(noun: string): string {
  return `${/^([aeiou]|x86)/i.test(noun) ? "an" : "a"} ${noun}`;
}
