// One exchange on one machine, and what of a mistake it must show: what shows on fencegen's own machine in program order,
// whichever way is decided what manuals leave open.
import type { ResolvedChip, ResolvedCore } from "../model/chip.ts";
import type { FencePlan } from "../plan/operation.ts";
import { SimulatedMachine } from "../simulator/machine.ts";
import type { Execute } from "../verifier/fence-under-test.ts";
import type { CheckedMachine, CheckedMachineOptions } from "./checked-machine.ts";
import { Driver, Mismatch, PromiseError } from "./driver.ts";
import type { Mistake } from "./mistakes.ts";
import { fenceFor } from "./perform.ts";
import type { Trial } from "./trials.ts";

export type MakeMachine = (options: CheckedMachineOptions) => CheckedMachine;

export interface Judged {
  readonly chip: ResolvedChip;
  readonly plan: FencePlan;
  readonly core: ResolvedCore;
}

/** What did not go right: a byte was not what it must be, or something else was thrown. */
export interface Failure {
  readonly isMismatch: boolean;
  readonly text: string;
}

/** @param everyByte whether every byte is compared, and not just those at edges */
export function failureOf(
  make: MakeMachine,
  { plan, core }: Judged,
  { exchange, levels }: Trial,
  { execute, seed, everyByte }: { readonly execute: Execute; readonly seed: number; readonly everyByte: boolean },
): Failure | undefined {
  const machine = make({ seed, core: plan.coreName || plan.core, lineBytes: levels, memories: exchange.memories });
  const fence = fenceFor(machine, { plan, core, execute });
  try {
    exchange.run(new Driver(machine, exchange.place.master, everyByte), fence);
    return undefined;
  } catch (error) {
    if (error instanceof PromiseError) throw error;
    const text = error instanceof Error ? error.message : String(error);
    return { isMismatch: error instanceof Mismatch, text: `${exchange.name}: ${text}${issuedText(fence.issued())}` };
  }
}

/** What was issued last, shortened. */
function issuedText(lines: readonly string[]): string {
  if (lines.length === 0) return "";
  const most = 6;
  const shown = lines.length > most ? [...lines.slice(0, most - 1), "…", ...lines.slice(-1)] : lines;
  return `; the fence had issued ${shown.join("; ")}`;
}

/** What a mistake shows where depends on the chip alone. */
const known = new WeakMap<ResolvedChip, Map<string, boolean>>();

/** Whether a mistake shows in an exchange, so that it must on every machine. */
export function mustShow(judged: Judged, trial: Trial, mistake: Mistake): boolean {
  const { chip } = judged;
  const ofChip = known.get(chip) ?? new Map<string, boolean>();
  known.set(chip, ofChip);
  const key = `${mistake.name} ${trial.exchange.name} ${trial.lineBytes}`;
  const found =
    ofChip.get(key) ??
    (["first", "last"] as const).every((leftOpen) => {
      const make: MakeMachine = (options) => new SimulatedMachine(chip, { ...options, order: "program", leftOpen });
      return (
        failureOf(make, judged, trial, { execute: mistake.execute, seed: 1, everyByte: false })?.isMismatch === true
      );
    });
  ofChip.set(key, found);
  return found;
}

/** How a machine took a mistake: where it shows it, where it must and does not, and where it threw something. */
export interface Taken {
  readonly asked: readonly Trial[];
  readonly missed: readonly Trial[];
  readonly threw: Failure | undefined;
}

/** Once a mistake is known not to show in one exchange, it is tried this often in each of the others, to say where as well. */
const attemptsElsewhere = 3;

/** @param attempts how many machines may be made until one shows the mistake in an exchange */
export function taken(
  make: MakeMachine,
  judged: Judged,
  mistake: Mistake,
  { trials, attempts }: { readonly trials: readonly Trial[]; readonly attempts: number },
): Taken {
  const asked = trials.filter((trial) => !trial.isChosen && mustShow(judged, trial, mistake));
  const missed: Trial[] = [];
  let threw: Failure | undefined;
  for (const trial of asked) {
    const most = missed.length > 0 ? Math.min(attempts, attemptsElsewhere) : attempts;
    const found = firstMismatch(make, judged, trial, mistake, most);
    if (found === "none") missed.push(trial);
    else if (found !== "mismatch") threw ??= found;
  }
  return { asked, missed, threw };
}

/** Whether a byte is wrong with some seed; where something is thrown instead, that. */
function firstMismatch(
  make: MakeMachine,
  judged: Judged,
  trial: Trial,
  { execute }: Mistake,
  attempts: number,
): "mismatch" | "none" | Failure {
  for (let seed = 1; seed <= attempts; seed++) {
    const failure = failureOf(make, judged, trial, { execute, seed, everyByte: false });
    if (failure) return failure.isMismatch ? "mismatch" : failure;
  }
  return "none";
}
