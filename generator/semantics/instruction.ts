// What a CPU executes, as far as memory is concerned: the accesses of a driver and the operations of a fence.
// SEMANTICS.md, section 1.
import type {
  AccessClass,
  Barrier,
  CacheLevel,
  Mechanism,
  Operation,
  OperationEffect,
  ResolvedCore,
} from "../model/chip.ts";
import type { BarrierEffect } from "./barrier.ts";

/** How an operation of a mechanism is ordered and when it is done: the facts of the mechanism's description. */
export type MaintenanceRules = Pick<Mechanism, "instance" | "ordering"> & {
  readonly hasCompletion: boolean;
  /** Whether it consists of nothing but accesses to the controller's registers. */
  readonly byRegisters: boolean;
};

interface Access {
  readonly accessClass: AccessClass;
  /** Accesses with the same location are to the same address. */
  readonly location: string | undefined;
  /** Which line is accessed or maintained; undefined outside the buffer's lines. */
  readonly line: number | undefined;
}

export interface Store extends Access {
  readonly kind: "store";
  readonly cell: number;
  readonly value: number;
}

export interface Load extends Access {
  readonly kind: "load";
  readonly cell: number;
}

/** Any access to a device's register, or to a word in uncached memory that the device shares. */
export interface DeviceAccess extends Access {
  readonly kind: "device";
  readonly device: string;
  readonly purpose: "start" | "status" | "other";
}

/** One maintenance operation on a line. */
export interface MaintenanceAccess extends Access {
  readonly kind: "maintain";
  readonly rules: MaintenanceRules;
  readonly effect: OperationEffect;
  readonly mayCleanToo: boolean;
  /** Levels that the operation acts on, inner to outer, as indexes into the line's levels. */
  readonly levels: readonly number[];
  /** Caches in front of masters that it acts on, from a master to its port, as indexes into the line's `front`. */
  readonly front: readonly number[];
  /** False for an operation that may stop short of where DMA and CPU agree. */
  readonly certain: boolean;
  /** Further lines of the smallest size, where the line that it acts on holds several of them. */
  readonly andLines?: readonly number[];
  /** Set for the end of an operation that begins with another one, which was an operation of its own just before, executed as described. */
  readonly isEnd?: true;
  /** Set for the part of an operation that takes effect in the caches of other cores, later than in the core's own. */
  readonly elsewhere?: true;
}

/** An access that makes a mechanism finish what it has accepted, or waits for that. */
export interface CompletionAccess extends Access {
  readonly kind: "complete";
  readonly rules: MaintenanceRules;
}

export type Instruction = Store | Load | DeviceAccess | MaintenanceAccess | CompletionAccess;

/** Whether an access is issued at one moment and done at a later one. */
export function isDoneLater(access: Instruction): boolean {
  if (access.kind === "maintain") return access.rules.ordering.doneWhen === "completed";
  // A read, whether it polls or not, has waited when it returns; a write has only been sent.
  return access.kind === "complete" && access.accessClass !== "device-read";
}

/** Whether two accesses are to one line, or operations on it: a line of an outer level may hold several of an inner one. */
export function concernOneLine(one: Instruction, other: Instruction): boolean {
  if (one.line === undefined || other.line === undefined) return false;
  if (one.line === other.line) return true;
  const further = (access: Instruction) => (access.kind === "maintain" ? (access.andLines ?? []) : []);
  return [one.line, ...further(one)].some((line) => line === other.line || further(other).includes(line));
}

export interface BarrierInstruction {
  readonly kind: "barrier";
  /** What the instruction orders; several where that is no product of two sets. */
  readonly effects: readonly BarrierEffect[];
}

export type ProgramItem = Instruction | BarrierInstruction;

/** Where a cell lies: the address, and the line with the cell in it. */
export interface CellPlace {
  readonly location: string;
  readonly line: number | undefined;
  readonly cell: number;
}

export function storeTo(place: CellPlace, value: number): Store {
  return { kind: "store", accessClass: "write", ...place, value };
}

export function loadFrom(place: CellPlace): Load {
  return { kind: "load", accessClass: "read", ...place };
}

/** @param location of a word in memory that the device shares; undefined for a register */
export function deviceAccess(
  device: string,
  accessClass: DeviceAccess["accessClass"],
  purpose: DeviceAccess["purpose"],
  location?: string,
): DeviceAccess {
  return { kind: "device", accessClass, location, line: undefined, device, purpose };
}

/** An operation of a mechanism as it was executed. */
export interface ExecutedOperation {
  readonly mechanism: Mechanism;
  readonly operation: Operation;
  /** Whether it surely takes effect: nothing can have come between its accesses, and it was issued as often as it must be. */
  readonly effective: boolean;
  /** The operation that its sequence begins with and that was one by itself: this is what comes after it. */
  readonly after?: Operation;
  /** Whether what its sequence reads back between its commands was read back; left out where it ends no other. */
  readonly isReadBackBetween?: boolean;
}

/** A cache, as an index among those of its side, and its place among the copies of the line there. */
export interface LevelEntry {
  readonly level: number;
  readonly index: number;
}

/** What a line may have copies in: of the core's levels, inner to outer, and of its `masterCaches`. */
export interface LineEntries {
  readonly levels: readonly LevelEntry[];
  readonly front: readonly LevelEntry[];
}

