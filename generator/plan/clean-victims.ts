// Levels that take clean lines from the level inside them. Dropping a line outer level first is undone where the inner
// level evicts its old copy outwards in between, and inner level first is undone by a fill: where both may happen, only one
// operation that drops both copies is right, or a promise that the level takes no such lines.
import type { CacheLevel, ResolvedCore } from "../model/chip.ts";
import type { SeenChip } from "../semantics/memory-map.ts";
import { caches } from "../semantics/ports.ts";
import type { Group } from "./maintenance.ts";
import { Refusal } from "./problem.ts";

/** A level that would get back what a pass drops from the level inside it. */
export interface VictimLevel {
  readonly level: CacheLevel;
  readonly inner: CacheLevel;
  /** A master for which the inner level is dropped. */
  readonly controller: string;
}

export function victimLevels({ regions }: SeenChip, groups: readonly Group[], core: ResolvedCore): VictimLevel[] {
  return core.caches.flatMap((level, index): VictimLevel[] => {
    if (!level.takesCleanVictims || level.enabled === "never") return [];
    const inside = regions.flatMap((region) => {
      const behind = caches(region, level) ? core.caches.slice(0, index) : [];
      return behind.findLast((inner) => inner.enabled !== "never" && caches(region, inner)) ?? [];
    });
    return groups.flatMap(({ needs }): VictimLevel[] => {
      const dropped = needs.find((need) => need.invalidate && inside.includes(need.level));
      if (!dropped || needs.some((need) => need.level === level)) return [];
      return [{ level, inner: dropped.level, controller: dropped.because.controller }];
    });
  });
}

/** @throws {Refusal} where nothing is described that keeps such a level from taking clean lines */
export function refuseCleanVictims(chip: SeenChip, groups: readonly Group[], core: ResolvedCore): void {
  const problems = victimLevels(chip, groups, core).flatMap(({ level, inner, controller }) =>
    level.victimsOffIf
      ? []
      : [
          {
            code: "plan/clean-victims" as const,
            message: `${level.name} may take clean lines that ${inner.name} evicts, and the two are dropped by operations of their own: whichever comes first, an old copy may be back when the other is done`,
            pointer: ["masters", controller],
          },
        ],
  );
  if (problems.length > 0) throw new Refusal(problems);
}
