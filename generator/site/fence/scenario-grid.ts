// What was found in each scenario: a cell for each property, and how many states there were.
import { type Scenario, scenarioName } from "../../verifier/scenario.ts";
import type { PropertyVerdict } from "../../verifier/verdict.ts";

/** not asked: the property is none of that scenario, or another one was found broken in it first. */
export type GridCell = "holds" | "broken" | "undecided" | "not asked";

export interface GridRow {
  /** What is tried, but for what the group says. */
  readonly what: string;
  readonly states: number;
  /** Of each property. */
  readonly cells: readonly GridCell[];
}

export interface GridGroup {
  readonly what: string;
  readonly rows: readonly GridRow[];
}

export interface ScenarioGrid {
  readonly properties: readonly string[];
  readonly groups: readonly GridGroup[];
}

/**
 * Scenarios of one name are a row together.
 * @param own the scenarios of the fence
 * @param explored the same, of the fence that was explored in its place: their names are those of its masters and memories
 */
export function scenarioGrid(
  verdicts: readonly PropertyVerdict[],
  own: readonly Scenario[],
  explored: readonly Scenario[],
): ScenarioGrid {
  const of = new Map<string, PropertyVerdict[]>();
  for (const verdict of verdicts) {
    const known = of.get(verdict.scenario) ?? [];
    known.push(verdict);
    of.set(verdict.scenario, known);
  }
  const names = new Set(explored.map(scenarioName));
  const asked = verdicts.filter(({ scenario }) => names.has(scenario)).map(({ name }) => name);
  const properties = [...new Set(asked)];
  const groups = new Map<string, Map<string, GridRow>>();
  for (const [index, scenario] of own.entries()) {
    const { group, row } = namesOf(scenario);
    const rows = groups.get(group) ?? new Map<string, GridRow>();
    groups.set(group, rows.set(row, rowOf(row, of.get(scenarioName(explored[index]!)) ?? [], properties)));
  }
  return { properties, groups: [...groups].map(([what, rows]) => ({ what, rows: [...rows.values()] })) };
}

function rowOf(what: string, verdicts: readonly PropertyVerdict[], properties: readonly string[]): GridRow {
  // Each scenario of the name has said of each property how many states it has.
  const once = verdicts.filter(({ name }) => name === verdicts[0]!.name);
  return {
    what,
    states: once.reduce((sum, { states }) => sum + states, 0),
    cells: properties.map((property) => cellOf(verdicts.filter(({ name }) => name === property))),
  };
}

function cellOf(verdicts: readonly PropertyVerdict[]): GridCell {
  if (verdicts.length === 0) return "not asked";
  if (verdicts.every(({ holds }) => holds)) return "holds";
  return verdicts.some(({ holds, undecided }) => !holds && !undecided) ? "broken" : "undecided";
}

/** `DMA in RAM: inbound, one round`, and `started by …`. */
function namesOf(scenario: Scenario): { readonly group: string; readonly row: string } {
  const { controllers, region } = scenario.port;
  const name = scenarioName(scenario);
  const where = name.slice(name.lastIndexOf(`, ${controllers[0]} in ${region.name}`) + 2);
  const [direction, rounds, ...uses] = name.slice(0, name.length - where.length - 2).split(", ");
  return { group: `${where}: ${direction}, ${rounds}`, row: uses.join(", ") };
}
