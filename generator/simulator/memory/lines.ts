// The lines of a simulated chip's memory that somebody has touched, by address: each by itself, or a stretch of them as one.
import type { Line, LinePlace } from "./line.ts";

export class Lines {
  readonly #lineBytes: number;
  /** A stretch is there for each of its lines. */
  readonly #byBase = new Map<bigint, Line>();
  readonly #all: Line[] = [];
  readonly #cached: Line[] = [];
  #count = 0;
  #hasStretches = false;

  constructor(lineBytes: number) {
    this.#lineBytes = lineBytes;
  }

  /** In the order in which they were touched; the parts of a stretch come where that was. */
  get all(): readonly Line[] {
    return this.#all;
  }

  /** Those that the core's levels may fill by themselves at some address. */
  get cached(): readonly Line[] {
    return this.#cached;
  }

  /** Whether any line is a stretch, or was one. */
  get hasStretches(): boolean {
    return this.#hasStretches;
  }

  /** @param base where a line begins */
  at(base: bigint): Line | undefined {
    return this.#byBase.get(base);
  }

  /** @param line makes it, with its number in the order of all */
  add(line: (index: number) => Line): Line {
    const added = line(this.#count++);
    this.#place(added);
    this.#all.push(added);
    this.#hasStretches ||= added.place.lines > 1;
    if (added.place.views.length > 0) this.#cached.push(added);
    return added;
  }

  /** Makes two of a stretch. @param lines how many are in the first */
  cut(stretch: Line, lines: number, now: number): void {
    const { place } = stretch;
    const part = (from: number, count: number) => {
      const base = place.base + BigInt(from * this.#lineBytes);
      const own: LinePlace = { ...place, base, lines: count, index: this.#count++ };
      return stretch.part(own, now);
    };
    const parts = [part(0, lines), part(lines, place.lines - lines)];
    for (const each of parts) this.#place(each);
    for (const list of [this.#all, this.#cached]) {
      const at = list.indexOf(stretch);
      if (at !== -1) list.splice(at, 1, ...parts);
    }
  }

  #place(line: Line): void {
    for (let index = 0; index < line.place.lines; index++)
      this.#byBase.set(line.base + BigInt(index * this.#lineBytes), line);
  }
}
