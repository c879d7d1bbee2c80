// A fence to judge: one of a shipped chip or of a chip of a test, with mistakes planted in its steps or its facts.

import type { FenceMethod, ResolvedChip, ResolvedCore } from "../../generator/model/chip.ts";
import type { FencePlan, FenceStep, Maintenance } from "../../generator/plan/operation.ts";
import { coreOf } from "../../generator/plan/plan-chip.ts";
import { lowerSteps } from "../../generator/program/lower.ts";
import { execute } from "../../generator/program/run.ts";
import type { DmaBuffer } from "../../generator/runtime/dma-fence.ts";
import type { RecordedOperation } from "../../generator/runtime/recording-machine.ts";
import { barrierFromText } from "../../generator/semantics/barrier.ts";
import { mechanismsOf } from "../../generator/semantics/instruction.ts";
import type { Counterexample } from "../../generator/verifier/verdict.ts";
import { verifyFence } from "../../generator/verifier/verify-fence.ts";
import { planOf } from "../support/pipeline.ts";

export interface Subject {
  readonly chip: string;
  /** Masters to judge it for; left out, all that the fence is for. */
  readonly masters?: readonly string[];
  /** Descriptions that come to the shipped ones or take their places, by path: what the fence is made from. */
  readonly texts?: Readonly<Record<string, string>>;
  /** The same for what is true of the chip, where that differs. */
  readonly facts?: Readonly<Record<string, string>>;
}

export type Edit = (steps: readonly FenceStep[], core: ResolvedCore) => readonly FenceStep[];

/** What is done wrong. */
/** Changes what a step executes: how mistakes are planted that no step can say. */
export type Alteration = (step: FenceStep, executed: readonly RecordedOperation[]) => readonly RecordedOperation[];

export interface Change {
  readonly release?: Edit;
  readonly acquire?: Edit;
  /** What the maintenance steps execute instead. */
  readonly executes?: Partial<Record<FenceMethod, Alteration>>;
  /** What the fence is called with instead of the buffer. */
  readonly called?: (buffer: DmaBuffer) => DmaBuffer;
  /** Neighbours write to the lines of inbound buffers as well. */
  readonly sharedLines?: boolean;
}

export interface Findings {
  /** The properties that some execution breaks, and `footprint`. */
  readonly broken: readonly string[];
  readonly counterexamples: readonly Counterexample[];
}

export interface Planned {
  readonly plan: FencePlan;
  readonly chip: ResolvedChip;
  readonly core: ResolvedCore;
}

const planned = new Map<string, Planned>();

export function planSubject({ chip: id, masters, texts = {}, facts }: Subject): Planned {
  const key = JSON.stringify([id, masters, texts, facts]);
  const known = planned.get(key);
  if (known) return known;
  const own = planFrom(id, texts);
  const { chip, core } = facts ? planFrom(id, { ...texts, ...facts }) : own;
  const plan = masters ? { ...own.plan, controllers: masters } : own.plan;
  planned.set(key, { plan, chip, core });
  return { plan, chip, core };
}

function planFrom(id: string, texts: Readonly<Record<string, string>>): Planned {
  const { planned, diagnostics } = planOf(id, texts);
  const plan = planned?.fences[0];
  if (!plan) throw new Error(`${id}: ${diagnostics.map(({ message }) => message).join("; ")}`);
  return { plan, chip: planned.chip, core: coreOf(planned.chip, plan) };
}

/** What steps execute, each changed on its own. */
function executed(
  steps: readonly FenceStep[],
  buffer: DmaBuffer,
  change: Alteration = (_, operations) => operations,
): readonly RecordedOperation[] {
  const all: RecordedOperation[] = [];
  for (const step of steps) {
    const own: RecordedOperation[] = [];
    const goesOn = execute(lowerSteps([step]), { buffer }, (operation) => own.push(operation));
    all.push(...change(step, own));
    if (!goesOn) break;
  }
  return all;
}

const findingsOf = new Map<string, WeakMap<Change, Findings>>();

/** Judges a changed fence in every scenario; the steps themselves, being wrong, are not. */
export function judge(subject: Subject, change: Change = {}): Findings {
  const key = JSON.stringify(subject);
  const known = findingsOf.get(key)?.get(change);
  if (known) return known;
  const { plan, chip, core } = planSubject(subject);
  const steps = {
    release: change.release?.(plan.release, core) ?? plan.release,
    acquire: change.acquire?.(plan.acquire, core) ?? plan.acquire,
  };
  const execute = (fence: FenceMethod, buffer: DmaBuffer): readonly RecordedOperation[] =>
    executed(steps[fence], change.called?.(buffer) ?? buffer, change.executes?.[fence]);
  const edges = plan.acquire.filter((step) => step.kind === "maintain-lines" && step.lines === "edges");
  const obligations = plan.obligations.filter(({ kind }) =>
    /^(edge-lines-quiet|other-cores-off|one-address|address-handed-over)$|s-its-lines$/.test(kind),
  );
  const bare = {
    ...plan,
    release: [],
    acquire: edges,
    obligations: change.sharedLines ? obligations.filter(({ kind }) => kind !== "buffer-owns-its-lines") : obligations,
  };
  const { properties, counterexamples, undecided } = verifyFence(bare, chip, core, execute);
  if (undecided) throw new Error(`${subject.chip} is undecided: ${undecided}`);
  const findings = {
    broken: [...new Set(properties.flatMap(({ name, holds }) => (holds ? [] : [name])))],
    counterexamples,
  };
  findingsOf.set(key, (findingsOf.get(key) ?? new WeakMap<Change, Findings>()).set(change, findings));
  return findings;
}

