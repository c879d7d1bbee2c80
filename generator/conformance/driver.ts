// The driver's hand on a machine that is judged: what it stores, loads and has a master transfer, with what must come of it.
import type { DmaBuffer } from "../runtime/dma-fence.ts";
import type { CheckedMachine } from "./checked-machine.ts";

/** A byte is not what it must be, or interrupts are not as they must be. */
export class Mismatch extends Error {}

/** A method of the machine returned a promise. */
export class PromiseError extends TypeError {}

/** @throws {PromiseError} */
export function refusePromise(method: string, result: unknown): void {
  if (typeof (result as { readonly then?: unknown } | undefined)?.then === "function")
    throw new PromiseError(
      `${method} returned a promise: fences and drivers do not wait, so that machines do what they are asked at once`,
    );
}

/** Bytes of all values; neighbours differ, and so do any two bytes of two patterns that are at the same place. */
export function pattern({ lengthBytes }: Pick<DmaBuffer, "lengthBytes">, from: number): number[] {
  return Array.from({ length: lengthBytes }, (_, index) => (from + 37 * index + 11 * (index >> 8)) & 0xff);
}

export class Driver {
  readonly machine: CheckedMachine;
  readonly master: string;
  readonly #everyByte: boolean;
  /** What was last put to each address, and what before that. */
  readonly #written = new Map<bigint, string>();

  /** @param everyByte whether the CPU accesses every byte, and not just those at edges */
  constructor(machine: CheckedMachine, master: string, everyByte: boolean) {
    this.machine = machine;
    this.master = master;
    this.#everyByte = everyByte;
  }

  /** The same, accessing every byte. */
  everyByte(): Driver {
    return this.#everyByte ? this : new Driver(this.machine, this.master, true);
  }

  /** The CPU has the buffer's lines in its caches, whether a store alone brings them there or not, and stores a pattern. */
  store(buffer: DmaBuffer, from: number): void {
    this.touch(buffer);
    const all = pattern(buffer, from);
    for (const { at, bytes } of this.#pieces(buffer)) {
      const address = buffer.address + BigInt(at);
      const piece = all.slice(at, at + bytes);
      this.#note(address, piece, "the CPU stored");
      refusePromise("store", this.machine.store(address, [...piece]));
    }
  }

  /** The CPU loads the buffer, whatever is in it. */
  touch(buffer: DmaBuffer): void {
    for (const { at, bytes } of this.#pieces(buffer)) this.#load(buffer.address + BigInt(at), bytes);
  }

  expectLoaded(buffer: DmaBuffer, from: number): void {
    this.expectBytes(buffer, pattern(buffer, from));
  }

  expectBytes(buffer: DmaBuffer, all: readonly number[]): void {
    for (const { at, bytes } of this.#pieces(buffer)) {
      const address = buffer.address + BigInt(at);
      this.#compare("the CPU loads", this.#load(address, bytes), all.slice(at, at + bytes), address);
    }
  }

  /** The master reads the whole buffer, in which the CPU has stored a pattern. */
  expectRead(buffer: DmaBuffer, from: number): void {
    const all = pattern(buffer, from);
    const found = this.#read(buffer);
    for (const { at, bytes } of this.#pieces(buffer)) {
      const piece = Array.from({ length: bytes }, (_, index) => found[at + index]);
      this.#compare("DMA reads", piece, all.slice(at, at + bytes), buffer.address + BigInt(at));
    }
  }

  /** The master reads some bytes, each of which is known. */
  expectReadBytes(address: bigint, all: readonly number[]): void {
    this.#compare("DMA reads", this.#read({ address, lengthBytes: all.length }), all, address);
  }

  /** The master writes some bytes. */
  write(address: bigint, bytes: readonly number[]): void {
    this.#note(address, bytes, "DMA wrote");
    refusePromise("dmaWrite", this.machine.dmaWrite(address, [...bytes], this.master));
  }

  #load(address: bigint, lengthBytes: number): ArrayLike<number> {
    const found = this.machine.load(address, lengthBytes);
    refusePromise("load", found);
    return found;
  }

  #read({ address, lengthBytes }: DmaBuffer): ArrayLike<number> {
    const found = this.machine.dmaRead(address, lengthBytes, this.master);
    refusePromise("dmaRead", found);
    return found;
  }

  /** What the CPU accesses: all, or the first byte, the last, and those at both sides of some ends of lines. */
  #pieces({ lengthBytes }: DmaBuffer): readonly { readonly at: number; readonly bytes: number }[] {
    if (this.#everyByte) return lengthBytes > 0 ? [{ at: 0, bytes: lengthBytes }] : [];
    const third = Math.floor(lengthBytes / 3);
    const inside = [third - 1, 2 * third - 1].filter((at) => at > 0 && at + 2 < lengthBytes);
    const last = lengthBytes - 1;
    return [
      { at: 0, bytes: 1 },
      ...inside.map((at) => ({ at, bytes: 2 })),
      ...(last > 0 ? [{ at: last, bytes: 1 }] : []),
    ];
  }

  #note(address: bigint, bytes: readonly number[], did: string): void {
    for (const [index, byte] of bytes.entries()) {
      const at = address + BigInt(index);
      const before = this.#written.get(at)?.split(", then ").slice(-2) ?? [];
      this.#written.set(at, [...before, `${did} ${byte}`].join(", then "));
    }
  }

  #compare(who: string, found: ArrayLike<number | undefined>, expected: readonly number[], address: bigint): void {
    for (const [index, byte] of expected.entries()) {
      if (found[index] === byte) continue;
      const at = address + BigInt(index);
      const before = this.#written.get(at);
      throw new Mismatch(
        `${who} ${found[index]} at 0x${at.toString(16)}, not ${byte}${before === undefined ? "" : ` (${before})`}`,
      );
    }
  }
}
