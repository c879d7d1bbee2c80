// Citations at the foot of a text, each once: beside the sentences that rest on them they would be most of what there is to read.
import type { Citation } from "../model/chip.ts";
import { citationText } from "../model/citations.ts";

export class Footnotes {
  readonly #texts: string[] = [];

  /** ` [1, 4]`, behind what rests on them; empty where nothing is cited. */
  marks(sources: readonly Citation[]): string {
    const numbers = sources.map((source) => this.#numberOf(citationText(source)));
    return numbers.length === 0 ? "" : ` [${[...new Set(numbers)].sort((a, b) => a - b).join(", ")}]`;
  }

  /** In the order of their numbers. */
  get texts(): readonly string[] {
    return this.#texts;
  }

  #numberOf(text: string): number {
    const known = this.#texts.indexOf(text);
    return known === -1 ? this.#texts.push(text) : known + 1;
  }
}
