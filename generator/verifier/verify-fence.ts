// Judges one fence: sound in every scenario, each obligation needed, each step needed, and not vacuously so.
// Reading guide: explore.ts searches, fence-model.ts says what may happen, scenario.ts what is tried, driver-program.ts
// what the driver does in it, mutants.ts what is changed; soundness.ts, footprint.ts, necessity.ts and obligations.ts judge.
import type { ResolvedChip, ResolvedCore } from "../model/chip.ts";
import type { FencePlan } from "../plan/operation.ts";
import { blocksOf, flattened } from "../program/statement.ts";
import { type Execute, fenceUnderTest } from "./fence-under-test.ts";
import { brokenFootprint } from "./footprint.ts";
import { mutantsOf } from "./mutants.ts";
import { judgeMutant, type StepVerdict } from "./necessity.ts";
import { judgeObligation, type ObligationVerdict } from "./obligations.ts";
import { firstBroken, judgeScenario, type PropertyVerdict, propertyVerdicts } from "./soundness.ts";
import type { Counterexample } from "./trace.ts";

export interface FenceVerdict {
  readonly fence: string;
  readonly sound: boolean;
  readonly necessary: boolean;
  /** Some execution completes a transfer, and without the fence some execution goes wrong, or there is nothing to do. */
  readonly reachable: boolean;
  readonly properties: readonly PropertyVerdict[];
  readonly counterexamples: readonly Counterexample[];
  readonly obligations: readonly ObligationVerdict[];
  readonly steps: readonly StepVerdict[];
  readonly mutants: { readonly total: number; readonly killed: number };
  /** How many states of the fence itself were explored, its mutants apart. */
  readonly states: number;
}

/** @param execute what the fence executes; left out, what its plan says */
export function verifyFence(plan: FencePlan, chip: ResolvedChip, core: ResolvedCore, execute?: Execute): FenceVerdict {
  const fence = fenceUnderTest(plan, chip, core, execute);
  const results = fence.scenarios.map((scenario) => judgeScenario(fence, scenario, fence.execute));
  const footprint: PropertyVerdict = {
    name: "footprint",
    scenario: "buffers around line boundaries, empty, and at the top of the address space",
    holds: brokenFootprint(fence, fence.execute) === undefined,
  };
  const properties = [...results.flatMap(propertyVerdicts), footprint];
  const obligations = plan.obligations.map((obligation) => judgeObligation(fence, obligation));
  const steps = mutantsOf(plan, core).map((mutant) => judgeMutant(fence, mutant));
  const judged = steps.filter(({ verdict }) => verdict !== "architectural");
  const killed = judged.filter(({ verdict }) => verdict !== "superfluous").length;
  // Nothing goes wrong without a fence that is only a compiler barrier: it does nothing to memory.
  const isEmpty = flattened(blocksOf(fence.program)).every(
    ({ kind }) => kind === "block" || kind === "compiler-barrier",
  );
  return {
    fence: plan.name,
    sound: properties.every(({ holds }) => holds),
    necessary: killed === judged.length && obligations.every(({ verdict }) => verdict !== "not needed"),
    reachable:
      results.every(({ reached, broken }) => reached || broken !== undefined) &&
      (isEmpty || firstBroken(fence, fence.scenarios, () => []) !== undefined),
    properties,
    counterexamples: results.flatMap(({ broken }) => broken ?? []),
    obligations,
    steps,
    mutants: { total: judged.length, killed },
    states: results.reduce((sum, { states }) => sum + states, 0),
  };
}
