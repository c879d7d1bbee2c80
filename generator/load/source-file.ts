// A YAML file as text, plain value and parsed document side by side, so that every later stage can point at a key.
import {
  Composer,
  type CST,
  Document,
  type ErrorCode,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  Parser,
  parseDocument,
  type YAMLMap,
  YAMLParseError,
} from "yaml";
import type { Code } from "../diagnostics/codes.ts";
import { type Diagnostics, mostShownOfFile, type Range } from "../diagnostics/diagnostic.ts";
import { namesIn } from "../notation/shared-keys.ts";
import {
  mostAliases,
  mostEntries,
  mostKeyLength,
  mostLevels,
  mostTextLength,
  mostUsesOfAnchor,
  mostValues,
} from "./limits.ts";
import { shippedValue } from "./shipped.ts";

/** Steps from the root of the document: keys of maps and indexes of lists. */
export type Pointer = readonly (string | number)[];

export type Kind = "architecture" | "mechanism" | "core" | "chip" | "sources";

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
  /** The entries of a map by key, or by a name in it. */
  entryOf(map: YAMLMap, key: string): Pair | undefined;
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
    let parsedAgain: Positions | undefined;
    const positions = () => {
      parsedAgain ??= positionsIn(parseDocument(text), text);
      return parsedAgain;
    };
    return { path, origin, text, value: shipped, isShipped: true, positions };
  }
  const parsed = parse(text);
  const document = "document" in parsed ? parsed.document : new Document();
  const found = positionsIn(document, text);
  const file = { path, origin, text, value: undefined as unknown, isShipped: false, positions: () => found };
  const report = (code: Code, message: string, start: number, end: number) =>
    diagnostics.report(code, { message, path, ...placeOf(file, start, end) });

  if ("tooDeepAt" in parsed) {
    report("yaml/syntax", `is nested more than ${mostLevels} levels deep`, parsed.tooDeepAt, parsed.tooDeepAt + 1);
    return file;
  }
  // A tag that means nothing is only a warning of the parser.
  const errors = [...document.errors, ...document.warnings.filter(({ code }) => code === "TAG_RESOLVE_FAILED")];
  for (const error of errors.slice(0, mostShownOfFile)) {
    // A parser's position is an offset; one past the end is shown at the end.
    const [start, end] = error.pos.map((offset) => Math.min(offset, text.length)) as [number, number];
    report("yaml/syntax", wording[error.code] ?? error.message, start, end);
  }
  diagnostics.omit("yaml/syntax", path, errors.length - mostShownOfFile);
  const { repeated, aliases } = lookThrough(document);
  for (const { key, at } of repeated.slice(0, mostShownOfFile))
    report("yaml/duplicate-key", `the key \`${key}\` stands here a second time`, at, at + key.length);
  diagnostics.omit("yaml/duplicate-key", path, repeated.length - mostShownOfFile);
  if (errors.length > 0) return file;
  const tooMany = aliases[mostAliases];
  if (tooMany) {
    const [start, end] = tooMany.at;
    report("yaml/beyond-limit", `the file has ${aliases.length} aliases; at most ${mostAliases} are read`, start, end);
    return file;
  }
  const bad = aliases.find(({ problem }) => problem !== undefined);
  if (bad) {
    report("yaml/syntax", `\`*${bad.name}\` ${bad.problem}`, ...bad.at);
    return file;
  }
  const value: unknown = unlessTooManyAliases(() => document.toJS({ maxAliasCount: mostUsesOfAnchor }));
  if (value === undefined || depth(value) > mostLevels) {
    diagnostics.report("yaml/syntax", { message: tooDeep, path });
    return file;
  }
  const beyond = partsBeyondLimits(value);
  for (const { pointer, at, message } of beyond)
    reportAt(diagnostics, file, "yaml/beyond-limit", pointer, message, { at });
  if (beyond.length === 0) file.value = value;
  return file;
}

const tooDeep = "is nested too deeply, or repeats itself by aliases too often";

/**
 * The parsed document, or where it is nested more deeply than is read. That is looked at before there are nodes: they are made by
 * functions that call each other, and where the stack is nearly used up the engine may end without an exception.
 */
function parse(text: string): { readonly document: Document } | { readonly tooDeepAt: number } {
  const tokens = [...new Parser().parse(text)];
  const tooDeepAt = beyondDepth(tokens);
  if (tooDeepAt !== undefined) return { tooDeepAt };
  // Keys that stand twice are found below: the parser compares each with all before it.
  // Only what YAML 1.2 makes of a text: no binary, set or date of another version that a directive or a tag asks for.
  const options = {
    ...{ uniqueKeys: false, stringKeys: true, strict: true, prettyErrors: false },
    ...{ schema: "core", resolveKnownTags: false, merge: false },
  };
  let document: Document | undefined;
  for (const each of new Composer(options).compose(tokens, true, text.length)) {
    if (document) {
      document.errors.push(new YAMLParseError([each.range[0], each.range[1]], "MULTIPLE_DOCS", ""));
      break;
    }
    document = each;
  }
  // There is always one, also in an empty text.
  return { document: document! };
}

