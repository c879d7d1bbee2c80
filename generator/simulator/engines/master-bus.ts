// The bus as one master comes to it.

import { requireKnown } from "../../program/require-known.ts";
import type { DmaBuffer } from "../../runtime/dma-fence.ts";
import type { Claim } from "../ownership/byte.ts";
import type { ClaimOptions } from "../ownership/claim-options.ts";
import type { DmaBus, DmaClaim } from "./dma-bus.ts";
import { readRequest, together, waitingFor, writeRequest } from "./dma-requests.ts";
import type { DmaAccess, DmaProcess, DmaRequest } from "./dma-steps.ts";
import type { MasterPort } from "./master-port.ts";

function requireAccess(access: DmaAccess): void {
  requireKnown("an access of a master", access, ["atomicBytes", "order", "isDescriptor"]);
}

/** The bus of one master. */
export class MasterBus implements DmaBus {
  readonly #port: MasterPort;
  readonly #claims: Claim[] = [];

  constructor(port: MasterPort) {
    this.#port = port;
  }

  read(address: bigint, { lengthBytes, ...access }: DmaAccess & { readonly lengthBytes: number }): DmaRequest {
    requireAccess(access);
    this.#port.requireReach({ address, lengthBytes }, false);
    return readRequest(this.#port, address, lengthBytes, access);
  }

  write(address: bigint, bytes: ArrayLike<number>, access: DmaAccess = {}): DmaRequest {
    requireAccess(access);
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

  claim(buffer: DmaBuffer, direction: "read" | "write", options: ClaimOptions = {}): DmaClaim {
    requireKnown("a claim", options, ["isDescriptor", "isFoundByBit", "isContinued"]);
    const claim = this.#port.claim("DMA", buffer, direction, options);
    this.#claims.push(claim);
    return {
      buffer,
      advance: (doneBytes) => this.#port.advance(claim, doneBytes),
      end: () => this.#port.end(claim),
    };
  }

  /** The master has nothing of what it has claimed any longer. */
  endAll(): void {
    this.#port.end(...this.#claims);
  }

  note(text: string): void {
    this.#port.note(text);
  }
}
