// Spells diagnostics for people: path:line:column, code, excerpt with a caret, why, and how to mend it.
import { visible } from "./characters.ts";
import type { Diagnostic, Range } from "./diagnostic.ts";

export type Style = "red" | "yellow" | "cyan" | "dim" | "bold";
export type Paint = (style: Style, text: string) => string;
export const plain: Paint = (_, text) => text;

export function formatDiagnostic(diagnostic: Diagnostic, paint: Paint = plain): string {
  const { range, severity, message, excerpt, excerptColumn = 1, why, mend } = diagnostic;
  const colour = severity === "error" ? "red" : "yellow";
  // No text may end the line that it stands in, paint, or move the cursor: what is printed is encoded here, part by part.
  const painted = (style: Style, text: string) => paint(style, inLine(text));
  const lines = [
    headLine(diagnostic, message, paint),
    ...(range && excerpt !== undefined
      ? pointed(excerpt, excerptColumn, range, (text) => painted(colour, text), paint)
      : []),
    `  ${paint("dim", "why:")} ${inLine(why)}`,
    `  ${paint("dim", "mend:")} ${inLine(mend)}`,
  ];
  return lines.join("\n");
}

/** What is still to be looked up, in one line for each file, at the first place; it is the same everywhere. */
export function formatWithToDosCounted(
  diagnostics: readonly Diagnostic[],
  more: string,
  paint: Paint = plain,
): string[] {
  const isToDo = ({ code }: Diagnostic) => code === "rule/source-to-do";
  const counted = new Set<string>();
  return diagnostics.flatMap((diagnostic) => {
    if (!isToDo(diagnostic)) return [formatDiagnostic(diagnostic, paint)];
    const { path } = diagnostic;
    if (counted.has(path)) return [];
    counted.add(path);
    const count = diagnostics.filter((other) => isToDo(other) && other.path === path).length;
    const places = count === 1 ? "one place says" : `${count} places say`;
    return [headLine(diagnostic, `${places} \`TODO\` for a source; ${more}`, paint)];
  });
}

function headLine({ path, range, severity, code }: Diagnostic, message: string, paint: Paint): string {
  const place = range ? `${path}:${range.start.line}:${range.start.column}` : path;
  const colour = severity === "error" ? "red" : "yellow";
  return `${paint("bold", inLine(place))} ${paint(colour, severity)} ${paint("cyan", code)}: ${inLine(message)}`;
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
