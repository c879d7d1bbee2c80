// Takes the steps of a counterexample again, one by one, on the same semantics that found it.

import type { ResolvedChip } from "../model/chip.ts";
import { coreOf, planChip } from "../plan/plan-chip.ts";
import { fenceModel } from "./fence-model.ts";
import { fenceUnderTest } from "./fence-under-test.ts";
import { layoutOf } from "./line-layout.ts";
import { lineProgram } from "./line-program.ts";
import { changedStep, changeName, mutantsOf } from "./mutants.ts";
import { scenarioName } from "./scenario.ts";
import { counterexample, traceText } from "./trace.ts";

/** A counterexample of `fencegen verify --trace`, as that prints it. */
export interface ReplayRequest {
  /** Name of the fence's type. */
  readonly fence: string;
  /** The change to the fence, as `fencegen verify --trace` names it; left out, the fence as it is. */
  readonly change?: string;
  readonly scenario: string;
  readonly schedule: readonly number[];
}

/**
 * The execution that the schedule describes, as text.
 * @throws {RangeError} for a fence, change, scenario or step that does not exist, and for a fence too large to follow
 */
export function replay(chip: ResolvedChip, { fence, change, scenario: name, schedule }: ReplayRequest): string {
  const plan = found(planChip(chip).fences, (each) => each.name === fence, `fence ${fence}`);
  // With the caches of other cores, where there are any.
  const { program, core, scenarios, lineBytes, execute } = fenceUnderTest(plan, chip, coreOf(chip, plan));
  const mutant =
    change === undefined
      ? undefined
      : found(mutantsOf(plan, coreOf(chip, plan)), (each) => changeName(each) === change, `change ${change}`);
  const scenario = found(scenarios, (each) => scenarioName(each) === name, `scenario ${name}`);
  const layout = layoutOf(scenario, core, plan, lineBytes);
  const model = fenceModel(scenario, layout, chip.dmaDomain, lineProgram(mutant?.execute ?? execute, layout));
  if ("undecided" in model) throw new RangeError(model.undecided);
  const initial = model.initial[0]!;
  const trace = [];
  let property = "no property";
  let state = initial;
  for (const [index, choice] of schedule.entries()) {
    const step = model.next(state)[choice];
    if (!step)
      throw new RangeError(
        `step ${index + 1} of the schedule is not possible here; has the fence or the model changed?`,
      );
    trace.push(step);
    state = step.state;
    property = step.violates ?? model.violated(state) ?? property;
  }
  const example = counterexample(scenario, model, { property, trace, initial });
  return traceText(mutant ? { ...example, preventedBy: changedStep(program, mutant) } : example);
}

function found<T>(items: readonly T[], isIt: (item: T) => boolean, what: string): T {
  const item = items.find(isIt);
  if (item === undefined) throw new RangeError(`there is no ${what}`);
  return item;
}
