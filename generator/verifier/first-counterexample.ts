// The first execution in which a fence, or a change to it, goes wrong; without one, why there is none.
import { demandText, type FencePlan } from "../plan/operation.ts";
import { type Effort, fullEffort, type Judged } from "./effort.ts";
import { changedFence, type FenceChange } from "./fence-change.ts";
import type { FenceUnderTest } from "./fence-under-test.ts";
import { brokenFootprint } from "./footprint.ts";
import type { Mutant } from "./mutants.ts";
import type { Scenario } from "./scenario.ts";
import { firstBroken, judgeScenarios } from "./soundness.ts";
import type { Counterexample } from "./verdict.ts";

export type FirstCounterexample =
  | {
      readonly kind: "counterexample";
      readonly counterexample: Counterexample;
      readonly scenario: Scenario;
      /** All that were to be tried: what the scenario's id is unique among. */
      readonly scenarios: readonly Scenario[];
    }
  /** It touches the wrong lines, which needs no schedule to see. */
  | { readonly kind: "footprint"; readonly because: string }
  /** No execution goes wrong, but an erratum or an architecture demands the step. */
  | { readonly kind: "architectural"; readonly because: string }
  /** The model begins where the promise is kept. */
  | { readonly kind: "environment"; readonly because: string }
  /** Every execution of every scenario was looked at, and none goes wrong. */
  | { readonly kind: "nothing-goes-wrong"; readonly because: string }
  /** There is more than is searched. */
  | { readonly kind: "undecided"; readonly because: string };

/** In the order of the scenarios; in its scenario as short as any. */
export function firstCounterexample(
  fence: FenceUnderTest,
  change: FenceChange,
  most: Pick<Effort, "scenario" | "fence"> = fullEffort,
): Judged<FirstCounterexample> {
  const changed = changedFence(fence, change);
  if ("notInModel" in changed) return { result: { kind: "environment", because: changed.notInModel }, states: 0 };
  const { fence: inWorld, scenarios, execute, preventedBy } = changed;
  const isOwnPlace = change.kind === "none" || change.kind === "step";
  const outside = isOwnPlace ? brokenFootprint(fence, execute) : undefined;
  if (outside) return { result: { kind: "footprint", because: outside }, states: 0 };
  const {
    result: { broken, undecided },
    states,
  } = firstBroken(inWorld, scenarios, execute, most);
  if (broken) {
    const { scenario, counterexample } = broken;
    const shown = preventedBy === undefined ? counterexample : { ...counterexample, preventedBy };
    return { result: { kind: "counterexample", scenario, scenarios, counterexample: shown }, states };
  }
  const demand = change.kind === "step" ? demandOf(fence.plan, change.mutant) : undefined;
  if (demand) return { result: { kind: "architectural", because: demand }, states };
  return {
    result: undecided
      ? { kind: "undecided", because: undecided }
      : { kind: "nothing-goes-wrong", because: "no scenario goes wrong" },
    states,
  };
}

/** How many of a changed fence's scenarios go wrong, and of how many that is not known. It takes about as long as judging the fence. */
export function brokenScenarios(
  fence: FenceUnderTest,
  change: FenceChange,
  most: Pick<Effort, "scenario" | "fence"> = fullEffort,
): BrokenScenarios {
  const changed = changedFence(fence, change);
  if ("notInModel" in changed) return { broken: 0, undecided: 0, of: 0 };
  const { fence: inWorld, scenarios, execute } = changed;
  const { result } = judgeScenarios(inWorld, scenarios, execute, most);
  return {
    broken: result.filter(({ broken }) => broken !== undefined).length,
    undecided: result.filter(({ broken, undecided }) => broken === undefined && undecided !== undefined).length,
    of: scenarios.length,
  };
}

/** How many scenarios of a changed fence go wrong. */
export interface BrokenScenarios {
  readonly broken: number;
  /** Of which it is not known, because they have more states than are searched. */
  readonly undecided: number;
  readonly of: number;
}

/** Who demands the step that was changed, where memory order alone does not. */
function demandOf(plan: FencePlan, { fence, step }: Mutant): string | undefined {
  const changed = plan[fence][step]!;
  return "demandedBy" in changed && changed.demandedBy ? demandText(changed.demandedBy) : undefined;
}
