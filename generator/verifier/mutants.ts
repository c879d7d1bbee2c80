// Every way in which a fence is made a little weaker, to see that each step is needed. A change that leaves
// the fence at least as strong is no mutant: a barrier that orders as much, an operation that does as much.

import type { Mechanism, Operation, ResolvedCore, SequenceItem } from "../model/chip.ts";
import type {
  FencePlan,
  FenceStep,
  MaintainLines,
  MaintainRange,
  ReadLineSize,
  RegionRange,
} from "../plan/operation.ts";
import { stepTitle } from "../program/plan-text.ts";
import { type Alteration, operationsOf } from "../program/run.ts";
import type { DmaBuffer } from "../runtime/dma-fence.ts";
import type { RecordedOperation } from "../runtime/recording-machine.ts";
import { allBarriers, type BarrierEffect, isAtMost } from "../semantics/barrier.ts";
import { mechanismsOf } from "../semantics/instruction.ts";

export interface Mutant {
  readonly fence: "release" | "acquire";
  /** Index of the step that was changed. */
  readonly step: number;
  readonly change: string;
  /** @param lineBytes what the core answers where the fence asks for the size of a line */
  execute(fence: "release" | "acquire", buffer: DmaBuffer, lineBytes?: number): readonly RecordedOperation[];
}

/** `release 2: weakened to dmb sy`: unique within a fence. */
export function changeName({ fence, step, change }: Pick<Mutant, "fence" | "step" | "change">): string {
  return `${fence} ${step + 1}: ${change}`;
}

/** The step that the change took away or weakened. */
export function changedStep(plan: FencePlan, { fence, step }: Pick<Mutant, "fence" | "step">): string {
  return `${fence} step ${step + 1}, ${stepTitle(plan[fence][step]!)}`;
}

export function mutantsOf(plan: FencePlan, core: ResolvedCore): Mutant[] {
  return (["release", "acquire"] as const).flatMap((fence) =>
    plan[fence].flatMap((step, index) => [
      ...removed(plan, fence, step, index),
      ...everywhere(plan, fence, step, index),
      ...issuedOnce(plan, fence, step, index, core),
      ...weakened(plan, fence, step, index, core),
      ...loops(plan, fence, step, index),
      ...siblings(plan, fence, step, index, core),
      ...swapped(plan, fence, step, index),
    ]),
  );
}

function withSteps(
  plan: FencePlan,
  fence: Mutant["fence"],
  step: number,
  change: string,
  steps: readonly FenceStep[],
  alter?: Alteration,
): Mutant {
  const changed = { ...plan, [fence]: steps };
  return {
    fence,
    step,
    change,
    execute: (which, buffer, lineBytes) =>
      operationsOf(changed[which], buffer, which === fence ? alter : undefined, lineBytes),
  };
}

function removed(plan: FencePlan, fence: Mutant["fence"], step: FenceStep, index: number): Mutant[] {
  if (step.kind === "compiler-barrier") return [];
  const steps = plan[fence].filter((_, at) => at !== index);
  if (step.kind === "read-line-size")
    return [withSteps(plan, fence, index, "the largest size taken", takingLargest(steps, step))];
  if (step.kind !== "return-if-empty") return [withSteps(plan, fence, index, "removed", steps)];
  // The emitted loops test after the first line: without the early return they maintain one line of an empty buffer.
  return [
    {
      fence,
      step: index,
      change: "removed",
      execute: (which, buffer, lineBytes) =>
        operationsOf(
          which === fence ? steps : plan[which],
          which === fence && buffer.lengthBytes === 0 ? { ...buffer, lengthBytes: 1 } : buffer,
          undefined,
          lineBytes,
        ),
    },
  ];
}

/** Without the question, some size must be taken. The smallest is only slow. */
function takingLargest(steps: readonly FenceStep[], { largestBytes }: ReadLineSize): FenceStep[] {
  return steps.map((step) => {
    if (step.kind !== "maintain-lines" || !step.bySizeRead) return step;
    const { bySizeRead: _, ...known } = step;
    return { ...known, lineBytes: largestBytes };
  });
}

