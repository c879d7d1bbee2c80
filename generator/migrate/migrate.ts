// Descriptions of the language before this one, in this one: see the head of run-migrate.mjs.

import { isSeq } from "yaml";
import { lowBitsEdits } from "./addresses.ts";
import { chipEdits, listsAreOld } from "./chip.ts";
import { citationEdits, type DeclaredSource, declaredSources, sameKeys } from "./citations.ts";
import { edited, pairOf, parsed, textOf } from "./edits.ts";
import { withoutNamesOfTheirOwn } from "./entries.ts";
import { goneFacts } from "./gone.ts";
import { shareSources, sourcesText } from "./share.ts";
import { targetEdits } from "./targets.ts";

export interface Migrated {
  readonly path: string;
  readonly text: string;
  /** What nobody but an author can say. */
  readonly remarks: readonly string[];
}

export interface File {
  readonly path: string;
  readonly text: string;
}

/**
 * @param known the list of sources that the descriptions may cite, `undefined` where there is none
 * @param share what several of the files cite moves to that list, and Rust targets to the cores
 */
export function migrate(
  files: readonly File[],
  known: string | undefined,
  share: boolean,
): { readonly files: Migrated[]; readonly sources: string | undefined } {
  const result = migrateLines(
    files.map(({ path, text }) => ({ path, text: unixLines(text) })),
    known === undefined ? undefined : unixLines(known),
    share,
  );
  return {
    files: result.files.map((file, index) => ({ ...file, text: withLinesAs(files[index]!.text, file.text) })),
    sources: result.sources === undefined ? undefined : withLinesAs(known ?? "", result.sources),
  };
}

function unixLines(text: string): string {
  return text.replaceAll("\r\n", "\n");
}

/** A text with lines that end as those of the one before it did; that one where nothing else has changed. */
function withLinesAs(before: string, after: string): string {
  if (unixLines(before) === after) return before;
  return before.includes("\r\n") ? after.replaceAll("\n", "\r\n") : after;
}

/** Why a text cannot be read. */
export function problemOf(text: string): string | undefined {
  const [error] = parsed(text).errors;
  return error && `is no YAML: ${error.message.split("\n")[0]}`;
}

function migrateLines(
  files: readonly File[],
  known: string | undefined,
  share: boolean,
): { readonly files: Migrated[]; readonly sources: string | undefined } {
  const already = known === undefined ? new Map<string, DeclaredSource>() : declaredSources(parsed(known));
  const docs = files.map(({ text }) => parsed(text));
  const shared = share ? shareSources(docs, already) : { sources: already, keys: files.map(() => sameKeys) };
  const cited = files.map(({ text }, index) => {
    const doc = docs[index]!;
    const problem = problemOf(text);
    if (problem !== undefined) return { text, remarks: [problem] };
    const { edits, remarks } = citationEdits(text, doc, shared.keys[index]!, share ? shared.sources : new Map());
    const gone = goneFacts(text, doc);
    const all = [...edits, ...lowBitsEdits(text, doc), ...gone.edits];
    return { text: edited(text, all), remarks: [...remarks, ...gone.remarks] };
  });
  const again = cited.map(({ text }) => ({ text, doc: parsed(text) }));
  const cacheless = new Set(
    again.flatMap(({ doc }) => {
      const caches = pairOf(doc.contents, "caches")?.value;
      const id = textOf(pairOf(doc.contents, "core")?.value);
      return id !== undefined && isSeq(caches) && caches.items.length === 0 ? [id] : [];
    }),
  );
  const targets = share ? targetEdits(again) : again.map(() => []);
  const moved = again.map(({ text }, index) => edited(text, targets[index]!));
  return {
    files: files.map(({ path, text: before }, index) => {
      const text = moved[index]!;
      const { remarks } = cited[index]!;
      const doc = parsed(text);
      if (doc.errors.length > 0 || !pairOf(doc.contents, "chip") || !listsAreOld(doc))
        return whole(path, before, text, remarks);
      const why = withoutNamesOfTheirOwn(doc);
      if (why !== undefined) return { path, text: before, remarks: [`${leftAsItIs} ${why}`] };
      const shape = chipEdits(text, doc, cacheless, (key) =>
        shared.sources.get(shared.keys[index]!.renamed.get(key) ?? key),
      );
      return whole(path, before, edited(text, shape.edits), [...remarks, ...shape.remarks]);
    }),
    sources: share ? sourcesText(shared.sources, known) : undefined,
  };
}

const leftAsItIs = "is left as it is, because";

/** What was rewritten, or the text as it was where that would be no YAML any more: edits go by lines of block style. */
function whole(path: string, before: string, after: string, remarks: readonly string[]): Migrated {
  const [error] = parsed(after).errors;
  if (!error || before === after) return { path, text: after, remarks };
  const why = "what would be written is no YAML: write its maps and lists in lines of their own";
  return { path, text: before, remarks: [`${leftAsItIs} ${why}`] };
}
