// A model of a write-back cache in front of memory that DMA accesses directly, in the words of what a fence means.
import { type Barrier, DecodedMachine, lineStarts, type Maintenance } from "fencegen/runtime";

const lineBytes = 32;
/** SRAM1-3 is at two addresses (RM0433, 2.3.2). */
const cell = (address: bigint) => (address >> 20n === 0x300n ? address - 0x2000_0000n : address);

export class CacheMachine extends DecodedMachine {
  readonly #memory = new Map<bigint, number>();
  readonly #lines = new Map<bigint, { readonly bytes: number[]; dirty: boolean }>();
  /** Issued, and perhaps still at work. */
  #pending: Maintenance[] = [];

  protected override onBarrier({ completes }: Barrier): void {
    const isDone = ({ accessClass }: Maintenance) => completes.includes(accessClass);
    for (const operation of this.#pending.filter(isDone)) this.#maintain(operation);
    this.#pending = this.#pending.filter((operation) => !isDone(operation));
  }

  protected override onMaintenance(operation: Maintenance): void {
    this.#pending.push(operation);
  }

  #maintain(operation: Maintenance): void {
    for (const start of lineStarts(operation, lineBytes)) {
      if (operation.effect.includes("clean")) this.#clean(start);
      if (operation.effect.includes("invalidate")) this.#lines.delete(start);
    }
  }

  #clean(start: bigint): void {
    const line = this.#lines.get(start);
    if (line?.dirty) this.dmaWrite(start, line.bytes);
    if (line) line.dirty = false;
  }

  #lineAt(address: bigint) {
    const start = address - (address % BigInt(lineBytes));
    const line = this.#lines.get(start) ?? { bytes: this.dmaRead(start, lineBytes), dirty: false };
    this.#lines.set(start, line);
    return { line, offset: Number(address - start) };
  }

  store(address: bigint, bytes: readonly number[]): void {
    for (const [index, byte] of bytes.entries()) {
      const { line, offset } = this.#lineAt(address + BigInt(index));
      line.bytes[offset] = byte;
      line.dirty = true;
    }
  }

  load(address: bigint, lengthBytes: number): number[] {
    return Array.from({ length: lengthBytes }, (_, index) => {
      const { line, offset } = this.#lineAt(address + BigInt(index));
      return line.bytes[offset]!;
    });
  }

  dmaRead(address: bigint, lengthBytes: number): number[] {
    return Array.from({ length: lengthBytes }, (_, index) => this.#memory.get(cell(address + BigInt(index))) ?? 0);
  }

  dmaWrite(address: bigint, bytes: readonly number[]): void {
    for (const [index, byte] of bytes.entries()) this.#memory.set(cell(address + BigInt(index)), byte);
  }

  fill(address: bigint): void {
    this.#lineAt(address);
  }

  evict(address: bigint): void {
    const start = address - (address % BigInt(lineBytes));
    this.#clean(start);
    this.#lines.delete(start);
  }
}
