// Ranges that are longer than what a command takes: in pieces where a buffer may be so long, and whole where it may not.
import { expect, it } from "vitest";
import { fenceOf, planOf } from "../support/pipeline.ts";
import type { TestChip } from "../support/test-chip.ts";
import { testChip, testMechanism } from "../support/test-chip.ts";

interface Range {
  readonly bits?: number | "unknown";
  readonly limits?: string;
  readonly value?: string;
  readonly address?: string;
}

function mechanismOf({ bits = 32, limits = "", value = "size-bytes", address = "wrong" }: Range): string {
  const range = (name: string, effect: string) => `
      ${name}:
        effect: ${effect}
        unit: range${limits}
        sequence:
          - write: { register: START, value: first-line }
          - write: { register: END, value: ${value} }
          - write: { register: CLEAN, value: ${effect.length} }`;
  return testMechanism({
    address: `{ kind: virtual, uncachedAddress: ${address} }`,
    ordering: "{ accessClass: device-write, doneWhen: ordered }",
    operations: range("clean", "clean") + range("clear", "clean-and-invalidate"),
  }).replace("END: { offset: 0x10, bits: 32 }", `END: { offset: 0x10${bits === "unknown" ? "" : `, bits: ${bits}`} }`);
}

const memory = (...sizes: readonly string[]) => ({
  regions: sizes
    .map((size, index) => `\n  RAM${index}: { base: 0x${(2 + 4 * index).toString(16)}000_0000${size}, cachedBy: all }`)
    .join(""),
  dma: `\n  DMA: { reaches: [${sizes.map((_, index) => `RAM${index}`).join(", ")}], snoops: none }`,
});

function piecesOf(range: Range, parts: TestChip) {
  const plan = fenceOf("test-chip", {
    "chips/test-chip.yaml": testChip({ mechanisms: mechanismOf(range), ...parts }),
  });
  const [step] = plan.release.filter((each) => each.kind === "maintain-range");
  return step!.pieces;
}

const large = memory(", size: 64MiB");

it.each<[string, Range, TestChip, number | undefined, number | undefined]>([
  ["24 bits of bytes", { bits: 24 }, large, 0xff_ffe0, undefined],
  ["24 bits of bytes, for memory that is no longer", { bits: 24 }, memory(", size: 8MiB"), undefined, undefined],
  [
    "24 bits of bytes, for two memories with a gap",
    { bits: 24 },
    memory(", size: 8MiB", ", size: 8MiB"),
    undefined,
    undefined,
  ],
  [
    "24 bits of bytes, for memory that may be larger",
    { bits: 24, address: "ignored" },
    memory(", size: { most: 64MiB }"),
    0xff_ffe0,
    undefined,
  ],
  ["a register of the core's width", {}, large, undefined, undefined],
  ["16 bits of lines", { bits: 16, value: "size-lines" }, large, 0xffff * 32, undefined],
  [
    "16 bits of lines less one",
    { bits: 16, value: "{ of: size-lines, subtract: 1 }" },
    large,
    0x1_0000 * 32,
    undefined,
  ],
  ["20 bits of bytes by 16", { bits: 20, value: "{ of: size-bytes, shiftRight: 4 }" }, large, 0xff_ffe0, undefined],
  ["16 bits of bytes and a number", { bits: 16, value: "{ of: size-bytes, add: 0x1000 }" }, large, 0xefe0, undefined],
  ["bits of bytes below one that is set", { value: "{ of: size-bytes, or: 0x1_0000 }" }, large, 0xffe0, undefined],
  ["bits of lines below one that is set", { value: "{ of: size-lines, or: 0x100 }" }, large, 0xff * 32, undefined],
  ["a size with a bit set within a line", { value: "{ of: size-bytes, or: 0x10 }" }, large, undefined, undefined],
  ["a greatest length", { limits: "\n        mostBytes: 1000000" }, large, 1_000_000 - (1_000_000 % 32), undefined],
  ["the smaller of two", { bits: 24, limits: "\n        mostBytes: 64KiB" }, large, 0x1_0000, undefined],
  ["windows", { limits: "\n        windowBytes: 64KiB" }, large, 0x1_0000, 0x1_0000],
  ["windows, for memory within one", { limits: "\n        windowBytes: 64MiB" }, large, undefined, undefined],
  ["windows that hold several commands", { bits: 16, limits: "\n        windowBytes: 1MiB" }, large, 0xffe0, 0x10_0000],
])("%s", (_, range, parts, mostBytes, windowBytes) => {
  expect(piecesOf(range, parts)).toEqual(mostBytes === undefined ? undefined : { mostBytes, windowBytes });
});

