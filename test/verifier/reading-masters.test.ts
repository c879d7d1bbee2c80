// Masters that only read: what they cannot do is held against no fence, and is asked of nobody.
import { expect, it } from "vitest";
import { verifyFence } from "../../generator/verifier/verify-fence.ts";
import { planOf } from "../support/pipeline.ts";
import { testChip } from "../support/test-chip.ts";

function verdictOf(inner: string, regions: string, master: string) {
  const text = testChip({
    architecture: "armv8-a",
    coreCaches: `[
      { name: L1D, lineBytes: 32, writePolicy: ${inner}, maintenance: aarch64-dc },
      { name: L2, lineBytes: 32, writePolicy: write-back, takesCleanVictims: false, maintenance: aarch64-dc }]`,
    mechanisms: " []",
    regions,
    dma: `\n  DMA: { reads: ${master}, snoops: [L2] }`,
  });
  const { planned } = planOf("test-chip", { "chips/test-chip.yaml": text });
  return verifyFence(planned!.fences[0]!, planned!.chip, planned!.chip.cores[0]!);
}

it("writes into no descriptor of a memory that it only reads", () => {
  const { properties } = verdictOf("write-through", "\n  RAM: { base: 0x8000_0000, size: 64KiB }", "[RAM]");
  expect(properties.filter(({ holds }) => !holds)).toEqual([]);
  expect(properties.map(({ scenario }) => scenario)).toContainEqual(
    expect.stringContaining("started by descriptor, end seen in register"),
  );
});

it("needs no promise of a cache whose copies would only be wrong for what DMA wrote", () => {
  const regions = `
  A: { base: 0x8000_0000, size: 64KiB }
  B: { base: 0x9000_0000, size: 64KiB, cachedBy: [L2] }`;
  const promised = (inner: string) =>
    verdictOf(inner, regions, "[A, B]").obligations.flatMap(({ kind, verdict }) =>
      kind === "memory-attributes" ? [verdict] : [],
    );
  expect(promised("write-through")).toEqual([]);
});

it.each([
  ["fence ir, w", "reads: [RAM]"],
  ["fence ir, rw", "reads: [RAM], mayReach: [RAM]"],
  ["fence ir, rw", "reaches: [RAM]"],
])("%s stands behind the status read of what %s", (barrier, reach) => {
  const text = testChip({
    architecture: "riscv",
    coreCaches: "[]",
    mechanisms: " []",
    dma: `\n  DMA: { ${reach} }`,
  });
  const { planned } = planOf("test-chip", { "chips/test-chip.yaml": text });
  const [plan] = planned!.fences;
  expect(plan!.acquire.flatMap((step) => ("instruction" in step ? [step.instruction] : []))).toEqual([barrier]);
  expect(verifyFence(plan!, planned!.chip, planned!.chip.cores[0]!)).toMatchObject({ sound: true, necessary: true });
});

it("has a level cleaned only: that another master sees it is relied on, and promised", () => {
  const text = testChip({ dma: "\n  Display: { reads: [RAM] }\n  DMA: { reaches: [RAM], snoops: all }" });
  const { planned } = planOf("test-chip", { "chips/test-chip.yaml": text });
  const { sound, obligations } = verifyFence(planned!.fences[0]!, planned!.chip, planned!.chip.cores[0]!);
  expect(sound).toBe(true);
  expect(obligations.find(({ kind }) => kind === "coherency")).toMatchObject({
    text: "Every access of DMA snoops L1D; no mapping of the memory turns that off.",
    verdict: "needed",
  });
});
