// A hand-over as it should be: the shortest execution of a scenario that gets to the end.
import { type Effort, fullEffort } from "./effort.ts";
import { explore } from "./explore.ts";
import { fenceModel } from "./fence-model.ts";
import type { FenceUnderTest } from "./fence-under-test.ts";
import { layoutOf } from "./line-layout.ts";
import { lineProgram } from "./line-program.ts";
import { scheduleOf } from "./replay-states.ts";
import type { Scenario } from "./scenario.ts";

/** @returns its schedule; undefined where no execution gets there, or more states must be searched than `most` */
export function completedRun(
  { core, plan, lineBytes, chip, execute }: FenceUnderTest,
  scenario: Scenario,
  most: Pick<Effort, "scenario"> = fullEffort,
): readonly number[] | undefined {
  const layout = layoutOf(scenario, core, plan, lineBytes);
  const model = fenceModel(scenario, layout, chip.dmaDomain, lineProgram(execute, layout));
  if ("undecided" in model) return undefined;
  const end = "end";
  const { violation } = explore(
    { ...model, violated: (state) => model.violated(state) ?? (model.isGoal(state) ? end : undefined) },
    most.scenario,
  );
  return violation?.property === end ? scheduleOf(model, violation.initial, violation.trace) : undefined;
}
