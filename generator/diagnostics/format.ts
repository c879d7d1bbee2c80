// Spells diagnostics for people: path:line:column, code, excerpt with a caret, why, and how to mend it.
import type { Diagnostic } from "./diagnostic.ts";

export type Style = "red" | "yellow" | "cyan" | "dim" | "bold";
export type Paint = (style: Style, text: string) => string;
export const plain: Paint = (_, text) => text;

export function formatDiagnostic(diagnostic: Diagnostic, paint: Paint = plain): string {
  const { path, range, severity, code, message, excerpt, why, mend } = diagnostic;
  const place = range ? `${path}:${range.start.line}:${range.start.column}` : path;
  const colour = severity === "error" ? "red" : "yellow";
  const lines = [`${paint("bold", place)} ${paint(colour, severity)} ${paint("cyan", code)}: ${message}`];
  if (range && excerpt !== undefined) {
    const number = String(range.start.line);
    const width =
      range.end.line === range.start.line
        ? range.end.column - range.start.column
        : excerpt.length - range.start.column + 1;
    lines.push(
      paint("dim", `  ${number} | `) + excerpt,
      paint("dim", `  ${" ".repeat(number.length)} | `) +
        " ".repeat(range.start.column - 1) +
        paint(colour, "^".repeat(Math.max(1, width))),
    );
  }
  lines.push(`  ${paint("dim", "why:")} ${why}`, `  ${paint("dim", "mend:")} ${mend}`);
  return lines.join("\n");
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