/** Offset of the first list or map that is nested too deeply. */
function beyondDepth(tokens: readonly CST.Token[]): number | undefined {
  const collectionsIn = (
    token: CST.Token | null | undefined,
  ): (CST.BlockMap | CST.BlockSequence | CST.FlowCollection)[] => {
    if (token?.type === "document") return collectionsIn(token.value);
    return token && "items" in token ? [token] : [];
  };
  let level = tokens.flatMap(collectionsIn);
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > mostLevels)
      return level.reduce((first, { offset }) => Math.min(first, offset), Number.POSITIVE_INFINITY);
    level = level.flatMap(({ items }) =>
      items.flatMap(({ key, value }) => [...collectionsIn(key), ...collectionsIn(value)]),
    );
  }
  return undefined;
}

function positionsIn(document: Document, text: string): Positions {
  const lines = new LineCounter();
  lines.addNewLine(0);
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) lines.addNewLine(at + 1);
  const entries = new WeakMap<YAMLMap, ReadonlyMap<string, Pair>>();
  const entryOf = (map: YAMLMap, key: string) => {
    let known = entries.get(map);
    if (!known) {
      const pairs = map.items.flatMap((item) =>
        isPair(item) && isScalar(item.key) ? [[String(item.key.value), item] as const] : [],
      );
      // Of a key that stands twice, the first. A key that several entries share is found by the name of each.
      const byName = pairs.flatMap(([key, pair]) => namesIn(key).map((name) => [name, pair] as const));
      known = new Map([...byName.reverse(), ...pairs.reverse()]);
      entries.set(map, known);
    }
    return known.get(key);
  };
  return { document, lines, entryOf };
}

interface AliasFound {
  readonly name: string;
  /** Offsets of the text. */
  readonly at: readonly [number, number];
  /** Why nothing can stand in its place, in words. */
  readonly problem: string | undefined;
}

interface Looked {
  /** Keys that stand before them in the same map. */
  readonly repeated: readonly { readonly key: string; readonly at: number }[];
  readonly aliases: readonly AliasFound[];
}

/** Each node once, in the order of the text. The parser's own visitor takes time with the square of the depth. */
function lookThrough(document: Document): Looked {
  const repeated: { key: string; at: number }[] = [];
  const aliases: AliasFound[] = [];
  const anchors = new Map<string, Node>();
  const around = new Set<Node>();
  const walk = (node: unknown): void => {
    if (isAlias(node)) {
      const target = anchors.get(node.source);
      const problem = !target
        ? "is an alias of nothing that stands above"
        : around.has(target)
          ? "contains itself"
          : undefined;
      aliases.push({ name: node.source, at: [node.range?.[0] ?? 0, node.range?.[1] ?? 1], problem });
      return;
    }
    if (!isScalar(node) && !isCollection(node)) return;
    if (node.anchor) anchors.set(node.anchor, node);
    if (isScalar(node)) return;
    around.add(node);
    if (isMap(node)) repeated.push(...repeatedKeys(node));
    for (const item of node.items) {
      if (isPair(item)) walk(item.key);
      walk(isPair(item) ? item.value : item);
    }
    around.delete(node);
  };
  walk(document.contents);
  return { repeated, aliases };
}

function repeatedKeys(map: YAMLMap): { readonly key: string; readonly at: number }[] {
  const known = new Set<unknown>();
  return map.items.flatMap(({ key }) => {
    if (!isScalar(key)) return [];
    const isKnown = known.has(key.value);
    known.add(key.value);
    return isKnown ? [{ key: String(key.source ?? key.value), at: key.range?.[0] ?? 0 }] : [];
  });
}

interface PartBeyondLimit {
  readonly pointer: Pointer;
  readonly at: "key" | "value";
  readonly message: string;
}

/** Parts that are larger than they may be, the first ones of a file; of a value, its depth is bounded already. */
function partsBeyondLimits(value: unknown): PartBeyondLimit[] {
  const found: PartBeyondLimit[] = [];
  let values = 0;
  const walk = (node: unknown, pointer: Pointer): void => {
    values += 1;
    if (values > mostValues || found.length >= mostShownOfFile) return;
    if (typeof node === "string" && node.length > mostTextLength)
      found.push({
        pointer,
        at: "value",
        message: `a text of ${node.length} characters; at most ${mostTextLength} are read`,
      });
    if (typeof node !== "object" || node === null) return;
    const entries = Object.entries(node);
    if (entries.length > mostEntries) {
      found.push({
        pointer,
        at: "key",
        message: `${Array.isArray(node) ? "a list" : "a map"} of ${entries.length} entries; at most ${mostEntries} are read`,
      });
      return;
    }
    for (const [key, item] of entries) {
      const inner = [...pointer, Array.isArray(node) ? Number(key) : key];
      if (key.length > mostKeyLength)
        found.push({
          pointer: inner,
          at: "key",
          message: `a key of ${key.length} characters; at most ${mostKeyLength} are read`,
        });
      walk(item, inner);
    }
  };
  walk(value, []);
  if (values <= mostValues) return found;
  const message = `the file holds more than ${mostValues} values, those behind aliases counted each time`;
  return [...found, { pointer: [], at: "value", message }];
}

