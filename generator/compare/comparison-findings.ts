// A comparison as findings, which annotations and SARIF are made from: one for each group of fences that change alike.
import { type VerdictCode, verdictCodes } from "../diagnostics/verdict-codes.ts";
import type { Finding, Level } from "../report/finding.ts";
import type { Comparison, Group, Verdict } from "./comparison.ts";
import { fencesInWords, stepInWords } from "./words.ts";

/** Of what stayed as it was nothing is said. */
const codeOf: Readonly<Record<Exclude<Verdict, "unchanged">, VerdictCode>> = {
  UNSOUND: "diff/unsound",
  undecided: "diff/undecided",
  refused: "diff/refused",
  "weaker but proven": "diff/weaker-but-proven",
  removed: "diff/removed",
  new: "diff/new",
  stronger: "diff/stronger",
  equivalent: "diff/equivalent",
};

export function comparisonFindings({ groups, problems }: Comparison): Finding[] {
  const ofProblems = problems.map(({ code, text, place }): Finding => ({ code, level: "error", message: text, place }));
  const ofGroups = groups.flatMap((group): Finding[] => {
    const { verdict, place } = group;
    if (verdict === "unchanged") return [];
    return [{ code: codeOf[verdict], level: levelOf(verdict), title: verdict, message: messageOf(group), place }];
  });
  return [...ofProblems, ...ofGroups];
}

export function levelOf(verdict: Verdict): Level {
  return verdict === "unchanged" ? "notice" : verdictCodes[codeOf[verdict]].severity;
}

function messageOf(group: Group): string {
  const { masters, because, steps } = group;
  return [
    `${fencesInWords(group)}: ${group.verdict}.`,
    ...masters,
    ...because,
    ...steps.slice(0, 3).map((step) => `${stepInWords(step, group.verdict)}.`),
  ].join(" ");
}
