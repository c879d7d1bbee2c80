// How a problem is shown: where it is, the line with a caret under what is wrong, why, and how to mend it.
import { describe, expect, it } from "vitest";
import type { Diagnostic, Range } from "../../generator/diagnostics/diagnostic.ts";
import { formatDiagnostic, summarize } from "../../generator/diagnostics/format.ts";

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
      ].join("\n"),
    );
  });

  it("with a file as a whole has neither place nor line", () => {
    expect(formatDiagnostic(problem({ severity: "warning" }))).toBe(
      ["a.yaml warning yaml/syntax: it is wrong", "  why: So.", "  mend: Do."].join("\n"),
    );
  });

  it("without the line still says where it is", () => {
    expect(formatDiagnostic(problem({ range: range(3, 4, 3, 5) })).split("\n")).toEqual([
      ...["a.yaml:3:4 error yaml/syntax: it is wrong", "  why: So.", "  mend: Do."],
    ]);
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
