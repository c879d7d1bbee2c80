// The state of a hand-over: what of the program is issued and done, the line, the engine and the neighbour; and what may
// happen in it.
import { type Cells, emptyLine, holds, type LevelRules, type LineState, part } from "../semantics/line-state.ts";
import { type AccessSet, noAccess } from "./access-set.ts";
import { bufferLine, otherCell, secondLine, values } from "./driver-program.ts";
import type { Step } from "./explore.ts";
import type { HandOver } from "./hand-over.ts";
import type { KnownLine } from "./known-lines.ts";
import { isOfMaster } from "./scenario.ts";

export interface FenceState {
  readonly issued: AccessSet;
  readonly done: AccessSet;
  /** That of the buffer, and in a ring that of the descriptor, or that of the buffer at another address. */
  readonly lines: readonly KnownLine[];
  /** Whether the two lines show one memory. */
  readonly isOneMemory: boolean;
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
  | {
      readonly agent: "cache";
      readonly what: "fill" | "evict";
      readonly line: number;
      /** Of the core's levels, or of the caches in front of the master. */
      readonly side: "core" | "master";
      readonly level: number;
    }
  | { readonly agent: "DMA"; readonly what: "read" | "write"; readonly cell: number; readonly value: number }
  | { readonly agent: "DMA"; readonly what: "begin" | "done" }
  | { readonly agent: "neighbour"; readonly what: "write"; readonly value: number; readonly isMaster: false }
  /** To another buffer of its own, which shares the line. */
  | { readonly agent: "neighbour"; readonly what: "write"; readonly value: number; readonly isMaster: true };

export type ModelStep = Step<FenceState, FenceAction>;

/**
 * Where the line's other cell holds a neighbour's data, the innermost level of the core that can keeps it dirty; that of another
 * buffer has been released.
 */
export function initialState({ levels, side, scenario, known }: HandOver): FenceState {
  const [own, second] = [levels[bufferLine]!, levels[secondLine]!];
  const shared = scenario.neighbour !== "none";
  const ofMaster = isOfMaster(scenario);
  const innermost = (rules: readonly LevelRules[]) =>
    rules.findIndex((level) => level.writePolicy === "write-back" && holds(level, otherCell));
  const dirtyLevel = shared && !ofMaster ? innermost(own) : -1;
  const fresh: Cells = [values.initial, shared ? values.neighbourBefore : values.initial];
  const empty: Cells = [values.initial, values.initial];
  const line = emptyLine(dirtyLevel === -1 ? fresh : empty, own.length, side.front.length);
  const kept = (copies: LineState["levels"], dirty: number, rules: readonly LevelRules[]) =>
    copies.map((copy, level) => (level === dirty ? { dirty: true, cells: part(fresh, rules[level])! } : copy));
  return {
    issued: noAccess,
    done: noAccess,
    lines: [
      { ...line, levels: kept(line.levels, dirtyLevel, own) },
      ...(scenario.start === "descriptor" ? [emptyLine(empty, second.length, side.front.length)] : []),
      ...(scenario.alias ? [emptyLine(empty, second.length)] : []),
    ].map((each) => known.of(each)),
    isOneMemory: scenario.alias !== undefined,
    started: 0,
    transferred: 0,
    shown: 0,
    neighbourWrote: false,
  };
}

/** With other accesses issued and done. */
export function withAccesses(state: FenceState, issued: AccessSet, done: AccessSet): FenceState {
  return stateWith(state, issued, done, state.lines);
}

/** What nearly every step changes. Without a spread, which takes several times as long: an exploration does little else. */
function stateWith(
  { isOneMemory, started, transferred, shown, neighbourWrote }: FenceState,
  issued: AccessSet,
  done: AccessSet,
  lines: FenceState["lines"],
): FenceState {
  return { issued, done, lines, isOneMemory, started, transferred, shown, neighbourWrote };
}

/** The state with another state of one of its lines. */
export function withLine(state: FenceState, index: number, line: KnownLine, { known }: HandOver): FenceState {
  if (line === state.lines[index]) return state;
  const lines = state.lines.slice();
  lines[index] = line;
  const { memory } = line;
  if (state.isOneMemory && memory !== state.lines[index]!.memory)
    for (const [at, other] of state.lines.entries()) if (at !== index) lines[at] = known.of({ ...other, memory });
  return stateWith(state, state.issued, state.done, lines);
}

/** The engine begins; its driver has seen to the caches that it maintains. */
export function started(state: FenceState, { changes }: HandOver): FenceState {
  return { ...state, lines: state.lines.map(changes.atStart), started: state.started + 1 };
}

/** Two states of one exploration with the same text are the same state. */
export function encodeState({ issued, done, lines, started, transferred, shown, neighbourWrote }: FenceState): string {
  let text = String.fromCharCode(
    issued.low & 0xffff,
    issued.low >>> 16,
    done.low & 0xffff,
    done.low >>> 16,
    started | (shown << 2) | (transferred << 4) | (neighbourWrote ? 256 : 0),
  );
  if (issued.high !== 0)
    text += String.fromCharCode(issued.high & 0xffff, issued.high >>> 16, done.high & 0xffff, done.high >>> 16);
  for (const { id } of lines) text += String.fromCharCode(id & 0xffff, id >>> 16);
  return text;
}