/** An operation that is meant for some memory only, done for all. */
function everywhere(plan: FencePlan, fence: Mutant["fence"], step: FenceStep, index: number): Mutant[] {
  if (!("operation" in step) || !step.onlyIn) return [];
  const changed = replacedAt(plan[fence], index, { ...step, onlyIn: undefined });
  return [withSteps(plan, fence, index, "done for all memory", changed)];
}

/** A sequence that the silicon needs several times, issued once less. */
function issuedOnce(
  plan: FencePlan,
  fence: Mutant["fence"],
  step: FenceStep,
  index: number,
  core: ResolvedCore,
): Mutant[] {
  const operation = operationOf(step, core);
  if (!("operation" in step) || !operation || operation.repeat === 1) return [];
  const accesses = step.accesses.slice(operation.sequence.length);
  const changed = replacedAt(plan[fence], index, { ...step, accesses });
  return [withSteps(plan, fence, index, "issued once less", changed)];
}

/** One notch down the lattice: the strongest of the barriers that are strictly weaker. */
function weakened(
  plan: FencePlan,
  fence: Mutant["fence"],
  step: FenceStep,
  index: number,
  core: ResolvedCore,
): Mutant[] {
  if (step.kind !== "barrier") return [];
  const available = allBarriers([
    ...core.architecture.barriers,
    ...mechanismsOf(core).flatMap(({ barriers }) => barriers),
  ]);
  const own: BarrierEffect = step;
  const weaker = available.filter(
    (barrier) =>
      isAtMost(barrier, own) && !isAtMost(own, barrier) && barrier.earlier.length > 0 && barrier.later.length > 0,
  );
  const notches = weaker.filter(
    (barrier) => !weaker.some((other) => isAtMost(barrier, other) && !isAtMost(other, barrier)),
  );
  const texts = [...new Set(notches.map(({ instruction }) => instruction))];
  return texts.map((instruction) =>
    withSteps(
      plan,
      fence,
      index,
      `weakened to ${instruction}`,
      replacedAt(plan[fence], index, { ...step, instruction }),
    ),
  );
}

/** Each loop and range a line shorter and a line longer, at both ends. */
function loops(plan: FencePlan, fence: Mutant["fence"], step: FenceStep, index: number): Mutant[] {
  if (step.kind === "maintain-range") {
    return (["shorter", "longer"] as const).map((change) =>
      withSteps(plan, fence, index, `range a line ${change}`, plan[fence], (at, executed) =>
        at === step ? movedEnd(executed, step, change) : executed,
      ),
    );
  }
  if (step.kind !== "maintain-lines" || step.lines !== "all") return [];
  const alter =
    (
      change: (executed: readonly RecordedOperation[], step: MaintainLines) => readonly RecordedOperation[],
    ): Alteration =>
    (at, executed) =>
      at === step && executed.length > 0 ? change(executed, step) : executed;
  const size = step.accesses.length;
  return [
    withSteps(
      plan,
      fence,
      index,
      "loop without the first line",
      plan[fence],
      alter((executed) => executed.slice(size)),
    ),
    withSteps(
      plan,
      fence,
      index,
      "loop without the last line",
      plan[fence],
      alter((executed) => executed.slice(0, -size)),
    ),
    withSteps(
      plan,
      fence,
      index,
      "loop a line further",
      plan[fence],
      alter((executed) => [
        ...executed,
        ...executed
          .slice(-size)
          .map((operation, at) => movedLine(operation, step.accesses[at], BigInt(step.lineBytes))),
      ]),
    ),
  ];
}

