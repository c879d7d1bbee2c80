// Whatever is left to chance in a run, turn by turn. Each turn has numbers of its own, so that a run can be repeated with
// some of its turns left out and the others as they were.
import { mixed, Random } from "./random.ts";

export type LeftOpen = "seed" | "first" | "last";

export class Choices {
  readonly #seed: number;
  readonly #leftOpen: LeftOpen;
  readonly #only: ReadonlySet<number> | undefined;
  #turns = 0;
  #random: Random | undefined;

  /** @param only numbers of the turns in which anything is left to chance; left out, in all */
  constructor(seed: number, leftOpen: LeftOpen, only?: ReadonlySet<number>) {
    this.#seed = seed;
    this.#leftOpen = leftOpen;
    this.#only = only;
  }

  /** How many turns there have been. */
  get turns(): number {
    return this.#turns;
  }

  /** The next turn's numbers; undefined where it is left out. */
  turn(): Random | undefined {
    const number = this.#turns++;
    this.#random = this.#only?.has(number) === false ? undefined : new Random(mixed(this.#seed, number + 1));
    return this.#random;
  }

  /** One of several things that manuals leave open. */
  open<T>(options: readonly T[]): T {
    if (options.length === 1 || this.#leftOpen === "first") return options[0]!;
    if (this.#leftOpen === "last") return options.at(-1)!;
    return this.#random ? this.#random.pick(options) : options[0]!;
  }

  /** Whether what may be done in either order is done from the far end. */
  get takesLast(): boolean {
    return this.#leftOpen === "last";
  }
}
