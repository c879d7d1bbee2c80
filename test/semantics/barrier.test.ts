// What a barrier orders and completes, for whom, and how its text is read.
import { describe, expect, it } from "vitest";
import type { AccessClass, Domain } from "../../generator/model/chip.ts";
import {
  allBarriers,
  barrierFromText,
  isAtMost,
  type OrderedPair,
  satisfies,
  widest,
} from "../../generator/semantics/barrier.ts";
import { barrier, fence, full, near, stores, wait } from "../support/barriers.ts";

const pair = (earlier: AccessClass, later: AccessClass, completed = false): OrderedPair => ({
  ...{ earlier, later, completed },
});

describe("a barrier between two accesses", () => {
  const loadsFirst = barrier("loads first", { earlier: ["read"], later: ["read", "write"], completes: ["read"] });

  it.each<[string, OrderedPair, Domain, boolean]>([
    ["has both classes", pair("read", "write"), "full-system", true],
    ["has them on the other sides", pair("write", "read"), "full-system", false],
    ["does not know the earlier one", pair("device-read", "write"), "full-system", false],
    ["does not know the later one", pair("read", "device-write"), "full-system", false],
    ["completes the earlier one, whatever the later one is", pair("read", "write", true), "full-system", true],
  ])("%s", (_, accesses, domain, expected) => {
    expect(satisfies(loadsFirst, accesses, domain)).toBe(expected);
  });

  it("that only orders completes nothing", () => {
    expect(satisfies(full, pair("write", "read", true), "full-system")).toBe(false);
  });

  it.each<[Domain, boolean]>([
    ["non-shareable", true],
    ["inner-shareable", true],
    ["outer-shareable", false],
    ["full-system", false],
  ])("of the inner domain gives order to observers in the %s one: %s", (domain, expected) => {
    expect(satisfies(near, pair("read", "write"), domain)).toBe(expected);
  });
});

it("the lattice follows from what barriers do", () => {
  const list = [wait, full, near, stores];
  const below = list.map((weaker) =>
    list.filter((stronger) => isAtMost(weaker, stronger)).map(({ instruction }) => instruction),
  );
  expect(below).toEqual([["wait"], ["wait", "full"], ["wait", "full", "near"], ["wait", "full", "stores"]]);
});

describe("a barrier's text", () => {
  it.each([
    ["fence rw, io", ["read", "write"], ["device-read", "device-write"]],
    ["fence w,o", ["write"], ["device-write"]],
  ])("%s is read with its bits", (text, earlier, later) => {
    const read = barrierFromText(text, [full, fence])!;
    expect(new Set(read.earlier)).toEqual(new Set(earlier));
    expect(new Set(read.later)).toEqual(new Set(later));
  });

  it.each(["full house", "ful", "fence rw", "fence , w", "fence rw, w; nop", "a fence rw, w"])(
    "%j is unknown, as no row spells it",
    (text) => {
      expect(barrierFromText(text, [full, fence])).toBeUndefined();
    },
  );

  it("is read letter by letter: what a pattern would take for a sign stands for itself", () => {
    const odd = barrier("mcr p15.0 {earlier} (x), {later}", { select: fence.select });
    expect(barrierFromText("mcr p15.0 r (x), w", [odd])).toMatchObject({ earlier: ["read"], later: ["write"] });
    expect(barrierFromText("mcr p15,0 r x, w", [odd])).toBeUndefined();
  });

  it("is what allBarriers lists, bits and all", () => {
    const every = allBarriers([full, fence]);
    expect(new Set(every.map(({ instruction }) => instruction)).size).toBe(1 + 15 * 15);
    for (const one of every) expect(barrierFromText(one.instruction, [full, fence])).toMatchObject(one);
  });

  it("has its letters in the assembler's order, and all of them where it is widest", () => {
    expect(widest(fence).instruction).toBe("fence iorw, iorw");
    expect(widest(full)).toBe(full);
  });
});
