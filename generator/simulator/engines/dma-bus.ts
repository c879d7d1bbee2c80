// What a device model asks of the bus: reads, writes, waiting, and what it has of memory meanwhile.
import type { DmaBuffer } from "../../runtime/dma-fence.ts";
import type { Claim, ClaimOptions, Direction } from "../ownership/ledger.ts";
import {
  type DmaAccess,
  type DmaProcess,
  type DmaRequest,
  readRequest,
  together,
  waitingFor,
  writeRequest,
} from "./dma-steps.ts";
import type { MasterPort } from "./master-port.ts";

/** Bytes that a master has, until it ends that. */
export interface DmaClaim {
  readonly buffer: DmaBuffer;
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

/** The bus of one master. */
export class MasterBus implements DmaBus {
  readonly #port: MasterPort;

  constructor(port: MasterPort) {
    this.#port = port;
  }

  read(address: bigint, { lengthBytes, ...access }: DmaAccess & { readonly lengthBytes: number }): DmaRequest {
    this.#port.requireReach({ address, lengthBytes }, false);
    return readRequest(this.#port, address, lengthBytes, access);
  }

  write(address: bigint, bytes: ArrayLike<number>, access: DmaAccess = {}): DmaRequest {
    this.#port.requireReach({ address, lengthBytes: bytes.length }, true);
    return writeRequest(this.#port, address, bytes, access);
  }

  all(...requests: readonly DmaRequest[]): DmaRequest {
    return together(...requests);
  }

  until(isSo: () => boolean): DmaRequest {
    return waitingFor(isSo);
  }

  *read32(address: bigint, access: DmaAccess = {}): DmaProcess<number> {
    const bytes = yield this.read(address, { atomicBytes: 4, ...access, lengthBytes: 4 });
    return new DataView(bytes.buffer).getUint32(0, true);
  }

  *write32(address: bigint, value: number, access: DmaAccess = {}): DmaProcess {
    yield this.write(address, new Uint8Array(Uint32Array.of(value).buffer), { atomicBytes: 4, ...access });
  }

  claim(buffer: DmaBuffer, direction: Direction, options: ClaimOptions = {}): DmaClaim {
    const claim: Claim = this.#port.claim("DMA", buffer, direction, options);
    return { buffer, end: () => this.#port.end(claim) };
  }

  note(text: string): void {
    this.#port.note(text);
  }
}
