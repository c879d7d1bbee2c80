// Levels that take clean lines from the level inside them: where an old copy that moves outwards would do harm, and where not.
import { describe, expect, it } from "vitest";
import { verifyFence } from "../../generator/verifier/verify-fence.ts";
import { planOf } from "../support/pipeline.ts";
import { testChip, testMechanism } from "../support/test-chip.ts";

interface World {
  /** Which levels may hold lines of B; all may hold those of A. */
  readonly ofB: string;
  readonly dma: string;
  /** Whether one mechanism maintains both levels. */
  readonly isOne?: boolean;
}

function resultOf({ ofB, dma, isOne }: World, victims: string) {
  return planOf("test-chip", {
    "chips/test-chip.yaml": testChip({
      coreCaches: "[{ name: L1D, lineBytes: 32, writePolicy: write-back, maintenance: test-mechanism }]",
      caches: `\n  - { name: L2, ${victims}lineBytes: 32, writePolicy: write-back, maintenance: ${isOne ? "test-mechanism" : "outer"} }`,
      mechanisms: testMechanism() + testMechanism({ id: "outer" }).replace("0x4000_0000", "0x5000_0000"),
      regions: `\n  A: { base: 0x2000_0000, size: 64KiB, cachedBy: all }\n  B: { base: 0x3000_0000, size: 64KiB, cachedBy: ${ofB} }`,
      dma,
    }),
  });
}

const mayMove = "takesCleanVictims: true, ";
const unless = "takesCleanVictims: { unless: It is not exclusive. }, ";
const seenOutside = "\n  DMA0: { reaches: [A], snoops: [L2] }";

describe("harm none", () => {
  it.each<[string, World]>([
    [
      "of memory that nobody writes behind the inner level",
      {
        ofB: "[L1D]",
        dma: "\n  DMA0: { reads: [A], snoops: none }\n  DMA1: { reaches: [B], snoops: none }",
      },
    ],
    [
      "of memory whose writers see the inner level",
      {
        ofB: "[L1D]",
        dma: "\n  DMA0: { reaches: [A], snoops: all }\n  DMA1: { reaches: [B], snoops: none }",
      },
    ],
    [
      "that one operation drops from both, and no master sees in either",
      { ofB: "none", dma: "\n  DMA0: { reaches: [A], snoops: none }", isOne: true },
    ],
  ])("%s: the fence is sound, and asks for nothing", (_, world) => {
    const { planned, diagnostics } = resultOf(world, mayMove);
    expect(diagnostics).toEqual([]);
    const { chip, fences } = planned!;
    for (const plan of fences) {
      const verdict = verifyFence(plan, chip, chip.cores[0]!);
      expect(verdict.properties.filter(({ holds }) => !holds)).toEqual([]);
      expect(verdict.obligations.filter(({ verdict: how }) => how === "not needed")).toEqual([]);
    }
    const kinds = resultOf(world, unless).planned!.fences.flatMap(({ obligations }) =>
      obligations.map(({ kind }) => kind),
    );
    expect(kinds).not.toContain("no-clean-victims");
  });
});

describe("harm", () => {
  it.each<[string, World]>([
    ["what a master reads that sees the outer level only", { ofB: "none", dma: seenOutside }],
    ["the same, also where one operation drops both", { ofB: "none", dma: seenOutside, isOne: true }],
    [
      "the same, where another master sees neither",
      { ofB: "none", dma: `${seenOutside}\n  DMA1: { reaches: [A], snoops: none }`, isOne: true },
    ],
  ])("%s: the chip is refused, or the fence asks that there are none, and needs it", (_, world) => {
    expect(resultOf(world, mayMove).diagnostics.map(({ code }) => code)).toContain("plan/clean-victims");
    const { chip, fences } = resultOf(world, unless).planned!;
    const { sound, obligations } = verifyFence(fences[0]!, chip, chip.cores[0]!);
    expect(sound).toBe(true);
    expect(obligations.find(({ kind }) => kind === "no-clean-victims")).toMatchObject({ verdict: "needed" });
  });
});
