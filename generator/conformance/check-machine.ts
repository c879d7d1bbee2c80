// Judges somebody's machine: with the chip's own fence nothing may go wrong on it, and with a fence that has a mistake in it
// something must, wherever a core that performs everything in program order shows the mistake.
import type { ResolvedChip } from "../model/chip.ts";
import type { FencePlan } from "../plan/operation.ts";
import { coreOf, planChip } from "../plan/plan-chip.ts";
import { lower } from "../program/lower.ts";
import { executionOf } from "../verifier/fence-under-test.ts";
import type { CheckedMachine, CheckedMachineOptions } from "./checked-machine.ts";
import { refusePromise } from "./driver.ts";
import { failureOf, type Judged, type MakeMachine, taken } from "./judge.ts";
import { missOf } from "./misses.ts";
import { type Mistake, mistakesOf } from "./mistakes.ts";
import { joined, MachineCheckError, type MachineReport, type MissedMistake } from "./report.ts";
import { type Trial, type Trials, trialsOf } from "./trials.ts";

/** How a machine is checked. */
export interface CheckOptions {
  /** Name of the class of the fence that is tried; left out, every fence of the chip. */
  readonly fence?: string;
  /**
   * Names of the memories, as the chip's description has them, that the machine models; left out, all. Each is tried at its first and
   * its last lines with one master, and at its first with every other; mistakes once for each way in which a master comes to memory.
   */
  readonly memories?: readonly string[];
  /** Names of the masters that it models; left out, all. */
  readonly masters?: readonly string[];
  /** How many machines may be made until one shows a mistake in an exchange, each with another seed; 100 where left out. */
  readonly attempts?: number;
}

/** What is asked of a check, with everything filled in. */
interface Asked {
  readonly memories: readonly string[] | undefined;
  readonly masters: readonly string[] | undefined;
  readonly attempts: number;
}

const nothing: MachineReport = {
  ...{ wrong: [], missed: [], shown: [], beyond: [] },
  ...{ threw: [], tried: [], unchecked: [], remarks: [] },
};

/**
 * Tries a machine with the fences of a chip, and with each mistake that `fencegen verify` makes in them.
 * @param make called often: each exchange of a buffer has a machine of its own
 * @returns what was found where all is as it must be
 * @throws {MachineCheckError} where it is not
 * @throws {TypeError} where a method is missing, or returns a promise
 * @throws {RangeError} where the chip has no such fence, memory or master, or none of its fences can be checked
 */
export function checkMachine(
  chip: ResolvedChip,
  make: (options: CheckedMachineOptions) => CheckedMachine,
  { fence, memories, masters, attempts = 100 }: CheckOptions = {},
): MachineReport {
  const fences = planChip(chip).fences.filter(({ name }) => fence === undefined || name === fence);
  if (fences.length === 0) throw new RangeError(`there is no fence ${fence} of ${chip.id}`);
  if (!(attempts >= 1)) throw new RangeError(`${attempts} attempts find nothing`);
  requireNames(chip, "memory", memories, chip.memories);
  requireNames(chip, "DMA master", masters, chip.dma);
  const reports = fences.map((plan) => checkFence(chip, plan, make, { memories, masters, attempts }));
  const report = joined(reports);
  if (report.unchecked.length === fences.length)
    throw new RangeError(report.unchecked.map((each) => `${each.fence} ${each.why}`).join("; "));
  if (report.wrong.length + report.missed.length > 0) throw new MachineCheckError(chip.title, report);
  return report;
}

function requireNames(
  { id }: ResolvedChip,
  what: string,
  asked: readonly string[] = [],
  known: readonly { readonly name: string }[],
): void {
  const names = known.map(({ name }) => name);
  const unknown = asked.filter((name) => !names.includes(name));
  if (unknown.length > 0)
    throw new RangeError(`${id} has no ${what} ${unknown.join(", ")}; it has ${names.join(", ")}`);
}

function checkFence(chip: ResolvedChip, plan: FencePlan, make: MakeMachine, asked: Asked): MachineReport {
  const core = coreOf(chip, plan);
  const judged: Judged = { chip, plan, core };
  const trials = trialsOf(chip, plan, core, {
    ...asked,
    keepsStores: (region, address) => keepsStores(make, plan, region.name, address),
  });
  const [first] = [...trials.handOvers, ...trials.basics];
  if (!first) return { ...nothing, unchecked: [{ fence: plan.name, why: whyNot(chip, plan, asked, trials) }] };
  const probe = make({ seed: 1, core: plan.coreName || plan.core, lineBytes: first.levels, memories: [] });
  requireMachine(probe);
  const isPossible = ({ exchange }: Trial) => exchange.asks.every((hook) => probe[hook] !== undefined);
  const possible: Trials = {
    handOvers: trials.handOvers.filter(isPossible),
    details: trials.details.filter(isPossible),
    basics: trials.basics,
    atOnce: trials.atOnce,
    untried: trials.untried,
  };
  const right = rightOn(make, judged, possible, asked);
  const tried = [possible.handOvers, possible.details, possible.basics, possible.atOnce]
    .flat()
    .map(({ exchange }) => exchange.name);
  const report = { ...nothing, ...right, tried: [...new Set(tried)] };
  // Where it is wrong all the same, it would seem to show everything.
  return right.wrong.length > 0 ? report : { ...report, ...mistakesOn(make, judged, possible, asked, right.remarks) };
}

