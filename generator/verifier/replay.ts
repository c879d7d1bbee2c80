// Takes the steps of a counterexample again, one by one, on the same semantics that found it: what the library offers of it, by the names
// that `fencegen verify --trace` prints and those that stand in links.

import type { ResolvedChip } from "../model/chip.ts";
import { coreOf, planChip } from "../plan/plan-chip.ts";
import { changesOf, type FenceChange, findChange, linkNameOf } from "./fence-change.ts";
import { type FenceUnderTest, fenceUnderTest } from "./fence-under-test.ts";
import { brokenScenarios } from "./first-counterexample.ts";
import { counterexampleNamed, counterexampleOf, replayNamed } from "./replay-named.ts";
import type { FoundCounterexample, NoCounterexample, ReplayRequest } from "./replay-request.ts";
import type { Replay } from "./replayed.ts";
import { traceText } from "./trace.ts";

/**
 * The execution that the schedule describes, as text.
 * @throws {RangeError} for a fence, change, scenario or step that does not exist, and for a fence too large to follow
 */
export function replay(chip: ResolvedChip, request: ReplayRequest): string {
  return traceText(counterexampleOf(replaySteps(chip, request)));
}

/**
 * The execution that the schedule describes, as data: who acts in each step, and what caches, memory, CPU and master have after it.
 * Its trace, and every picture of it, is made from this.
 * @throws {RangeError} for a fence, change, scenario or step that does not exist, and for a fence too large to follow
 */
export function replaySteps(chip: ResolvedChip, { fence: name, change, scenario, schedule }: ReplayRequest): Replay {
  const fence = fenceCalled(chip, name);
  const found = replayNamed(fence, { change, scenario, schedule });
  if ("doesNotReplay" in found) throw new RangeError(found.doesNotReplay);
  return found;
}

/**
 * The first execution in which a fence goes wrong that is changed, or that relies on a promise which is not kept; in its scenario as short as any.
 * @param change such as `without=acquire.2`; `findChanges` lists those that a fence has
 * @throws {RangeError} for a fence or a change that does not exist
 */
export function findCounterexample(
  chip: ResolvedChip,
  { fence: name, change: changeName = "none" }: Pick<ReplayRequest, "fence" | "change">,
): FoundCounterexample | NoCounterexample {
  const fence = fenceCalled(chip, name);
  return counterexampleNamed(fence, changeCalled(fence, changeName));
}

/**
 * How many scenarios go wrong with a change, of how many it is not known, and how many there are: each is searched, which takes as long as judging the fence.
 * @throws {RangeError} for a fence or a change that does not exist
 */
export function countBrokenScenarios(
  chip: ResolvedChip,
  { fence: name, change: changeName = "none" }: Pick<ReplayRequest, "fence" | "change">,
): { readonly broken: number; readonly undecided: number; readonly of: number } {
  const fence = fenceCalled(chip, name);
  return brokenScenarios(fence, changeCalled(fence, changeName));
}

/**
 * Names of all changes to a fence that can be tried: `none`, `without=fence`, one or more for each step, one for each promise.
 * @throws {RangeError} for a fence that does not exist
 */
export function findChanges(chip: ResolvedChip, fenceName: string): readonly string[] {
  const fence = fenceCalled(chip, fenceName);
  return changesOf(fence).map((change) => linkNameOf(change, fence.plan));
}

function fenceCalled(chip: ResolvedChip, name: string): FenceUnderTest {
  const plan = planChip(chip).fences.find((each) => each.name === name);
  if (!plan) throw new RangeError(`there is no fence ${name}`);
  return fenceUnderTest(plan, chip, coreOf(chip, plan));
}

function changeCalled(fence: FenceUnderTest, name: string): FenceChange {
  const change = findChange(fence, name);
  if (!change) throw new RangeError(`there is no change ${name}`);
  return change;
}
