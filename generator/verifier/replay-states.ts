// An execution of a hand-over, step by step, as data: the trace and every picture are made from this and nothing else.
import type { CacheLevel } from "../model/chip.ts";
import { type Cells, cellsSeenFrom, type LineCopy, type LineState } from "../semantics/line-state.ts";
import { type MasterSide, masterReads } from "../semantics/master-side.ts";
import { rulesOfLevel } from "../semantics/ports.ts";
import { has } from "./access-set.ts";
import { bufferLine, type DriverAccess, followedLine, secondLine, values } from "./driver-program.ts";
import { changedFence, type FenceChange } from "./fence-change.ts";
import { type FenceModel, fenceModel } from "./fence-model.ts";
import type { FenceAction, FenceState, ModelStep } from "./fence-state.ts";
import type { FenceUnderTest } from "./fence-under-test.ts";
import { type Layout, layoutOf } from "./line-layout.ts";
import { lineProgram } from "./line-program.ts";
import type {
  AccessProgress,
  Replay,
  ReplayedAccess,
  ReplayedAction,
  ReplayedCache,
  ReplayedCopy,
  ReplayedLine,
  ReplayedLineFacts,
  ReplayedState,
  ReplayedStep,
  ReplayedValue,
  ValueOwner,
} from "./replayed.ts";
import { type Scenario, scenarioName } from "./scenario.ts";

/** A schedule that fits no execution: of another fence, or of another version of the model. */
export interface DoesNotReplay {
  readonly doesNotReplay: string;
}

/**
 * The execution that the schedule describes.
 * @param scenario one of those of the changed fence
 */
export function replayStates(
  fence: FenceUnderTest,
  change: FenceChange,
  scenario: Scenario,
  schedule: readonly number[],
): Replay | DoesNotReplay {
  const changed = changedFence(fence, change);
  if ("notInModel" in changed) return { doesNotReplay: changed.notInModel };
  const { core, plan, lineBytes, chip } = changed.fence;
  const layout = layoutOf(scenario, core, plan, lineBytes);
  const model = fenceModel(scenario, layout, chip.dmaDomain, lineProgram(changed.execute, layout));
  if ("undecided" in model) return { doesNotReplay: model.undecided };
  const trace: ModelStep[] = [];
  let state = model.initial[0]!;
  for (const [index, choice] of schedule.entries()) {
    const step = model.next(state)[choice];
    if (!step)
      return {
        doesNotReplay: `step ${index + 1} of the schedule is not possible here; has the fence or the model changed?`,
      };
    trace.push(step);
    state = step.state;
  }
  return replayOf(scenario, model, { initial: model.initial[0]!, trace, preventedBy: changed.preventedBy });
}

/** An execution of a model as data. */
export function replayOf(
  scenario: Scenario,
  model: FenceModel,
  {
    initial,
    trace,
    preventedBy,
  }: { initial: FenceState; trace: readonly ModelStep[]; preventedBy?: string | undefined },
): Replay {
  const { accesses, layout } = model;
  const newest = newestOf(initial);
  const first = stateOf(initial, model, newest);
  let before = initial;
  const steps = trace.map((step): ReplayedStep => {
    const { action, state } = step;
    const shown = {
      action: actionOf(action, before, state),
      state: stateOf(state, model, newest),
      changedLine: changedLine(before, state),
      violates: step.violates ?? model.violated(state),
    };
    before = state;
    return shown;
  });
  return {
    scenario: scenarioName(scenario),
    core: layout.core.title,
    masters: scenario.port.controllers,
    lines: initial.lines.map((_, index) => factsOf(index, scenario, model)),
    isOneMemory: initial.isOneMemory,
    accesses: accesses.map(accessOf),
    initial: first,
    steps,
    property: steps.findLast(({ violates }) => violates !== undefined)?.violates,
    preventedBy,
  };
}

/** Two lines that show one memory have the same newest values. */
function newestOf({ lines, isOneMemory }: FenceState): number[][] {
  const ofBuffer = [...lines[bufferLine]!.memory];
  return lines.map(({ memory }) => (isOneMemory ? ofBuffer : [...memory]));
}

/** Which of the possible steps each was. */
export function scheduleOf(model: FenceModel, initial: FenceState, trace: readonly ModelStep[]): readonly number[] {
  return trace.map(({ action, state }, index) => {
    const before = index === 0 ? initial : trace[index - 1]!.state;
    return model
      .next(before)
      .findIndex(
        (step) =>
          JSON.stringify(step.action) === JSON.stringify(action) && model.encode(step.state) === model.encode(state),
      );
  });
}

/** The line that an event changed: the second one or, for all others, the buffer's. Memory may be that of both. */
function changedLine(before: FenceState, after: FenceState): number {
  const [old, second] = [before.lines[secondLine], after.lines[secondLine]];
  const isSame = after.isOneMemory ? JSON.stringify(old?.levels) === JSON.stringify(second?.levels) : old === second;
  return isSame ? bufferLine : secondLine;
}

function actionOf(action: FenceAction, before: FenceState, after: FenceState): ReplayedAction {
  switch (action.agent) {
    case "cache":
    case "neighbour":
      return action;
    case "DMA":
      return "cell" in action ? action : { ...action, cell: undefined, value: undefined };
    case "CPU": {
      const { access, value } = action;
      const isDone = has(after.done, access);
      const passed = isDone ? before.done : before.issued;
      const overtakes = [...Array(access).keys()].filter((earlier) => !has(passed, earlier));
      const what = action.what === "finish" ? "finish" : isDone ? "perform" : "issue";
      return { agent: "CPU", what, access, overtakes, value };
    }
  }
}

