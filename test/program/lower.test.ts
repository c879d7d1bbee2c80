// From the steps of a plan to statements: what a kind of step becomes, and that printers need not know of steps.
import { describe, expect, it } from "vitest";
import { lower } from "../../generator/program/lower.ts";
import { blocksOf, flattened, registersOf } from "../../generator/program/statement.ts";
import { stepTitle } from "../../generator/program/words.ts";
import { fenceOf, planOf, shippedChips } from "../support/pipeline.ts";
import { testChip, testMechanism } from "../support/test-chip.ts";

const programOf = (text: string) => lower(fenceOf("test-chip", { "chips/test-chip.yaml": text }));
const kinds = (text: string, fence: "release" | "acquire") =>
  programOf(text)[fence].map(({ body }) =>
    flattened(body)
      .map(({ kind }) => kind)
      .join(" "),
  );

describe("a fence", () => {
  it("leaves for an empty buffer, orders, and goes over the lines", () => {
    expect(kinds(testChip(), "release")).toEqual(["if return", "barrier", "for-lines store-register", "barrier"]);
  });

  it("that only orders has no other statement", () => {
    expect(kinds(testChip({ dma: "\n  DMA: { reaches: [RAM], snoops: all }" }), "release")).toEqual(["barrier"]);
  });

  it("may give a range command the bounds of the lines", () => {
    const operations = `
      clean-range: { effect: clean, unit: range, sequence: [write: { register: START, value: first-line }, write: { register: END, value: end }] }
      drop-range: { effect: clean-and-invalidate, unit: range, sequence: [write: { register: START, value: first-line }, write: { register: CLEAN, value: end }] }`;
    const text = testChip({ mechanisms: testMechanism({ operations }) });
    expect(kinds(text, "release")).toContain("let-range store-register store-register");
    const names = registersOf(programOf(text).release).map(({ name }) => name);
    expect(names).toEqual(["START", "END"]);
  });

  it("keeps away from memory that its operations must not be given", () => {
    const text = testChip({
      mechanisms: testMechanism({ address: "{ kind: virtual, ignoredLowBits: line, uncachedAddress: wrong }" }),
      regions:
        "\n  RAM: { base: 0x2000_0000, size: 64KiB, cachedBy: all }\n  TCM: { base: 0x1000_0000, size: 64KiB, cachedBy: none }",
      dma: "\n  DMA: { reaches: [RAM, TCM], snoops: none }",
    });
    const [, guard] = programOf(text).release;
    expect(guard!.body).toMatchObject([
      { kind: "if", condition: { kind: "buffer-starts-outside", regions: [{ name: "RAM" }] } },
    ]);
    // The steps behind the guard have reasons of their own.
    const inner = flattened(guard!.body).filter(({ kind }) => kind === "block");
    expect(inner).toHaveLength(1);
    expect(inner[0]).toMatchObject({ reason: expect.stringMatching(/^Orders /), body: [{ kind: "barrier" }] });
  });
});

it("a completion for some memory only says which, and no level", () => {
  const level = (name: string, mechanism: string, base: string) =>
    `{ name: ${name}, takesCleanVictims: { unless: It is not exclusive. }, lineBytes: 32, writePolicy: write-back, maintenance: { mechanism: ${mechanism}, base: ${base} } }`;
  const completing = testMechanism({
    id: "completing",
    address: "{ kind: virtual, ignoredLowBits: line, uncachedAddress: wrong }",
    more: "\n    completion: { sequence: [write: { register: STATUS, value: 0 }], source: unverified }",
  });
  const fence = fenceOf("test-chip", {
    "chips/test-chip.yaml": testChip({
      coreCaches: `[${level("L1D", "test-mechanism", "0x4000_0000")}, ${level("L2", "completing", "0x5000_0000")}]`,
      mechanisms: testMechanism() + completing,
      regions: `
  RAM: { base: 0x2000_0000, size: 64KiB, cachedBy: all }
  SRAM: { base: 0x3000_0000, size: 64KiB, cachedBy: [L1D] }`,
      dma: "\n  DMA: { reaches: [RAM, SRAM], snoops: none }",
    }),
  });
  expect(fence.release.map(stepTitle)).toContain("in RAM only, L2_STATUS (0x5000_0014) = 0x0");
});

it.each(shippedChips)("%s: each step is one block with its reason, sources and title", (id) => {
  const { planned } = planOf(id);
  for (const plan of planned?.fences ?? []) {
    const program = lower(plan);
    for (const method of ["release", "acquire"] as const) {
      expect(program[method].map(({ reason, sources }) => ({ reason, sources }))).toEqual(
        plan[method].map(({ reason, sources }) => ({ reason, sources })),
      );
      expect(plan[method].map(stepTitle).every(Boolean)).toBe(true);
    }
    // Only a mutant begins or ends late.
    for (const statement of flattened(blocksOf(program))) expect(statement).not.toHaveProperty("late");
  }
});
