// What a device model asks of the bus: reads, writes, waiting, and what it has of memory meanwhile.
import type { DmaBuffer } from "../../runtime/dma-fence.ts";
import type { ClaimOptions } from "../ownership/claim-options.ts";
import type { DmaAccess, DmaProcess, DmaRequest } from "./dma-steps.ts";

/** Bytes that a master has, until it ends that. */
export interface DmaClaim {
  readonly buffer: DmaBuffer;
  /** The master is done with so many bytes from the start; the driver knows once it has looked. */
  advance(doneBytes: number): void;
  /** The master is done with them; the driver knows once it has looked. */
  end(): void;
}

/** The bus as a device model uses it, in a generator: `const bytes = yield dma.read(address, { lengthBytes: 16 })`. */
export interface DmaBus {
  /** Reads bytes; `yield` gives them. @throws {SimulationError} for memory that the master does not reach */
  read(address: bigint, access: DmaAccess & { readonly lengthBytes: number }): DmaRequest;
  /** Writes bytes. @throws {SimulationError} for memory that the master does not reach */
  write(address: bigint, bytes: ArrayLike<number>, access?: DmaAccess): DmaRequest;
  /** Several requests at once, in any order; each has its bytes in its `result` afterwards. */
  all(...requests: readonly DmaRequest[]): DmaRequest;
  /** Goes on once something is so; until then the device is idle. */
  until(isSo: () => boolean): DmaRequest;
  /** Reads one little-endian word at one moment: `const word = yield* dma.read32(address)`. */
  read32(address: bigint, access?: DmaAccess): DmaProcess<number>;
  /** Writes one little-endian word at one moment. */
  write32(address: bigint, value: number, access?: DmaAccess): DmaProcess;
  /** Says what the master has from now on, so that a driver that touches it is told. */
  claim(buffer: DmaBuffer, direction: "read" | "write", options?: ClaimOptions): DmaClaim;
  /** A remark for the trace. */
  note(text: string): void;
}
