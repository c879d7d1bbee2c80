// What `verify` found, as findings and in Markdown: a fence that does not stand is one, at its chip's description.
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { summarize } from "../diagnostics/format.ts";
import type { VerdictCode } from "../diagnostics/verdict-codes.ts";
import { sequenceDiagram } from "../picture/sequence-diagram.ts";
import { markdown, markdownText } from "../render/markdown.ts";
import type { Finding, FindingPlace } from "../report/finding.ts";
import { address, block, details, fitting, heading, markdownTable, marked } from "../report/markdown.ts";
import { countedFindingsOf, findingsOf, problemsInMarkdown } from "../report/problems.ts";
import type { Replay } from "../verifier/replayed.ts";
import { traceText } from "../verifier/trace.ts";
import { brokenProperty } from "../verifier/verify-fence.ts";
import type { ExecutionLinks } from "./execution-links.ts";
import type { Report } from "./report.ts";
import { counted } from "./table.ts";
import { type Result, superfluous } from "./verify-results.ts";

export interface Verified {
  readonly diagnostics: readonly Diagnostic[];
  readonly results: readonly Result[];
  /** Whether what no execution needs is an error. */
  readonly isStrict: boolean;
  /** Fences that were not judged because the run was interrupted. */
  readonly open: number;
  /** The first counterexample of a fence, step by step; undefined where it has none, or it cannot be followed. */
  replayOf(result: Result): Replay | undefined;
  /** Where that is seen step by step. */
  linkTo: ExecutionLinks;
  /** Where a chip is described. */
  placeOf(chip: string): FindingPlace;
}

export function verifyReport(verified: Verified): Omit<Report, "answer"> {
  const { diagnostics, results, open } = verified;
  const command = "fencegen verify";
  const ofFences = () => fenceFindings(verified);
  return {
    command,
    markdown() {
      const ofInput = problemsInMarkdown(diagnostics);
      const fences = ofFences();
      const bad = fences.filter(({ level }) => level === "error").length;
      const found = [
        ...(diagnostics.length > 0 ? [summarize(diagnostics)] : []),
        `${counted(results.length, "fence")} judged, ${bad === 0 ? "all of them proven" : `${counted(bad, "plan")} of them not proven`}`,
        ...(open > 0 ? [`interrupted before ${open} more`] : []),
      ];
      const opening = [
        ...heading(command, found.join("; ")),
        ...ofInput.opening,
        ...markdownTable(
          [markdown`Verdict`, markdown`Fence`, markdown`What it means`],
          fences.map(({ level, title, names, because }) => [
            marked(level, title),
            markdownText(names),
            markdownText(because.join(" ")),
          ]),
        ),
      ];
      const executions = fences.flatMap(({ result, title, names }) =>
        result.verdict.counterexamples.slice(0, 1).map((example) => {
          const replay = verified.replayOf(result);
          const diagram = replay ? ["", ...block(sequenceDiagram(replay), "mermaid")] : [];
          const link = verified.linkTo(result.planKey, undefined, example);
          const seen = link === undefined ? [] : ["", `Step by step: ${address(link)}`];
          return details(`${title}: ${names}`, [...block(traceText(example)), ...diagram, ...seen]);
        }),
      );
      return fitting(opening.join("\n"), [...executions, ...ofInput.sections], command);
    },
    annotated: () => [...ofFences(), ...countedFindingsOf(diagnostics)],
    findings: () => [...ofFences(), ...findingsOf(diagnostics)],
    isWhole: open === 0,
  };
}

interface FenceFinding extends Finding {
  readonly title: string;
  readonly names: string;
  readonly because: readonly string[];
  readonly result: Result;
}

/** How many fences that are the same are named. */
const mostNamed = 4;

/** One for fences that are the same. Those that stand are not spoken of. */
function fenceFindings({ results, isStrict, placeOf }: Verified): FenceFinding[] {
  const distinct = new Map<string, Result[]>();
  for (const result of results) distinct.set(result.planKey, [...(distinct.get(result.planKey) ?? []), result]);
  return [...distinct.values()].flatMap((alike) => {
    const [result] = alike as [Result];
    const fault = faultOf(result);
    if (!fault) return [];
    const { code, title, because } = fault;
    const all = alike.map(({ chip, fence }) => `${chip} ${fence}`);
    const names = [...all.slice(0, mostNamed), ...(all.length > mostNamed ? [`${all.length - mostNamed} more`] : [])];
    return [
      {
        code,
        title,
        level: code === "verify/not-necessary" && !isStrict ? ("warning" as const) : ("error" as const),
        names: names.join(", "),
        because,
        message: [`${names.join(", ")}: ${title}`, ...because, `more: fencegen verify ${result.chip}`].join("\n"),
        place: placeOf(result.chip),
        result,
      },
    ];
  });
}

interface Fault {
  readonly code: VerdictCode;
  readonly title: string;
  readonly because: readonly string[];
}

/** The worst that is to be said of a fence. */
function faultOf({ verdict }: Result): Fault | undefined {
  const { sound, reachable, necessary, undecided, counterexamples } = verdict;
  const broken = brokenProperty(verdict);
  if (broken) {
    const scenarios = counterexamples.slice(0, 1).map(({ scenario }) => `In the scenario ${scenario}.`);
    return { code: "verify/unsound", title: "not sound", because: [`The property ${broken} is broken.`, ...scenarios] };
  }
  if (!sound || undecided !== undefined)
    return { code: "verify/undecided", title: "undecided", because: undecided === undefined ? [] : [undecided] };
  if (!reachable) return { code: "verify/unreachable", title: "not reachable", because: [] };
  if (necessary) return undefined;
  return { code: "verify/not-necessary", title: "not all necessary", because: superfluous(verdict) };
}
