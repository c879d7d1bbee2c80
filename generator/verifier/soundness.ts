// Whether a fence is sound: in no scenario an execution breaks a property.
import { explore } from "./explore.ts";
import { fenceModel } from "./fence-model.ts";
import type { Execute, FenceUnderTest } from "./fence-under-test.ts";
import { lineProgram } from "./line-program.ts";
import { type Scenario, scenarioName } from "./scenario.ts";
import { type Counterexample, counterexample } from "./trace.ts";

/** What came of one scenario. */
export interface ScenarioResult {
  readonly scenario: Scenario;
  /** Whether some execution gets to the end. */
  readonly reached: boolean;
  readonly broken: Counterexample | undefined;
  /** How many states were explored. */
  readonly states: number;
}

export interface PropertyVerdict {
  readonly name: string;
  readonly scenario: string;
  readonly holds: boolean;
}

export function judgeScenario(
  { chip, core, lineBytes }: FenceUnderTest,
  scenario: Scenario,
  execute: Execute,
): ScenarioResult {
  const model = fenceModel(scenario, core, chip.dmaDomain, lineProgram(execute, scenario, core, lineBytes));
  const { states, reachedGoal, violation } = explore(model);
  const names = scenario.port.levels.map((index) => core.caches[index]!.name);
  return {
    scenario,
    states,
    reached: reachedGoal,
    broken: violation && counterexample(scenario, model, names, violation),
  };
}

/** The first counterexample, in the order of the scenarios. */
export function firstBroken(
  fence: FenceUnderTest,
  scenarios: readonly Scenario[],
  execute: Execute,
): Counterexample | undefined {
  for (const scenario of scenarios) {
    const { broken } = judgeScenario(fence, scenario, execute);
    if (broken) return broken;
  }
  return undefined;
}

/** Of a scenario that goes wrong only the property is listed that does: the search ended there. */
export function propertyVerdicts({ scenario, broken }: ScenarioResult): PropertyVerdict[] {
  return (broken ? [broken.property] : propertiesOf(scenario)).map((name) => ({
    name,
    scenario: scenarioName(scenario),
    holds: broken === undefined,
  }));
}

const ofDirection: Readonly<Record<Scenario["direction"], readonly string[]>> = {
  outbound: ["outbound", "untouched"],
  inbound: ["inbound"],
  "inbound short": ["inbound", "untouched"],
  bidirectional: ["outbound", "inbound"],
};

function propertiesOf({ direction, neighbour }: Scenario): string[] {
  return [...ofDirection[direction], "earlier reads", "later writes", ...(neighbour === "none" ? [] : ["neighbour"])];
}
