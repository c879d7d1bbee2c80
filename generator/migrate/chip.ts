// A chip's lists of regions and DMA controllers as maps, and their sources apart.
import { isAlias, isMap, isSeq, type Pair, visit, type YAMLMap } from "yaml";
import { basesByOffset, offsetKey } from "./addresses.ts";
import { type DeclaredSource, declaredSources, identityOf } from "./citations.ts";
import { behind, commentsOf, type Doc, type Edit, itemsOf, pairOf, sectionOf, textOf, withoutPair } from "./edits.ts";
import { type Entry, entriesOfList, type Fact, nameOfCore } from "./entries.ts";
import { masterLines, memoryLines } from "./entry-lines.ts";
import { evidenceLines, type Sourced, sourcesOf } from "./evidence.ts";
import { commentLines, flow } from "./print.ts";

/** What a key of this file stands for, where it is declared for several files. */
type Declared = (key: string) => DeclaredSource | undefined;

export interface ChipEdits {
  readonly edits: readonly Edit[];
  readonly remarks: readonly string[];
}

/**
 * @param cacheless ids of cores that have no data cache
 * @param elsewhere what need not be declared here
 */
export function chipEdits(text: string, doc: Doc, cacheless: ReadonlySet<string>, elsewhere: Declared): ChipEdits {
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
  if (regions)
    remarks.push(...privateMemories(memories, itemsOf(cores?.value, doc), doc, isCacheless(chip, doc, cacheless)));
  if (dma) edits.push(replaced(text, chip, dma, [...commentsOfEmpty(dma.value), ...masterLines(masters, memories)]));
  const ofCores: Sourced[] = [];
  const comments: string[] = [];
  for (const entry of itemsOf(cores?.value, doc)) {
    const source = pairOf(entry, "source");
    if (!isMap(entry)) continue;
    ofCores.push({ name: nameOfCore(entry, doc), sources: source && sourcesOf(source.value, doc) });
    if (source) edits.push(withoutPair(text, entry, source));
    comments.push(...commentsOf(source?.value));
  }
  edits.push(...withoutInlineSources(text, doc, elsewhere, remarks));
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

/** Which memories perhaps only one of several cores sees, as the language before this one could not say. */
function privateMemories(
  memories: readonly Entry[],
  entries: readonly unknown[],
  doc: Doc,
  nothingIsCached: boolean,
): string[] {
  const countOf = (entry: unknown) => Number(textOf(pairOf(entry, "count")?.value) ?? 1);
  const several = entries.filter((entry) => countOf(entry) > 1).map((entry) => `\`${nameOfCore(entry, doc)}\``);
  const aliases = memories.filter(({ facts }) => facts.has("aliasOf")).map(({ name }) => `\`${name}\``);
  const hasUncached = memories.some(({ facts }) => !nothingIsCached && facts.get("cachedBy")?.text === "none");
  return [
    ...(aliases.length > 0 && (entries.length > 1 || several.length > 0)
      ? [`does each core see ${aliases.join(", ")}? What only one sees there has a \`base\` for it, \`{ CORE: … }\``]
      : []),
    ...(several.length > 0 && (aliases.length > 0 || hasUncached)
      ? [
          `has each core behind the \`count\` of ${several.join(", ")} a memory for itself, such as tightly coupled memory? Then each is an entry of \`cores\`, and the memory one with a \`base\` for that core`,
        ]
      : []),
  ];
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
function withoutInlineSources(text: string, doc: Doc, elsewhere: Declared, remarks: string[]): Edit[] {
  const own = declaredSources(doc);
  const parts = [
    ...itemsOf(pairOf(doc.contents, "cores")?.value, doc).map((entry) => behind(pairOf(entry, "core")?.value, doc)),
    ...itemsOf(pairOf(doc.contents, "mechanisms")?.value, doc),
  ];
  return parts.flatMap((part) => {
    const pair = pairOf(part, "sources");
    if (!pair || !isMap(part)) return [];
    const missing = [...declaredSources(doc, part)].filter(([key, source]) => {
      const declared = own.get(key) ?? elsewhere(key);
      return !declared || identityOf(declared) !== identityOf(source);
    });
    if (missing.length === 0) return [withoutPair(text, part, pair)];
    const keys = missing.map(([key]) => `\`${key}\``).join(", ");
    remarks.push(`a core or mechanism within the file declares ${keys}: declare it under \`sources\` of the file`);
    return [];
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

/** Where nothing is cached, nobody need say so of each memory. */
function isCacheless(chip: YAMLMap, doc: Doc, cacheless: ReadonlySet<string>): boolean {
  const levels = itemsOf(pairOf(chip, "caches")?.value, doc);
  const entries = itemsOf(pairOf(chip, "cores")?.value, doc);
  return (
    levels.length === 0 &&
    entries.every((entry) => !pairOf(entry, "caches") && cacheless.has(textOf(pairOf(entry, "core")?.value) ?? ""))
  );
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
