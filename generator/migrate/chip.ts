// A chip's lists of regions and DMA controllers as maps, and their sources apart.
import { isAlias, isMap, isSeq, type Pair, visit, type YAMLMap } from "yaml";
import { basesByOffset, offsetKey } from "./addresses.ts";
import { declaredSources } from "./citations.ts";
import {
  behind,
  commentsOf,
  type Doc,
  type Edit,
  entriesOf,
  itemsOf,
  keyOf,
  pairOf,
  sectionOf,
  textOf,
  withoutPair,
} from "./edits.ts";
import { evidenceLines, type Sourced, sourcesOf } from "./evidence.ts";
import { citationLines, columns, commentLines, flow, proseLines, scalar } from "./print.ts";

/** An entry of a list, without name and source. */
interface Entry extends Sourced {
  readonly facts: ReadonlyMap<string, Fact>;
  readonly comments: readonly string[];
}

interface Fact {
  /** On one line. */
  readonly text: string;
  /** Below or behind its key, what is below indented by a margin. */
  lines(head: string, margin: string): string[];
}

export interface ChipEdits {
  readonly edits: readonly Edit[];
  readonly remarks: readonly string[];
}

/**
 * @param cacheless ids of cores that have no data cache
 * @param shared whether a source need not be declared here
 */
export function chipEdits(
  text: string,
  doc: Doc,
  cacheless: ReadonlySet<string>,
  shared: (key: string) => boolean,
): ChipEdits {
  const chip = doc.contents as YAMLMap;
  const remarks: string[] = [];
  const edits: Edit[] = [];
  // What is no list is no description of either language.
  const [regions, dma, cores] = ["regions", "dma", "cores"].map((key) => {
    const pair = pairOf(chip, key);
    return pair && isSeq(behind(pair.value, doc)) ? pair : undefined;
  });
  const described = entriesOfList(regions?.value, text, doc, remarks);
  const mastersWithOffsets = entriesOfList(dma?.value, text, doc, remarks);
  const { bases, remarks: ofBases } = basesByOffset(described, mastersWithOffsets);
  remarks.push(...ofBases);
  const memories = described.map((memory) => withBase(memory, bases.get(memory.name)));
  const masters = mastersWithOffsets.map(withoutOffset);
  if (regions) edits.push(replaced(text, chip, regions, memoryLines(memories, isCacheless(chip, doc, cacheless))));
  for (const { name, facts } of regions ? memories : [])
    if (!facts.has("size"))
      remarks.push(`the memory \`${name}\` has no size: write it, or the most that a board may have`);
  if (dma) edits.push(replaced(text, chip, dma, [...commentsOfEmpty(dma.value), ...masterLines(masters, memories)]));
  const ofCores: Sourced[] = [];
  const comments: string[] = [];
  for (const entry of itemsOf(cores?.value, doc)) {
    const source = pairOf(entry, "source");
    if (!isMap(entry)) continue;
    const core = behind(pairOf(entry, "core")?.value, doc);
    const name = textOf(pairOf(entry, "name")?.value) ?? textOf(core) ?? textOf(pairOf(core, "core")?.value) ?? "";
    ofCores.push({ name, sources: source && sourcesOf(source.value, doc) });
    if (source) edits.push(withoutPair(text, entry, source));
    comments.push(...commentsOf(source?.value));
  }
  edits.push(...withoutInlineSources(text, doc, shared));
  const none = pairOf(chip, "noDmaSource");
  if (none) edits.push({ ...sectionAsEdit(text, chip, none), text: "" });
  const ofMasters = none ? [{ name: "", sources: sourcesOf(none.value, doc) }] : masters;
  const lines = [
    ...commentLines(comments, "  "),
    ...evidenceLines("cores", ofCores.some(({ sources }) => sources) ? ofCores : []),
    ...evidenceLines("memories", memories.some(({ sources }) => sources) ? memories : []),
    ...evidenceLines("masters", ofMasters.some(({ sources }) => sources) ? ofMasters : []),
  ];
  const before = pairOf(chip, "sources");
  const at = before ? sectionOf(text, chip, before)[0] : text.length;
  const gap = at === text.length && !text.endsWith("\n") ? "\n" : "";
  if (lines.length > 0) edits.push({ start: at, end: at, text: `${gap}${["evidence:", ...lines].join("\n")}\n` });
  return { edits: [...edits, ...orphans(text, doc, edits)], remarks };
}

