// What a page shows first, and of each change: the execution that goes wrong, or where there is none a hand-over as it should be.
import type { Replay } from "../../verifier/replayed.ts";
import type { FenceFindings, Findings } from "./findings.ts";

export interface Shown {
  /** That of the execution, which is of the fence as it is where the change has none. */
  readonly change: string;
  readonly scenario: string;
  readonly schedule: string;
}

/** The first step whose absence an execution shows; `none` where there is none. */
export function firstShown(findings: Findings): string {
  return Object.keys(findings).find((name) => /^without=(?!fence)/.test(name) && isExecution(findings, name)) ?? "none";
}

export function shownOf(
  { findings, whole }: Pick<FenceFindings, "findings" | "whole">,
  name: string,
): Shown | undefined {
  if (isExecution(findings, name)) {
    const [scenario, schedule] = findings[name]!;
    return { change: name, scenario, schedule };
  }
  return whole && { change: "none", ...whole };
}

/** Which execution it is, in words. */
export function scenarioWords({ scenario, property }: Pick<Replay, "scenario" | "property">): string {
  return property === undefined ? `A hand-over as it should be: ${scenario}` : scenario;
}

function isExecution(findings: Findings, name: string): boolean {
  return findings[name]?.length === 3;
}
