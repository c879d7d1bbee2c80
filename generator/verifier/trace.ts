// Spells an execution so that people can read it: one event per line, with what each part of the machine saw.
import type { LineState } from "../simulator/line-state.ts";
import type { Step } from "./explore.ts";
import type { DriverAccess, FenceAction, FenceState } from "./fence-model.ts";
import { type Scenario, scenarioName } from "./scenario.ts";

export interface Counterexample {
  readonly property: string;
  readonly scenario: string;
  /** Column titles first, then one row for each event. */
  readonly events: readonly TraceRow[];
}

export interface TraceRow {
  readonly cpu: string;
  readonly cache: string;
  readonly memory: string;
  readonly device: string;
}

export function counterexample(
  scenario: Scenario,
  accesses: readonly DriverAccess[],
  levelNames: readonly string[],
  property: string,
  trace: readonly Step<FenceState, FenceAction>[],
  initial: FenceState,
): Counterexample {
  const events = trace.map(({ action, state }, index): TraceRow => {
    const before = index === 0 ? initial : trace[index - 1]!.state;
    return {
      cpu: action.agent === "CPU" || action.agent === "neighbour" ? cpuText(action, accesses) : "",
      cache: [
        action.agent === "cache" ? `${levelNames[action.level]} ${action.what}s` : "",
        changedCopies(before.line, state.line, levelNames),
      ]
        .filter(Boolean)
        .join(": "),
      memory: before.line.memory.join() === state.line.memory.join() ? "" : `[${state.line.memory.join(" ")}]`,
      device:
        action.agent === "DMA" ? (action.what === "done" ? "shows the end" : `${action.what}s ${action.value}`) : "",
    };
  });
  return { property, scenario: scenarioName(scenario), events };
}

function cpuText(
  action: Extract<FenceAction, { agent: "CPU" | "neighbour" }>,
  accesses: readonly DriverAccess[],
): string {
  if (action.agent === "neighbour") return `neighbour stores ${action.value}`;
  const { text, expects, part, instruction } = accesses[action.access]!;
  const where = part === "driver" ? "" : `${part}: `;
  const cell =
    instruction.kind === "load" || instruction.kind === "store"
      ? instruction.cell === 0
        ? " in the buffer"
        : " beside it"
      : "";
  const got =
    action.value !== undefined && instruction.kind === "load"
      ? ` gives ${action.value}${expects && expects.value !== action.value ? `, not ${expects.value}` : ""}`
      : "";
  return `${where}${text}${cell}${got}${action.what === "finish" ? " takes effect" : ""}`;
}

function changedCopies(before: LineState, after: LineState, levelNames: readonly string[]): string {
  return after.levels
    .flatMap((copy, level) => {
      const old = before.levels[level];
      if (JSON.stringify(old) === JSON.stringify(copy)) return [];
      return [`${levelNames[level]} ${copy ? `[${copy.cells.join(" ")}]${copy.dirty ? " dirty" : ""}` : "-"}`];
    })
    .join(", ");
}

export function traceText({ property, scenario, events }: Counterexample, indent = ""): string {
  const titles: TraceRow = { cpu: "CPU", cache: "cache", memory: "memory", device: "device" };
  const rows = [titles, ...events];
  const columns = ["cpu", "cache", "memory", "device"] as const;
  const widths = columns.map((column) => Math.max(...rows.map((row) => row[column].length)));
  const number = (index: number) => (index === 0 ? "" : String(index)).padStart(String(events.length).length);
  return [
    `${property} broken: ${scenario}`,
    ...rows.map((row, index) =>
      `${number(index)}  ${columns.map((column, at) => row[column].padEnd(widths[at]!)).join("  ")}`.trimEnd(),
    ),
  ]
    .map((line) => indent + line)
    .join("\n");
}
