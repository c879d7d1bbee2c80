// Memory that is shown at two addresses, cached at one of them or at both: what a driver that uses both must do.
import { describe, expect, it } from "vitest";
import type { FenceMethod } from "../../generator/model/chip.ts";
import type { ObligationKind } from "../../generator/plan/operation.ts";
import { lower } from "../../generator/program/lower.ts";
import { run } from "../../generator/program/run.ts";
import type { DmaBuffer } from "../../generator/runtime/dma-fence.ts";
import { brokenProperty, verifyFence } from "../../generator/verifier/verify-fence.ts";
import { planOf } from "../support/pipeline.ts";
import { testChip } from "../support/test-chip.ts";

const about: readonly ObligationKind[] = ["one-address", "address-handed-over"];

function planned(alias: string, snoops: string) {
  const text = testChip({
    regions: `
  RAM: { base: 0x2000_0000, size: 64KiB }
  RAM (again): { base: 0x3000_0000, size: 64KiB, aliasOf: RAM${alias} }`,
    dma: `\n  DMA: { reaches: [RAM, RAM (again)], snoops: ${snoops} }`,
    more: "evidence: { masters: unverified }",
  });
  const { chip, fences } = planOf("test-chip", { "chips/test-chip.yaml": text }).planned!;
  const [plan] = fences;
  return { chip, core: chip.cores[0]!, plan: plan! };
}

describe.each([
  ["not cached at the other address", ", cachedBy: none", "none", "address-handed-over"],
  ["cached at both, each for itself", "", "none", "address-handed-over"],
  ["cached in a level that the master sees", ", cachedBy: none", "all", "one-address"],
])("memory that is %s", (_, alias, snoops, promised) => {
  const { chip, core, plan } = planned(alias, snoops);

  it(`a fence asks for ${promised}, needs it and is sound under it`, () => {
    expect(plan.obligations.map(({ kind }) => kind).filter((kind) => about.includes(kind))).toEqual([promised]);
    const verdict = verifyFence(plan, chip, core);
    expect(verdict).toMatchObject({ sound: true, necessary: true, reachable: true });
    expect(verdict.obligations.find(({ kind }) => kind === promised)?.verdict).toBe("needed");
  });

  it("without that, some driver that uses both addresses goes wrong", () => {
    const obligations = plan.obligations.filter(({ kind }) => !about.includes(kind));
    const verdict = verifyFence({ ...plan, obligations }, chip, core);
    expect(verdict.sound).toBe(false);
    expect(
      verdict.counterexamples.map(({ scenario }) => / used at RAM( \(again\))? too,/.test(scenario)),
    ).not.toContain(false);
  });
});

it("a buffer that was written at the other address must be released there", () => {
  const { chip, core, plan } = planned(", cachedBy: none", "none");
  const program = lower(plan);
  const isUsed = { release: false };
  const atOneAddress = (method: FenceMethod, buffer: DmaBuffer) => {
    // The fence does nothing for a buffer at its cached address, as if it had not been called for it.
    const isCached = buffer.address < 0x3000_0000n;
    isUsed.release ||= isCached && method === "release";
    return isCached ? [] : run(program[method], buffer);
  };
  const verdict = verifyFence({ ...plan, release: [], acquire: [] }, chip, core, atOneAddress);
  expect(isUsed.release).toBe(true);
  expect(brokenProperty(verdict)).toBe("outbound");
  const moved = verdict.counterexamples.filter(({ scenario }) => scenario.includes("written before at RAM too"));
  expect(moved[0]?.property).toBe("outbound");
  expect(moved[0]?.events.map(({ cpu }) => cpu)).toContain("store 1 at the other address");
});

it.each(["jh7110", "rp2350"])("%s: the fence for masters that snoop asks for one address as well", (id) => {
  const kinds = planOf(id).planned!.fences.map(({ name, obligations }) => [
    /Coherent/.test(name),
    obligations.map(({ kind }) => kind).filter((kind) => about.includes(kind)),
  ]);
  for (const [isCoherent, promised] of kinds)
    expect(promised).toEqual([isCoherent ? "one-address" : "address-handed-over"]);
});
