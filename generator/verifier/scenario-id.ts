// Short names of scenarios, for links: from what a scenario is and not from its place in a list, so that they last.
import { inLink } from "./fence-change.ts";
import type { Scenario } from "./scenario.ts";

const letters = {
  direction: { outbound: "o", inbound: "i", "inbound short": "s", bidirectional: "b" },
  start: { "MMIO write": "w", "MMIO read": "r", store: "s", descriptor: "d" },
  status: { register: "r", memory: "m", descriptor: "d" },
  after: { "reads and writes": "b", "only writes": "w" },
  line: { first: "f", inner: "i", last: "l" },
  neighbour: {
    none: "n",
    quiet: "q",
    "is written by the master at any time": "t",
    "is written by the master meanwhile": "m",
    writes: "w",
    "writes except during acquire": "a",
    "writes where interrupts are not masked": "u",
  },
} as const satisfies {
  [Key in "direction" | "start" | "status" | "after" | "line" | "neighbour"]: Record<Scenario[Key], string>;
};

/** Such as `i1wrbin.BDMA.SRAM4`: direction, rounds, start, status, what comes after, line, neighbour; then master and memory. */
function shortName(scenario: Scenario): string {
  const { direction, rounds, start, status, after, line, neighbour, port, unlike, alias } = scenario;
  const use = [
    letters.direction[direction],
    rounds,
    letters.start[start],
    letters.status[status],
    letters.after[after],
    letters.line[line],
    letters.neighbour[neighbour],
  ].join("");
  return [
    use,
    inLink(port.controllers[0]!),
    inLink(port.region.name),
    ...(port.region.memoryType === "write-combining" ? ["wc"] : []),
    ...(unlike ? [`l${unlike.lineBytes.join("-")}-${unlike.sharedBytes}`] : []),
    ...(alias ? [alias.use, inLink(alias.region.name)] : []),
  ].join(".");
}

/** By scenario. Those that differ in nothing that the name says get a number: the second `~2`. */
export function scenarioIds(scenarios: readonly Scenario[]): ReadonlyMap<Scenario, string> {
  const uses = new Map<string, number>();
  return new Map(
    scenarios.map((scenario) => {
      const name = shortName(scenario);
      const use = (uses.get(name) ?? 0) + 1;
      uses.set(name, use);
      return [scenario, use === 1 ? name : `${name}~${use}`];
    }),
  );
}

/** The one of a fence's scenarios that has the id; undefined where none has. */
export function findScenario(scenarios: readonly Scenario[], id: string): Scenario | undefined {
  const ids = scenarioIds(scenarios);
  return scenarios.find((scenario) => ids.get(scenario) === id);
}
