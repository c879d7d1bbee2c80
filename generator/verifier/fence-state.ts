// The state of a hand-over: what of the program is issued and done, the line, the engine and the neighbour; and what may
// happen in it.
import { type Cells, emptyLine, type LevelRules, type LineState } from "../semantics/line-state.ts";
import { type AccessSet, noAccess } from "./access-set.ts";
import { values } from "./driver-program.ts";
import type { Step } from "./explore.ts";
import type { HandOver } from "./hand-over.ts";

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
  | { readonly agent: "neighbour"; readonly what: "write"; readonly value: number };

export type ModelStep = Step<FenceState, FenceAction>;

/**
 * Where the line's other cell holds a neighbour's data, the innermost level that can keeps it dirty, of the core's or, if the
 * master wrote it, of those in front of that.
 */
export function initialState({ levels, side, scenario }: Pick<HandOver, "levels" | "side" | "scenario">): FenceState {
  const shared = scenario.neighbour !== "none";
  const ofMaster = scenario.neighbour === "was written by the master";
  const innermost = (rules: readonly LevelRules[]) =>
    rules.findIndex(({ writePolicy }) => writePolicy === "write-back");
  const dirtyLevel = shared && !ofMaster ? innermost(levels) : -1;
  const dirtyFront = ofMaster ? innermost(side.rules) : -1;
  const fresh: Cells = [values.initial, shared ? values.neighbourBefore : values.initial];
  const empty = (cells: Cells) => emptyLine(cells, levels.length, side.front.length);
  const isInMemory = dirtyLevel === -1 && dirtyFront === -1;
  const line = empty(isInMemory ? fresh : [values.initial, values.initial]);
  const kept = (copies: LineState["levels"], dirty: number) =>
    copies.map((copy, level) => (level === dirty ? { dirty: true, cells: fresh } : copy));
  return {
    issued: noAccess,
    done: noAccess,
    lines: [
      { ...line, levels: kept(line.levels, dirtyLevel), front: kept(line.front, dirtyFront) },
      ...(scenario.start === "descriptor" ? [empty([values.initial, values.initial])] : []),
    ],
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
  for (const { memory, levels, front } of lines) {
    text += String.fromCharCode(memory[0]! | (memory[1]! << 4));
    for (const copy of front.length > 0 ? [...levels, ...front] : levels)
      text += String.fromCharCode(copy ? 1 | (copy.dirty ? 2 : 0) | (copy.cells[0]! << 4) | (copy.cells[1]! << 8) : 0);
  }
  return text;
}
