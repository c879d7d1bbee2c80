// Runs a program for a buffer: the operations that it makes the CPU execute, the same and in the same order as the
// generated classes issue to a FenceMachine. Mutants exist only as programs and are run here, because nobody emits them.
import { changed, unchangedBy } from "../model/register-value.ts";
import type { FenceStep } from "../plan/operation.ts";
import type { DmaBuffer } from "../runtime/dma-fence.ts";
import { bufferPieces, edgeAddresses, type LineRange, lineAddresses, lineRange, startsIn } from "../runtime/lines.ts";
import type { RecordedOperation } from "../runtime/recording-machine.ts";
import { lowerSteps } from "./lower.ts";
import type { Condition, Expression, ForLines, RangeQuantity, Statement } from "./statement.ts";

/** What a program runs on. */
export interface Frame {
  readonly buffer: DmaBuffer;
  /** What the core answers where the program asks for the size of a line; left out, the smallest. */
  readonly lineBytes?: number | undefined;
  /** The address of the line at hand, in a loop. */
  readonly line?: bigint;
  /** Index of the plan's step at hand. */
  readonly step?: number;
}

/** What each operation is given to, with the statement that it is from. */
export type Emit = (operation: RecordedOperation, statement: Statement, frame: Frame) => void;

/** @returns the operations of the program for the buffer, in order */
export function run(program: readonly Statement[], buffer: DmaBuffer, lineBytes?: number): RecordedOperation[] {
  const operations: RecordedOperation[] = [];
  execute(program, { buffer, lineBytes }, (operation) => operations.push(operation));
  return operations;
}

/** An operation, and of which step it is. */
export type StepOperation = RecordedOperation & {
  /** Index in its method of the plan; undefined where nothing is known of a plan. */
  readonly step?: number | undefined;
};

/** The same, each with its step. */
export function runSteps(program: readonly Statement[], buffer: DmaBuffer, lineBytes?: number): StepOperation[] {
  const operations: StepOperation[] = [];
  execute(program, { buffer, lineBytes }, (operation, _, { step }) => operations.push({ ...operation, step }));
  return operations;
}

/** The same for steps of a plan. */
export function operationsOf(steps: readonly FenceStep[], buffer: DmaBuffer, lineBytes?: number): RecordedOperation[] {
  return run(lowerSteps(steps), buffer, lineBytes);
}

/** @returns false where the program has left the fence */
export function execute(statements: readonly Statement[], frame: Frame, emit: Emit): boolean {
  return statements.every((statement) => executeOne(statement, frame, emit));
}

function executeOne(statement: Statement, frame: Frame, emit: Emit): boolean {
  switch (statement.kind) {
    case "block":
      // What a step does elsewhere is of that step.
      return execute(statement.body, { ...frame, step: frame.step ?? statement.step }, emit);
    case "let-range":
      return execute(statement.body, frame, emit);
    case "if":
      return !holds(statement.condition, frame.buffer) || execute(statement.body, frame, emit);
    case "return":
      return false;
    case "for-pieces": {
      const { lineBytes, pieces, body } = statement;
      const of = bufferPieces(frame.buffer, lineBytes, pieces.mostBytes, pieces.windowBytes);
      return [...of].every((buffer) => execute(body, { ...frame, buffer }, emit));
    }
    case "modify-register": {
      const { register, set } = statement;
      const { address, widthBits } = register;
      emit({ kind: "read-register", address, widthBits }, statement, frame);
      // The register reads as 0, as on a machine that was given no value of it.
      emit({ kind: "write-register", address, value: set.value, widthBits }, statement, frame);
      return true;
    }
    case "for-lines":
      return addressesOf(statement, frame).every((line) => execute(statement.body, { ...frame, line }, emit));
    case "let-line-bytes":
    case "barrier":
    case "compiler-barrier":
    case "interrupts":
    case "execute":
    case "store-register":
    case "load-register":
    case "store-address":
    case "wait":
      emit(operationOf(statement, frame), statement, frame);
      return true;
  }
}

