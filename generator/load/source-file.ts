// A YAML file as text, plain value and parsed document side by side, so that every later stage can point at a key.
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
  parseDocument,
} from "yaml";
import type { Code } from "../diagnostics/codes.ts";
import type { Diagnostics, Range } from "../diagnostics/diagnostic.ts";

/** Steps from the root of the document: keys of maps and indexes of lists. */
export type Pointer = readonly (string | number)[];

export type Kind = "architecture" | "mechanism" | "core" | "chip";
export const kinds: readonly Kind[] = ["architecture", "mechanism", "core", "chip"];

export interface SourceFile {
  /** As the user named it, or relative to where the command runs. */
  readonly path: string;
  readonly text: string;
  /** Plain JavaScript value; `undefined` where the file is not YAML at all. */
  readonly value: unknown;
  readonly document: Document;
  readonly lines: LineCounter;
}

export function parseSource(path: string, text: string, diagnostics: Diagnostics): SourceFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, strict: true, prettyErrors: false });
  let broken = false;
  const file = { path, text, document, lines, value: undefined as unknown };
  for (const error of document.errors) {
    const code: Code = error.code === "DUPLICATE_KEY" ? "yaml/duplicate-key" : "yaml/syntax";
    if (code === "yaml/syntax") broken = true;
    // A parser's position is an offset; one past the end is shown at the end.
    const [start, end] = error.pos.map((offset) => Math.min(offset, text.length)) as [number, number];
    const range = toRange(lines, start, Math.max(end, start + 1));
    const key = error.code === "DUPLICATE_KEY" ? wordAt(text, start) : undefined;
    diagnostics.report(code, {
      message: key ? `the key \`${key}\` stands here a second time` : error.message,
      path,
      range: key ? toRange(lines, start, start + key.length) : range,
      excerpt: lineText(text, range.start.line),
    });
  }
  if (!broken) file.value = document.toJS({ maxAliasCount: 100 });
  return file;
}

/** The kind of description, from the first of its keys that names one. */
export function kindOf(file: SourceFile): Kind | undefined {
  const value = file.value;
  if (typeof value !== "object" || value === null) return undefined;
  return Object.keys(value).find((key): key is Kind => (kinds as readonly string[]).includes(key));
}

/** Reports a problem at a key or a value. A pointer that leads nowhere is a bug, except past a missing value. */
export function reportAt(
  diagnostics: Diagnostics,
  file: SourceFile,
  code: Code,
  pointer: Pointer,
  message: string,
  options: { readonly at?: "key" | "value"; readonly mend?: string } = {},
): void {
  const range = rangeOf(file, pointer, options.at ?? "value");
  const excerpt = lineText(file.text, range.start.line);
  diagnostics.report(code, { message, path: file.path, range, excerpt, mend: options.mend });
}

function rangeOf(file: SourceFile, pointer: Pointer, at: "key" | "value"): Range {
  let node: unknown = file.document.contents;
  let pair: Pair | undefined;
  let nearestFound: readonly [number, number] = [0, 1];
  const remember = (candidate: unknown) => {
    if (isNode(candidate) && candidate.range) nearestFound = [candidate.range[0], candidate.range[1]];
  };
  for (const step of pointer) {
    if (isAlias(node)) node = node.resolve(file.document);
    pair = undefined;
    if (isMap(node)) {
      pair = node.items.find(
        (item): item is Pair => isPair(item) && isScalar(item.key) && String(item.key.value) === String(step),
      );
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
  return toRange(file.lines, nearestFound[0], Math.max(nearestFound[1], nearestFound[0] + 1));
}

function toRange(lines: LineCounter, start: number, end: number): Range {
  const from = lines.linePos(start);
  const to = lines.linePos(end);
  return { start: { line: from.line || 1, column: from.col || 1 }, end: { line: to.line || 1, column: to.col || 1 } };
}

function lineText(text: string, line: number): string {
  return text.split("\n")[line - 1]?.replace(/\r$/, "") ?? "";
}

function wordAt(text: string, offset: number): string | undefined {
  return /^[^\s:,}\]]+/.exec(text.slice(offset))?.[0];
}
