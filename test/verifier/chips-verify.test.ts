// Every shipped fence is proven: sound, with every step and obligation needed, and not vacuously.
import { describe, expect, it } from "vitest";
import { traceText } from "../../generator/verifier/trace.ts";
import { verifyFence } from "../../generator/verifier/verify-fence.ts";
import { planOf, shippedChips } from "../support/pipeline.ts";

describe.each(shippedChips)("%s", (id) => {
  const { planned } = planOf(id);
  it.each(planned!.fences)("$name", (plan) => {
    const core = planned!.chip.cores.find((candidate) => candidate.id === plan.core)!;
    const verdict = verifyFence(plan, planned!.chip, core);
    expect(verdict.counterexamples.map((example) => traceText(example))).toEqual([]);
    expect(
      verdict.steps
        .filter(({ verdict }) => verdict === "superfluous")
        .map(({ fence, step, change }) => `${fence}: ${step}: ${change}`),
    ).toEqual([]);
    expect(verdict.obligations.filter(({ verdict }) => verdict === "not needed")).toEqual([]);
    expect(verdict).toMatchObject({ sound: true, necessary: true, reachable: true });
  });
});
