// The other cores of a cluster: each may fill a line into a cache of its own, and a load of this core that misses may be
// served from there. To this core they are one more level, inside its own: it never holds what this core stored, it is filled
// with what this core would load, and it is dropped by those operations only that reach it. SEMANTICS.md, section 7.
import type { CacheLevel, DmaController, Region, ResolvedCore } from "../model/chip.ts";
import type { SeenChip } from "./memory-map.ts";
import { snoopedIn } from "./ports.ts";

/** The cache that each core of a cluster has for itself; undefined where there is one core, or no such cache. */
export function ownLevel({ caches, hasCoherentPeers }: ResolvedCore): CacheLevel | undefined {
  const [innermost] = caches.filter(({ enabled }) => enabled !== "never");
  return hasCoherentPeers && innermost?.whose === "own" ? innermost : undefined;
}

/** Whether other cores may hold lines that loads of this one are served from. */
export function hasOthers(core: ResolvedCore): boolean {
  return ownLevel(core) !== undefined;
}

/** The chip and the core with one level more, for the other cores; as they are where there are none. */
export function withOthers(
  chip: SeenChip,
  core: ResolvedCore,
): { readonly chip: SeenChip; readonly core: ResolvedCore } {
  const own = ownLevel(core);
  if (!own) return { chip, core };
  const others: CacheLevel = {
    ...own,
    name: `${own.name} of another core`,
    whose: "others",
    writePolicy: "read-only",
    speculativeFill: true,
    takesCleanVictims: false,
    victimsOffIf: undefined,
    mechanism: undefined,
  };
  const with_ = (names: readonly string[]) => (names.includes(own.name) ? [others.name, ...names] : names);
  const region = (each: Region): Region => ({
    ...each,
    cachedBy: each.cachedBy === "all" ? "all" : with_(each.cachedBy),
  });
  const master = (each: DmaController): DmaController => {
    const seen = snoopedIn(each, core);
    return { ...each, snoops: { ...each.snoops, [core.name]: seen === "all" ? "all" : with_(seen) } };
  };
  return {
    chip: { ...chip, regions: chip.regions.map(region), dma: chip.dma.map(master) },
    core: {
      ...core,
      // Where a clean line of another core goes when it is evicted, no load finds what it would not have found there.
      caches: [others, ...core.caches.map((level) => (level === own ? { ...level, takesCleanVictims: false } : level))],
    },
  };
}