const at = (base: string, size: string) => ({
  regions: `\n  RAM: { base: ${base}, size: ${size}, cachedBy: all }`,
});

it.each([
  ["that is a line shorter than what the size may not reach", "0x2000_0000", "0xFF_FFE0", undefined],
  ["that is as long", "0x2000_0000", "16MiB", 0xff_ffe0],
  ["that touches a line more, because it begins within one", "0x2000_0010", "0xFF_FFE0", 0xff_ffe0],
  ["that begins and ends within a line", "0x2000_0010", "0xFF_FFD0", undefined],
])("24 bits of bytes, for memory %s", (_, base, size, mostBytes) => {
  expect(piecesOf({ bits: 24 }, at(base, size))?.mostBytes).toBe(mostBytes);
});

it("windows, for memory whose first line begins in another one", () => {
  const range = { limits: "\n        windowBytes: 64KiB\n        alignmentBytes: 128" };
  expect(piecesOf(range, at("0x2000_FF90", "0x60"))?.mostBytes).toBe(undefined);
  expect(piecesOf(range, at("0x2000_FF90", "0x80"))?.mostBytes).toBe(0x1_0000);
});

it.each([
  ["bytes", "size-bytes", "", true],
  ["lines", "{ of: size-lines, subtract: 1 }", "", true],
  ["bytes, where the longest range is known", "size-bytes", "\n        mostBytes: 1MiB", false],
  ["no size", "end", "", false],
])("a fence is refused where nobody says how many bits take a number of %s", (_, value, limits, isRefused) => {
  const mechanisms = mechanismOf({ bits: "unknown", value, limits });
  const { diagnostics } = planOf("test-chip", { "chips/test-chip.yaml": testChip({ mechanisms }) });
  const messages = diagnostics.flatMap(({ code, message }) => (code === "plan/narrow-register" ? [message] : []));
  expect(messages).toEqual(
    isRefused ? [expect.stringContaining("writes a size to END, and nobody says how many bits of it take one")] : [],
  );
});

it("a range that must be aligned to more than a line is rounded to that", () => {
  const mechanisms = mechanismOf({ limits: "\n        alignmentBytes: 128" });
  const plan = fenceOf("test-chip", { "chips/test-chip.yaml": testChip({ mechanisms }) });
  expect(plan.release.find((step) => step.kind === "maintain-range")).toMatchObject({ lineBytes: 128 });
  expect(plan.lineBytes).toBe(32);
});

it("an address is masked only where the hardware does not ignore the bits within a line", () => {
  const firstOf = (bits: string) =>
    fenceOf("test-chip", {
      "chips/test-chip.yaml": testChip({
        mechanisms: testMechanism({ address: `{ kind: virtual, ignoredLowBits: ${bits}, uncachedAddress: ignored }` }),
      }),
    }).release.flatMap((step) => (step.kind === "maintain-lines" ? [step.firstAddress] : []));
  expect([firstOf("0"), firstOf("4"), firstOf("5"), firstOf("6"), firstOf("line")].flat()).toEqual([
    ...["line-aligned", "line-aligned", "as-given", "as-given", "as-given"],
  ]);
});
