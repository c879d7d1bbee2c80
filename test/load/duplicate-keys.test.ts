// A key that stands twice is one problem: what refers to either of the two is not reported as well, and the rest of the file is.
import { expect, it } from "vitest";
import { Diagnostics } from "../../generator/diagnostics/diagnostic.ts";
import { parseSource } from "../../generator/load/source-file.ts";
import { marksOf } from "../support/marks.ts";
import { planOf } from "../support/pipeline.ts";

it("reports nothing that only follows from it, and what does not", () => {
  const text = `chip: test-chip
title: Test chip
vendor: Nobody
cores: [{ core: cortex-m7, rustTargets: [thumbv7em-none-eabi] }]
memories:
  A: { base: 0x2000_0000, size: 64KiB }
masters:
  DMA1: { reaches: [A, B] }
memories:
#< yaml/duplicate-key
  B: { base: 0x3000_0000, size: 64KiB }
  C: { base: 0x3000_8000, size: 64KiB, cachedBy: [L9] }
#            ^ rule/memories-overlap
#                                                 ^ rule/unknown-cache-level
masters:
#< yaml/duplicate-key
  DMA2: { reaches: [A, B, D] }
#                         ^ rule/unknown-memory
evidence:
  memories:
    A, B, C: unverified
  masters:
    DMA1: unverified
    DMA2: unverified
sources: {}
title: Another title
#< yaml/duplicate-key
`;
  const { diagnostics } = planOf("test-chip", { "chips/test-chip.yaml": text });
  expect(diagnostics.map(({ code, range }) => ({ code, ...range!.start }))).toEqual(marksOf(text));
});

it.each<[string, unknown]>([
  ["a: 1\na: 2\n", { a: 1 }],
  ["a: { b: 1, c: { d: 1 } }\na: { c: { e: 2, d: 3 } }\n", { a: { b: 1, c: { d: 1, e: 2 } } }],
  ["a: [1]\na: [2]\na: { b: 1 }\n", { a: [1] }],
  ["- { a: 1, a: 2 }\n", [{ a: 1 }]],
  // What an alias stands for is not lost.
  ["a: 1\na: &x 2\nb: *x\n", { a: 2, b: 2 }],
  ["a: { x: 1 }\na: &x { y: 2 }\nb: [*x]\n", { a: { y: 2 }, b: [{ y: 2 }] }],
])("%j", (text, value) => {
  const diagnostics = new Diagnostics();
  expect(parseSource("a.yaml", text, diagnostics).value).toEqual(value);
  expect(new Set(diagnostics.sorted().map(({ code }) => code))).toEqual(new Set(["yaml/duplicate-key"]));
});
