// Runs a driver test under many schedules.
import type { ResolvedChip } from "../model/chip.ts";
import { requireFenceOf } from "../program/require-fence-of.ts";
import { requireKnown } from "../program/require-known.ts";
import type { DmaFence } from "../runtime/dma-fence.ts";
import type { DmaFenceClass } from "../runtime/dma-fence-class.ts";
import { answered, isPromise, requireRun } from "./answers.ts";
import { SimulatedMachine } from "./machine.ts";
import type { MachineOptions } from "./machine-options.ts";
import type { OwnershipFinding } from "./ownership/rules.ts";
import { machineOptionNames } from "./require-options.ts";
import { ScheduleError } from "./schedule-error.ts";
import { seenFrom } from "./seen-from.ts";
import { type Ended, type Run, smallestRun } from "./smallest-run.ts";

/** Which schedules are tried, and on which machine. */
export interface SeedOptions extends Omit<MachineOptions, "seed"> {
  /** How many schedules; 200 where left out. */
  readonly seeds?: number;
  /** The first seed; to run the one that failed again, give it here and `seeds: 1`. */
  readonly from?: number;
  /** Is told once of each rule of ownership that was broken in runs that did not fail; left out, they are warnings on the console. */
  readonly onFinding?: (finding: OwnershipFinding) => void;
}

/** The same with the class of the fence, by which names of masters are known and each test gets one that its machine watches. */
export type FenceSeedOptions<Master extends string> = SeedOptions & { readonly fence: DmaFenceClass<Master> };

/** A seed is none of them: it would be that of every schedule. */
const optionNames = ["fence", "seeds", "from", "onFinding", ...machineOptionNames.filter((name) => name !== "seed")];

/** What is run under each schedule: it drives the machine, and throws where the driver went wrong. */
export type DriverTest<Master extends string, Result> = (machine: SimulatedMachine<Master>, fence: DmaFence) => Result;

/**
 * Calls the test with a fresh machine for each seed, and with a fence where its class is given, and stops at the first that throws,
 * or that rejects: of a test that returns promises, the result is one and must be awaited. One that throws is called some times more, each
 * time with less left to chance, to find what the failure needs.
 * @throws {ScheduleError} where the test failed under some schedule
 * @throws {RangeError} for an option that means nothing, and for a class that was generated for another chip or core
 * @example
 * import { Stm32h743DmaFence } from "fencegen/chips/stm32h743";
 * import { forSeeds, openChip } from "fencegen/simulator";
 *
 * const buffer = { address: 0x2400_0100n, lengthBytes: 4 };
 *
 * forSeeds(
 *   openChip("stm32h743"),
 *   (machine, fence) => {
 *     machine.store(buffer.address, [1, 2, 3, 4]);
 *     fence.release(buffer);
 *     machine.engine("Ethernet").start({ read: buffer });
 *     machine.finish();
 *     fence.acquire(buffer);
 *   },
 *   { fence: Stm32h743DmaFence },
 * );
 */
export function forSeeds<Master extends string>(
  chip: ResolvedChip,
  test: DriverTest<Master, Promise<void>>,
  options: FenceSeedOptions<Master>,
): Promise<void>;
export function forSeeds<Master extends string>(
  chip: ResolvedChip,
  test: DriverTest<Master, void>,
  options: FenceSeedOptions<Master>,
): void;
export function forSeeds(
  chip: ResolvedChip,
  test: (machine: SimulatedMachine) => Promise<void>,
  options?: SeedOptions,
): Promise<void>;
export function forSeeds(chip: ResolvedChip, test: (machine: SimulatedMachine) => void, options?: SeedOptions): void;
export function forSeeds(
  chip: ResolvedChip,
  test: DriverTest<string, void | Promise<void>>,
  given: SeedOptions & { readonly fence?: DmaFenceClass } = {},
): void | Promise<void> {
  requireKnown("forSeeds", given, optionNames);
  const { seeds = 200, from = 1, onFinding = warn, fence: Fence, ...options } = given;
  if (!Number.isSafeInteger(seeds) || seeds < 1)
    throw new RangeError(`seeds: ${seeds} tries nothing; it is a whole number from 1 on`);
  if (!Number.isSafeInteger(from)) throw new RangeError(`a seed is a whole number, not ${from}`);
  if (typeof test !== "function") throw new TypeError(`the test is ${String(test)}, and no function`);
  if (Fence !== undefined && typeof Fence !== "function")
    throw new TypeError("fence is no class: give the class itself, of which each schedule makes its own");
  requireFenceOf(Fence, chip, seenFrom(chip, options.core).found);
  const machineFor = (seed: number, onlyTurns?: ReadonlySet<number>) =>
    new SimulatedMachine(chip, { seed, ...options }, onlyTurns);
  /** One after the other: a schedule is decided by its seed alone, whatever else the process does meanwhile. */
  function* runs(): Generator<Run, void, Ended> {
    const told = new Map<string, OwnershipFinding>();
    for (let seed = from; seed < from + seeds; seed++) {
      const machine = machineFor(seed);
      const ended = yield { machine };
      if (ended) {
        const failure = { machine, thrown: ended.thrown };
        const smallest = yield* smallestRun(failure, (onlyTurns) => machineFor(seed, onlyTurns));
        throw new ScheduleError(seed, smallest.machine, smallest.thrown);
      }
      for (const finding of machine.findings) if (!told.has(finding.text)) told.set(finding.text, finding);
    }
    for (const finding of told.values()) onFinding(finding);
  }
  return answered(runs(), ({ machine, patience }) => {
    const ended = endOf(() => {
      // Without a class nobody asks for a fence: the test's type has no second parameter then.
      const fence = Fence ? machine.watch(new Fence(machine)) : (undefined as unknown as DmaFence);
      const result = test(machine, fence);
      requireRun("the test", result);
      const finish = () => {
        if (Fence) machine.finish();
      };
      return isPromise(result) ? result.then(finish) : finish();
    });
    return patience && isPromise(ended) ? patience.within(ended) : ended;
  });
}

function endOf(run: () => void | Promise<void>): Ended | Promise<Ended> {
  const failed = (thrown: unknown): Ended => ({ thrown });
  try {
    const result = run();
    return isPromise(result) ? result.then(() => undefined, failed) : undefined;
  } catch (error) {
    return failed(error);
  }
}

function warn({ text }: OwnershipFinding): void {
  console.warn(text);
}
