// What a plan makes the CPU execute for a buffer: the same operations, in the same order, as the generated classes
// issue to a FenceMachine. Mutants of a plan are executed here, because nobody emits them.

import type { RegisterValue, SequenceItem } from "../model/chip.ts";
import { changesOf } from "../model/register-value.ts";
import { lineSizeQuestion, possibleLineBytes } from "../plan/line-size.ts";
import type { FencePlan, FenceStep, RegionRange } from "../plan/operation.ts";
import type { DmaBuffer } from "../runtime/dma-fence.ts";
import {
  edgeAddresses,
  encodedLineBytes,
  type LineRange,
  lineAddresses,
  lineRange,
  startsIn,
} from "../runtime/lines.ts";
import type { RecordedOperation, RegisterValues } from "../runtime/recording-machine.ts";

/**
 * @param alter changes what a step executes: how the verifier plants mistakes
 * @param lineBytes what the core answers where the fence asks for the size of a line; left out, the smallest
 */
export function operationsOf(
  steps: readonly FenceStep[],
  buffer: DmaBuffer,
  alter: Alteration = (_, executed) => executed,
  lineBytes?: number,
): RecordedOperation[] {
  const operations: RecordedOperation[] = [];
  for (const step of steps) {
    if (step.kind === "return-if-empty" && buffer.lengthBytes === 0) return operations;
    if (step.kind === "region-guard" && !startsIn(buffer, rangesOf(step.regions))) {
      return [...operations, ...operationsOf(step.outside, buffer, alter, lineBytes)];
    }
    if ("onlyIn" in step && step.onlyIn && !startsIn(buffer, rangesOf(step.onlyIn))) continue;
    operations.push(...alter(step, stepOperations(step, buffer, lineBytes)));
  }
  return operations;
}

export function rangesOf(regions: readonly RegionRange[]) {
  return regions.map(({ base, sizeBytes }) => [base, sizeBytes] as const);
}

export type Alteration = (step: FenceStep, executed: readonly RecordedOperation[]) => readonly RecordedOperation[];

function stepOperations(step: FenceStep, buffer: DmaBuffer, lineBytesRead: number | undefined): RecordedOperation[] {
  const operations: RecordedOperation[] = [];
  switch (step.kind) {
    case "return-if-empty":
    case "region-guard":
      break;
    case "barrier":
      operations.push({ kind: "barrier", instruction: step.instruction });
      break;
    case "compiler-barrier":
    case "mask-interrupts":
    case "restore-interrupts":
      operations.push({ kind: step.kind });
      break;
    case "read-line-size": {
      const { register } = step.lineSize;
      operations.push(
        typeof register === "string"
          ? { kind: "read-system-register", instruction: register }
          : { kind: "read-register", address: register, widthBits: 32 },
      );
      break;
    }
    case "maintain-lines": {
      const addresses = step.lines === "all" ? lineAddresses : edgeAddresses;
      const lineBytes = step.bySizeRead ? (lineBytesRead ?? step.lineBytes) : step.lineBytes;
      for (const address of addresses(buffer, lineBytes, step.firstAddress)) {
        for (const item of step.accesses) operations.push(executed(item, address, undefined));
      }
      break;
    }
    case "maintain-range": {
      const range = lineRange(buffer, step.lineBytes);
      for (const item of step.accesses) operations.push(executed(item, undefined, range));
      break;
    }
    case "maintain-whole-cache":
    case "complete-maintenance":
      for (const item of step.accesses) operations.push(executed(item, undefined, undefined));
      break;
  }
  return operations;
}

function executed(item: SequenceItem, address: bigint | undefined, range: LineRange | undefined): RecordedOperation {
  switch (item.kind) {
    case "instruction":
      return {
        kind: "maintain",
        instruction: item.instruction,
        address: item.instruction.includes("{address}") ? address : undefined,
      };
    case "write":
      return {
        kind: "write-register",
        address: item.register.address,
        value: registerValue(item.value, address, range),
        widthBits: item.register.widthBits,
      };
    case "store":
      return {
        kind: "write-register",
        address: registerValue(item.to, address, range),
        value: 0n,
        widthBits: item.widthBits,
      };
    case "poll":
      return {
        kind: "poll-register",
        address: item.register.address,
        mask: item.mask,
        until: item.until,
        widthBits: item.register.widthBits,
      };
    case "call":
      throw new Error("the planner refuses calls");
  }
}

function registerValue(value: RegisterValue, address: bigint | undefined, range: LineRange | undefined): bigint {
  const of = {
    constant: value.constant,
    address,
    "first-line": range?.firstLine,
    "last-byte": range?.lastByte,
    end: range?.end,
    "size-bytes": range?.sizeBytes,
    "size-lines": range?.sizeLines,
  }[value.of];
  if (of === undefined) throw new Error(`${value.of} has no meaning here`);
  return changesOf(value).reduce((result, { kind, by }) => {
    if (kind === "subtract") return result - by;
    if (kind === "shiftRight") return result >> by;
    return kind === "add" ? result + by : result | by;
  }, of);
}

/** The registers of a core whose lines have that size, as far as the fence asks for it. */
export function registersFor(plan: FencePlan, lineBytes: number): RegisterValues {
  const question = lineSizeQuestion(plan);
  if (!question) return new Map();
  const { register, lowBit, unitBytes } = question.lineSize;
  return new Map([[register, encodedLineBytes(lineBytes, lowBit, unitBytes)]]);
}

/**
 * Whether somebody executes exactly what a plan says, for buffers of many shapes.
 * @param bases addresses in the memories in which buffers may lie
 * @param execute is given what registers read as
 */
export function sameOperations(
  plan: FencePlan,
  bases: readonly bigint[],
  execute: (fence: "release" | "acquire", buffer: DmaBuffer, registers: RegisterValues) => readonly RecordedOperation[],
): boolean {
  return possibleLineBytes(plan).every((lineBytes) => sameWithLines(plan, bases, execute, lineBytes));
}

function sameWithLines(
  plan: FencePlan,
  bases: readonly bigint[],
  execute: Parameters<typeof sameOperations>[2],
  lineBytes: number,
): boolean {
  const registers = registersFor(plan, lineBytes);
  const buffers = bases.flatMap((base) =>
    [0, 1, lineBytes / 2, lineBytes - 1].flatMap((offset) =>
      [0, 1, lineBytes - 1, lineBytes, lineBytes + 1, 5 * lineBytes].map((lengthBytes) => ({
        address: base + BigInt(offset),
        lengthBytes,
      })),
    ),
  );
  const spelled = (operations: readonly RecordedOperation[]) =>
    JSON.stringify(operations, (_, value: unknown) => (typeof value === "bigint" ? `${value}n` : value));
  return (["release", "acquire"] as const).every((fence) =>
    buffers.every(
      (buffer) =>
        spelled(execute(fence, buffer, registers)) === spelled(operationsOf(plan[fence], buffer, undefined, lineBytes)),
    ),
  );
}
