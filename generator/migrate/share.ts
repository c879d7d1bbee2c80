// What several files cite, once for all of them: one key for a repository or a document.
import { isMap } from "yaml";
import { type DeclaredSource, declaredSources, identityOf, type Keys } from "./citations.ts";
import { type Doc, pairOf, parsed, sectionOf } from "./edits.ts";
import { scalar } from "./print.ts";

export interface Shared {
  /** By the key that all use from now on. */
  readonly sources: ReadonlyMap<string, DeclaredSource>;
  /** For each file, in the order given. */
  readonly keys: readonly Keys[];
}

/** A document or repository, with the keys that files have for it, each as often as it is used. */
interface Found {
  readonly source: DeclaredSource;
  readonly keys: readonly string[];
  readonly files: ReadonlySet<number>;
}

/** @param already what is shared before: it stays so, under its key */
export function shareSources(docs: readonly Doc[], already: ReadonlyMap<string, DeclaredSource>): Shared {
  const declared = docs.map((doc) => declaredSources(doc));
  const found = new Map<string, Found>();
  declared.forEach((own, file) => {
    for (const [key, source] of own) {
      const identity = identityOf(source) ?? JSON.stringify([file, key]);
      const known = found.get(identity) ?? { source, keys: [], files: new Set() };
      found.set(identity, {
        source: { ...source, url: known.source.url ?? source.url },
        keys: [...known.keys, key],
        files: new Set([...known.files, file]),
      });
    }
  });
  const sources = new Map(already);
  const sharedKeys = new Map<string, string>();
  for (const [key, source] of already) {
    const identity = identityOf(source);
    if (identity === undefined) continue;
    sources.set(key, { ...source, url: source.url ?? found.get(identity)?.source.url });
    if (!sharedKeys.has(identity)) sharedKeys.set(identity, key);
  }
  for (const [identity, { source, keys, files }] of found) {
    if (files.size < 2 || sharedKeys.has(identity)) continue;
    const key = freeKey(keys, (each) => sources.has(each));
    sharedKeys.set(identity, key);
    sources.set(key, { ...source, revision: source.repository ? undefined : source.revision });
  }
  return {
    sources: new Map([...sources].sort(([a], [b]) => (a < b ? -1 : 1))),
    keys: declared.map((own) => keysOf(own, sharedKeys)),
  };
}

function keysOf(own: ReadonlyMap<string, DeclaredSource>, sharedKeys: ReadonlyMap<string, string>): Keys {
  const moved = new Map<string, string>();
  for (const [key, source] of own) {
    const shared = sharedKeys.get(identityOf(source) ?? "");
    if (shared !== undefined) moved.set(key, shared);
  }
  // What stays in the file hides nothing that the file cites from elsewhere. Two of its keys may stand for the same.
  const cited = new Set(moved.values());
  const stays = new Map<string, string>();
  const renamed = new Map(moved);
  for (const [key, source] of own) {
    if (moved.has(key)) continue;
    const identity = identityOf(source) ?? JSON.stringify([key, "incomplete"]);
    const isTaken = (each: string) => cited.has(each) || (each !== key && own.has(each));
    const now = stays.get(identity) ?? freeKey([key], isTaken);
    stays.set(identity, now);
    renamed.set(key, now);
  }
  return { renamed, moved: new Set(moved.keys()) };
}

/** The key that most have, or with a number where each of them stands for something else. */
function freeKey(keys: readonly string[], isTaken: (key: string) => boolean): string {
  const count = (key: string) => keys.filter((other) => other === key).length;
  const byUse = [...new Set(keys)].sort((a, b) => count(b) - count(a) || a.length - b.length || (a < b ? -1 : 1));
  const free = byUse.find((key) => !isTaken(key));
  if (free !== undefined) return free;
  for (let number = 2; ; number++) {
    const key = `${byUse[0]}-${number}`;
    if (!isTaken(key)) return key;
  }
}

/** @param known the list as it is, which keeps what it has; `undefined` where there is none */
export function sourcesText(sources: ReadonlyMap<string, DeclaredSource>, known: string | undefined): string {
  const doc = parsed(known ?? "");
  const pair = pairOf(doc.contents, "sources");
  const declared = declaredSources(doc);
  const more = [...sources].filter(([key]) => !declared.has(key));
  if (known !== undefined && more.length === 0) return known;
  if (known !== undefined && pair && isMap(doc.contents) && isMap(pair.value) && !pair.value.flow) {
    const [, end] = sectionOf(known, doc.contents, pair);
    const before = known.slice(0, end);
    return `${before}${before.endsWith("\n") ? "" : "\n"}${more.flatMap(sourceLines).join("")}${known.slice(end)}`;
  }
  return [
    "# yaml-language-server: $schema=../dist/schema/sources.schema.json\n",
    "# What several descriptions cite. A description may declare more under `sources` of its own.\n",
    sources.size === 0 ? "sources: {}\n" : "sources:\n",
    ...[...sources].flatMap(sourceLines),
  ].join("");
}

function sourceLines([key, source]: readonly [string, DeclaredSource]): string[] {
  const facts = (["repository", "document", "revision", "url"] as const).flatMap((name) =>
    source[name] === undefined ? [] : [`    ${name}: ${scalar(source[name], false)}\n`],
  );
  return [`  ${key}:\n`, ...facts];
}
