// For which fence a plan is asked.
import type { DmaController, Region, ResolvedCore } from "../model/chip.ts";
import type { SeenChip } from "../semantics/memory-map.ts";
import { mappingsOf, reachableRegions } from "../semantics/ports.ts";

/** A core, and the masters that its fence is right for. */
export interface FenceSubject {
  /** As the core sees it. */
  readonly chip: SeenChip;
  readonly core: ResolvedCore;
  readonly controllers: readonly DmaController[];
}

export interface FenceRequest extends FenceSubject {
  readonly name: string;
}

/** The memory in which buffers may lie. */
export function memoryOf({ chip, controllers }: Pick<FenceSubject, "chip" | "controllers">): readonly Region[] {
  const reached = controllers.flatMap((controller) => reachableRegions(chip, controller).map(({ region }) => region));
  // Of a chip that lists no master, any memory may be handed to one that is added.
  return chip.dma.length > 0 ? [...new Set(reached)] : chip.regions.flatMap(mappingsOf);
}
