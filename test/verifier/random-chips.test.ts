// Fences of chips of any facts: whatever is planned is sound in the model, and no promise of it is idle. The suite judges some
// fences; FENCEGEN_RANDOM_CHIPS says how many chips to draw, and FENCEGEN_TEST_SEED which.
import fc from "fast-check";
import { expect, it } from "vitest";
import { coreOf } from "../../generator/plan/plan-chip.ts";
import { planKey } from "../../generator/plan/plan-key.ts";
import { verifyFence } from "../../generator/verifier/verify-fence.ts";
import { planOf } from "../support/pipeline.ts";
import { randomChip } from "../support/random-chips.ts";

const chips = Number(process.env.FENCEGEN_RANDOM_CHIPS ?? 40);

it("a fence of a chip of any facts is sound", () => {
  const judged = new Set<string>();
  /** What is wrong, each with the first chip that showed it. */
  const problems = new Map<string, string>();
  const seen = { chips: 0, planned: 0, refused: 0, fences: 0, necessary: 0, noted: 0, undecided: 0, states: 0 };
  fc.assert(
    fc.property(randomChip, (text) => {
      const { planned } = planOf("test-chip", { "chips/test-chip.yaml": text });
      seen.chips++;
      seen[planned ? "planned" : "refused"]++;
      for (const plan of planned?.fences ?? []) {
        const core = coreOf(planned!.chip, plan);
        const key = planKey(plan, planned!.chip, core);
        if (judged.has(key)) continue;
        judged.add(key);
        const verdict = verifyFence(plan, planned!.chip, core);
        seen.fences++;
        seen.states += verdict.states;
        if (verdict.undecided !== undefined) {
          seen.undecided++;
          continue;
        }
        seen[verdict.necessary ? "necessary" : "noted"]++;
        const idle = verdict.obligations.filter(({ verdict: how }) => how === "not needed");
        const found = [
          ...(verdict.sound ? [] : ["unsound"]),
          ...(verdict.reachable ? [] : ["never gets to its end"]),
          ...idle.map(({ kind }) => `${kind} is asked for nothing`),
        ];
        for (const each of found) if (!problems.has(each)) problems.set(each, text);
      }
    }),
    { numRuns: chips },
  );
  console.log(`random chips: ${JSON.stringify(seen)}`);
  expect(Object.fromEntries(problems)).toEqual({});
  expect(seen.fences).toBeGreaterThan(chips / 10);
});
