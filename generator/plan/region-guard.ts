// The guard in front of operations that are wrong for memory that a cache does not cover.
import type { Region } from "../resolve/model.ts";
import type { Context, Direction, Pass, Point } from "./fence-context.ts";
import { caches, reachableRegions } from "./needs.ts";
import type { FenceStep } from "./operation.ts";
import { barrierSteps, chooseOrder } from "./order-points.ts";
import { Refusal } from "./problem.ts";
import { spanningRequirements } from "./requirements.ts";

/** A region guard, only where an operation would fault or be wrong for reachable memory that is not cached. */
export function regionGuard(context: Context, fence: Direction, passes: readonly Pass[]): FenceStep[] {
  const { chip, controllers } = context;
  const strict = passes.filter(
    ({ group, step }) => group.mechanism.uncachedAddress === "wrong" && step.kind !== "maintain-whole-cache",
  );
  const reachable = [
    ...new Set(controllers.flatMap((controller) => reachableRegions(chip, controller).map(({ region }) => region))),
  ];
  const isCached = (region: Region, { group }: Pass) => group.needs.some(({ level }) => caches(region, level));
  const covered = reachable.filter((region) => strict.every((pass) => isCached(region, pass)));
  if (covered.length === reachable.length) return [];
  const between = reachable.find(
    (region) => !covered.includes(region) && passes.some((pass) => isCached(region, pass)),
  );
  if (between) {
    throw new Refusal(
      "plan/not-acted-on",
      `\`${between.name}\` is cached, but not by every level whose operations are wrong outside the memory that it caches; each level would need a guard of its own`,
      ["regions", chip.regions.indexOf(between)],
    );
  }
  const unsized = covered.find(({ sizeBytes }) => sizeBytes === undefined);
  if (unsized) {
    throw new Refusal(
      "plan/not-acted-on",
      `operations of ${strict[0]!.group.mechanism.title} are wrong outside the memory that it caches, and the size of \`${unsized.name}\` is not given`,
      ["regions", chip.regions.indexOf(unsized)],
    );
  }
  const points: Point[] = [{ requirements: [], barriers: [] }];
  const spanning = spanningRequirements(context, fence, []);
  chooseOrder({ ...context, chip: { ...chip, barrierOverrides: [] } }, points, spanning, fence);
  return [
    {
      kind: "region-guard",
      regions: covered.map(({ name, base, sizeBytes }) => ({ name, base, sizeBytes: sizeBytes! })),
      outside: barrierSteps(context, points[0]!, spanning, fence),
      reason: `${strict[0]!.group.mechanism.title} must not be given an address outside the memory that it caches; other memory needs no maintenance.`,
      sources: strict[0]!.step.sources,
    },
  ];
}
