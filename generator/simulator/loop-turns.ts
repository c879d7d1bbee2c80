// How long a promise is waited for that need not be kept.

/** Turns of the event loop that may pass, in all that is waited for. A promise that waits for no timer and no other process takes none. */
export class LoopTurns {
  #left: number;

  constructor(most: number) {
    this.#left = most;
  }

  get areOver(): boolean {
    return this.#left <= 0;
  }

  /** The value of the promise; undefined where it has none before the turns are over. */
  async within<Value>(promise: Promise<Value>): Promise<Value | undefined> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const over = new Promise<undefined>((resolve) => {
      const turn = () => {
        if (--this.#left <= 0) resolve(undefined);
        else timer = setTimeout(turn, 0);
      };
      timer = setTimeout(turn, 0);
    });
    try {
      return await Promise.race([promise, over]);
    } finally {
      clearTimeout(timer);
    }
  }
}
