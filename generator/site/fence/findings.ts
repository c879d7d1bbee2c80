// What was found of each change to a fence, by the names that stand in links: from its verdict, so that nothing is explored twice.
import type { ResolvedChip } from "../../model/chip.ts";
import { completedRun } from "../../verifier/completed-run.ts";
import type { ChangeFinding } from "../../verifier/counterexample-schedules.ts";
import { changedFence, changesOf, type FenceChange, linkNameOf } from "../../verifier/fence-change.ts";
import { type FenceUnderTest, fenceUnderTest } from "../../verifier/fence-under-test.ts";
import { firstCounterexample } from "../../verifier/first-counterexample.ts";
import { named } from "../../verifier/replay-named.ts";
import { replayStates } from "../../verifier/replay-states.ts";
import { type Scenario, scenarioName } from "../../verifier/scenario.ts";
import { scenarioIds } from "../../verifier/scenario-id.ts";
import { encodeSchedule } from "../../verifier/schedule-text.ts";
import type { Counterexample } from "../../verifier/verdict.ts";
import type { FenceVerdict } from "../../verifier/verify-fence.ts";
import type { SiteFence, SiteProject } from "../project.ts";

/** By change. */
export type Findings = Readonly<Record<string, ChangeFinding>>;

export interface FenceFindings {
  readonly fence: FenceUnderTest;
  readonly changes: readonly FenceChange[];
  /** Those of the fence that was explored, in the order of this one's. */
  readonly exploredScenarios: readonly Scenario[];
  readonly findings: Findings;
  /** A hand-over as it should be; undefined where no execution gets to the end. */
  readonly whole: { readonly scenario: string; readonly schedule: string } | undefined;
}

export function findingsOf(project: SiteProject, chip: ResolvedChip, site: SiteFence): FenceFindings {
  const { plan, core, verdict } = site;
  const fence = fenceUnderTest(plan, chip, core);
  const explored = exploredOf(project, chip, site) ?? fence;
  const changes = changesOf(fence);
  const changesExplored = explored === fence ? changes : changesOf(explored);
  const findings = changes.map((change, index): [string, ChangeFinding] => {
    const known = knownOf(verdict, changes, index);
    const finding =
      known === undefined || "kind" in known
        ? known && ([known.kind, known.because] as const)
        : carriedOver(known, { fence, change }, { fence: explored, change: changesExplored[index] });
    return [linkNameOf(change, plan), finding ?? foundAnew(fence, change)];
  });
  return {
    ...{ fence, changes, exploredScenarios: explored.scenarios },
    ...{ findings: Object.fromEntries(findings), whole: wholeOf(fence) },
  };
}

/** The fence whose verdict it is, where that is another one. */
function exploredOf({ chips }: SiteProject, chip: ResolvedChip, { plan, exploredFor }: SiteFence) {
  if (exploredFor.chip === chip.id && exploredFor.fence === plan.name) return undefined;
  const other = chips.find((each) => each.chip.id === exploredFor.chip);
  const fence = other?.fences.find((each) => each.plan.name === exploredFor.fence);
  return other && fence && fenceUnderTest(fence.plan, other.chip, fence.core);
}

type Known = Counterexample | { readonly kind: string; readonly because: string };

/** What the verdict says of a change; undefined where it says nothing. */
function knownOf(verdict: FenceVerdict, changes: readonly FenceChange[], index: number): Known | undefined {
  const change = changes[index]!;
  const ofKind = changes.filter(({ kind }) => kind === change.kind).indexOf(change);
  switch (change.kind) {
    case "none":
      return verdict.counterexamples[0] ?? (verdict.sound ? nothing : undecided(verdict.undecided));
    case "no-fence":
      return undefined;
    case "step": {
      const step = verdict.steps[ofKind];
      if (!step) return undecided(verdict.undecided);
      if (step.counterexample) return step.counterexample;
      return { kind: step.verdict === "superfluous" ? "nothing-goes-wrong" : step.verdict, because: step.because };
    }
    case "obligation": {
      const obligation = verdict.obligations[ofKind];
      if (!obligation) return undecided(verdict.undecided);
      if (obligation.counterexample) return obligation.counterexample;
      const { verdict: kind, because = nothing.because } = obligation;
      return { kind: kind === "environment" || kind === "undecided" ? kind : "nothing-goes-wrong", because };
    }
  }
}

const nothing = { kind: "nothing-goes-wrong", because: "no scenario goes wrong" } as const;

function undecided(because = "not everything was searched") {
  return { kind: "undecided", because };
}

interface Changed {
  readonly fence: FenceUnderTest;
  readonly change: FenceChange | undefined;
}

/** The execution by names of this fence; undefined where it is none of this one after all. */
function carriedOver(
  { scenario: name, schedule, property }: Counterexample,
  own: Changed,
  explored: Changed,
): ChangeFinding | undefined {
  const [ownScenarios, theirs] = [own, explored].map(({ fence, change }) => {
    const changed = change && changedFence(fence, change);
    return changed && "scenarios" in changed ? changed.scenarios : [];
  });
  const scenario = ownScenarios![theirs!.findIndex((each) => scenarioName(each) === name)];
  const replay = scenario && own.change && replayStates(own.fence, own.change, scenario, schedule);
  if (!replay || "doesNotReplay" in replay || replay.property !== property) return undefined;
  return [scenarioIds(ownScenarios!).get(scenario)!, encodeSchedule(schedule), property];
}

function foundAnew(fence: FenceUnderTest, change: FenceChange): ChangeFinding {
  const found = named(firstCounterexample(fence, change).result);
  return found.kind === "counterexample"
    ? [found.scenario, found.schedule, found.property]
    : [found.kind, found.because];
}

/** Of a scenario in which DMA both reads and writes, where there is one. */
function wholeOf(fence: FenceUnderTest): FenceFindings["whole"] {
  const { scenarios } = fence;
  const scenario = scenarios.find(({ direction }) => direction === "bidirectional") ?? scenarios[0];
  const schedule = scenario && completedRun(fence, scenario);
  return schedule && { scenario: scenarioIds(scenarios).get(scenario)!, schedule: encodeSchedule(schedule) };
}
