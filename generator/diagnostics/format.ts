// Spells diagnostics for people: path:line:column, code, excerpt with a caret, why, and how to mend it.
import { visible } from "./characters.ts";
import type { Diagnostic, Range } from "./diagnostic.ts";

export type Style = "red" | "yellow" | "cyan" | "dim" | "bold";
export type Paint = (style: Style, text: string) => string;
export const plain: Paint = (_, text) => text;

export function formatDiagnostic(diagnostic: Diagnostic, paint: Paint = plain): string {
  const { path, range, severity, code, message, excerpt, excerptColumn = 1, why, mend } = diagnostic;
  const place = range ? `${path}:${range.start.line}:${range.start.column}` : path;
  const colour = severity === "error" ? "red" : "yellow";
  // No text may end the line that it stands in, paint, or move the cursor: what is printed is encoded here, part by part.
  const painted = (style: Style, text: string) => paint(style, inLine(text));
  const lines = [
    `${painted("bold", place)} ${painted(colour, severity)} ${painted("cyan", code)}: ${inLine(message)}`,
    ...(range && excerpt !== undefined
      ? pointed(excerpt, excerptColumn, range, (text) => painted(colour, text), paint)
      : []),
    `  ${paint("dim", "why:")} ${inLine(why)}`,
    `  ${paint("dim", "mend:")} ${inLine(mend)}`,
  ];
  return lines.join("\n");
}

/**
 * The line, and under it a caret for each character that is wrong.
 * @param from column at which the excerpt begins
 */
function pointed(
  excerpt: string,
  from: number,
  { start, end }: Range,
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
