// Write buffers that nothing is known to drain: a level of its own kind behind the cache whose controller has it. It keeps
// stores of any memory, and no operation acts on it. A fence asks that it is off; this is the world in which it is on.
// SEMANTICS.md, section 7.
import type { CacheLevel, DmaController, Region, ResolvedCore } from "../model/chip.ts";
import type { SeenChip } from "./memory-map.ts";
import { snoopedIn } from "./ports.ts";

/** The caches whose controller has such a buffer. */
export function levelsWithBuffer({ caches }: ResolvedCore): CacheLevel[] {
  return caches.filter(({ mechanism }) => mechanism?.writeBuffer !== undefined);
}

/** The chip and the core with the buffers on; no master sees one. */
export function withWriteBuffers(
  chip: SeenChip,
  core: ResolvedCore,
): { readonly chip: SeenChip; readonly core: ResolvedCore } {
  const behind = levelsWithBuffer(core);
  const bufferOf = (level: CacheLevel): CacheLevel => ({
    ...level,
    name: `write buffer of ${level.name}`,
    writePolicy: "write-buffer",
    enabled: "always",
    speculativeFill: true,
    takesCleanVictims: false,
    victimsOffIf: undefined,
    mechanism: undefined,
  });
  const buffers = behind.map(bufferOf).map(({ name }) => name);
  const names = core.caches.map(({ name }) => name);
  const held = (region: Region): Region => ({
    ...region,
    cachedBy: [...(region.cachedBy === "all" ? names : region.cachedBy), ...buffers],
  });
  const blind = (master: DmaController): DmaController => {
    const seen = snoopedIn(master, core);
    return { ...master, snoops: { ...master.snoops, [core.name]: seen === "all" ? names : seen } };
  };
  const caches = core.caches.flatMap((level) => (behind.includes(level) ? [level, bufferOf(level)] : [level]));
  return {
    chip: { ...chip, regions: chip.regions.map(held), dma: chip.dma.map(blind) },
    core: { ...core, caches },
  };
}