function withBase(memory: Entry, base: string | undefined): Entry {
  if (base === undefined) return memory;
  const fact: Fact = { text: base, lines: (head) => [`${head} ${base}`] };
  return { ...memory, facts: new Map([...memory.facts].map(([key, own]) => [key, key === "base" ? fact : own])) };
}

function withoutOffset(master: Entry): Entry {
  return { ...master, facts: new Map([...master.facts].filter(([key]) => key !== offsetKey)) };
}

/** What a core or mechanism within the chip's file declares is the file's to declare, and cites no other keys. */
function withoutInlineSources(text: string, doc: Doc, shared: (key: string) => boolean): Edit[] {
  const own = declaredSources(doc);
  const parts = [
    ...itemsOf(pairOf(doc.contents, "cores")?.value, doc).map((entry) => behind(pairOf(entry, "core")?.value, doc)),
    ...itemsOf(pairOf(doc.contents, "mechanisms")?.value, doc),
  ];
  return parts.flatMap((part) => {
    const pair = pairOf(part, "sources");
    const keys = entriesOf(pair?.value, doc).map(([key]) => key);
    const isElsewhere = keys.every((key) => own.has(key) || shared(key));
    return pair && isMap(part) && isElsewhere ? [withoutPair(text, part, pair)] : [];
  });
}

function commentsOfEmpty(list: unknown): string[] {
  return isSeq(list) && list.items.length === 0 ? commentLines(commentsOf(list), "") : [];
}

function sectionAsEdit(text: string, map: YAMLMap, pair: Pair): Edit {
  const [start, end] = sectionOf(text, map, pair);
  return { start, end, text: "" };
}

function replaced(text: string, chip: YAMLMap, pair: Pair, lines: readonly string[]): Edit {
  const [, end] = sectionOf(text, chip, pair);
  const { range } = pair.key as { range: [number, number, number] };
  return { start: range[0], end, text: `${lines.join("\n")}\n` };
}

function entriesOfList(list: unknown, text: string, doc: Doc, remarks: string[]): Entry[] {
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
      if (key === "requires") return [head, ...promiseLines(value, text, doc, margin)];
      return [`${head} ${onOneLine(false)}`];
    },
  };
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

/** Lists of the memories that a master reaches. */
const reachKeys: readonly string[] = ["reaches", "reads", "mayReach", "mayRead"];

/** Keys of entries whose values, or whose keys of values, are names. */
const namingKeys = new Set(["base", "aliasOf", offsetKey, ...reachKeys]);

function withoutComma(name: string): string {
  return name.replace(/,\s*/g, " and ");
}

/** Where nothing is cached, nobody need say so of each memory. */
function isCacheless(chip: YAMLMap, doc: Doc, cacheless: ReadonlySet<string>): boolean {
  const levels = itemsOf(pairOf(chip, "caches")?.value, doc);
  const entries = itemsOf(pairOf(chip, "cores")?.value, doc);
  return (
    levels.length === 0 &&
    entries.every((entry) => !pairOf(entry, "caches") && cacheless.has(textOf(pairOf(entry, "core")?.value) ?? ""))
  );
}

function memoryLines(memories: readonly Entry[], nothingIsCached: boolean): string[] {
  if (memories.length === 0) return ["memories: {}"];
  return [
    "memories:",
    ...memories.flatMap(({ name, facts, comments }) => {
      const own = [...facts].filter(
        ([key, { text }]) => !(key === "cachedBy" && text === (nothingIsCached ? "none" : "all")),
      );
      return [...commentLines(comments, "  "), ...entryLines(name, own, true)];
    }),
  ];
}

/** What a master need not say: what is taken where it says nothing. */
function isDefault(key: string, value: string): boolean {
  return (key === "snoops" && value === "none") || (key === "reaches" && value === "[]");
}

function masterLines(masters: readonly Entry[], memories: readonly Entry[]): string[] {
  if (masters.length === 0) return ["masters: {}"];
  const all = memories.map(({ name }) => scalar(name, true));
  const own = masters.map((entry) => ({
    ...entry,
    facts: [...entry.facts].flatMap(([key, fact]): [string, Fact][] => {
      if (isDefault(key, fact.text)) return [];
      return [[key, reachKeys.includes(key) && isAll(fact.text, all) ? everything : fact]];
    }),
  }));
  const common = commonFacts(own);
  const rows: { names: string[]; facts: [string, Fact][]; comments: readonly string[] }[] = [];
  for (const { name, facts, comments } of own) {
    const rest = facts.filter(([key, { text }]) => common.get(key)?.text !== text);
    const last = rows.at(-1);
    const isAlike = last && sameFacts(last.facts, rest) && comments.length === 0;
    if (isAlike && [...last.names, name].join(", ").length <= 80) last.names.push(name);
    else rows.push({ names: [name], facts: rest, comments });
  }
  return [
    ...(common.size > 0 ? ["everyMaster:", ...factLines([...common], "  ")] : []),
    "masters:",
    ...rows.flatMap(({ names, facts, comments }) => [
      ...commentLines(comments, "  "),
      ...entryLines(names.join(", "), facts, false),
    ]),
  ];
}

