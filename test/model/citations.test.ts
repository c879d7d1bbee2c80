// Where facts were read, as people see it.
import { expect, it } from "vitest";
import type { Citation } from "../../generator/model/chip.ts";
import { allSources, citationText, distinct } from "../../generator/model/citations.ts";

const cited = (document: string, place = "", facts: Partial<Citation> = {}): Citation => ({
  ...{ document, place, verified: true, kind: "document" },
  ...facts,
});
const unverified = (place = "") => cited("", place, { verified: false, kind: "none" });

it.each<[Citation, string]>([
  [cited("Guide, ARM DUI 0646, C", "4.8.7"), "Guide, ARM DUI 0646, C: 4.8.7"],
  [cited("owner/name at 1234567"), "owner/name at 1234567"],
  [unverified(), "unverified"],
  [unverified("for the order"), "unverified: for the order"],
])("%j is spelled %s", (citation, text) => {
  expect(citationText(citation)).toBe(text);
});

it("each is named once, where it first stands; another place or grade is another", () => {
  const [a, b] = [cited("A", "1"), cited("B")];
  const others = [cited("A", "2"), cited("A", "1", { kind: "repository" })];
  expect(distinct([b, a, { ...b }, ...others, { ...a }])).toEqual([b, a, ...others]);
});

it("an entry cites what any of its facts cites", () => {
  const [a, b] = [cited("A"), cited("B")];
  expect(allSources({ place: [a], cachedBy: [b, { ...a }], enabled: [] })).toEqual([a, b]);
});
