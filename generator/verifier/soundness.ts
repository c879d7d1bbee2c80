// Whether a fence is sound: in no scenario an execution breaks a property.
import type { Domain } from "../model/chip.ts";
import type { LineProgram } from "./driver-program.ts";
import { type Effort, fullEffort, type Judged } from "./effort.ts";
import { explore } from "./explore.ts";
import { fenceModel } from "./fence-model.ts";
import type { Execute, FenceUnderTest } from "./fence-under-test.ts";
import { type Layout, layoutOf, otherLine } from "./line-layout.ts";
import { lineProgram } from "./line-program.ts";
import { type Port, propertyIn, type Scenario, scenarioName } from "./scenario.ts";
import { counterexample } from "./trace.ts";
import type { Counterexample, PropertyVerdict } from "./verdict.ts";

/** What came of one scenario. */
export interface ScenarioResult {
  readonly scenario: Scenario;
  /** Whether some execution gets to the end. */
  readonly reached: boolean;
  readonly broken: Counterexample | undefined;
  /** Why not every execution was tried. */
  readonly undecided: string | undefined;
  /** That were explored. */
  readonly states: number;
}

/** @param most states: those of a scenario, and those that are left of the fence's */
export function judgeScenario(
  fence: FenceUnderTest,
  scenario: Scenario,
  execute: Execute,
  most: Pick<Effort, "scenario" | "fence"> = fullEffort,
): Judged<ScenarioResult> {
  return new ScenarioJudge(fence, execute).judge(scenario, most);
}

/** Where a line is, and what the fence executes for it: the same for every use that a driver makes of the buffer. */
interface Place {
  readonly layout: Layout;
  readonly program: LineProgram;
  /** Places with the same text have the same models. */
  readonly text: string;
}

/** What a fence and each change to it have in common: where the lines of scenarios are, and what was explored already. */
class Common {
  readonly #fence: FenceUnderTest;
  readonly #ports: Port[] = [];
  readonly #layouts = new Map<string, Layout>();
  /** What held in every execution, by the text of its model. Most changes leave one of the lines as it was. */
  readonly held = new Map<string, Judged<ScenarioResult>>();
  static readonly #ofFences = new WeakMap<FenceUnderTest, Common>();

  static of(fence: FenceUnderTest): Common {
    const known = Common.#ofFences.get(fence) ?? new Common(fence);
    Common.#ofFences.set(fence, known);
    return known;
  }

  private constructor(fence: FenceUnderTest) {
    this.#fence = fence;
  }

  numberOf(port: Port): number {
    if (!this.#ports.includes(port)) this.#ports.push(port);
    return this.#ports.indexOf(port);
  }

  /** @returns the layout, and a text that scenarios with the same layout have in common */
  at(scenario: Scenario): { readonly layout: Layout; readonly where: string } {
    const { port, line, unlike, alias } = scenario;
    const where = `${this.numberOf(port)} ${line} ${JSON.stringify([unlike, alias?.use, alias?.levels])}`;
    const { core, plan, lineBytes } = this.#fence;
    const layout = this.#layouts.get(where) ?? layoutOf(scenario, core, plan, lineBytes);
    this.#layouts.set(where, layout);
    return { layout, where };
  }
}

/** Judges scenarios of a fence. What several of them have in common is found out once. */
class ScenarioJudge {
  readonly #fence: FenceUnderTest;
  readonly #execute: Execute;
  readonly #common: Common;
  readonly #places = new Map<string, Place>();

  constructor(fence: FenceUnderTest, execute: Execute) {
    this.#fence = fence;
    this.#execute = execute;
    this.#common = Common.of(fence);
  }

  judge(scenario: Scenario, most: Pick<Effort, "scenario" | "fence">): Judged<ScenarioResult> {
    const { port, line: _, unlike, alias, ...use } = scenario;
    const { layout, where } = this.#common.at(scenario);
    const place = this.#places.get(where) ?? this.#placeOf(layout);
    this.#places.set(where, place);
    const model = `${this.#common.numberOf(port)} ${JSON.stringify([use, unlike])} ${place.text}`;
    const known = alias ? undefined : this.#common.held.get(model);
    if (known) return { ...known, result: { ...known.result, scenario } };
    const judged = exploreAt(place, scenario, this.#fence.chip.dmaDomain, most);
    if (!judged.result.broken && !judged.result.undecided) this.#common.held.set(model, judged);
    return judged;
  }

  #placeOf(layout: Layout): Place {
    const program = lineProgram(this.#execute, layout);
    const { levels, front } = layout;
    const seen = [levels, front].map(({ entries, rules }) => entries.map(({ level }, at) => [level, rules[at]]));
    return { layout, program, text: textOf([seen, otherLine(layout), program]) };
  }
}

function textOf(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) => (typeof each === "bigint" ? `${each}` : each));
}

