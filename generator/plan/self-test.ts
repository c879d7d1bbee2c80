// What a self-test of a fence on a board may do, and what it must find there: derived from the facts, like the fence.
import type { DmaController, Region, ResolvedChip } from "../model/chip.ts";
import { reachOf, type SeenChip, seenBy } from "../semantics/memory-map.ts";
import { masterCacheNeeds } from "./master-caches.ts";
import { levelNeeds } from "./needs.ts";
import type { FencePlan } from "./operation.ts";
import { coreOf } from "./plan-chip.ts";

/** Also where no line is maintained, buffers begin at many places. */
const leastLineBytes = 64;

export interface SelfTest {
  /** Where transfers must go wrong without the fence; empty where no cache is in the way of any transfer. */
  readonly places: readonly TellingPlace[];
  /** At least the bytes of a line, a power of two: the unit of the test's own memory. */
  readonly lineBytes: number;
  /** What address and length of buffers must be multiples of; 1 where they may share their lines. */
  readonly wholeBytes: number;
  /** Whether others may write to the lines of a buffer while DMA writes there. */
  readonly neighboursMayWrite: boolean;
}

/** Memory in which both buffers of a transfer can lie, and a master that misses what a cache holds of it. */
export interface TellingPlace {
  readonly memory: Region;
  readonly misses: DmaController;
  /** Who carries out the transfer: that master alone, if it can. */
  readonly reader: DmaController;
  readonly writer: DmaController;
}

export function selfTestOf(described: ResolvedChip, plan: FencePlan): SelfTest {
  const chip = seenBy(described, coreOf(described, plan));
  const has = (kind: string) => plan.obligations.some((obligation) => obligation.kind === kind);
  const whole = has("buffer-fills-its-lines") || has("every-buffer-fills-its-lines");
  return {
    places: chip.regions.flatMap((memory) => placesIn(memory, chip, plan)),
    lineBytes: Math.max(plan.bufferAlignmentBytes, plan.lineBytes ?? 1, leastLineBytes),
    wholeBytes: whole ? plan.bufferAlignmentBytes : 1,
    neighboursMayWrite: !has("buffer-owns-its-lines"),
  };
}

/** Each master that misses something in the memory, by itself if it can carry out the whole transfer. */
function placesIn(memory: Region, chip: SeenChip, plan: FencePlan): TellingPlace[] {
  const core = coreOf(chip, plan);
  const masters = chip.dma.filter(({ name }) => plan.controllers.includes(name)).map(asKnown);
  const reads = (master: DmaController) => reachOf(master, memory.name, false) === "yes";
  const writes = (master: DmaController) => reachOf(master, memory.name, true) === "yes";
  const misses = (master: DmaController) =>
    [...levelNeeds(chip, core, [master]), ...masterCacheNeeds(chip, core, [master])].some((need) =>
      need.memory.includes(memory.name),
    );
  return masters.filter(misses).flatMap((master) => {
    const reader = [master, ...masters].find(reads);
    const writer = [master, ...masters].find(writes);
    return reader && writer ? [{ memory, misses: master, reader, writer }] : [];
  });
}

/** What a master is only perhaps able to do, a test cannot count on. */
function asKnown(master: DmaController): DmaController {
  return { ...master, mayReach: [], mayRead: [] };
}
