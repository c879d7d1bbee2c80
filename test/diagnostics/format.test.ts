// How a problem is shown: where it is, the line with a caret under what is wrong, why, and how to mend it.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { replaceUnseen, visible, visibleLines } from "../../generator/diagnostics/characters.ts";
import type { Diagnostic, Range } from "../../generator/diagnostics/diagnostic.ts";
import { formatCounted, formatDiagnostic, type Paint, summarize } from "../../generator/diagnostics/format.ts";
import { hostileText } from "../render/hostile.ts";

const problem = (facts: Partial<Diagnostic> = {}): Diagnostic => ({
  ...{ code: "yaml/syntax", severity: "error", message: "it is wrong", why: "So.", mend: "Do.", path: "a.yaml" },
  ...facts,
});
const range = (line: number, column: number, endLine: number, endColumn: number): Range => ({
  start: { line, column },
  end: { line: endLine, column: endColumn },
});

describe("a problem", () => {
  it("at a place is shown in its line", () => {
    expect(formatDiagnostic(problem({ range: range(12, 9, 12, 14), excerpt: "  key:  value # more" }))).toBe(
      [
        "a.yaml:12:9 error yaml/syntax: it is wrong",
        "  12 |   key:  value # more",
        "     |         ^^^^^",
        "  why: So.",
        "  mend: Do.",
        "  more: fencegen explain yaml/syntax",
      ].join("\n"),
    );
  });

  it("with a file as a whole has neither place nor line", () => {
    expect(formatDiagnostic(problem({ severity: "warning" }))).toBe(
      [
        "a.yaml warning yaml/syntax: it is wrong",
        "  why: So.",
        "  mend: Do.",
        "  more: fencegen explain yaml/syntax",
      ].join("\n"),
    );
  });

  it("without the line still says where it is", () => {
    expect(formatDiagnostic(problem({ range: range(3, 4, 3, 5) })).split("\n")).toEqual([
      ...[
        "a.yaml:3:4 error yaml/syntax: it is wrong",
        "  why: So.",
        "  mend: Do.",
        "  more: fencegen explain yaml/syntax",
      ],
    ]);
  });
});

describe("sources that are still to be looked up", () => {
  const toDo = (path: string, line: number) =>
    problem({
      code: "rule/source-to-do",
      severity: "warning",
      path,
      range: range(line, 9, line, 13),
      excerpt: "  source: TODO",
    });

  it("are one line for each file, at the first place, with their number; everything else is shown as it is", () => {
    const other = problem({ path: "a.yaml", range: range(5, 1, 5, 2) });
    const shown = [toDo("a.yaml", 3), other, toDo("a.yaml", 7), toDo("a.yaml", 9), toDo("b.yaml", 1)];
    expect(formatCounted(shown, "see elsewhere")).toEqual([
      "a.yaml:3:9 warning rule/source-to-do: 3 places say `TODO` for a source; see elsewhere",
      formatDiagnostic(other),
      "b.yaml:1:9 warning rule/source-to-do: one place says `TODO` for a source; see elsewhere",
    ]);
    expect(formatCounted([], "see elsewhere")).toEqual([]);
  });
});

describe("the caret", () => {
  const wide = `  - { ${"a".repeat(300)}: b }`;

  it.each<[string, Range, string, string]>([
    ["stands under the first column", range(1, 1, 1, 4), "abc: d", "^^^"],
    ["stands under a wide line's last column", range(1, 307, 1, 308), wide, "^"],
    ["goes to the end of the line where the place goes on", range(1, 3, 5, 2), "a: [b, c", "^^^^^^"],
    ["is one where the place is empty", range(1, 4, 1, 4), "abc", "^"],
    ["is one behind the end of the line", range(1, 4, 2, 1), "abc", "^"],
    ["is one on an empty line", range(1, 1, 1, 1), "", "^"],
    ["has as many digits before it as the line's number", range(1000, 2, 1000, 3), "ab", "^"],
  ])("%s", (_, place, excerpt, carets) => {
    const [, line, under] = formatDiagnostic(problem({ range: place, excerpt })).split("\n");
    const margin = `  ${place.start.line} | `.length;
    expect(line!.slice(margin)).toBe(excerpt);
    expect(under!.indexOf("^")).toBe(margin + place.start.column - 1);
    expect(under!.slice(margin).trim()).toBe(carets);
    expect(under!.indexOf("|")).toBe(line!.indexOf("|"));
  });
});

