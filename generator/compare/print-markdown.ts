// A comparison as a comment of a pull request or a step's summary. Whatever is from a description is text there and nothing else.
import { join as joined } from "../render/code.ts";
import { codeSpan, markdown, markdownText } from "../render/markdown.ts";
import { address, block, details, fitting, markdownTable, marked } from "../report/markdown.ts";
import { traceText } from "../verifier/trace.ts";
import type { Comparison, Group } from "./comparison.ts";
import { levelOf } from "./comparison-findings.ts";
import {
  chipsInWords,
  costInWords,
  countsInWords,
  factInWords,
  fencesInWords,
  outputsInWords,
  placeInWords,
  problemsInWords,
  problemsTitle,
  promiseInWords,
  sameOnPage,
  stepInWords,
  whyInWords,
} from "./words.ts";

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
    ...(comparison.problems.length > 0
      ? [`**${text(problemsTitle)}**`, "", ...problemsInWords(comparison).map((problem) => `- ${text(problem)}`), ""]
      : []),
    ...markdownTable(
      [markdown`Verdict`, markdown`Fence`, markdown`What it means`],
      groups.map((group) => [
        marked(levelOf(group.verdict), group.verdict),
        markdownText(fencesInWords(group)),
        markdownText(meaning(group)),
      ]),
    ),
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
      executions.map(({ claim, counterexample, seenAt }) =>
        details(`${claim}: an execution that goes wrong`, [
          ...block(traceText(counterexample)),
          ...(seenAt === undefined ? [] : ["", `${sameOnPage}: ${address(seenAt)}`]),
        ]),
      ),
    ),
    ...comparison.outputs.hunks.map((hunk) => details(placeInWords(hunk), block(hunk.lines.join("\n"), "diff"))),
  ];
  const before = `${[...opening, text(outputsInWords(comparison))].join("\n")}\n`;
  return fitting(before, sections, "fencegen diff");
}

function meaning({ masters, because }: Group): string {
  return [...masters, ...because].join(" ");
}

function hasDetails({ steps, promises, cost, alike, page }: Group): boolean {
  return steps.length + promises.length + cost.length > 0 || alike.length > 3 || page !== undefined;
}

function groupLines({ verdict, steps, promises, cost, alike, page }: Group): string[] {
  const all = alike.map(({ chip, fence }) => joined([codeSpan(chip), codeSpan(fence)], markdown` `));
  const lines = [
    ...(alike.length > 3 ? [`Alike: ${all.join(", ")}.`, ""] : []),
    ...steps.flatMap((step) => [
      `- ${markdownText(stepInWords(step, verdict))}`,
      `  ${markdownText(whyInWords(step, verdict))}`,
    ]),
    ...promises.map((promise) => `- ${markdownText(promiseInWords(promise))}`),
    ...(cost.length > 0 ? [`- ${markdownText(costInWords(cost)!)}`] : []),
  ];
  if (page === undefined) return lines;
  return [...lines, ...(lines.length > 0 ? [""] : []), `Its page: ${address(page)}`];
}
