// That something may have happened, for one who waits for it: not what, and however often it happened meanwhile, once.

export class Wakes {
  #isPending = false;
  #resume: (() => void) | undefined;
  readonly #close: () => void;
  /** Is fulfilled when nothing more is waited for. */
  readonly ended: Promise<void>;
  #isEnded = false;
  #tellEnd: () => void = () => {};

  /** @param close what is done when nothing more is waited for */
  constructor(close: () => void = () => {}) {
    this.#close = close;
    this.ended = new Promise((resolve) => {
      this.#tellEnd = resolve;
    });
  }

  wake(): void {
    this.#isPending = true;
    this.#resume?.();
  }

  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#close();
    this.#tellEnd();
    this.#resume?.();
  }

  /** Whether something may have happened since it was last asked for, which is not forgotten. */
  get isPending(): boolean {
    return this.#isPending;
  }

  /** The same, and forgets it. */
  take(): boolean {
    const was = this.#isPending;
    this.#isPending = false;
    return was;
  }

  /** Waits until something may have happened; false when nothing more will be told. One waits at a time. */
  async next(): Promise<boolean> {
    if (!this.#isPending && !this.#isEnded)
      await new Promise<void>((resolve) => {
        this.#resume = resolve;
      });
    this.#resume = undefined;
    return this.take() && !this.#isEnded;
  }
}
