// Which of two accesses of a program must come first: SEMANTICS.md, section 3. Order is stated for pairs, with the barriers
// that stand between them.
import type { ResolvedCore } from "../model/chip.ts";
import type { Row } from "./barriers.ts";
import { type Access, type Entry, isAccess, type LineName } from "./hand-over.ts";

/** What the later access waits for: nothing, or until the earlier one is issued or done. */
export type Wait = "nothing" | "issued" | "done";

const strengths: readonly Wait[] = ["nothing", "issued", "done"];

export interface OrderFacts {
  readonly architecture: ResolvedCore["architecture"];
  /** Whether the buffer lies in memory that is write-combining. */
  readonly isWriteCombining: boolean;
}

/** The earlier accesses that one waits for, in program order. */
export interface Waits {
  readonly access: Access;
  readonly issued: readonly Access[];
  readonly done: readonly Access[];
}

export function orderOf(program: readonly Entry[], facts: OrderFacts): Waits[] {
  return program.flatMap((access, at) => {
    if (!isAccess(access)) return [];
    const earlier = program.slice(0, at).flatMap((other, index) => {
      if (!isAccess(other)) return [];
      return [{ other, wait: waitFor(other, access, program.slice(index + 1, at), facts) }];
    });
    const those = (wait: Wait) => earlier.flatMap((each) => (each.wait === wait ? [each.other] : []));
    return [{ access, issued: those("issued"), done: those("done") }];
  });
}

/** @param between what stands between them in the program */
export function waitFor(earlier: Access, later: Access, between: readonly Entry[], facts: OrderFacts): Wait {
  const barriers = between.flatMap((each) => (isAccess(each) ? [] : [each.barrier]));
  return strongest([
    sameAddress(earlier, later),
    sameDevice(earlier, later),
    keptByArchitecture(earlier, later, facts),
    sameLine(earlier, later),
    ownFirstPart(earlier, later),
    partBefore(earlier, later, between.filter(isAccess)),
    ...barriers.flatMap(({ rows }) => rows.map((row) => acrossBarrier(earlier, later, row))),
  ]);
}

function strongest(waits: readonly Wait[]): Wait {
  return waits.reduce((most, wait) => (strengths.indexOf(wait) > strengths.indexOf(most) ? wait : most), "nothing");
}

/** In order, but for a load after a store, which takes the store's value. */
function sameAddress(earlier: Access, later: Access): Wait {
  if (earlier.location === undefined || earlier.location !== later.location) return "nothing";
  return earlier.effect.kind === "store" && later.effect.kind === "load" ? "nothing" : "done";
}

function sameDevice(earlier: Access, later: Access): Wait {
  return earlier.device !== undefined && earlier.device === later.device ? "issued" : "nothing";
}

function keptByArchitecture(earlier: Access, later: Access, { architecture, isWriteCombining }: OrderFacts): Wait {
  const isKept = architecture.programOrder.some(
    (row) =>
      row.earlier.includes(earlier.accessClass) &&
      row.later.includes(later.accessClass) &&
      !(row.notForWriteCombining && isWriteCombining),
  );
  if (!isKept) return "nothing";
  return isDoneLater(earlier) ? "issued" : "done";
}

/** What mechanisms state of their operations and the accesses of the line that they act on. */
function sameLine(earlier: Access, later: Access): Wait {
  if (lineOf(earlier) === undefined || lineOf(earlier) !== lineOf(later)) return "nothing";
  const first = firstPart(earlier);
  const second = firstPart(later);
  if (second) {
    const isOwn = first?.instance === second.instance;
    const counts = isOwn || earlier.effect.kind === "load" || earlier.effect.kind === "store";
    return counts && second.ordering.afterEarlierSameLine ? "done" : "nothing";
  }
  const isOfLine = later.effect.kind === "load" || later.effect.kind === "store";
  return isOfLine && first?.ordering.beforeLaterSameLine ? "done" : "nothing";
}

/** What an operation does in other cores comes after what it does in its own. */
function ownFirstPart(earlier: Access, later: Access): Wait {
  return later.name === `${earlier.name}_others` ? "done" : "nothing";
}

/** The end of an operation of several commands comes after what these are by themselves. */
function partBefore(earlier: Access, later: Access, between: readonly Access[]): Wait {
  const { effect } = later;
  if (effect.kind !== "operation" || !effect.isEnd) return "nothing";
  const isPart = (each: Access) =>
    each.effect.kind === "operation" &&
    each.effect.mechanism.instance === effect.mechanism.instance &&
    each.effect.line === effect.line;
  return isPart(earlier) && !between.some(isPart) ? "done" : "nothing";
}

function acrossBarrier(earlier: Access, later: Access, row: Row): Wait {
  if (!row.earlier.includes(earlier.accessClass) || !row.later.includes(later.accessClass)) return "nothing";
  const isCompleted = row.completes.includes(earlier.accessClass);
  if (later.effect.kind === "operation" && later.effect.mechanism.ordering.earlierMustComplete)
    return isCompleted ? "done" : "nothing";
  if (!isDoneLater(earlier)) return "done";
  const hasCompletion = earlier.effect.kind === "operation" && earlier.effect.mechanism.completion !== undefined;
  return isCompleted && !hasCompletion ? "done" : "issued";
}

/** Whether it is issued first, and done at some time afterwards. */
export function isDoneLater({ effect }: Access): boolean {
  if (effect.kind === "completion") return !effect.waits;
  return effect.kind === "operation" && (effect.isInOthers || effect.mechanism.ordering.doneWhen === "completed");
}

/** The earlier operations that a completion waits for before it is done. */
export function operationsBefore(program: readonly Entry[], { name, effect }: Access): Access[] {
  if (effect.kind !== "completion") return [];
  const accesses = program.filter(isAccess);
  return accesses
    .slice(
      0,
      accesses.findIndex((access) => access.name === name),
    )
    .filter(
      (access) => access.effect.kind === "operation" && access.effect.mechanism.instance === effect.mechanism.instance,
    );
}

function firstPart({ effect }: Access) {
  return effect.kind === "operation" && !effect.isInOthers ? effect.mechanism : undefined;
}

function lineOf({ effect }: Access): LineName | undefined {
  if (effect.kind === "store") return effect.to.line;
  if (effect.kind === "load") return effect.from.line;
  return effect.kind === "operation" ? effect.line : undefined;
}
