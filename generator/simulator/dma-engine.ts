// A DMA engine of the simulated machine: started by an access to a register, it moves bytes in any order, then shows
// the end in its status register and, for a descriptor, in memory.
import type { DmaBuffer } from "../runtime/dma-fence.ts";
import type { Entry } from "./pending.ts";
import type { Random } from "./random.ts";
import { descriptorBytes, type SimulatedDmaEngine, type Transfer } from "./simulated-dma-engine.ts";

/** How the engine reaches the machine. */
export interface EnginePort {
  checkReach(buffer: DmaBuffer, writes: boolean): void;
  read(address: bigint): number;
  write(address: bigint, value: number): void;
  access(accessClass: "device-read" | "device-write", text: string, perform: () => void): Entry;
  finish(entry: Entry): void;
  log(text: string): void;
}

/** The engine as the machine drives it. */
export class DmaEngine implements SimulatedDmaEngine {
  readonly name: string;
  readonly #port: EnginePort;
  /** Bytes still to move, in no order. */
  #work: (() => void)[] = [];
  /** What follows when all are moved. */
  #then: (() => void) | undefined;
  #received: number[] = [];

  constructor(name: string, port: EnginePort) {
    this.name = name;
    this.#port = port;
  }

  get received(): readonly number[] {
    return [...this.#received];
  }

  get isRunning(): boolean {
    return this.#then !== undefined;
  }

  start(transfer: Transfer, by: "write" | "read" = "write"): void {
    if (transfer.read) this.#port.checkReach(transfer.read, false);
    if (transfer.write) this.#port.checkReach(transfer.write.buffer, true);
    this.#started = false;
    const entry = this.#port.access(by === "write" ? "device-write" : "device-read", `start ${this.name}`, () =>
      this.#begin(transfer, () => {}),
    );
    if (by === "read") this.#port.finish(entry);
  }

  startDescriptor(address: bigint, data: Uint8Array = new Uint8Array()): void {
    this.#port.checkReach({ address, lengthBytes: descriptorBytes }, true);
    this.#started = false;
    this.#port.access("device-write", `start ${this.name} with the descriptor at 0x${address.toString(16)}`, () => {
      const bytes = new Uint8Array(12);
      const fetch = Array.from(bytes.keys(), (index) => () => {
        bytes[index] = this.#port.read(address + BigInt(index));
      });
      this.#run(fetch, () => this.#follow(address, bytes, data));
    });
  }

  isDone(): boolean {
    let done = false;
    this.#port.finish(
      this.#port.access("device-read", `read the status of ${this.name}`, () => {
        done = this.#started && !this.isRunning;
      }),
    );
    return done;
  }

  #started = false;

  /** One byte moved, or the end shown. Called by the machine's adversary. */
  step(random: Random): void {
    if (this.#work.length > 0) {
      const [move] = this.#work.splice(random.below(this.#work.length), 1);
      move?.();
      return;
    }
    const then = this.#then;
    this.#then = undefined;
    then?.();
  }

  #begin({ read, write }: Transfer, then: () => void): void {
    const received = new Array<number>(read?.lengthBytes ?? 0).fill(0);
    const reads = Array.from(received.keys(), (index) => () => {
      const at = read!.address + BigInt(index);
      received[index] = this.#port.read(at);
      this.#port.log(`${this.name} reads ${received[index]} from 0x${at.toString(16)}`);
    });
    const writes = Array.from((write?.data ?? new Uint8Array()).entries(), ([index, value]) => () => {
      const at = write!.buffer.address + BigInt(index);
      this.#port.write(at, value);
      this.#port.log(`${this.name} writes ${value} to 0x${at.toString(16)}`);
    });
    this.#received = received;
    this.#run([...reads, ...writes], then);
  }

  #run(work: (() => void)[], then: () => void): void {
    this.#started = true;
    this.#work = work;
    this.#then = () => {
      then();
      if (!this.isRunning) this.#port.log(`${this.name} shows the end`);
    };
  }

  #follow(address: bigint, bytes: Uint8Array, data: Uint8Array): void {
    const words = new DataView(bytes.buffer);
    const buffer: DmaBuffer = { address: BigInt(words.getUint32(0, true)), lengthBytes: words.getUint32(4, true) };
    const writes = words.getUint32(8, true) === 1;
    this.#port.log(
      `${this.name} finds a descriptor of ${buffer.lengthBytes} bytes at 0x${buffer.address.toString(16)}`,
    );
    this.#port.checkReach(buffer, writes);
    const showInMemory = () => {
      for (const [index, value] of [1, 0, 0, 0].entries()) this.#port.write(address + 12n + BigInt(index), value);
    };
    this.#begin(
      writes ? { write: { buffer, data: data.slice(0, buffer.lengthBytes) } } : { read: buffer },
      showInMemory,
    );
  }
}
