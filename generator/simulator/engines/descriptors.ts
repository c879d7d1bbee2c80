// Descriptors in memory, as masters have them: in a list by pointers or in a ring by a stride, with bits that say whose each
// is, fetched one by one or ahead. What is transferred for each, whoever models the master says.
import type { DmaBus, DmaClaim } from "./dma-bus.ts";
import type { DmaProcess } from "./dma-steps.ts";

/** A descriptor as a master has fetched it. */
export class Descriptor {
  /** Where it lies in memory. */
  readonly address: bigint;
  readonly #bytes: DataView;

  /** @param bytes as they were read */
  constructor(address: bigint, bytes: Uint8Array) {
    this.address = address;
    this.#bytes = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** A little-endian field of 8, 16 or 32 bits. @param offset in bytes */
  field(offset: number, widthBits: 8 | 16 | 32 = 32): number {
    if (widthBits === 8) return this.#bytes.getUint8(offset);
    return widthBits === 16 ? this.#bytes.getUint16(offset, true) : this.#bytes.getUint32(offset, true);
  }

  /** An address in a field of 32 or 64 bits. */
  pointer(offset: number, widthBits: 32 | 64 = 32): bigint {
    return widthBits === 64 ? this.#bytes.getBigUint64(offset, true) : BigInt(this.#bytes.getUint32(offset, true));
  }
}

/** How a master goes through descriptors. */
export interface DescriptorQueue {
  /** Where it begins. */
  readonly first: bigint;
  /** Size of a descriptor. */
  readonly lengthBytes: number;
  /** Size of the words of it that are read at one moment each; 4 where left out. */
  readonly atomicBytes?: 1 | 2 | 4 | 8 | 16;
  /** Whether the driver has given this one to the master: the OWN bit, or any at all. The master stops at one that is not its own. */
  readonly isOwned: (descriptor: Descriptor) => boolean;
  /** Where the next one is: a pointer in this one, or so many bytes on; undefined for none. */
  readonly next: (descriptor: Descriptor) => bigint | undefined;
  /** Whether the next one is fetched while this one is being done. */
  readonly isPrefetching?: boolean;
  /** What is done for a descriptor, writing back the bits that give it to the driver again included. */
  readonly transfer: (descriptor: Descriptor) => DmaProcess;
}

/**
 * Goes through descriptors until one is not the master's.
 * @returns the address where it stopped; undefined where there is no next one
 * @throws {SimulationError} for memory that the master does not reach
 */
export function* followDescriptors(dma: DmaBus, queue: DescriptorQueue): DmaProcess<bigint | undefined> {
  const { lengthBytes, atomicBytes = 4, isPrefetching = false } = queue;
  type Fetched = { readonly descriptor: Descriptor; readonly claim: DmaClaim | undefined };
  function* readAt(address: bigint): DmaProcess<Fetched> {
    const bytes = yield dma.read(address, { lengthBytes, atomicBytes, order: "ascending", isDescriptor: true });
    const descriptor = new Descriptor(address, bytes);
    const claim = queue.isOwned(descriptor)
      ? dma.claim({ address, lengthBytes }, "write", { isDescriptor: true, isFoundByBit: true })
      : undefined;
    return { descriptor, claim };
  }
  let at: bigint | undefined = queue.first;
  let fetched: Fetched | undefined;
  while (at !== undefined) {
    const { descriptor, claim }: Fetched = fetched ?? (yield* readAt(at));
    fetched = undefined;
    if (!claim) {
      dma.note(`stopped at the descriptor at 0x${at.toString(16)}, which was not its own`);
      return at;
    }
    const next = queue.next(descriptor);
    if (isPrefetching && next !== undefined) fetched = yield* readAt(next);
    yield* queue.transfer(descriptor);
    claim.end();
    at = next;
  }
  return undefined;
}

/** A piece of memory that a list of them names. */
export interface Segment {
  readonly address: bigint;
  readonly lengthBytes: number;
}

/**
 * Reads from several pieces of memory, one after the other.
 * @returns all bytes
 * @throws {SimulationError} for memory that the master does not reach
 */
export function* gather(
  dma: DmaBus,
  segments: readonly Segment[],
  atomicBytes?: 1 | 2 | 4 | 8,
): DmaProcess<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for (const segment of segments) {
    const claim = dma.claim(segment, "read");
    pieces.push(
      yield dma.read(segment.address, { lengthBytes: segment.lengthBytes, ...(atomicBytes && { atomicBytes }) }),
    );
    claim.end();
  }
  const gathered = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    gathered.set(piece, at);
    at += piece.length;
  }
  return gathered;
}

/**
 * Writes to several pieces of memory, one after the other.
 * @returns how many bytes found no place
 * @throws {SimulationError} for memory that the master does not reach
 */
export function* scatter(
  dma: DmaBus,
  segments: readonly Segment[],
  bytes: Uint8Array,
  atomicBytes?: 1 | 2 | 4 | 8,
): DmaProcess<number> {
  let from = 0;
  const claims = segments.map((segment) => dma.claim(segment, "write"));
  for (const { address, lengthBytes } of segments) {
    yield dma.write(address, bytes.subarray(from, from + lengthBytes), atomicBytes ? { atomicBytes } : {});
    from += lengthBytes;
  }
  for (const claim of claims) claim.end();
  return Math.max(0, bytes.length - from);
}
