// A write buffer of a cache controller that nothing drains: a promise of each fence, and a level of its own kind without it.
import { describe, expect, it } from "vitest";
import type { LevelRules, LineState } from "../../generator/semantics/line-state.ts";
import { cellsSeenFrom, cleanLevel, dmaRead, evict, fill, storeCell } from "../../generator/semantics/line-state.ts";
import { verifyFence } from "../../generator/verifier/verify-fence.ts";
import { planOf } from "../support/pipeline.ts";
import { testChip, testMechanism } from "../support/test-chip.ts";

const withBuffer = (writeBuffer: string, cachedBy: string) =>
  testChip({
    mechanisms: testMechanism({ more: `\n    writeBuffer: ${writeBuffer}` }),
    regions: `\n  RAM: { base: 0x2000_0000, size: 64KiB, cachedBy: ${cachedBy} }`,
  });
const planned = (text: string) => planOf("test-chip", { "chips/test-chip.yaml": text });
const off = "{ unless: Bit 1 of CTRL is 0. }";

it.each([
  ["that a cache holds", "all"],
  ["that no cache holds", "none"],
])("for memory %s the fence asks that the buffer is off, and needs that", (_, cachedBy) => {
  const { chip, fences } = planned(withBuffer(off, cachedBy)).planned!;
  const verdict = verifyFence(fences[0]!, chip, chip.cores[0]!);
  expect(verdict).toMatchObject({ sound: true, necessary: true, reachable: true });
  const promise = verdict.obligations.find(({ kind }) => kind === "write-buffer-off")!;
  expect(promise).toMatchObject({ text: "Bit 1 of CTRL is 0.", verdict: "needed" });
  const events = promise.counterexample!.events;
  expect(events.map(({ cache }) => cache).join()).toContain("write buffer of L1D");
  expect(events.at(-1)!.device).toBe("reads 0");
});

it("nothing that keeps it off: no fence", () => {
  const { planned: none, diagnostics } = planned(withBuffer("{}", "all"));
  expect(none).toBeUndefined();
  expect(diagnostics).toContainEqual(
    expect.objectContaining({
      code: "plan/not-acted-on",
      message: expect.stringContaining("stores may stay in the write buffer of Test mechanism"),
    }),
  );
});

it.each(["kinetis-k66", "imx8mm", "imxrt1176", "imxrt595"])("%s names register and bit", (id) => {
  const fences = planOf(id).planned!.fences;
  const texts = fences.flatMap(({ obligations }) =>
    obligations.flatMap(({ kind, text }) => (kind === "write-buffer-off" ? [text] : [])),
  );
  expect(texts.length).toBeGreaterThan(0);
  for (const text of texts) expect(text).toMatch(/bit 1 \(ENWRBUF\) of .*(PCCCR|CCR)/);
});

describe("the level", () => {
  const rules: LevelRules[] = (["write-through", "write-buffer"] as const).map((writePolicy) => ({
    ...{ writePolicy, speculativeFill: true, takesCleanVictims: false },
  }));
  const line = (memory: readonly number[], ...levels: LineState["levels"]): LineState => ({
    memory,
    levels,
    front: [],
  });
  const kept = (...cells: (number | undefined)[]) => ({ dirty: true, cells });
  const stored = storeCell(line([1, 2], undefined, undefined), 0, 9, rules);

  it("keeps what is stored and nothing else, until it drains that", () => {
    expect(stored).toEqual(line([1, 2], undefined, kept(9, undefined)));
    expect(storeCell(stored, 1, 8, rules)).toEqual(line([1, 2], undefined, kept(9, 8)));
    expect(fill(line([1, 2], undefined, undefined), 1, rules)).toEqual(line([1, 2], undefined, undefined));
    expect(evict({ ...stored, memory: [1, 7] }, 1, rules)).toEqual([line([9, 7], undefined, undefined)]);
  });

  it("is looked through by loads, and not by DMA", () => {
    expect(cellsSeenFrom(stored, 0)).toEqual([9, 2]);
    expect(dmaRead(stored, 0, 2)).toBe(1);
  });

  it("takes what is written back from a level inside", () => {
    const inside = [{ ...rules[0]!, writePolicy: "write-back" as const }, rules[1]!];
    const dirty = line([1, 2], { dirty: true, cells: [5, 6] }, undefined);
    expect(cleanLevel(dirty, 0, inside)).toEqual(line([1, 2], { dirty: false, cells: [5, 6] }, kept(5, 6)));
  });
});