it("colours tell errors from warnings, in their words and their carets", () => {
  const painted = (severity: "error" | "warning") =>
    formatDiagnostic(
      problem({ severity, range: range(1, 1, 1, 2), excerpt: "a" }),
      (style, text) => `<${style}>${text}</>`,
    );
  expect(painted("error")).toContain("<red>error</>");
  expect(painted("error")).toContain("<red>^</>");
  expect(painted("warning")).toContain("<yellow>warning</>");
  expect(painted("warning")).toContain("<yellow>^</>");
});

it.each([
  [0, 0, "no problems"],
  [1, 0, "1 error"],
  [0, 1, "1 warning"],
  [2, 1, "2 errors, 1 warning"],
  [1, 2, "1 error, 2 warnings"],
])("%s and %s are %s", (errors, warnings, text) => {
  const list = [
    ...Array.from({ length: warnings }, () => problem({ severity: "warning" })),
    ...Array.from({ length: errors }, () => problem()),
  ];
  expect(summarize(list)).toBe(text);
});

describe("whatever a description says", () => {
  const colours = { red: 31, green: 32, yellow: 33, cyan: 36, dim: 2, bold: 1 } as const;
  const painted: Paint = (style, text) => `\u001b[${colours[style]}m${text}\u001b[0m`;
  const introducer = "\u001b[";
  const ownColours = new RegExp(`${introducer.replace("[", "\\[")}(?:31|33|36|2|1|0)m`, "g");
  const texts = fc.record({
    ...{ message: hostileText, path: hostileText, why: hostileText, mend: hostileText, excerpt: hostileText },
    column: fc.integer({ min: 1, max: 60 }),
    length: fc.integer({ min: 0, max: 60 }),
  });

  it("a problem takes six lines, and nothing in them that nobody sees but its own colours", () => {
    fc.assert(
      fc.property(texts, ({ column, length, ...facts }) => {
        const text = formatDiagnostic(problem({ ...facts, range: range(7, column, 7, column + length) }), painted);
        const lines = text.split("\n");
        expect(lines.length).toBe(6);
        // A line has as many colours as it has without texts.
        const count = (line: string) => [...line.matchAll(ownColours)].length;
        expect(lines.map(count)).toEqual([6, 2, 4, 2, 2, 2]);
        for (const line of lines) {
          const bare = line.replace(ownColours, "");
          expect(replaceUnseen(bare, () => "")).toBe(bare);
        }
        expect(visibleLines(text, ownColours)).toBe(text);
      }),
      { numRuns: 1000 },
    );
  });

  it("the caret stands under what is shown of the place", () => {
    const excerpt = "a\u202e: \u0007b";
    const [, line, carets] = formatDiagnostic(problem({ excerpt, range: range(1, 5, 1, 6) })).split("\n");
    expect(line).toBe("  1 | a<U+202E>: <U+0007>b");
    expect(carets).toBe(`    | ${" ".repeat("a<U+202E>: ".length)}${"^".repeat(visible("\u0007").length)}`);
  });

  it("a tab is one column, as ranges count it", () => {
    const [, line, carets] = formatDiagnostic(problem({ excerpt: "a:\tb", range: range(1, 4, 1, 5) })).split("\n");
    expect(line!.indexOf("b")).toBe(carets!.indexOf("^"));
  });
});