function siblings(
  plan: FencePlan,
  fence: Mutant["fence"],
  step: FenceStep,
  index: number,
  core: ResolvedCore,
): Mutant[] {
  const mechanism = mechanismOf(step, core);
  const own = operationOf(step, core);
  if (!("operation" in step) || !mechanism || !own) return [];
  return mechanism.operations
    .filter((other) => other.name !== own.name && other.unit === own.unit && !doesAsMuch(other, own))
    .map((other) =>
      withSteps(
        plan,
        fence,
        index,
        `${own.name} replaced by ${other.name}`,
        replacedAt(plan[fence], index, { ...step, operation: other.name, accesses: other.sequence }),
      ),
    );
}

function mechanismOf(step: FenceStep, core: ResolvedCore): Mechanism | undefined {
  return "operation" in step ? core.caches.find(({ name }) => name === step.levels[0])?.mechanism : undefined;
}

function operationOf(step: FenceStep, core: ResolvedCore): Operation | undefined {
  if (!("operation" in step)) return undefined;
  return mechanismOf(step, core)?.operations.find(({ name }) => name === step.operation);
}

const parts = {
  clean: ["clean"],
  invalidate: ["invalidate"],
  "clean-and-invalidate": ["clean", "invalidate"],
  "discard-dirty": ["discard-dirty"],
} as const;
const reach = ["unification", "this-level", "coherency"];

function doesAsMuch(other: Operation, own: Operation): boolean {
  const does: readonly string[] = parts[other.effect];
  return (
    parts[own.effect].every((part) => does.includes(part)) && reach.indexOf(other.reaches) >= reach.indexOf(own.reaches)
  );
}

/** The pass of one level changes places with the pass of the next; barriers and completions stay where they are. */
function swapped(plan: FencePlan, fence: Mutant["fence"], step: FenceStep, index: number): Mutant[] {
  if (!("operation" in step)) return [];
  const next = plan[fence].findIndex((other, at) => at > index && "operation" in other);
  const other = plan[fence][next];
  if (!other || !("operation" in other) || areApart(step.onlyIn, other.onlyIn)) return [];
  return [
    withSteps(
      plan,
      fence,
      index,
      `${step.operation} swapped with ${other.operation}`,
      replacedAt(replacedAt(plan[fence], index, other), next, step),
    ),
  ];
}

/** Whether no buffer is in both: the order of the passes cannot matter then. */
function areApart(one: readonly RegionRange[] | undefined, other: readonly RegionRange[] | undefined): boolean {
  return (
    one !== undefined && other !== undefined && !one.some(({ base }) => other.some((range) => range.base === base))
  );
}

function replacedAt(steps: readonly FenceStep[], index: number, step: FenceStep): FenceStep[] {
  return steps.map((other, at) => (at === index ? step : other));
}

/** An access of a line's operation, done to another line. */
function movedLine(operation: RecordedOperation, item: SequenceItem | undefined, byBytes: bigint): RecordedOperation {
  if (operation.kind === "maintain" && operation.address !== undefined)
    return { ...operation, address: operation.address + byBytes };
  if (operation.kind !== "write-register") return operation;
  if (item?.kind === "store") return { ...operation, address: operation.address + byBytes };
  if (item?.kind !== "write" || item.value.of !== "address") return operation;
  return { ...operation, value: operation.value + (byBytes >> BigInt(item.value.shiftRight)) };
}

/** The end or the size that a range command is given, a line off. */
function movedEnd(
  executed: readonly RecordedOperation[],
  { accesses, lineBytes }: MaintainRange,
  change: "shorter" | "longer",
): readonly RecordedOperation[] {
  const ends = ["last-byte", "end", "size-bytes", "size-lines"];
  return executed.map((operation, index) => {
    const item = accesses[index];
    if (operation.kind !== "write-register" || item?.kind !== "write" || !ends.includes(item.value.of))
      return operation;
    const line = item.value.of === "size-lines" ? 1 : lineBytes;
    const shift = BigInt(item.value.shiftRight);
    return { ...operation, value: operation.value + (BigInt(change === "longer" ? line : -line) >> shift) };
  });
}