/** What goes wrong with the fence as it is. */
function rightOn(
  make: MakeMachine,
  judged: Judged,
  { handOvers, details, basics, atOnce, untried }: Trials,
  { attempts, memories, masters }: Asked,
): Pick<MachineReport, "wrong" | "remarks"> {
  const execute = executionOf(lower(judged.plan));
  const failures = [...handOvers, ...details, ...basics, ...atOnce].flatMap((trial) => {
    const seeds = Math.min(attempts, handOvers.includes(trial) ? 10 : 2);
    for (let seed = 1; seed <= seeds; seed++) {
      const failure = failureOf(make, judged, trial, { execute, seed, everyByte: seed === 1 });
      if (failure) return [{ ...failure, isWrong: failure.isMismatch || trial.isReached }];
    }
    return [];
  });
  const isSmaller = failures.some(({ isMismatch, isWrong }) => isWrong && !isMismatch);
  return {
    wrong: failures.flatMap(({ isWrong, text }) => (isWrong ? [text] : [])),
    remarks: [
      ...untried,
      ...failures.flatMap(({ isWrong, text }) =>
        isWrong ? [] : [`Not judged, because no source says whether the master reaches it: ${text}`],
      ),
      ...(isSmaller && (memories ?? masters) === undefined
        ? [
            "A machine without some of the chip's memories or masters is checked with `memories` or `masters`: the names of those that it has.",
          ]
        : []),
    ],
  };
}

function mistakesOn(
  make: MakeMachine,
  judged: Judged,
  { handOvers, basics }: Trials,
  { attempts }: Asked,
  remarks: readonly string[],
): Pick<MachineReport, "missed" | "shown" | "beyond" | "threw" | "remarks"> {
  const { plan, core } = judged;
  const found = mistakesOf(plan, core).map((mistake) => {
    const trials = mistake.isTriedEverywhere ? [...handOvers, ...basics] : handOvers;
    return { mistake, ...taken(make, judged, mistake, { trials, attempts }) };
  });
  const shown = found.filter(({ asked, missed, threw }) => asked.length > 0 && missed.length === 0 && !threw);
  const beyond = found.filter(({ asked }) => asked.length === 0);
  return {
    missed: found.flatMap(({ mistake, missed }) => (missed.length > 0 ? [missedText(judged, mistake, missed)] : [])),
    shown: shown.map(({ mistake }) => mistake.name),
    beyond: beyond.map(({ mistake }) => mistake.name),
    threw: found.flatMap(({ mistake, threw }) => (threw ? [{ mistake: mistake.name, error: threw.text }] : [])),
    remarks: [
      ...remarks,
      ...(beyond.length === found.length
        ? [
            `${plan.name}: no mistake in it shows where everything is performed in program order, so that none could be tried.`,
          ]
        : []),
    ],
  };
}

function missedText({ plan, core }: Judged, mistake: Mistake, missed: readonly Trial[]): MissedMistake {
  const { exchange, lineBytes } = missed[0]!;
  const compared = { core, method: mistake.method, buffers: exchange.buffers, lineBytes };
  return {
    mistake: mistake.name,
    says: missOf(executionOf(lower(plan)), mistake.execute, compared),
    exchanges: missed.map((trial) => trial.exchange.name),
  };
}

/** @throws {TypeError} */
function requireMachine(machine: unknown): void {
  refusePromise("The function that makes machines", machine);
  const methods = ["store", "load", "dmaRead", "dmaWrite"] as const;
  for (const method of methods)
    if (typeof (machine as Partial<Record<string, unknown>> | undefined | null)?.[method] !== "function")
      throw new TypeError(`a machine that is checked has a method ${method}`);
}

/** Whether a memory keeps what the CPU stores, or is there for programs and constants only. */
function keepsStores(make: MakeMachine, plan: FencePlan, memory: string, address: bigint): boolean {
  const machine = make({ seed: 1, core: plan.coreName || plan.core, lineBytes: {}, memories: [memory] });
  requireMachine(machine);
  try {
    const other = (machine.load(address, 1)[0] ?? 0) ^ 0xff;
    machine.store(address, [other]);
    return machine.load(address, 1)[0] === other;
  } catch {
    return false;
  }
}

/** Why there is no exchange for a fence. Completes a sentence that begins with it. */
function whyNot(
  chip: ResolvedChip,
  { controllers }: FencePlan,
  { memories, masters }: Asked,
  { untried }: Trials,
): string {
  if (chip.dma.length === 0) return "cannot be checked: the chip has no DMA master";
  const own = controllers.filter((name) => masters?.includes(name) ?? true);
  if (own.length === 0) return `cannot be checked without its masters ${controllers.join(", ")}`;
  if (untried.length > 0) return `cannot be checked: ${untried.join("; ")}`;
  return `cannot be checked: ${own.join(", ")} ${own.length === 1 ? "reaches" : "reach"} nothing of ${memories?.join(", ") ?? "the memory"} that the core sees`;
}
