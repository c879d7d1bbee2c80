// Whether each step of a fence is needed: what is a little weaker must touch the wrong lines or break a property.

import type { FenceMethod } from "../model/chip.ts";
import { demandText, type FencePlan } from "../plan/operation.ts";
import { blockTitle } from "../program/words.ts";
import type { Effort, Judged } from "./effort.ts";
import type { FenceUnderTest } from "./fence-under-test.ts";
import { brokenFootprint } from "./footprint.ts";
import { changedStep, changeName, type Mutant, type MutantKind } from "./mutants.ts";
import { firstBroken } from "./soundness.ts";
import type { Counterexample } from "./verdict.ts";

export interface StepVerdict {
  readonly kind: MutantKind;
  readonly fence: FenceMethod;
  readonly step: string;
  readonly change: string;
  /** What `replay` calls the change. */
  readonly name: string;
  /** architectural: kept because the manual or an erratum demands it, although the model does not show why. */
  readonly verdict: "property" | "footprint" | "architectural" | "superfluous" | "undecided";
  /** What the change breaks, who demands the step, or why neither is known. */
  readonly because: string;
  readonly counterexample: Counterexample | undefined;
}

export function judgeMutant(
  fence: FenceUnderTest,
  mutant: Mutant,
  most: Pick<Effort, "scenario" | "fence">,
): Judged<StepVerdict> {
  const { plan, program, scenarios } = fence;
  const common = {
    kind: mutant.kind,
    fence: mutant.fence,
    step: blockTitle(program[mutant.fence][mutant.step]!),
    change: mutant.change,
    name: changeName(mutant),
  };
  const judged = (verdict: StepVerdict["verdict"], because: string, counterexample?: Counterexample): StepVerdict => ({
    ...common,
    verdict,
    because,
    counterexample,
  });
  const outside = brokenFootprint(fence, mutant.execute);
  if (outside) return { result: judged("footprint", outside), states: 0 };
  const {
    result: { broken, undecided },
    states,
  } = firstBroken(fence, scenarios, mutant.execute, most);
  if (broken) {
    const preventedBy = changedStep(program, mutant);
    return { result: judged("property", broken.property, { ...broken, preventedBy }), states };
  }
  const demand = demandOf(plan, mutant);
  if (demand) return { result: judged("architectural", demand), states };
  return {
    result: undecided ? judged("undecided", undecided) : judged("superfluous", "no scenario goes wrong"),
    states,
  };
}

/** Who demands the step that was changed, where memory order alone does not. */
function demandOf(plan: FencePlan, { fence, step }: Mutant): string | undefined {
  const changed = plan[fence][step]!;
  return "demandedBy" in changed && changed.demandedBy ? demandText(changed.demandedBy) : undefined;
}
