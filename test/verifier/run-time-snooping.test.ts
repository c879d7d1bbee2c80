// A master of which software chooses at run time whether it snoops is taken not to. It may do so all the same, and leave dirty what
// it wrote: a drop must write that back first.
import { expect, it } from "vitest";
import { verifyFence } from "../../generator/verifier/verify-fence.ts";
import { planOf } from "../support/pipeline.ts";
import { testChip, testMechanism } from "../support/test-chip.ts";

const apart = testMechanism({
  operations: `
      clean-line: { effect: clean, sequence: [write: { register: CLEAN, value: address }] }
      invalidate-line: { effect: invalidate, sequence: [write: { register: INVALIDATE, value: address }] }`,
});

it.each([
  ["none", "edges"],
  ["run-time", "all"],
])("snoops: %s", (snoops, lines) => {
  const text = testChip({ mechanisms: apart, dma: `\n  DMA: { reaches: [RAM], snoops: ${snoops} }` });
  const { chip, fences } = planOf("test-chip", { "chips/test-chip.yaml": text }).planned!;
  const [plan] = fences;
  const kept = plan!.acquire.flatMap((step) =>
    step.kind === "maintain-lines" && step.isBeforeDrop ? [step.lines] : [],
  );
  expect(kept).toEqual([lines]);
  expect(verifyFence(plan!, chip, chip.cores[0]!)).toMatchObject({ sound: true, necessary: true, reachable: true });
});
