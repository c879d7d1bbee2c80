// Every way in which a fence is made a little weaker, to see that each step is needed. A change that leaves
// the fence at least as strong is no mutant: a barrier that orders as much, an operation that does as much.
import { allBarriers, type BarrierEffect, isAtMost } from "../plan/barriers.ts";
import type { FencePlan, FenceStep, MaintainLines, MaintainRange } from "../plan/operation.ts";
import { stepTitle } from "../plan/plan-text.ts";
import type { Operation, ResolvedCore } from "../resolve/model.ts";
import type { DmaBuffer } from "../runtime/dma-fence.ts";
import type { RecordedOperation } from "../runtime/recording-machine.ts";
import { mechanismsOf } from "../simulator/interpret.ts";
import { type Alteration, operationsOf } from "../simulator/operations.ts";

export interface Mutant {
  readonly fence: "release" | "acquire";
  /** Index of the step that was changed. */
  readonly step: number;
  readonly change: string;
  execute(fence: "release" | "acquire", buffer: DmaBuffer): readonly RecordedOperation[];
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
    execute: (which, buffer) => operationsOf(changed[which], buffer, which === fence ? alter : undefined),
  };
}

function removed(plan: FencePlan, fence: Mutant["fence"], step: FenceStep, index: number): Mutant[] {
  if (step.kind === "compiler-barrier") return [];
  const steps = plan[fence].filter((_, at) => at !== index);
  if (step.kind !== "return-if-empty") return [withSteps(plan, fence, index, "removed", steps)];
  // The emitted loops test after the first line: without the early return they maintain one line of an empty buffer.
  return [
    {
      fence,
      step: index,
      change: "removed",
      execute: (which, buffer) =>
        operationsOf(
          which === fence ? steps : plan[which],
          which === fence && buffer.lengthBytes === 0 ? { ...buffer, lengthBytes: 1 } : buffer,
        ),
    },
  ];
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
        ...executed.slice(-size).map((operation) => moved(operation, BigInt(step.lineBytes))),
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
  if (!("operation" in step)) return [];
  const mechanism = core.caches.find(({ name }) => name === step.levels[0])?.mechanism;
  const own = mechanism?.operations.find(({ name }) => name === step.operation);
  if (!mechanism || !own) return [];
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
  if (!other || !("operation" in other)) return [];
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

function replacedAt(steps: readonly FenceStep[], index: number, step: FenceStep): FenceStep[] {
  return steps.map((other, at) => (at === index ? step : other));
}

function moved(operation: RecordedOperation, byBytes: bigint): RecordedOperation {
  if (operation.kind === "maintain" && operation.address !== undefined)
    return { ...operation, address: operation.address + byBytes };
  return operation.kind === "write-register" ? { ...operation, value: operation.value + byBytes } : operation;
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
    if (item?.kind !== "write" || !ends.includes(item.value.of)) return operation;
    const line = item.value.of === "size-lines" ? 1 : lineBytes;
    return moved(operation, BigInt(change === "longer" ? line : -line));
  });
}
