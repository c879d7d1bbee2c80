// Levels that no master makes anybody maintain, and that are maintained for the sake of others. A level that is dropped in two
// steps, first cleaned and then invalidated, loses what is written into it in between: by a level inside it that evicts a dirty
// line. Those are cleaned before. And where one operation acts on several levels, it drops all of them.
import type { CacheLevel, ResolvedCore } from "../model/chip.ts";
import { list } from "../notation/prose.ts";
import { caches, mayBeDirty } from "../semantics/ports.ts";
import { type FenceSubject, memoryOf } from "./fence-request.ts";
import { actedOn, groupLevels, isForOthers } from "./groups.ts";
import { inTwoSteps } from "./maintenance.ts";
import type { LevelNeed } from "./needs.ts";
import { Refusal } from "./problem.ts";

/** What the levels of a core need, inner to outer, with those that are maintained for the sake of others. */
export function withLevelsWithin(subject: FenceSubject, needs: readonly LevelNeed[]): LevelNeed[] {
  const { core } = subject;
  const apart = groupLevels(needs, subject).filter(inTwoSteps);
  return core.caches.flatMap((level): LevelNeed[] => {
    const own = needs.find((need) => need.level === level);
    if (own) return [own];
    if (level.enabled === "never" || !mayBeDirty(level)) return [];
    for (const group of apart) {
      const acted = actedOn(group, core);
      const beside = acted.includes(level) ? group.needs.map((need) => need.level) : outside(level, acted, core);
      const memory = memoryOf(subject).filter(
        (region) => caches(region, level) && beside.some((other) => caches(region, other)),
      );
      const { because } = group.needs[0]!;
      const names = [...new Set(memory.map(({ name }) => name))];
      if (names.length > 0) return [{ level, clean: false, invalidate: false, memory: names, because }];
    }
    return [];
  });
}

/** Those of some levels that are outside a level. */
export function outside(level: CacheLevel, others: readonly CacheLevel[], { caches }: ResolvedCore): CacheLevel[] {
  return others.filter((other) => caches.indexOf(other) > caches.indexOf(level));
}

/** @throws {Refusal} where a level would have to be cleaned for the sake of others, and nothing is described that does */
export function refuseUnmaintainedWithin(needs: readonly LevelNeed[]): void {
  const problems = needs
    .filter((need) => isForOthers(need) && !need.level.mechanism)
    .map(({ level, memory, because }) => ({
      code: "plan/no-maintenance" as const,
      message: `a level outside ${level.name} is cleaned and invalidated in two steps, and no way to clean ${level.name}, which may write dirty lines of ${list(memory)} into it in between, is described`,
      pointer: ["masters", because.controller],
    }));
  if (problems.length > 0) throw new Refusal(problems);
}
