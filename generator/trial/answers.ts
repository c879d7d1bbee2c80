// What looks have been found to give. The CPU may perform what comes behind a look before it; the driver is then told, for what it does
// meanwhile, each answer that some execution has shown, and the executions in which another is found are dropped. An answer that nobody has
// found is never told, so that no value comes out of thin air.
import type { Answer, Asking } from "./item.ts";

export class Answers {
  readonly #found = new Map<string, Map<string, Answer>>();
  /** How many there are. */
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Those that are known, in the order in which they were found. */
  of({ question, kind }: Asking): readonly Answer[] {
    // A register says yes or no from the start.
    if (kind === "status") return [[0], [1]];
    return [...(this.#found.get(question)?.values() ?? [])];
  }

  learn({ question, kind }: Asking, answer: Answer): void {
    if (kind === "status") return;
    const known = this.#found.get(question) ?? new Map<string, Answer>();
    this.#found.set(question, known);
    const key = answer.join();
    if (known.has(key)) return;
    known.set(key, answer);
    this.#size++;
  }
}
