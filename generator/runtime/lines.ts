// Which lines a buffer touches. The one definition that generated fences, simulator and tests share.
import type { DmaBuffer } from "./dma-fence.ts";

/** Start of the line that holds an address. */
export function lineStart(address: bigint, lineBytes: number): bigint {
  return address & ~BigInt(lineBytes - 1);
}

/** The size of a line as a register's field gives it: `unitBytes` times two to the power of the field. */
export function decodedLineBytes(register: bigint, lowBit: number, bits: number, unitBytes: number): number {
  return unitBytes * 2 ** Number((register >> BigInt(lowBit)) & ((1n << BigInt(bits)) - 1n));
}

/** The register that says so. */
export function encodedLineBytes(lineBytes: number, lowBit: number, unitBytes: number): bigint {
  return BigInt(Math.log2(lineBytes / unitBytes)) << BigInt(lowBit);
}

/** How many lines the buffer touches; 0 for an empty one. */
export function lineCount(buffer: DmaBuffer, lineBytes: number): number {
  if (buffer.lengthBytes === 0) return 0;
  const offset = Number(buffer.address & BigInt(lineBytes - 1));
  return Math.ceil((offset + buffer.lengthBytes) / lineBytes);
}

/**
 * An address in each line that the buffer touches, ascending by whole lines, one after the other: 64 MiB have a million lines.
 * @param first whether the first is the buffer's own address or the start of its line; `as-given`, none need be aligned
 */
export function* lineAddresses(
  buffer: DmaBuffer,
  lineBytes: number,
  first: "as-given" | "line-aligned",
): Generator<bigint, void> {
  let line = first === "as-given" ? buffer.address : lineStart(buffer.address, lineBytes);
  const step = BigInt(lineBytes);
  for (let left = lineCount(buffer, lineBytes); left > 0; left--) {
    yield line;
    line += step;
  }
}

/** An address in the first and one in the last line that the buffer touches; the same line twice if it has only one. */
export function edgeAddresses(buffer: DmaBuffer, lineBytes: number, first: "as-given" | "line-aligned"): bigint[] {
  if (buffer.lengthBytes === 0) return [];
  const edges = [buffer.address, buffer.address + BigInt(buffer.lengthBytes - 1)];
  return first === "as-given" ? edges : edges.map((address) => lineStart(address, lineBytes));
}

/** The lines that a buffer touches, as the numbers that range commands take. */
export interface LineRange {
  /** Start of the first line. */
  readonly firstLine: bigint;
  /** Last byte of the buffer, inclusive. */
  readonly lastByte: bigint;
  /** First byte after the last line. */
  readonly end: bigint;
  readonly sizeBytes: bigint;
  readonly sizeLines: bigint;
}

/** The range of lines that a buffer touches, which must not be empty. */
export function lineRange(buffer: DmaBuffer, lineBytes: number): LineRange {
  const firstLine = lineStart(buffer.address, lineBytes);
  const sizeLines = BigInt(lineCount(buffer, lineBytes));
  const sizeBytes = sizeLines * BigInt(lineBytes);
  return {
    firstLine,
    lastByte: buffer.address + BigInt(buffer.lengthBytes - 1),
    end: firstLine + sizeBytes,
    sizeBytes,
    sizeLines,
  };
}

/**
 * The buffer in pieces that a range command takes, in ascending order; each but the last ends at the end of a line.
 * @param mostBytes whole lines: what the lines of a piece may have together
 * @param windowBytes a power of two that no piece crosses a multiple of; left out, there is none
 */
export function bufferPieces(
  buffer: DmaBuffer,
  lineBytes: number,
  mostBytes: number,
  windowBytes?: number,
): DmaBuffer[] {
  const pieces: DmaBuffer[] = [];
  const end = buffer.address + BigInt(buffer.lengthBytes);
  for (let address = buffer.address; address < end; ) {
    const room = mostBytes - Number(address & BigInt(lineBytes - 1));
    const within = windowBytes === undefined ? room : windowBytes - Number(address & BigInt(windowBytes - 1));
    const lengthBytes = Math.min(Number(end - address), room, within);
    pieces.push({ address, lengthBytes });
    address += BigInt(lengthBytes);
  }
  return pieces;
}

/** Whether the buffer starts in one of the regions. */
export function startsIn(buffer: DmaBuffer, regions: readonly (readonly [base: bigint, sizeBytes: bigint])[]): boolean {
  return regions.some(([base, sizeBytes]) => buffer.address >= base && buffer.address < base + sizeBytes);
}
