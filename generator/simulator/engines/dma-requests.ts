// The accesses of a DMA master, and a runner that makes them when the machine's adversary lets it.
import { linesPerTurn } from "../memory/sampling.ts";
import type { Piece } from "../memory/simulated-memory.ts";
import type { Random } from "../schedule/random.ts";
import type { DmaAccess, DmaMove, DmaProcess, DmaRequest } from "./dma-steps.ts";
import type { MasterPort } from "./master-port.ts";

export function readRequest(
  port: Pick<MasterPort, "piecesOf" | "read">,
  address: bigint,
  lengthBytes: number,
  { atomicBytes = 1, order, isDescriptor }: DmaAccess = {},
): DmaRequest {
  const result = new Uint8Array(lengthBytes);
  const moves = port
    .piecesOf(address, lengthBytes, atomicBytes)
    .map((piece) =>
      moveOf(address, piece, (first) => result.set(port.read(first, piece.lengthBytes, isDescriptor), piece.offset)),
    );
  return { moves, result, isInOrder: order === "ascending" };
}

export function writeRequest(
  port: Pick<MasterPort, "piecesOf" | "write">,
  address: bigint,
  bytes: ArrayLike<number>,
  { atomicBytes = 1, order, isDescriptor }: DmaAccess = {},
): DmaRequest {
  const written = Uint8Array.from(bytes);
  const moves = port
    .piecesOf(address, written.length, atomicBytes)
    .map((piece) =>
      moveOf(address, piece, (first) =>
        port.write(first, written.subarray(piece.offset, piece.offset + piece.lengthBytes), isDescriptor),
      ),
    );
  return { moves, result: new Uint8Array(), isInOrder: order === "ascending" };
}

function moveOf(address: bigint, { offset, lengthBytes, isWhole }: Piece, act: (first: bigint) => void): DmaMove {
  const first = address + BigInt(offset);
  let isMade = false;
  return {
    first,
    end: first + BigInt(lengthBytes),
    isWhole,
    make() {
      if (!isMade) act(first);
      isMade = true;
    },
  };
}

/** What is written, after what is read of the same bytes: so a master turns data around in place. */
export function readFirst(reading: DmaRequest, writing: DmaRequest): DmaRequest {
  const moves = writing.moves.map((write) => {
    const before = reading.moves.filter(({ first, end }) => first < write.end && write.first < end);
    if (before.length === 0) return write;
    const make = () => {
      for (const read of before) read.make();
      write.make();
    };
    return { ...write, make };
  });
  return { ...writing, moves };
}

/** Several requests at once; each has its bytes in its `result`. */
export function together(...requests: readonly DmaRequest[]): DmaRequest {
  return { moves: requests.flatMap(({ moves }) => moves), result: new Uint8Array(), isInOrder: false };
}

/** Nothing, once something is so. */
export function waitingFor(isReady: () => boolean): DmaRequest {
  return { moves: [], result: new Uint8Array(), isInOrder: true, isReady };
}

/** A process that has been started. */
export class RunningProcess {
  readonly #steps: DmaProcess;
  #request: DmaRequest | undefined;
  #left: DmaRequest["moves"][number][] = [];
  #isEnded = false;

  constructor(steps: DmaProcess) {
    this.#steps = steps;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Whether it can do nothing now. */
  get isWaiting(): boolean {
    return this.#isEnded || (this.#left.length === 0 && this.#request?.isReady?.() === false);
  }

  /** Ends it where it is: the accesses that are left are not made. */
  stop(): void {
    this.#isEnded = true;
    this.#steps.return();
  }

  /** Makes one access, or as many to whole lines as come one after the other, or goes on to the next request. */
  step(random: Random | undefined): void {
    if (this.isWaiting) return;
    if (this.#left.length > 0) {
      for (let count = 0; count < linesPerTurn && this.#left.length > 0; count++) {
        const at = random && !this.#request!.isInOrder ? random.below(this.#left.length) : 0;
        const [move] = this.#left.splice(at, 1);
        move!.make();
        if (!move!.isWhole) return;
      }
      return;
    }
    const { done, value } = this.#steps.next(this.#request?.result ?? new Uint8Array());
    if (done) {
      this.#isEnded = true;
      return;
    }
    this.#request = value;
    this.#left = [...value.moves];
  }
}
