// What happens to one line: at each level, in memory, and for DMA.
import { describe, expect, it } from "vitest";
import {
  type Cells,
  cellsSeenFrom,
  cleanLevel,
  discardDirtyLevel,
  dmaRead,
  dmaWrite,
  evict,
  fill,
  invalidateLevel,
  type LevelRules,
  type LineCopy,
  type LineState,
  seenThrough,
  storeCell,
  through,
  toCell,
} from "../../generator/semantics/line-state.ts";

const clean = (...cells: number[]): LineCopy => ({ dirty: false, cells });
const dirty = (...cells: number[]): LineCopy => ({ dirty: true, cells });
const line = (memory: Cells, ...levels: readonly (LineCopy | undefined)[]): LineState => ({
  memory,
  levels,
  front: [],
});
const none = undefined;
const policies = (...list: LevelRules["writePolicy"][]): LevelRules[] =>
  list.map((writePolicy) => ({ writePolicy, speculativeFill: true, takesCleanVictims: false }));
const [back, through_, readOnly] = ["write-back", "write-through", "read-only"] as const;

describe("a store of the first cell", () => {
  it.each<[string, LevelRules["writePolicy"][], LineState, LineState]>([
    ["goes to memory without caches", [], line([1, 2]), line([9, 2])],
    ["allocates in a write-back level", [back], line([1, 2], none), line([1, 2], dirty(9, 2))],
    ["makes a clean copy dirty", [back], line([1, 2], clean(3, 4)), line([1, 2], dirty(9, 4))],
    [
      "stays in the first write-back level",
      [back, back],
      line([1, 2], none, clean(3, 4)),
      line([1, 2], dirty(9, 4), clean(3, 4)),
    ],
    ["goes through a write-through level", [through_], line([1, 2], clean(1, 2)), line([9, 2], clean(9, 2))],
    ["allocates nothing there", [through_], line([1, 2], none), line([9, 2], none)],
    [
      "ends in a write-back level outside",
      [through_, back],
      line([1, 2], clean(1, 2), none),
      line([1, 2], clean(9, 2), dirty(9, 2)),
    ],
    [
      "drops a read-only level's copy",
      [readOnly, back],
      line([1, 2], clean(1, 2), none),
      line([1, 2], none, dirty(9, 2)),
    ],
    ["and goes on to memory", [readOnly], line([1, 2], clean(1, 2)), line([9, 2], none)],
    [
      "never reaches a read-only level behind write-back",
      [back, readOnly],
      line([1, 2], none, clean(1, 2)),
      line([1, 2], dirty(9, 2), clean(1, 2)),
    ],
  ])("%s", (_, levels, before, after) => {
    expect(storeCell(before, 0, 9, policies(...levels))).toEqual(after);
  });
});

describe("a dirty copy that is evicted", () => {
  it.each<[string, LevelRules["writePolicy"][], LineState, LineState]>([
    ["goes to memory from the last level", [back], line([1], dirty(9)), line([9], none)],
    ["goes to the next level and no further", [back, back], line([1], dirty(9), none), line([1], none, dirty(9))],
    ["over the clean copy there", [back, back], line([1], dirty(9), clean(1)), line([1], none, dirty(9))],
    [
      "through a write-through level, which keeps its copy up to date",
      [back, through_],
      line([1], dirty(9), clean(1)),
      line([9], none, clean(9)),
    ],
    ["and allocates none", [back, through_], line([1], dirty(9), none), line([9], none, none)],
    [
      "past a read-only level, which drops its copy",
      [back, readOnly],
      line([1], dirty(9), clean(1)),
      line([9], none, none),
    ],
    [
      "to a write-back level behind that",
      [back, readOnly, back],
      line([1], dirty(9), clean(1), none),
      line([1], none, none, dirty(9)),
    ],
  ])("%s", (_, levels, before, after) => {
    expect(evict(before, 0, policies(...levels))).toEqual([after]);
    // Cleaning writes the same to the same places, and keeps the copy.
    const kept = line(after.memory, clean(9), ...after.levels.slice(1));
    expect(cleanLevel(before, 0, policies(...levels))).toEqual(kept);
  });
});

