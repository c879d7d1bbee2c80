// Ids put into a project's settings: what they said before they say afterwards, and nothing else of the file changes where that can be.
import fc from "fast-check";
import { expect, it } from "vitest";
import { parse, parseDocument } from "yaml";
import { withShippedChips } from "../../generator/load/edit-project.ts";

it.each<[what: string, before: string | undefined, after: string]>([
  ["no file", undefined, "shipped: [b, c]\n"],
  ["an empty one", "", "shipped: [b, c]\n"],
  ["comments alone", "# mine\n\n", "# mine\n\nshipped: [b, c]\n"],
  ["other settings", "optimize:   size   # why\n", "optimize:   size   # why\nshipped: [b, c]\n"],
  ["no line end", "optimize: size", "optimize: size\nshipped: [b, c]\n"],
  ["a list in one line", "shipped: [ a ] # mine\noptimize: size\n", "shipped: [ a, b, c ] # mine\noptimize: size\n"],
  ["an empty list", "shipped: []\n", "shipped: [b, c]\n"],
  ["an empty list with blanks", "shipped: [ ] # none\n", "shipped: [b, c] # none\n"],
  ["a list over lines", "shipped: [\n  a, # the first\n]\n", "shipped: [\n  a, b, c, # the first\n]\n"],
  [
    "an item a line",
    "# head\nshipped:\n  - a # the first\n\n# foot\noptimize: size\n",
    "# head\nshipped:\n  - a # the first\n  - b\n  - c\n\n# foot\noptimize: size\n",
  ],
  ["items at the margin, no line end", "shipped:\n- 'a'", "shipped:\n- 'a'\n- b\n- c"],
  ["a document's end", "optimize: size\n...\n", "optimize: size\nshipped: [ b, c ]\n...\n"],
  ["one map in a line", "{ optimize: size }\n", "{ optimize: size, shipped: [ b, c ] }\n"],
])("with %s", (_, before, after) => {
  expect(withShippedChips(before, ["b", "c"])).toBe(after);
});

it.each([
  "null\n",
  "---\n",
  "~\n",
  "--- # settings\n",
  "...\n",
  "# c\n---\n# d\n",
  "--- null # why\n",
  "%YAML 1.2\n---\n",
])("a document that says nothing says them afterwards, and keeps its comments: %j", (before) => {
  const after = withShippedChips(before, ["b", "c"]);
  expect(parseDocument(after).errors).toEqual([]);
  expect(parse(after)).toEqual({ shipped: ["b", "c"] });
  for (const comment of before.match(/# .*/g) ?? []) expect(after).toContain(comment);
});

it("whatever stands there, the ids are added and all else stays", () => {
  const word = fc.stringMatching(/^[a-z]{1,6}$/);
  const comment = fc.constantFrom("", " # why");
  const other = fc.tuple(fc.constantFrom("optimize: size", "licence:\n  - one # two\n  - 'three'"), comment);
  const list = fc.tuple(
    fc.uniqueArray(word, { minLength: 1, maxLength: 3 }),
    fc.constantFrom("flow", "block", "margin"),
    comment,
  );
  const printed = ([ids, form, note]: [string[], string, string]) =>
    form === "flow"
      ? `shipped: [${ids.join(", ")}]${note}\n`
      : `shipped:\n${ids.map((id) => `${form === "block" ? "    " : ""}- ${id}${note}\n`).join("")}`;
  fc.assert(
    fc.property(other, list, fc.boolean(), fc.boolean(), ([key, note], shipped, isFirst, isListed) => {
      const rest = `${key}${note}\n# between\n\n`;
      const parts = isListed ? [printed(shipped), rest] : [rest];
      const before = (isFirst ? parts : parts.reverse()).join("");
      const after = withShippedChips(before, ["new-one"]);
      const was = parse(before) as { shipped?: string[] };
      expect(parseDocument(after).errors).toEqual([]);
      expect(parse(after)).toEqual({ ...was, shipped: [...(was.shipped ?? []), "new-one"] });
      // Every line is there as it was, but for the one that has the list.
      for (const line of before.split("\n")) if (!line.startsWith("shipped: [")) expect(after).toContain(line);
    }),
  );
});
