// What a buffer must be before a fence does anything with it.
import type { DmaBuffer } from "./dma-fence.ts";

/** Refuses what is no buffer: a length that is no whole number of bytes, or an address below 0. @throws {RangeError} */
export function requireBuffer({ address, lengthBytes }: DmaBuffer): void {
  if (!Number.isSafeInteger(lengthBytes) || lengthBytes < 0)
    throw new RangeError(`a buffer of ${lengthBytes} bytes: lengthBytes must be a whole number, 0 or more`);
  if (typeof address !== "bigint" || address < 0n)
    throw new RangeError(`a buffer at ${address}: address must be a bigint, 0n or more`);
}
