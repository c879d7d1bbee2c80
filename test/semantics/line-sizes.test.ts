// Which lines of which levels lie in a line of the largest size, and on which of them an operation acts.
import { describe, expect, it } from "vitest";
import type { CacheLevel, LineSize, ResolvedCore } from "../../generator/model/chip.ts";
import { mayHoldSeveral, partsMaintained, possibleSizes, sizedSide } from "../../generator/semantics/line-sizes.ts";

const levels = [
  { level: 0, lineBytes: 16 },
  { level: 1, lineBytes: 64 },
];
const caches = ["write-back", "write-through"].map((writePolicy) => ({ writePolicy }) as CacheLevel);
const side = sizedSide(levels, [0, 40], caches);
const line = { lineBytes: 64, levels: side, front: sizedSide([], [0, 40], []) };
const small = (offsetBytes: number) => ({ level: 0, lineBytes: 16, offsetBytes });

it("a line has an entry for each smaller one with a cell in it", () => {
  expect(side.entries).toEqual([small(0), small(32), { level: 1, lineBytes: 64, offsetBytes: 0 }]);
  expect(side.rules.map(({ cells }) => cells)).toEqual([[0], [1], undefined]);
  expect(sizedSide(levels, [3, 5], caches).entries).toHaveLength(2);
});

describe("an operation", () => {
  const parts = (acted: readonly number[], first: number, last: number) =>
    partsMaintained(
      line,
      levels.filter(({ level }) => acted.includes(level)),
      first,
      last,
    ).map((part) => [part.lines, part.entries.levels.map(({ index }) => index)]);

  it("acts at each level on the line with the address in it", () => {
    expect(parts([0, 1], 32, 32)).toEqual([[[2], [1, 2]]]);
    // There is no cell in that small line; the large one is acted on all the same.
    expect(parts([0, 1], 16, 16)).toEqual([[[1], [2]]]);
  });

  it("on a range takes small lines one after the other, and a large one once", () => {
    expect(parts([0, 1], 0, 63)).toEqual([
      [[0], [0, 2]],
      [[1], [2]],
      [[2], [1, 2]],
    ]);
    expect(parts([1], 20, 63)).toEqual([
      [
        [0, 1, 2, 3],
        [0, 1, 2],
      ],
    ]);
  });
});

it("sizes are powers of two; one register for two levels says one size", () => {
  const level = (smallestLineBytes: number, largestLineBytes: number, register?: bigint) =>
    ({
      smallestLineBytes,
      largestLineBytes,
      lineSize: register === undefined ? undefined : ({ register } as LineSize),
    }) as CacheLevel;
  const core = { architecture: { lineSize: { register: 1n } } } as ResolvedCore;
  expect(possibleSizes(level(16, 64))).toEqual([16, 32, 64]);
  expect(mayHoldSeveral(level(64, 64), level(32, 32), core)).toBe(true);
  expect(mayHoldSeveral(level(32, 32), level(64, 64), core)).toBe(false);
  expect(mayHoldSeveral(level(32, 64), level(32, 64), core)).toBe(true);
  expect(mayHoldSeveral(level(32, 64, 2n), level(32, 64, 2n), core)).toBe(false);
  // The architecture's register only says how large the smallest is.
  expect(mayHoldSeveral(level(32, 64, 1n), level(32, 64, 1n), core)).toBe(true);
});
