// The entries of the lists of regions, DMA controllers and cores, as they are written in a chip's description.
import { isMap, isSeq, type Pair } from "yaml";
import { offsetKey, reachKeys } from "./addresses.ts";
import { behind, commentsOf, type Doc, entriesOf, itemsOf, keyOf, pairOf, textOf } from "./edits.ts";
import { type Sourced, sourcesOf } from "./evidence.ts";
import { citationLines, flow, proseLines } from "./print.ts";

/** An entry of a list, without name and source. */
export interface Entry extends Sourced {
  readonly facts: ReadonlyMap<string, Fact>;
  readonly comments: readonly string[];
}

export interface Fact {
  /** On one line. */
  readonly text: string;
  /** Below or behind its key, what is below indented by a margin. */
  lines(head: string, margin: string): string[];
}

export function entriesOfList(list: unknown, text: string, doc: Doc, remarks: string[]): Entry[] {
  const items = itemsOf(list, doc);
  const names = items.map((item) => textOf(behind(pairOf(item, "name")?.value, doc)) ?? "");
  const [leading, trailing] = isSeq(list)
    ? [list.commentBefore, list.comment].map((comment) => (comment ? comment.split("\n") : []))
    : [];
  const entries = items.map((item, index): Entry => {
    const name = withoutComma(names[index]!);
    if (name !== names[index]) remarks.push(`\`${names[index]}\` is now \`${name}\`: a name holds no comma`);
    const pairs = isMap(item) ? item.items.filter((pair) => !["name", "source"].includes(keyOf(pair))) : [];
    return {
      name,
      facts: new Map(pairs.map((pair) => [keyOf(pair), factOf(pair, text, doc)])),
      sources: sourcesOf(pairOf(item, "source")?.value, doc),
      comments: [
        ...((index === 0 && leading) || []),
        ...commentsOf(item),
        ...((index === items.length - 1 && trailing) || []),
      ],
    };
  });
  return entries;
}

function factOf(pair: Pair, text: string, doc: Doc): Fact {
  const key = keyOf(pair);
  const value = behind(pair.value, doc);
  const rename = namingKeys.has(key) ? withoutComma : undefined;
  const onOneLine = (inFlow: boolean) => flow(value, doc, text, inFlow, rename);
  return {
    text: onOneLine(true),
    lines(head, margin) {
      if (key === "note") return proseLines(head, textOf(value) ?? "", margin);
      if (key === "requires" && arePromises(value, doc)) return [head, ...promiseLines(value, text, doc, margin)];
      return [`${head} ${onOneLine(false)}`];
    },
  };
}

function arePromises(list: unknown, doc: Doc): boolean {
  const items = itemsOf(list, doc);
  return items.length > 0 && items.every((item) => entriesOf(item, doc).length > 0);
}

/** Promises, each a text and perhaps its source. */
function promiseLines(list: unknown, text: string, doc: Doc, margin: string): string[] {
  return itemsOf(list, doc).flatMap((item) =>
    entriesOf(item, doc).flatMap(([key, value], index) => {
      const before = `${margin}${index === 0 ? "- " : "  "}`;
      if (key === "text") return proseLines(`${before}text:`, textOf(value) ?? "", `${margin}    `);
      const sources = sourcesOf(value, doc);
      return Array.isArray(sources)
        ? citationLines(key, sources, before)
        : [`${before}${key}: ${flow(value, doc, text, false)}`];
    }),
  );
}

/** Keys of entries whose values, or whose keys of values, are names. */
const namingKeys = new Set(["base", "aliasOf", offsetKey, ...reachKeys]);

function withoutComma(name: string): string {
  return name.replace(/,\s*/g, " and ");
}

/** What tells an entry of a chip's `cores` from others. */
export function nameOfCore(entry: unknown, doc: Doc): string {
  const core = behind(pairOf(entry, "core")?.value, doc);
  return textOf(pairOf(entry, "name")?.value) ?? textOf(core) ?? textOf(pairOf(core, "core")?.value) ?? "";
}

/** Why entries of a list cannot become a map by name, and nothing in the file is rewritten. */
export function withoutNamesOfTheirOwn(doc: Doc): string | undefined {
  const lists = [
    ...[["regions", "regions"] as const, ["dma", "DMA controllers"] as const].map(([key, what]) => {
      const items = itemsOf(pairOf(doc.contents, key)?.value, doc);
      return { what, names: items.map((item) => withoutComma(textOf(behind(pairOf(item, "name")?.value, doc)) ?? "")) };
    }),
    { what: "cores", names: itemsOf(pairOf(doc.contents, "cores")?.value, doc).map((entry) => nameOfCore(entry, doc)) },
  ];
  for (const { what, names } of lists) {
    if (names.includes("")) return `one of its ${what} has no name: give it one`;
    const twice = names.find((name, index) => names.indexOf(name) < index);
    if (twice !== undefined) return `two of its ${what} are called \`${twice}\`: give each a name of its own`;
  }
  return undefined;
}
