// Explores all schedules of a short driver: every order in which the CPU may perform what the driver and its fence do, everything that
// caches may do meanwhile, and every order of the engines' accesses.
import type { ResolvedChip } from "../model/chip.ts";
import { requireFenceOf } from "../program/require-fence-of.ts";
import { requireKnown } from "../program/require-known.ts";
import type { DmaFence, FenceMachine, Nothing } from "../runtime/dma-fence.ts";
import { SimulatedMemory } from "../simulator/memory/simulated-memory.ts";
import type { OwnershipLevels } from "../simulator/ownership/rules.ts";
import { requireOptions } from "../simulator/require-options.ts";
import { garbageOf } from "../simulator/schedule/mood.ts";
import { seenFrom } from "../simulator/seen-from.ts";
import type { MachineEvent } from "../simulator/trace/events.ts";
import { type Exploration, explore } from "../verifier/explore.ts";
import { Answers } from "./answers.ts";
import type { DriverMachine } from "./driver-machine.ts";
import { Course } from "./progress.ts";
import { type Trial, trialOf } from "./trial.ts";
import { trialModel } from "./trial-model.ts";
import type { TrialAction, TrialState } from "./trial-state.ts";
import { untilThrown } from "./until-thrown.ts";
import type { TrialWorld } from "./world.ts";

/** The class of a fence: an emitted one, by which names of masters are known, or one of somebody's own. */
export type TrialFence<Master extends string = string> = (new (
  machine: FenceMachine,
) => DmaFence) & { readonly masters?: readonly Master[] };

/** With which fence a driver is tried, on which core, and how far it is followed. */
export interface DriverTrialOptions<Master extends string = string> {
  /** The class of the fence that the driver is given. */
  readonly fence: TrialFence<Master>;
  /** Name of the core, for a chip with several; left out, the first. */
  readonly core?: string;
  /** Sizes of the lines of cache levels, by name; left out, the smallest that the description allows. */
  readonly lineBytes?: Readonly<Record<string, number>>;
  /** What becomes of a rule that the driver breaks, of those by which it shares memory with DMA; `error` where left out. */
  readonly ownership?: OwnershipLevels;
  /** How many states are explored; 200,000 where left out. */
  readonly mostStates?: number;
  /** How many accesses and barriers one run of the driver has; 400 where left out. */
  readonly mostAccesses?: number;
  /** How many accesses the CPU may have been told of and not performed; 24 where left out. */
  readonly mostPending?: number;
}

const optionNames = Object.keys({
  fence: true,
  core: true,
  lineBytes: true,
  ownership: true,
  mostStates: true,
  mostAccesses: true,
  mostPending: true,
} satisfies Record<keyof DriverTrialOptions, true>);

/** What was found of a driver. */
export interface DriverVerdict {
  /** `sound`: no schedule goes wrong. `undecided`: none of those that were explored does, and there are others. */
  readonly verdict: "sound" | "unsound" | "undecided";
  /** How many states were explored. */
  readonly states: number;
  /** Beyond which bounds there are schedules that were not explored; present where it is undecided. */
  readonly undecided?: string;
  /** A schedule in which the driver goes wrong, as short as any; present where it is unsound. */
  readonly counterexample?: DriverCounterexample;
}

/** A schedule in which a driver goes wrong. */
export interface DriverCounterexample {
  /** What goes wrong: what the driver threw, or which stale byte was found. */
  readonly why: string;
  /** What happened until then, in the order in which it did. */
  readonly events: readonly MachineEvent[];
}

/**
 * Explores all schedules of a short driver, by the semantics of `fencegen verify`. The driver is called again and again, each time with a
 * fresh machine, and must do the same whenever it finds the same.
 *
 * A driver is unsound where it throws under some schedule; where it, or an engine that it has started, finds another byte than the one that
 * was written there last; where a byte that it has stored or taken back is another one when all is done; where it breaks a rule of
 * ownership; and where it waits for nothing.
 *
 * Bounds: what lies beyond those of the options, or beyond transfers of 24 bytes, makes the answer `undecided`, as do devices that the test
 * models and interrupts. Each transfer ends before a driver that has looked 64 times in a row, and found the same, gives up.
 * @throws {NondeterministicDriverError} where the driver, told the same, does something else
 * @throws {TypeError} where it returns a promise, and where driver or fence is no function or class
 * @throws {RangeError} for an option that means nothing, and for a class that was generated for another chip or core
 * @example
 * import { Stm32h743DmaFence } from "fencegen/chips/stm32h743";
 * import { openChip, verifyDriver } from "fencegen/simulator";
 *
 * const buffer = { address: 0x2400_0100n, lengthBytes: 1 };
 *
 * const { verdict, counterexample } = verifyDriver(
 *   openChip("stm32h743"),
 *   (machine, fence) => {
 *     machine.store(buffer.address, [7]);
 *     fence.release(buffer);
 *     machine.dmaRead(buffer.address, buffer.lengthBytes, "Ethernet");
 *   },
 *   { fence: Stm32h743DmaFence },
 * );
 */
