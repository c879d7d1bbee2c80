// The choice of barriers on a small lattice of our own.
import { describe, expect, it } from "vitest";
import type { AccessClass, Architecture, Barrier } from "../../generator/model/chip.ts";
import { chooseBarriers, type Requirement } from "../../generator/plan/choose-barriers.ts";
import { allBarriers, barrierFromText, isAtMost } from "../../generator/semantics/barrier.ts";
import { isKeptByArchitecture } from "../../generator/semantics/program-order.ts";

const all: readonly AccessClass[] = ["read", "write", "device-read", "device-write", "maintenance"];
const normal = all.slice(0, 4);

function barrier(instruction: string, facts: Partial<Barrier> = {}): Barrier {
  return {
    ...{ instruction, earlier: normal, later: normal, completes: [], domain: "full-system", select: [] },
    ...{ extension: undefined, sources: [] },
    ...facts,
  };
}

const order = (earlier: AccessClass, later: AccessClass, completed = false): Requirement => ({
  ...{ earlier, later, completed, reason: "", sources: [] },
});

const stores = barrier("stores", { earlier: ["write"], later: ["write"] });
const near = barrier("near", { domain: "inner-shareable" });
const full = barrier("full");
const wait = barrier("wait", { earlier: all, later: all, completes: all });
const fence = barrier("fence {earlier}, {later}", {
  select: [
    ["device-read", "i"],
    ["device-write", "o"],
    ["read", "r"],
    ["write", "w"],
  ],
});
const list = [wait, full, near, stores];

describe("the weakest barrier that does it", () => {
  it.each<[string, Requirement[], readonly Barrier[], "full-system" | "inner-shareable", string[] | undefined]>([
    ["none where nothing is needed", [], list, "full-system", []],
    ["one that orders less", [order("write", "write")], list, "full-system", ["stores"]],
    ["one that orders enough", [order("read", "write")], list, "full-system", ["full"]],
    ["one that reaches less far", [order("read", "write")], list, "inner-shareable", ["near"]],
    ["one that waits, only where that is needed", [order("write", "read", true)], list, "full-system", ["wait"]],
    ["one that knows maintenance", [order("maintenance", "read")], list, "full-system", ["wait"]],
    ["the first of equals", [order("read", "read")], [barrier("a"), barrier("b")], "full-system", ["a"]],
    [
      "exactly the bits needed",
      [order("write", "device-write"), order("write", "device-read")],
      [fence],
      "full-system",
      ["fence w, io"],
    ],
    [
      "two where none does all",
      [order("write", "write"), order("read", "device-read")],
      [stores, barrier("loads", { earlier: ["read"], later: ["read", "device-read"] })],
      "full-system",
      ["stores", "loads"],
    ],
    ["nothing where none does it", [order("write", "read", true)], [full, stores], "full-system", undefined],
    ["nothing where none reaches far enough", [order("read", "read")], [near], "full-system", undefined],
  ])("%s", (_, requirements, barriers, domain, expected) => {
    expect(chooseBarriers(requirements, barriers, domain)?.map(({ instruction }) => instruction)).toEqual(expected);
  });
});

it("the lattice follows from what barriers do", () => {
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

  it("is unknown where no row spells it", () => {
    expect(barrierFromText("full house", [full, fence])).toBeUndefined();
  });

  it("is what allBarriers lists, bits and all", () => {
    const every = allBarriers([full, fence]);
    expect(new Set(every.map(({ instruction }) => instruction)).size).toBe(1 + 15 * 15);
    for (const one of every) expect(barrierFromText(one.instruction, [full, fence])).toMatchObject(one);
  });
});

describe("what the architecture keeps in order by itself", () => {
  const programOrder = [
    { earlier: ["read"], later: normal, notForWriteCombining: false, sources: [] },
    { earlier: ["write"], later: ["device-write"], notForWriteCombining: true, sources: [] },
  ] as const;
  const architecture = { programOrder } as unknown as Architecture;

  it.each([
    [order("read", "device-write"), false, true],
    [order("write", "device-write"), false, true],
    [order("write", "device-write"), true, false],
    [order("write", "read"), false, false],
  ])("%j, write-combining %s: %s", (requirement, writeCombining, kept) => {
    expect(isKeptByArchitecture(requirement.earlier, requirement.later, { ...architecture, writeCombining })).toBe(
      kept,
    );
  });
});