/** @param newest the newest value of each cell of each line so far, which this brings up to date */
function stateOf(state: FenceState, { accesses: program, side }: FenceModel, newest: number[][]): ReplayedState {
  for (const [index, line] of state.lines.entries()) rememberNewest(newest[index]!, line);
  const accesses = progressOf(state, program.length);
  return {
    accesses,
    storeBuffer: [...program.keys()].filter(
      (index) => accesses[index] === "overtaken" && program[index]!.instruction.kind === "store",
    ),
    lines: state.lines.map((line, index) => lineOf(line, newest[index]!, side)),
    engine: state.started > state.shown ? "running" : state.started > 0 ? "ended" : "idle",
    round: state.started,
    neighbourWrote: state.neighbourWrote,
  };
}

/** A value is written after every smaller one: `values` counts them in the order of a hand-over. */
function rememberNewest(newest: number[], { memory, levels, front }: LineState): void {
  for (const cells of [memory, ...[...levels, ...front].flatMap((copy) => (copy ? [copy.cells] : []))])
    for (const [cell, value] of cells.entries()) if (value !== undefined && value > newest[cell]!) newest[cell] = value;
}

function progressOf({ issued, done }: FenceState, length: number): AccessProgress[] {
  const last = [...Array(length).keys()].findLast((index) => has(issued, index)) ?? -1;
  return [...Array(length).keys()].map((index) => {
    if (has(done, index)) return "done";
    if (has(issued, index)) return "in flight";
    return index < last ? "overtaken" : "waiting";
  });
}

function lineOf(line: LineState, newest: readonly number[], side: MasterSide): ReplayedLine {
  const valuesOf = (cells: Cells) => cells.map((value, cell) => replayedValue(value, newest[cell]!));
  const copies = (all: LineState["levels"]) => all.map((copy) => copyOf(copy, newest));
  // The buffer at another address is looked at by no master there.
  const isMasters = line.front.length === side.rules.length;
  return {
    levels: copies(line.levels),
    front: copies(line.front),
    memory: copyOf({ dirty: false, cells: line.memory }, newest),
    seenByCpu: valuesOf(cellsSeenFrom(line, 0)),
    seenByMaster: valuesOf(isMasters ? line.memory.map((_, cell) => masterReads(line, cell, side)) : line.memory),
  };
}

function copyOf(copy: LineCopy | undefined, newest: readonly number[]): ReplayedCopy {
  if (!copy) return { status: "absent", isDirty: false, cells: newest.map(() => undefined) };
  const cells = copy.cells.map((value, cell) =>
    value === undefined ? undefined : replayedValue(value, newest[cell]!),
  );
  const isOld = cells.some((cell) => cell?.isOld);
  return { status: isOld ? "stale" : copy.dirty ? "dirty" : "clean", isDirty: copy.dirty, cells };
}

function replayedValue(value: number, newest: number): ReplayedValue {
  return { value, owner: ownerOf(value), isOld: value < newest };
}

const written: Readonly<Record<Exclude<ValueOwner, "nobody">, readonly number[]>> = {
  CPU: values.cpu,
  DMA: values.dma,
  neighbour: [values.neighbourBefore, values.neighbour],
};

/** Each value says who wrote it; those of a descriptor are of the CPU and of DMA as well. */
function ownerOf(value: number): ValueOwner {
  return (["CPU", "DMA", "neighbour"] as const).find((owner) => written[owner].includes(value)) ?? "nobody";
}

function accessOf({ instruction, text, part, step, expects, awaits }: DriverAccess): ReplayedAccess {
  return {
    part,
    step,
    kind: instruction.kind,
    text,
    line: instruction.line === undefined ? undefined : followedLine(instruction.line),
    cell: instruction.kind === "load" || instruction.kind === "store" ? instruction.cell : undefined,
    expected: instruction.kind === "load" ? (expects?.value ?? awaits) : undefined,
    purpose: instruction.kind === "device" ? instruction.purpose : undefined,
    levels: instruction.kind === "maintain" ? instruction.levels : [],
    front: instruction.kind === "maintain" ? instruction.front : [],
  };
}

function factsOf(index: number, scenario: Scenario, { layout, cacheNames, side }: FenceModel): ReplayedLineFacts {
  const isElsewhere = index === secondLine && layout.alias !== undefined;
  const { core, levels, front }: Layout = isElsewhere ? layout.alias! : layout;
  const names = cacheNames[index]!;
  return {
    what: index === bufferLine ? "buffer" : isElsewhere ? "buffer at its other address" : "descriptor",
    memory: isElsewhere ? scenario.alias!.region.name : scenario.port.region.name,
    levels: levels.entries.map(({ level }, at) =>
      cacheOf(core.caches[level]!, names.core[at]!, { isSeenByMaster: !isElsewhere && at >= side.port }),
    ),
    front: front.entries.map(({ level }, at) =>
      cacheOf(core.masterCaches[level]!, names.master[at]!, { isSeenByMaster: true }),
    ),
  };
}

function cacheOf(level: CacheLevel, name: string, { isSeenByMaster }: { isSeenByMaster: boolean }): ReplayedCache {
  const { writePolicy } = rulesOfLevel(level);
  return {
    name,
    whose: level.whose,
    writePolicy,
    isSeenByMaster,
    isDriven: level.driverMaintains !== undefined,
  };
}
