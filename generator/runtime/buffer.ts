// What a buffer must be before a fence does anything with it.
import type { DmaBuffer } from "./dma-fence.ts";

/**
 * Refuses what is no buffer: a length that is no whole number of bytes, an address below 0, or an end beyond the address space.
 * @param addressBits width of the core's addresses
 * @throws {RangeError} naming what is wrong with it
 */
export function requireBuffer({ address, lengthBytes }: DmaBuffer, addressBits: 32 | 64 = 64): void {
  if (!Number.isSafeInteger(lengthBytes) || lengthBytes < 0)
    throw new RangeError(`lengthBytes ${lengthBytes} is no whole number from 0 on`);
  // In few words, which are a part of every class. Plain JavaScript may have passed a number, or nothing.
  if (typeof address !== "bigint" || address < 0n || address + BigInt(lengthBytes) > 1n << BigInt(addressBits))
    throw new RangeError(
      `address 0x${(address as bigint | undefined)?.toString(16)}: no bigint (0x1000n) in ${addressBits} bits`,
    );
}
