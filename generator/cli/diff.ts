import { compareSides, fencesToVerify } from "../compare/compare-projects.ts";
import { type Comparison, hasBad } from "../compare/comparison.ts";
import { comparisonFindings } from "../compare/comparison-findings.ts";
import type { Remember } from "../compare/judge-change.ts";
import { pairFences } from "../compare/pair-fences.ts";
import { comparisonHtml } from "../compare/print-html.ts";
import { comparisonMarkdown } from "../compare/print-markdown.ts";
import { comparisonText } from "../compare/print-text.ts";
import { siblingsOfNewChips } from "../compare/sibling-text.ts";
import { outputChanges } from "../compare/text-diff.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { plain } from "../diagnostics/format.ts";
import { hash } from "../disk/hash.ts";
import { GitError } from "../git/revision.ts";
import { forms } from "../report/form.ts";
import { judgeHere } from "../verifier/judge.ts";
import type { OtherVerdict } from "../verifier/other-program.ts";
import { changedDescriptions, changedOutputs, openSides, type Sides, surveySide } from "./diff-sides.ts";
import type { Command, CommandOptions, Environment } from "./environment.ts";
import { executionOnPage, fencePage } from "./execution-links.ts";
import { judgeFences } from "./judge-fences.ts";
import { printReport, type Report } from "./report.ts";
import { UsageError } from "./run-pipeline.ts";

export const diff: Command = {
  name: "diff",
  arguments: "[base [head]]",
  summary: "say what a change of facts does to fences: a verdict on each, the steps, and why",
  details: [
    "BASE is a revision of git, or a folder with a project; left out, where HEAD and the default branch part. It is compared with what",
    "lies here, or with the folder HEAD. Both are read by this fencegen. Verdicts, the worst first:",
    "  UNSOUND            some execution goes wrong with the fence that follows from the facts",
    "  undecided          it could not be searched whole",
    "  refused            no fence is emitted any more",
    "  weaker but proven  it does less, or for fewer masters: right if the new facts are",
    "  removed, new       it is gone; it was not there before, and is proven",
    "  stronger           it does more than before",
    "  equivalent         other words or names, the same to the verifier",
    "Exits with 1 where a fence that differs is one of the first three, or a description or the settings came to have an error. What is counted as cost are operations of the program; it is not measured.",
  ],
  options: ["chips", "out", "format", "json"],
  forms,
  examples: [
    ["fencegen diff", "what a branch does, before it is pushed"],
    ["fencegen diff v1.2.0", "what has changed since a release"],
    ["fencegen diff --format markdown", "for a comment of a pull request"],
    ["fencegen diff --format html > diff.html", "a page that stands alone, for an artefact of a workflow"],
    ["fencegen diff ../before .", "two folders, without git"],
  ],
  positionals: [0, 2],
  async run(names, options, environment) {
    try {
      const { comparison, diagnostics } = await compared(names, options, environment);
      const findings = () => comparisonFindings(comparison);
      const report: Report = {
        command: "fencegen diff",
        answer: () => ({ ...comparison, diagnostics }),
        markdown: () => comparisonMarkdown(comparison),
        html: () => comparisonHtml(comparison),
        annotated: findings,
        findings,
      };
      if (!printReport(report, options, environment)) {
        const text = comparisonText(comparison, environment.paintOut ?? plain, environment.columns?.out);
        environment.out(text, { isPainted: true });
      }
      return hasBad(comparison) ? 1 : 0;
    } catch (error) {
      if (error instanceof GitError) throw new UsageError(`diff: ${error.message}`);
      throw error;
    }
  },
};

async function compared(
  names: readonly string[],
  options: CommandOptions,
  environment: Environment,
): Promise<Compared> {
  const sides = openSides(names, options, environment);
  try {
    return await compare(sides, environment);
  } finally {
    sides.close();
  }
}

interface Compared {
  readonly comparison: Comparison;
  /** Of what is compared with the base. */
  readonly diagnostics: readonly Diagnostic[];
}

async function compare(sides: Sides, environment: Environment): Promise<Compared> {
  const { host, onlooker, paint } = environment;
  const watched = { onlooker, paint };
  const head = surveySide(sides.head, environment);
  const base = surveySide(sides.base, environment, head);
  const pairs = pairFences(base.project, head.project, JSON.stringify(base.render) === JSON.stringify(head.render));
  const open = fencesToVerify(pairs).map((fence) => ({ ...fence, key: fence.planKey }));
  const judged = await judgeFences(open, host.judge?.(undefined) ?? judgeHere, host.verdicts, watched);
  const comparison = compareSides({
    names: { base: sides.base.name, head: sides.head.name },
    base: base.project,
    head: head.project,
    pairs,
    verdicts: new Map([...judged].map(([key, { verdict }]) => [key, verdict])),
    remember: rememberIn(environment),
    descriptions: changedDescriptions(sides, environment),
    outputs: await outputChanges(changedOutputs(sides, siblingsOfNewChips(base.project, head.project))),
    pages: {
      pageOf: (fence) => fencePage(head.siteUrl, fence),
      seenAt: (fence, counterexample) => executionOnPage(head.siteUrl, fence, counterexample),
    },
  });
  return { comparison, diagnostics: head.project.diagnostics.sorted() };
}

function rememberIn({ host }: Environment): Remember {
  return (question, work) => {
    const key = hash(JSON.stringify(question));
    const kept = host.comparisons?.get(key) as OtherVerdict | undefined;
    if (kept) return kept;
    const found = work();
    host.comparisons?.keep(key, found);
    return found;
  };
}
