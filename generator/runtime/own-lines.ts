// Whether a buffer has its cache lines to itself.
import { requireBuffer } from "./buffer.ts";
import type { DmaBuffer } from "./dma-fence.ts";
import type { DmaFenceClass } from "./dma-fence-class.ts";

/** A buffer shares a cache line with something else. */
export class LineError extends Error {
  override readonly name = "LineError";
}

/**
 * Checks that a buffer starts and ends where lines do, so that nothing else is in its lines: for buffers that DMA writes to.
 * Empty buffers own no line and pass.
 * @throws {LineError} naming the address that lies within a line
 * @throws {RangeError} for a buffer that is none
 */
export function requireOwnLines(
  { bufferAlignmentBytes }: Pick<DmaFenceClass, "bufferAlignmentBytes">,
  buffer: DmaBuffer,
): void {
  requireBuffer(buffer);
  if (buffer.lengthBytes === 0) return;
  const { address, lengthBytes } = buffer;
  for (const [edge, at] of [
    ["starts", address],
    ["ends", address + BigInt(lengthBytes)],
  ] as const)
    if (at % BigInt(bufferAlignmentBytes) !== 0n)
      throw new LineError(`the buffer ${edge} at 0x${at.toString(16)}, within a line of ${bufferAlignmentBytes} bytes`);
}
