// The whole hand-over as a model: the driver's accesses and the fence's operations in any order that program order
// allows, the caches filling and evicting at will, the DMA engine, and the neighbour. Nothing here decides what
// memory may do: that is simulator/line-state.ts and simulator/program-order.ts.
import type { ResolvedCore } from "../model/chip.ts";
import { afterLoad, effectOn, forwardedStore, waitsForEndOf } from "../semantics/cpu.ts";
import { type Instruction, isDoneLater } from "../semantics/instruction.ts";
import {
  cellsSeenFrom,
  dmaRead,
  dmaWrite,
  evict,
  fill,
  type LineState,
  loadCell,
  storeCell,
} from "../semantics/line-state.ts";
import { rulesOfLevel } from "../semantics/ports.ts";
import { orderProgram } from "../semantics/program-order.ts";
import {
  bufferCell,
  type DriverAccess,
  driverProgram,
  type LineProgram,
  otherCell,
  transfersOf,
  values,
} from "./driver-program.ts";
import type { Model, Step } from "./explore.ts";
import type { Scenario } from "./scenario.ts";

/** A set of accesses of the program: one bit each, in two numbers because bit operations have 32. */
interface AccessSet {
  readonly low: number;
  readonly high: number;
}

const half = 31;
const noAccess: AccessSet = { low: 0, high: 0 };

function has({ low, high }: AccessSet, index: number): boolean {
  return ((index < half ? low >> index : high >> (index - half)) & 1) !== 0;
}

function plus({ low, high }: AccessSet, index: number): AccessSet {
  return index < half ? { low: low | (1 << index), high } : { low, high: high | (1 << (index - half)) };
}

function covers({ low, high }: AccessSet, part: AccessSet): boolean {
  return (part.low & ~low) === 0 && (part.high & ~high) === 0;
}

function setOf(isIn: readonly boolean[]): AccessSet {
  return isIn.reduce((set, wanted, index) => (wanted ? plus(set, index) : set), noAccess);
}

export interface FenceState {
  readonly issued: AccessSet;
  readonly done: AccessSet;
  readonly line: LineState;
  /** Rounds that the engine was started for. */
  readonly started: number;
  /** Bit for each transfer of the engine in this round. */
  readonly transferred: number;
  /** Rounds whose end the engine has shown. */
  readonly shown: number;
  readonly neighbourWrote: boolean;
}

export type FenceAction =
  | { readonly agent: "CPU"; readonly what: "issue" | "finish"; readonly access: number; readonly value?: number }
  | { readonly agent: "cache"; readonly what: "fill" | "evict"; readonly level: number }
  | { readonly agent: "DMA"; readonly what: "read" | "write"; readonly cell: number; readonly value: number }
  | { readonly agent: "DMA"; readonly what: "done" }
  | { readonly agent: "neighbour"; readonly what: "write"; readonly value: number };

export interface FenceModel extends Model<FenceState, FenceAction> {
  readonly accesses: readonly DriverAccess[];
}

