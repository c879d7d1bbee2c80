// What bytes are called in sentences.
import type { DmaBuffer } from "../../runtime/dma-fence.ts";

export class ByteNames {
  readonly #named: { readonly name: string; readonly buffer: DmaBuffer }[] = [];

  add(name: string, buffer: DmaBuffer): void {
    this.#named.unshift({ name, buffer });
  }

  /** A buffer by its name, or by where it is. */
  ofBuffer({ address, lengthBytes }: DmaBuffer): string {
    const same = this.#named.find(({ buffer }) => buffer.address === address && buffer.lengthBytes === lengthBytes);
    if (same) return same.name;
    const length = lengthBytes === 1 ? "1 byte" : `${lengthBytes} bytes`;
    return `${length} at 0x${address.toString(16)}`;
  }

  /** An address, with the buffer in which it lies. */
  ofByte(address: bigint, within?: DmaBuffer): string {
    const holds = ({ address: first, lengthBytes }: DmaBuffer) =>
      address >= first && address < first + BigInt(lengthBytes);
    const isWithin = ({ buffer }: { readonly buffer: DmaBuffer }) =>
      buffer.address === within?.address && buffer.lengthBytes === within.lengthBytes;
    const named =
      this.#named.find((each) => isWithin(each) && holds(each.buffer)) ??
      this.#named.find(({ buffer }) => holds(buffer));
    const at = `0x${address.toString(16)}`;
    if (named) return `${at} of ${named.name}`;
    return within && holds(within) ? `${at} of the ${this.ofBuffer(within)}` : at;
  }
}
