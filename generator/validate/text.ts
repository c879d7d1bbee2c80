// What a text of a description may hold. The texts end up in comments, code, tables and terminals; what none of them could show,
// or would show as something else, is in no honest description.
import { unseen } from "../diagnostics/characters.ts";
import type { Diagnostics } from "../diagnostics/diagnostic.ts";
import { type Pointer, reportAt, reportInText, type SourceFile } from "../load/source-file.ts";

/** What a character of a kind that is refused would do. */
const kinds: readonly (readonly [RegExp, string])[] = [
  [/\p{Cc}/u, "is a control character"],
  [/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u, "changes the direction of the text around it"],
  [/[\p{Zl}\p{Zp}]/u, "separates lines"],
  [/\p{Cs}/u, "is half of a character"],
  [/\p{Co}/u, "means something else in every font"],
  [/\p{Noncharacter_Code_Point}/u, "is no character"],
  [/\ufffd/u, "stands for bytes that are no UTF-8"],
  [/\p{Zs}/u, "is a blank that looks like another"],
];

/** What nobody would see, and what stands for bytes that were no text. */
const refused = new RegExp(`${unseen.source}|\\ufffd`, "gu");

/** Keys of texts for people. A block of YAML ends in a newline, which means nothing there. */
const prose = new Set(["title", "notes", "note", "description", "text", "obligation", "because", "reason"]);
/** Of those, what is not printed anywhere and may have paragraphs. */
const remarks = new Set(["notes", "note"]);

/**
 * Reports characters that no text may hold, wherever they stand in the file, and of each text of its value what does not
 * belong in it: more than one line, or blanks at an end.
 */
export function checkText(file: SourceFile, diagnostics: Diagnostics): void {
  if (file.isShipped) return;
  const seen = new Set<string>();
  for (const match of file.text.matchAll(refused)) {
    const [character] = match;
    if (isLayout(file.text, match.index)) continue;
    seen.add(character);
    const place = [match.index, match.index + character.length] as const;
    reportInText(diagnostics, file, "rule/invisible-character", place, named(character));
  }
  visitTexts(file.value, [], (text, pointer, at) => {
    const isKey = at === "key";
    const key = isKey ? undefined : pointer.at(-1);
    const isOf = (keys: ReadonlySet<string>) => typeof key === "string" && keys.has(key);
    const trimmed = isOf(prose) ? text.replace(/\n$/, "") : text;
    // A character that stands in the file as itself is reported there; another one was written as an escape.
    const hidden = [...trimmed.matchAll(refused)].find(([character]) => character !== "\n" && !seen.has(character));
    if (hidden) reportAt(diagnostics, file, "rule/invisible-character", pointer, named(hidden[0]), { at });
    if (trimmed.includes("\n") && !isOf(remarks))
      reportAt(
        diagnostics,
        file,
        "rule/several-lines",
        pointer,
        `this ${isKey ? "key" : "text"} has more than one line`,
        { at },
      );
    else if (/^ | $/.test(trimmed))
      reportAt(
        diagnostics,
        file,
        "rule/blank-at-end",
        pointer,
        `this ${isKey ? "key" : "text"} begins or ends with a blank`,
        { at },
      );
  });
}

/** The value without the newline at the end of texts for people; the value itself where none has one. */
export function trimmedProse<T>(value: T): T {
  return trimmedBelow(value, undefined) as T;
}

function trimmedBelow(value: unknown, key: string | undefined): unknown {
  if (typeof value === "string") return key !== undefined && prose.has(key) ? value.replace(/\n$/, "") : value;
  if (typeof value !== "object" || value === null) return value;
  const isList = Array.isArray(value);
  const entries = Object.entries(value).map(
    ([name, item]) => [name, item as unknown, trimmedBelow(item, isList ? undefined : name)] as const,
  );
  if (entries.every(([, before, after]) => before === after)) return value;
  return isList ? entries.map(([, , item]) => item) : Object.fromEntries(entries.map(([name, , item]) => [name, item]));
}

/** Whether a character stands there as YAML's own: a tab, the end of a line, or the mark at the start of a file. */
function isLayout(text: string, at: number): boolean {
  const character = text[at];
  if (character === "\r") return text[at + 1] === "\n";
  return character === "\n" || character === "\t" || (character === "\ufeff" && at === 0);
}

/** `U+202E changes the direction …`. */
function named(character: string): string {
  const codePoint = character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0");
  return `U+${codePoint} ${kinds.find(([kind]) => kind.test(character))?.[1] ?? "is invisible"}`;
}

function visitTexts(
  value: unknown,
  pointer: Pointer,
  visit: (text: string, pointer: Pointer, at: "key" | "value") => void,
): void {
  if (typeof value === "string") visit(value, pointer, "value");
  if (typeof value !== "object" || value === null) return;
  for (const [key, item] of Object.entries(value)) {
    const inner = [...pointer, Array.isArray(value) ? Number(key) : key];
    if (!Array.isArray(value)) visit(key, inner, "key");
    visitTexts(item, inner, visit);
  }
}
