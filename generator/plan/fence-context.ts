// What the parts of the planner hand to each other while they derive one fence.
import type { DmaController, Domain, ResolvedChip, ResolvedCore } from "../resolve/model.ts";
import type { BarrierEffect, Requirement } from "./barriers.ts";
import type { Group } from "./maintenance.ts";
import { caches, reachableRegions } from "./needs.ts";
import type { CompleteMaintenance, Maintenance } from "./operation.ts";

export type Direction = "release" | "acquire";

export interface FenceRequest {
  readonly chip: ResolvedChip;
  readonly core: ResolvedCore;
  readonly name: string;
  readonly controllers: readonly DmaController[];
}

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

/** A place in the fence where a barrier may stand, and what must be in order around it. */
export interface Point {
  readonly requirements: Requirement[];
  barriers: readonly BarrierEffect[];
}

export function memory(chip: ResolvedChip, controllers: readonly DmaController[], groups: readonly Group[]) {
  const reached = controllers.flatMap((controller) => reachableRegions(chip, controller).map(({ region }) => region));
  // Of a chip that lists no master, any memory may be handed to one that is added.
  const regions = chip.dma.length > 0 ? reached : chip.regions;
  const levels = groups.flatMap((group) => group.needs.map(({ level }) => level));
  return {
    writeCombining: regions.some(({ memoryType }) => memoryType === "write-combining"),
    someUncached: regions.some((region) => !levels.some((level) => caches(region, level))),
  };
}
