// A DMA engine as a driver sees it.
import type { DmaBuffer } from "../../runtime/dma-fence.ts";

/** What one transfer moves: bytes out of memory, bytes into it, or both. */
export interface Transfer {
  /** Read by the engine; what it saw is in `received` when it is done. */
  readonly read?: DmaBuffer;
  /** Written by the engine, from the start of the buffer; fewer bytes than it holds is a short transfer. */
  readonly write?: { readonly buffer: DmaBuffer; readonly data: Uint8Array };
}

/**
 * A descriptor in memory, 16 bytes, little-endian words: address of the buffer, its length in bytes, direction (0 the engine
 * reads the buffer, 1 it writes to it), and status (0, which the engine sets to 1 at the end).
 */
export const descriptorBytes = 16;

/** A DMA engine of a simulated machine. It moves bytes in any order, whenever the machine's adversary lets it. */
export interface SimulatedDmaEngine {
  /** Of the master, as in the chip's description. */
  readonly name: string;
  /** The bytes that the transfer that was started last has read from memory so far; 0 where it has not read one yet. */
  readonly received: readonly number[];
  /**
   * Starts a transfer by an MMIO write, or by an MMIO read. It begins when that access reaches the engine.
   * @throws {SimulationError} for a buffer in memory that the master does not reach
   * @throws {RangeError} for a buffer that is none, data that is longer than it, or a transfer of nothing
   */
  start(transfer: Transfer, by?: "write" | "read"): void;
  /**
   * Starts the transfer that a descriptor in memory describes; `data` is what the engine has to write, if it does.
   * @throws {SimulationError} for a descriptor in memory that the master does not reach
   */
  startDescriptor(address: bigint, data?: Uint8Array): void;
  /** Reads the status register: whether the transfer that was started last has ended. */
  isDone(): boolean;
}
