// Levels whose lines have unlike sizes. What is followed is one line of the largest; a level with smaller ones has an entry
// for each of its lines in it, with a copy of its own. SEMANTICS.md, section 4.
import type { CacheLevel, ResolvedCore } from "../model/chip.ts";
import { cachesActedOn, type ExecutedOperation, type LineEntries } from "./instruction.ts";
import type { LevelRules } from "./line-state.ts";
import { rulesOfLevel } from "./ports.ts";

/** A level, as an index among the core's, with the size that its lines have. */
export interface SizedLevel {
  readonly level: number;
  readonly lineBytes: number;
}

/** A line of a level within the line that is followed. */
export interface CacheLine extends SizedLevel {
  readonly offsetBytes: number;
}

/**
 * The lines that hold any of the cells, level by level.
 * @param cells offset of each cell in the line that is followed, in bytes
 */
function entriesOf(levels: readonly SizedLevel[], cells: readonly number[]): CacheLine[] {
  return levels.flatMap((sized) => {
    const offsets = new Set(cells.map((offset) => startWithin(offset, sized.lineBytes)));
    return [...offsets].sort((a, b) => a - b).map((offsetBytes) => ({ ...sized, offsetBytes }));
  });
}

/** What may happen at an entry: what its level allows, for the cells that it holds. */
function rulesOfEntry(entry: CacheLine, cells: readonly number[], caches: readonly CacheLevel[]): LevelRules {
  const rules = rulesOfLevel(caches[entry.level]!);
  const held = cells.flatMap((offset, cell) =>
    startWithin(offset, entry.lineBytes) === entry.offsetBytes ? [cell] : [],
  );
  return held.length === cells.length ? rules : { ...rules, cells: held };
}

/** The core's levels, or the caches in front of masters, with what they have of a line. */
export interface SizedSide {
  readonly sized: readonly SizedLevel[];
  readonly entries: readonly CacheLine[];
  /** Of each entry. */
  readonly rules: readonly LevelRules[];
}

/** @param caches all of that side, among which the sized ones are indexes */
export function sizedSide(
  sized: readonly SizedLevel[],
  cells: readonly number[],
  caches: readonly CacheLevel[],
): SizedSide {
  const entries = entriesOf(sized, cells);
  return { sized, entries, rules: entries.map((entry) => rulesOfEntry(entry, cells, caches)) };
}

/** A line of the largest size. */
export interface SizedLine {
  readonly lineBytes: number;
  readonly levels: SizedSide;
  readonly front: SizedSide;
}

/** The size by which order tells lines apart. */
export function smallestOf({ lineBytes, levels, front }: SizedLine): number {
  return Math.min(lineBytes, ...[...levels.sized, ...front.sized].map((each) => each.lineBytes));
}

/** The caches of the line that an operation acts on. */
export function actedOn(line: SizedLine, executed: ExecutedOperation, core: ResolvedCore): SizedLevel[] {
  const ofSide = ({ entries, sized }: SizedSide, caches: readonly CacheLevel[]) => {
    const present = [...new Set(entries.map(({ level }) => level))];
    const acted = cachesActedOn(executed, caches, present);
    return sized.filter(({ level }) => acted.includes(level));
  };
  return [...ofSide(line.levels, core.caches), ...ofSide(line.front, core.masterCaches)];
}

/** What an operation acts on at one moment. */
export interface MaintainedPart {
  /** The lines of the smallest size in it, as numbers from the start of the line that is followed. */
  readonly lines: readonly number[];
  readonly entries: LineEntries;
}

/**
 * An operation acts at each level on that level's lines with an address in them that it was given. One that was given
 * several addresses takes the smallest lines that it knows one after the other, in any order.
 * @param acted what it acts on
 * @param first offset of the first address that it was given, and `last` of the last; both within the line
 */
export function partsMaintained(
  line: SizedLine,
  acted: readonly SizedLevel[],
  first: number,
  last: number,
): MaintainedPart[] {
  const unit = Math.min(line.lineBytes, ...acted.map(({ lineBytes }) => lineBytes));
  const smallest = smallestOf(line);
  const parts: MaintainedPart[] = [];
  for (let start = startWithin(first, unit); start <= last; start += unit) {
    const within = ({ entries }: SizedSide) =>
      entries.flatMap(({ level, lineBytes, offsetBytes }, index) =>
        offsetBytes < start + unit && start < offsetBytes + lineBytes ? [{ level, index }] : [],
      );
    const entries: LineEntries = { levels: within(line.levels), front: within(line.front) };
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
