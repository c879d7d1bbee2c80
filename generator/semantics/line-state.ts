// What memory, caches and DMA may do to one line: the state of the line at every level, and the actions on it.
// Lines do not interact, so that a machine is a line state for each line. Every function is pure.

/** One value for each cell of the line: bytes in the simulator, a few symbols in the verifier. */
export type Cells = readonly number[];

/** The cells of a copy, each at its place: those that a smaller line does not hold are undefined. */
export type HeldCells = readonly (number | undefined)[];

/** A level's copy of the line, or of the part of it that a smaller line holds. */
export interface LineCopy {
  readonly dirty: boolean;
  readonly cells: HeldCells;
}

/** One line of the largest size. */
export interface LineState {
  readonly memory: Cells;
  /**
   * The copy of each level, inner to outer; undefined where it has none. A level whose lines are smaller has an entry for
   * each of them that holds a cell.
   */
  readonly levels: readonly (LineCopy | undefined)[];
  /** Copies in the caches on the masters' side, each master's inner to outer; empty where no master has any. */
  readonly front: readonly (LineCopy | undefined)[];
}

/** A cache level as far as it decides what may happen. */
export interface LevelRules {
  /**
   * Stores stay in the level (write-back) or go on as well (write-through). A read-only level takes none; a write buffer keeps
   * the stored cells, and nothing else.
   */
  readonly writePolicy: "write-back" | "write-through" | "read-only" | "write-buffer";
  /** May fill lines that nobody asked for. */
  readonly speculativeFill: boolean;
  /** May take the clean lines that the level inside it evicts, as an exclusive or a victim cache does. */
  readonly takesCleanVictims: boolean;
  /** The cells that a line of the level holds, where it is smaller than the line that is followed; left out, all. */
  readonly cells?: readonly number[];
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

/** What an access finds that looks from this level outwards. */
export function cellsSeenFrom(state: LineState, level: number): Cells {
  let seen: HeldCells | undefined;
  for (let at = level; at < state.levels.length; at++) {
    const copy = state.levels[at];
    if (!copy) continue;
    seen = seen ? overlaid(copy.cells, seen) : copy.cells;
    if (isWhole(seen)) return seen;
  }
  return seen ? overlaid(state.memory, seen) : state.memory;
}

/** What a load by the CPU returns. */
export function loadCell(state: LineState, cell: number): number {
  return cellsSeenFrom(state, 0)[cell]!;
}

/** A level takes a clean copy of what the next levels hold: after a miss, by speculation, by prefetch. */
export function fill(state: LineState, level: number, rules: readonly LevelRules[] = []): LineState {
  if (state.levels[level] || keepsStoresOnly(rules[level])) return state;
  return withCopy(state, level, { dirty: false, cells: fetched(state, level, rules) });
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
  const moved = nextHolders(state, level, rules).reduce((line, next) => {
    if (!rules[next]?.takesCleanVictims || line.levels[next]) return line;
    const victim = part(copy.cells, rules[next])!;
    return withCopy(line, next, { dirty: false, cells: overlaid(fetched(line, next, rules), victim) });
  }, dropped);
  return moved === dropped ? [dropped] : [dropped, moved];
}

/** A store by the CPU: allocates, and marks the copy dirty or goes on outwards, as the level's policy is. */
export function storeCell(state: LineState, cell: number, value: number, rules: readonly LevelRules[]): LineState {
  let next = state;
  for (const [level, own] of rules.entries()) {
    if (!holds(own, cell)) continue;
    const cells = replaced(held(next, level, rules), cell, value);
    if (isKept(own)) return withCopy(next, level, { dirty: true, cells });
    // Write-through keeps its copy up to date where it has one and goes on; read-only drops it.
    next = next.levels[level]
      ? withCopy(next, level, own.writePolicy === "write-through" ? { dirty: false, cells } : undefined)
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
 * @param written the cells that are written
 * @param dirties those levels, as indexes
 */
export function dmaWrite(
  state: LineState,
  written: HeldCells,
  port: number,
  dirties: readonly number[] = [],
  rules: readonly LevelRules[] = [],
): LineState[] {
  const smaller = rules.slice(port).find((level) => part(written, level) && rest(written, level));
  if (smaller) {
    const [some, others] = [part(written, smaller)!, rest(written, smaller)!];
    return dmaWrite(state, some, port, dirties, rules).flatMap((after) =>
      dmaWrite(after, others, port, dirties, rules),
    );
  }
  const isWritten = (level: number) => level >= port && part(written, rules[level]) !== undefined;
  const through: LineState = {
    ...state,
    memory: overlaid(state.memory, written),
    levels: state.levels.map((copy, level) =>
      copy && isWritten(level) ? { dirty: copy.dirty, cells: overlaid(copy.cells, written) } : copy,
    ),
  };
  const kept = dirties.filter(isWritten).map((at): LineState => {
    let line = state;
    let taken = held(state, at, rules);
    for (let level = at - 1; level >= port; level--) {
      const copy = state.levels[level];
      if (!copy || !isWritten(level)) continue;
      const beside = copy.dirty ? rest(copy.cells, rules[at]) : undefined;
      if (beside) line = writeOutwards(line, level, beside, rules);
      taken = overlaid(taken, part(copy.cells, rules[at])!);
      line = withCopy(line, level, undefined);
    }
    return withCopy(line, at, { dirty: true, cells: overlaid(taken, written) });
  });
  return [through, ...kept];
}

/** One cell of a line, and nothing of the others. */
export function onlyCell({ memory }: LineState, cell: number, value: number): HeldCells {
  return memory.map((_, index) => (index === cell ? value : undefined));
}

/**
 * Writing a line back: the next level takes it as dirty if it is a write-back level, as part of its own line where that is
 * larger; another one keeps its copy, if it has one, up to date or drops it, and passes the line on, at last to memory.
 * @param rules those of all levels; levels without any are write-back
 */
function writeOutwards(state: LineState, level: number, cells: HeldCells, rules: readonly LevelRules[]): LineState {
  const next = level + 1;
  if (next >= state.levels.length) return { ...state, memory: overlaid(state.memory, cells) };
  const taken = part(cells, rules[next]);
  const beyond = rest(cells, rules[next]);
  const line = beyond ? writeOutwards(state, next, beyond, rules) : state;
  if (!taken) return line;
  if (isKept(rules[next]))
    return withCopy(line, next, { dirty: true, cells: overlaid(held(line, next, rules), taken) });
  const copy = line.levels[next];
  const kept =
    copy && rules[next]?.writePolicy === "write-through"
      ? { dirty: false, cells: overlaid(copy.cells, taken) }
      : undefined;
  return writeOutwards(withCopy(line, next, kept), next, taken, rules);
}

/** What a level holds of the line, or would hold after a miss. */
function held(state: LineState, level: number, rules: readonly LevelRules[]): HeldCells {
  const copy = state.levels[level];
  if (copy) return copy.cells;
  return keepsStoresOnly(rules[level]) ? state.memory.map(() => undefined) : fetched(state, level, rules);
}

/** Whether what is written to a level stays there. */
function isKept(rules: LevelRules | undefined): boolean {
  return rules === undefined || rules.writePolicy === "write-back" || keepsStoresOnly(rules);
}

function keepsStoresOnly(rules: LevelRules | undefined): boolean {
  return rules?.writePolicy === "write-buffer";
}

/** What a level without a copy fetches from the next ones. */
function fetched(state: LineState, level: number, rules: readonly LevelRules[]): HeldCells {
  return part(cellsSeenFrom(state, level + 1), rules[level])!;
}

/** The nearest levels outside that hold a cell of the line of this level: several where their lines are smaller. */
function nextHolders({ levels }: LineState, level: number, rules: readonly LevelRules[]): number[] {
  const holders = new Set<number>();
  let left: HeldCells | undefined = levels[level]?.cells;
  for (let at = level + 1; left && at < levels.length; at++) {
    if (part(left, rules[at])) holders.add(at);
    left = rest(left, rules[at]);
  }
  return [...holders];
}

/** Whether the level's line holds a cell. */
export function holds(rules: LevelRules | undefined, cell: number): boolean {
  return rules?.cells?.includes(cell) ?? true;
}

/** Those of some cells that a level's line holds; undefined where it holds none of them. */
export function part(cells: HeldCells, rules: LevelRules | undefined): HeldCells | undefined {
  if (!rules?.cells) return cells;
  const within = cells.map((value, cell) => (holds(rules, cell) ? value : undefined));
  return within.some((value) => value !== undefined) ? within : undefined;
}

/** Those of some cells that it does not hold; undefined where it holds all. */
export function rest(cells: HeldCells, rules: LevelRules | undefined): HeldCells | undefined {
  if (!rules?.cells) return undefined;
  const left = cells.map((value, cell) => (holds(rules, cell) ? undefined : value));
  return left.some((value) => value !== undefined) ? left : undefined;
}

function isWhole(cells: HeldCells): cells is Cells {
  return !cells.includes(undefined);
}

/** The cells of one line with those of a part of it in their places. */
export function overlaid<Line extends HeldCells>(line: Line, over: HeldCells): Line;
export function overlaid(line: HeldCells, over: HeldCells): HeldCells {
  return isWhole(over) ? over : line.map((value, cell) => over[cell] ?? value);
}

function withCopy(state: LineState, level: number, copy: LineCopy | undefined): LineState {
  const levels = [...state.levels];
  levels[level] = copy;
  return { ...state, levels };
}

function replaced<Line extends HeldCells>(cells: Line, cell: number, value: number): Line;
function replaced(cells: HeldCells, cell: number, value: number): HeldCells {
  const next = [...cells];
  next[cell] = value;
  return next;
}
