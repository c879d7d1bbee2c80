// The choice of barriers on a small lattice of our own.
import { describe, expect, it } from "vitest";
import type { AccessClass, Barrier } from "../../generator/model/chip.ts";
import { chooseBarriers, type Requirement } from "../../generator/plan/choose-barriers.ts";
import { barrier, fence, full, near, stores, wait } from "../support/barriers.ts";

const order = (earlier: AccessClass, later: AccessClass, completed = false): Requirement => ({
  ...{ earlier, later, completed, reason: { what: "one", before: "the other" }, sources: [] },
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
    [
      "one that does all, also where two weaker ones would",
      [order("write", "write"), order("read", "device-read")],
      [stores, barrier("loads", { earlier: ["read"], later: ["read", "device-read"] }), full],
      "full-system",
      ["full"],
    ],
    ["nothing where none does it", [order("write", "read", true)], [full, stores], "full-system", undefined],
    ["nothing where none reaches far enough", [order("read", "read")], [near], "full-system", undefined],
  ])("%s", (_, requirements, barriers, domain, expected) => {
    expect(chooseBarriers(requirements, barriers, domain)?.map(({ instruction }) => instruction)).toEqual(expected);
  });
});
