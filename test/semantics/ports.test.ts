// Which levels hold a region's lines, and from which of them on a DMA master sees them.
import { describe, expect, it } from "vitest";
import type { CacheLevel, DmaController, Region, ResolvedCore } from "../../generator/model/chip.ts";
import {
  areOnOneWay,
  caches,
  levelsHolding,
  mayBeDirty,
  portAmong,
  rulesOfLevel,
  sees,
} from "../../generator/semantics/ports.ts";

const level = (name: string, facts: Partial<CacheLevel> = {}) =>
  ({ name, writePolicy: "write-back", speculativeFill: true, enabled: "always", ...facts }) as CacheLevel;
const levels = [level("L1"), level("L2"), level("L3")];
const core = { name: "One", caches: levels } as unknown as ResolvedCore;
type Seen = DmaController["snoops"][string];
const master = (seen: Seen) => ({ snoops: { One: seen, Other: "all" } }) as unknown as DmaController;
const region = (cachedBy: Region["cachedBy"]) => ({ cachedBy }) as Region;

describe("a master", () => {
  it.each<[string, Seen, readonly string[], number]>([
    ["that snoops everything sees every level", "all", ["L1", "L2", "L3"], 0],
    ["that snoops nothing sees memory only", [], [], 3],
    ["that snoops at a level sees it and all outside it", ["L2"], ["L2", "L3"], 1],
    ["that snoops at the last level sees that", ["L3"], ["L3"], 2],
    ["that snoops at several sees from the innermost on", ["L3", "L1"], ["L1", "L2", "L3"], 0],
    ["that snoops at a level of another core sees none of this one's", ["L1 of the other"], [], 3],
  ])("%s", (_, snoops, seen, port) => {
    expect(levels.filter((each) => sees(master(snoops), each, core)).map(({ name }) => name)).toEqual(seen);
    expect(portAmong([0, 1, 2], master(snoops), core)).toBe(port);
  });

  it("that sees the caches of one core sees none of another's", () => {
    const other = { snoops: { Other: "all" } } as unknown as DmaController;
    expect(levels.filter((each) => sees(other, each, core))).toEqual([]);
    expect(portAmong([0, 1, 2], other, core)).toBe(3);
  });

  it("has its port among the levels that hold the line", () => {
    expect(portAmong([1, 2], master(["L2"]), core)).toBe(0);
    expect(portAmong([0, 2], master(["L2"]), core)).toBe(1);
    expect(portAmong([0], master(["L2"]), core)).toBe(1);
    expect(portAmong([], master("all"), core)).toBe(0);
  });

  it("has it where somebody else says what it sees", () => {
    expect(portAmong([0, 1, 2], master("all"), core, ({ name }) => name === "L3")).toBe(2);
    expect(portAmong([0, 1, 2], master("all"), core, () => false)).toBe(3);
  });
});

describe("a region's lines", () => {
  it.each<[Region["cachedBy"], readonly number[]]>([
    ["all", [0, 2]],
    [[], []],
    [
      ["L3", "L1"],
      [0, 2],
    ],
    [["L2"], []],
  ])("of a region that %j may cache are in levels %j, as L2 is never on", (cachedBy, expected) => {
    const off = { caches: [levels[0], level("L2", { enabled: "never" }), level("L3", { enabled: "unknown" })] };
    expect(levelsHolding(region(cachedBy), off as unknown as ResolvedCore)).toEqual(expected);
  });

  it("may be in a level by the region's word alone, whether it is on or not", () => {
    expect(caches(region(["L2"]), level("L2", { enabled: "never" }))).toBe(true);
    expect(caches(region(["L2"]), level("L1"))).toBe(false);
  });
});

it.each<[CacheLevel["writePolicy"], string, boolean]>([
  ["write-back", "write-back", true],
  ["configurable", "write-back", true],
  ["write-through", "write-through", false],
  ["read-only", "read-only", false],
])("a level that is %s counts as %s, and may be dirty: %s", (writePolicy, counted, may) => {
  const own = level("L1", { writePolicy, speculativeFill: false });
  expect(rulesOfLevel(own)).toEqual({ writePolicy: counted, speculativeFill: false });
  expect(mayBeDirty(own)).toBe(may);
});

describe("caches on one way", () => {
  const of = (...masters: string[]) => [level("cache", { masters })];
  it.each<[string, CacheLevel[], CacheLevel[], boolean]>([
    ["of one core", [levels[0]!], [levels[1]!], true],
    ["of a core, and in front of a master", [levels[0]!], of("GPU"), false],
    ["in front of one master", of("GPU"), of("GPU"), true],
    ["that share one of their masters", of("GPU", "NPU"), of("NPU"), true],
    ["in front of different masters", of("GPU"), of("NPU"), false],
  ])("%s: %s", (_, some, others, are) => {
    expect([areOnOneWay(some, others), areOnOneWay(others, some)]).toEqual([are, are]);
  });
});
