// Whether an emitted class executes what its plan says, for buffers of many shapes.
import { type FenceMethod, fenceMethods } from "../../generator/model/chip.ts";
import { lineSizeQuestion, possibleLineBytes } from "../../generator/plan/line-size.ts";
import type { FencePlan } from "../../generator/plan/operation.ts";
import { operationsOf } from "../../generator/program/run.ts";
import type { DmaBuffer } from "../../generator/runtime/dma-fence.ts";
import { encodedLineBytes } from "../../generator/runtime/lines.ts";
import type { RecordedOperation, RegisterValues } from "../../generator/runtime/recording-machine.ts";

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
  execute: (fence: FenceMethod, buffer: DmaBuffer, registers: RegisterValues) => readonly RecordedOperation[],
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
  return fenceMethods.every((fence) =>
    buffers.every(
      (buffer) => spelled(execute(fence, buffer, registers)) === spelled(operationsOf(plan[fence], buffer, lineBytes)),
    ),
  );
}
