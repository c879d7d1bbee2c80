// Has a machine execute a fence, or one with a mistake in it, as the emitted class would: each operation with what it means.
import type { FenceMethod, ResolvedCore } from "../model/chip.ts";
import { lineSizeQuestion } from "../plan/line-size.ts";
import type { FencePlan } from "../plan/operation.ts";
import { Interpreter } from "../program/interpret.ts";
import { lower } from "../program/lower.ts";
import { meaningsOf, questionOf } from "../program/meanings.ts";
import { flattened } from "../program/statement.ts";
import type { DmaBuffer, DmaFence } from "../runtime/dma-fence.ts";
import { decodedLineBytes } from "../runtime/lines.ts";
import type { Barrier, Meaning } from "../runtime/meaning.ts";
import { type RecordedOperation, RecordingMachine } from "../runtime/recording-machine.ts";
import type { Execute } from "../verifier/fence-under-test.ts";
import type { CheckedMachine } from "./checked-machine.ts";
import { Mismatch, refusePromise } from "./driver.ts";

export interface Performed {
  readonly plan: FencePlan;
  readonly core: ResolvedCore;
  readonly execute: Execute;
}

/** A fence that remembers what it has issued. */
export interface PerformedFence extends DmaFence {
  /** Of the last call, one line for each operation. */
  issued(): string[];
}

export function fenceFor(machine: CheckedMachine, { plan, core, execute }: Performed): PerformedFence {
  const kept = keptBits(plan);
  let record = new RecordingMachine();
  const call = (method: FenceMethod, buffer: DmaBuffer) => {
    const interpreter = new Interpreter(core);
    const masks: unknown[] = [];
    let loaded: { readonly address: bigint; readonly value: bigint } | undefined;
    record = new RecordingMachine();
    const lineBytes = asksForSize(plan, method) ? askedOf(machine, plan) : undefined;
    for (const planned of execute(method, buffer, lineBytes)) {
      if (planned.kind === "read-system-register" || isQuestionRegister(plan, planned)) continue;
      const isModified = planned.kind === "write-register" && loaded?.address === planned.address;
      const before = isModified ? (loaded?.value ?? 0n) & (kept.get(keyOf(planned)) ?? 0n) : 0n;
      const operation = isModified ? { ...planned, value: before | planned.value } : planned;
      record.record(operation);
      // What it means is known without the bits that are stored as they were.
      const result = perform(machine, operation, meaningsOf(interpreter.next(planned), core), masks);
      if (operation.kind !== "mask-interrupts") refusePromise(methods[operation.kind], result);
      const isRead = operation.kind === "read-register" && typeof result === "bigint";
      loaded = isRead ? { address: operation.address, value: result } : undefined;
      if (masks.length > 0 && machine.interruptsMasked?.() === false)
        throw new Mismatch("interrupts are not masked behind maskInterrupts");
    }
  };
  return {
    release: (buffer) => call("release", buffer),
    acquire: (buffer) => call("acquire", buffer),
    issued: () => record.lines(),
  };
}

const methods = {
  barrier: "barrier",
  "compiler-barrier": "compilerBarrier",
  maintain: "maintain",
  "write-register": "writeRegister",
  "read-register": "readRegister",
  "poll-register": "pollRegister",
  "read-system-register": "readSystemRegister",
  "mask-interrupts": "maskInterrupts",
  "restore-interrupts": "restoreInterrupts",
} as const satisfies Record<RecordedOperation["kind"], string>;

function perform(
  machine: CheckedMachine,
  operation: RecordedOperation,
  meanings: readonly Meaning[],
  masks: unknown[],
): unknown {
  switch (operation.kind) {
    case "barrier": {
      const [barrier, ...more] = meanings.filter((meaning): meaning is Barrier => meaning.kind === "barrier");
      return machine.barrier(barrier!, ...more);
    }
    case "compiler-barrier":
      return machine.compilerBarrier();
    case "maintain":
      return machine.maintain(operation.instruction, operation.address, ...meanings);
    case "write-register":
      return machine.writeRegister(operation.address, operation.value, operation.widthBits, ...meanings);
    case "read-register":
      return machine.readRegister(operation.address, operation.widthBits, ...meanings);
    case "poll-register":
      return machine.pollRegister(operation.address, operation.mask, operation.until, operation.widthBits, ...meanings);
    case "read-system-register":
      return undefined;
    case "mask-interrupts":
      masks.push(machine.maskInterrupts());
      return undefined;
    case "restore-interrupts":
      return machine.restoreInterrupts(masks.pop());
  }
}

/** Of each register that a fence changes some bits of, the bits that it stores as it loaded them: the program knows no values. */
function keptBits(plan: FencePlan): ReadonlyMap<string, bigint> {
  const { release, acquire } = lower(plan);
  return new Map(
    flattened([...release, ...acquire]).flatMap((statement) => {
      if (statement.kind !== "modify-register") return [];
      const { register, set, clear } = statement;
      const all = (1n << BigInt(register.widthBits)) - 1n;
      return [[keyOf({ address: register.address, value: set.value }), all & ~clear.value] as const];
    }),
  );
}

function keyOf({ address, value }: { readonly address: bigint; readonly value: bigint }): string {
  return `${address} ${value}`;
}

function asksForSize(plan: FencePlan, method: FenceMethod): boolean {
  return plan[method].some(({ kind }) => kind === "read-line-size");
}

function isQuestionRegister(plan: FencePlan, operation: RecordedOperation): boolean {
  const register = lineSizeQuestion(plan)?.lineSize.register;
  return operation.kind === "read-register" && operation.address === register;
}

/** What the machine says of its lines. @throws {RangeError} where the fence is not right for such lines */
function askedOf(machine: CheckedMachine, plan: FencePlan): number {
  const { lineSize, smallestBytes, largestBytes } = lineSizeQuestion(plan)!;
  const { register } = lineSize;
  const question = questionOf(lineSize, smallestBytes, largestBytes);
  const answer =
    typeof register === "string"
      ? machine.readSystemRegister(register, question)
      : machine.readRegister(register, 32, question);
  refusePromise(typeof register === "string" ? "readSystemRegister" : "readRegister", answer);
  return decodedLineBytes(answer, question);
}
