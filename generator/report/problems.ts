// Problems of the input as findings, and as a part of a report in Markdown.

import { type CountedProblem, counted } from "../diagnostics/count.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { markdown, markdownText } from "../render/markdown.ts";
import type { Finding } from "./finding.ts";
import { block, details, markdownTable, marked } from "./markdown.ts";

/** Each of them. */
export function findingsOf(diagnostics: readonly Diagnostic[]): Finding[] {
  return diagnostics.map((diagnostic) => findingOf(diagnostic, diagnostic.message));
}

/** The same of one kind in one file as one, so that a few serious ones are not lost among many. */
export function countedFindingsOf(diagnostics: readonly Diagnostic[]): Finding[] {
  return counted(diagnostics).map(({ diagnostic, message }) => findingOf(diagnostic, message));
}

function findingOf({ code, severity, why, mend, path, range }: Diagnostic, message: string): Finding {
  return {
    code,
    level: severity,
    message: [message, `why: ${why}`, `mend: ${mend}`, `more: fencegen explain ${code}`].join("\n"),
    place: { path, range },
  };
}

export interface MarkdownPart {
  readonly opening: readonly string[];
  readonly sections: readonly string[];
}

export function problemsInMarkdown(diagnostics: readonly Diagnostic[]): MarkdownPart {
  const all = counted(diagnostics);
  const worst = [...all.filter(isError), ...all.filter((each) => !isError(each))];
  return {
    opening: markdownTable(
      [markdown`Problem`, markdown`Place`, markdown`What is wrong`],
      worst.map((each) => [
        marked(each.diagnostic.severity, each.diagnostic.code),
        markdownText(placeOf(each.diagnostic)),
        markdownText(each.message),
      ]),
    ),
    sections: worst.map((each) => details(`${each.diagnostic.code}: ${placeOf(each.diagnostic)}`, linesOf(each))),
  };
}

function isError({ diagnostic }: CountedProblem): boolean {
  return diagnostic.severity === "error";
}

function placeOf({ path, range }: Diagnostic): string {
  return range ? `${path}:${range.start.line}:${range.start.column}` : path;
}

function linesOf({ diagnostic: { excerpt, why, mend, code }, isAlone, message }: CountedProblem): string[] {
  const text = (value: string): string => markdownText(value);
  return [
    `${text(message)}`,
    "",
    ...(excerpt !== undefined && isAlone ? [...block(excerpt), ""] : []),
    `- Why: ${text(why)}`,
    `- Mend: ${text(mend)}`,
    `- More: \`fencegen explain ${code}\``,
  ];
}
