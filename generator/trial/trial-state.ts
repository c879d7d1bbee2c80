// The state of a driver under trial: how far it has come, what the CPU has still to perform, how each line is, and how far each engine is.
import type { NewEvent } from "../simulator/trace/journal.ts";
import type { Step } from "../verifier/explore.ts";
import { type EngineState, encodeEngine } from "./engine.ts";
import type { Pending } from "./order.ts";
import type { Progress } from "./progress.ts";

export interface TrialState {
  readonly progress: Progress;
  /** How many of its items have been called. */
  readonly called: number;
  /** What of all items called is not done, in program order. */
  readonly pending: readonly Pending[];
  /** The state of each line, by number. */
  readonly lines: readonly number[];
  /** Of each engine; undefined before its first start. */
  readonly engines: readonly (EngineState | undefined)[];
  /** What has gone wrong, if everything that the driver was told turns out so. */
  readonly broken: string | undefined;
}

/** What happened in a step, for people. */
export interface TrialAction {
  readonly events: readonly NewEvent[];
}

export type TrialStep = Step<TrialState, TrialAction>;

/** Whether the driver was told something that it has not found yet. */
export function isGuessing({ pending }: TrialState): boolean {
  return pending.some(({ answer }) => answer !== undefined);
}

/** Two states of one exploration with the same text are the same state. */
export function encodeTrial({ progress, called, pending, lines, engines, broken = "" }: TrialState): string {
  const open = pending.map(({ item, isIssued }) => (isIssued ? `${item.id}i` : item.id));
  const state = engines.map((engine) => (engine ? encodeEngine(engine) : "-"));
  return `${progress.id}.${called}|${open.join()}|${lines.join()}|${state.join(";")}|${broken}`;
}
