// What stays the same while a driver is explored: the chip, its memory's lines, its engines, and the bounds.
import type { DmaController, ResolvedCore } from "../model/chip.ts";
import type { SeenChip } from "../semantics/memory-map.ts";
import type { SimulatedMemory } from "../simulator/memory/simulated-memory.ts";
import type { OwnershipLevels } from "../simulator/ownership/rules.ts";

export interface TrialWorld {
  readonly chip: SeenChip;
  readonly core: ResolvedCore;
  /** Where lines lie, and what each holds before anything has happened. How it is later, a state of the exploration says. */
  readonly memory: SimulatedMemory;
  readonly ownership: OwnershipLevels;
  readonly bounds: Bounds;
  /** The masters whose engines the driver has asked for, by number. */
  readonly masters: DmaController[];
}

/** How far a driver is followed. */
export interface Bounds {
  /** How many states are explored. */
  readonly mostStates: number;
  /** How many accesses and barriers one run has. */
  readonly mostAccesses: number;
  /** How many accesses the CPU may have called and not performed. */
  readonly mostPending: number;
}

/** How often a driver looks in a row and finds the same before it is taken to look on until something changes. */
export const mostLooks = 64;
