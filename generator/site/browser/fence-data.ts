// What the script of a fence's data hands over, and what its worker is asked and answers.
import type { BrokenScenarios } from "../../verifier/first-counterexample.ts";
import type { FenceTask } from "../../verifier/judge.ts";
import type { FoundCounterexample, NoCounterexample } from "../../verifier/replay-request.ts";
import type { Findings } from "../fence/findings.ts";

export interface FenceData {
  readonly task: FenceTask;
  readonly findings: Findings;
  readonly whole: { readonly scenario: string; readonly schedule: string } | undefined;
  /** How many states of the fence itself were explored. */
  readonly states: number;
}

declare global {
  /** Of the script that was loaded before. */
  function fencegenFence(): FenceData;
  /** This script, as the build wraps it. */
  function fencegenFencePage(): void;
}

/** What is to be explored of a change: until something goes wrong, or every scenario. */
export interface Question {
  readonly change: string;
  readonly what: keyof Answers;
}

export interface Answers {
  readonly first: FoundCounterexample | NoCounterexample;
  readonly scenarios: BrokenScenarios;
}
