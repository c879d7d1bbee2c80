// Executions of a fence that is at hand, by the names that stand in links: what does not fit is said, and nothing thrown.
import { changedFence, type FenceChange, findChange, unchanged } from "./fence-change.ts";
import type { FenceUnderTest } from "./fence-under-test.ts";
import { type FirstCounterexample, firstCounterexample } from "./first-counterexample.ts";
import type { FoundCounterexample, NoCounterexample, ReplayRequest } from "./replay-request.ts";
import { type DoesNotReplay, replayStates } from "./replay-states.ts";
import type { Replay } from "./replayed.ts";
import { scenarioName } from "./scenario.ts";
import { findScenario, scenarioIds } from "./scenario-id.ts";
import { decodeSchedule, encodeSchedule } from "./schedule-text.ts";
import { traceRows } from "./trace.ts";
import type { Counterexample } from "./verdict.ts";

/** The execution that the schedule describes. */
export function replayNamed(
  fence: FenceUnderTest,
  {
    change: changeName,
    scenario: name,
    schedule: given,
  }: Pick<ReplayRequest, "scenario" | "schedule"> & {
    readonly change: string | undefined;
  },
): Replay | DoesNotReplay {
  const change = changeName === undefined ? unchanged : findChange(fence, changeName);
  if (!change) return { doesNotReplay: `there is no change ${changeName}` };
  const changed = changedFence(fence, change);
  if ("notInModel" in changed) return { doesNotReplay: changed.notInModel };
  const { scenarios } = changed;
  const scenario = findScenario(scenarios, name) ?? scenarios.find((each) => scenarioName(each) === name);
  if (!scenario) return { doesNotReplay: `there is no scenario ${name}` };
  const schedule = typeof given === "string" ? decodeSchedule(given) : given;
  if (!schedule) return { doesNotReplay: `${given} is no schedule` };
  return replayStates(fence, change, scenario, schedule);
}

/** As `verify` hands it on. */
export function counterexampleOf(replayed: Replay): Omit<Counterexample, "schedule"> {
  const { property = "no property", scenario, preventedBy } = replayed;
  return { property, scenario, events: traceRows(replayed), ...(preventedBy !== undefined && { preventedBy }) };
}

/** The first execution that goes wrong, by names that `replayNamed` takes. */
export function counterexampleNamed(
  fence: FenceUnderTest,
  change: FenceChange,
): FoundCounterexample | NoCounterexample {
  return named(firstCounterexample(fence, change).result);
}

/** What was found, by names that `replayNamed` takes. */
export function named(found: FirstCounterexample): FoundCounterexample | NoCounterexample {
  if (found.kind !== "counterexample") return found;
  const { scenario, scenarios, counterexample } = found;
  return {
    kind: "counterexample",
    property: counterexample.property,
    scenario: scenarioIds(scenarios).get(scenario)!,
    scenarioName: counterexample.scenario,
    schedule: encodeSchedule(counterexample.schedule),
  };
}
