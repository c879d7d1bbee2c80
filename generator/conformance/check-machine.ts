// Judges somebody's machine: with the chip's own fence nothing may go wrong on it, and with a fence that has a mistake in it
// something must, wherever a core that performs everything in program order shows the mistake.
import type { ResolvedChip, ResolvedCore } from "../model/chip.ts";
import { lineSizeQuestion, possibleLineBytes } from "../plan/line-size.ts";
import type { FencePlan } from "../plan/operation.ts";
import { coreOf, planChip } from "../plan/plan-chip.ts";
import { lower } from "../program/lower.ts";
import { seenBy } from "../semantics/memory-map.ts";
import { SimulatedMachine } from "../simulator/machine.ts";
import { type Execute, executionOf } from "../verifier/fence-under-test.ts";
import { changeName, type Mutant, mutantsOf } from "../verifier/mutants.ts";
import type { CheckedMachine, CheckedMachineOptions } from "./checked-machine.ts";
import { type Exchange, exchangesFor } from "./exchanges.ts";
import { missOf } from "./misses.ts";
import { fenceFor } from "./perform.ts";

/** How a machine is checked. */
export interface CheckOptions {
  /** Name of the class of the fence that is tried; left out, every fence of the chip. */
  readonly fence?: string;
  /** Names of the memories, as the chip's description has them, that the machine models; left out, all. */
  readonly memories?: readonly string[];
  /** How many machines may be made until one shows a mistake, each with another seed; 100 where left out. */
  readonly attempts?: number;
}

/** A mistake in a fence: which step was changed and how, and what a machine does that does not show it. */
export interface MissedMistake {
  /** `Stm32h743DmaFence, release 2: removed`. */
  readonly mistake: string;
  /** Completes a sentence that begins with the machine: `treats any barrier as completing: …`. */
  readonly says: string;
}

/** What was found of a machine. */
export interface MachineReport {
  /** What went wrong on it with the chip's own fence, each with what was tried. */
  readonly wrong: readonly string[];
  /** Mistakes that it must show and does not. */
  readonly missed: readonly MissedMistake[];
  /** Names of the mistakes that it shows. */
  readonly shown: readonly string[];
  /** Names of those that only a core shows which reorders accesses, or caches that act by themselves; nothing is asked of it there. */
  readonly beyond: readonly string[];
}

/** How much a message shows of what is wrong: one thing is often behind all of it. */
const mostShown = 5;

/** A machine is wrong, or does not show what it must; the message says where, and `report` has everything. */
export class MachineCheckError extends Error {
  override readonly name = "MachineCheckError";
  /** What was found. */
  readonly report: MachineReport;

  constructor(chip: string, report: MachineReport) {
    const says = new Set(report.missed.map((each) => each.says));
    const mistakes = (text: string) =>
      report.missed.flatMap(({ mistake, says: other }) => (other === text ? [`    ${mistake}`] : []));
    super(
      [
        `The machine is no ${chip}.`,
        ...report.wrong.slice(0, mostShown).map((text) => `  Wrong with the chip's own fence: ${text}`),
        ...(report.wrong.length > mostShown ? [`  and ${report.wrong.length - mostShown} more`] : []),
        ...[...says].flatMap((text) => [`  It ${text}. It does not show:`, ...mistakes(text)]),
      ].join("\n"),
    );
    this.report = report;
  }
}

/**
 * Tries a machine with the fences of a chip, and with each mistake that `fencegen verify` makes in them.
 * @param make called often: each exchange of a buffer has a machine of its own
 * @returns what was found where all is as it must be
 * @throws {MachineCheckError} where it is not
 * @throws {TypeError} where a method is missing
 * @throws {RangeError} where the chip has no such fence, or no DMA master reaches any of these memories
 */
export function checkMachine(
  chip: ResolvedChip,
  make: (options: CheckedMachineOptions) => CheckedMachine,
  { fence, memories, attempts = 100 }: CheckOptions = {},
): MachineReport {
  const fences = planChip(chip).fences.filter(({ name }) => fence === undefined || name === fence);
  if (fences.length === 0) throw new RangeError(`there is no fence ${fence} of ${chip.id}`);
  if (!(attempts >= 1)) throw new RangeError(`${attempts} attempts find nothing`);
  const reports = fences.map((plan) => checkFence(chip, plan, make, { memories, attempts }));
  const report: MachineReport = {
    wrong: reports.flatMap(({ wrong }) => wrong),
    missed: reports.flatMap(({ missed }) => missed),
    shown: reports.flatMap(({ shown }) => shown),
    beyond: reports.flatMap(({ beyond }) => beyond),
  };
  if (report.wrong.length + report.missed.length > 0) throw new MachineCheckError(chip.title, report);
  return report;
}

