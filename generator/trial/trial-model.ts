// A driver under trial as a model: all that the CPU, the caches and the engines may do next, in every order that the semantics allows. What
// memory may do is semantics/; what the driver does, progress.ts.
import { loadCell, seenThrough } from "../semantics/line-state.ts";
import type { Model } from "../verifier/explore.ts";
import { cpuSteps } from "./cpu-steps.ts";
import { engineSteps, isAtRest } from "./engine-steps.ts";
import type { Item } from "./item.ts";
import { Course, Progress, type Subject } from "./progress.ts";
import type { Trial } from "./trial.ts";
import { encodeTrial, isGuessing, type TrialAction, type TrialState, type TrialStep } from "./trial-state.ts";
import { lineIn, withLine } from "./with-line.ts";

/** A driver as a model that is explored. */
export function trialModel(trial: Trial, subject: Subject): Model<TrialState, TrialAction> {
  const { world, known, beyond } = trial;
  const initial: TrialState = {
    progress: new Progress(new Course(world, subject)),
    called: 0,
    pending: [],
    lines: world.memory.lines().map((line) => known.initial(line)),
    engines: [],
    broken: undefined,
  };
  return {
    initial: [initial],
    encode: encodeTrial,
    isGoal: hasEnded,
    violated(state) {
      const { progress, broken } = state;
      if (progress.ending.how === "unexplored") beyond.add(progress.ending.why);
      if (isGuessing(state)) return undefined;
      if (broken !== undefined) return broken;
      if (progress.ending.how === "threw") return progress.ending.message;
      return hasEnded(state) ? lost(trial, state) : undefined;
    },
    next: (state) =>
      [...cpuSteps(trial, state), ...cacheSteps(trial, state), ...engineSteps(trial, state)].map((step) => ({
        ...step,
        state: aRoundBefore(step.state),
      })),
  };
}

/**
 * The same in the round before of a loop in which the driver waits, so that it comes to an end. Where something is left of that round, the
 * rounds still differ.
 */
function aRoundBefore(state: TrialState): TrialState {
  const { progress, pending } = state;
  const before = progress.roundBefore;
  const last = before?.items.at(-1)?.index;
  if (!before || last === undefined) return state;
  const length = progress.items.at(-1)!.index - last;
  if (pending.some(({ item }) => item.index > last - length && item.index <= last)) return state;
  return {
    ...state,
    progress: before,
    pending: pending.map((each) => (each.item.index > last ? { ...each, item: backBy(each.item, length) } : each)),
  };
}

function backBy(item: Item, items: number): Item {
  return items === 0 ? item : backBy(item.previous!, items - 1);
}

/** Whether the driver has returned, and all that it has begun is done. */
function hasEnded({ progress, called, pending, engines }: TrialState): boolean {
  return (
    progress.ending.how === "returned" &&
    progress.items.slice(called).every(({ kind }) => kind === "barrier") &&
    pending.length === 0 &&
    engines.every(isAtRest)
  );
}

/** What the driver has stored, or taken back, and does not find any more. */
function lost(trial: Trial, state: TrialState): string | undefined {
  const { world, known } = trial;
  const { progress } = state;
  if (progress.ending.how !== "returned") return undefined;
  for (const [address, value] of progress.ending.own) {
    const { line, offset: cell, view } = world.memory.locate(address);
    const seen = loadCell(seenThrough(known.at(lineIn(trial, state, line)), view), cell);
    if (seen !== value)
      return `when all is done, the CPU finds ${seen} at 0x${address.toString(16)}, where ${value} was written last`;
  }
  return undefined;
}

/** Caches fill and evict lines at will. */
function cacheSteps(trial: Trial, state: TrialState): TrialStep[] {
  const { world, known } = trial;
  return world.memory
    .lines()
    .flatMap((line) =>
      known
        .byCaches(line, lineIn(trial, state, line))
        .map(({ after, event }) => ({ action: { events: [event] }, state: withLine(trial, state, line, after) })),
    );
}
