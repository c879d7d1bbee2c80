// A comparison as a comment of a pull request or a step's summary. Whatever is from a description is text there and nothing else.
import { join as joined } from "../render/code.ts";
import { codeSpan, markdown, markdownText, tableRow } from "../render/markdown.ts";
import { traceText } from "../verifier/trace.ts";
import { type Comparison, type Group, isBad } from "./comparison.ts";
import {
  chipsInWords,
  costInWords,
  countsInWords,
  factInWords,
  fencesInWords,
  outputsInWords,
  placeInWords,
  promiseInWords,
  stepInWords,
  whyInWords,
} from "./words.ts";

/** GitHub refuses comments of more than 65,536 characters; some are left for whoever puts a line before or behind. */
const mostCharacters = 64_000;

export function comparisonMarkdown(comparison: Comparison): string {
  const { base, head, descriptions, groups, facts, questions } = comparison;
  const text = (value: string): string => markdownText(value);
  const opening = [
    "### fencegen: what this change does to fences",
    "",
    `${text(`${base} → ${head}.`)} **${text(countsInWords(comparison))}**`,
    "",
    ...(descriptions.length > 0
      ? [
          text(
            `Descriptions: ${chipsInWords(
              descriptions.map(({ path, state }) => (state === "changed" ? path : `${path} (${state})`)),
              8,
            )}.`,
          ),
          "",
        ]
      : []),
    ...(groups.length > 0
      ? [String(tableRow([markdown`Verdict`, markdown`Fence`, markdown`What it means`])), "| --- | --- | --- |"]
      : []),
    ...groups.map((group) =>
      tableRow([markdownText(mark(group)), markdownText(fencesInWords(group)), markdownText(meaning(group))]),
    ),
    ...(groups.length > 0 ? [""] : []),
    ...(questions.length > 0 ? ["**Ask**", "", ...questions.map((question) => `- ${text(question)}`), ""] : []),
  ];
  const sections = [
    ...(facts.length > 0
      ? [
          details(
            "Facts that changed",
            facts.map((fact) => `- ${text(`${factInWords(fact)} (${chipsInWords(fact.chips)})`)}`),
          ),
        ]
      : []),
    ...groups
      .filter(hasDetails)
      .map((group) => details(`${group.verdict}: ${fencesInWords(group)}`, groupLines(group))),
    ...groups.flatMap(({ executions }) =>
      executions.map(({ claim, counterexample }) =>
        details(`${claim}: an execution that goes wrong`, block(traceText(counterexample))),
      ),
    ),
    ...comparison.outputs.hunks.map((hunk) => details(placeInWords(hunk), block(hunk.lines.join("\n"), "diff"))),
  ];
  const before = `${[...opening, text(outputsInWords(comparison))].join("\n")}\n`;
  return fitting(before, sections);
}

function mark({ verdict }: Group): string {
  return isBad(verdict)
    ? `❌ ${verdict}`
    : verdict === "weaker but proven" || verdict === "removed"
      ? `⚠ ${verdict}`
      : verdict;
}

function meaning({ masters, because }: Group): string {
  return [...masters, ...because].join(" ");
}

function hasDetails({ steps, promises, cost, alike }: Group): boolean {
  return steps.length + promises.length + cost.length > 0 || alike.length > 3;
}

function groupLines({ steps, promises, cost, alike }: Group): string[] {
  const all = alike.map(({ chip, fence }) => joined([codeSpan(chip), codeSpan(fence)], markdown` `));
  return [
    ...(alike.length > 3 ? [`Alike: ${all.join(", ")}.`, ""] : []),
    ...steps.flatMap((step) => [`- ${markdownText(stepInWords(step))}`, `  ${markdownText(whyInWords(step))}`]),
    ...promises.map((promise) => `- ${markdownText(promiseInWords(promise))}`),
    ...(cost.length > 0 ? [`- ${markdownText(costInWords(cost)!)}`] : []),
  ];
}

function details(summary: string, lines: readonly string[]): string {
  return `\n<details><summary>${html(summary)}</summary>\n\n${lines.join("\n")}\n\n</details>\n`;
}

/** In a summary GitHub reads HTML, and Markdown only in part. */
function html(text: string): string {
  return markdownText(text).replace(
    /\\([<>&])/g,
    (_, character: string) => ({ "<": "&lt;", ">": "&gt;", "&": "&amp;" })[character]!,
  );
}

/** A fence that is longer than any run of backticks in the text. */
function block(text: string, language = ""): string[] {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return [`${fence}${language}`, text, fence];
}

/** Sections are left out from the end, where they matter least. */
function fitting(before: string, sections: readonly string[]): string {
  const left = (count: number) =>
    count === sections.length
      ? ""
      : `\n${sections.length - count} more sections do not fit here; \`fencegen diff\` prints them.\n`;
  const short =
    before.length <= mostCharacters / 2 ? before : `${before.slice(0, mostCharacters / 2).replace(/\n[^\n]*$/, "")}\n`;
  for (let count = sections.length; count >= 0; count--) {
    const whole = short + sections.slice(0, count).join("") + left(count);
    if (whole.length <= mostCharacters) return whole;
  }
  return short;
}