/** Those of some caches that an operation acts on: its mechanism's, or the innermost of them. */
export function cachesActedOn(
  { mechanism, operation }: Pick<ExecutedOperation, "mechanism" | "operation">,
  all: readonly CacheLevel[],
  indexes: readonly number[],
): readonly number[] {
  const own = indexes.filter((index) => all[index]!.mechanism?.instance === mechanism.instance);
  return operation.to === "this-level" ? own.slice(0, 1) : own;
}

/** Caches with lines of one size: one copy each. @param levels as indexes among the core's, and so for `front` */
export function alike(levels: readonly number[], front: readonly number[] = []): LineEntries {
  const each = (indexes: readonly number[]) => indexes.map((level, index) => ({ level, index }));
  return { levels: each(levels), front: each(front) };
}

/**
 * An operation as it acts on one line: in the core's own caches, and where it drops lines of other cores later than there,
 * once more in theirs.
 */
export function maintenancesOf(
  executed: ExecutedOperation,
  line: number,
  entries: LineEntries,
  core: ResolvedCore,
): MaintenanceAccess[] {
  const own = maintenanceOf(executed, line, entries, core);
  const { levels } = entries;
  const others = levels.findIndex(({ level }) => core.caches[level]!.whose === "others");
  const { otherCores } = executed.mechanism;
  const next = levels[others + 1];
  const reaches =
    otherCores && others !== -1 && next && own.levels.includes(next.index) && own.effect.includes("invalidate");
  if (!reaches) return [own];
  const acted = [levels[others]!.index, ...own.levels];
  if (otherCores.effect === "at-once") return [{ ...own, levels: acted }];
  const order = { afterEarlierSameLine: false, beforeLaterSameLine: false, doneWhen: "completed" } as const;
  const ordering = { ...own.rules.ordering, ...order };
  // Once it is completed, no level that it acts on has an old copy: one that another core had may have moved meanwhile.
  const everywhere = { ...own, effect: "clean-and-invalidate", levels: acted } as const;
  return [own, { ...everywhere, rules: { ...own.rules, ordering }, elsewhere: true }];
}

/**
 * An operation as it acts on one line in the caches that its mechanism maintains.
 */
export function maintenanceOf(
  { mechanism, operation, effective, after, isReadBackBetween }: ExecutedOperation,
  line: number,
  entries: LineEntries,
  core: ResolvedCore,
): MaintenanceAccess {
  const maintainedAmong = (all: readonly CacheLevel[], its: readonly LevelEntry[]) => {
    const own = its.flatMap(({ level, index }) =>
      all[level]!.mechanism?.instance === mechanism.instance ? [index] : [],
    );
    return operation.to === "this-level" ? own.slice(0, 1) : own;
  };
  return {
    kind: "maintain",
    accessClass: mechanism.ordering.accessClass,
    location: undefined,
    line,
    rules: rulesOf(mechanism, operation),
    effect: effectOf({ operation, ...(after && { after }) }),
    ...(after && isReadBackBetween && { isEnd: true as const }),
    mayCleanToo: operation.mayCleanToo,
    levels: maintainedAmong(core.caches, entries.levels),
    front: maintainedAmong(core.masterCaches, entries.front),
    certain: effective && operation.to !== "unification",
  };
}

/** What an operation does where it was executed: less than by itself behind one that it begins with. */
export function effectOf({ operation, after }: Pick<ExecutedOperation, "operation" | "after">): OperationEffect {
  return after ? effectAfter(operation, after) : operation.effect;
}

/** What an operation does that begins with another, once that has been executed: the part that is left of its effect. */
function effectAfter({ effect, to }: Operation, part: Operation): OperationEffect {
  if (effect !== "clean-and-invalidate" || part.to !== to) return effect;
  return part.effect === "clean" ? "invalidate" : part.effect === "invalidate" ? "clean" : effect;
}

/** @param accessClass of the access that makes the mechanism finish: `device-read` for one that polls until it has, or reads back */
export function completionOf(mechanism: Mechanism, accessClass: AccessClass): CompletionAccess {
  return { kind: "complete", accessClass, location: undefined, line: undefined, rules: rulesOf(mechanism) };
}

/** @param operation where it is about one: another operation's poll waits for nothing of this one */
export function rulesOf(mechanism: Mechanism, operation?: Operation): MaintenanceRules {
  const operations = operation ? [operation] : mechanism.operations;
  return {
    instance: mechanism.instance,
    ordering: mechanism.ordering,
    hasCompletion: mechanism.completion !== undefined || operations.some(({ waits }) => waits),
    byRegisters: operations.every(({ byRegisters }) => byRegisters),
  };
}

/** Every cache that the core's programs may maintain: its levels, and those in front of masters. */
export function cachesOf({ caches, masterCaches }: Pick<ResolvedCore, "caches" | "masterCaches">): CacheLevel[] {
  return [...caches, ...masterCaches];
}

/** The mechanisms that maintain them, each once. */
export function mechanismsOf(core: Pick<ResolvedCore, "caches" | "masterCaches">): Mechanism[] {
  return [
    ...new Map(
      cachesOf(core).flatMap(({ mechanism }) => (mechanism ? [[mechanism.instance, mechanism] as const] : [])),
    ).values(),
  ];
}

/** Every barrier that a core has: its architecture's, and those of the mechanisms that maintain its caches. */
export function barriersOf(core: ResolvedCore): Barrier[] {
  return [...core.architecture.barriers, ...mechanismsOf(core).flatMap(({ barriers }) => barriers)];
}
