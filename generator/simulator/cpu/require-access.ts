// The refusal of what is no access of a driver, in words, for tests that no type checker has seen.

import { requireKnown } from "../../program/require-known.ts";
import { requireBuffer } from "../../runtime/buffer.ts";
import type { DmaBuffer } from "../../runtime/dma-fence.ts";

/**
 * A buffer as a test hands it over.
 * @throws {TypeError} for what is no object @throws {RangeError} for what is no buffer
 */
export function requireGiven(buffer: DmaBuffer): void {
  if (typeof buffer !== "object" || buffer === null)
    throw new TypeError(`a buffer is an address with a length, and not ${buffer === null ? "null" : typeof buffer}`);
  requireBuffer(buffer);
}

/** The size of the words of an access by the core. @throws {RangeError} for one that no bus has, or another option */
export function atomicBytesOf(access: { readonly atomicBytes?: number } = {}): number {
  requireKnown("an access", access, ["atomicBytes"]);
  const { atomicBytes = 1 } = access;
  requireAtomicBytes(atomicBytes);
  return atomicBytes;
}

const sizes: readonly unknown[] = [1, 2, 4, 8, 16];

/** @throws {RangeError} for a size of words that no bus has */
function requireAtomicBytes(atomicBytes: number): void {
  if (!sizes.includes(atomicBytes)) throw new RangeError(`atomicBytes: ${atomicBytes} is none of ${sizes.join(", ")}`);
}

/**
 * Bytes that are to be stored somewhere.
 * @throws {RangeError} for what is no byte, or no place
 */
export function bytesToStore(address: bigint, bytes: ArrayLike<number>): Uint8Array {
  requireBuffer({ address, lengthBytes: bytes.length });
  if (bytes instanceof Uint8Array) return bytes.slice();
  const wrong = Array.from(bytes).find((byte) => !Number.isInteger(byte) || byte < 0 || byte > 255);
  if (wrong !== undefined) throw new RangeError(`a byte is a whole number from 0 to 255, and not ${wrong}`);
  return Uint8Array.from(bytes);
}

/**
 * The bytes of a little-endian word of 32 bits.
 * @throws {RangeError} for what is none
 */
export function bytesOfWord(value: number): Uint8Array {
  if (!Number.isInteger(value) || value < 0 || value > 0xffff_ffff)
    throw new RangeError(`a word of 32 bits is a whole number from 0 to 0xffffffff, and not ${value}`);
  return new Uint8Array(Uint32Array.of(value).buffer);
}

/** The little-endian word of 32 bits that four bytes are. */
export function wordOfBytes({ buffer, byteOffset }: Uint8Array): number {
  return new DataView(buffer, byteOffset).getUint32(0, true);
}
