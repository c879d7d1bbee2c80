// What the parts of the planner hand to each other while they derive one fence.
import type { DmaController, Domain, FenceMethod, Region } from "../model/chip.ts";
import type { BarrierEffect } from "../semantics/barrier.ts";
import type { SeenChip } from "../semantics/memory-map.ts";
import { caches } from "../semantics/ports.ts";
import type { OrderRules } from "../semantics/program-order.ts";
import type { Requirement } from "./choose-barriers.ts";
import { type FenceRequest, memoryOf } from "./fence-request.ts";
import { type Group, isForOthers } from "./groups.ts";
import type { CompleteMaintenance, Maintenance } from "./operation.ts";

export interface Context extends FenceRequest {
  readonly groups: readonly Group[];
  readonly domain: Domain;
  /** Some reachable memory is write-combining, where stores escape the ordinary order. */
  readonly writeCombining: boolean;
  /** Some reachable memory is not cached by a maintained level, so that maintenance orders nothing for it. */
  readonly someUncached: boolean;
}

export interface Pass {
  readonly group: Group;
  readonly step: Maintenance;
  /** Register writes that make the operations finish. */
  readonly completion: CompleteMaintenance | undefined;
}

/** The passes of one of the two methods of a fence. */
export interface MethodPasses {
  readonly method: FenceMethod;
  readonly passes: readonly Pass[];
}

/** A place in the fence where a barrier may stand, and what must be in order around it. */
export interface Point {
  readonly requirements: readonly Requirement[];
  readonly barriers: readonly BarrierEffect[];
}

export function memory(chip: SeenChip, controllers: readonly DmaController[], groups: readonly Group[]) {
  const regions = memoryOf({ chip, controllers });
  return {
    writeCombining: regions.some(({ memoryType }) => memoryType === "write-combining"),
    someUncached: regions.some(
      (region) => !groups.some((group) => !group.needs.every(isForOthers) && isCachedBy(region, { group })),
    ),
  };
}

/** What the semantics of order depends on, for this fence. */
export function orderRules({ core, domain, writeCombining }: Context): OrderRules {
  return { programOrder: core.architecture.programOrder, domain, writeCombining };
}

/** Whether a pass acts on the region's lines. */
export function isCachedBy(region: Region, { group }: Pick<Pass, "group">): boolean {
  return group.needs.some(({ level, memory }) =>
    group.isFront ? memory.includes(region.name) : caches(region, level),
  );
}

/** The memory in which the buffers lie that a pass is made for; without a guard, that is all that the masters reach. */
export function buffersOf(context: Context, pass: Pass): Region[] {
  const isGuarded = pass.group.mechanism.uncachedAddress === "wrong" || pass.step.onlyIn !== undefined;
  return memoryOf(context).filter((region) => !isGuarded || isCachedBy(region, pass));
}

/** The first byte of the lines that a buffer in a memory may touch, and the first byte behind them: more than the memory, where its ends are within lines. */
export function linesTouched(
  { base, sizeBytes }: Region,
  { group, step }: Pick<Pass, "group" | "step">,
): readonly [bigint, bigint] {
  const unit = BigInt(Math.max(group.largestLineBytes, "lineBytes" in step ? step.lineBytes : 0));
  const end = base + sizeBytes + unit - 1n;
  return [base - (base % unit), end - (end % unit)];
}

/** Whether a pass is made for buffers in the region. */
export function isMadeFor({ name }: Region, { step }: Pass): boolean {
  return !step.onlyIn || step.onlyIn.some((range) => range.name === name);
}

/** Whether there is memory for which both passes are made. */
export function shareMemory({ chip }: Context, one: Pass, other: Pass): boolean {
  return (
    (!one.step.onlyIn && !other.step.onlyIn) ||
    chip.regions.some((region) => isMadeFor(region, one) && isMadeFor(region, other))
  );
}

/** Whether every pass from the first on, up to this one, may be left out for some buffer that this one is made for. */
export function mayBeFirst({ chip }: Context, passes: readonly Pass[], index: number, first = 0): boolean {
  const pass = passes[index]!;
  return chip.regions.some(
    (region) => isCachedBy(region, pass) && !passes.slice(first, index).some((earlier) => isMadeFor(region, earlier)),
  );
}

/** Whether no later pass is made for the same buffers. */
export function isLast(passes: readonly Pass[], index: number): boolean {
  const { onlyIn } = passes[index]!.step;
  return !passes.slice(index + 1).some((later) => later.step.onlyIn === undefined || later.step.onlyIn === onlyIn);
}
