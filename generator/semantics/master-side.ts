// Caches in front of a DMA master: what the master reads and writes goes through them before it comes to its port. They do to
// a line what the core's levels do, seen from the other side. SEMANTICS.md, section 7.
import {
  type Cells,
  cellsSeenFrom,
  dmaWrite,
  type LevelRules,
  type LineCopy,
  type LineState,
  toCell,
} from "./line-state.ts";

/** How a master comes to a line. */
export interface MasterSide {
  /** Index of the first of the line's levels that it sees; their number where it sees memory only. */
  readonly port: number;
  /** Indexes of the line's levels in which its writes may stay as dirty lines. */
  readonly dirties: readonly number[];
  /** Its own caches, as indexes into the line's `front`, from the master to its port. */
  readonly front: readonly number[];
  /** Rules of all of the line's `front`. */
  readonly rules: readonly LevelRules[];
}

/** What a read by the master returns. */
export function masterReads(state: LineState, cell: number, side: MasterSide): number {
  return cellsFrom(state, 0, side)[cell]!;
}

/** Each way in which a write by the master may take effect. */
export function masterWrites(state: LineState, cell: number, value: number, side: MasterSide): LineState[] {
  return writesFrom(state, 0, toCell(cell, value), side);
}

/** One of its caches takes a clean copy of what comes after it. */
export function fillFront(state: LineState, at: number, side: MasterSide): LineState {
  const place = side.front.indexOf(at);
  return state.front[at] ? state : withFront(state, at, { dirty: false, cells: cellsFrom(state, place + 1, side) });
}

/** Each way in which one of its caches drops its copy: a dirty one is written to what comes after it first. */
export function evictFront(state: LineState, at: number, side: MasterSide): LineState[] {
  return cleanFront(state, at, side).map((after) => dropFront(after, at));
}

/** Each way in which a dirty copy of one of its caches may be written to what comes after it. The copy is kept. */
export function cleanFront(state: LineState, at: number, side: MasterSide): LineState[] {
  const copy = state.front[at];
  if (!copy?.dirty) return [state];
  const kept = withFront(state, at, { dirty: false, cells: copy.cells });
  return writesFrom(kept, side.front.indexOf(at) + 1, () => copy.cells, side);
}

export function dropFront(state: LineState, at: number): LineState {
  return state.front[at] ? withFront(state, at, undefined) : state;
}

export function discardDirtyFront(state: LineState, at: number): LineState {
  const copy = state.front[at];
  return copy ? withFront(state, at, { dirty: false, cells: copy.cells }) : state;
}

/** The copy that an access finds that looks from one of the master's caches on, by its place among them. */
function cellsFrom(state: LineState, place: number, { front, port }: MasterSide): Cells {
  const holder = front.slice(place).find((at) => state.front[at]);
  return holder === undefined ? cellsSeenFrom(state, port) : state.front[holder]!.cells;
}

function writesFrom(state: LineState, place: number, write: (cells: Cells) => Cells, side: MasterSide): LineState[] {
  const at = side.front[place];
  if (at === undefined) return dmaWrite(state, write, side.port, side.dirties);
  const policy = side.rules[at]!.writePolicy;
  const cells = write(cellsFrom(state, place, side));
  if (policy === "write-back") return [withFront(state, at, { dirty: true, cells })];
  // As in the core's levels: write-through keeps its copy up to date where it has one, read-only drops it.
  const kept = state.front[at] && policy === "write-through" ? { dirty: false, cells } : undefined;
  return writesFrom(withFront(state, at, kept), place + 1, write, side);
}

function withFront(state: LineState, at: number, copy: LineCopy | undefined): LineState {
  return { ...state, front: state.front.map((other, index) => (index === at ? copy : other)) };
}
