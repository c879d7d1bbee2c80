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
}

/**
 * An operation as it acts on one line: in the core's own caches, and where it drops lines of other cores later than there,
 * once more in theirs.
 * @param levels of the line, inner to outer, as indexes among the core's
 * @param front of the line, as indexes among the core's `masterCaches`
 */
export function maintenancesOf(
  executed: ExecutedOperation,
  line: number,
  levels: readonly number[],
  core: ResolvedCore,
  front: readonly number[] = [],
): MaintenanceAccess[] {
  const own = maintenanceOf(executed, line, levels, core, front);
  const others = levels.findIndex((level) => core.caches[level]!.whose === "others");
  const { otherCores } = executed.mechanism;
  const reaches = otherCores && others !== -1 && own.levels.includes(others + 1) && own.effect.includes("invalidate");
  if (!reaches) return [own];
  if (otherCores.effect === "at-once") return [{ ...own, levels: [others, ...own.levels] }];
  const order = { afterEarlierSameLine: false, beforeLaterSameLine: false, doneWhen: "completed" } as const;
  const ordering = { ...own.rules.ordering, ...order };
  // Once it is completed, no level that it acts on has an old copy: one that another core had may have moved meanwhile.
  const everywhere = { ...own, effect: "clean-and-invalidate", levels: [others, ...own.levels] } as const;
  return [own, { ...everywhere, rules: { ...own.rules, ordering }, elsewhere: true }];
}

/**
 * An operation as it acts on one line in the caches that its mechanism maintains.
 * @param levels of the line, inner to outer, as indexes among the core's
 * @param front of the line, as indexes among the core's `masterCaches`
 */
export function maintenanceOf(
  { mechanism, operation, effective }: ExecutedOperation,
  line: number,
  levels: readonly number[],
  core: ResolvedCore,
  front: readonly number[] = [],
): MaintenanceAccess {
  const maintainedAmong = (all: readonly CacheLevel[], indexes: readonly number[]) => {
    const its = indexes.flatMap((at, index) => (all[at]!.mechanism?.instance === mechanism.instance ? [index] : []));
    return operation.to === "this-level" ? its.slice(0, 1) : its;
  };
  return {
    kind: "maintain",
    accessClass: mechanism.ordering.accessClass,
    location: undefined,
    line,
    rules: rulesOf(mechanism, operation),
    effect: operation.effect,
    mayCleanToo: operation.mayCleanToo,
    levels: maintainedAmong(core.caches, levels),
    front: maintainedAmong(core.masterCaches, front),
    certain: effective && operation.to !== "unification",
  };
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
