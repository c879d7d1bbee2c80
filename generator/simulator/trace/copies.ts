// Where the copies of one byte were at each time, from how its line was.
import type { LineCopy } from "../../semantics/line-state.ts";
import type { Line, View } from "../memory/line.ts";

export class Copies {
  readonly #line: Line;
  readonly #offset: number;
  readonly #view: View;

  /** @param offset of the byte in the line @param view the entries of the line behind which the byte was accessed, inner to outer */
  constructor(line: Line, offset: number, view: View) {
    this.#line = line;
    this.#offset = offset;
    this.#view = view;
  }

  inMemory(time: number): number {
    return this.#line.byteInMemory(time, this.#offset);
  }

  /** Entries with this value, inner to outer. @param which all, or those that write it back */
  holding(value: number, time: number, which: "all" | "dirty" = "all"): number[] {
    const { levels } = this.#line.stateAt(time);
    return this.#view.filter(
      (entry) => this.#byteOf(levels[entry]) === value && (which === "all" || levels[entry]!.dirty),
    );
  }

  isHeldDirty(time: number): boolean {
    const { levels } = this.#line.stateAt(time);
    return this.#view.some((entry) => levels[entry]?.dirty === true && this.#byteOf(levels[entry]) !== undefined);
  }

  /** Entries of caches in front of masters with this value. */
  inFront(value: number, time: number): number[] {
    const { front } = this.#line.stateAt(time);
    return [...front.keys()].filter((entry) => this.#byteOf(front[entry]) === value);
  }

  /** Since when an entry has had, without a break, the value that it has at a time. */
  heldSince(entry: number, until: number): number {
    const value = this.#byteOf(this.#line.stateAt(until).levels[entry]);
    let since = until;
    for (const { time, state } of this.#line.history.toReversed()) {
      if (time > until) continue;
      if (this.#byteOf(state.levels[entry]) !== value) break;
      since = time;
    }
    return since;
  }

  /** When memory lost a value that it had; undefined where it did not, or nobody asked how the line was before. */
  lostFromMemory(value: number, from: number, until: number): number | undefined {
    let had = false;
    for (const { time, state } of this.#line.history) {
      if (time > until) break;
      const has = this.#line.byteOf(state.memory[this.#line.cellOf(this.#offset)]!, this.#offset) === value;
      if (had && !has && time >= from) return time;
      had = has;
    }
    return undefined;
  }

  #byteOf(copy: LineCopy | undefined): number | undefined {
    const value = copy?.cells[this.#line.cellOf(this.#offset)];
    return value === undefined ? undefined : this.#line.byteOf(value, this.#offset);
  }
}
