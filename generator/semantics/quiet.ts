// What gets into a level while a core runs nothing but a fence. SEMANTICS.md, section 13.
import type { CacheLevel, ResolvedCore } from "../model/chip.ts";
import type { SeenChip } from "./memory-map.ts";
import { hasOthers } from "./other-cores.ts";
import { caches, connectionsOf, mayBeDirty, mayLeaveDirty, reachableRegions } from "./ports.ts";

/**
 * Whether nothing makes a line of the level dirty while interrupts are masked: no level inside it may write one out, no master may leave
 * one there, and there is no other core.
 */
export function isQuietWhileMasked(level: CacheLevel, chip: SeenChip, core: ResolvedCore): boolean {
  const place = core.caches.indexOf(level);
  if (place === -1 || chip.cores.length > 1 || hasOthers(core)) return false;
  if (core.caches.slice(0, place).some((inner) => inner.enabled !== "never" && mayBeDirty(inner))) return false;
  return !chip.dma.some((controller) =>
    connectionsOf(controller, core).some(
      (each) =>
        mayLeaveDirty(each, level, core) &&
        reachableRegions(chip, each).some(({ region, writes }) => writes && caches(region, level)),
    ),
  );
}
