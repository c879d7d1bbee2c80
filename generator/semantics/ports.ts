// How a core and a DMA master are connected to memory: which levels may hold a region's lines, what rules these follow,
// and from which of them on the master sees them. SEMANTICS.md, section 7.
import type { CacheLevel, DmaController, Region, ResolvedCore } from "../model/chip.ts";
import { onceWithin } from "../model/once.ts";
import type { LevelRules } from "./line-state.ts";
import type { SeenChip } from "./memory-map.ts";

export function caches(region: Region, level: CacheLevel): boolean {
  return region.cachedBy === "all" || region.cachedBy.includes(level.name);
}

/** Whether the level can hold a line that differs from memory because the CPU wrote it. */
export function mayBeDirty(level: CacheLevel): boolean {
  return rulesOfLevel(level).writePolicy === "write-back";
}

/** A level that may be either counts as write-back, which can go wrong in more ways. */
export function rulesOfLevel({
  writePolicy,
  speculativeFill,
  takesCleanVictims,
  victimsOffIf,
}: CacheLevel): LevelRules {
  return {
    writePolicy: writePolicy === "configurable" ? "write-back" : writePolicy,
    speculativeFill,
    takesCleanVictims: takesCleanVictims && victimsOffIf === undefined,
  };
}

/** Indexes of the core's levels that may hold lines of a region, inner to outer. */
export function levelsHolding(region: Region, core: ResolvedCore): number[] {
  return core.caches.flatMap((level, index) => (caches(region, level) && level.enabled !== "never" ? [index] : []));
}

/** What a master sees of a core's caches: names of levels, or all. */
export function snoopedIn({ snoops }: DmaController, { name }: Pick<ResolvedCore, "name">): "all" | readonly string[] {
  return snoops[name] ?? [];
}

/** A master that snoops at a level sees that level and everything outside it. */
export function sees(controller: DmaController, level: CacheLevel, core: ResolvedCore): boolean {
  const seen = snoopedIn(controller, core);
  if (seen === "all") return true;
  const index = core.caches.indexOf(level);
  return core.caches.some(({ name }, at) => at <= index && seen.includes(name));
}

/** A master in each way in which it may be connected: where software chooses at run time whether it snoops, both. */
export function connectionsOf(controller: DmaController, { name }: Pick<ResolvedCore, "name">): DmaController[] {
  if (!controller.snoopingKnownAtRunTime) return [controller];
  return [controller, { ...controller, snoops: { ...controller.snoops, [name]: "all" } }];
}

/**
 * The port of a master: the first of these levels that it sees; their number where it sees memory only.
 * @param levels indexes among the core's, inner to outer
 * @param visible whether the master sees a level; left out, by what it snoops
 */
export function portAmong(
  levels: readonly number[],
  controller: DmaController,
  core: ResolvedCore,
  visible: (level: CacheLevel, controller: DmaController) => boolean = (level) => sees(controller, level, core),
): number {
  const first = levels.findIndex((index) => visible(core.caches[index]!, controller));
  return first === -1 ? levels.length : first;
}

/** Whether a master's writes may stay in a level as dirty lines: it sees the level, and nothing is known to the contrary. */
export function mayLeaveDirty(controller: DmaController, level: CacheLevel, core: ResolvedCore): boolean {
  const { allocatesIn } = controller;
  return (
    mayBeDirty(level) &&
    sees(controller, level, core) &&
    (allocatesIn === "unknown" || allocatesIn.includes(level.name))
  );
}

/** Indexes, among the core's `masterCaches`, of those that a master's accesses go through, from the master to its port. */
export function frontOf({ name }: DmaController, { masterCaches }: ResolvedCore): number[] {
  return masterCaches.flatMap(({ masters, enabled }, index) =>
    masters?.includes(name) && enabled !== "never" ? [index] : [],
  );
}

/** Those of them that a fence is to maintain: of the others the master's driver takes care. */
export function maintainedFrontOf(controller: DmaController, core: ResolvedCore): number[] {
  return frontOf(controller, core).filter((index) => !core.masterCaches[index]!.driverMaintains);
}

/** Whether accesses that go through some caches go through others as well: those of a core, or of one master. */
export function areOnOneWay(some: readonly CacheLevel[], others: readonly CacheLevel[]): boolean {
  const [own, theirs] = [mastersBehind(some), mastersBehind(others)];
  if (own.length === 0 || theirs.length === 0) return own.length === theirs.length;
  return own.some((master) => theirs.includes(master));
}

/** The masters in front of which caches stand; none for those of a core. */
export function mastersBehind(levels: readonly CacheLevel[]): string[] {
  return [...new Set(levels.flatMap(({ masters }) => masters ?? []))];
}

/** A region as software may map it. What it maps write-combining, no cache holds. */
export function mappingsOf(region: Region): readonly Region[] {
  if (region.memoryType !== "configurable") return [region];
  return [
    { ...region, memoryType: "normal" },
    { ...region, memoryType: "write-combining", cachedBy: [] },
  ];
}

/** Memory as a master reaches it. */
export interface ReachableRegion {
  readonly region: Region;
  readonly writes: boolean;
}

/**
 * The memory that a master reaches or may reach, in each way in which it may be mapped, and whether it may write there. The planner asks
 * it for every step and every promise.
 */
export const reachableRegions = onceWithin((chip: SeenChip, controller: DmaController): readonly ReachableRegion[] => {
  const named = (name: string) => mappingsOf(chip.regions.find((region) => region.name === name)!);
  return [
    ...[...controller.reaches, ...controller.mayReach].flatMap(named).map((region) => ({ region, writes: true })),
    ...[...controller.reads, ...controller.mayRead].flatMap(named).map((region) => ({ region, writes: false })),
    // What it only writes is maintained like what it also reads: a dirty line would be written over what it wrote.
    ...controller.writes.flatMap(named).map((region) => ({ region, writes: true })),
  ];
});
