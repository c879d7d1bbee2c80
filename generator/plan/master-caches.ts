// Caches in front of masters: what a master reads may be an old copy there, and what it writes may stay there. `release`
// drops the buffer's lines once the CPU's data is where the master looks, `acquire` writes them back before anything else.
import type { CacheLevel, DmaController, ResolvedCore } from "../model/chip.ts";
import { list } from "../notation/prose.ts";
import { cachesOf } from "../semantics/instruction.ts";
import { deviceAddresses, type SeenChip } from "../semantics/memory-map.ts";
import { frontOf, maintainedFrontOf, mayBeDirty, reachableRegions } from "../semantics/ports.ts";
import type { FenceRequest } from "./fence-request.ts";
import type { LevelNeed } from "./needs.ts";
import { type Problem, Refusal } from "./problem.ts";

/** For the caches in front of some masters, from the port to the master, what must be done to each: once for all that share it. */
export function masterCacheNeeds(
  chip: SeenChip,
  core: ResolvedCore,
  controllers: readonly DmaController[],
): LevelNeed[] {
  return needsOf(chip, core, controllers, maintainedFrontOf);
}

/** What the drivers of masters do to those of these caches that they maintain. */
export function drivenNeeds(chip: SeenChip, core: ResolvedCore, controllers: readonly DmaController[]): LevelNeed[] {
  const all = needsOf(chip, core, controllers, frontOf);
  return all.filter(({ level }) => level.driverMaintains !== undefined);
}

function needsOf(
  chip: SeenChip,
  core: ResolvedCore,
  controllers: readonly DmaController[],
  frontOf: (controller: DmaController, core: ResolvedCore) => number[],
): LevelNeed[] {
  const needs = new Map<CacheLevel, LevelNeed>();
  for (const controller of controllers) {
    const reached = reachableRegions(chip, controller);
    const [first] = reached;
    if (!first) continue;
    const isWritten = reached.some(({ writes }) => writes);
    for (const index of frontOf(controller, core)) {
      const level = core.masterCaches[index]!;
      const known = needs.get(level);
      needs.set(level, {
        level,
        clean: known?.clean || (isWritten && mayBeDirty(level)),
        invalidate: true,
        memory: [...new Set([...(known?.memory ?? []), ...reached.map(({ region }) => region.name)])],
        because: known?.because ?? { controller: controller.name, region: first.region.name },
      });
    }
  }
  return [...needs.values()];
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
    const own = needs.filter(({ level }) => level.masters?.includes(controller.name));
    const driven = core.masterCaches.filter(
      ({ masters, driverMaintains, enabled }) =>
        masters?.includes(controller.name) && driverMaintains !== undefined && enabled !== "never",
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
        const what = `${level.mechanism!.title} maintains ${nameOf(level)}, and ${nameOf(other)}`;
        return [refuse("plan/not-acted-on", `${what}: a fence cannot do one without the other`)];
      }),
      ...own.flatMap(({ level }) => {
        const [one, ...others] = chip.dma.filter(({ name }) => level.masters?.includes(name));
        const unlike = others.find((other) => connectionOf(other) !== connectionOf(one!));
        if (!unlike) return [];
        const what = `${level.name} is one cache of \`${one!.name}\` and \`${unlike.name}\`, which do not see the same of the cores' caches: a cache has one port`;
        return [refuse("plan/not-acted-on", what)];
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
  // What is wrong with a cache of several masters is said once.
  const each = new Map(problems.map((problem) => [problem.message, problem]));
  if (each.size > 0) throw new Refusal([...each.values()]);
}

/** Another cache that the mechanism of one maintains and that does not stand in front of the same masters. */
function sharesMechanism({ masters, mechanism }: CacheLevel, core: ResolvedCore): CacheLevel | undefined {
  return cachesOf(core).find(
    (each) =>
      each.masters?.join("\n") !== masters?.join("\n") && mechanism && each.mechanism?.instance === mechanism.instance,
  );
}

function nameOf({ name, masters }: CacheLevel): string {
  return masters === undefined ? name : `${name}, in front of ${list(masters.map((master) => `\`${master}\``))}`;
}

/** What a master sees of the cores' caches, and leaves in them. */
function connectionOf({ snoops, snoopingKnownAtRunTime, allocatesIn }: DmaController): string {
  return JSON.stringify([snoops, snoopingKnownAtRunTime, allocatesIn]);
}

function mechanismsIn(needs: readonly LevelNeed[]): number {
  return new Set(needs.map(({ level }) => level.mechanism?.instance ?? level.name)).size;
}
