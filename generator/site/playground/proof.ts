// A verdict as the playground shows it: counts first, then what each step and each promise is for.
import { traceText } from "../../verifier/trace.ts";
import type { Counterexample } from "../../verifier/verdict.ts";
import { brokenProperty, type FenceVerdict } from "../../verifier/verify-fence.ts";

export interface Proof {
  readonly fence: string;
  /** `sound, necessary, reachable`, each as far as it is so. */
  readonly verdicts: readonly { readonly text: string; readonly isGood: boolean }[];
  readonly undecided: string | undefined;
  readonly states: number;
  readonly mutants: FenceVerdict["mutants"];
  readonly properties: readonly PropertyCount[];
  /** The first execution that breaks a property. */
  readonly execution: string | undefined;
  readonly changes: readonly ProvedChange[];
  readonly promises: readonly ProvedPart[];
}

/** In how many of the scenarios in which it is asked a property holds. */
export interface PropertyCount {
  readonly name: string;
  readonly holds: number;
  readonly scenarios: number;
}

export interface ProvedPart {
  readonly text: string;
  readonly verdict: string;
  readonly isGood: boolean;
  /** What happens otherwise. */
  readonly execution: string | undefined;
}

export interface ProvedChange extends ProvedPart {
  readonly method: string;
  readonly step: string;
}

export function proofOf(verdict: FenceVerdict): Proof {
  const { fence, sound, necessary, reachable, undecided, states, mutants, counterexamples, steps, obligations } =
    verdict;
  const open = undecided === undefined ? "not" : "undecided whether";
  return {
    fence,
    verdicts: [
      { text: sound ? "sound" : brokenProperty(verdict) ? "not sound" : `${open} sound`, isGood: sound },
      { text: necessary ? "every step needed" : `${open} every step needed`, isGood: necessary },
      { text: reachable ? "reachable" : `${open} reachable`, isGood: reachable },
    ],
    undecided,
    states,
    mutants,
    properties: propertyCounts(verdict),
    execution: spelled(counterexamples[0]),
    changes: steps.map((step) => ({
      method: step.fence,
      step: step.step,
      text: step.change,
      verdict: changeWords[step.verdict](step.because),
      isGood: !["superfluous", "undecided"].includes(step.verdict),
      execution: spelled(step.counterexample),
    })),
    promises: obligations.map(({ text, verdict, because, counterexample }) => ({
      text,
      verdict: because === undefined ? verdict : `${verdict}: ${because}`,
      isGood: ["needed", "environment"].includes(verdict),
      execution: spelled(counterexample),
    })),
  };
}

const changeWords = {
  property: (because: string) => `breaks ${because}`,
  footprint: (because: string) => because,
  architectural: (because: string) => `no execution shows it, and ${because} demands it`,
  superfluous: (because: string) => `superfluous: ${because}`,
  undecided: (because: string) => `undecided: ${because}`,
} as const;

function propertyCounts({ properties }: FenceVerdict): PropertyCount[] {
  const names = [...new Set(properties.map(({ name }) => name))];
  return names.map((name) => {
    const own = properties.filter((property) => property.name === name);
    return { name, holds: own.filter(({ holds }) => holds).length, scenarios: own.length };
  });
}

function spelled(example: Counterexample | undefined): string | undefined {
  return example && traceText(example);
}