export function fenceModel(
  scenario: Scenario,
  core: ResolvedCore,
  dmaDomain: Parameters<typeof orderProgram>[1]["domain"],
  fence: LineProgram,
): FenceModel {
  const { port, direction, neighbour, rounds } = scenario;
  const shared = neighbour !== "none";
  const levels = port.levels.map((index) => rulesOfLevel(core.caches[index]!));
  const transfers = transfersOf(direction);
  const program = driverProgram(scenario, fence, transfers);
  const driver = program.flatMap((entry) => ("instruction" in entry ? [entry] : []));
  const ordered = orderProgram(
    program.map((entry) => ("instruction" in entry ? entry.instruction : entry.barrier)),
    {
      programOrder: core.architecture.programOrder,
      domain: dmaDomain,
      writeCombining: port.region.memoryType === "write-combining",
    },
  );
  const { accesses, precedence } = ordered;
  if (accesses.length > 2 * half) throw new Error(`a program of ${accesses.length} accesses does not fit the state`);
  const mustBeIssued = precedence.map((row) => setOf(row.map((kind) => kind !== "none")));
  const mustBeDone = precedence.map((row) => setOf(row.map((kind) => kind === "done")));
  const finishes = accesses.map((access, index) =>
    setOf(accesses.slice(0, index).map((earlier) => waitsForEndOf(access, earlier))),
  );
  const all = setOf(accesses.map(() => true));
  const acquireOperations = driver.flatMap(({ part, instruction }, index) =>
    part === "acquire" && instruction.kind === "maintain" ? [index] : [],
  );
  const everyTransfer = (1 << transfers.length) - 1;
  const lastValue = values.cpu[rounds]!;

  return {
    accesses: driver,
    initial: [
      initialState(
        shared ? levels.findIndex(({ writePolicy }) => writePolicy === "write-back") : -1,
        shared,
        levels.length,
      ),
    ],
    encode: encodeState,
    isGoal: (state) => covers(state.done, all) && state.shown === rounds,
    violated(state) {
      const seen = cellsSeenFrom(state.line, 0);
      if (shared && seen[otherCell] !== (state.neighbourWrote ? values.neighbour : values.neighbourBefore))
        return "neighbour";
      if (!covers(state.done, all)) return undefined;
      if (seen[bufferCell] !== lastValue) return "later writes";
      return undefined;
    },
    next(state) {
      return [...cpuSteps(state), ...cacheSteps(state), ...engineSteps(state), ...neighbourSteps(state)];
    },
  };

  function cpuSteps(state: FenceState): Step<FenceState, FenceAction>[] {
    const steps: Step<FenceState, FenceAction>[] = [];
    for (const [index, access] of accesses.entries()) {
      if (has(state.issued, index)) {
        if (!has(state.done, index) && covers(state.done, finishes[index]!))
          steps.push(...finish(state, index, access));
        continue;
      }
      if (!covers(state.issued, mustBeIssued[index]!) || !covers(state.done, mustBeDone[index]!)) continue;
      steps.push(...issue(state, index, access));
    }
    return steps;
  }

  function issue(state: FenceState, index: number, access: Instruction): Step<FenceState, FenceAction>[] {
    const issued = { ...state, issued: plus(state.issued, index) };
    const action = { agent: "CPU", what: "issue", access: index } as const;
    if (isDoneLater(access)) return [{ action, state: issued }];
    if (!covers(state.done, finishes[index]!)) return [];
    const performed = { ...issued, done: plus(state.done, index) };
    const { expects, round } = driver[index]!;
    switch (access.kind) {
      case "store":
        return effectOn(state.line, access, levels).map((line) => ({
          action: { ...action, value: access.value },
          state: { ...performed, line },
        }));
      case "load": {
        const forwarded = forwardedStore(accesses, index, (at) => has(state.issued, at));
        const value = forwarded?.value ?? loadCell(state.line, access.cell);
        return afterLoad(state.line, levels, forwarded !== undefined).map((line) => ({
          action: { ...action, value },
          state: { ...performed, line },
          violates: expects && value !== expects.value ? expects.property : undefined,
        }));
      }
      case "device":
        switch (access.purpose) {
          case "status":
            return state.shown >= round! ? [{ action, state: performed }] : [];
          case "start":
            return [{ action, state: { ...performed, started: state.started + 1, transferred: 0 } }];
          case "other":
            return [{ action, state: performed }];
        }
        break;
      case "maintain":
      case "complete":
        return effectOn(state.line, access, levels).map((line) => ({ action, state: { ...performed, line } }));
    }
  }

  function finish(state: FenceState, index: number, access: Instruction): Step<FenceState, FenceAction>[] {
    const done = { ...state, done: plus(state.done, index) };
    const action = { agent: "CPU", what: "finish", access: index } as const;
    return access.kind === "load"
      ? []
      : effectOn(state.line, access, levels).map((line) => ({ action, state: { ...done, line } }));
  }

  function cacheSteps(state: FenceState): Step<FenceState, FenceAction>[] {
    return levels.flatMap((rules, level): Step<FenceState, FenceAction>[] => {
      if (state.line.levels[level])
        return [
          {
            action: { agent: "cache", what: "evict", level },
            state: { ...state, line: evict(state.line, level, levels) },
          },
        ];
      return rules.speculativeFill
        ? [{ action: { agent: "cache", what: "fill", level }, state: { ...state, line: fill(state.line, level) } }]
        : [];
    });
  }

  function engineSteps(state: FenceState): Step<FenceState, FenceAction>[] {
    if (state.shown >= state.started) return [];
    const round = state.started - 1;
    const steps: Step<FenceState, FenceAction>[] = [];
    for (const [index, { what, cell }] of transfers.entries()) {
      if (state.transferred & (1 << index)) continue;
      // An engine that turns data around reads a cell before it writes it.
      if (
        what === "write" &&
        transfers.some((other, at) => other.what === "read" && other.cell === cell && !(state.transferred & (1 << at)))
      )
        continue;
      const transferred = state.transferred | (1 << index);
      if (what === "read") {
        const value = dmaRead(state.line, cell, port.seesFrom);
        const expected = values.cpu[round]!;
        const property = value > expected && value !== values.dma[round] ? "later writes" : "outbound";
        steps.push({
          action: { agent: "DMA", what, cell, value },
          state: { ...state, transferred },
          violates: value === expected ? undefined : property,
        });
      } else {
        const value = values.dma[round]!;
        steps.push({
          action: { agent: "DMA", what, cell, value },
          state: { ...state, transferred, line: dmaWrite(state.line, cell, value, port.seesFrom) },
        });
      }
    }
    if (state.transferred === everyTransfer)
      steps.push({ action: { agent: "DMA", what: "done" }, state: { ...state, shown: state.started } });
    return steps;
  }

  function neighbourSteps(state: FenceState): Step<FenceState, FenceAction>[] {
    if (state.neighbourWrote || (neighbour !== "writes" && neighbour !== "writes except during acquire")) return [];
    const inAcquire =
      acquireOperations.some((index) => has(state.issued, index)) &&
      !acquireOperations.every((index) => has(state.done, index));
    if (neighbour === "writes except during acquire" && inAcquire) return [];
    const line = storeCell(state.line, otherCell, values.neighbour, levels);
    return [
      {
        action: { agent: "neighbour", what: "write", value: values.neighbour },
        state: { ...state, neighbourWrote: true, line },
      },
    ];
  }
}

