// The end of a run that waits for nothing.
import { SimulationError } from "../simulation-error.ts";

/** How often a driver may look or wait in a row while nothing happens that it could be waiting for. */
const mostIdleLooks = 2_000;

export class Patience {
  readonly #mostCalls: number;
  /** What there is to wait for, in words. */
  readonly #situation: () => string;
  #calls = 0;
  #idle = 0;

  constructor(mostCalls: number, situation: () => string) {
    this.#mostCalls = mostCalls;
    this.#situation = situation;
  }

  /** Something happened that a driver may have been waiting for. */
  renew(): void {
    this.#idle = 0;
  }

  /** The driver called the machine. @throws {SimulationError} once it has done so too often */
  call(): void {
    this.#calls++;
    if (this.#calls > this.#mostCalls)
      throw new SimulationError(
        `the run has not ended after ${this.#mostCalls} calls of the machine (option mostCalls): ${this.#situation()}`,
      );
  }

  /** The driver looked whether something has happened, or let time pass. @throws {SimulationError} likewise */
  look(): void {
    this.call();
    this.#idle++;
    if (this.#idle > mostIdleLooks) throw new SimulationError(`the driver waits for nothing: ${this.#situation()}`);
  }
}
