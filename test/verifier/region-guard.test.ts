// A cache whose operations are wrong for memory that it does not cover: the guard is needed, and enough.
import { expect, it } from "vitest";
import { verifyFence } from "../../generator/verifier/verify-fence.ts";
import { planOf } from "../support/pipeline.ts";
import { testChip, testMechanism } from "../support/test-chip.ts";

it("needs its region guard", () => {
  const regions = `
  RAM: { base: 0x2000_0000, size: 64KiB, cachedBy: none }
  External: { base: 0x9000_0000, size: 1MiB, cachedBy: all }`;
  const text = testChip({
    regions,
    dma: "\n  DMA: { reaches: [External, RAM], snoops: none }",
    mechanisms: testMechanism({ address: "{ kind: virtual, ignoredLowBits: line, uncachedAddress: wrong }" }),
  });
  const { planned } = planOf("test-chip", { "chips/test-chip.yaml": text });
  const [plan] = planned!.fences;
  const verdict = verifyFence(plan!, planned!.chip, planned!.chip.cores[0]!);
  expect(verdict).toMatchObject({ sound: true, necessary: true, reachable: true });
  const guards = verdict.steps.filter(({ step, change }) => step.startsWith("outside") && change === "removed");
  expect(guards.map(({ verdict: judged, because }) => [judged, because])).toEqual([
    ["footprint", "clean-line is executed for memory that the cache does not cover"],
    ["footprint", "clean-invalidate-line is executed for memory that the cache does not cover"],
  ]);
});

it("keeps loads before the start also of memory whose pass does not follow them by itself", () => {
  const strict = "{ kind: virtual, ignoredLowBits: line, uncachedAddress: wrong }";
  const ordering = "accessClass: device-write, doneWhen: ordered";
  const inLine = "afterEarlierSameLine: true, beforeLaterSameLine: true";
  const text = testChip({
    architecture: "riscv",
    coreCaches: `[
      { name: A, lineBytes: 32, writePolicy: write-back, maintenance: of-a },
      { name: B, lineBytes: 32, writePolicy: write-back, takesCleanVictims: false, maintenance: of-b }]`,
    mechanisms:
      testMechanism({ id: "of-a", address: strict, ordering: `{ ${ordering}, ${inLine} }` }) +
      testMechanism({ id: "of-b", address: strict, ordering: `{ ${ordering} }` }).replace("0x4000", "0x5000"),
    regions: `
  X: { base: 0x8000_0000, size: 64KiB, cachedBy: [A] }
  Y: { base: 0x9000_0000, size: 64KiB, cachedBy: [B] }`,
    dma: "\n  DMA: { reaches: [X, Y], snoops: none }",
  });
  const { planned } = planOf("test-chip", { "chips/test-chip.yaml": text });
  const [plan] = planned!.fences;
  const verdict = verifyFence(plan!, planned!.chip, planned!.chip.cores[0]!);
  expect(verdict).toMatchObject({ sound: true, necessary: true, reachable: true });
});
