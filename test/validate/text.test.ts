// What no text of a description may hold, wherever it stands.
import { expect, it } from "vitest";
import { Diagnostics } from "../../generator/diagnostics/diagnostic.ts";
import { parseSource } from "../../generator/load/source-file.ts";
import { validateProject } from "../../generator/validate/validate-others.ts";
import { loadWith, planOf } from "../support/pipeline.ts";
import { testChip, testMechanism } from "../support/test-chip.ts";

const problemsOf = (text: string) =>
  loadWith({ "chips/test-chip.yaml": text })
    .diagnostics.sorted()
    .filter(({ path }) => path === "chips/test-chip.yaml");

const characters = [
  ...[0x00, 0x07, 0x0b, 0x0c, 0x1b, 0x7f, 0x85, 0x9b, 0xa0, 0xad, 0x34f, 0x61c, 0x115f, 0x180e, 0x200b, 0x200d],
  ...[0x200f, 0x2028, 0x2029, 0x202e, 0x2066, 0x2800, 0x3000, 0x3164, 0xd800, 0xdfff, 0xe000, 0xfe0f, 0xfeff, 0xfff9],
  ...[0xfffd, 0xffff, 0xe0041, 0xe0100, 0x10fffe],
].map((codePoint) => [
  `U+${codePoint.toString(16).toUpperCase().padStart(4, "0")}`,
  `\\U${codePoint.toString(16).padStart(8, "0")}`,
  String.fromCodePoint(codePoint),
]);

it.each(characters)("%s is refused as an escape and as itself", (name, escaped, character) => {
  // YAML has no escape for half of a character.
  const texts = /^U\+D[89A-F]/.test(name!) ? [`"a${character}b"`] : [`"a${escaped}b"`, `"a${character}b"`];
  for (const text of texts) {
    const problems = problemsOf(testChip({ more: `notes: ${text}` }));
    expect(problems).toMatchObject([{ code: "rule/invisible-character", message: expect.stringContaining(name!) }]);
  }
});

it.each(["Größe in µs, ±5 %, 32 KiB", "ARM® Cortex™-M7", "中文手册", "a – b — c … ‘d’ “e”"])("%j is text", (text) => {
  expect(problemsOf(testChip({ more: `notes: "${text}"` }))).toEqual([]);
});

it.each<[string, string, string]>([
  ["a title", testChip().replace("title: Test chip", 'title: "a\\u202eb"'), "rule/invisible-character"],
  ["a key", testChip({ more: 'parameters: { "a\\u200bb": c }' }), "rule/invisible-character"],
  [
    "an item of a list",
    testChip().replace("reaches: [RAM]", 'reaches: [RAM, "a\\u0085b"]'),
    "rule/invisible-character",
  ],
  ["an unknown key", testChip({ more: 'x: { y: ["a\\u009bb"] }' }), "rule/invisible-character"],
  ["a comment", testChip({ more: "# a\u2066b" }), "rule/invisible-character"],
  ["a carriage return alone", testChip({ more: "notes: 'a\rb'" }), "rule/invisible-character"],
  ["a tab within a text", testChip({ more: "notes: 'a\tb'" }), "rule/invisible-character"],
  ["a revision", testChip({ more: 'sources: { m: { document: D, revision: "x\\ny" } }' }), "rule/several-lines"],
  ["a block as a title", testChip().replace("title: Test chip", "title: |\n  Test\n  chip"), "rule/several-lines"],
  ["a key of two lines", testChip({ more: 'parameters: { "a\\nb": c }' }), "rule/several-lines"],
  ["a name that ends in a newline", testChip().replace("RAM:", '"RAM\\n":'), "rule/several-lines"],
  ["a name that begins with a blank", testChip().replace("RAM:", '" RAM":'), "rule/blank-at-end"],
])("%s is looked at", (_, text, code) => {
  expect(problemsOf(text).map((problem) => problem.code)).toContain(code);
});

it("a block of YAML may end in a newline, which is no part of the text", () => {
  const mechanisms = testMechanism({
    more: "\n    requires:\n      - text: >\n          The program\n          sees to it.\n",
  });
  const { planned, diagnostics } = planOf("test-chip", {
    "chips/test-chip.yaml": testChip({ mechanisms, more: "notes: |\n  One.\n\n  Two.\n" }),
  });
  expect(diagnostics).toEqual([]);
  expect(planned!.fences[0]!.obligations.map(({ text }) => text)).toContain("The program sees to it.");
});

it("settings are looked at as well", () => {
  const diagnostics = new Diagnostics();
  const file = parseSource(".fencegen.yaml", 'licence: ["MIT\\rfn f() {}", "a\\u2028b"]\n', diagnostics);
  validateProject(file, diagnostics);
  expect(diagnostics.sorted().map(({ code, range }) => [code, range!.start.column])).toEqual([
    ["rule/invisible-character", 11],
    ["rule/invisible-character", 29],
  ]);
});

it("says in words what a value lacks that its schema only counts", () => {
  const text = 'chip: x\ntitle: ""\nvendor: V\ncores: []\nmemories: {}\nmasters: {}\n';
  const messages = loadWith({ "chips/x.yaml": text })
    .diagnostics.sorted()
    .map(({ message }) => message);
  expect(messages).toContain("`` is no value for `title`: it must not have fewer than 1 characters");
  expect(messages).toContain("this is no value for `cores`: it must not have fewer than 1 items");
});
