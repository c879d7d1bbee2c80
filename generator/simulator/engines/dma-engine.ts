// A DMA engine of the simulated machine: started by an access to a register, it moves bytes in any order, then shows
// the end in its status register and, for a descriptor, in memory.

import { requireKnown } from "../../program/require-known.ts";
import type { DmaBuffer } from "../../runtime/dma-fence.ts";
import { requireGiven } from "../cpu/require-access.ts";
import type { Claim } from "../ownership/byte.ts";
import type { Random } from "../schedule/random.ts";
import { SimulationError } from "../simulation-error.ts";
import { RunningProcess, readFirst, readRequest, together, writeRequest } from "./dma-requests.ts";
import type { DmaProcess } from "./dma-steps.ts";
import type { MasterPort } from "./master-port.ts";
import type { RegisterPort } from "./register-port.ts";
import { descriptorBytes, type SimulatedDmaEngine, type Transfer } from "./simulated-dma-engine.ts";

/** More is not simulated: a descriptor that was never written has any length. */
const mostBytes = 1 << 20;

/** The engine as the machine drives it. */
/** A descriptor is of 32-bit words, each accessed at one moment: a driver that polls one never sees half of it. */
const asWords = { atomicBytes: 4 } as const;

export class DmaEngine implements SimulatedDmaEngine {
  readonly name: string;
  readonly #port: MasterPort;
  readonly #registers: RegisterPort;
  #running: RunningProcess | undefined;
  #isStarted = false;
  #received: Uint8Array = new Uint8Array();

  constructor(port: MasterPort, registers: RegisterPort) {
    this.name = port.controller.name;
    this.#port = port;
    this.#registers = registers;
  }

  get received(): readonly number[] {
    const bytes = this.#received;
    const received = new Array<number>(bytes.length);
    // What spreads a typed array asks an iterator for each byte.
    for (let index = 0; index < bytes.length; index++) received[index] = bytes[index]!;
    return received;
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  get wasStarted(): boolean {
    return this.#isStarted;
  }

  start(asked: Transfer, by: "write" | "read" = "write"): void {
    const transfer = asGiven(asked);
    if (transfer.read) this.#port.requireReach(transfer.read, false);
    if (transfer.write) {
      this.#port.requireReach(transfer.write.buffer, true);
      requireFits(transfer.write.buffer, transfer.write.data);
    }
    if (!transfer.read && !transfer.write)
      throw new RangeError("a transfer reads, writes, or both; this one does nothing");
    this.#port.start();
    this.#isStarted = false;
    const steps = this.#transfer(transfer, this.#claimsOf(transfer));
    const begin = () => this.#begin(steps);
    if (by === "write") this.#registers.write(`start ${this.name}`, begin);
    else this.#registers.read(`start ${this.name}`, begin);
  }

  startDescriptor(address: bigint, data: Uint8Array = new Uint8Array()): void {
    this.#port.requireReach({ address, lengthBytes: descriptorBytes }, true);
    this.#port.start();
    this.#isStarted = false;
    const own = { address, lengthBytes: descriptorBytes };
    const claim = this.#port.claim(`start of ${this.name}`, own, "write", { isDescriptor: true });
    this.#registers.write(`start ${this.name} with the descriptor at 0x${address.toString(16)}`, () =>
      this.#begin(this.#follow(address, data, claim)),
    );
  }

  isDone(): boolean {
    return this.#registers.read(`read the status of ${this.name}`, () => {
      const isDone = this.#isStarted && !this.isRunning;
      if (isDone) this.#port.seen();
      return isDone;
    });
  }

  /** One byte moved, or the end shown. Called by the machine's adversary. */
  step(random: Random | undefined): void {
    this.#running?.step(random);
    if (!this.#running?.isEnded) return;
    this.#running = undefined;
    this.#port.note("shows the end");
  }

  #begin(steps: DmaProcess): void {
    this.#isStarted = true;
    this.#running = new RunningProcess(steps);
  }

  #claimsOf({ read, write }: Transfer): Claim[] {
    const call = `start of ${this.name}`;
    return [
      ...(read ? [this.#port.claim(call, read, "read")] : []),
      ...(write ? [this.#port.claim(call, { ...write.buffer, lengthBytes: write.data.length }, "write")] : []),
    ];
  }

  *#transfer({ read, write }: Transfer, claims: readonly Claim[]): DmaProcess {
    const reading = read && readRequest(this.#port, read.address, read.lengthBytes);
    const writing = write && writeRequest(this.#port, write.buffer.address, write.data);
    this.#received = reading?.result ?? new Uint8Array();
    yield together(
      ...(reading ? [reading] : []),
      ...(writing ? [reading ? readFirst(reading, writing) : writing] : []),
    );
    this.#port.end(...claims);
  }

  *#follow(address: bigint, data: Uint8Array, claim: Claim): DmaProcess {
    const bytes = yield readRequest(this.#port, address, 12, asWords);
    const words = new DataView(bytes.buffer);
    const buffer: DmaBuffer = { address: BigInt(words.getUint32(0, true)), lengthBytes: words.getUint32(4, true) };
    const writes = words.getUint32(8, true) === 1;
    this.#port.note(`finds a descriptor of ${buffer.lengthBytes} bytes at 0x${buffer.address.toString(16)}`);
    this.#port.requireReach(buffer, writes);
    if (buffer.lengthBytes > mostBytes)
      throw new SimulationError(
        `${this.name} was given a descriptor of ${buffer.lengthBytes} bytes; garbage, most likely`,
      );
    if (writes) requireFits(buffer, data);
    const transfer: Transfer = writes ? { write: { buffer, data } } : { read: buffer };
    yield* this.#transfer(transfer, this.#claimsOf(transfer));
    yield writeRequest(this.#port, address + 12n, [1, 0, 0, 0], asWords);
    this.#port.end(claim);
  }
}

/** As it is now: what a driver does to the objects later is nothing that the engine sees. */
function asGiven(asked: Transfer): Transfer {
  requireKnown("a transfer", asked, ["read", "write"]);
  const { read, write } = asked;
  if (read) requireGiven(read);
  if (write) requireGiven(write.buffer);
  if (write && write.data === undefined) throw new TypeError("a transfer that writes has `data`");
  return {
    ...(read && { read: { ...read } }),
    ...(write && { write: { buffer: { ...write.buffer }, data: Uint8Array.from(write.data) } }),
  };
}

/** A peripheral that sends more than the buffer holds overruns it: no test means that. */
function requireFits({ lengthBytes }: DmaBuffer, data: Uint8Array): void {
  if (data.length > lengthBytes)
    throw new RangeError(`${data.length} bytes are to be written to a buffer of ${lengthBytes}`);
}
