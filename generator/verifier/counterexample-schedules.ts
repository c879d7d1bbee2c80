// The counterexamples of many fences in few bytes: which scenario goes wrong under which schedule, for each change. What the states are is
// found by replaying them, where they are looked at.
import { changesOf, linkNameOf } from "./fence-change.ts";
import type { FenceUnderTest } from "./fence-under-test.ts";
import { firstCounterexample } from "./first-counterexample.ts";
import { named } from "./replay-named.ts";

/** By change: the scenario's id, the schedule and the property; or why there is no execution, as its kind and in words. */
export type ChangeFinding =
  | readonly [scenario: string, schedule: string, property: string]
  | readonly [kind: string, because: string];

/** By name of the fence, then by change. */
export type CounterexampleSchedules = Readonly<Record<string, Readonly<Record<string, ChangeFinding>>>>;

/** Every change that `changesOf` lists, of each fence, in that order: the same for the same fences. */
export function counterexampleSchedules(fences: readonly FenceUnderTest[]): CounterexampleSchedules {
  return Object.fromEntries(fences.map((fence) => [fence.plan.name, findingsOf(fence)]));
}

function findingsOf(fence: FenceUnderTest): Readonly<Record<string, ChangeFinding>> {
  return Object.fromEntries(
    changesOf(fence).map((change): [string, ChangeFinding] => {
      const found = named(firstCounterexample(fence, change).result);
      return [
        linkNameOf(change, fence.plan),
        found.kind === "counterexample"
          ? [found.scenario, found.schedule, found.property]
          : [found.kind, found.because],
      ];
    }),
  );
}
