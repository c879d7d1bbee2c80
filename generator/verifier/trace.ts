// Spells an execution so that people can read it: one event per line, with what each part of the machine saw.
import type { LineState } from "../semantics/line-state.ts";
import { bufferLine, type DriverAccess, followedLine, secondLine } from "./driver-program.ts";
import type { Step } from "./explore.ts";
import type { FenceModel } from "./fence-model.ts";
import type { FenceAction, FenceState } from "./fence-state.ts";
import type { CacheNames } from "./line-layout.ts";
import { type Scenario, scenarioName } from "./scenario.ts";
import type { Counterexample, TraceRow } from "./verdict.ts";

export function counterexample(
  scenario: Scenario,
  model: FenceModel,
  {
    property,
    trace,
    initial,
  }: { property: string; trace: readonly Step<FenceState, FenceAction>[]; initial: FenceState },
): Counterexample {
  const { cacheNames: names } = model;
  const befores = [initial, ...trace.map(({ state }) => state)];
  const events = trace.map(({ action, state }, index): TraceRow => {
    const before = befores[index]!;
    const changed = changedLine(before, state);
    const copies = changedCopies(before.lines[changed]!, state.lines[changed]!, names[changed]!);
    const memory = state.lines[changed]!.memory.join(" ");
    const ofWhich = changed === secondLine && !state.isOneMemory ? " of the descriptor" : "";
    const what =
      action.agent === "cache" ? `${names[action.line]![action.side][action.level]} ${action.what}s${ofWhich}` : "";
    return {
      cpu: isOfCpu(action) ? cpuText(action, model.accesses) : "",
      cache: [what, copies].filter(Boolean).join(": "),
      memory: before.lines[changed]!.memory.join(" ") === memory ? "" : `[${memory}]${ofWhich}`,
      device: isOfCpu(action) || action.agent === "cache" ? "" : deviceText(action),
    };
  });
  const schedule = trace.map(({ action, state }, index) =>
    model
      .next(befores[index]!)
      .findIndex(
        (step) =>
          JSON.stringify(step.action) === JSON.stringify(action) && model.encode(step.state) === model.encode(state),
      ),
  );
  return { property, scenario: scenarioName(scenario), events, schedule };
}

type ActionOfCpu = Extract<FenceAction, { agent: "CPU" } | { agent: "neighbour"; isMaster: false }>;

function isOfCpu(action: FenceAction): action is ActionOfCpu {
  return action.agent === "CPU" || (action.agent === "neighbour" && !action.isMaster);
}

function deviceText(action: Exclude<FenceAction, ActionOfCpu | { agent: "cache" }>): string {
  if (action.agent === "neighbour") return `writes ${action.value} to another buffer`;
  switch (action.what) {
    case "begin":
      return "sees that it owns the buffer";
    case "done":
      return "shows the end";
    case "read":
    case "write":
      return `${action.what}s ${action.value}`;
  }
}

/** The line that an event changed: the second one or, for all others, the buffer's. Memory may be that of both. */
function changedLine(before: FenceState, after: FenceState): number {
  const [old, second] = [before.lines[secondLine], after.lines[secondLine]];
  const isSame = after.isOneMemory ? JSON.stringify(old?.levels) === JSON.stringify(second?.levels) : old === second;
  return isSame ? bufferLine : secondLine;
}

function cpuText(action: ActionOfCpu, accesses: readonly DriverAccess[]): string {
  if (action.agent === "neighbour") return `neighbour stores ${action.value}`;
  const { text, expects, part, instruction } = accesses[action.access]!;
  const where = part === "driver" ? "" : `${part}: `;
  const isInLine =
    (instruction.kind === "load" || instruction.kind === "store") &&
    followedLine(instruction.line ?? bufferLine) === bufferLine;
  const cell = isInLine ? (instruction.cell === 0 ? " in the buffer" : " beside it") : "";
  const got =
    action.value !== undefined && instruction.kind === "load"
      ? ` gives ${action.value}${expects && expects.value !== action.value ? `, not ${expects.value}` : ""}`
      : "";
  return `${where}${text}${cell}${got}${action.what === "finish" ? " takes effect" : ""}`;
}

function changedCopies(before: LineState, after: LineState, names: CacheNames): string {
  const changed = (olds: LineState["levels"], copies: LineState["levels"], called: readonly string[]) =>
    copies.flatMap((copy, level) => {
      if (JSON.stringify(olds[level]) === JSON.stringify(copy)) return [];
      const cells = copy?.cells.map((cell) => cell ?? ".").join(" ");
      return [`${called[level]} ${copy ? `[${cells}]${copy.dirty ? " dirty" : ""}` : "-"}`];
    });
  return [
    ...changed(before.levels, after.levels, names.core),
    ...changed(before.front, after.front, names.master),
  ].join(", ");
}

export function traceText({ property, scenario, events, preventedBy }: Counterexample, indent = ""): string {
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
    ...(preventedBy ? [`Prevented by ${preventedBy}`] : []),
  ]
    .map((line) => indent + line)
    .join("\n");
}

/** A test that takes the same steps again. */
export function replaySnippet(
  chip: string,
  fence: string,
  change: string | undefined,
  { scenario, schedule }: Counterexample,
): string {
  const request = JSON.stringify({ fence, ...(change !== undefined && { change }), scenario, schedule });
  return `import { openChip, replay } from "fencegen";\nconsole.log(replay(openChip(${JSON.stringify(chip)}), ${request}));`;
}
