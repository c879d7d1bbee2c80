// Judges a fence that somebody wrote: a class for the same machine as the generated ones, by the same scenarios and properties as the
// fence of the chip's description. What it makes the CPU execute is recorded; who wrote it, and why, does not matter.
import type { FenceMethod, LineSize, ResolvedChip, ResolvedCore } from "../model/chip.ts";
import { lineSizeQuestion } from "../plan/line-size.ts";
import type { FencePlan } from "../plan/operation.ts";
import { coreOf, planChip } from "../plan/plan-chip.ts";
import { lineSizeIn } from "../program/line-size-registers.ts";
import { requireFenceOf } from "../program/require-fence-of.ts";
import { requireKnown } from "../program/require-known.ts";
import type { DmaBuffer, DmaFence, FenceMachine } from "../runtime/dma-fence.ts";
import { ReachError } from "../runtime/reach.ts";
import { RecordingMachine, type RegisterValues } from "../runtime/recording-machine.ts";
import { fullEffort } from "./effort.ts";
import { type Execute, fenceUnderTest } from "./fence-under-test.ts";
import { brokenFootprintOf } from "./footprint.ts";
import { judgeScenarios, propertyVerdicts } from "./soundness.ts";
import type { Counterexample, PropertyVerdict } from "./verdict.ts";

/** A fence that somebody wrote, for example one of a vendor's or of an emulator's, put into TypeScript. */
export type OwnFence = new (machine: FenceMachine) => DmaFence;

/** In whose place the fence stands, and what drivers promise. */
export interface OwnFenceOptions {
  /** Name of the described fence in whose place it stands: its masters, its core. Needed where the chip has several. */
  readonly fence?: string;
  /** `kept`: the driver keeps what the described fence asks of it (the default); `none`: nothing is promised. */
  readonly promises?: "kept" | "none";
}

/** What was found of a fence that somebody wrote. */
export interface OwnFenceVerdict {
  /** Proven so; false also where it is undecided. */
  readonly sound: boolean;
  /** Why not everything was searched; present only then. */
  readonly undecided?: string;
  readonly properties: readonly PropertyVerdict[];
  /** One for each scenario that goes wrong, each as short as any. */
  readonly counterexamples: readonly Counterexample[];
  /** What is wrong with the lines that it touches; present only where something is. */
  readonly footprint?: string;
  /** How many states were explored. */
  readonly states: number;
}

const optionNames = Object.keys({ fence: true, promises: true } satisfies Record<keyof OwnFenceOptions, true>);

/**
 * Explores every execution of hand-overs with the fence, as `fencegen verify` does with a described one. Of its steps nothing is said:
 * whether each is needed, `verify` says of described fences alone.
 * @param ownFence must execute the same for the same buffer whenever it is called
 * @throws {RangeError} for a fence that the chip does not have, for a class that was generated for another chip or core, for an instruction or register that its description does not know, and
 * where one call executes more than 100,000 operations
 * @throws {TypeError} for a class without one of the methods, or with one that returns a promise
 */
export function verifyOwnFence(chip: ResolvedChip, ownFence: OwnFence, options: OwnFenceOptions = {}): OwnFenceVerdict {
  requireKnown("verifyFence", options, optionNames);
  const { fence, promises = "kept" } = options;
  const described = describedFence(chip, fence);
  const plan: FencePlan = promises === "kept" ? described : { ...described, obligations: [] };
  const core = coreOf(chip, plan);
  requireFenceOf(ownFence, chip, core, (_, name) => `give fence: ${JSON.stringify(name)}`);
  const execute = executionOf(ownFence, plan, core);
  const subject = fenceUnderTest(plan, chip, core, execute);
  const { result: results, states } = judgeScenarios(subject, subject.scenarios, execute, fullEffort);
  const footprint = brokenFootprintOf(subject, execute, (method, buffer) => !isRefused(execute, method, buffer));
  const undecided = results.find((result) => result.undecided !== undefined)?.undecided;
  const properties = [
    ...results.flatMap(propertyVerdicts),
    {
      name: "footprint",
      scenario: "buffers around line boundaries, and empty, in memory that the masters reach",
      holds: footprint === undefined,
      states: 0,
    },
  ];
  return {
    sound: properties.every(({ holds }) => holds),
    ...(undecided !== undefined && { undecided }),
    properties,
    counterexamples: results.flatMap(({ broken }) => broken ?? []),
    ...(footprint !== undefined && { footprint }),
    states,
  };
}

function describedFence(chip: ResolvedChip, name: string | undefined): FencePlan {
  const { fences } = planChip(chip);
  const names = fences.map((each) => each.name).join(", ") || "none";
  if (name === undefined && fences.length > 1) throw new RangeError(`the chip has several fences, name one: ${names}`);
  const found = name === undefined ? fences[0] : fences.find((each) => each.name === name);
  if (!found) throw new RangeError(`the chip has no fence${name === undefined ? "" : ` ${name}`}; it has ${names}`);
  return found;
}

/** For one buffer: a fence that executes more does not end, or is none for this chip. */
const mostOperations = 100_000;

function executionOf(ownFence: OwnFence, plan: FencePlan, core: ResolvedCore): Execute {
  return (method, buffer, lineBytes) => {
    const registers = lineSizesOf(core, lineSizeQuestion(plan)?.lineSize, lineBytes);
    const machine = new RecordingMachine(registers, mostOperations);
    const fence: Partial<DmaFence> = new ownFence(machine);
    if (typeof fence[method] !== "function") throw new TypeError(`the fence has no method ${method}`);
    const result: unknown = fence[method](buffer);
    if (result instanceof Promise) throw new TypeError(`${method} returns a promise; a fence is done when it returns`);
    return machine.operations;
  };
}

/**
 * What registers say of lines: of those that the described fence asks about what it is told, of others the smallest that they may have.
 * @param asked where the described fence asks
 * @param lineBytes what it is told; undefined where it does not ask
 */
function lineSizesOf(core: ResolvedCore, asked: LineSize | undefined, lineBytes: number | undefined): RegisterValues {
  const { caches, architecture } = core;
  const sizes = caches.map(({ lineSize, smallestLineBytes }) =>
    lineBytes !== undefined && lineSize?.register === asked?.register ? lineBytes : smallestLineBytes,
  );
  const registers = [architecture.lineSize, ...caches.map(({ lineSize }) => lineSize)].flatMap((each) =>
    each ? [each.register] : [],
  );
  return new Map(registers.map((register) => [register, lineSizeIn(register, core, sizes)]));
}

/** A class may refuse memory that no master reaches. */
function isRefused(execute: Execute, method: FenceMethod, buffer: DmaBuffer): boolean {
  try {
    execute(method, buffer);
    return false;
  } catch (error) {
    if (error instanceof ReachError) return true;
    throw error;
  }
}
