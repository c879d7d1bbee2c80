// Runs a driver test under many schedules.
import type { ResolvedChip } from "../model/chip.ts";
import type { DmaFence } from "../runtime/dma-fence.ts";
import type { DmaFenceClass } from "../runtime/dma-fence-class.ts";
import { SimulatedMachine } from "./machine.ts";
import type { MachineOptions } from "./machine-options.ts";
import type { OwnershipFinding } from "./ownership/rules.ts";
import { neededTurns } from "./schedule/minimise.ts";
import { ScheduleError } from "./schedule-error.ts";

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

/** What is run under each schedule: it drives the machine, and throws where the driver went wrong. */
export type DriverTest<Master extends string, Result> = (machine: SimulatedMachine<Master>, fence: DmaFence) => Result;

/**
 * Calls the test with a fresh machine for each seed, and with a fence where its class is given, and stops at the first that throws,
 * or that rejects: of a test that returns promises, the result is one and must be awaited. One that throws is called some times more, each
 * time with less left to chance, to find what the failure needs.
 * @throws {ScheduleError}
 * @throws {RangeError} for an option that means nothing
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
  {
    seeds = 200,
    from = 1,
    onFinding = warn,
    fence: Fence,
    ...options
  }: SeedOptions & { readonly fence?: DmaFenceClass } = {},
): void | Promise<void> {
  if (!Number.isSafeInteger(seeds) || seeds < 1)
    throw new RangeError(`seeds: ${seeds} tries nothing; it is a whole number from 1 on`);
  if (!Number.isSafeInteger(from)) throw new RangeError(`a seed is a whole number, not ${from}`);
  const told = new Map<string, OwnershipFinding>();
  const tell = () => {
    for (const finding of told.values()) onFinding(finding);
  };
  const machineFor = (seed: number, onlyTurns?: ReadonlySet<number>) =>
    new SimulatedMachine(chip, { seed, ...options }, onlyTurns);
  const attempt = (machine: SimulatedMachine): void | Promise<void> => {
    // Without a class nobody asks for a fence: the test's type has no second parameter then.
    const fence = Fence ? machine.watch(new Fence(machine)) : (undefined as unknown as DmaFence);
    const result = test(machine, fence);
    const finish = () => {
      if (Fence) machine.finish();
    };
    if (isPromise(result)) return result.then(finish);
    finish();
  };
  const remember = ({ findings }: SimulatedMachine) => {
    for (const finding of findings) if (!told.has(finding.text)) told.set(finding.text, finding);
  };
  const run = (seed: number): void | Promise<void> => {
    const machine = machineFor(seed);
    try {
      const result = attempt(machine);
      if (isPromise(result))
        return result.then(
          () => remember(machine),
          (error: unknown) => {
            throw new ScheduleError(seed, machine, error);
          },
        );
      remember(machine);
    } catch (error) {
      const smallest = minimised(machine, error, (onlyTurns) => machineFor(seed, onlyTurns), attempt);
      throw new ScheduleError(seed, smallest.machine, smallest.error);
    }
  };
  for (let seed = from; seed < from + seeds; seed++) {
    const result = run(seed);
    if (isPromise(result)) return awaitAll(result, seed + 1, from + seeds, run).then(tell);
  }
  tell();
}

/** How often a failing test is run again at most, and how many turns all of these may have together. */
const [mostRuns, mostTurns] = [120, 100_000] as const;

interface Failure {
  readonly machine: SimulatedMachine;
  readonly error: unknown;
}

/** The same failure in the run with the fewest turns left to chance. Of a test that returns promises, the run as it was. */
function minimised(
  machine: SimulatedMachine,
  error: unknown,
  machineWith: (onlyTurns: ReadonlySet<number>) => SimulatedMachine,
  attempt: (machine: SimulatedMachine) => void | Promise<void>,
): Failure {
  let smallest: Failure = { machine, error };
  const questions = neededTurns(machine.turns, Math.min(mostRuns, Math.floor(mostTurns / Math.max(machine.turns, 1))));
  for (let asked = questions.next(); !asked.done; ) {
    const tried = machineWith(asked.value);
    let isSame = false;
    try {
      attempt(tried);
    } catch (other) {
      isSame = areAlike(error, other);
      if (isSame) smallest = { machine: tried, error: other };
    }
    asked = questions.next(isSame);
  }
  return smallest;
}

/** Whether two errors are of one kind: values may differ, as they do from schedule to schedule. */
function areAlike(one: unknown, other: unknown): boolean {
  if (!(one instanceof Error) || !(other instanceof Error)) return String(one) === String(other);
  return one.name === other.name && (one.name !== "SimulationError" || one.message === other.message);
}

/** One run after the other: a schedule is decided by its seed alone, whatever else the process does meanwhile. */
async function awaitAll(
  first: Promise<void>,
  from: number,
  end: number,
  run: (seed: number) => void | Promise<void>,
): Promise<void> {
  await first;
  for (let seed = from; seed < end; seed++) await run(seed);
}

function isPromise(result: void | Promise<void>): result is Promise<void> {
  return typeof (result as { readonly then?: unknown } | undefined)?.then === "function";
}

function warn({ text }: OwnershipFinding): void {
  console.warn(text);
}
