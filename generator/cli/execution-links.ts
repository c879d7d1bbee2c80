// Where somebody sees an execution step by step: on the page of its fence, on the project's site or in the folder that `site` writes.
import { fencePath } from "../site/project.ts";
import { executionHash } from "../verifier/execution-link.ts";
import { changedFence, findChange, linkNameOf, unchanged } from "../verifier/fence-change.ts";
import { type FenceUnderTest, fenceUnderTest } from "../verifier/fence-under-test.ts";
import type { FenceTask } from "../verifier/judge.ts";
import { replayStates } from "../verifier/replay-states.ts";
import { scenarioName } from "../verifier/scenario.ts";
import { scenarioIds } from "../verifier/scenario-id.ts";
import { encodeSchedule } from "../verifier/schedule-text.ts";
import type { Counterexample } from "../verifier/verdict.ts";

/** @returns undefined where its scenario is not the only one of its name, so that the page would show another */
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
  const base = siteUrl === undefined ? "out/site/" : `${siteUrl.replace(/\/+$/, "")}/`;
  const fences = new Map<string, FenceUnderTest>();
  const fenceOf = (planKey: string): FenceUnderTest => {
    const { plan, chip, core } = taskOf(planKey);
    const fence = fences.get(planKey) ?? fenceUnderTest(plan, chip, core);
    fences.set(planKey, fence);
    return fence;
  };
  return (planKey, changeName, { scenario: name, schedule, property }) => {
    const fence = fenceOf(planKey);
    const change = changeName === undefined ? unchanged : findChange(fence, changeName);
    const changed = change && changedFence(fence, change);
    const scenarios = changed && "scenarios" in changed ? changed.scenarios : [];
    const scenario = scenarios.find((each) => scenarioName(each) === name);
    const replay = change && scenario && replayStates(fence, change, scenario, schedule);
    if (!replay || "doesNotReplay" in replay || replay.property !== property) return undefined;
    const hash = executionHash({
      change: linkNameOf(change, fence.plan),
      scenario: scenarioIds(scenarios).get(scenario)!,
      schedule: encodeSchedule(schedule),
      step: schedule.length,
    });
    return `${base}${fencePath(fence.plan.name)}${hash}`;
  };
}
