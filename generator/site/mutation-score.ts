// How many ways of weakening fences are caught, and by what.
import type { MutantKind } from "../verifier/mutants.ts";
import type { StepVerdict } from "../verifier/necessity.ts";
import type { SiteProject } from "./project.ts";

type Verdict = StepVerdict["verdict"];

export const changeVerdicts: readonly Verdict[] = [
  "property",
  "footprint",
  "architectural",
  "superfluous",
  "undecided",
];

export interface Score extends Readonly<Record<Verdict, number>> {
  /** Those that count: without the architectural ones. */
  readonly total: number;
  readonly killed: number;
}

export function scoreOf(steps: readonly StepVerdict[]): Score {
  const counts = Object.fromEntries(
    changeVerdicts.map((verdict) => [verdict, steps.filter((step) => step.verdict === verdict).length]),
  ) as Record<Verdict, number>;
  return { ...counts, total: steps.length - counts.architectural, killed: counts.property + counts.footprint };
}

/** By the way of weakening, the most frequent first. */
export function scoresByKind({ chips }: SiteProject): { readonly kind: MutantKind; readonly score: Score }[] {
  const steps = chips.flatMap(({ fences }) => fences.flatMap(({ verdict }) => verdict.steps));
  const kinds = [...new Set(steps.map(({ kind }) => kind))];
  return kinds
    .map((kind) => ({ kind, score: scoreOf(steps.filter((step) => step.kind === kind)) }))
    .sort((a, b) => b.score.total - a.score.total || (a.kind < b.kind ? -1 : 1));
}
