// What stages report: each problem once, in an order that does not depend on who found it first.
import { describe, expect, it } from "vitest";
import type { Code } from "../../generator/diagnostics/codes.ts";
import { compareCodePoints, Diagnostics, type Problem } from "../../generator/diagnostics/diagnostic.ts";

const at = (line: number, column: number) => ({
  range: { start: { line, column }, end: { line, column: column + 1 } },
});

function collected(...problems: readonly (readonly [Code, string, Partial<Problem>?])[]) {
  const diagnostics = new Diagnostics();
  for (const [code, path, more] of problems) diagnostics.report(code, { message: "Something.", path, ...more });
  return diagnostics;
}

describe("problems", () => {
  it("are sorted by file, line, column and code; one with the whole file comes before those at a place", () => {
    const sorted: (readonly [Code, string, Partial<Problem>?])[] = [
      ["rule/duplicate-id", "B.yaml", at(1, 1)],
      ["yaml/syntax", "a.yaml"],
      ["yaml/syntax", "a.yaml", at(2, 10)],
      ["rule/unknown-source", "a.yaml", at(10, 2)],
      ["rule/duplicate-name", "a.yaml", at(10, 11)],
      ["schema/wrong-value", "a.yaml", at(10, 11)],
      ["yaml/duplicate-key", "a.yaml", at(10, 11)],
      ["io/cannot-read", "b.yaml"],
    ];
    for (const order of [sorted, [...sorted].reverse()]) {
      const list = collected(...order).sorted();
      expect(list.map(({ code, path, range }) => [code, path, ...(range ? [{ range }] : [])])).toEqual(sorted);
    }
  });

  it("are reported once, however many stages find them; at another place they are others", () => {
    const diagnostics = collected(
      ["yaml/syntax", "a.yaml", at(1, 1)],
      ["yaml/syntax", "a.yaml", { ...at(1, 1), excerpt: "x", mend: "Another way." }],
      ["yaml/syntax", "a.yaml", at(1, 2)],
      ["yaml/syntax", "b.yaml", at(1, 1)],
      ["yaml/syntax", "a.yaml", { ...at(1, 1), message: "Something else." }],
      ["yaml/duplicate-key", "a.yaml", at(1, 1)],
    );
    expect(diagnostics.sorted()).toHaveLength(5);
  });

  it("have the severity and the words of their code, unless the place knows better how to mend it", () => {
    const [unknown, todo] = collected(
      ["rule/source-to-do", "b.yaml"],
      ["rule/unknown-source", "a.yaml", { mend: "Did you mean `manual`?" }],
    ).sorted();
    expect(unknown).toMatchObject({ severity: "error", mend: "Did you mean `manual`?" });
    expect(todo).toMatchObject({ severity: "warning", mend: expect.stringMatching(/\.$/) });
    expect(todo).not.toHaveProperty("range");
    expect(todo).not.toHaveProperty("excerpt");
  });

  it("are errors only where one of them is, and about the files that matter", () => {
    const diagnostics = collected(["plan/ignored-fact", "a.yaml"]);
    expect(diagnostics.hasErrors).toBe(false);
    diagnostics.report("yaml/syntax", { message: "Something.", path: "b.yaml" });
    expect(diagnostics.hasErrors).toBe(true);
    diagnostics.forget(new Set(["b.yaml", "c.yaml"]));
    expect(diagnostics.hasErrors).toBe(false);
    expect(diagnostics.sorted().map(({ path }) => path)).toEqual(["a.yaml"]);
  });
});

it("words are compared by their characters, not as a locale would", () => {
  const words = ["ä", "b", "a-b", "Z", "a", "a10", "a2", "_"];
  expect(words.sort(compareCodePoints)).toEqual(["Z", "_", "a", "a-b", "a10", "a2", "b", "ä"]);
  // Beyond U+FFFF, a unit of UTF-16 is less than some characters that come before.
  expect(["\u{1F600}", "\u{FF5E}", "\u{1F600}a", "", "\u{FF5E}"].sort(compareCodePoints)).toEqual([
    ...["", "\u{FF5E}", "\u{FF5E}", "\u{1F600}", "\u{1F600}a"],
  ]);
});