/** Where the parser's own words would not help the author of a description. */
const wording: Partial<Record<ErrorCode, string>> = {
  MULTIPLE_DOCS: "a file holds one description, and here a second document starts",
  NON_STRING_KEY: "a key must be a word",
  TAG_RESOLVE_FAILED: "this tag is none of a text, number, list or map, or does not fit what it stands at",
};

/** The parser gives up on too many aliases by this error. */
function unlessTooManyAliases<T>(convert: () => T): T | undefined {
  try {
    return convert();
  } catch (error) {
    if (error instanceof ReferenceError) return undefined;
    throw error;
  }
}

/**
 * How deep lists and maps are nested, as far as it matters.
 * @param known of what was looked at: aliases make what they repeat the same object, which would be looked at again and again
 */
function depth(value: unknown, above = 0, known = new Map<object, number>()): number {
  if (typeof value !== "object" || value === null) return 0;
  if (above > mostLevels) return Number.POSITIVE_INFINITY;
  const before = known.get(value);
  if (before !== undefined) return before;
  // What contains itself is infinitely deep.
  known.set(value, Number.POSITIVE_INFINITY);
  let below = 0;
  for (const key in value) below = Math.max(below, depth((value as Record<string, unknown>)[key], above + 1, known));
  known.set(value, below + 1);
  return below + 1;
}

/**
 * The kind of description, from the key that names one. A core and a mechanism also say of which architecture they are: the order of
 * keys decides nothing.
 */
export function kindOf(file: Pick<SourceFile, "value">): Kind | undefined {
  const { value } = file;
  if (typeof value !== "object" || value === null) return undefined;
  // Every kind may declare sources; a file that does nothing else is a list of them for the others.
  return (["chip", "core", "mechanism", "architecture", "sources"] as const).find((kind) => Object.hasOwn(value, kind));
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
  const [start, end] = offsetsOf(file, pointer, options.at ?? "value");
  diagnostics.report(code, { message, path: file.path, ...placeOf(file, start, end), mend: options.mend });
}

/** The line, from 1 on, on which a key stands. */
export function lineAt(file: SourceFile, pointer: Pointer): number {
  return toRange(file.positions().lines, ...offsetsOf(file, pointer, "key")).start.line;
}

/** Reports a problem with characters of the text, from one offset to another. */
export function reportInText(
  diagnostics: Diagnostics,
  file: SourceFile,
  code: Code,
  [start, end]: readonly [number, number],
  message: string,
): void {
  diagnostics.report(code, { message, path: file.path, ...placeOf(file, start, end) });
}

/** Where a key or a value begins and ends in the text. */
function offsetsOf(file: SourceFile, pointer: Pointer, at: "key" | "value"): readonly [number, number] {
  const { document, entryOf } = file.positions();
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

/** How much of a line is shown around a place in it. */
const excerptLength = 240;
const excerptBefore = 80;

/** The place from one offset of the text to another, with its line or, of a long one, what of it stands around the place. */
function placeOf(
  { text, positions }: SourceFile,
  start: number,
  end: number,
): { readonly range: Range; readonly excerpt: string; readonly excerptColumn?: number } {
  const { lines } = positions();
  const range = toRange(lines, start, Math.max(end, start + 1));
  const lineStart = lines.lineStarts[range.start.line - 1] ?? 0;
  const newline = text.indexOf("\n", lineStart);
  const lineEnd = newline === -1 ? text.length : newline;
  if (lineEnd - lineStart <= excerptLength)
    return { range, excerpt: text.slice(lineStart, lineEnd).replace(/\r$/, "") };
  let from = Math.max(lineStart, Math.min(start - excerptBefore, lineEnd - excerptLength));
  let to = Math.min(lineEnd, from + excerptLength);
  // Never half of a character beyond U+FFFF.
  if (from > lineStart && isLowSurrogate(text, from)) from += 1;
  if (to < lineEnd && isLowSurrogate(text, to)) to -= 1;
  const excerpt = text.slice(from, to).replace(/\r$/, "");
  return { range, excerpt, ...(from > lineStart && { excerptColumn: from - lineStart + 1 }) };
}

function isLowSurrogate(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff;
}

function toRange(lines: LineCounter, start: number, end: number): Range {
  const from = lines.linePos(start);
  const to = lines.linePos(end);
  return { start: { line: from.line || 1, column: from.col || 1 }, end: { line: to.line || 1, column: to.col || 1 } };
}
