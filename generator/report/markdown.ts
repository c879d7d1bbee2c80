// Findings as a comment of a pull request or a step's summary, and the parts from which such a text is made. Whatever is from a
// description is text there and nothing else.
import type { Code } from "../render/code.ts";
import { codeSpan, markdown, markdownText, tableRow } from "../render/markdown.ts";
import type { Level } from "./finding.ts";

/** GitHub refuses comments of more than 65,536 characters; some are left for whoever puts a line before or behind. */
export const mostCharacters = 64_000;

const marks: Readonly<Record<Level, string>> = { error: "❌ ", warning: "⚠ ", notice: "" };

/** What a report begins with: which command it is of, and what it found in a sentence. */
export function heading(command: string, found: string): string[] {
  return [`### ${markdownText(command)}`, "", `**${markdownText(found)}**`, ""];
}

/** What stands before a word, so that bad ones are seen among many. */
export function marked(level: Level, word: string): Code<"markdown"> {
  return markdownText(marks[level] + word);
}

/** @returns nothing for no rows */
export function markdownTable(
  titles: readonly Code<"markdown">[],
  rows: readonly (readonly Code<"markdown">[])[],
): string[] {
  if (rows.length === 0) return [];
  return [tableRow(titles), tableRow(titles.map(() => markdown`---`)), ...rows.map(tableRow), ""];
}

/** An address as a link; a path, which leads nowhere from a comment, as code. */
export function address(link: string): string {
  return /^https?:[^\s<>]*$/.test(link) ? `<${link}>` : codeSpan(link);
}

/** A part that is opened with a click. */
export function details(summary: string, lines: readonly string[]): string {
  return `\n<details><summary>${html(summary)}</summary>\n\n${lines.join("\n")}\n\n</details>\n`;
}

/** In a summary GitHub reads HTML, and Markdown only in part. */
function html(text: string): string {
  return markdownText(text).replace(
    /\\([<>&])/g,
    (_, character: string) => ({ "<": "&lt;", ">": "&gt;", "&": "&amp;" })[character]!,
  );
}

/** Text as it is, in a fence that is longer than any run of backticks in it. */
export function block(text: string, language: "" | "diff" | "mermaid" = ""): string[] {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return [`${fence}${language}`, text, fence];
}

/**
 * The opening and as many sections as GitHub takes; they are left out from the end, where they matter least.
 * @param command prints all of them
 */
export function fitting(opening: string, sections: readonly string[], command: string): string {
  const left = (count: number) =>
    count === sections.length
      ? ""
      : `\n${sections.length - count} more sections do not fit here; \`${command}\` prints them.\n`;
  const short =
    opening.length <= mostCharacters / 2
      ? opening
      : `${opening.slice(0, mostCharacters / 2).replace(/\n[^\n]*$/, "")}\n\nMore does not fit here; \`${command}\` prints it.\n`;
  for (let count = sections.length; count >= 0; count--) {
    const whole = short + sections.slice(0, count).join("") + left(count);
    if (whole.length <= mostCharacters) return whole;
  }
  return short;
}
