// Addresses and sizes that a mechanism takes changed: what is lost of them must lie within a line, wherever the buffer is.
import { describe, expect, it } from "vitest";
import { planOf } from "../support/pipeline.ts";
import { type TestChip, testChip, testMechanism } from "../support/test-chip.ts";

const effects = ["clean", "clean-and-invalidate"] as const;

/** A mechanism of line operations that take a value, with what it says of addresses. */
const ofLines = (value: string, ignored = "line", how = "write: { register: CLEAN, value: VALUE }") =>
  testMechanism({
    address: `{ kind: virtual, ignoredLowBits: ${ignored}, uncachedAddress: ignored }`,
    operations: effects
      .map((effect, index) => {
        const access = how
          .replace("VALUE", value.replace("INDEX", `${index}`))
          .replace("CLEAN", ["CLEAN", "CLEAN_INVALIDATE"][index]!);
        return `\n      ${effect}: { effect: ${effect}, sequence: [${access}] }`;
      })
      .join(""),
  });

const store = "store: { to: VALUE, widthBits: 8 }";

/** A mechanism of range commands, from a start to an end or of a size. */
const ofRanges = (end: string, start = "first-line", more = "") =>
  testMechanism({
    operations: effects
      .map(
        (effect) =>
          `\n      ${effect}: { effect: ${effect}, unit: range, ${more} sequence: [write: { register: START, value: ${start} }, write: { register: END, value: ${end} }, write: { register: CLEAN, value: ${effect.length} }] }`,
      )
      .join(""),
    ordering: "{ accessClass: device-write, doneWhen: ordered }",
  });

const memoryAt = (base: string, size = "64KiB") => ({
  regions: `\n  RAM: { base: ${base}, size: ${size}, cachedBy: all }`,
});

const found = (mechanisms: string, parts: TestChip = {}) =>
  planOf("test-chip", { "chips/test-chip.yaml": testChip({ mechanisms, ...parts }) }).diagnostics.map(
    ({ code, message }) => `${code} ${message}`,
  );

describe("with lines of 32 bytes, a fence is refused that is given", () => {
  it.each<[string, string, TestChip, RegExp]>([
    ["a size by 64", ofRanges("{ of: size-bytes, shiftRight: 6 }"), {}, /shifts `size-bytes` by 6 bits.*units of 32/],
    ["a number of pairs of lines", ofRanges("{ of: size-lines, shiftRight: 1 }"), {}, /shifts `size-lines` by 1 bits/],
    ["an address by 64", ofLines("{ of: address, shiftRight: 6 }"), {}, /shifts `address` by 6 bits/],
    ["an end by 64", ofRanges("{ of: end, shiftRight: 6 }"), {}, /shifts `end` by 6 bits/],
    ["a last byte by 64", ofRanges("{ of: last-byte, shiftRight: 6 }"), {}, /shifts `last-byte` by 6 bits/],
    ["a start by 64", ofRanges("last-byte", "{ of: first-line, shiftRight: 6 }"), {}, /shifts `first-line` by 6 bits/],
    [
      "an address of which a bit is set that other lines have",
      ofLines("{ of: address, or: 0x20 }"),
      {},
      /sets bits of `address` that addresses of `RAM` at 0x2000_0000 have as well/,
    ],
    [
      "an address of which a bit is set that a part of the memory has",
      ofLines("{ of: address, or: 0x1000_0000 }"),
      memoryAt("0x2FFF_8000"),
      /sets bits of `address`/,
    ],
    [
      "an address of which a bit is set that all of the memory has",
      ofLines("{ of: address, or: 0x1000_0000 }"),
      memoryAt("0x3000_0000"),
      /sets bits of `address`/,
    ],
    [
      "an end of which a bit is set that the end of the memory has",
      ofRanges("{ of: end, or: 0x1_0000 }"),
      {},
      /sets bits of `end`/,
    ],
    [
      "any address within a line and 3, which may be one in the next line",
      ofLines("{ of: address, add: 3 }"),
      {},
      /changes bits of `address` that tell lines of 32 bytes apart/,
    ],
    [
      "an address less what is no line, by the line",
      ofLines("{ of: address, subtract: 4, shiftRight: 5 }", "0"),
      {},
      /changes bits of `address`/,
    ],
    [
      "the start of a line and 1, of which bit 0 is set",
      ofLines("{ of: address, add: 1, or: 1 }", "0"),
      {},
      /changes bits of `address`/,
    ],
    [
      "a distance from beyond the start of the memory",
      ofLines("{ of: address, subtract: 0x2000_1000 }"),
      {},
      /subtracts more from `address` than addresses of `RAM` at 0x2000_0000 have/,
    ],
  ])("%s", (_, mechanisms, parts, message) => {
    expect(found(mechanisms, parts)).toEqual([expect.stringMatching(/^plan\/misses-lines /)]);
    expect(found(mechanisms, parts)[0]).toMatch(message);
  });

  it.each<[string, string, TestChip, RegExp]>([
    [
      "an address that is too large for its register with what is added",
      ofLines("{ of: address, add: 0xE000_0000 }"),
      {},
      /CLEAN of Test mechanism has 32 bits, and addresses of `RAM`/,
    ],
    [
      "a store beyond all addresses",
      ofLines("{ of: address, add: 0xE000_000INDEX }", "0", store),
      {},
      /the address of `store` of Test mechanism has 32 bits, and addresses of `RAM`/,
    ],
    ["a number of lines of which bit 0 is set", ofRanges("{ of: size-lines, or: 1 }"), {}, /takes less than one line/],
  ])("%s", (_, mechanisms, parts, message) => {
    const problems = found(mechanisms, parts);
    expect(problems).toEqual([expect.stringMatching(/^plan\/narrow-register /)]);
    expect(problems[0]).toMatch(message);
  });
});

describe("with lines of 32 bytes, a fence is planned that is given", () => {
  it.each<[string, string, TestChip]>([
    ["an address by the line", ofLines("{ of: address, shiftRight: 5 }"), {}],
    ["an address by less", ofLines("{ of: address, shiftRight: 4 }"), {}],
    ["an address with a bit within the line set", ofLines("{ of: address, or: 1 }"), {}],
    ["the start of a line and 3", ofLines("{ of: address, add: 3 }", "0"), {}],
    ["a distance from the start of memory", ofLines("{ of: address, subtract: 0x2000_0000 }"), {}],
    [
      "an address with a bit set that no memory has",
      ofLines("{ of: address, or: 0x1000_0000 }"),
      memoryAt("0x2000_0000", "256MiB"),
    ],
    ["a size by the line", ofRanges("{ of: size-bytes, shiftRight: 5 }"), {}],
    ["how many further lines there are", ofRanges("{ of: size-bytes, subtract: 1, shiftRight: 5 }"), {}],
    ["the same of lines", ofRanges("{ of: size-lines, subtract: 1 }"), {}],
    ["the number of the last line", ofRanges("{ of: last-byte, shiftRight: 5 }"), {}],
    ["the same by the end", ofRanges("{ of: end, subtract: 1, shiftRight: 5 }"), {}],
    ["a size with a bit within the line set", ofRanges("{ of: size-bytes, or: 1 }"), {}],
    ["a size with a bit set that sizes do not have", ofRanges("{ of: size-bytes, or: 0x8000_0000 }"), {}],
    [
      "a size by 64 of ranges of 64",
      ofRanges("{ of: size-bytes, shiftRight: 6 }", "first-line", "alignmentBytes: 64,"),
      {},
    ],
  ])("%s", (_, mechanisms, parts) => {
    expect(found(mechanisms, parts)).toEqual([]);
  });
});
