// Facts that may be described already: each is warned about where the fence is right without it, and refused where it is not.
import { expect, it } from "vitest";
import { planOf } from "../support/pipeline.ts";
import { type TestChip, testChip, testMechanism } from "../support/test-chip.ts";

const seen = testMechanism().replace("effect: clean,", "effect: clean, seenByOtherCores: true,");

it.each<[string, TestChip, string]>([
  ["a family", { more: "family: test" }, "warning plan/ignored-fact 1"],
  ["a board", { more: "triedOn: [My board]" }, "warning plan/ignored-fact 1"],
  ["what other cores see", { mechanisms: seen }, "warning plan/ignored-fact 1"],
  [
    "a master that allocates",
    { dma: "\n  DMA: { reaches: [RAM], snoops: all, allocatesIn: [L1D] }" },
    "error plan/not-acted-on 0",
  ],
  ["a master with a cache", { dma: "\n  DMA: { reaches: [RAM], caches: [LUT] }" }, "error plan/not-acted-on 0"],
  ["what every master does", { more: "everyMaster: { caches: [LUT] }" }, "error plan/not-acted-on 0"],
  [
    "a level that takes victims",
    {
      caches:
        "\n  - { name: L2, lineBytes: 32, writePolicy: write-back, maintenance: test-mechanism, takesCleanVictims: true }",
    },
    "error plan/not-acted-on 0",
  ],
])("%s", (_, parts, expected) => {
  const { planned, diagnostics } = planOf("test-chip", { "chips/test-chip.yaml": testChip(parts) });
  const fences = planned?.fences.length ?? 0;
  expect(diagnostics.map(({ severity, code }) => `${severity} ${code} ${fences}`)).toEqual([expected]);
});

it("is shown where it stands", () => {
  const text = testChip({ dma: "\n  A, B: { reaches: [RAM], caches: [LUT] }" });
  const { diagnostics } = planOf("test-chip", { "chips/test-chip.yaml": text });
  const { line, column } = diagnostics[0]!.range!.start;
  expect(text.split("\n")[line - 1]!.slice(column - 1)).toMatch(/^LUT|^\[LUT|^caches/);
});
