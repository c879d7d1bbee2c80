// The site's style sheets: all of them are one file in the end, so that a page's own must not speak of another page's elements.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { root } from "../support/command.ts";

const folder = join(root, "templates/site");
/** Those of one kind of page: what all pages have stands in the others. */
const ofPages = readdirSync(folder).filter(
  (name) => name.endsWith(".css") && !["base.css", "narrow.css", "style.css"].includes(name),
);

/** The first part of each selector that is not within another rule. */
function leadsIn(text: string): Set<string> {
  const plain = text
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/@media[^{]*\{((?:[^{}]*\{[^{}]*\})*)\s*\}/g, "$1")
    .replace(/:is\([^)]*\)/g, "");
  const leads = new Set<string>();
  let depth = 0;
  let selector = "";
  for (const character of plain) {
    if (character === "{" && depth++ === 0)
      for (const each of selector.split(",")) leads.add(each.trim().split(/[\s>+~:]/)[0]!);
    if (character === "}") depth--;
    selector = character === "{" || character === "}" ? "" : selector + character;
  }
  return leads;
}

it("looks at every kind of page", () => {
  expect(ofPages.length).toBeGreaterThan(5);
  expect(leadsIn(".a b, .c:hover { x: y; & d { x: y } }\n@media (a) { .e { x: y } }")).toEqual(
    new Set([".a", ".c", ".e"]),
  );
});

it("have no rule for an element of another page", () => {
  const places = new Map<string, string[]>();
  for (const name of ofPages)
    for (const lead of leadsIn(readFileSync(join(folder, name), "utf8")))
      if (lead !== "") places.set(lead, [...(places.get(lead) ?? []), name]);
  const shared = [...places].filter(([, files]) => files.length > 1);
  expect(shared).toEqual([]);
});
