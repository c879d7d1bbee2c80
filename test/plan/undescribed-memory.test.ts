// Which fences are wrong for memory that nobody described.
import { expect, it } from "vitest";
import { planOf } from "../support/pipeline.ts";
import { type TestChip, testChip, testMechanism } from "../support/test-chip.ts";

const needs = (parts: TestChip) =>
  planOf("test-chip", { "chips/test-chip.yaml": testChip(parts) }).planned!.fences[0]!.needsDescribedMemory;
const address = (uncachedAddress: string) =>
  `{ kind: virtual, ignoredLowBits: line, uncachedAddress: ${uncachedAddress} }`;
const two = {
  regions: `
  RAM: { base: 0x2000_0000, size: 64KiB, cachedBy: all }
  TCM: { base: 0x1000_0000, size: 64KiB, cachedBy: none }`,
  dma: "\n  DMA: { reaches: [RAM, TCM], snoops: none }",
};
const whole = `
      all: { effect: clean-and-invalidate, unit: whole-cache, sequence: [write: { register: CLEAN, value: 1 }] }`;

it.each<[string, TestChip, boolean]>([
  ["whose operations ignore other memory", { mechanisms: testMechanism({ address: address("ignored") }) }, false],
  ["of barriers only", { coreCaches: "[]", mechanisms: " []" }, false],
  ["whose operations are wrong for other memory", { mechanisms: testMechanism({ address: address("wrong") }) }, true],
  ["with a guard", { mechanisms: testMechanism({ address: address("wrong") }), ...two }, true],
  ["of the whole cache", { mechanisms: testMechanism({ address: address("wrong"), operations: whole }), ...two }, true],
])("a fence %s: %s", (_, parts, expected) => {
  expect(needs(parts)).toBe(expected);
});
