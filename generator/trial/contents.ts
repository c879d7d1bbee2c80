// What memory holds by what a driver did, in the order in which it did it: each byte as the last one who had it left it. What a driver or
// an engine finds otherwise is stale.
import type { DmaBuffer } from "../runtime/dma-fence.ts";
import type { EngineTask } from "./engine.ts";

export class Contents {
  readonly #initial: (address: bigint) => number;
  /** Undefined for a byte that an engine may be writing. */
  readonly #bytes = new Map<bigint, number | undefined>();
  /** What the driver has stored, or has taken back by acquire. */
  readonly #own = new Set<bigint>();

  constructor(initial: (address: bigint) => number) {
    this.#initial = initial;
  }

  at(address: bigint): number | undefined {
    return this.#bytes.has(address) ? this.#bytes.get(address) : this.#initial(address);
  }

  /** All bytes that are known, as they are now. */
  known(): ReadonlyMap<bigint, number> {
    return new Map([...this.#bytes].flatMap(([address, value]) => (value === undefined ? [] : [[address, value]])));
  }

  /** What must be found by the driver once it has ended, whatever happens. */
  own(): ReadonlyMap<bigint, number> {
    return new Map([...this.known()].filter(([address]) => this.#own.has(address)));
  }

  store(address: bigint, bytes: readonly number[]): void {
    for (const [index, value] of bytes.entries()) {
      const at = address + BigInt(index);
      // An engine may write it at the same time; then nobody knows.
      if (this.#bytes.has(at) && this.#bytes.get(at) === undefined) continue;
      this.#bytes.set(at, value);
      this.#own.add(at);
    }
  }

  /** An engine writes to some bytes from now on. */
  lend(buffer: DmaBuffer): void {
    for (const at of addressesOf(buffer)) {
      this.#bytes.set(at, undefined);
      this.#own.delete(at);
    }
  }

  /** The driver has seen the end of a transfer. */
  ended({ write, data }: EngineTask): void {
    if (!write) return;
    for (const [index, value] of data.entries()) this.#bytes.set(write.address + BigInt(index), value);
  }

  acquire(buffer: DmaBuffer): void {
    for (const at of addressesOf(buffer)) if (this.#bytes.get(at) !== undefined) this.#own.add(at);
  }
}

function addressesOf({ address, lengthBytes }: DmaBuffer): bigint[] {
  return Array.from({ length: lengthBytes }, (_, index) => address + BigInt(index));
}
