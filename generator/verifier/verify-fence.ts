// Judges one fence: sound in every scenario, each obligation needed, each step needed, and not vacuously so.
// Reading guide: explore.ts searches, fence-model.ts says what may happen, scenario.ts what is tried, driver-program.ts
// what the driver does in it, mutants.ts what is changed; soundness.ts, footprint.ts, necessity.ts and obligations.ts judge.
import type { ResolvedChip, ResolvedCore } from "../model/chip.ts";
import type { FencePlan } from "../plan/operation.ts";
import { blocksOf, flattened } from "../program/statement.ts";
import { type Effort, eachWithin, fullEffort } from "./effort.ts";
import { type Execute, fenceUnderTest } from "./fence-under-test.ts";
import { brokenFootprint } from "./footprint.ts";
import { mutantsOf } from "./mutants.ts";
import { judgeMutant, type StepVerdict } from "./necessity.ts";
import { judgeObligation, type ObligationVerdict } from "./obligations.ts";
import { firstBroken, judgeScenarios, propertyVerdicts } from "./soundness.ts";
import type { Counterexample, PropertyVerdict } from "./verdict.ts";

export interface FenceVerdict {
  readonly fence: string;
  /** Proven so, like the two below; false also where it is undecided. */
  readonly sound: boolean;
  readonly necessary: boolean;
  /** Some execution completes a transfer, and without the fence some execution goes wrong, or there is nothing to do. */
  readonly reachable: boolean;
  /** Why not everything was searched; present only then. */
  readonly undecided?: string;
  readonly properties: readonly PropertyVerdict[];
  readonly counterexamples: readonly Counterexample[];
  readonly obligations: readonly ObligationVerdict[];
  readonly steps: readonly StepVerdict[];
  readonly mutants: { readonly total: number; readonly killed: number };
  /** How many states of the fence itself were explored, its mutants apart. */
  readonly states: number;
}

/**
 * @param execute what the fence executes; left out, what its plan says
 * @param effort how far to search
 */
export function verifyFence(
  plan: FencePlan,
  chip: ResolvedChip,
  core: ResolvedCore,
  execute?: Execute,
  effort: Effort = fullEffort,
): FenceVerdict {
  const fence = fenceUnderTest(plan, chip, core, execute);
  const { result: results, states } = judgeScenarios(fence, fence.scenarios, fence.execute, effort);
  const footprint: PropertyVerdict = {
    name: "footprint",
    scenario: "buffers around line boundaries, empty, and at the top of the address space",
    holds: brokenFootprint(fence, fence.execute) === undefined,
    states: 0,
  };
  const properties = [...results.flatMap(propertyVerdicts), footprint];
  const ownUndecided = results.find(({ undecided }) => undecided !== undefined)?.undecided;
  // What is too large to search is not searched again with each of its steps changed.
  const isSearched = ownUndecided === undefined;
  const within = (left: number) => ({ scenario: effort.scenario, fence: Math.min(left, effort.fence) });
  // Nothing goes wrong without a fence that is only a compiler barrier: it does nothing to memory.
  const isEmpty = flattened(blocksOf(fence.program)).every(
    ({ kind }) => kind === "block" || kind === "compiler-barrier",
  );
  const without =
    isEmpty || !isSearched ? undefined : firstBroken(fence, fence.scenarios, () => [], within(effort.changes));
  const afterWithout = effort.changes - (without?.states ?? 0);
  const { result: obligations, states: ofObligations } = eachWithin(
    isSearched ? plan.obligations : [],
    afterWithout,
    (each, left) => judgeObligation(fence, each, within(left)),
  );
  const { result: steps } = eachWithin(
    isSearched ? mutantsOf(plan, core) : [],
    afterWithout - ofObligations,
    (each, left) => judgeMutant(fence, each, within(left)),
  );
  const judged = steps.filter(({ verdict }) => verdict !== "architectural");
  const killed = judged.filter(({ verdict }) => verdict === "property" || verdict === "footprint").length;
  const undecided =
    ownUndecided ??
    without?.result.undecided ??
    [...obligations, ...steps].find(({ verdict }) => verdict === "undecided")?.because;
  return {
    fence: plan.name,
    sound: properties.every(({ holds }) => holds),
    necessary:
      isSearched &&
      killed === judged.length &&
      obligations.every(({ verdict }) => verdict !== "not needed" && verdict !== "undecided"),
    reachable:
      results.every(({ reached, broken }) => reached || broken !== undefined) &&
      (isEmpty || without?.result.broken !== undefined),
    ...(undecided !== undefined && { undecided }),
    properties,
    counterexamples: results.flatMap(({ broken }) => broken ?? []),
    obligations,
    steps,
    mutants: { total: judged.length, killed },
    states,
  };
}

/** The first property that some execution breaks: what is undecided is not broken. */
export function brokenProperty(verdict: FenceVerdict): string | undefined {
  // Of a proven fence nobody looks at all the properties that hold.
  return verdict.sound ? undefined : verdict.properties.find(({ holds, undecided }) => !holds && !undecided)?.name;
}
