// What a plan makes the CPU execute for a buffer: the same operations, in the same order, as the generated classes
// issue to a FenceMachine. Mutants of a plan are executed here, because nobody emits them.
import type { FencePlan, FenceStep } from "../plan/operation.ts";
import type { RegisterValue, SequenceItem } from "../resolve/model.ts";
import type { DmaBuffer } from "../runtime/dma-fence.ts";
import { edgeAddresses, type LineRange, lineAddresses, lineRange, startsIn } from "../runtime/lines.ts";
import type { RecordedOperation } from "../runtime/recording-machine.ts";

/** @param alter changes what a step executes: how the verifier plants mistakes */
export function operationsOf(
  steps: readonly FenceStep[],
  buffer: DmaBuffer,
  alter: Alteration = (_, executed) => executed,
): RecordedOperation[] {
  const operations: RecordedOperation[] = [];
  for (const step of steps) {
    if (step.kind === "return-if-empty" && buffer.lengthBytes === 0) return operations;
    if (
      step.kind === "region-guard" &&
      !startsIn(
        buffer,
        step.regions.map(({ base, sizeBytes }) => [base, sizeBytes] as const),
      )
    ) {
      return [...operations, ...operationsOf(step.outside, buffer, alter)];
    }
    operations.push(...alter(step, stepOperations(step, buffer)));
  }
  return operations;
}

export type Alteration = (step: FenceStep, executed: readonly RecordedOperation[]) => readonly RecordedOperation[];

function stepOperations(step: FenceStep, buffer: DmaBuffer): RecordedOperation[] {
  const operations: RecordedOperation[] = [];
  switch (step.kind) {
    case "return-if-empty":
    case "region-guard":
      break;
    case "barrier":
      operations.push({ kind: "barrier", instruction: step.instruction });
      break;
    case "compiler-barrier":
      operations.push({ kind: "compiler-barrier" });
      break;
    case "maintain-lines": {
      const addresses = step.lines === "all" ? lineAddresses : edgeAddresses;
      for (const address of addresses(buffer, step.lineBytes, step.firstAddress)) {
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
  return ((of - value.subtract) >> BigInt(value.shiftRight)) | value.or;
}

/** Whether somebody executes exactly what a plan says, for buffers of many shapes. */
export function sameOperations(
  plan: FencePlan,
  execute: (fence: "release" | "acquire", buffer: DmaBuffer) => readonly RecordedOperation[],
): boolean {
  const lineBytes = plan.lineBytes ?? 32;
  const regions = [...plan.release, ...plan.acquire].flatMap((step) =>
    step.kind === "region-guard" ? step.regions.map(({ base }) => base) : [],
  );
  const buffers = [0n, 0x2000_0000n, ...regions].flatMap((base) =>
    [0, 1, lineBytes / 2, lineBytes - 1].flatMap((offset) =>
      [0, 1, lineBytes - 1, lineBytes, lineBytes + 1, 5 * lineBytes].map((lengthBytes) => ({
        address: base + BigInt(offset),
        lengthBytes,
      })),
    ),
  );
  buffers.push({ address: (1n << 32n) - BigInt(2 * lineBytes), lengthBytes: 2 * lineBytes });
  const spelled = (operations: readonly RecordedOperation[]) =>
    JSON.stringify(operations, (_, value: unknown) => (typeof value === "bigint" ? `${value}n` : value));
  return (["release", "acquire"] as const).every((fence) =>
    buffers.every((buffer) => spelled(execute(fence, buffer)) === spelled(operationsOf(plan[fence], buffer))),
  );
}
