// A YAML document as a tree that may hold what no plain value can: a key twice, tags, anchors, aliases.
import { parse } from "yaml";

/** `before` stands in front of the node: a tag or an anchor with a blank behind it. */
export type Tree =
  | { readonly kind: "scalar"; readonly text: string; readonly before?: string }
  | { readonly kind: "list"; readonly items: readonly Tree[]; readonly before?: string }
  | { readonly kind: "map"; readonly entries: readonly Entry[]; readonly before?: string };

/** The key as it is spelled in the text. */
export type Entry = readonly [key: string, value: Tree];

/** Indexes of entries and items from the root on. */
export type Way = readonly number[];

export const scalar = (text: string): Tree => ({ kind: "scalar", text });

/** @throws where the text is no YAML */
export function treeOfText(text: string): Tree {
  return treeOf(parse(text, { maxAliasCount: 10_000, logLevel: "silent" }));
}

export function treeOf(value: unknown): Tree {
  if (Array.isArray(value)) return { kind: "list", items: value.map(treeOf) };
  if (typeof value === "object" && value !== null)
    return { kind: "map", entries: Object.entries(value).map(([key, each]) => [spelled(key), treeOf(each)]) };
  return scalar(typeof value === "string" ? spelled(value) : String(value));
}

/** A text as YAML has it. */
export function spelled(text: string): string {
  const isPlain = /^[A-Za-z][\w ./()-]*[\w)]$/.test(text) && !/^(true|false|null|nan|inf)$/i.test(text);
  return isPlain ? text : JSON.stringify(text);
}

/** Maps and lists of the upper levels one entry on a line, so that what is left of a text can be made smaller by lines. */
export function textOf(tree: Tree): string {
  if (tree.kind !== "map" || tree.before) return `${flow(tree)}\n`;
  return tree.entries
    .map(([key, value]) => {
      if (value.kind === "list" && value.items.length > 0)
        return `${key}: ${value.before ?? ""}\n${value.items.map((item) => `  - ${flow(item)}\n`).join("")}`;
      return `${key}: ${flow(value)}\n`;
    })
    .join("");
}

function flow(tree: Tree): string {
  const before = tree.before ?? "";
  switch (tree.kind) {
    case "scalar":
      return before + tree.text;
    case "list":
      return `${before}[${tree.items.map(flow).join(", ")}]`;
    case "map":
      return `${before}{ ${tree.entries.map(([key, value]) => `${key}: ${flow(value)}`).join(", ")} }`;
  }
}

/** A part of a tree, with the key that it stands behind; of an item of a list, that of the list. */
export interface Part {
  readonly way: Way;
  readonly key: string;
  readonly tree: Tree;
}

/** Every part, the whole first. */
export function partsOf(tree: Tree, way: Way = [], key = "", found: Part[] = []): Part[] {
  found.push({ way, key, tree });
  if (tree.kind === "list") for (const [at, item] of tree.items.entries()) partsOf(item, [...way, at], key, found);
  if (tree.kind === "map")
    for (const [at, [inner, value]] of tree.entries.entries()) partsOf(value, [...way, at], inner, found);
  return found;
}

/** The tree with one of its parts changed. */
export function changedAt(tree: Tree, [step, ...rest]: Way, change: (part: Tree) => Tree): Tree {
  if (step === undefined) return change(tree);
  if (tree.kind === "list")
    return { ...tree, items: tree.items.map((item, at) => (at === step ? changedAt(item, rest, change) : item)) };
  if (tree.kind === "map")
    return {
      ...tree,
      entries: tree.entries.map(([key, value], at) => [key, at === step ? changedAt(value, rest, change) : value]),
    };
  return tree;
}

/** The same facts with the keys of every map in another order. */
export function reordered(tree: Tree, random: () => number): Tree {
  if (tree.kind === "list") return { ...tree, items: tree.items.map((item) => reordered(item, random)) };
  if (tree.kind === "scalar") return tree;
  const entries = tree.entries.map(([name, value]): Entry => [name, reordered(value, random)]);
  for (let at = entries.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [entries[at], entries[other]] = [entries[other]!, entries[at]!];
  }
  return { ...tree, entries };
}
