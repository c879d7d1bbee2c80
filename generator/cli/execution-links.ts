// Where somebody sees a fence, and an execution of it step by step: on its page, of the project's site or in the folder that `site` writes.
import { fencePath } from "../site/project.ts";
import { executionHash } from "../verifier/execution-link.ts";
import {
  changedFence,
  changesOf,
  type FenceChange,
  findChange,
  linkNameOf,
  unchanged,
} from "../verifier/fence-change.ts";
import { type FenceUnderTest, fenceUnderTest } from "../verifier/fence-under-test.ts";
import type { FenceTask } from "../verifier/judge.ts";
import { replayStates } from "../verifier/replay-states.ts";
import { scenarioName } from "../verifier/scenario.ts";
import { scenarioIds } from "../verifier/scenario-id.ts";
import { encodeSchedule } from "../verifier/schedule-text.ts";
import { traceRows } from "../verifier/trace.ts";
import type { Counterexample } from "../verifier/verdict.ts";

/** @returns undefined where its page would show another one, as where its scenario is not the only one of its name */
export type ExecutionLinks = (
  planKey: string,
  /** As verdicts name it; undefined for the fence as it is. */
  change: string | undefined,
  counterexample: Counterexample,
) => string | undefined;

/**
 * @param siteUrl of the project; left out, links are paths
 * @param taskOf the fence that was explored for those with the key
 */
export function executionLinks(siteUrl: string | undefined, taskOf: (planKey: string) => FenceTask): ExecutionLinks {
  const fences = new Map<string, FenceUnderTest>();
  const fenceOf = (planKey: string): FenceUnderTest => {
    const { plan, chip, core } = taskOf(planKey);
    const fence = fences.get(planKey) ?? fenceUnderTest(plan, chip, core);
    fences.set(planKey, fence);
    return fence;
  };
  return (planKey, changeName, counterexample) => {
    const fence = fenceOf(planKey);
    const change = changeName === undefined ? unchanged : findChange(fence, changeName);
    const hash = change && hashOf(fence, change, counterexample);
    return hash && `${fencePage(siteUrl, fence.plan.name)}${hash}`;
  };
}

/** The page of a fence. @param siteUrl of the project; left out, it is a path */
export function fencePage(siteUrl: string | undefined, fence: string): string {
  const base = siteUrl === undefined ? "out/site/" : `${siteUrl.replace(/\/+$/, "")}/`;
  return `${base}${fencePath(fence)}`;
}

/**
 * An execution of what another fence executes, on the page of the one that there is now: as that fence goes wrong by itself, or without a
 * step or with a weaker one. @returns undefined where it is none of these
 */
export function executionOnPage(
  siteUrl: string | undefined,
  { plan, chip, core }: FenceTask,
  counterexample: Counterexample,
): string | undefined {
  const fence = fenceUnderTest(plan, chip, core);
  const own = changesOf(fence).filter(({ kind }) => kind === "none" || kind === "step");
  for (const change of own) {
    const hash = hashOf(fence, change, counterexample);
    if (hash) return `${fencePage(siteUrl, plan.name)}${hash}`;
  }
  return undefined;
}

/** @returns undefined where the page would show another execution */
function hashOf(
  fence: FenceUnderTest,
  change: FenceChange,
  { scenario: name, schedule, property, events }: Counterexample,
): string | undefined {
  const changed = changedFence(fence, change);
  const scenarios = "scenarios" in changed ? changed.scenarios : [];
  const scenario = scenarios.find((each) => scenarioName(each) === name);
  const replay = scenario && replayStates(fence, change, scenario, schedule);
  if (!replay || "doesNotReplay" in replay || replay.property !== property) return undefined;
  if (JSON.stringify(traceRows(replay)) !== JSON.stringify(events)) return undefined;
  return executionHash({
    change: linkNameOf(change, fence.plan),
    scenario: scenarioIds(scenarios).get(scenario)!,
    schedule: encodeSchedule(schedule),
    step: schedule.length,
  });
}
