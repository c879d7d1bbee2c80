// What is told of a byte that was found and was not the newest.
import type { MachineEvent } from "./events.ts";

/** A byte that was found and was not what had been written there last. */
export interface StaleByte {
  /** What is between both, and what of a fence or a driver would have prevented it, in sentences. */
  readonly text: string;
  /** Events that have to do with it, oldest first. */
  readonly events: readonly MachineEvent[];
}
