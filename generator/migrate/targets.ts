// Rust targets that every chip repeats, once with the core.
import { isMap } from "yaml";
import { type Doc, type Edit, entriesOf, itemsOf, pairOf, startOf, textOf, withoutPair } from "./edits.ts";

interface File {
  readonly text: string;
  readonly doc: Doc;
}

/** For each file the changes that move the targets on which most chips with a core agree to that core's description. */
export function targetEdits(files: readonly File[]): Edit[][] {
  const lists = new Map<string, string[][]>();
  for (const { doc } of files)
    for (const entry of itemsOf(pairOf(doc.contents, "cores")?.value, doc)) {
      const core = textOf(pairOf(entry, "core")?.value);
      const targets = targetsOf(entry, doc);
      if (core !== undefined && targets) lists.set(core, [...(lists.get(core) ?? []), targets]);
    }
  const usual = new Map([...lists].map(([core, all]) => [core, mostCommon(all)]));
  for (const { doc } of files) {
    const core = textOf(pairOf(doc.contents, "core")?.value);
    const own = core !== undefined && targetsOf(doc.contents, doc);
    if (own) usual.set(core, own);
  }
  const described = new Set(files.flatMap(({ doc }) => textOf(pairOf(doc.contents, "core")?.value) ?? []));
  return files.map(({ text, doc }) => {
    const core = textOf(pairOf(doc.contents, "core")?.value);
    if (core !== undefined) return targetsOf(doc.contents, doc) ? [] : added(text, doc, usual.get(core));
    return itemsOf(pairOf(doc.contents, "cores")?.value, doc).flatMap((entry) => {
      const id = textOf(pairOf(entry, "core")?.value);
      const pair = pairOf(entry, "rustTargets");
      const same = id !== undefined && described.has(id) && isSame(targetsOf(entry, doc), usual.get(id));
      return same && pair && isMap(entry) ? [withoutPair(text, entry, pair)] : [];
    });
  });
}

function added(_text: string, doc: Doc, targets: readonly string[] | undefined): Edit[] {
  const { contents } = doc;
  const architecture = pairOf(contents, "architecture");
  if (!targets || !architecture || !isMap(contents)) return [];
  const next = contents.items[contents.items.indexOf(architecture) + 1];
  if (!next) return [];
  const at = startOf(next);
  return [{ start: at, end: at, text: `rustTargets: [${targets.join(", ")}]\n` }];
}

function targetsOf(node: unknown, doc: Doc): string[] | undefined {
  const list = entriesOf(node, doc).find(([key]) => key === "rustTargets")?.[1];
  return list === undefined ? undefined : itemsOf(list, doc).flatMap((item) => textOf(item) ?? []);
}

function isSame(a: readonly string[] | undefined, b: readonly string[] | undefined): boolean {
  return a !== undefined && b !== undefined && [...a].sort().join() === [...b].sort().join();
}

function mostCommon(lists: readonly (readonly string[])[]): readonly string[] {
  const count = (list: readonly string[]) => lists.filter((other) => isSame(list, other)).length;
  return lists.reduce((most, list) => (count(list) > count(most) ? list : most));
}
