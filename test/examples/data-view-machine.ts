// A machine whose whole memory is a DataView: memory without a cache, in which barriers have nothing to do.
import { DecodedMachine } from "fencegen/runtime";

export class DataViewMachine extends DecodedMachine {
  readonly #view: DataView;
  readonly #base: bigint;
  /** What the fences of a driver have executed. */
  readonly executed: string[] = [];

  /** @param base of the memory, as the CPU uses it */
  constructor(view: DataView, base: bigint) {
    super();
    this.#view = view;
    this.#base = base;
  }

  protected override onBarrier({ instruction }: { readonly instruction: string }): void {
    this.executed.push(instruction);
  }

  store(address: bigint, bytes: readonly number[]): void {
    for (const [index, byte] of bytes.entries()) this.#view.setUint8(this.#at(address) + index, byte);
  }

  load(address: bigint, lengthBytes: number): number[] {
    return Array.from({ length: lengthBytes }, (_, index) => this.#view.getUint8(this.#at(address) + index));
  }

  dmaRead(address: bigint, lengthBytes: number): number[] {
    return this.load(address, lengthBytes);
  }

  dmaWrite(address: bigint, bytes: readonly number[]): void {
    this.store(address, bytes);
  }

  #at(address: bigint): number {
    return Number(address - this.#base);
  }
}
