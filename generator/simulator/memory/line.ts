// One line of a simulated chip's memory with what caches have of it, as it is and as it was at each time; or a stretch of lines of which each
// is as the others are.
import type { Region } from "../../model/chip.ts";
import { type SizedLine, smallestOf } from "../../semantics/line-sizes.ts";
import {
  type HeldCells,
  type LevelRules,
  type LineCopy,
  type LineState,
  seenThrough,
  through,
} from "../../semantics/line-state.ts";
import type { Contents } from "./contents.ts";

/** Indexes among a line's entries, inner to outer; empty for an uncached address. */
export type View = readonly number[];

/** What something does to a line. Done again to another state, it may choose otherwise where it has a choice. */
export type Act = (state: LineState) => LineState;

/** How the line is from a time on, and what made it so. */
export interface Moment {
  readonly time: number;
  readonly state: LineState;
  readonly act: Act;
}

/** Something that was read at a time, and must be found there whatever is found out later about the time before. */
interface Observation {
  readonly time: number;
  readonly isSeenIn: (state: LineState) => boolean;
}

export interface LinePlace {
  readonly base: bigint;
  /** How many lines from there on it is. */
  readonly lines: number;
  /** Counted in the order in which lines were touched. */
  readonly index: number;
  readonly region: Region;
  /** What the core's levels may have of the line, at whichever address, and the caches in front of masters; a cell is a byte. */
  readonly sized: SizedLine;
  /** For each way in which an address of the memory is cached, the entries of the core's levels that lie behind it. */
  readonly views: readonly View[];
}

/** How a line is followed of which nobody has accessed a part: a cell is a line of the smallest size, or a stretch of lines. */
export interface Wholes {
  readonly sized: SizedLine;
  readonly contents: Contents;
}

export class Line {
  readonly place: LinePlace;
  /** Of a cell as long as nobody has accessed a part. */
  readonly #wholeBytes: number;
  readonly #firstNumber: number;
  #cellBytes: number;
  /** Left out where a cell is a byte. */
  #wholes: Wholes | undefined;
  /** Whether whole lines have been accessed: before that, what has been done to the line is the same whatever a cell is. */
  #isAccessed = false;
  #history: Moment[];
  #observations: Observation[] = [];
  #since = 0;

  /** @param wholes left out where a cell is a byte from the beginning */
  constructor(place: LinePlace, state: LineState, wholes?: Wholes) {
    this.place = place;
    const smallest = smallestOf(place.sized);
    this.#wholeBytes = smallest * place.lines;
    this.#firstNumber = (place.index * place.sized.lineBytes) / smallest;
    this.#cellBytes = wholes ? this.#wholeBytes : 1;
    this.#wholes = wholes;
    this.#history = [{ time: 0, state, act: (each) => each }];
  }

  get base(): bigint {
    return this.place.base;
  }

  get lengthBytes(): number {
    return this.place.lines * this.place.sized.lineBytes;
  }

  /** Where the one line of it begins in which a byte lies. */
  baseOf(offset: number): bigint {
    return this.base + BigInt(offset - (offset % this.place.sized.lineBytes));
  }

  /** With its cells as they are now. */
  get sized(): SizedLine {
    return this.#wholes?.sized ?? this.place.sized;
  }

  /** All of the core's levels. */
  get wholeView(): View {
    return wholeViewOf(this.place.sized);
  }

  /** How many bytes a cell has. */
  get cellBytes(): number {
    return this.#cellBytes;
  }

  /** Before which nothing can be found to have been done: since when its cells are what they are. */
  get since(): number {
    return this.#since;
  }

  /** Where a cell is a byte and whole cells were accessed before: how many bytes these had; undefined elsewhere. */
  get formerCellBytes(): number | undefined {
    return this.#isAccessed && !this.#wholes ? this.#wholeBytes : undefined;
  }

  get state(): LineState {
    return this.#history.at(-1)!.state;
  }

  /** Oldest first. */
  get history(): readonly Moment[] {
    return this.#history;
  }

  stateAt(time: number): LineState {
    return this.#history[this.#indexAt(time)]!.state;
  }

  cellOf(offset: number): number {
    return Math.floor(offset / this.cellBytes);
  }

  /** What a cell has that holds these bytes. */
  valueOf(bytes: Uint8Array): number {
    return this.#wholes ? this.#wholes.contents.add(bytes) : bytes[0]!;
  }

  /** The bytes of a cell that has a value. */
  bytesOf(value: number): Uint8Array {
    return this.#wholes ? this.#wholes.contents.bytesOf(value) : Uint8Array.of(value);
  }

  /** A byte of memory behind all caches at a time. */
  byteInMemory(time: number, offset: number): number {
    return this.byteOf(this.stateAt(time).memory[this.cellOf(offset)]!, offset);
  }

  /** A byte of a cell that has a value. @param offset in the line */
  byteOf(value: number, offset: number): number {
    return this.bytesOf(value)[offset % this.cellBytes]!;
  }

  /** Whether whole cells can be accessed: a length of bytes from an offset, with nothing known of parts. */
  isWhole(offset: number, lengthBytes: number): boolean {
    return this.#wholes !== undefined && offset % this.cellBytes === 0 && lengthBytes % this.cellBytes === 0;
  }

  /** Nobody has accessed the line, or whole cells of it alone. */
  get isOpen(): boolean {
    return this.#wholes !== undefined && !this.#isAccessed;
  }

  /** Whether whole cells of it have been accessed, and nothing else. */
  get isFollowedWhole(): boolean {
    return this.#wholes !== undefined && this.#isAccessed;
  }

  /** Whole cells of it are accessed from now on. */
  followWhole(): void {
    this.#isAccessed = true;
  }

