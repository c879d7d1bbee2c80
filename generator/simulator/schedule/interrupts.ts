// Interrupts of devices: they come at some time after they were asked for, between two accesses of the driver.
import type { Random } from "./random.ts";

export class Interrupts {
  readonly #isInOrder: boolean;
  readonly #core: { isMasked(): boolean; enter(master: string): void };
  readonly #handlers = new Map<string, () => void>();
  readonly #pending = new Set<string>();
  #isHandling = false;

  /** @param core whether interrupts are masked, and what happens before a handler runs */
  constructor(isInOrder: boolean, core: { isMasked(): boolean; enter(master: string): void }) {
    this.#isInOrder = isInOrder;
    this.#core = core;
  }

  hasHandler(master: string): boolean {
    return this.#handlers.has(master);
  }

  handle(master: string, handler: () => void): void {
    this.#handlers.set(master, handler);
  }

  raise(master: string): void {
    if (this.#handlers.has(master)) this.#pending.add(master);
  }

  /**
   * Perhaps runs the handler of one that is pending; none interrupts another.
   * @param isWaiting whether the driver lets time pass, so that it comes soon
   * @returns whether one ran
   */
  deliver(random: Random | undefined, isWaiting: boolean): boolean {
    const [master] = this.#pending;
    if (master === undefined || this.#isHandling || this.#core.isMasked()) return false;
    const isNow = this.#isInOrder || (random ? random.below(4) < (isWaiting ? 3 : 1) : isWaiting);
    if (!isNow) return false;
    this.#pending.delete(master);
    this.#isHandling = true;
    try {
      this.#core.enter(master);
      this.#handlers.get(master)!();
    } finally {
      this.#isHandling = false;
    }
    return true;
  }
}
