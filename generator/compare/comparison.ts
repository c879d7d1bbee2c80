// What a comparison of two sides of a project finds, as one value that printers spell and that is JSON as it is.
import type { Code } from "../diagnostics/codes.ts";
import type { Grade } from "../provenance/grade.ts";
import type { DoesNotReplay } from "../verifier/replay-states.ts";
import type { Replay } from "../verifier/replayed.ts";
import type { Counterexample } from "../verifier/verdict.ts";

/** Worst first. */
export const verdicts = [
  "UNSOUND",
  "undecided",
  "refused",
  "weaker but proven",
  "removed",
  "new",
  "stronger",
  "equivalent",
  "unchanged",
] as const;

export type Verdict = (typeof verdicts)[number];

/** What a reviewer must not let pass: the command exits with 1 for them. */
export const isBad = (verdict: Verdict): boolean => verdicts.indexOf(verdict) <= verdicts.indexOf("refused");

export function hasBad({ groups, problems }: Comparison): boolean {
  return problems.length > 0 || groups.some(({ verdict }) => isBad(verdict));
}

export interface Comparison {
  readonly base: string;
  readonly head: string;
  /** Descriptions that differ. */
  readonly descriptions: readonly ChangedFile[];
  /** Fences that change in the same way stand together, the worst first. Those that are unchanged are only counted. */
  readonly groups: readonly Group[];
  readonly counts: Readonly<Partial<Record<Verdict, number>>>;
  /** Errors that came with the change and that no fence's verdict is about: while they are there, nothing is generated. */
  readonly problems: readonly OtherProblem[];
  /** Of chips that are described on both sides. */
  readonly facts: readonly FactChange[];
  readonly questions: readonly string[];
  readonly outputs: OutputChanges;
}

export interface OtherProblem {
  readonly code: Code;
  readonly text: string;
  readonly place: Place;
}

export interface Place {
  readonly path: string;
  /** From 1 on. */
  readonly line: number;
}

export interface ChangedFile {
  readonly path: string;
  readonly state: "changed" | "added" | "removed";
  /** The first line that is another one, from 1 on. */
  readonly line: number;
}

export interface Group extends FenceChange {
  /** The other fences of which the same is true. */
  readonly alike: readonly Named[];
}

export interface Named {
  readonly chip: string;
  readonly fence: string;
}

export interface FenceChange extends Named {
  readonly verdict: Verdict;
  /** What to open first. */
  readonly place: Place;
  /** Sentences: what the verdict rests on, and what it means for drivers. */
  readonly because: readonly string[];
  readonly steps: readonly StepChange[];
  readonly promises: readonly PromiseChange[];
  /** Sentences about masters that moved between fences. */
  readonly masters: readonly string[];
  readonly cost: readonly CostChange[];
  readonly executions: readonly Execution[];
  /** Address of its page, or the path of that in the project; left out of a fence that is no more. */
  readonly page?: string;
  /** Of a chip that is new, how many facts nobody has read. */
  readonly unread: number;
}

export interface StepChange {
  readonly method: "release" | "acquire";
  /** reason: the step itself is the same. */
  readonly change: "added" | "removed" | "changed" | "reason";
  /** Counted from 1, among those of the side that has it. */
  readonly number: number;
  readonly before?: string;
  readonly after?: string;
  readonly reason: string;
  readonly sources: readonly string[];
  readonly grade: Grade;
}

export interface PromiseChange {
  readonly change: "added" | "removed" | "changed";
  readonly text: string;
  readonly before?: string;
}

/** Counted from the program, and not measured: operations that the CPU executes, without what a compiler adds for loops. */
export interface CostChange {
  readonly method: "release" | "acquire";
  readonly of: "one line" | "4 KiB";
  readonly before?: number;
  readonly after?: number;
}

/** What goes wrong, and under which assumption. */
export interface Execution {
  readonly claim: string;
  readonly counterexample: Counterexample;
  /** Where the page of the fence shows it; left out where that cannot: it is of facts or of steps that are no more. */
  readonly seenAt?: string;
  /** The same step by step, as pictures need it; JSON leaves it out. */
  replay(): Replay | DoesNotReplay;
}

export interface FactSide {
  readonly value: string;
  readonly grade: Grade;
  readonly sources: readonly string[];
}

export interface FactChange {
  readonly name: string;
  readonly before?: FactSide;
  readonly after?: FactSide;
  /** It is about a shared description, and counts because a fence has come to rely on it, or no longer does. */
  readonly isUse: boolean;
  readonly chips: readonly string[];
}

export interface OutputChanges {
  readonly files: number;
  readonly changedLines: number;
  /** Pieces of which each is another one than all before it. */
  readonly hunks: readonly Hunk[];
}

export interface Hunk {
  readonly path: string;
  /** In the file as it is now. */
  readonly line: number;
  readonly lines: readonly string[];
  /** Of a new chip: the file of its nearest sibling, of which this is what differs but for names. */
  readonly beside?: string;
  /** Where else the same piece is. */
  readonly also: readonly string[];
}
