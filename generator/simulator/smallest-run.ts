// The same failure in the run with the fewest turns left to chance, found by running the test again.
import { LoopTurns } from "./loop-turns.ts";
import type { SimulatedMachine } from "./machine.ts";
import { neededTurns } from "./schedule/minimise.ts";
import { thrownText } from "./thrown-text.ts";

/** How a run of a test ended: what it threw, or undefined where it went well. */
export type Ended = { readonly thrown: unknown } | undefined;

/** A run that is asked for. */
export interface Run {
  readonly machine: SimulatedMachine;
  /** How long it is waited for; left out, until it ends. */
  readonly patience?: LoopTurns;
}

/** A run of a test that failed. */
export interface Failure {
  readonly machine: SimulatedMachine;
  readonly thrown: unknown;
}

/** How often a failing test is run again at most, and how many turns all of these may have together. */
const [mostRuns, mostTurns] = [120, 100_000] as const;
/** How many turns of the event loop all of them may take, which is about a second: in another run a promise need not be kept. */
const mostLoopTurns = 1_000;

/**
 * Asks for runs on machines in which less is left to chance, until none smaller fails in the same way.
 * @param machineWith a machine with the same seed in which only these turns are left to chance
 */
export function* smallestRun(
  failure: Failure,
  machineWith: (onlyTurns: ReadonlySet<number>) => SimulatedMachine,
): Generator<Run, Failure, Ended> {
  const { turns } = failure.machine;
  let smallest = failure;
  const questions = neededTurns(turns, Math.min(mostRuns, Math.floor(mostTurns / Math.max(turns, 1))));
  const patience = new LoopTurns(mostLoopTurns);
  for (let asked = questions.next(); !asked.done && !patience.areOver; ) {
    const machine = machineWith(asked.value);
    const ended = yield { machine, patience };
    const isSame = ended !== undefined && areAlike(failure.thrown, ended.thrown);
    if (isSame) smallest = { machine, thrown: ended.thrown };
    asked = questions.next(isSame);
  }
  return smallest;
}

/** Whether two errors are of one kind: values may differ, as they do from schedule to schedule. */
function areAlike(one: unknown, other: unknown): boolean {
  if (!(one instanceof Error) || !(other instanceof Error)) return thrownText(one) === thrownText(other);
  return one.name === other.name && (one.name !== "SimulationError" || one.message === other.message);
}
