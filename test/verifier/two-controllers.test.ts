// Two levels with a controller of one kind each: registers at two places are two controllers, also to the verifier.
import { expect, it } from "vitest";
import { planKey } from "../../generator/plan/plan-key.ts";
import { verifyFence } from "../../generator/verifier/verify-fence.ts";
import { planOf } from "../support/pipeline.ts";
import { testChip, testMechanism } from "../support/test-chip.ts";

const operations = `
      clean-line: { effect: clean, reaches: this-level, sequence: [write: { register: CLEAN, value: address }] }
      clean-invalidate-line: { effect: clean-and-invalidate, reaches: this-level, sequence: [write: { register: CLEAN_INVALIDATE, value: address }] }`;

function planned(base: string) {
  const text = testChip({
    mechanisms: testMechanism({ operations }),
    caches: `\n  - { name: L2, takesCleanVictims: { unless: It is not exclusive. }, lineBytes: 32, writePolicy: write-back, maintenance: { mechanism: test-mechanism, base: ${base} } }`,
  });
  const { chip, fences } = planOf("test-chip", { "chips/test-chip.yaml": text }).planned!;
  return { chip, core: chip.cores[0]!, plan: fences[0]! };
}

it("maintains and proves each of two controllers of one kind", () => {
  const { chip, core, plan } = planned("0x5000_0000");
  const written = plan.release.flatMap((step) =>
    step.kind === "maintain-lines"
      ? step.accesses.flatMap((item) => (item.kind === "write" ? [item.register.address] : []))
      : [],
  );
  expect(written).toEqual([0x4000_0000n, 0x5000_0000n]);
  expect(verifyFence(plan, chip, core)).toMatchObject({ sound: true, necessary: true, reachable: true });
});

it("takes fences with registers at other places for other fences", () => {
  const [one, other] = [planned("0x5000_0000"), planned("0x6000_0000")];
  expect(planKey(one.plan, one.chip, one.core)).not.toBe(planKey(other.plan, other.chip, other.core));
});
