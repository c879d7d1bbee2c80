// Revisions of repositories into each citation, and lines of a file only where there is one.
import { isMap, isScalar, visit } from "yaml";
import { linesOfFile, parseCitation } from "../notation/citation.ts";
import { commentsOf, type Doc, type Edit, entriesOf, keyOf, pairOf, sectionOf, textOf } from "./edits.ts";
import { commentLines, flow } from "./print.ts";

export interface DeclaredSource {
  readonly repository: string | undefined;
  readonly document: string | undefined;
  readonly revision: string | undefined;
  readonly url: string | undefined;
}

/** What becomes of the keys that a file declares. */
export interface Keys {
  /** What each is called from now on, such as another file's key for the same repository. */
  readonly renamed: ReadonlyMap<string, string>;
  /** Those that are declared elsewhere from now on, for several files. */
  readonly moved: ReadonlySet<string>;
}

export const sameKeys: Keys = { renamed: new Map(), moved: new Set() };

/** What a file declares, or a core or mechanism within it. */
export function declaredSources(doc: Doc, part: unknown = doc.contents): Map<string, DeclaredSource> {
  return new Map(
    entriesOf(pairOf(part, "sources")?.value, doc).map(([key, node]) => {
      const of = (name: string) => textOf(pairOf(node, name)?.value);
      return [
        key,
        { repository: of("repository"), document: of("document"), revision: of("revision"), url: of("url") },
      ];
    }),
  );
}

/** What two declarations of one have in common: of a repository all commits are one; documents differ by their revision. */
export function identityOf({ repository, document, revision }: DeclaredSource): string | undefined {
  if (repository !== undefined) return JSON.stringify([repository]);
  return document === undefined ? undefined : JSON.stringify([document, revision]);
}

/** @param shared what is cited by other files as well, by key */
export function citationEdits(
  text: string,
  doc: Doc,
  keys: Keys,
  shared: ReadonlyMap<string, DeclaredSource>,
): { readonly edits: Edit[]; readonly remarks: string[] } {
  const own = declaredSources(doc);
  const edits: Edit[] = [];
  const remarks: string[] = [];
  visit(doc, {
    Scalar(role, node, path) {
      if (role === "key" || typeof node.value !== "string" || !node.range || !isCited(path)) return;
      const { key, revision, place } = parseCitation(node.value);
      const source = own.get(key) ?? shared.get(key);
      if (!source) return;
      const at = text.indexOf(key, node.range[0]);
      const newKey = keys.renamed.get(key) ?? key;
      const commit = revision ?? (source.repository === undefined ? undefined : source.revision);
      const head = commit === undefined ? newKey : `${newKey}@${commit.replaceAll(" ", "-")}`;
      const oldHead = text.slice(at).match(/^\S+?(?=["'\s]|$|[\],}](?!\S))/)![0];
      if (head !== oldHead) edits.push({ start: at, end: at + oldHead.length, text: head });
      if (source.repository === undefined || commit !== undefined) return;
      let from = at;
      for (const [lines] of place.matchAll(linesOfFile)) {
        from = text.indexOf(lines, from);
        if (from === -1 || from > node.range[1]) break;
        edits.push({ start: from, end: from + lines.length, text: "" });
        from += lines.length;
        remarks.push(`\`${node.value}\`: the lines are left out, as no commit is known`);
      }
    },
  });
  return { edits: [...edits, ...sourceEdits(text, doc, keys)], remarks };
}

/** Whether a text is a citation: below a key for one. */
function isCited(path: readonly unknown[]): boolean {
  const keys = path.flatMap((node) =>
    typeof node === "object" && node !== null && "key" in node && isScalar(node.key) ? [String(node.key.value)] : [],
  );
  if (keys[0] === "sources") return false;
  return (
    keys[0] === "evidence" || keys.slice(-2).some((key) => ["source", "noCacheSource", "noDmaSource"].includes(key))
  );
}

/** Of the file's own sources, repositories lose their revision, and what is shared is declared elsewhere. */
function sourceEdits(text: string, doc: Doc, { renamed, moved }: Keys): Edit[] {
  const chip = doc.contents;
  const pair = pairOf(chip, "sources");
  const map = pair?.value;
  if (!pair || !isMap(chip) || !isMap(map)) return [];
  const kept = new Map<string, string[]>();
  for (const item of map.items) {
    const key = renamed.get(keyOf(item)) ?? keyOf(item);
    if (moved.has(keyOf(item)) || kept.has(key)) continue;
    const isRepository = pairOf(item.value, "repository") !== undefined;
    const facts = isMap(item.value)
      ? item.value.items.filter((fact) => !(isRepository && keyOf(fact) === "revision"))
      : [];
    kept.set(key, [
      ...commentLines([...commentsOf(item.key), ...commentsOf(item.value)], "  "),
      facts.length === 0 ? `  ${key}: {}` : `  ${key}:`,
      ...facts.map((fact) => `    ${keyOf(fact)}: ${flow(fact.value, doc, text, false)}`),
    ]);
  }
  const isSame =
    [...kept.keys()].join() === map.items.map(keyOf).join() &&
    ![...declaredSources(doc).values()].some(
      ({ repository, revision }) => repository !== undefined && revision !== undefined,
    );
  if (isSame) return [];
  const [start, end] = sectionOf(text, chip, pair);
  const lines = kept.size === 0 ? [] : ["sources:", ...[...kept.values()].flat()];
  return [{ start, end, text: lines.map((line) => `${line}\n`).join("") }];
}
