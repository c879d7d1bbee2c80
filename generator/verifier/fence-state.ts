// The state of a hand-over: what of the program is issued and done, the line, the engine and the neighbour; and what may
// happen in it.
import { type Cells, emptyLine, holds, type LevelRules, type LineState } from "../semantics/line-state.ts";
import { type AccessSet, noAccess } from "./access-set.ts";
import { otherCell, values } from "./driver-program.ts";
import type { Step } from "./explore.ts";

export interface FenceState {
  readonly issued: AccessSet;
  readonly done: AccessSet;
  /** That of the buffer, and in a ring that of the descriptor. */
  readonly lines: readonly LineState[];
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
  | { readonly agent: "cache"; readonly what: "fill" | "evict"; readonly line: number; readonly level: number }
  | { readonly agent: "DMA"; readonly what: "read" | "write"; readonly cell: number; readonly value: number }
  | { readonly agent: "DMA"; readonly what: "begin" | "done" }
  | { readonly agent: "neighbour"; readonly what: "write"; readonly value: number };

export type ModelStep = Step<FenceState, FenceAction>;

/**
 * @param shared whether the line's other cell holds a neighbour's data, which the innermost level that can keeps dirty
 * @param ring whether there is a descriptor
 */
export function initialState(levels: readonly LevelRules[], shared: boolean, ring: boolean): FenceState {
  const dirtyLevel = shared
    ? levels.findIndex((rules) => rules.writePolicy === "write-back" && holds(rules, otherCell))
    : -1;
  const fresh: Cells = [values.initial, shared ? values.neighbourBefore : values.initial];
  const line = emptyLine(dirtyLevel === -1 ? fresh : [values.initial, values.initial], levels.length);
  const held = fresh.map((value, cell) => (holds(levels[dirtyLevel], cell) ? value : undefined));
  const copies = line.levels.map((copy, level) => (level === dirtyLevel ? { dirty: true, cells: held } : copy));
  return {
    issued: noAccess,
    done: noAccess,
    lines: [{ ...line, levels: copies }, ...(ring ? [emptyLine([values.initial, values.initial], levels.length)] : [])],
    started: 0,
    transferred: 0,
    shown: 0,
    neighbourWrote: false,
  };
}

/** The state with another state of one of its lines. */
export function withLine(state: FenceState, index: number, line: LineState): FenceState {
  return { ...state, lines: state.lines.map((other, at) => (at === index ? line : other)) };
}

/** Two states with the same text are the same state. */
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
  for (const { memory, levels } of lines) {
    text += String.fromCharCode(memory[0]! | (memory[1]! << 4));
    for (const copy of levels)
      text += String.fromCharCode(
        copy ? 1 | (copy.dirty ? 2 : 0) | ((copy.cells[0] ?? 0) << 4) | ((copy.cells[1] ?? 0) << 8) : 0,
      );
  }
  return text;
}
