// What range commands are given for buffers as long as memory is: every command takes what its registers hold and no more,
// and one begins where the one before it ends. Plain arithmetic on the bounds of commands, no line is looked at.
import type { Operation, ResolvedCore } from "../model/chip.ts";
import { Interpreter, lineBytesOf } from "../program/interpret.ts";
import type { ForPieces, Statement } from "../program/statement.ts";
import type { DmaBuffer } from "../runtime/dma-fence.ts";
import type { RecordedOperation } from "../runtime/recording-machine.ts";
import type { Port } from "./scenario.ts";

/**
 * The longest buffers worth asking about, and some shorter ones: a size of which a command sets a bit is wrong where it has that bit.
 * None for a fence that has no range command.
 */
export function longBuffers(statements: readonly Statement[], { region }: Port): DmaBuffer[] {
  if (!statements.some(({ kind }) => kind === "let-range")) return [];
  const split = statements.filter((statement): statement is ForPieces => statement.kind === "for-pieces");
  const longest = Math.max(0, ...split.map(({ lineBytes, pieces }) => pieces.mostBytes + 2 * lineBytes));
  // Where other operations go line by line, as much as takes two commands; else all of the memory.
  const goesByLine = statements.some((statement) => statement.kind === "for-lines" && statement.lines === "all");
  const size = region.sizeBytes === undefined ? 2 * longest : Number(region.sizeBytes);
  const lengthBytes = goesByLine ? Math.min(size, longest) : size;
  const lengths = [lengthBytes];
  for (let shorter = 2; shorter < lengthBytes; shorter *= 2) lengths.push(shorter);
  return lengths
    .flatMap((length) => [
      { address: region.base, lengthBytes: length },
      { address: region.base + 1n, lengthBytes: length - 1 },
    ])
    .filter(({ lengthBytes: length }) => length > 0);
}

/** What is wrong with the bounds of range commands; undefined if nothing is. */
export function brokenBounds(
  execute: (buffer: DmaBuffer) => readonly RecordedOperation[],
  buffers: readonly DmaBuffer[],
  core: ResolvedCore,
): string | undefined {
  for (const buffer of buffers) {
    const interpreter = new Interpreter(core);
    const reached = new Map<Operation, bigint>();
    const starts = new Map<Operation, bigint>();
    for (const meaning of execute(buffer).flatMap((operation) => interpreter.next(operation))) {
      if (meaning.kind !== "maintenance" || meaning.operation.unit !== "range") continue;
      const { mechanism, operation, first, last } = meaning;
      if (first === undefined || last === undefined) continue;
      if (last < first) return `${operation.name} is given a range of no length`;
      const { mostBytes, windowBytes } = operation;
      if (mostBytes !== undefined && last - first >= mostBytes)
        return `${operation.name} is given more than ${mostBytes} bytes`;
      if (windowBytes !== undefined && first / windowBytes !== last / windowBytes)
        return `${operation.name} crosses a multiple of ${windowBytes} bytes`;
      // A sequence that the silicon needs several times is given the same again.
      if (starts.get(operation) === first) continue;
      // A command acts on whole lines, also where its last byte is within one.
      const lineBytes = BigInt(lineBytesOf(mechanism, core));
      const next = reached.get(operation);
      if (next === undefined ? first > buffer.address : first !== next)
        return `${operation.name} leaves out a part of the buffer`;
      starts.set(operation, first);
      reached.set(operation, (last / lineBytes + 1n) * lineBytes);
    }
    const end = buffer.address + BigInt(buffer.lengthBytes);
    for (const [operation, next] of reached)
      if (next < end) return `${operation.name} leaves out the end of the buffer`;
  }
  return undefined;
}
