// Caches in front of masters: what a master reads may be an old copy there, and what it writes may stay there. `release`
// drops the buffer's lines once the CPU's data is where the master looks, `acquire` writes them back before anything else.
import type { DmaController, ResolvedCore } from "../model/chip.ts";
import { cachesOf } from "../semantics/instruction.ts";
import type { SeenChip } from "../semantics/memory-map.ts";
import { frontOf, mayBeDirty, reachableRegions } from "../semantics/ports.ts";
import type { LevelNeed } from "./needs.ts";
import { Refusal } from "./problem.ts";

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
 * An operation of one mechanism acts on every cache that it maintains, and on the two sides of memory at different moments.
 * @throws {Refusal} where the mechanism of a cache in front of a master maintains another cache as well
 */
export function refuseSharedMechanism(needs: readonly LevelNeed[], core: ResolvedCore): void {
  const problems = needs.flatMap(({ level, because }) => {
    const other = cachesOf(core).find(
      (each) => each.master !== level.master && each.mechanism && each.mechanism.instance === level.mechanism?.instance,
    );
    if (!other) return [];
    const message = `${level.mechanism!.title} maintains ${level.name}, in front of \`${because.controller}\`, and ${other.name}: a fence cannot do one without the other`;
    return [{ code: "plan/not-acted-on" as const, message, pointer: ["masters", because.controller] }];
  });
  if (problems.length > 0) throw new Refusal(problems);
}
