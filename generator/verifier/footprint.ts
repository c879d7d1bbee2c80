// Which lines a fence touches, for buffers of many shapes: every line of the buffer in every pass, no line beside
// it, and none at all for an empty one. Plain arithmetic, no exploration.
import type { ResolvedCore } from "../resolve/model.ts";
import type { DmaBuffer } from "../runtime/dma-fence.ts";
import { lineStart } from "../runtime/lines.ts";
import type { RecordedOperation } from "../runtime/recording-machine.ts";
import { Interpreter } from "../simulator/interpret.ts";

/** Around line boundaries, misaligned, empty, and ending at the top of the address space. */
export function buffersAround(base: bigint, lineBytes: number): DmaBuffer[] {
  const start = lineStart(base, lineBytes) + BigInt(4 * lineBytes);
  const offsets = [0, 1, lineBytes - 1];
  const lengths = [0, 1, lineBytes - 1, lineBytes, lineBytes + 1, 2 * lineBytes, 3 * lineBytes - 1];
  const top = (1n << 32n) - BigInt(2 * lineBytes);
  return [
    ...offsets.flatMap((offset) => lengths.map((lengthBytes) => ({ address: start + BigInt(offset), lengthBytes }))),
    { address: top, lengthBytes: 2 * lineBytes },
    { address: top + 1n, lengthBytes: 2 * lineBytes - 1 },
  ];
}

/**
 * What is wrong with the lines that are touched; undefined if nothing is.
 * @param partial says of an operation that it is meant for some of the buffer's lines only
 */
export function footprintProblem(
  execute: (buffer: DmaBuffer) => readonly RecordedOperation[],
  buffers: readonly DmaBuffer[],
  core: ResolvedCore,
  lineBytes: number,
  partial: (operation: string) => boolean,
): string | undefined {
  for (const buffer of buffers) {
    const interpreter = new Interpreter(core);
    const end = buffer.address + BigInt(buffer.lengthBytes);
    const touched = new Map<string, Set<bigint>>();
    for (const operation of execute(buffer)) {
      for (const meaning of interpreter.next(operation)) {
        if (meaning.kind !== "maintenance") continue;
        if (buffer.lengthBytes === 0) return `${meaning.operation.name} is executed for an empty buffer`;
        if (meaning.first === undefined || meaning.last === undefined) continue;
        const lines = touched.get(meaning.operation.name) ?? new Set<bigint>();
        touched.set(meaning.operation.name, lines);
        for (let line = lineStart(meaning.first, lineBytes); line <= meaning.last; line += BigInt(lineBytes)) {
          if (line + BigInt(lineBytes) <= buffer.address || line >= end)
            return `${meaning.operation.name} touches a line beside the buffer`;
          lines.add(line);
        }
      }
    }
    for (const [operation, lines] of touched) {
      const all = [
        ...Array(Math.ceil((Number(buffer.address % BigInt(lineBytes)) + buffer.lengthBytes) / lineBytes)).keys(),
      ];
      if (
        !partial(operation) &&
        all.some((index) => !lines.has(lineStart(buffer.address, lineBytes) + BigInt(index * lineBytes)))
      ) {
        return `${operation} leaves out a line of the buffer`;
      }
    }
  }
  return undefined;
}
