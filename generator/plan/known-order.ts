// What the planner asks the memory semantics: which order an operation of a pass has by itself, and which it only gets
// from a barrier. Every answer is one of semantics/, which the simulator and the verifier follow as well.

import type { AccessClass, AppliedErratum, CacheLevel, ResolvedCore } from "../model/chip.ts";
import { type BarrierEffect, barrierFromText, satisfies } from "../semantics/barrier.ts";
import {
  alike,
  type CompletionAccess,
  completionOf,
  deviceAccess,
  type Instruction,
  isDoneLater,
  loadFrom,
  type MaintenanceAccess,
  maintenanceOf,
  maintenancesOf,
  storeTo,
} from "../semantics/instruction.ts";
import { withOthers } from "../semantics/other-cores.ts";
import { isKeptByArchitecture, isKeptByDevice, isKeptByLine } from "../semantics/program-order.ts";
import type { Requirement } from "./choose-barriers.ts";
import { type Context, orderRules, type Pass } from "./fence-context.ts";
import type { Group } from "./groups.ts";

/** The line at hand, and some cell of it. */
const ofLine = { location: "", line: 0, cell: 0 };

/** An access of the driver, as far as order sees it. */
export function driverAccess(accessClass: AccessClass): Instruction {
  if (accessClass === "write") return storeTo(ofLine, 0);
  if (accessClass === "read") return loadFrom(ofLine);
  return deviceAccess("the engine", accessClass, "other");
}

/** An operation of a pass on the line at hand. */
export function operationOf({ core }: Context, { group, step }: Pick<Pass, "group" | "step">): MaintenanceAccess {
  const { mechanism } = group;
  const operation = mechanism.operations.find(({ name }) => name === step.operation)!;
  const among = (caches: readonly CacheLevel[]) =>
    group.needs.map(({ level }) => caches.indexOf(level)).filter((index) => index !== -1);
  const executed = { mechanism, operation, effective: true };
  return maintenanceOf(executed, ofLine.line, alike(among(core.caches), among(core.masterCaches)), core);
}

/** What an operation of a pass does later than in the core's own caches, on the line at hand: in those of other cores. */
export function laterElsewhere({ chip, core }: Context, { group, step }: Pass): MaintenanceAccess | undefined {
  const operation = group.mechanism.operations.find(({ name }) => name === step.operation)!;
  const world = withOthers(chip, core);
  const levels = world.core.caches.flatMap(({ whose, name }, index) =>
    whose === "others" || group.needs.some(({ level }) => level.name === name) ? [index] : [],
  );
  const executed = { mechanism: group.mechanism, operation, effective: true };
  return maintenancesOf(executed, ofLine.line, alike(levels), world.core)[1];
}

/** What makes the operations of a pass finish, where it polls or reads back for that: a read that has waited. */
export function pollOf({ group: { mechanism }, step }: Pass): CompletionAccess | undefined {
  const waits = mechanism.operations.some(({ name, waits }) => waits && name === step.operation);
  return waits || mechanism.completion?.waits ? completionOf(mechanism, "device-read") : undefined;
}

/** Whether the architecture keeps the pair in order without any barrier. */
export function isGiven(requirement: Requirement, context: Context): boolean {
  return !requirement.completed && isKeptByArchitecture(requirement.earlier, requirement.later, orderRules(context));
}

/** Whether an operation comes after earlier accesses to its line without a barrier, as its mechanism's manual says. */
export function isInLineOrder(context: Context, pass: Pass): boolean {
  return isKeptByLine(driverAccess("write"), operationOf(context, pass));
}

/** The same, and no erratum asks for more. */
export function followsByItself(context: Context, pass: Pass): boolean {
  return isInLineOrder(context, pass) && !completionErratum(context.core, pass.group);
}

/** Whether later accesses to the line of an operation wait for it without a barrier. */
export function isWaitedFor(context: Context, pass: Pass): boolean {
  return isKeptByLine(operationOf(context, pass), driverAccess("read"));
}

/** Whether the operations of a pass are done before those of the next begin, without a barrier. */
export function isDoneBefore(context: Context, previous: Pass, next: Pass): boolean {
  const [earlier, later] = [operationOf(context, previous), operationOf(context, next)];
  return isKeptByDevice(earlier, later) && (!isDoneLater(earlier) || pollOf(previous) !== undefined);
}

/** Barriers with which the sequence of an operation ends: they stand after every operation of the pass. */
export function barriersWithin({ core }: Context, { group, step }: Pass): BarrierEffect[] {
  const available = [...core.architecture.barriers, ...group.mechanism.barriers];
  const effects = step.accesses.map((item) =>
    item.kind === "instruction" ? barrierFromText(item.instruction, available) : undefined,
  );
  return effects.slice(effects.lastIndexOf(undefined) + 1) as BarrierEffect[];
}

/** Whether the sequence of a pass ends with a barrier that gives the order. */
export function isMetWithin(context: Context, pass: Pass, requirement: Requirement): boolean {
  return barriersWithin(context, pass).some((barrier) => satisfies(barrier, requirement, context.domain));
}

/**
 * An erratum that asks for everything earlier to have completed before the first operation: of the mechanism, or of the core, which
 * is about whatever its innermost level is maintained by, and about its own instructions in any case.
 */
export function completionErratum(core: ResolvedCore, { mechanism: own }: Group): AppliedErratum | undefined {
  const isOfCore =
    own.instance === core.caches[0]?.mechanism?.instance || own.operations.some(({ byRegisters }) => !byRegisters);
  return core.errata.find(
    ({ completionBeforeMaintenance, mechanism }) =>
      completionBeforeMaintenance && (mechanism === own.id || (mechanism === undefined && isOfCore)),
  );
}
