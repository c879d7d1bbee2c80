// Changes of a text by place, so that all the rest of a file stays as its author wrote it.
import { isAlias, isMap, isScalar, isSeq, type Pair, parseDocument, type YAMLMap } from "yaml";

export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** @param edits that do not overlap */
export function edited(text: string, edits: readonly Edit[]): string {
  return [...edits]
    .sort((a, b) => b.start - a.start)
    .reduce((result, { start, end, text: by }) => result.slice(0, start) + by + result.slice(end), text);
}

export type Doc = ReturnType<typeof parseDocument>;

export function parsed(text: string): Doc {
  return parseDocument(text, { uniqueKeys: false, stringKeys: true });
}

export function keyOf(pair: Pair): string {
  return String(isScalar(pair.key) ? pair.key.value : pair.key);
}

export function pairOf(map: unknown, key: string): Pair | undefined {
  return isMap(map) ? map.items.find((pair) => keyOf(pair) === key) : undefined;
}

/** What an alias stands for. */
export function behind(node: unknown, doc: Doc): unknown {
  return isAlias(node) ? node.resolve(doc) : node;
}

export function itemsOf(node: unknown, doc: Doc): unknown[] {
  const list = behind(node, doc);
  return isSeq(list) ? list.items.map((item) => behind(item, doc)) : [];
}

export function entriesOf(node: unknown, doc: Doc): [string, unknown][] {
  const map = behind(node, doc);
  return isMap(map) ? map.items.map((pair) => [keyOf(pair), behind(pair.value, doc)]) : [];
}

export function textOf(node: unknown): string | undefined {
  return isScalar(node) ? String(node.value) : undefined;
}

/** Where a key of a block of lines begins, with the comment lines in front of it, and where the next one does. */
export function sectionOf(text: string, map: YAMLMap, pair: Pair): readonly [number, number] {
  const index = map.items.indexOf(pair);
  return [sectionStart(text, pair), nextStart()];

  function nextStart(): number {
    const next = map.items[index + 1];
    return next ? sectionStart(text, next) : text.length;
  }
}

function sectionStart(text: string, pair: Pair): number {
  let at = startOf(pair);
  for (;;) {
    const before = text.lastIndexOf("\n", at - 2) + 1;
    const line = text.slice(before, at);
    if (at === 0 || !/^#(?! yaml-language-server)/.test(line)) return at;
    at = before;
  }
}

export function startOf(pair: Pair): number {
  return (pair.key as { range: [number, number, number] }).range[0];
}

export function endOf(pair: Pair): number {
  const value = (pair.value ?? pair.key) as { range: [number, number, number] };
  return value.range[1];
}

/** Takes a key out of a map, with its line where it has one. */
export function withoutPair(text: string, map: YAMLMap, pair: Pair): Edit {
  const index = map.items.indexOf(pair);
  const [before, after] = [map.items[index - 1], map.items[index + 1]];
  if (map.flow) {
    if (before) return { start: endOf(before), end: endOf(pair), text: "" };
    return { start: startOf(pair), end: after ? startOf(after) : endOf(pair), text: "" };
  }
  if (!before) return { start: startOf(pair), end: after ? startOf(after) : endOf(pair), text: "" };
  const start = text.lastIndexOf("\n", startOf(pair)) + 1;
  const lineEnd = text.indexOf("\n", endOf(pair) - 1);
  return { start, end: lineEnd === -1 ? text.length : lineEnd + 1, text: "" };
}

/** Comments of a node and of all that is in it, in the order of the text. */
export function commentsOf(node: unknown): string[] {
  if (isMap(node) || isSeq(node)) {
    return [
      ...lines(node.commentBefore),
      ...node.items.flatMap((item) =>
        item && typeof item === "object" && "key" in item
          ? [...commentsOf((item as Pair).key), ...commentsOf((item as Pair).value)]
          : commentsOf(item),
      ),
      ...lines(node.comment),
    ];
  }
  if (isScalar(node) || isAlias(node)) return [...lines(node.commentBefore), ...lines(node.comment)];
  return [];
}

function lines(comment: string | null | undefined): string[] {
  return comment ? comment.split("\n").filter((line) => line.trim() !== "") : [];
}
