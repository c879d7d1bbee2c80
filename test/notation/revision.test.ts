// Which silicon an erratum counts for.
import { describe, expect, it } from "vitest";
import { affectedBy, hasFormOf } from "../../generator/notation/revision.ts";

const certainly = { affected: true, certain: true };
const perhaps = { affected: true, certain: false };
const not = { affected: false, certain: false };

describe("silicon is affected", () => {
  it.each<["all" | readonly string[], string | undefined, object]>([
    ["all", "r9p9", certainly],
    ["all", undefined, certainly],
    [["r0p0", "r0p1"], "r0p1", certainly],
    [["r0p0", "r0p1"], "r0p2", not],
    [["r0p1"], "r0p10", not],
    [["r0p1"], "r1p0", not],
    // Written in another way, and the same.
    [["r0p1"], " R0P1 ", certainly],
    [["r0p1"], "r00p01", certainly],
    [["r3p0"], "r3p0-00rel0", certainly],
    [["r3p0-00rel0"], "r3p0", certainly],
    [["r3p1"], "r3p0-00rel1", not],
    [["Z"], "z", certainly],
    [["A"], "B", not],
    // What is not known to be free of it is affected.
    [["r0p0"], undefined, perhaps],
    [["r0p0"], "unknown", perhaps],
    [["r0p0"], " Unknown", perhaps],
    [["r0p0"], "B", perhaps],
    [["r0p0"], "0.0", perhaps],
    [["r0p0"], "r0", perhaps],
    // One of the same form is enough to compare with.
    [["r0p0", "B"], "r1p0", not],
  ])("by one of %j, as %j: %j", (affects, revision, expected) => {
    expect(affectedBy(affects, revision)).toEqual(expected);
  });
});

it.each([
  ["r0p1", "r12p34", true],
  ["r0p1", "R0P1-00rel0", true],
  ["1.0", "2.13", true],
  ["A", "bc", true],
  ["r0p1", "r0", false],
  ["r0p1", "0.1", false],
  ["A", "1", false],
])("%s and %s are of one form: %s", (one, other, alike) => {
  expect(hasFormOf(one, other)).toBe(alike);
  expect(hasFormOf(other, one)).toBe(alike);
});
