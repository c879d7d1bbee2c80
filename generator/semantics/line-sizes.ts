// Levels whose lines have unlike sizes. What is followed is one line of the largest; a level with smaller ones has an entry
// for each of its lines in it, with a copy of its own. SEMANTICS.md, section 4.
import type { CacheLevel, ResolvedCore } from "../model/chip.ts";
import type { LevelEntry } from "./instruction.ts";
import type { LevelRules } from "./line-state.ts";
import { rulesOfLevel } from "./ports.ts";

/** A level, as an index among the core's, with the size that its lines have. */
export interface SizedLevel {
  readonly level: number;
  readonly lineBytes: number;
}

/** A line of a level within the line that is followed. */
export interface Entry extends SizedLevel {
  readonly offsetBytes: number;
}

/**
 * The lines that hold any of the cells, level by level.
 * @param cells offset of each cell in the line that is followed, in bytes
 */
export function entriesOf(levels: readonly SizedLevel[], cells: readonly number[]): Entry[] {
  return levels.flatMap((sized) => {
    const offsets = new Set(cells.map((offset) => startWithin(offset, sized.lineBytes)));
    return [...offsets].sort((a, b) => a - b).map((offsetBytes) => ({ ...sized, offsetBytes }));
  });
}

/** What may happen at an entry: what its level allows, for the cells that it holds. */
export function rulesOfEntry(entry: Entry, cells: readonly number[], core: ResolvedCore): LevelRules {
  const rules = rulesOfLevel(core.caches[entry.level]!);
  const held = cells.flatMap((offset, cell) =>
    startWithin(offset, entry.lineBytes) === entry.offsetBytes ? [cell] : [],
  );
  return held.length === cells.length ? rules : { ...rules, cells: held };
}

/** The entries behind an address that only some of the levels cache. */
export function entriesThrough(line: SizedLine, view: readonly number[]): SizedLine {
  return { ...line, entries: view.map((index) => line.entries[index]!) };
}

/** What an operation acts on at one moment. */
export interface MaintainedPart {
  /** The lines of the smallest size in it, as numbers from the start of the line that is followed. */
  readonly lines: readonly number[];
  readonly entries: readonly LevelEntry[];
}

/** A line of the largest size, with what the levels have of it. */
export interface SizedLine {
  readonly lineBytes: number;
  readonly levels: readonly SizedLevel[];
  readonly entries: readonly Entry[];
}

/** The size by which order tells lines apart. */
export function smallestOf({ lineBytes, levels }: Pick<SizedLine, "lineBytes" | "levels">): number {
  return Math.min(lineBytes, ...levels.map((sized) => sized.lineBytes));
}

/**
 * An operation acts at each level on that level's lines with an address in them that it was given. One that was given
 * several addresses takes the smallest lines that it knows one after the other, in any order.
 * @param actedOn the levels that it acts on
 * @param first offset of the first address that it was given, and `last` of the last; both within the line
 */
export function partsMaintained(
  line: SizedLine,
  actedOn: readonly number[],
  first: number,
  last: number,
): MaintainedPart[] {
  const own = line.levels.filter(({ level }) => actedOn.includes(level));
  const unit = Math.min(line.lineBytes, ...own.map(({ lineBytes }) => lineBytes));
  const smallest = smallestOf(line);
  const parts: MaintainedPart[] = [];
  for (let start = startWithin(first, unit); start <= last; start += unit) {
    const entries = line.entries.flatMap(({ level, lineBytes, offsetBytes }, index) =>
      offsetBytes < start + unit && start < offsetBytes + lineBytes ? [{ level, index }] : [],
    );
    const lines = Array.from({ length: unit / smallest }, (_, index) => start / smallest + index);
    const isKnown = parts.some(({ entries: known }) => JSON.stringify(known) === JSON.stringify(entries));
    if (!isKnown) parts.push({ lines, entries });
  }
  return parts;
}

/** The sizes that the lines of a level may have. */
export function possibleSizes({ smallestLineBytes, largestLineBytes }: CacheLevel): number[] {
  const sizes: number[] = [];
  for (let bytes = smallestLineBytes; bytes <= largestLineBytes; bytes *= 2) sizes.push(bytes);
  return sizes;
}

/** Whether two levels have lines of one size, because one register says it for both. */
export function haveOneSize(one: CacheLevel, other: CacheLevel, { architecture }: ResolvedCore): boolean {
  const register = one.lineSize?.register;
  // The architecture's says how large the smallest line of all levels is.
  if (register === undefined || register === architecture.lineSize?.register) return false;
  return register === other.lineSize?.register;
}

/** Whether a line of one level may hold several of another. */
export function mayHoldSeveral(outer: CacheLevel, inner: CacheLevel, core: ResolvedCore): boolean {
  return outer.largestLineBytes > inner.smallestLineBytes && !haveOneSize(outer, inner, core);
}

function startWithin(offset: number, lineBytes: number): number {
  return offset - (offset % lineBytes);
}