  /**
   * A cell is a byte from now on; of a stretch, `part` gives each line. Nothing that is done later is found to have been done before,
   * where whole cells have been accessed.
   */
  followBytes(now: number): void {
    const wholes = this.#wholes;
    if (!wholes) return;
    this.#history = this.#historyWith((cells) =>
      cells.flatMap((value) =>
        value === undefined
          ? Array.from({ length: this.#cellBytes }, () => undefined)
          : [...wholes.contents.bytesOf(value)],
      ),
    );
    this.#wholes = undefined;
    this.#cellBytes = 1;
    if (!this.#isAccessed) return;
    this.#since = now;
    this.#observations = [];
  }

  /**
   * Some lines of a stretch, which are followed by themselves from now on. Nothing that is done to them later is found to have been done
   * before.
   */
  part(place: LinePlace, now: number): Line {
    const { contents } = this.#wholes!;
    const part = new Line(place, this.state, this.#wholes);
    const from = Number(place.base - this.base);
    const within = (value: number) => contents.add(contents.bytesOf(value).subarray(from, from + part.lengthBytes));
    part.#history = this.#historyWith((cells) =>
      cells.map((value) => (value === undefined ? undefined : within(value))),
    );
    part.#isAccessed = this.#isAccessed;
    part.#since = now;
    return part;
  }

  #historyWith(cut: (cells: HeldCells) => HeldCells): Moment[] {
    const cutCopy = (copy: LineCopy | undefined) => copy && { dirty: copy.dirty, cells: cut(copy.cells) };
    return this.#history.map(({ state, ...moment }) => ({
      ...moment,
      state: {
        memory: cut(state.memory) as number[],
        levels: state.levels.map(cutCopy),
        front: state.front.map(cutCopy),
      },
    }));
  }

  /**
   * @param time undefined where nobody asks how the line was before
   * @param mayMatterLater whether to remember what changes nothing now: it may once something is found to have come before
   */
  change(time: number | undefined, act: Act, mayMatterLater = false): void {
    const state = act(this.state);
    if (time === undefined) this.#history[0] = { time: 0, state, act };
    else if (state !== this.state || mayMatterLater) this.#history.push({ time, state, act });
  }

  /** Through an address behind which only some of its levels lie. */
  changeThrough(
    time: number | undefined,
    view: View,
    act: (seen: LineState, rules: readonly LevelRules[]) => LineState,
    mayMatterLater = false,
  ): void {
    this.change(time, this.#through(view, act), mayMatterLater);
  }

  /** Remembers what was read at a time. */
  observe(time: number, isSeenIn: Observation["isSeenIn"]): void {
    this.#observations.push({ time, isSeenIn });
  }

  /**
   * Lets something have been done at an earlier time, and everything after it once more. Nothing changes where that cannot be: where
   * something else would have been read since then.
   * @returns whether it was done
   */
  changeEarlier(time: number, act: Act): boolean {
    const at = this.#indexAt(time);
    const changed = act(this.#history[at]!.state);
    if (changed === this.#history[at]!.state) return true;
    const before = this.#history.slice(0, at + 1);
    const moments: Moment[] = [{ time, state: changed, act }];
    for (const moment of this.#history.slice(at + 1)) {
      const { state } = moments.at(-1)!;
      moments.push({ ...moment, state: moment.act(state) });
    }
    const isSeen = this.#observations.every(
      (observed) =>
        observed.time <= time || observed.isSeenIn(moments.findLast((each) => each.time <= observed.time)!.state),
    );
    if (isSeen) this.#history = [...before, ...moments];
    return isSeen;
  }

  /** The same, through an address behind which only some of its levels lie. */
  changeThroughEarlier(
    time: number,
    view: View,
    act: (seen: LineState, rules: readonly LevelRules[]) => LineState,
  ): boolean {
    return this.changeEarlier(time, this.#through(view, act));
  }

  rulesOf(view: View): readonly LevelRules[] {
    return rulesBehind(this.sized, view);
  }

  /** The line of the smallest size, as order sees it, in which a byte lies; a stretch is one. */
  numberOf(offset: number): number {
    return this.#firstNumber + Math.floor(offset / this.#wholeBytes);
  }

  seenAt(time: number, view: View): LineState {
    return this.seen(this.stateAt(time), view);
  }

  /** As an access sees it. */
  seen(state: LineState, view: View): LineState {
    return view.length === state.levels.length ? state : seenThrough(state, view);
  }

  #through(view: View, act: (seen: LineState, rules: readonly LevelRules[]) => LineState): Act {
    // Asked for when it is done: what a cell is may be another by then.
    return (state) => {
      const rules = this.rulesOf(view);
      if (view.length === state.levels.length) return act(state, rules);
      let isSame = false;
      const next = through(state, view, (seen) => {
        const after = act(seen, rules);
        isSame = after === seen;
        return after;
      });
      return isSame ? state : next;
    };
  }

  #indexAt(time: number): number {
    let low = 0;
    let high = this.#history.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#history[middle]!.time <= time) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

const wholeViews = new WeakMap<SizedLine, View>();

function wholeViewOf(sized: SizedLine): View {
  const view = wholeViews.get(sized) ?? [...sized.levels.entries.keys()];
  wholeViews.set(sized, view);
  return view;
}

const known = new WeakMap<SizedLine, Map<View, readonly LevelRules[]>>();

/** The rules of the entries behind an address. */
function rulesBehind(sized: SizedLine, view: View): readonly LevelRules[] {
  const ofLine = known.get(sized) ?? new Map<View, readonly LevelRules[]>();
  known.set(sized, ofLine);
  const rules = ofLine.get(view) ?? view.map((entry) => sized.levels.rules[entry]!);
  ofLine.set(view, rules);
  return rules;
}
