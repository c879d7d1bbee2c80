// What memory, caches and DMA may do to one line: the state of the line at every level, and the actions on it.
// Lines do not interact, so that a machine is a line state for each line. Every function is pure.

/** One value for each cell of the line: bytes in the simulator, a few symbols in the verifier. */
export type Cells = readonly number[];

/** A level's copy of the line; undefined where it has none. */
export interface LineCopy {
  readonly dirty: boolean;
  readonly cells: Cells;
}

export interface LineState {
  readonly memory: Cells;
  /** Inner to outer. */
  readonly levels: readonly (LineCopy | undefined)[];
  /** Copies in the caches on the masters' side, each master's inner to outer; empty where no master has any. */
  readonly front: readonly (LineCopy | undefined)[];
}

/** A cache level as far as it decides what may happen. */
export interface LevelRules {
  /** Stores stay in the level (write-back) or go on as well (write-through). A read-only level takes none. */
  readonly writePolicy: "write-back" | "write-through" | "read-only";
  /** May fill lines that nobody asked for. */
  readonly speculativeFill: boolean;
  /** May take the clean lines that the level inside it evicts, as an exclusive or a victim cache does. */
  readonly takesCleanVictims: boolean;
}

export function emptyLine(memory: Cells, levelCount: number, frontCount = 0): LineState {
  const none = (length: number) => Array.from({ length }, () => undefined);
  return { memory, levels: none(levelCount), front: none(frontCount) };
}

/**
 * What is done to a line through an address behind which only some of its levels lie: memory may be shown at several
 * addresses, each cached by levels of its own.
 * @param view indexes of those levels, inner to outer
 */
export function through(state: LineState, view: readonly number[], act: (seen: LineState) => LineState): LineState {
  const seen = act(seenThrough(state, view));
  const levels = state.levels.map((copy, level) => (view.includes(level) ? seen.levels[view.indexOf(level)] : copy));
  return { ...seen, levels };
}

/** The line as it is for an access that only has those levels before it. */
export function seenThrough(state: LineState, view: readonly number[]): LineState {
  return { ...state, levels: view.map((level) => state.levels[level]) };
}

/** The copy that an access finds that looks from this level outwards. */
export function cellsSeenFrom(state: LineState, level: number): Cells {
  for (let at = level; at < state.levels.length; at++) {
    const copy = state.levels[at];
    if (copy) return copy.cells;
  }
  return state.memory;
}

/** What a load by the CPU returns. */
export function loadCell(state: LineState, cell: number): number {
  return cellsSeenFrom(state, 0)[cell]!;
}

/** A level takes a clean copy of what the next levels hold: after a miss, by speculation, by prefetch. */
export function fill(state: LineState, level: number): LineState {
  if (state.levels[level]) return state;
  return withCopy(state, level, { dirty: false, cells: cellsSeenFrom(state, level + 1) });
}

/**
 * Each way in which a level drops its copy, at any time. A dirty one is written to the next level first; a clean one is
 * just dropped, or moves to the next level where that takes such and has no copy of its own.
 */
export function evict(state: LineState, level: number, rules: readonly LevelRules[] = []): LineState[] {
  const copy = state.levels[level];
  if (!copy) return [state];
  if (copy.dirty) return [withCopy(writeOutwards(state, level, copy.cells, rules), level, undefined)];
  const dropped = withCopy(state, level, undefined);
  const next = level + 1;
  return rules[next]?.takesCleanVictims && !state.levels[next] ? [dropped, withCopy(dropped, next, copy)] : [dropped];
}

/** A store by the CPU: allocates, and marks the copy dirty or goes on outwards, as the level's policy is. */
export function storeCell(state: LineState, cell: number, value: number, rules: readonly LevelRules[]): LineState {
  let next = state;
  for (const [level, { writePolicy }] of rules.entries()) {
    const allocated = fill(next, level);
    const copy = allocated.levels[level]!;
    const cells = replaced(copy.cells, cell, value);
    if (writePolicy === "write-back") return withCopy(allocated, level, { dirty: true, cells });
    // Write-through keeps its copy up to date where it has one and goes on; read-only drops it.
    next = next.levels[level]
      ? withCopy(next, level, writePolicy === "write-through" ? { dirty: false, cells } : undefined)
      : next;
  }
  return { ...next, memory: replaced(next.memory, cell, value) };
}

/** Clean: a dirty copy is written to the next level and kept. */
export function cleanLevel(state: LineState, level: number, rules: readonly LevelRules[] = []): LineState {
  const copy = state.levels[level];
  if (!copy?.dirty) return state;
  return withCopy(writeOutwards(state, level, copy.cells, rules), level, { dirty: false, cells: copy.cells });
}

/** Invalidate: the copy is dropped, dirty or not. */
export function invalidateLevel(state: LineState, level: number): LineState {
  return withCopy(state, level, undefined);
}

/** Discard-dirty: the copy counts as clean without having been written anywhere. */
export function discardDirtyLevel(state: LineState, level: number): LineState {
  const copy = state.levels[level];
  return copy ? withCopy(state, level, { dirty: false, cells: copy.cells }) : state;
}

/** A DMA read sees the levels from its port outwards. `port` is the number of levels for a master that sees memory only. */
export function dmaRead(state: LineState, cell: number, port: number): number {
  return cellsSeenFrom(state, port)[cell]!;
}

/**
 * Each way in which a DMA write may take effect; copies inside its port stay as they are. It reaches memory and every copy
 * from its port outwards; or it stays in one of the levels in which its master may leave dirty lines, which takes over what
 * the levels between have.
 * @param write what it makes of the cells that it finds
 * @param dirties those levels, as indexes
 */
export function dmaWrite(
  state: LineState,
  write: (cells: Cells) => Cells,
  port: number,
  dirties: readonly number[] = [],
): LineState[] {
  const through: LineState = {
    ...state,
    memory: write(state.memory),
    levels: state.levels.map((copy, level) =>
      copy && level >= port ? { dirty: copy.dirty, cells: write(copy.cells) } : copy,
    ),
  };
  const cells = write(cellsSeenFrom(state, port));
  const kept = dirties.map((at): LineState => {
    const levels = state.levels.map((copy, level) => (level < port || level > at ? copy : undefined));
    return withCopy({ ...state, levels }, at, { dirty: true, cells });
  });
  return [through, ...kept];
}

/** A write to one cell. */
export function toCell(cell: number, value: number): (cells: Cells) => Cells {
  return (cells) => replaced(cells, cell, value);
}

/**
 * Writing a line back: the next level takes it as dirty if it is a write-back level; another one keeps its copy, if
 * it has one, up to date or drops it, and passes the line on, at last to memory.
 * @param rules those of all levels; levels without any are write-back
 */
function writeOutwards(state: LineState, level: number, cells: Cells, rules: readonly LevelRules[]): LineState {
  const next = level + 1;
  if (next >= state.levels.length) return { ...state, memory: cells };
  const policy = rules[next]?.writePolicy ?? "write-back";
  if (policy === "write-back") return withCopy(state, next, { dirty: true, cells });
  const kept = state.levels[next] && policy === "write-through" ? { dirty: false, cells } : undefined;
  return writeOutwards(withCopy(state, next, kept), next, cells, rules);
}

function withCopy(state: LineState, level: number, copy: LineCopy | undefined): LineState {
  const levels = [...state.levels];
  levels[level] = copy;
  return { ...state, levels };
}

function replaced(cells: Cells, cell: number, value: number): Cells {
  const next = [...cells];
  next[cell] = value;
  return next;
}