type Simple = Exclude<
  Statement,
  { kind: "block" | "for-pieces" | "let-range" | "if" | "return" | "for-lines" | "modify-register" }
>;

function operationOf(statement: Simple, frame: Frame): RecordedOperation {
  switch (statement.kind) {
    case "let-line-bytes": {
      const { register } = statement.lineSize;
      return typeof register === "string"
        ? { kind: "read-system-register", instruction: register }
        : { kind: "read-register", address: register, widthBits: 32 };
    }
    case "barrier":
      return { kind: "barrier", instruction: statement.effect.instruction };
    case "compiler-barrier":
      return { kind: "compiler-barrier" };
    case "interrupts":
      return { kind: statement.action === "mask" ? "mask-interrupts" : "restore-interrupts" };
    case "execute": {
      const { instruction, takesLine } = statement;
      return { kind: "maintain", instruction, address: takesLine ? frame.line : undefined };
    }
    case "store-register": {
      const { register, value } = statement;
      const { address, widthBits } = register;
      return { kind: "write-register", address, value: evaluate(value, frame), widthBits };
    }
    case "load-register": {
      const { address, widthBits } = statement.register;
      return { kind: "read-register", address, widthBits };
    }
    case "store-address": {
      const { address, widthBits } = statement;
      return { kind: "write-register", address: evaluate(address, frame), value: 0n, widthBits };
    }
    case "wait": {
      const { register, mask, until } = statement;
      return {
        kind: "poll-register",
        address: register.address,
        mask: mask.value,
        until,
        widthBits: register.widthBits,
      };
    }
  }
}

function holds(condition: Condition, buffer: DmaBuffer): boolean {
  switch (condition.kind) {
    case "buffer-is-empty":
      return buffer.lengthBytes === 0;
    case "buffer-starts-in":
    case "buffer-starts-outside": {
      const ranges = condition.regions.map(({ base, sizeBytes }) => [base, sizeBytes] as const);
      return startsIn(buffer, ranges) === (condition.kind === "buffer-starts-in");
    }
  }
}

function addressesOf({ lines, lineBytes, firstAddress, late }: ForLines, frame: Frame): bigint[] {
  const bytes = lineBytes.isRead ? (frame.lineBytes ?? lineBytes.bytes) : lineBytes.bytes;
  const addresses = [...{ all: lineAddresses, edges: edgeAddresses }[lines](frame.buffer, bytes, firstAddress)];
  const last = addresses.at(-1);
  if (!late || last === undefined) return addresses;
  const further = Array.from({ length: Math.max(0, late.last) }, (_, index) => last + BigInt((index + 1) * bytes));
  return [...addresses.slice(late.first, late.last < 0 ? late.last : undefined), ...further];
}

function evaluate({ from, changes }: Expression, frame: Frame): bigint {
  return changes.reduce(changed, numberOf(from, frame));
}

/** What a number was before it was changed, as far as no bit of it was lost: the way back from `evaluate`. */
export function unchanged({ changes }: Expression, value: bigint): bigint {
  return changes.reduceRight(unchangedBy, value);
}

function numberOf(from: Expression["from"], { buffer, line }: Frame): bigint {
  switch (from.kind) {
    case "constant":
      return from.value;
    case "line":
      if (line === undefined) throw new Error("there is no line at hand outside of a loop");
      return line;
    case "range":
      return lineRange(buffer, from.lineBytes)[rangeKeys[from.quantity]];
  }
}

/** Where `lineRange` has each quantity. */
export const rangeKeys = {
  "first-line": "firstLine",
  "last-byte": "lastByte",
  end: "end",
  "size-bytes": "sizeBytes",
  "size-lines": "sizeLines",
} as const satisfies Record<RangeQuantity, keyof LineRange>;
