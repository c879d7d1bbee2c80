// Runs a driver test under many schedules.
import type { ResolvedChip } from "../model/chip.ts";
import { SimulatedMachine } from "./machine.ts";
import type { MachineOptions } from "./machine-options.ts";

/** Which schedules are tried, and on which machine. */
export interface SeedOptions extends Omit<MachineOptions, "seed"> {
  /** How many schedules; 200 where left out. */
  readonly seeds?: number;
  /** The first seed; to run the one that failed again, give it here and `seeds: 1`. */
  readonly from?: number;
}

/** A test that failed under some schedule: the message says the seed and what happened. */
export class ScheduleError extends Error {
  override readonly name = "ScheduleError";
  /** With which the test failed. */
  readonly seed: number;

  constructor(seed: number, machine: SimulatedMachine, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`with seed ${seed}: ${reason}\n\n${machine.trace()}`, { cause });
    this.seed = seed;
  }
}

/**
 * Calls the test with a fresh machine for each seed, and stops at the first that throws.
 * @throws {ScheduleError}
 */
export function forSeeds(
  chip: ResolvedChip,
  test: (machine: SimulatedMachine) => void,
  { seeds = 200, from = 1, ...options }: SeedOptions = {},
): void {
  for (let seed = from; seed < from + seeds; seed++) {
    const machine = new SimulatedMachine(chip, { seed, ...options });
    try {
      test(machine);
    } catch (error) {
      throw new ScheduleError(seed, machine, error);
    }
  }
}
