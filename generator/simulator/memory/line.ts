// One line of a simulated chip's memory with what caches have of it, as it is and as it was at each time.
import type { Region } from "../../model/chip.ts";
import { type SizedLine, smallestOf } from "../../semantics/line-sizes.ts";
import { type LevelRules, type LineState, seenThrough, through } from "../../semantics/line-state.ts";

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
  /** Counted in the order in which lines were touched. */
  readonly index: number;
  readonly region: Region;
  /** What the core's levels may have of the line, at whichever address, and the caches in front of masters. */
  readonly sized: SizedLine;
  /** For each way in which an address of the memory is cached, the entries of the core's levels that lie behind it. */
  readonly views: readonly View[];
}

export class Line {
  readonly place: LinePlace;
  #history: Moment[];
  #observations: Observation[] = [];

  constructor(place: LinePlace, state: LineState) {
    this.place = place;
    this.#history = [{ time: 0, state, act: (each) => each }];
  }

  get base(): bigint {
    return this.place.base;
  }

  get sized(): SizedLine {
    return this.place.sized;
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

  rulesOf(view: View): LevelRules[] {
    return view.map((entry) => this.sized.levels.rules[entry]!);
  }

  /** The line of the smallest size, as order sees it, in which a cell lies. */
  numberOf(cell: number): number {
    const smallest = smallestOf(this.sized);
    return (this.place.index * this.sized.lineBytes) / smallest + Math.floor(cell / smallest);
  }

  seenAt(time: number, view: View): LineState {
    return seenThrough(this.stateAt(time), view);
  }

  #through(view: View, act: (seen: LineState, rules: readonly LevelRules[]) => LineState): Act {
    const rules = this.rulesOf(view);
    return (state) => {
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
