// Text as wide as the terminal: no word is lost or cut, and nothing is wider unless one word is.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { table } from "../../generator/cli/table.ts";
import { formatDiagnostic } from "../../generator/diagnostics/format.ts";
import { widthOf, wrapped } from "../../generator/diagnostics/wrap.ts";

describe("text", () => {
  it("stays as it is where nobody says how wide the terminal is", () => {
    expect(wrapped(`${"word ".repeat(100)}end`, undefined)).toBe(`${"word ".repeat(100)}end`);
  });

  it.each([
    ["one two three four five", 10, "one two\nthree four\nfive"],
    ["  - one two three", 12, "  - one two\n    three"],
    ["    12. one two three", 16, "    12. one two\n        three"],
    ["  why: one two three", 15, "  why: one two\n       three"],
    ["short\na-word-that-is-longer-than-a-line and more", 12, "short\na-word-that-is-longer-than-a-line\nand more"],
    ["\u001b[1mone two\u001b[0m three", 8, "\u001b[1mone two\u001b[0m\nthree"],
  ])("%j in %d columns", (text, columns, expected) => {
    expect(wrapped(text, columns)).toBe(expected);
  });

  it("keeps its words, and lines are no wider than a word must be", () => {
    const word = fc.stringMatching(/^[a-z.,:[\]-]{1,30}$/);
    fc.assert(
      fc.property(
        fc.array(word, { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 20, max: 120 }),
        (words, columns) => {
          const text = wrapped(words.join(" "), columns);
          expect(text.split(/\s+/)).toEqual(words);
          for (const line of text.split("\n"))
            if (widthOf(line) > columns) expect(line.trim().split(" ").length).toBeLessThan(3);
        },
      ),
    );
  });
});

describe("a problem", () => {
  it("fits: its excerpt is cut around the place, and the caret stands under it", () => {
    const excerpt = `${"a ".repeat(60)}WRONG${" b".repeat(60)}`;
    const range = { start: { line: 3, column: 121 }, end: { line: 3, column: 126 } };
    const facts = { code: "yaml/syntax", severity: "error", message: "m ".repeat(60).trim(), path: "a.yaml" } as const;
    const text = formatDiagnostic({ ...facts, why: "W ".repeat(60).trim(), mend: "M.", excerpt, range }, undefined, 60);
    const lines = text.split("\n");
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(60);
    const at = lines.findIndex((line) => line.includes("^"));
    expect(lines[at - 1]!.slice(lines[at]!.indexOf("^"), lines[at]!.lastIndexOf("^") + 1)).toBe("WRONG");
  });
});

describe("a table", () => {
  const rows = [
    ["chip", "core", "board", "mechanisms"],
    ["one", "cortex-m7", "-", "arm-scb, armv7-cp15, pl310"],
    ["two", "cortex-m4", "-", "-"],
  ];

  it("that fits stays as it is", () => {
    expect(table(rows, 80)).toEqual(table(rows));
  });

  it("that does not loses the column in which nothing stands, and breaks the widest", () => {
    expect(table(rows, 36)).toEqual([
      "chip  core       mechanisms",
      "one   cortex-m7  arm-scb,",
      "                 armv7-cp15, pl310",
      "two   cortex-m4  -",
    ]);
  });
});
