// What a driver, an engine and a neighbour may do with a buffer that a fence hands over: SEMANTICS.md, section 12. A scenario
// is a list of choices, and a model one in which some of them are left to Spin.
import type { FencePlan, ObligationKind } from "../plan/operation.ts";
import { constant } from "./text.ts";
import type { Port } from "./world.ts";

/** What can be chosen, and what there is to choose from. */
export const choices = {
  direction: ["outbound", "inbound", "inbound short", "bidirectional"],
  start: ["MMIO write", "MMIO read", "store", "descriptor"],
  status: ["register", "memory", "descriptor"],
  line: ["first", "inner", "last"],
  neighbour: ["none", "quiet", "writes", "writes except during acquire", "writes where interrupts are not masked"],
  rounds: ["one", "two"],
  after: ["reads and writes", "only writes"],
} as const;

/** What stands before a value in the name of its constant. */
const prefixes = {
  direction: "",
  start: "BY_",
  status: "IN_",
  line: "",
  neighbour: "NEIGHBOUR_",
  rounds: "",
  after: "THEN_",
} satisfies Record<Choice, string>;

export type Choice = keyof typeof choices;
export type Chosen = { readonly [Each in Choice]: (typeof choices)[Each][number] };

export interface Scenario extends Chosen {
  /** Unique among those of a fence. */
  readonly name: string;
  readonly port: Port;
}

/** The constant of the model that stands for a value of a choice. */
export function constantOf(choice: Choice, value: string): string {
  return prefixes[choice] + constant(value);
}

/** In which scenarios something happens: in those that have one of the values of every choice. */
export type Condition = { readonly [Each in Choice]?: readonly Chosen[Each][] };

export function holdsIn(condition: Condition, chosen: Chosen): boolean {
  return (Object.keys(condition) as Choice[]).every((choice) =>
    (condition[choice] as readonly string[]).includes(chosen[choice]),
  );
}

/** Every scenario that the fence must get right, by its obligations. */
export function scenariosOf(ports: readonly Port[], { obligations }: FencePlan): Scenario[] {
  const kinds = obligations.map(({ kind }) => kind);
  return ports.flatMap((port) => {
    const directions = port.writes ? choices.direction : (["outbound"] as const);
    return directions.flatMap((direction) =>
      scenariosAt(direction, port, kinds).map((chosen) => ({ ...chosen, port, name: nameOf(chosen, port) })),
    );
  });
}

function scenariosAt(direction: Chosen["direction"], port: Port, kinds: readonly ObligationKind[]): Chosen[] {
  const inner = { direction, line: "inner", neighbour: "none" } as const;
  // What a short transfer leaves untouched is looked at where the buffer has the line to itself.
  // Where a buffer fills its lines, it shares none.
  const isAlone =
    kinds.includes("every-buffer-fills-its-lines") ||
    (direction !== "outbound" && kinds.includes("buffer-fills-its-lines"));
  const edges = direction === "inbound short" || isAlone ? [] : (["first", "last"] as const);
  const neighbour = neighbourOf(direction, kinds);
  // Where a driver acquires nothing that a master may still write to, it polls no descriptor that stays dirty in a level.
  const isNotPolled = port.dirties.length > 0 && kinds.includes("ended-first");
  return [
    ...[inner, ...edges.map((line) => ({ direction, line, neighbour }))].flatMap((where) =>
      uses.map((use): Chosen => ({ ...where, ...use, rounds: "one" })),
    ),
    ...uses.map((use): Chosen => ({ ...inner, ...use, rounds: "two" })),
    // A master that sees every level, and none of its own, sees the descriptor as it does a word in memory. One that writes
    // nothing there gives none back.
    ...(!port.writes || isNotPolled || (port.seesFrom === 0 && port.front.length === 0)
      ? []
      : [{ ...inner, ...throughDescriptor, rounds: "one" } as const]),
  ];
}

function neighbourOf(direction: Chosen["direction"], kinds: readonly ObligationKind[]): Chosen["neighbour"] {
  if (direction !== "outbound" && kinds.includes("buffer-owns-its-lines")) return "quiet";
  if (kinds.includes("edge-lines-quiet")) return "writes except during acquire";
  return kinds.includes("edge-lines-quiet-elsewhere") ? "writes where interrupts are not masked" : "writes";
}

const uses = (["MMIO write", "MMIO read", "store"] as const).flatMap((start) =>
  (["register", "memory"] as const).flatMap((status) => choices.after.map((after) => ({ start, status, after }))),
);

const throughDescriptor = { start: "descriptor", status: "descriptor", after: "reads and writes" } as const;

/** As `fencegen verify` calls it. */
function nameOf({ direction, start, status, line, neighbour, rounds, after }: Chosen, port: Port): string {
  return [
    direction,
    rounds === "one" ? "one round" : "two rounds",
    `started by ${start}`,
    `end seen in ${status}`,
    `then ${after}`,
    `${line} line`,
    ...(neighbour === "none" ? [] : [`neighbour ${neighbour}`]),
    `${port.masters[0]} in ${port.region.name}`,
    ...(port.region.memoryType === "write-combining" ? ["write-combining"] : []),
  ].join(", ");
}
