// The shipped fences as the verifier takes them, for tests that look at all of them. Nothing here names a chip.
import type { ResolvedChip, ResolvedCore } from "../../generator/model/chip.ts";
import type { FencePlan } from "../../generator/plan/operation.ts";
import { coreOf } from "../../generator/plan/plan-chip.ts";
import { planKey } from "../../generator/plan/plan-key.ts";
import { type FenceUnderTest, fenceUnderTest } from "../../generator/verifier/fence-under-test.ts";
import states from "../verifier/states.json" with { type: "json" };
import { planOf, shippedChips, titles } from "./pipeline.ts";

export type NamedFence = readonly [name: string, fence: FenceUnderTest];

const explored: Readonly<Record<string, Readonly<Record<string, number>>>> = states;

/** Each fence that is another one to the model. */
export function distinctFences(): readonly NamedFence[] {
  return oneOfEach(planKey);
}

/** One of those that take the same steps through as many states: they differ in what their chips and memories are called, and where these lie. */
export function unlikeFences(): readonly NamedFence[] {
  return oneOfEach((plan, { id }) => JSON.stringify([titles(plan), explored[id]?.[plan.name] ?? id]));
}

function oneOfEach(keyOf: (plan: FencePlan, chip: ResolvedChip, core: ResolvedCore) => string): readonly NamedFence[] {
  const seen = new Set<string>();
  return shippedChips.flatMap((id) => {
    const { planned } = planOf(id);
    return (planned?.fences ?? []).flatMap((plan): NamedFence[] => {
      const core = coreOf(planned!.chip, plan);
      const key = keyOf(plan, planned!.chip, core);
      if (seen.has(key)) return [];
      seen.add(key);
      return [[plan.name, fenceUnderTest(plan, planned!.chip, core)]];
    });
  });
}
