// Examples of problems: the lines are wrong in the way that is said, and right when they are mended.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { type Code, codes } from "../../generator/diagnostics/codes.ts";
import { examples } from "../../generator/diagnostics/examples.ts";
import { root } from "../support/command.ts";
import { loadWith } from "../support/pipeline.ts";

const folder = "test/fixtures/examples";
const bases = readdirSync(join(root, folder)).map((name) => ({
  path: `${folder}/${name}`,
  text: readFileSync(join(root, folder, name), "utf8"),
}));
const problemsOf = (path: string, text: string) =>
  loadWith({ [path]: text })
    .diagnostics.sorted()
    .filter((diagnostic) => diagnostic.path === path)
    .map(({ code, message }) => `${code}: ${message}`);

it.each(bases)("$path has no problem: what is mended is right", ({ path, text }) => {
  expect(problemsOf(path, text)).toEqual([]);
});

it.each(Object.entries(examples))("%s comes with the lines that are wrong", (code, { wrong, right }) => {
  const base = bases.find(({ text }) => text.includes(right))!;
  expect(base, `no file has ${right}`).toBeDefined();
  expect(
    problemsOf(
      base.path,
      base.text.replace(right, () => wrong),
    ).map((problem) => problem.split(":")[0]),
  ).toContain(code);
});

/** That take two files, or more lines than anybody would read; `test/fixtures/invalid/` has a file for each. */
const longer: readonly Code[] = [
  "yaml/beyond-limit",
  "rule/no-rust-target",
  "rule/memory-without-alias",
  "rule/modify-not-atomic",
  "rule/ambiguous-cache-level",
  "rule/no-line-size",
  "rule/erratum-weakens-operation",
  "rule/mechanism-in-two-ways",
  "rule/too-many",
  "rule/accesses-twice",
];

it("every other problem of a description has an example", () => {
  const lacking = (Object.keys(codes) as Code[]).filter(
    (code) => /^(yaml|schema|rule)\//.test(code) && !examples[code],
  );
  expect(lacking.sort()).toEqual([...longer].sort());
});