interface Trial {
  readonly exchange: Exchange;
  readonly lineBytes: number | undefined;
  readonly levels: Readonly<Record<string, number>>;
}

function checkFence(
  chip: ResolvedChip,
  plan: FencePlan,
  make: (options: CheckedMachineOptions) => CheckedMachine,
  { memories, attempts }: { readonly memories: readonly string[] | undefined; readonly attempts: number },
): MachineReport {
  const core = coreOf(chip, plan);
  const name = plan.coreName || plan.core;
  const right = executionOf(lower(plan));
  const trials = trialsOf(chip, plan, core, memories);
  if (trials.length === 0)
    throw new RangeError(`${plan.name} has no buffer in ${memories?.join(", ") ?? "any memory"}`);
  const reference = (options: CheckedMachineOptions) => new SimulatedMachine(chip, { ...options, order: "program" });
  const fails = (maker: typeof make, trial: Trial, execute: Execute, seed: number): string | undefined => {
    const { exchange, levels } = trial;
    try {
      const machine = maker({ seed, core: name, lineBytes: levels });
      exchange.run(machine, fenceFor(machine, { plan, core, execute }));
      return undefined;
    } catch (error) {
      return `${exchange.name}: ${error instanceof Error ? error.message : String(error)}`;
    }
  };
  const probe = make({ seed: 1, core: name, lineBytes: trials[0]!.levels });
  for (const method of ["store", "load", "dmaRead", "dmaWrite"] as const)
    if (typeof probe?.[method] !== "function") throw new TypeError(`a machine that is checked has a method ${method}`);
  const wrong = trials.flatMap((trial) => {
    for (let seed = 1; seed <= Math.min(attempts, 10); seed++) {
      const failure = fails(make, trial, right, seed);
      if (failure !== undefined) return [failure];
    }
    return [];
  });
  // Where it is wrong all the same, it would seem to show everything.
  if (wrong.length > 0) return { wrong, missed: [], shown: [], beyond: [] };

  const possible = trials.filter(({ exchange }) => exchange.asks.every((hook) => probe[hook] !== undefined));
  const judge = (mutant: Mutant): "shown" | "missed" | "beyond" => {
    const showing = possible.filter((trial) => fails(reference, trial, mutant.execute, 1) !== undefined);
    if (showing.length === 0) return "beyond";
    for (let seed = 1; seed <= attempts; seed++)
      if (showing.some((trial) => fails(make, trial, mutant.execute, seed) !== undefined)) return "shown";
    return "missed";
  };
  const judged = mutantsOf(plan, core).map((mutant) => ({
    mutant,
    name: `${plan.name}, ${changeName(mutant)}`,
    verdict: judge(mutant),
  }));
  const names = (wanted: string) => judged.flatMap((each) => (each.verdict === wanted ? [each.name] : []));
  const missed = judged.flatMap(({ mutant, name: mistake, verdict }): MissedMistake[] => {
    if (verdict !== "missed") return [];
    const lineBytes = trials[0]!.lineBytes;
    const at = { address: seenBy(chip, core).regions[0]?.base ?? 0n, lengthBytes: 4 * (plan.lineBytes ?? 32) };
    const compared = { core, method: mutant.fence, buffer: at, lineBytes };
    return [{ mistake, says: missOf(right, mutant.execute, compared) }];
  });
  return { wrong, missed, shown: names("shown"), beyond: names("beyond") };
}

/** Every exchange, with each size of lines that the core may name. */
function trialsOf(
  chip: ResolvedChip,
  plan: FencePlan,
  core: ResolvedCore,
  memories: readonly string[] | undefined,
): Trial[] {
  const seen = seenBy(chip, core);
  const sizes = lineSizeQuestion(plan) ? possibleLineBytes(plan) : [undefined];
  return sizes.flatMap((lineBytes) => {
    const levels = Object.fromEntries(
      core.caches.flatMap(({ name, smallestLineBytes, largestLineBytes }) =>
        lineBytes === undefined
          ? []
          : [[name, Math.min(Math.max(lineBytes, smallestLineBytes), largestLineBytes)] as const],
      ),
    );
    return exchangesFor(plan, seen, core, { lineBytes, memories }).map((exchange) => ({ exchange, lineBytes, levels }));
  });
}
