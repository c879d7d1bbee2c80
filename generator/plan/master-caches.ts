// Caches in front of masters: what a master reads may be an old copy there, and what it writes may stay there. `release`
// drops the buffer's lines once the CPU's data is where the master looks, `acquire` writes them back before anything else.
import type { CacheLevel, DmaController, ResolvedCore } from "../model/chip.ts";
import { cachesOf } from "../semantics/instruction.ts";
import { deviceAddresses, type SeenChip } from "../semantics/memory-map.ts";
import { frontOf, mayBeDirty, reachableRegions } from "../semantics/ports.ts";
import type { FenceRequest } from "./fence-context.ts";
import type { LevelNeed } from "./needs.ts";
import { type Problem, Refusal } from "./problem.ts";

/** For the caches in front of some masters, each master's from its port to the master, what must be done to each. */
export function masterCacheNeeds(
  chip: SeenChip,
  core: ResolvedCore,
  controllers: readonly DmaController[],
): LevelNeed[] {
  return controllers.flatMap((controller) => {
    const reached = reachableRegions(chip, controller);
    const [first] = reached;
    if (!first) return [];
    const isWritten = reached.some(({ writes }) => writes);
    return frontOf(controller, core).map((index): LevelNeed => {
      const level = core.masterCaches[index]!;
      return {
        level,
        clean: isWritten && mayBeDirty(level),
        invalidate: true,
        memory: [...new Set(reached.map(({ region }) => region.name))],
        because: { controller: controller.name, region: first.region.name },
      };
    });
  });
}

/**
 * What a fence cannot do for caches in front of masters.
 * @throws {Refusal} where the mechanism of one maintains another cache as well; where a master has several that are not
 * maintained as one, of which each may get back from the other what was dropped; where the driver maintains one that is larger
 * than what the fence counts with; and where the master sees memory at other addresses than the core, which are those of its lines
 */
export function refuseForMasterCaches(
  { chip, core, controllers }: Pick<FenceRequest, "chip" | "core" | "controllers">,
  needs: readonly LevelNeed[],
): void {
  const problems = controllers.flatMap((controller) => {
    const own = needs.filter(({ because }) => because.controller === controller.name);
    const driven = core.masterCaches.filter(
      ({ master, driverMaintains, enabled }) =>
        master === controller.name && driverMaintains !== undefined && enabled !== "never",
    );
    const refuse = (code: Problem["code"], message: string): Problem => ({
      code,
      message,
      pointer: ["masters", controller.name, "caches"],
    });
    return [
      ...own.flatMap(({ level }) => {
        const other = sharesMechanism(level, core);
        if (!other) return [];
        const what = `${level.mechanism!.title} maintains ${level.name}, in front of \`${controller.name}\`, and ${nameOf(other)}`;
        return [refuse("plan/not-acted-on", `${what}: a fence cannot do one without the other`)];
      }),
      ...(mechanismsIn(own) + driven.length > 1
        ? [
            refuse(
              "plan/clean-victims",
              `\`${controller.name}\` has several caches of its own, each maintained by itself: whichever is dropped first may get an old copy back from the other`,
            ),
          ]
        : []),
      ...(own.length > 0
        ? deviceAddresses(chip, controller).map(({ region }) =>
            refuse(
              "plan/not-acted-on",
              `\`${controller.name}\` sees \`${region}\` at another address than ${core.title}, and ${own[0]!.level.name} has its lines there`,
            ),
          )
        : []),
    ];
  });
  if (problems.length > 0) throw new Refusal(problems);
}

function sharesMechanism({ master, mechanism }: CacheLevel, core: ResolvedCore): CacheLevel | undefined {
  return cachesOf(core).find(
    (each) => each.master !== master && mechanism && each.mechanism?.instance === mechanism.instance,
  );
}

function nameOf({ name, master }: CacheLevel): string {
  return master === undefined ? name : `${name}, in front of \`${master}\``;
}

function mechanismsIn(needs: readonly LevelNeed[]): number {
  return new Set(needs.map(({ level }) => level.mechanism?.instance ?? level.name)).size;
}

/** The caches in front of masters of a fence that their drivers maintain, and that may hold what those masters wrote. */
export function drivenCaches(core: ResolvedCore, controllers: readonly DmaController[]): CacheLevel[] {
  return core.masterCaches.filter(
    (level) =>
      level.driverMaintains !== undefined &&
      level.enabled !== "never" &&
      mayBeDirty(level) &&
      controllers.some(({ name }) => name === level.master),
  );
}
