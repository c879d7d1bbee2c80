// Whether each step of a fence is needed: what is a little weaker must touch the wrong lines or break a property.

import type { FenceMethod } from "../model/chip.ts";
import { demandText, type FencePlan } from "../plan/operation.ts";
import { blockTitle } from "../program/words.ts";
import type { FenceUnderTest } from "./fence-under-test.ts";
import { brokenFootprint } from "./footprint.ts";
import { changedStep, changeName, type Mutant } from "./mutants.ts";
import { firstBroken } from "./soundness.ts";
import type { Counterexample } from "./trace.ts";

export interface StepVerdict {
  readonly fence: FenceMethod;
  readonly step: string;
  readonly change: string;
  /** What `replay` calls the change. */
  readonly name: string;
  /** architectural: kept because the manual or an erratum demands it, although the model does not show why. */
  readonly verdict: "property" | "footprint" | "architectural" | "superfluous";
  /** What the change breaks, or who demands the step. */
  readonly because: string;
  readonly counterexample: Counterexample | undefined;
}

export function judgeMutant(fence: FenceUnderTest, mutant: Mutant): StepVerdict {
  const { plan, program, scenarios } = fence;
  const common = {
    fence: mutant.fence,
    step: blockTitle(program[mutant.fence][mutant.step]!),
    change: mutant.change,
    name: changeName(mutant),
  };
  const outside = brokenFootprint(fence, mutant.execute);
  if (outside) return { ...common, verdict: "footprint", because: outside, counterexample: undefined };
  const broken = firstBroken(fence, scenarios, mutant.execute);
  if (broken) {
    const preventedBy = changedStep(program, mutant);
    return { ...common, verdict: "property", because: broken.property, counterexample: { ...broken, preventedBy } };
  }
  const demand = demandOf(plan, mutant);
  if (demand) return { ...common, verdict: "architectural", because: demand, counterexample: undefined };
  return { ...common, verdict: "superfluous", because: "no scenario goes wrong", counterexample: undefined };
}

/** Who demands the step that was changed, where memory order alone does not. */
function demandOf(plan: FencePlan, { fence, step }: Mutant): string | undefined {
  const changed = plan[fence][step]!;
  return "demandedBy" in changed && changed.demandedBy ? demandText(changed.demandedBy) : undefined;
}
