// The states of a line that an exploration meets are few, and the same happens to each again and again. So each is one object, with a
// number, and what may happen to it is worked out once.
import type { LineState } from "../semantics/line-state.ts";

export interface KnownLine extends LineState {
  /** From 0 on, in the order in which they were met. */
  readonly id: number;
}

export class KnownLines {
  readonly #byText = new Map<string, KnownLine>();

  /** The one object for a line like this. */
  of(line: LineState): KnownLine {
    const text = textOf(line);
    let known = this.#byText.get(text);
    if (!known) {
      known = { ...line, id: this.#byText.size };
      this.#byText.set(text, known);
    }
    return known;
  }

  /** What may become of a line by something that looks at nothing but the line. */
  after(work: (line: KnownLine) => readonly LineState[]): (line: KnownLine) => readonly KnownLine[] {
    return once((line) => work(line).map((after) => this.of(after)));
  }
}

/** A function of a line that is asked for each line once. */
export function once<Result>(work: (line: KnownLine) => Result): (line: KnownLine) => Result {
  const results: Result[] = [];
  return (line) => {
    const known = results[line.id];
    if (known !== undefined) return known;
    const result = work(line);
    results[line.id] = result;
    return result;
  };
}

/** Two lines with the same text are the same line. No cell has the value 15: that stands for one which a copy does not hold. */
function textOf({ memory, levels, front }: LineState): string {
  let text = String.fromCharCode(memory[0]! | (memory[1]! << 4));
  for (const copies of [levels, front])
    for (const copy of copies)
      text += String.fromCharCode(
        copy ? 1 | (copy.dirty ? 2 : 0) | ((copy.cells[0] ?? 15) << 4) | ((copy.cells[1] ?? 15) << 8) : 0,
      );
  // Of a buffer and of its descriptor, or of its other address, the copies may differ in number.
  return `${levels.length} ${text}`;
}
