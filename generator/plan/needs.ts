// Which cache levels stand between the CPU and the DMA masters, and what must be done to each.
import type { CacheLevel, DmaController, Region, ResolvedChip, ResolvedCore } from "../resolve/model.ts";

export interface LevelNeed {
  readonly level: CacheLevel;
  /** Dirty lines must be written to where DMA looks. */
  readonly clean: boolean;
  /** Lines must be dropped so that what DMA wrote is read. */
  readonly invalidate: boolean;
  /** A controller and a region that show why. */
  readonly because: { readonly controller: string; readonly controllerIndex: number; readonly region: string };
}

/** For the levels of a core, inner to outer, those that some controller does not see. */
export function levelNeeds(chip: ResolvedChip, core: ResolvedCore, controllers: readonly DmaController[]): LevelNeed[] {
  return core.caches.flatMap((level) => {
    let clean = false;
    let invalidate = false;
    let because: LevelNeed["because"] | undefined;
    for (const controller of controllers) {
      for (const { region, writes } of reachableRegions(chip, controller)) {
        if (level.enabled === "never" || !caches(region, level) || sees(controller, level, core)) continue;
        const dirty = mayBeDirty(level);
        if (!dirty && !writes) continue;
        clean ||= dirty;
        invalidate ||= writes;
        because ??= { controller: controller.name, controllerIndex: chip.dma.indexOf(controller), region: region.name };
      }
    }
    return because ? [{ level, clean, invalidate, because }] : [];
  });
}

export function reachableRegions(chip: ResolvedChip, controller: DmaController): { region: Region; writes: boolean }[] {
  const named = (name: string) => chip.regions.find((region) => region.name === name)!;
  return [
    ...controller.reaches.map((name) => ({ region: named(name), writes: true })),
    ...controller.reads.map((name) => ({ region: named(name), writes: false })),
  ];
}

export function caches(region: Region, level: CacheLevel): boolean {
  return region.cachedBy === "all" || region.cachedBy.includes(level.name);
}

/** Whether the level can hold a line that differs from memory because the CPU wrote it. */
export function mayBeDirty(level: CacheLevel): boolean {
  return level.writePolicy === "write-back" || level.writePolicy === "configurable";
}

/** A master that snoops at a level sees that level and everything outside it. */
export function sees(controller: DmaController, level: CacheLevel, core: ResolvedCore): boolean {
  if (controller.snoops === "all") return true;
  const index = core.caches.indexOf(level);
  return core.caches.some(({ name }, at) => at <= index && controller.snoops.includes(name));
}
