// Whether each obligation is needed: in the world in which it is not kept, some scenario must go wrong.

import type { FenceObligation, ObligationKind } from "../plan/operation.ts";
import type { Effort, Judged } from "./effort.ts";
import type { FenceUnderTest } from "./fence-under-test.ts";
import { firstCounterexample } from "./first-counterexample.ts";
import type { Counterexample } from "./verdict.ts";

export interface ObligationVerdict {
  readonly kind: ObligationKind;
  readonly text: string;
  /** environment: what it promises is where the model begins, so that nothing in the model can show it. */
  readonly verdict: "needed" | "environment" | "not needed" | "undecided";
  /** Why the model cannot show it, or did not; undefined where it can. */
  readonly because?: string;
  readonly counterexample: Counterexample | undefined;
}

export function judgeObligation(
  fence: FenceUnderTest,
  obligation: FenceObligation,
  most: Pick<Effort, "scenario" | "fence">,
): Judged<ObligationVerdict> {
  const { kind, text } = obligation;
  const { result: found, states } = firstCounterexample(fence, { kind: "obligation", obligation }, most);
  const judged = (verdict: ObligationVerdict["verdict"], more: Partial<ObligationVerdict> = {}) => ({
    result: { kind, text, verdict, ...more, counterexample: more.counterexample },
    states,
  });
  switch (found.kind) {
    case "counterexample":
      return judged("needed", { counterexample: found.counterexample });
    case "environment":
    case "undecided":
      return judged(found.kind, { because: found.because });
    case "footprint":
    case "architectural":
    case "nothing-goes-wrong":
      return judged("not needed");
  }
}
