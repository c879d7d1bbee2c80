// Which lines a buffer touches. The one definition that generated fences, simulator and tests share. Functions that take the size of
// lines throw a RangeError where it is no power of two.
import type { DmaBuffer } from "./dma-fence.ts";
import type { LineSize } from "./meaning.ts";

/** Start of the line that holds an address. @throws {RangeError} for lines of a size that is no power of two */
export function lineStart(address: bigint, lineBytes: number): bigint {
  requireLineBytes(lineBytes);
  return address & ~BigInt(lineBytes - 1);
}

/**
 * The size of a line as a register's field gives it: `unitBytes` times two to the power of the field. Generated classes ask so.
 * @throws {RangeError} where the fence is not right for lines of that size
 */
export function decodedLineBytes(
  register: bigint,
  { lowBit, bits, unitBytes, smallestBytes, largestBytes }: Omit<LineSize, "kind">,
): number {
  const lineBytes = unitBytes * 2 ** Number((register >> BigInt(lowBit)) & ((1n << BigInt(bits)) - 1n));
  if (lineBytes < smallestBytes || lineBytes > largestBytes)
    throw new RangeError(
      `the machine says that lines have ${lineBytes} bytes; on this chip they have ${smallestBytes} to ${largestBytes}`,
    );
  return lineBytes;
}

/**
 * What a register's field must hold to give a size of lines: the reverse of `decodedLineBytes`.
 * @param lowBit number of the field's lowest bit
 * @param unitBytes the size that a field of 0 means
 * @throws {RangeError} where no value means that size
 */
export function encodedLineBytes(lineBytes: number, lowBit: number, unitBytes: number): bigint {
  const field = Math.log2(lineBytes / unitBytes);
  if (!Number.isInteger(field) || field < 0)
    throw new RangeError(`lines of ${lineBytes} bytes cannot be said in units of ${unitBytes} bytes`);
  return BigInt(field) << BigInt(lowBit);
}

/** How many lines the buffer touches; 0 for an empty one. @throws {RangeError} for lines of a size that is no power of two */
export function lineCount(buffer: DmaBuffer, lineBytes: number): number {
  requireLineBytes(lineBytes);
  if (buffer.lengthBytes === 0) return 0;
  const offset = Number(buffer.address & BigInt(lineBytes - 1));
  return Math.ceil((offset + buffer.lengthBytes) / lineBytes);
}

/** @throws {RangeError} */
function requireLineBytes(lineBytes: number): void {
  if (lineBytes < 1 || Math.log2(lineBytes) % 1 !== 0) throw new RangeError(`lines of ${lineBytes} bytes`);
}

/**
 * An address in each line that the buffer touches, ascending by whole lines, one after the other: 64 MiB have a million lines.
 * @param first whether the first is the buffer's own address or the start of its line; `as-given`, none need be aligned
 * @throws {RangeError} for lines of a size that is no power of two
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

/**
 * An address in the first and one in the last line that the buffer touches; the same line twice if it has only one. Of generated classes.
 * @throws {RangeError} for lines of a size that is no power of two, where lines are aligned
 */
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
  /** Of all the lines together. */
  readonly sizeBytes: bigint;
  /** How many they are. */
  readonly sizeLines: bigint;
}

/** The range of lines that a buffer touches, which must not be empty. @throws {RangeError} for lines of a size that is no power of two */
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
 * The buffer in pieces that a range command takes, in ascending order, one after the other; each but the last ends at the end of a
 * line. Generated classes go through a buffer so.
 * @param mostBytes whole lines: what the lines of a piece may have together
 * @param windowBytes a power of two that no piece crosses a multiple of; left out, there is none
 * @throws {RangeError} for lines of a size that is no power of two, and where a piece would hold no line
 */
export function* bufferPieces(
  buffer: DmaBuffer,
  lineBytes: number,
  mostBytes: number,
  windowBytes?: number,
): Generator<DmaBuffer, void> {
  requireLineBytes(lineBytes);
  if (!(mostBytes >= lineBytes && (windowBytes ?? lineBytes) >= lineBytes))
    throw new RangeError(`pieces of ${mostBytes} bytes, within ${windowBytes}: less than a line of ${lineBytes} bytes`);
  const end = buffer.address + BigInt(buffer.lengthBytes);
  for (let address = buffer.address; address < end; ) {
    const room = mostBytes - Number(address & BigInt(lineBytes - 1));
    const within = windowBytes === undefined ? room : windowBytes - Number(address & BigInt(windowBytes - 1));
    const lengthBytes = Math.min(Number(end - address), room, within);
    yield { address, lengthBytes };
    address += BigInt(lengthBytes);
  }
}

/** Whether the buffer starts in one of the regions, each given by the address of its first byte and its size. Generated classes ask so. */
export function startsIn(buffer: DmaBuffer, regions: readonly (readonly [base: bigint, sizeBytes: bigint])[]): boolean {
  return regions.some(([base, sizeBytes]) => buffer.address >= base && buffer.address < base + sizeBytes);
}