const barriersOf = (steps: readonly FenceStep[]) => steps.filter(({ kind }) => kind === "barrier");

/** Leaves out the maintenance, of one level or of all, with what completes it. */
export const withoutMaintenance =
  (level?: string): Edit =>
  (steps) => {
    const left = steps.filter((step) => "operation" in step && (level === undefined || step.levels.includes(level)));
    const mechanisms = new Set(left.map((step) => (step as Maintenance).mechanism));
    return steps.filter(
      (step) => !left.includes(step) && !(step.kind === "complete-maintenance" && mechanisms.has(step.mechanism)),
    );
  };

export const withoutBarriers: Edit = (steps) => steps.filter(({ kind }) => kind !== "barrier");

export const nothing: Edit = () => [];

/** Leaves out a barrier; counted from the end if below zero. */
export const withoutBarrier =
  (index: number): Edit =>
  (steps) => {
    const barrier = barriersOf(steps).at(index);
    if (!barrier) throw new Error(`no barrier ${index}`);
    return steps.filter((step) => step !== barrier);
  };

export const barrier =
  (index: number, instruction: string): Edit =>
  (steps) => {
    const found = barriersOf(steps).at(index);
    if (!found) throw new Error(`no barrier ${index}`);
    return steps.map((step) => (step === found ? ({ ...step, instruction } as FenceStep) : step));
  };

/** Other operations of the same mechanism in the place of those that the fence executes. */
export const operation =
  (name: string): Edit =>
  (steps, core) => {
    let used = false;
    const edited = steps.map((step) => {
      if (!("operation" in step)) return step;
      const other = mechanismsOf(core)
        .find(({ id }) => id === step.mechanism)!
        .operations.find((candidate) => candidate.name === name);
      used ||= other !== undefined;
      return other ? { ...step, operation: other.name, effect: other.effect, accesses: other.sequence } : step;
    });
    if (!used) throw new Error(`no mechanism has an operation ${name}`);
    return edited;
  };

/** The two passes of a fence for two levels change places, each with its completion and a barrier that completes it. */
export const levelsSwapped: Edit = (steps) => {
  const [first, second] = steps.filter((step) => "operation" in step);
  const last = barriersOf(steps).at(-1);
  if (!first || !second || !last) throw new Error("the fence has one pass");
  const pass = (step: typeof first) => [
    step,
    ...steps.filter((other) => other.kind === "complete-maintenance" && other.mechanism === step.mechanism),
    last,
  ];
  return [last, ...pass(second), ...pass(first)];
};

/** One edit after the other. */
export const all =
  (...edits: readonly Edit[]): Edit =>
  (steps, core) =>
    edits.reduce((edited, edit) => edit(edited, core), steps);

/** Changes what every maintenance step by line or range executes. */
export const maintenance =
  (change: (executed: readonly RecordedOperation[], lineBytes: number) => readonly RecordedOperation[]): Alteration =>
  (step, executed) =>
    "lineBytes" in step && executed.length > 0 ? change(executed, step.lineBytes) : executed;

export function movedBy(operation: RecordedOperation, bytes: bigint): RecordedOperation {
  if (operation.kind === "maintain" && operation.address !== undefined)
    return { ...operation, address: operation.address + bytes };
  return operation.kind === "write-register" ? { ...operation, value: operation.value + bytes } : operation;
}

/** One barrier more or a stronger one: the instruction before the maintenance, or in the place of the one barrier. */
export const withBarrier =
  (instruction: string): Edit =>
  (steps, core) => {
    const row = barrierFromText(instruction, core.architecture.barriers);
    if (!row) throw new Error(`no barrier ${instruction}`);
    const step: FenceStep = {
      kind: "barrier",
      ...row,
      demandedBy: undefined,
      barrierSources: [],
      reason: "A test puts it there.",
    };
    const rest = steps.filter(({ kind }) => kind !== "compiler-barrier");
    const maintains = rest.findIndex((other) => "operation" in other);
    if (maintains !== -1) return [...rest.slice(0, maintains), step, ...rest.slice(maintains)];
    return [step];
  };
