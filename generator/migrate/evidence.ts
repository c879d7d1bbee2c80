// Sources that stood beside each entry, as a section of their own: who says the same of several entries stands there once.
import { isMap, isScalar, isSeq } from "yaml";
import { behind, type Doc, entriesOf, itemsOf, textOf } from "./edits.ts";
import { citationLines, scalar } from "./print.ts";

/** The citations of an entry: for all of its facts, or for each. */
export type EntrySources = readonly string[] | Readonly<Record<string, readonly string[]>>;

export interface Sourced {
  readonly name: string;
  readonly sources: EntrySources | undefined;
}

/** What stands under a `source`. */
export function sourcesOf(node: unknown, doc: Doc): EntrySources | undefined {
  const value = behind(node, doc);
  if (isScalar(value)) return [String(value.value)];
  if (isSeq(value)) return itemsOf(value, doc).flatMap((item) => textOf(item) ?? []);
  if (!isMap(value)) return undefined;
  return Object.fromEntries(
    entriesOf(value, doc).map(([fact, each]) => [fact, sourcesOf(each, doc) as readonly string[]]),
  );
}

interface Row {
  readonly names: string[];
  readonly sources: EntrySources;
}

/** The lines of one section: one source for all where there is only one. */
export function evidenceLines(section: string, entries: readonly Sourced[]): string[] {
  const [first] = entries;
  const isOne = entries.every(({ sources }) => isList(sources) && same(sources, first?.sources));
  if (first && isOne) return citationLines(section, first.sources as readonly string[], "  ");
  const rows = grouped(entries);
  return rows.length === 0 ? [] : [`  ${section}:`, ...rows.flatMap(rowLines)];
}

function isList(sources: EntrySources | undefined): sources is readonly string[] {
  return Array.isArray(sources);
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function grouped(entries: readonly Sourced[]): Row[] {
  const rows: Row[] = [];
  for (const { name, sources } of entries) {
    if (sources === undefined) continue;
    const alike = rows.find((row) => same(row.sources, sources) && fits(row.names, name));
    if (alike) alike.names.push(name);
    else rows.push({ names: [name], sources });
  }
  return withSharedFacts(rows);
}

/** A key may have 200 characters, and shorter ones are read. */
function fits(names: readonly string[], name: string): boolean {
  return [...names, name].join(", ").length <= 80;
}

/** A fact that several rows have from the same sources gets a row of its own behind the last of them. */
function withSharedFacts(rows: readonly Row[]): Row[] {
  const result: Row[] = rows.map((row) => ({ ...row }));
  const shared = new Map<string, { fact: string; citations: readonly string[]; of: Row[] }>();
  for (const row of result) {
    if (isList(row.sources)) continue;
    for (const [fact, citations] of Object.entries(row.sources)) {
      const key = JSON.stringify([fact, citations]);
      const known = shared.get(key);
      if (known) known.of.push(row);
      else shared.set(key, { fact, citations, of: [row] });
    }
  }
  for (const { fact, citations, of } of shared.values()) {
    const names = of.flatMap((row) => row.names);
    if (of.length < 2 || names.join(", ").length > 80) continue;
    for (const row of of) {
      const { [fact]: _, ...rest } = row.sources as Readonly<Record<string, readonly string[]>>;
      Object.assign(row, { sources: rest });
    }
    const known = result.find((row) => same(row.names, names));
    if (known) Object.assign(known, { sources: { ...known.sources, [fact]: citations } });
    else result.splice(result.indexOf(of.at(-1)!) + 1, 0, { names, sources: { [fact]: citations } });
  }
  return result.filter(({ sources }) => isList(sources) || Object.keys(sources).length > 0);
}

function rowLines({ names, sources }: Row): string[] {
  const key = scalar(names.join(", "), false);
  if (isList(sources)) return citationLines(key, sources, "    ");
  const facts = Object.entries(sources);
  const [only] = facts;
  if (facts.length === 1 && only![1].length === 1) {
    const line = `    ${key}: { ${only![0]}: ${scalar(only![1][0]!, true)} }`;
    if (line.length <= 120) return [line];
  }
  return [`    ${key}:`, ...facts.flatMap(([fact, citations]) => citationLines(fact, citations, "      "))];
}