it("what is clean is never written anywhere", () => {
  const state = line([1], clean(3), clean(4));
  expect(evict(state, 0)).toEqual([line([1], none, clean(4))]);
  expect(cleanLevel(state, 0)).toEqual(state);
  expect(evict(line([1], none), 0)).toEqual([line([1], none)]);
});

it("a clean line moves to the next level where that takes such and has none", () => {
  const rules = policies(back, back).map((level) => ({ ...level, takesCleanVictims: true }));
  expect(evict(line([1], clean(3), none), 0, rules)).toEqual([line([1], none, none), line([1], none, clean(3))]);
  expect(evict(line([1], clean(3), clean(4)), 0, rules)).toEqual([line([1], none, clean(4))]);
  expect(evict(line([1], none, clean(3)), 1, rules)).toEqual([line([1], none, none)]);
});

it("invalidate loses a dirty copy, and discard-dirty keeps it where nothing writes it any more", () => {
  const state = line([1], dirty(9), clean(4));
  expect(invalidateLevel(state, 0)).toEqual(line([1], none, clean(4)));
  expect(discardDirtyLevel(state, 0)).toEqual(line([1], clean(9), clean(4)));
  expect(discardDirtyLevel(line([1], none), 0)).toEqual(line([1], none));
});

it("a fill takes the nearest copy outside, clean, and none over a copy", () => {
  expect(fill(line([1], none, none), 0)).toEqual(line([1], clean(1), none));
  expect(fill(line([1], none, dirty(9)), 0)).toEqual(line([1], clean(9), dirty(9)));
  expect(fill(line([1], dirty(7), none), 1)).toEqual(line([1], dirty(7), clean(1)));
  expect(fill(line([1], dirty(7)), 0)).toEqual(line([1], dirty(7)));
});

describe("DMA at a port", () => {
  const state = line([1, 2], dirty(3, 4), clean(5, 6));

  it.each([
    ["before all levels reads the innermost copy", 0, 3],
    ["between them reads the outer one", 1, 5],
    ["behind them reads memory", 2, 1],
  ])("%s", (_, port, value) => {
    expect(dmaRead(state, 0, port)).toBe(value);
    expect(cellsSeenFrom(state, port)[0]).toBe(value);
  });

  it("reads past levels without a copy", () => {
    expect(dmaRead(line([1], none, clean(5)), 0, 0)).toBe(5);
    expect(dmaRead(line([1], clean(5), none), 0, 1)).toBe(1);
  });

  it.each<[string, number, LineState]>([
    ["before all levels writes every copy", 0, line([9, 2], dirty(9, 4), clean(9, 6))],
    ["between them leaves the inner one stale", 1, line([9, 2], dirty(3, 4), clean(9, 6))],
    ["behind them writes memory alone", 2, line([9, 2], dirty(3, 4), clean(5, 6))],
  ])("%s", (_, port, after) => {
    expect(dmaWrite(state, toCell(0, 9), port)).toEqual([after]);
  });

  it.each<[string, number, number[], LineState[]]>([
    ["in the innermost one", 0, [0], [line([1, 2], dirty(9, 4), clean(5, 6))]],
    ["in the outer one, with what the inner one had", 0, [1], [line([1, 2], none, dirty(9, 4))]],
    ["behind the inner one, which keeps its old copy", 1, [1], [line([1, 2], dirty(3, 4), dirty(9, 6))]],
  ])("may leave what it writes dirty %s", (_, port, dirties, kept) => {
    expect(dmaWrite(state, toCell(0, 9), port, dirties).slice(1)).toEqual(kept);
  });
});

describe("memory that is shown at an address behind some levels", () => {
  const state = line([1], dirty(3), clean(5), dirty(7));

  it("is seen through those only", () => {
    expect(seenThrough(state, [1])).toEqual(line([1], clean(5)));
    expect(seenThrough(state, [])).toEqual(line([1]));
  });

  it("is changed at those only, each at its own place", () => {
    const last = through(state, [2], (seen) => evict(seen, 0)[0]!);
    expect(last).toEqual(line([7], dirty(3), clean(5), none));
    const outer = through(state, [0, 2], (seen) => evict(seen, 0)[0]!);
    expect(outer).toEqual(line([1], none, clean(5), dirty(3)));
  });
});
