// Levels that take clean lines from the level inside them. Dropping a line outer level first is undone where the inner
// level evicts its old copy outwards in between, and inner level first is undone by a fill: where both may happen, only one
// operation that drops both copies is right, or a promise that the level takes no such lines.
import type { CacheLevel, Region, ResolvedCore } from "../model/chip.ts";
import { otherAddresses } from "../semantics/memory-map.ts";
import { caches, reachableRegions, sees } from "../semantics/ports.ts";
import type { FenceSubject } from "./fence-request.ts";
import { actedOn, type Group } from "./groups.ts";
import { Refusal } from "./problem.ts";

/** A level that would get back what a pass drops from the level inside it. */
export interface VictimLevel {
  readonly level: CacheLevel;
  readonly inner: CacheLevel;
  /** A master that shows why. */
  readonly controller: string;
}

/**
 * Where a master writes to memory without seeing a level, or the CPU at another address, an old copy of it may move from there into the
 * next level outside. That does no harm only where both are dropped at once, and the master does not look into the other one either.
 */
export function victimLevels({ chip, core, controllers }: FenceSubject, groups: readonly Group[]): VictimLevel[] {
  const dropping = groups.filter(({ isFront, needs }) => !isFront && needs.some(({ invalidate }) => invalidate));
  const dropped = dropping.flatMap(({ needs }) =>
    needs.flatMap(({ level, invalidate }) => (invalidate ? [level] : [])),
  );
  return core.caches.flatMap((level): VictimLevel[] => {
    if (!level.takesCleanVictims || level.enabled === "never") return [];
    return dropped.flatMap((inner): VictimLevel[] => {
      const isAtOnce = dropping.some((group) => [inner, level].every((each) => actedOn(group, core).includes(each)));
      const controller = controllers.find((each) =>
        reachableRegions(chip, each).some(
          ({ region, writes }) =>
            caches(region, inner) &&
            nextOutside(inner, region, core) === level &&
            ((writes && !sees(each, inner, core) && !(isAtOnce && !sees(each, level, core))) ||
              (otherAddresses(region, chip.regions).length > 0 && !isAtOnce)),
        ),
      );
      return controller ? [{ level, inner, controller: controller.name }] : [];
    });
  });
}

/** The level that takes what another evicts of a memory; undefined where that is memory itself. */
function nextOutside(inner: CacheLevel, region: Region, core: ResolvedCore): CacheLevel | undefined {
  return core.caches
    .slice(core.caches.indexOf(inner) + 1)
    .find((level) => level.enabled !== "never" && caches(region, level));
}

/** @throws {Refusal} where nothing is described that keeps such a level from taking clean lines */
export function refuseCleanVictims(request: FenceSubject, groups: readonly Group[]): void {
  const problems = victimLevels(request, groups).flatMap(({ level, inner, controller }) =>
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
