// Has a machine execute a fence, or one with a mistake in it, as the emitted class would: each operation with what it means.
import type { FenceMethod, ResolvedCore } from "../model/chip.ts";
import { lineSizeQuestion } from "../plan/line-size.ts";
import type { FencePlan } from "../plan/operation.ts";
import { Interpreter } from "../program/interpret.ts";
import { meaningsOf, questionOf } from "../program/meanings.ts";
import type { DmaBuffer, DmaFence, FenceMachine } from "../runtime/dma-fence.ts";
import { decodedLineBytes } from "../runtime/lines.ts";
import type { Barrier, Meaning } from "../runtime/meaning.ts";
import type { RecordedOperation } from "../runtime/recording-machine.ts";
import type { Execute } from "../verifier/fence-under-test.ts";

export interface Performed {
  readonly plan: FencePlan;
  readonly core: ResolvedCore;
  readonly execute: Execute;
}

export function fenceFor(machine: FenceMachine, { plan, core, execute }: Performed): DmaFence {
  const call = (method: FenceMethod, buffer: DmaBuffer) => {
    const interpreter = new Interpreter(core);
    const masks: unknown[] = [];
    const lineBytes = asksForSize(plan, method) ? askedOf(machine, plan) : undefined;
    for (const operation of execute(method, buffer, lineBytes)) {
      const isQuestion = operation.kind === "read-system-register" || isQuestionRegister(plan, operation);
      if (!isQuestion) perform(machine, operation, meaningsOf(interpreter.next(operation), core), masks);
    }
  };
  return { release: (buffer) => call("release", buffer), acquire: (buffer) => call("acquire", buffer) };
}

function perform(
  machine: FenceMachine,
  operation: RecordedOperation,
  meanings: readonly Meaning[],
  masks: unknown[],
): void {
  switch (operation.kind) {
    case "barrier": {
      const [barrier, ...more] = meanings.filter((meaning): meaning is Barrier => meaning.kind === "barrier");
      machine.barrier(barrier!, ...more);
      break;
    }
    case "compiler-barrier":
      machine.compilerBarrier();
      break;
    case "maintain":
      machine.maintain(operation.instruction, operation.address, ...meanings);
      break;
    case "write-register":
      machine.writeRegister(operation.address, operation.value, operation.widthBits, ...meanings);
      break;
    case "read-register":
      machine.readRegister(operation.address, operation.widthBits, ...meanings);
      break;
    case "poll-register":
      machine.pollRegister(operation.address, operation.mask, operation.until, operation.widthBits, ...meanings);
      break;
    case "read-system-register":
      break;
    case "mask-interrupts":
      masks.push(machine.maskInterrupts());
      break;
    case "restore-interrupts":
      machine.restoreInterrupts(masks.pop());
  }
}

function asksForSize(plan: FencePlan, method: FenceMethod): boolean {
  return plan[method].some(({ kind }) => kind === "read-line-size");
}

function isQuestionRegister(plan: FencePlan, operation: RecordedOperation): boolean {
  const register = lineSizeQuestion(plan)?.lineSize.register;
  return operation.kind === "read-register" && operation.address === register;
}

/** What the machine says of its lines. @throws {RangeError} where the fence is not right for such lines */
function askedOf(machine: FenceMachine, plan: FencePlan): number {
  const { lineSize, smallestBytes, largestBytes } = lineSizeQuestion(plan)!;
  const { register, lowBit, bits, unitBytes } = lineSize;
  const question = questionOf(lineSize, smallestBytes, largestBytes);
  const answer =
    typeof register === "string"
      ? machine.readSystemRegister(register, question)
      : machine.readRegister(register, 32, question);
  const lineBytes = decodedLineBytes(answer, lowBit, bits, unitBytes);
  if (lineBytes < smallestBytes || lineBytes > largestBytes)
    throw new RangeError(
      `the machine says that lines have ${lineBytes} bytes; on this chip they have ${smallestBytes} to ${largestBytes}`,
    );
  return lineBytes;
}
