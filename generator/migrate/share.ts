// What several files cite, once for all of them: one key for a repository or a document.
import { type DeclaredSource, declaredSources, type Renamed } from "./citations.ts";
import type { Doc } from "./edits.ts";
import { scalar } from "./print.ts";

export interface Shared {
  /** By the key that all use from now on. */
  readonly sources: ReadonlyMap<string, DeclaredSource>;
  /** For each file, in the order given. */
  readonly renamed: readonly Renamed[];
}

/** @param already what is shared before */
export function shareSources(docs: readonly Doc[], already: ReadonlyMap<string, DeclaredSource>): Shared {
  const declared = docs.map(declaredSources);
  const byIdentity = new Map<string, { keys: string[]; files: Set<number>; source: DeclaredSource }>();
  const note = (key: string, source: DeclaredSource, file: number) => {
    const known = byIdentity.get(identityOf(source)) ?? { keys: [], files: new Set(), source };
    known.keys.push(key);
    known.files.add(file);
    known.source = { ...source, url: known.source.url ?? source.url };
    byIdentity.set(identityOf(source), known);
  };
  declared.forEach((sources, file) => {
    for (const [key, source] of sources) note(key, source, file);
  });
  // What is shared already stays so, under its key.
  for (const [key, source] of already) {
    note(key, source, -1);
    note(key, source, -2);
    const known = byIdentity.get(identityOf(source))!;
    known.keys = [key];
  }
  const taken = new Set<string>();
  const keyOfIdentity = new Map<string, string>();
  const sources = new Map<string, DeclaredSource>();
  for (const [identity, { keys, files, source }] of byIdentity) {
    const key = files.size > 1 ? freeKey(keys, taken) : mostUsed(keys);
    keyOfIdentity.set(identity, key);
    if (files.size > 1) sources.set(key, { ...source, revision: source.repository ? undefined : source.revision });
  }
  return {
    sources: new Map([...sources].sort(([a], [b]) => (a < b ? -1 : 1))),
    renamed: declared.map(
      (own) => new Map([...own].map(([key, source]) => [key, keyOfIdentity.get(identityOf(source))!])),
    ),
  };
}

/** Of a repository all commits are one; documents differ by their revision. */
function identityOf({ repository, document, revision }: DeclaredSource): string {
  return JSON.stringify(repository === undefined ? [document, revision] : [repository]);
}

function mostUsed(keys: readonly string[]): string {
  const count = (key: string) => keys.filter((other) => other === key).length;
  return [...new Set(keys)].sort((a, b) => count(b) - count(a) || a.length - b.length || (a < b ? -1 : 1))[0]!;
}

function freeKey(keys: readonly string[], taken: Set<string>): string {
  const key = mostUsed(keys.filter((each) => !taken.has(each)));
  taken.add(key);
  return key;
}

export function sourcesText(sources: ReadonlyMap<string, DeclaredSource>): string {
  return `${[
    "# yaml-language-server: $schema=../generator/schema/sources.schema.json",
    "# What several descriptions cite. A description may declare more under `sources` of its own.",
    "sources:",
    ...[...sources].flatMap(([key, source]) => [
      `  ${key}:`,
      ...(["repository", "document", "revision", "url"] as const).flatMap((name) =>
        source[name] === undefined ? [] : [`    ${name}: ${scalar(source[name], false)}`],
      ),
    ]),
  ].join("\n")}\n`;
}
