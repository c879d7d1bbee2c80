// Caches in front of a DMA master: what the master reads and writes goes through them before it comes to its port. They do to
// a line what the core's levels do, seen from the other side. SEMANTICS.md, section 7.
import {
  type Cells,
  cellsSeenFrom,
  dmaWrite,
  type HeldCells,
  type LevelRules,
  type LineCopy,
  type LineState,
  onlyCell,
  overlaid,
  part,
  rest,
} from "./line-state.ts";

/** How a master comes to a line. */
export interface MasterSide {
  /** Index of the first of the line's levels that it sees; their number where it sees memory only. */
  readonly port: number;
  /** Indexes of the line's levels in which its writes may stay as dirty lines. */
  readonly dirties: readonly number[];
  /** Rules of all of the line's levels. */
  readonly levels: readonly LevelRules[];
  /** Its own caches, as indexes into the line's `front`, from the master to its port. */
  readonly front: readonly number[];
  /** Rules of all of the line's `front`. */
  readonly rules: readonly LevelRules[];
  /** Those of `front` that the master's driver maintains. */
  readonly driven: readonly number[];
}

/** What a read by the master returns. */
export function masterReads(state: LineState, cell: number, side: MasterSide): number {
  return cellsFrom(state, 0, side)[cell]!;
}

/** Each way in which a write by the master may take effect. */
export function masterWrites(state: LineState, cell: number, value: number, side: MasterSide): LineState[] {
  return writesFrom(state, 0, onlyCell(state, cell, value), side);
}

/** One of its caches takes a clean copy of what comes after it. */
export function fillFront(state: LineState, at: number, side: MasterSide): LineState {
  if (state.front[at]) return state;
  return withFront(state, at, { dirty: false, cells: fetched(state, side.front.indexOf(at), side) });
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
  return writesFrom(kept, side.front.indexOf(at) + 1, copy.cells, side);
}

export function dropFront(state: LineState, at: number): LineState {
  return state.front[at] ? withFront(state, at, undefined) : state;
}

export function discardDirtyFront(state: LineState, at: number): LineState {
  const copy = state.front[at];
  return copy ? withFront(state, at, { dirty: false, cells: copy.cells }) : state;
}

/** What a driver has done to the caches that it maintains when the engine starts: none of them has the line. */
export function startedByDriver(state: LineState, { driven }: MasterSide): LineState {
  return driven.reduce(dropFront, state);
}

/** Each way in which it may have left the line when `acquire` is called: what the master wrote there is where its port sees it. */
export function endedByDriver(state: LineState, side: MasterSide): LineState[] {
  return side.driven.reduce((all, at) => all.flatMap((line) => evictFront(line, at, side)), [state]);
}

/** What an access finds that looks from one of the master's caches on, by its place among them. */
function cellsFrom(state: LineState, place: number, { front, port }: MasterSide): Cells {
  return front.slice(place).reduceRight<Cells>(
    (seen, at) => {
      const copy = state.front[at];
      return copy ? overlaid(seen, copy.cells) : seen;
    },
    cellsSeenFrom(state, port),
  );
}

/** What one of the master's caches without a copy fetches from what comes after it. */
function fetched(state: LineState, place: number, side: MasterSide): HeldCells {
  return part(cellsFrom(state, place + 1, side), side.rules[side.front[place]!])!;
}

function writesFrom(state: LineState, place: number, written: HeldCells, side: MasterSide): LineState[] {
  const at = side.front[place];
  if (at === undefined) return dmaWrite(state, written, side.port, side.dirties, side.levels);
  const taken = part(written, side.rules[at]);
  const beyond = rest(written, side.rules[at]);
  const lines = beyond ? writesFrom(state, place + 1, beyond, side) : [state];
  if (!taken) return lines;
  return lines.flatMap((line) => {
    const policy = side.rules[at]!.writePolicy;
    const copy = line.front[at];
    if (policy === "write-back") {
      const cells = overlaid(copy?.cells ?? fetched(line, place, side), taken);
      return [withFront(line, at, { dirty: true, cells })];
    }
    // As in the core's levels: write-through keeps its copy up to date where it has one, read-only drops it.
    const kept = copy && policy === "write-through" ? { dirty: false, cells: overlaid(copy.cells, taken) } : undefined;
    return writesFrom(withFront(line, at, kept), place + 1, taken, side);
  });
}

function withFront(state: LineState, at: number, copy: LineCopy | undefined): LineState {
  return { ...state, front: state.front.map((other, index) => (index === at ? copy : other)) };
}
