// Spells an execution so that people can read it: one event per line, with what each part of the machine saw.
import { bufferLine, secondLine } from "./driver-program.ts";
import type { Step } from "./explore.ts";
import type { FenceModel } from "./fence-model.ts";
import type { FenceAction, FenceState } from "./fence-state.ts";
import { replayOf, scheduleOf } from "./replay-states.ts";
import type {
  Replay,
  ReplayedAccess,
  ReplayedAction,
  ReplayedCache,
  ReplayedCopy,
  ReplayedCpuAction,
  ReplayedDmaAction,
  ReplayedLine,
  ReplayedLineFacts,
  ReplayedNeighbourAction,
} from "./replayed.ts";
import type { Scenario } from "./scenario.ts";
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
  const replay = replayOf(scenario, model, { initial, trace });
  return {
    property,
    scenario: replay.scenario,
    events: traceRows(replay),
    schedule: scheduleOf(model, initial, trace),
  };
}

/** An event for each step. */
export function traceRows({ initial, steps, lines, accesses, isOneMemory }: Replay): TraceRow[] {
  return steps.map(({ action, state, changedLine: changed }, index): TraceRow => {
    const before = (index === 0 ? initial : steps[index - 1]!.state).lines[changed]!;
    const after = state.lines[changed]!;
    const memory = cellsText(after.memory);
    const copies = changedCopies(before, after, lines[changed]!);
    const ofWhich = changed === secondLine && !isOneMemory ? " of the descriptor" : "";
    const what = action.agent === "cache" ? `${cacheOf(action, lines).name} ${action.what}s${ofWhich}` : "";
    return {
      cpu: isOfCpu(action) ? cpuText(action, accesses) : "",
      cache: [what, copies].filter(Boolean).join(": "),
      memory: cellsText(before.memory) === memory ? "" : `[${memory}]${ofWhich}`,
      device: isOfCpu(action) || action.agent === "cache" ? "" : deviceText(action),
    };
  });
}

type ActionOfCpu = ReplayedCpuAction | (ReplayedNeighbourAction & { readonly isMaster: false });

function isOfCpu(action: ReplayedAction): action is ActionOfCpu {
  return action.agent === "CPU" || (action.agent === "neighbour" && !action.isMaster);
}

function cacheOf(
  { line, side, level }: Extract<ReplayedAction, { agent: "cache" }>,
  lines: readonly ReplayedLineFacts[],
): ReplayedCache {
  const { levels, front } = lines[line]!;
  return (side === "core" ? levels : front)[level]!;
}

function deviceText(action: ReplayedDmaAction | ReplayedNeighbourAction): string {
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

function cpuText(action: ActionOfCpu, accesses: readonly ReplayedAccess[]): string {
  if (action.agent === "neighbour") return `neighbour stores ${action.value}`;
  const { text, expected, part, kind, line, cell } = accesses[action.access]!;
  const where = part === "driver" ? "" : `${part}: `;
  const place = cell !== undefined && line === bufferLine ? (cell === 0 ? " in the buffer" : " beside it") : "";
  const isOther = expected !== undefined && expected !== action.value;
  const got =
    action.value !== undefined && kind === "load" ? ` gives ${action.value}${isOther ? `, not ${expected}` : ""}` : "";
  return `${where}${text}${place}${got}${action.what === "finish" ? " takes effect" : ""}`;
}

function changedCopies(before: ReplayedLine, after: ReplayedLine, facts: ReplayedLineFacts): string {
  const changed = (olds: readonly ReplayedCopy[], copies: readonly ReplayedCopy[], caches: readonly ReplayedCache[]) =>
    copies.flatMap((copy, level) =>
      copyText(olds[level]!) === copyText(copy) ? [] : [`${caches[level]!.name} ${copyText(copy)}`],
    );
  return [
    ...changed(before.levels, after.levels, facts.levels),
    ...changed(before.front, after.front, facts.front),
  ].join(", ");
}

function copyText(copy: ReplayedCopy): string {
  return copy.status === "absent" ? "-" : `[${cellsText(copy)}]${copy.isDirty ? " dirty" : ""}`;
}

function cellsText({ cells }: ReplayedCopy): string {
  return cells.map((cell) => cell?.value ?? ".").join(" ");
}

export function traceText(
  { property, scenario, events, preventedBy }: Omit<Counterexample, "schedule">,
  indent = "",
): string {
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
