// Where in a text something stands: a key or value that a pointer leads to, or an offset, with the line around it.
import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  type YAMLMap,
} from "yaml";
import type { Range } from "../diagnostics/diagnostic.ts";
import { excerptAround, type Place } from "../diagnostics/excerpt.ts";
import { namesIn } from "../notation/shared-keys.ts";

/** Steps from the root of the document: keys of maps and indexes of lists. */
export type Pointer = readonly (string | number)[];

export type { Place };

export interface Positions {
  /** Where a key or a value begins and ends, as offsets of the text; past what is not there, what is nearest to it. */
  offsetsOf(pointer: Pointer, at: "key" | "value"): readonly [number, number];
  /** The place from one offset of the text to another. */
  placeOf(start: number, end: number): Place;
}

export function positionsIn(document: Document, text: string): Positions {
  const lines = new LineCounter();
  lines.addNewLine(0);
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) lines.addNewLine(at + 1);
  const entryOf = entriesByName();
  return {
    offsetsOf: (pointer, at) => offsetsOf(document, entryOf, pointer, at),
    placeOf: (start, end) => placeOf(text, lines, start, end),
  };
}

/** The entry of a map by its key, or by a name in it. */
type EntryOf = (map: YAMLMap, key: string) => Pair | undefined;

function entriesByName(): EntryOf {
  const entries = new WeakMap<YAMLMap, ReadonlyMap<string, Pair>>();
  return (map, key) => {
    let known = entries.get(map);
    if (!known) {
      const pairs = map.items.flatMap((item) =>
        isPair(item) && isScalar(item.key) ? [[String(item.key.value), item] as const] : [],
      );
      // Of a key that stands twice, the last, as in the value. A key that several entries share is found by the name of each.
      const byName = pairs.flatMap(([key, pair]) => namesIn(key).map((name) => [name, pair] as const));
      known = new Map([...byName.reverse(), ...pairs]);
      entries.set(map, known);
    }
    return known.get(key);
  };
}

function offsetsOf(
  document: Document,
  entryOf: EntryOf,
  pointer: Pointer,
  at: "key" | "value",
): readonly [number, number] {
  let node: unknown = document.contents;
  let pair: Pair | undefined;
  let nearestFound: readonly [number, number] = [0, 1];
  const remember = (candidate: unknown) => {
    if (isNode(candidate) && candidate.range) nearestFound = [candidate.range[0], candidate.range[1]];
  };
  for (const step of pointer) {
    if (isAlias(node)) node = node.resolve(document);
    pair = undefined;
    if (isMap(node)) {
      pair = entryOf(node, String(step));
      if (!pair) break;
      remember(pair.key);
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(step)];
      remember(node);
    } else break;
  }
  if (at === "key" && pair) remember(pair.key);
  else if (isScalar(node)) remember(node);
  return nearestFound;
}

function placeOf(text: string, lines: LineCounter, start: number, end: number): Place {
  const range = toRange(lines, start, Math.max(end, start + 1));
  const lineStart = lines.lineStarts[range.start.line - 1] ?? 0;
  const newline = text.indexOf("\n", lineStart);
  const line = text.slice(lineStart, newline === -1 ? text.length : newline).replace(/\r$/, "");
  return { range, ...excerptAround(line, start - lineStart) };
}

function toRange(lines: LineCounter, start: number, end: number): Range {
  const from = lines.linePos(start);
  const to = lines.linePos(end);
  return { start: { line: from.line || 1, column: from.col || 1 }, end: { line: to.line || 1, column: to.col || 1 } };
}
