// Spells diagnostics for people: path:line:column, code, excerpt with a caret, why, and how to mend it.
import { visible } from "./characters.ts";
import { counted } from "./count.ts";
import type { Diagnostic, Range } from "./diagnostic.ts";
import { wrapped } from "./wrap.ts";

export type Style = "red" | "green" | "yellow" | "cyan" | "dim" | "bold";
export type Paint = (style: Style, text: string) => string;
export const plain: Paint = (_, text) => text;

export function formatDiagnostic(diagnostic: Diagnostic, paint: Paint = plain, columns?: number): string {
  const { range, severity, message, excerpt, excerptColumn = 1, why, mend } = diagnostic;
  const colour = severity === "error" ? "red" : "yellow";
  // No text may end the line that it stands in, paint, or move the cursor: what is printed is encoded here, part by part.
  const painted = (style: Style, text: string) => paint(style, inLine(text));
  const lines = [
    headLine(diagnostic, message, paint, columns),
    ...(range && excerpt !== undefined
      ? pointed({ ...fitting(excerpt, excerptColumn, range, columns), range }, (text) => painted(colour, text), paint)
      : []),
    wrapped(`  ${paint("dim", "why:")} ${inLine(why)}`, columns),
    wrapped(`  ${paint("dim", "mend:")} ${inLine(mend)}`, columns),
    `  ${paint("dim", "more:")} fencegen explain ${diagnostic.code}`,
  ];
  return lines.join("\n");
}

/** @param more where all of them are shown */
export function formatCounted(
  diagnostics: readonly Diagnostic[],
  more: string,
  paint: Paint = plain,
  columns?: number,
): string[] {
  return counted(diagnostics).map(({ diagnostic, message, isAlone }) =>
    isAlone
      ? formatDiagnostic(diagnostic, paint, columns)
      : headLine(diagnostic, `${message}; ${more}`, paint, columns),
  );
}

/** Where, how bad, which code and what: the first line of a problem. Editors read it, so that all up to the message's first word is one line. */
function headLine(
  { path, range, severity, code }: Diagnostic,
  message: string,
  paint: Paint,
  columns: number | undefined,
): string {
  const place = range ? `${path}:${range.start.line}:${range.start.column}` : path;
  const colour = severity === "error" ? "red" : "yellow";
  const lead = `${paint("bold", inLine(place))} ${paint(colour, severity)} ${paint("cyan", code)}:`;
  // No text has this character by now.
  const blank = "\u0000";
  const text = `${lead.replaceAll(" ", blank)}${blank}${inLine(message)}`;
  return wrapped(text, columns, 4).replaceAll(blank, " ");
}

/** What of the excerpt a line of the terminal holds, with the place in it. */
function fitting(excerpt: string, from: number, { start }: Range, columns: number | undefined) {
  const room = columns === undefined ? excerpt.length : Math.max(1, columns - `  ${start.line} | `.length);
  if (excerpt.length <= room) return { excerpt, from };
  const at = Math.max(0, Math.min(start.column - from - Math.floor(room / 3), excerpt.length - room));
  // Never half of a character beyond U+FFFF.
  const part = excerpt
    .slice(at, at + room)
    .replace(/^[\udc00-\udfff]/, " ")
    .replace(/[\ud800-\udbff]$/, "");
  return { excerpt: part, from: from + at };
}

/**
 * The line, and under it a caret for each character that is wrong.
 * @param from column at which the excerpt begins
 */
function pointed(
  { excerpt, from, range: { start, end } }: { readonly excerpt: string; readonly from: number; readonly range: Range },
  marked: (text: string) => string,
  paint: Paint,
): string[] {
  const number = String(start.line);
  const margin = (text: string) => paint("dim", `  ${text} | `);
  const at = start.column - from;
  const before = excerpt.slice(0, at).padEnd(at);
  const wrong = excerpt.slice(at, end.line === start.line ? end.column - from : undefined);
  return [
    margin(number) + inLine(excerpt),
    margin(" ".repeat(number.length)) +
      " ".repeat(inLine(before).length) +
      marked("^".repeat(Math.max(1, inLine(wrong).length))),
  ];
}

/** A tab as one column, which is what ranges count. */
function inLine(text: string): string {
  return visible(text.replaceAll("\t", " "));
}

/** `2 errors, 1 warning`. */
export function summarize(diagnostics: readonly Diagnostic[]): string {
  const count = (severity: string) => diagnostics.filter((d) => d.severity === severity).length;
  const words = (n: number, word: string) => `${n} ${word}${n === 1 ? "" : "s"}`;
  const parts = [];
  if (count("error") > 0) parts.push(words(count("error"), "error"));
  if (count("warning") > 0) parts.push(words(count("warning"), "warning"));
  return parts.join(", ") || "no problems";
}
