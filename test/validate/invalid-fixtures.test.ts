// Every diagnostic about a description has a small file that shows it, with the place marked in the file itself.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { codes } from "../../generator/diagnostics/codes.ts";
import { root } from "../support/command.ts";
import { byPlace, marksOf } from "../support/marks.ts";
import { loadWith } from "../support/pipeline.ts";

const folder = "test/fixtures/invalid";
const fixtures = readdirSync(join(root, folder)).map((name) => {
  const path = `${folder}/${name}`;
  const text = readFileSync(join(root, path), "utf8");
  return { name, path, text, marks: marksOf(text).sort(byPlace) };
});

describe.each(fixtures)("$name", ({ name, path, text, marks }) => {
  it("is about the code that it is named after", () => {
    expect(marks.map(({ code }) => code.replace("/", "-"))).toContain(name.replace(/\.yaml$/, ""));
  });

  it("has exactly the problems that are marked, where they are marked", () => {
    const found = loadWith({ [path]: text })
      .diagnostics.sorted()
      .filter((diagnostic) => diagnostic.path === path)
      .map(({ code, range }) => ({ code, line: range!.start.line, column: range!.start.column }));
    expect(found).toEqual(marks);
  });
});

/** What only the settings of a project can have: test/cli/shipped.test.ts. */
const ofSettings = ["rule/unknown-shipped-chip"];

it.each(Object.keys(codes).filter((code) => /^(yaml|schema|rule)\//.test(code) && !ofSettings.includes(code)))(
  "%s has a fixture",
  (code) => {
    expect(fixtures.flatMap(({ marks }) => marks.map((mark) => mark.code))).toContain(code);
  },
);