/** Whether a list names every memory, of three at least: of fewer the names are as short. */
function isAll(list: string, all: readonly string[]): boolean {
  const names = list.replace(/^\[|\]$/g, "").split(", ");
  return all.length >= 3 && names.length === all.length && all.every((name) => names.includes(name));
}

const everything: Fact = { text: "all", lines: (head) => [`${head} all`] };

type Facts = readonly (readonly [string, Fact])[];

function sameFacts(some: Facts, others: Facts): boolean {
  const texts = (facts: Facts) => JSON.stringify(facts.map(([key, { text }]) => [key, text]));
  return texts(some) === texts(others);
}

/** What most masters have in common, of keys that each of them has; of one or two it is as short to say it of each. */
function commonFacts(masters: readonly { readonly facts: Facts }[]): Map<string, Fact> {
  const common = new Map<string, Fact>();
  if (masters.length < 3) return common;
  for (const [key] of masters[0]!.facts) {
    if (key === "note" || key === "requires") continue;
    const values = masters.map(({ facts }) => facts.find(([other]) => other === key)?.[1]);
    if (values.includes(undefined)) continue;
    const timesOf = (fact: Fact) => values.filter((other) => other!.text === fact.text).length;
    const most = values.reduce((best, each) => (timesOf(each!) > timesOf(best!) ? each : best))!;
    if (timesOf(most) * 2 > masters.length && timesOf(most) >= 3) common.set(key, most);
  }
  return common;
}

function entryLines(name: string, facts: Facts, oneLine: boolean): string[] {
  const key = scalar(name, false);
  if (facts.length === 0) return [`  ${key}: {}`];
  const line = `  ${key}: { ${facts.map(([fact, { text }]) => `${fact}: ${text}`).join(", ")} }`;
  if (oneLine && line.length <= columns) return [line];
  return [`  ${key}:`, ...factLines(facts, "    ")];
}

function factLines(facts: readonly (readonly [string, Fact])[], margin: string): string[] {
  return facts.flatMap(([key, fact]) => fact.lines(`${margin}${key}:`, `${margin}  `));
}

/** Aliases of what stood in a part that is written anew: what they stand for takes their place. */
function orphans(text: string, doc: Doc, edits: readonly Edit[]): Edit[] {
  const isGone = (at: number) => edits.some(({ start, end }) => at >= start && at < end);
  const found: Edit[] = [];
  visit(doc, {
    Alias(_, alias) {
      const target = alias.resolve(doc);
      if (!target?.range || !alias.range || isGone(alias.range[0]) || !isGone(target.range[0])) return;
      found.push({ start: alias.range[0], end: alias.range[1], text: flow(target, doc, text) });
    },
  });
  const used = new Set<string>();
  visit(doc, {
    Alias(_, alias) {
      if (alias.range && !isGone(alias.range[0])) used.add(alias.source);
    },
  });
  visit(doc, {
    Node(_, node) {
      if (isAlias(node) || !("anchor" in node) || !node.anchor || !node.range || isGone(node.range[0])) return;
      if (used.has(node.anchor)) return;
      const mark = `&${node.anchor}`;
      const at = text.lastIndexOf(mark, node.range[0]);
      const isMark = at !== -1 && text.slice(at + mark.length, node.range[0]).trim() === "";
      if (isMark) found.push({ start: text[at - 1] === " " ? at - 1 : at, end: at + mark.length, text: "" });
    },
  });
  return found;
}

export function listsAreOld(doc: Doc): boolean {
  return ["regions", "dma", "noDmaSource"].some((key) => pairOf(doc.contents, key)) || coresHaveSources(doc);
}

function coresHaveSources(doc: Doc): boolean {
  return itemsOf(pairOf(doc.contents, "cores")?.value, doc).some((entry) => pairOf(entry, "source"));
}
