// The guards in front of operations that are wrong for memory that a cache does not cover.
import type { Region } from "../model/chip.ts";
import { mayTouch } from "../semantics/memory-map.ts";
import { reachableRegions } from "../semantics/ports.ts";
import { type Context, isCachedBy, type MethodPasses, type Pass } from "./fence-context.ts";
import { shortTitle } from "./maintenance.ts";
import type { FenceStep, RegionRange } from "./operation.ts";
import { barrierSteps, chooseOrder } from "./order-points.ts";
import { memoryPointer, Refusal } from "./problem.ts";
import { spanningRequirements } from "./requirements.ts";

/** Whether the pass may only be made for memory that its levels cache. */
function isStrict({ group }: Pass): boolean {
  return group.mechanism.uncachedAddress === "wrong";
}

function reachedOf({ chip, controllers }: Context): Region[] {
  return [
    ...new Set(controllers.flatMap((controller) => reachableRegions(chip, controller).map(({ region }) => region))),
  ];
}

/** The reachable memory that some pass must be kept away from: in the fence's order, each pass with the guard that it needs. */
export function guardPasses(context: Context, passes: readonly Pass[]): Pass[] {
  const reached = reachedOf(context);
  refuseUndecidedMemory(context, passes);
  const maintained = reached.filter((region) => passes.some((pass) => isCachedBy(region, pass)));
  return passes.map((pass) => {
    const own = maintained.filter((region) => isCachedBy(region, pass));
    if (!isStrict(pass) || own.length === maintained.length) return pass;
    const onlyIn = rangesOf(own);
    return {
      ...pass,
      step: { ...pass.step, onlyIn },
      completion: pass.completion && { ...pass.completion, onlyIn },
    };
  });
}

/** A guard goes by the address, which does not say how software has mapped it. */
function refuseUndecidedMemory({ chip, controllers }: Context, passes: readonly Pass[]): void {
  const strict = passes.find(isStrict);
  const undecided = chip.regions.find(
    ({ name, memoryType }) =>
      memoryType === "configurable" && controllers.some((controller) => mayTouch(controller, name)),
  );
  if (!strict || !undecided) return;
  throw new Refusal(
    "plan/not-acted-on",
    `operations of ${strict.group.mechanism.title} are wrong for memory that it does not cache, and software may map \`${undecided.name}\` so`,
    [...memoryPointer(undecided.name), "memoryType"],
  );
}

/** A region guard, only where an operation would fault or be wrong for reachable memory that no level caches. */
export function regionGuard(context: Context, { method, passes }: MethodPasses): FenceStep[] {
  const strict = passes.find((pass) => isStrict(pass) && !pass.step.onlyIn);
  const reached = reachedOf(context);
  const maintained = reached.filter((region) => passes.some((pass) => isCachedBy(region, pass)));
  if (!strict || maintained.length === reached.length) return [];
  const regions = rangesOf(maintained);
  const spanning = spanningRequirements(context, { method, passes: [] });
  const points = chooseOrder({ ...context, chip: { ...context.chip, barrierOverrides: [] } }, [[]], spanning, method);
  return [
    {
      kind: "region-guard",
      regions,
      outside: barrierSteps(context, points, 0, spanning, method),
      reason:
        strict.step.kind === "maintain-whole-cache"
          ? `${shortTitle(strict.group.mechanism)} acts on the whole cache, which holds no line of other memory.`
          : `${shortTitle(strict.group.mechanism)} takes addresses of memory that it caches; other memory needs no maintenance.`,
      sources: strict.step.sources,
    },
  ];
}

function rangesOf(regions: readonly Region[]): RegionRange[] {
  return regions.map(({ name, base, sizeBytes }) => ({ name, base, sizeBytes }));
}
