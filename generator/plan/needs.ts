// Which cache levels stand between the CPU and the DMA masters, and what must be done to each.
import type { CacheLevel, DmaController, ResolvedCore } from "../model/chip.ts";
import type { SeenChip } from "../semantics/memory-map.ts";
import { caches, mayBeDirty, reachableRegions, sees } from "../semantics/ports.ts";

export interface LevelNeed {
  readonly level: CacheLevel;
  /** Dirty lines must be written to where DMA looks. */
  readonly clean: boolean;
  /** Lines must be dropped so that what DMA wrote is read; in a cache in front of a master, what the CPU wrote. */
  readonly invalidate: boolean;
  /** Names of the memory that masters reach and the level may hold. */
  readonly memory: readonly string[];
  /** A controller and a region that show why. */
  readonly because: { readonly controller: string; readonly region: string };
}

/** For the levels of a core, inner to outer, those that some controller does not see. */
export function levelNeeds(chip: SeenChip, core: ResolvedCore, controllers: readonly DmaController[]): LevelNeed[] {
  return core.caches.flatMap((level) => {
    let clean = false;
    let invalidate = false;
    let because: LevelNeed["because"] | undefined;
    const memory = new Set<string>();
    for (const controller of controllers) {
      for (const { region, writes } of reachableRegions(chip, controller)) {
        if (level.enabled === "never" || !caches(region, level) || sees(controller, level, core)) continue;
        const dirty = mayBeDirty(level);
        if (!dirty && !writes) continue;
        clean ||= dirty;
        invalidate ||= writes;
        memory.add(region.name);
        because ??= { controller: controller.name, region: region.name };
      }
    }
    return because ? [{ level, clean, invalidate, memory: [...memory], because }] : [];
  });
}
