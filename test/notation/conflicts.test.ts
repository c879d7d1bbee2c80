import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bothVersions, conflictsIn } from "../../generator/notation/conflicts.ts";

const twoSided = "a\n<<<<<<< HEAD\nours\n=======\ntheirs\n>>>>>>> other\nz\n";
const threeSided = "a\n<<<<<<< HEAD\nours\n||||||| 0123456\nbase\n=======\ntheirs\n>>>>>>> other\nz\n";

describe("conflictsIn", () => {
  it.each([twoSided, threeSided, twoSided.replaceAll("\n", "\r\n")])("finds a whole one in %j", (text) => {
    const [conflict, ...others] = conflictsIn(text);
    expect(others).toEqual([]);
    expect(conflict!.between).toEqual(["HEAD", "other"]);
    const found = text.slice(conflict!.start, conflict!.end);
    expect(found).toMatch(/^<{7} HEAD\r?\n/);
    expect(found).toMatch(/\n>{7} other\r?$/);
  });

  it("finds several, and marks that are left of one", () => {
    const text = `${twoSided}${threeSided}>>>>>>> left\n`;
    expect(conflictsIn(text).map(({ between }) => between)).toEqual([["HEAD", "other"], ["HEAD", "other"], undefined]);
  });

  it.each([
    "",
    "=======\n",
    "Title\n=======\n",
    "<<<<<<<< eight\n",
    " <<<<<<< indented\n",
    "<<<<<<<no-blank\n",
    "a <<<<<<< HEAD\n",
    "|||||||| table\n",
  ])("finds none in %j", (text) => {
    expect(conflictsIn(text)).toEqual([]);
    expect(bothVersions(text)).toBe(text);
  });
});

describe("bothVersions", () => {
  it.each([twoSided, threeSided])("has ours and theirs of %j, and not what was before both", (text) => {
    expect(bothVersions(text)).toBe("a\nours\ntheirs\nz\n");
  });

  it("has every line but the marks and what stood before both, and no mark", () => {
    const word = fc.constantFrom("a", "b", "=", "<<<<<< six", "");
    const lines = fc.array(word, { maxLength: 3 });
    fc.assert(
      fc.property(
        fc.array(fc.record({ common: lines, ours: lines, base: fc.option(lines), theirs: lines })),
        (parts) => {
          const text = parts.flatMap(({ common, ours, base, theirs }) => [
            ...common,
            ...["<<<<<<< one", ...ours],
            ...(base ? ["||||||| two", ...base] : []),
            ...["=======", ...theirs, ">>>>>>> three"],
          ]);
          const expected = parts.flatMap(({ common, ours, theirs }) => [...common, ...ours, ...theirs]);
          expect(conflictsIn(text.join("\n"))).toHaveLength(parts.length);
          expect(bothVersions(text.join("\n"))).toBe(expected.join("\n"));
        },
      ),
    );
  });
});
