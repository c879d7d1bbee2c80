// The text of a YAML file → the document and its plain value, and what is wrong with it, by offsets of the text.
import {
  Composer,
  type CST,
  Document,
  type ErrorCode,
  isAlias,
  isCollection,
  isMap,
  isPair,
  isScalar,
  type Node,
  Parser,
  type YAMLMap,
  YAMLParseError,
} from "yaml";
import type { Code } from "../diagnostics/codes.ts";
import { type Conflict, conflictsIn } from "../notation/conflicts.ts";
import { mostAliases, mostLevels, mostUsesOfAnchor } from "./limits.ts";

export interface ParsedYaml {
  /** Empty where nothing was read. */
  readonly document: Document;
  /** `undefined` where the text is not YAML, or holds what is not read. */
  readonly value: unknown;
  readonly problems: readonly TextProblem[];
}

export interface TextProblem {
  readonly code: Code;
  readonly message: string;
  /** From one offset of the text to another; left out of a problem with the whole. */
  readonly at?: readonly [number, number];
}

export function parseYaml(text: string): ParsedYaml {
  const conflicts = conflictsIn(text);
  // What a parser makes of the marks says nothing of what is wrong.
  if (conflicts.length > 0)
    return { document: new Document(), value: undefined, problems: conflicts.map(conflictProblem) };
  const parsed = parse(text);
  if ("tooDeepAt" in parsed) {
    const { tooDeepAt } = parsed;
    const message = `is nested more than ${mostLevels} levels deep`;
    const problem: TextProblem = { code: "yaml/syntax", message, at: [tooDeepAt, tooDeepAt + 1] };
    return { document: new Document(), value: undefined, problems: [problem] };
  }
  const { document } = parsed;
  // A tag that means nothing is only a warning of the parser.
  const errors = [...document.errors, ...document.warnings.filter(({ code }) => code === "TAG_RESOLVE_FAILED")];
  const { repeated, aliases } = lookThrough(document);
  const problems: TextProblem[] = [
    ...errors.map(({ code, message, pos }): TextProblem => {
      // A parser's position is an offset; one past the end is shown at the end.
      const [start, end] = pos.map((offset) => Math.min(offset, text.length)) as [number, number];
      return { code: "yaml/syntax", message: wording[code] ?? message, at: [start, end] };
    }),
    ...repeated.map(({ key, at }): TextProblem => {
      const message = `the key \`${key}\` stands here a second time`;
      return { code: "yaml/duplicate-key", message, at: [at, at + key.length] };
    }),
  ];
  const refused = (problem: TextProblem): ParsedYaml => ({
    document,
    value: undefined,
    problems: [...problems, problem],
  });
  if (errors.length > 0) return { document, value: undefined, problems };
  const tooMany = aliases[mostAliases];
  if (tooMany) {
    const message = `the file has ${aliases.length} aliases; at most ${mostAliases} are read`;
    return refused({ code: "yaml/beyond-limit", message, at: tooMany.at });
  }
  const bad = aliases.find(({ problem }) => problem !== undefined);
  if (bad) return refused({ code: "yaml/syntax", message: `\`*${bad.name}\` ${bad.problem}`, at: bad.at });
  if (repeated.length > 0 && aliases.length === 0) mergeRepeated(document.contents);
  const value = unlessTooManyAliases(() => document.toJS({ maxAliasCount: mostUsesOfAnchor }) as unknown);
  if (value === undefined || depth(value) > mostLevels) return refused({ code: "yaml/syntax", message: tooDeep });
  return { document, value, problems };
}

function conflictProblem({ start, end, between }: Conflict): TextProblem {
  const [ours, theirs] = between?.map((label) => (label === "" ? "one" : `\`${label}\``)) ?? [];
  const message = between
    ? `git could not merge two versions of what stands here, that of ${ours} and that of ${theirs}`
    : "a mark of git's is left here of two versions that it could not merge";
  return { code: "yaml/conflict", message, at: [start, end] };
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

/**
 * Of a key that stands twice, maps become one and of anything else the first is kept, so that nothing that refers to what stands below
 * it is wrong as well. Where there are aliases, what they stand for might be lost, and the last one counts.
 */
function mergeRepeated(node: unknown): void {
  if (!isCollection(node)) return;
  if (isMap(node)) {
    const kept = new Map<unknown, (typeof node.items)[number]>();
    for (const pair of node.items) {
      const key = isScalar(pair.key) ? pair.key.value : pair.key;
      const first = kept.get(key);
      if (!first) kept.set(key, pair);
      else if (isMap(first.value) && isMap(pair.value)) first.value.items.push(...pair.value.items);
    }
    node.items = [...kept.values()];
  }
  for (const item of node.items) mergeRepeated(isPair(item) ? item.value : item);
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
