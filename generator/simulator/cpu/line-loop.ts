// A fence's loop over the lines of a stretch: operations on one line after the other, which are one operation on the stretch once all of them
// have come. Nothing is called between them, so that their place in the program is the same.
import type { MaintenanceMeaning } from "../../program/interpret.ts";
import type { Line } from "../memory/line.ts";
import type { SimulatedMemory } from "../memory/simulated-memory.ts";

/** What has come of a loop. */
interface Begun {
  /** From the first line to the last that has come. */
  readonly meaning: MaintenanceMeaning;
  readonly stretch: Line;
  readonly lines: number;
}

export class LineLoop {
  readonly #memory: SimulatedMemory;
  #begun: Begun | undefined;

  constructor(memory: SimulatedMemory) {
    this.#memory = memory;
  }

  get isBegun(): boolean {
    return this.#begun !== undefined;
  }

  /** Whether all lines of the stretch have come. */
  get isComplete(): boolean {
    return this.#begun !== undefined && this.#begun.lines === this.#begun.stretch.place.lines;
  }

  /** Takes an operation if it is the next of the loop, or begins one. @returns whether it was taken */
  take(meaning: MaintenanceMeaning): boolean {
    const { first, last } = meaning;
    if (first === undefined || last === undefined) return false;
    const { line, offset } = this.#memory.locate(first);
    const { lines, sized } = line.place;
    const at = Math.floor(offset / sized.lineBytes);
    if (lines === 1 || last >= first + BigInt(sized.lineBytes - (offset % sized.lineBytes))) return false;
    const before = this.#begun;
    const isNext = before
      ? before.stretch === line && before.lines === at && areAlike(before.meaning, meaning)
      : at === 0;
    if (!isNext) return false;
    this.#begun = { meaning: { ...meaning, first: before?.meaning.first ?? first }, stretch: line, lines: at + 1 };
    return true;
  }

  /** Ends the loop. @returns what has come of it, as one operation; undefined where nothing has */
  end(): MaintenanceMeaning | undefined {
    const meaning = this.#begun?.meaning;
    this.#begun = undefined;
    return meaning;
  }
}

/** Whether two operations do the same, each to its lines. */
function areAlike(one: MaintenanceMeaning, other: MaintenanceMeaning): boolean {
  return (
    one.mechanism === other.mechanism &&
    one.operation === other.operation &&
    one.effective === other.effective &&
    one.masked === other.masked &&
    one.after === other.after &&
    one.isReadBackBetween === other.isReadBackBetween
  );
}
