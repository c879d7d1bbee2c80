// Whether each step of a fence is needed: what is a little weaker must touch the wrong lines or break a property.

import type { FenceMethod } from "../model/chip.ts";
import { blockTitle } from "../program/words.ts";
import type { Effort, Judged } from "./effort.ts";
import type { FenceUnderTest } from "./fence-under-test.ts";
import { firstCounterexample } from "./first-counterexample.ts";
import { changeName, type Mutant, type MutantKind } from "./mutants.ts";
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
  const { result: found, states } = firstCounterexample(fence, { kind: "step", mutant }, most);
  const judged = (
    verdict: StepVerdict["verdict"],
    because: string,
    counterexample?: Counterexample,
  ): Judged<StepVerdict> => ({
    result: {
      kind: mutant.kind,
      fence: mutant.fence,
      step: blockTitle(fence.program[mutant.fence][mutant.step]!),
      change: mutant.change,
      name: changeName(mutant),
      verdict,
      because,
      counterexample,
    },
    states,
  });
  switch (found.kind) {
    case "counterexample":
      return judged("property", found.counterexample.property, found.counterexample);
    case "footprint":
    case "architectural":
    case "undecided":
      return judged(found.kind, found.because);
    case "environment":
    case "nothing-goes-wrong":
      return judged("superfluous", found.because);
  }
}