/** @param dirtyLevel the innermost level that can hold what the neighbour stored; -1 for none */
function initialState(dirtyLevel: number, shared: boolean, levelCount: number): FenceState {
  const neighbourIsDirty = dirtyLevel !== -1;
  const fresh = [values.initial, shared ? values.neighbourBefore : values.initial];
  const memory = neighbourIsDirty ? [values.initial, values.initial] : fresh;
  const copies = Array.from({ length: levelCount }, (_, level) =>
    level === dirtyLevel ? { dirty: true, cells: fresh } : undefined,
  );
  return {
    issued: noAccess,
    done: noAccess,
    line: { memory, levels: copies },
    started: 0,
    transferred: 0,
    shown: 0,
    neighbourWrote: false,
  };
}

function encodeState({ issued, done, line, started, transferred, shown, neighbourWrote }: FenceState): string {
  let text = String.fromCharCode(
    issued.low & 0xffff,
    issued.low >>> 16,
    done.low & 0xffff,
    done.low >>> 16,
    started | (shown << 2) | (transferred << 4) | (neighbourWrote ? 256 : 0),
    line.memory[0]! | (line.memory[1]! << 4),
  );
  if (issued.high !== 0)
    text += String.fromCharCode(issued.high & 0xffff, issued.high >>> 16, done.high & 0xffff, done.high >>> 16);
  for (const copy of line.levels)
    text += String.fromCharCode(copy ? 1 | (copy.dirty ? 2 : 0) | (copy.cells[0]! << 4) | (copy.cells[1]! << 8) : 0);
  return text;
}