function exploreAt(
  { layout, program }: Place,
  scenario: Scenario,
  dmaDomain: Domain,
  most: Pick<Effort, "scenario" | "fence">,
): Judged<ScenarioResult> {
  const model = fenceModel(scenario, layout, dmaDomain, program);
  if ("undecided" in model)
    return {
      result: { scenario, reached: false, broken: undefined, undecided: model.undecided, states: 0 },
      states: 0,
    };
  const { states, isComplete, reachedGoal, violation } = explore(model, Math.min(most.scenario, most.fence));
  const tooMany =
    most.fence < most.scenario
      ? "its scenarios together have more states than are searched"
      : `a scenario has more than ${most.scenario} states`;
  return {
    result: {
      scenario,
      reached: reachedGoal,
      broken: violation && counterexample(scenario, model, violation),
      undecided: isComplete ? undefined : tooMany,
      states,
    },
    states,
  };
}

/** Every scenario, in order. */
export function judgeScenarios(
  fence: FenceUnderTest,
  scenarios: readonly Scenario[],
  execute: Execute,
  most: Pick<Effort, "scenario" | "fence">,
): Judged<readonly ScenarioResult[]> {
  const judge = new ScenarioJudge(fence, execute);
  const results: ScenarioResult[] = [];
  let states = 0;
  let isUndecided = false;
  for (const scenario of scenarios) {
    const judged = judge.judge(scenario, effortLeft(most, states, isUndecided));
    results.push(judged.result);
    states += judged.states;
    isUndecided ||= judged.result.undecided !== undefined;
  }
  return { result: results, states };
}

export interface FirstBroken {
  /** The scenario that goes wrong, and how. */
  readonly broken: { readonly scenario: Scenario; readonly counterexample: Counterexample } | undefined;
  /** Why one may go wrong all the same; undefined where one does. */
  readonly undecided: string | undefined;
}

/** The first counterexample, in the order of the scenarios; without one, why there may be one all the same. */
export function firstBroken(
  fence: FenceUnderTest,
  scenarios: readonly Scenario[],
  execute: Execute,
  most: Pick<Effort, "scenario" | "fence">,
): Judged<FirstBroken> {
  const judge = new ScenarioJudge(fence, execute);
  let states = 0;
  let undecided: string | undefined;
  for (const scenario of scenarios) {
    const judged = judge.judge(scenario, effortLeft(most, states, undecided !== undefined));
    states += judged.states;
    const { broken: counterexample } = judged.result;
    if (counterexample) return { result: { broken: { scenario, counterexample }, undecided: undefined }, states };
    undecided ??= judged.result.undecided;
    if (undecided !== undefined && states >= most.fence) break;
  }
  return { result: { broken: undefined, undecided }, states };
}

/**
 * What the next scenario may take. Once one is undecided nothing can be proven any more: what others are still searched for
 * is a counterexample, which lies near the start.
 */
function effortLeft(
  { scenario, fence }: Pick<Effort, "scenario" | "fence">,
  states: number,
  isUndecided: boolean,
): Pick<Effort, "scenario" | "fence"> {
  return { scenario: isUndecided ? scenario / 10 : scenario, fence: Math.max(0, fence - states) };
}

/** Of a scenario that goes wrong only the property is listed that does: the search ended there. */
export function propertyVerdicts({ scenario, broken, undecided, states }: ScenarioResult): PropertyVerdict[] {
  return (broken ? [broken.property] : propertiesOf(scenario)).map((name) => ({
    name,
    scenario: scenarioName(scenario),
    holds: broken === undefined && undecided === undefined,
    states,
    ...(undecided !== undefined && { undecided: true as const }),
  }));
}

const ofDirection: Readonly<Record<Scenario["direction"], readonly string[]>> = {
  outbound: ["outbound", "untouched"],
  inbound: ["inbound"],
  "inbound short": ["inbound", "untouched"],
  bidirectional: ["outbound", "inbound"],
};

function propertiesOf(scenario: Scenario): string[] {
  const { direction, neighbour } = scenario;
  const all = [
    ...ofDirection[direction],
    "earlier reads",
    "later writes",
    ...(neighbour === "none" ? [] : ["neighbour"]),
  ];
  return [...new Set(all.map((property) => propertyIn(scenario, property)))];
}
