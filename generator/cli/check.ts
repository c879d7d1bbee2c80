import { firstDifferentLine } from "../compare/text-diff.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { paintedDiffLine } from "../diagnostics/diff-line.ts";
import { plain, summarize } from "../diagnostics/format.ts";
import { verdictCodes } from "../diagnostics/verdict-codes.ts";
import { markdown, markdownText } from "../render/markdown.ts";
import type { Finding } from "../report/finding.ts";
import { block, details, fitting, heading, markdownTable, marked, mostCharacters } from "../report/markdown.ts";
import { countedFindingsOf, findingsOf, problemsInMarkdown } from "../report/problems.ts";
import { manifestName } from "../write/manifest.ts";
import type { Change } from "../write/output-set.ts";
import { type Command, logDiagnostics } from "./environment.ts";
import { outputsOf, reportObstacles, shownOutput } from "./generate.ts";
import { printReport, type Report } from "./report.ts";

export const check: Command = {
  name: "check",
  arguments: "",
  summary: "say what generate would change, as a diff, and change nothing",
  details: ["Exits with 2 when something is stale, 1 when the input has problems. Meant for continuous integration."],
  options: ["chips", "out", "format", "json"],
  examples: [
    ["fencegen check", "is what lies in out/ what the chips say?"],
    ["fencegen check --format markdown", "for a comment of a pull request"],
  ],
  positionals: [0, 0],
  async run(_, options, environment) {
    const { project, compare } = outputsOf([], options, environment);
    const { diagnostics } = project;
    const { changes, obstacles, isUnfinished } = compare();
    reportObstacles(obstacles, options, diagnostics, environment);
    const problems = diagnostics.sorted();
    const stale: Stale[] = changes.map((change) => ({
      change,
      path: shownOutput(change.path, options, environment),
      isList: change.path === manifestName,
    }));
    const { shown, isListBehind } = toShow(stale);
    const diffs = options.format === "markdown" ? await diffsWithin(mostCharacters, shown) : [];
    const report: Report = {
      ...checkReport(problems, shown, diffs),
      answer: () => ({
        stale: stale.map(({ change: { kind }, path }) => ({ kind, path })),
        diagnostics: problems,
      }),
    };
    if (!printReport(report, options, environment)) {
      logDiagnostics(problems, environment);
      const paint = environment.paintOut ?? plain;
      for (const each of shown) {
        const lines = await diffOf(each);
        environment.out(lines.map((line) => paintedDiffLine(line, paint)).join("\n"), { isPainted: true });
      }
      if (isUnfinished) environment.log("A run of `fencegen generate` was interrupted here, or is at work.");
      if (stale.length > 0)
        environment.log(`${stale.length} stale. Run \`fencegen generate\` and commit what it writes.`);
      else if (!diagnostics.hasErrors) environment.log("Everything is up to date.");
      if (isListBehind)
        environment.log(`${shownOutput(manifestName, options, environment)}, which has their sums, changes with them.`);
    }
    if (diagnostics.hasErrors) return 1;
    return stale.length > 0 ? 2 : 0;
  },
};

/** An output that is not what it shall be, by the path that is shown. */
interface Stale {
  readonly change: Change;
  readonly path: string;
  /** Whether it is the list of sums. */
  readonly isList: boolean;
}

/** The list of sums says nothing that a reader of the other changes wants to know, unless there are none. */
function toShow(stale: readonly Stale[]): { readonly shown: readonly Stale[]; readonly isListBehind: boolean } {
  const others = stale.filter(({ isList }) => !isList);
  return others.length === 0
    ? { shown: stale, isListBehind: false }
    : { shown: others, isListBehind: others.length < stale.length };
}

const whatIsDone = { create: "is not there", update: "is out of date", remove: "is left over" } as const;

function checkReport(
  problems: readonly Diagnostic[],
  stale: readonly Stale[],
  diffs: readonly string[],
): Omit<Report, "answer"> {
  const ofStale = stale.map(findingOf);
  const command = "fencegen check";
  return {
    command,
    markdown() {
      const ofInput = problemsInMarkdown(problems);
      const found = [...(problems.length > 0 ? [summarize(problems)] : []), `${stale.length} stale`];
      const opening = [
        ...heading(command, found.join(", ")),
        ...ofInput.opening,
        ...markdownTable(
          [markdown`Output`, markdown`State`],
          stale.map(({ change: { kind }, path }) => [markdownText(path), marked("error", whatIsDone[kind])]),
        ),
        ...(stale.length > 0 ? ["Run `fencegen generate` and commit what it writes.", ""] : []),
      ];
      const ofOutputs = stale.map(({ path }, at) => details(path, block(diffs[at] ?? "", "diff")));
      return fitting(opening.join("\n"), [...ofInput.sections, ...ofOutputs], command);
    },
    annotated: () => [...countedFindingsOf(problems), ...ofStale],
    findings: () => [...findingsOf(problems), ...ofStale],
  };
}

/** At the first line that is another one. */
function findingOf({ change: { kind, before, after }, path }: Stale): Finding {
  const { severity, mend } = verdictCodes["check/stale"];
  const line = before !== undefined && after !== undefined ? firstDifferentLine(after, before) : 1;
  return { code: "check/stale", level: severity, message: `${whatIsDone[kind]}\nmend: ${mend}`, place: { path, line } };
}

/** As many as a report has room for. */
async function diffsWithin(characters: number, stale: readonly Stale[]): Promise<readonly string[]> {
  const diffs: string[] = [];
  for (let at = 0, left = characters; at < stale.length && left > 0; at++) {
    const text = (await diffOf(stale[at]!)).join("\n");
    diffs.push(text);
    left -= text.length;
  }
  return diffs;
}

/** Loaded only where something is stale. */
async function diffOf({ path: name, change: { before, after } }: Stale): Promise<readonly string[]> {
  const { createTwoFilesPatch } = await import("diff");
  const patch = createTwoFilesPatch(
    before === undefined ? "/dev/null" : name,
    after === undefined ? "/dev/null" : name,
    before ?? "",
    after ?? "",
    "",
    "",
    { context: 3 },
  );
  return patch
    .split("\n")
    .filter((line) => !/^=+$/.test(line))
    .join("\n")
    .trimEnd()
    .split("\n");
}