export function verifyDriver<Master extends string>(
  chip: ResolvedChip,
  driver: (machine: DriverMachine<Master>, fence: DmaFence) => Nothing,
  options: DriverTrialOptions<Master>,
): DriverVerdict {
  for (const [name, value] of Object.entries({ driver, fence: options.fence }))
    if (typeof value !== "function") throw new TypeError(`${name} is ${String(value)}, and no function or class`);
  const subject = { driver: driver as (machine: DriverMachine, fence: DmaFence) => unknown, fence: options.fence };
  const world = worldOf(chip, options);
  // Until the driver looks, or starts an engine, it finds nothing, and nobody finds anything of it: what lies beyond a bound by then does so
  // under every schedule.
  const { items, ending } = new Course(world, subject).execute([]);
  if (ending.how === "unexplored" && items.every(({ kind }) => kind !== "start"))
    return { verdict: "undecided", states: 0, undecided: ending.why };
  const answers = new Answers();
  for (;;) {
    const known = [answers.size, world.memory.lines().length];
    const trial = trialOf(world, answers);
    const found = explore(trialModel(trial, subject), world.bounds.mostStates);
    // What was found out on the way makes more executions possible, and perhaps shorter ones.
    const isSettled = known[0] === answers.size && known[1] === world.memory.lines().length;
    if (!isSettled && found.isComplete) continue;
    return verdictOf(found, trial);
  }
}

function verdictOf(
  { states, violation, isComplete, reachedGoal }: Exploration<TrialState, TrialAction>,
  trial: Trial,
): DriverVerdict {
  const { world, beyond } = trial;
  const { mostStates } = world.bounds;
  if (violation) {
    const { trace, initial, property } = violation;
    const { state } = trace.at(-1) ?? { state: initial };
    const events = [
      ...trace.flatMap(({ action }) => action.events),
      ...(state.broken === undefined ? untilThrown(trial, state) : []),
    ];
    const timed = events.map((event, index) => ({ time: index + 1, ...event }) as MachineEvent);
    return { verdict: "unsound", states, counterexample: { why: property, events: timed } };
  }
  const why = [
    ...(isComplete ? [] : [`there are more than ${mostStates} states (mostStates)`]),
    ...beyond,
    ...(isComplete && beyond.size === 0 && !reachedGoal ? ["no schedule was found in which the driver ends"] : []),
  ];
  if (why.length > 0) return { verdict: "undecided", states, undecided: why.join("; ") };
  return { verdict: "sound", states };
}

function worldOf(chip: ResolvedChip, options: DriverTrialOptions): TrialWorld {
  requireKnown("a trial", options, optionNames);
  const {
    core,
    lineBytes = {},
    ownership = "error",
    mostStates = 200_000,
    mostAccesses = 400,
    mostPending = 24,
  } = options;
  for (const [name, bound] of Object.entries({ mostStates, mostAccesses, mostPending }))
    if (!Number.isSafeInteger(bound) || bound < 1)
      throw new RangeError(`${name}: ${bound} is no whole number from 1 on`);
  const seen = seenFrom(chip, core);
  requireOptions({ seed: 1, lineBytes, ownership }, seen.own, seen.found);
  requireFenceOf(options.fence, chip, seen.found);
  return {
    chip: seen.chip,
    core: seen.core,
    memory: new SimulatedMemory(seen.chip, seen.core, { lineBytes, initial: garbageOf(1) }),
    ownership,
    bounds: { mostStates, mostAccesses, mostPending },
    masters: [],
  };
}
