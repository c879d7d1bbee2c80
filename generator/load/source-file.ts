// A YAML file as text, plain value and parsed document side by side, so that every later stage can point at a key.
import {
  Document,
  type ErrorCode,
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  parseDocument,
  visit,
} from "yaml";
import type { Code } from "../diagnostics/codes.ts";
import type { Diagnostics, Range } from "../diagnostics/diagnostic.ts";
import { shippedValue } from "./shipped.ts";

/** Steps from the root of the document: keys of maps and indexes of lists. */
export type Pointer = readonly (string | number)[];

export type Kind = "architecture" | "mechanism" | "core" | "chip";
export const kinds: readonly Kind[] = ["architecture", "mechanism", "core", "chip"];

export interface SourceFile {
  /** As the user named it, or relative to where the command runs. */
  readonly path: string;
  /** Folder and name with a forward slash, as generated files name it: the same wherever the command runs. */
  readonly origin: string;
  readonly text: string;
  /** Plain JavaScript value; `undefined` where the file is not YAML at all. */
  readonly value: unknown;
  /** The text is one that fencegen was built with, and was held against its schema then. */
  readonly isShipped: boolean;
  /** The parsed document, for pointing at keys; parsed anew for a shipped text, which seldom has a problem. */
  positions(): Positions;
}

interface Positions {
  readonly document: Document;
  readonly lines: LineCounter;
}

/** @param origin folder and name of the file; left out, the end of its path */
export function parseSource(
  path: string,
  text: string,
  diagnostics: Diagnostics,
  origin: string = path.split("/").slice(-2).join("/"),
): SourceFile {
  const shipped = shippedValue(text);
  if (shipped !== undefined) {
    return { path, origin, text, value: shipped, isShipped: true, positions: () => parseSourceAgain(text) };
  }
  const lines = new LineCounter();
  const options = { lineCounter: lines, uniqueKeys: true, stringKeys: true, strict: true, prettyErrors: false };
  const parsed = unlessTooDeep(() => parseDocument(text, options));
  const document: Document = parsed ?? new Document();
  let broken = parsed === undefined;
  const positions = () => ({ document, lines });
  const file = { path, origin, text, value: undefined as unknown, isShipped: false, positions };
  for (const error of document.errors) {
    const code: Code = error.code === "DUPLICATE_KEY" ? "yaml/duplicate-key" : "yaml/syntax";
    if (code === "yaml/syntax") broken = true;
    // A parser's position is an offset; one past the end is shown at the end.
    const [start, end] = error.pos.map((offset) => Math.min(offset, text.length)) as [number, number];
    const range = toRange(lines, start, Math.max(end, start + 1));
    const key = error.code === "DUPLICATE_KEY" ? wordAt(text, start) : undefined;
    diagnostics.report(code, {
      message: key ? `the key \`${key}\` stands here a second time` : (wording[error.code] ?? error.message),
      path,
      range: key ? toRange(lines, start, start + key.length) : range,
      excerpt: lineText(text, range.start.line),
    });
  }
  if (!broken) {
    file.value = unlessTooDeep(() => document.toJS({ maxAliasCount }));
    broken = file.value === undefined || depth(file.value) > deepest;
  }
  if (broken && document.errors.length === 0) {
    file.value = undefined;
    const bad = aliasThatLeadsNowhere(document);
    const range = bad && toRange(lines, bad.at[0], bad.at[1]);
    diagnostics.report("yaml/syntax", {
      message: bad?.message ?? "is nested too deeply, or repeats itself by aliases too often",
      path,
      range,
      excerpt: range && lineText(text, range.start.line),
    });
  }
  return file;
}

function parseSourceAgain(text: string): Positions {
  const lines = new LineCounter();
  return { document: parseDocument(text, { lineCounter: lines }), lines };
}

/** Where the parser's own words would not help the author of a description. */
const wording: Partial<Record<ErrorCode, string>> = {
  MULTIPLE_DOCS: "a file holds one description, and here a second document starts",
  NON_STRING_KEY: "a key must be a word",
  RESOURCE_EXHAUSTION: "is nested too deeply",
};

/** Lists and maps within each other: a description has about ten. Later stages rely on there being a limit. */
const deepest = 100;
const maxAliasCount = 100;

/** The parser gives up on hostile input by these errors: an exhausted stack, or too many aliases. */
function unlessTooDeep<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch (error) {
    if (error instanceof RangeError || error instanceof ReferenceError) return undefined;
    throw error;
  }
}

function aliasThatLeadsNowhere(document: Document): { message: string; at: readonly [number, number] } | undefined {
  let found: { message: string; at: readonly [number, number] } | undefined;
  unlessTooDeep(() =>
    visit(document, {
      Alias(_, alias, path) {
        const target = alias.resolve(document);
        if (target && !path.includes(target)) return undefined;
        const message = target ? "contains itself" : "is an alias of nothing that stands above";
        const [start, end] = alias.range ?? [0, 1];
        found = { message: `\`*${alias.source}\` ${message}`, at: [start, end] };
        return visit.BREAK;
      },
    }),
  );
  return found;
}

/** How deep lists and maps are nested, as far as it matters. */
function depth(value: unknown, above = 0): number {
  if (typeof value !== "object" || value === null || above > deepest) return above;
  let most = above;
  for (const key in value) most = Math.max(most, depth((value as Record<string, unknown>)[key], above + 1));
  return most;
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
  const { document, lines } = file.positions();
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
  return toRange(lines, nearestFound[0], Math.max(nearestFound[1], nearestFound[0] + 1));
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
