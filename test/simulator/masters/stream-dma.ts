// A stream of the DMA controller of an STM32F4, F7 or H7 (RM0433, 16), as far as a receiving driver uses one: circular mode, half and
// full events, the count of items left, and a disable that takes effect at the end of the item that is under way.
import { receiveCircularly, type SimulatedMachine } from "../../../generator/index.ts";

/** Offsets from the base of the controller, of stream 0. */
export const stream = { LISR: 0x00, LIFCR: 0x08, CR: 0x10, NDTR: 0x14, M0AR: 0x1c } as const;
export const [EN, TCIF, HTIF] = [1n, 1n << 5n, 1n << 4n] as const;

export interface StreamDma {
  /** Bytes that the peripheral will ask to be stored. */
  readonly incoming: number[];
}

export function streamDma<Master extends string>(
  machine: SimulatedMachine<Master>,
  master: Master,
  base: bigint,
): StreamDma {
  const incoming: number[] = [];
  const registers = new Map<number, bigint>();
  const flags = (change: (now: bigint) => bigint) =>
    registers.set(stream.LISR, change(registers.get(stream.LISR) ?? 0n));
  let isDisabling = false;
  const device = machine.device(master, {
    base,
    lengthBytes: 0x400,
    read: (offset) => registers.get(offset) ?? 0n,
    write: (offset, value) => {
      if (offset === stream.LIFCR) flags((now) => now & ~value);
      else if (offset !== stream.CR) registers.set(offset, value);
      else if ((value & EN) === 0n) isDisabling = true;
      else enable();
    },
  });
  const enable = () => {
    isDisabling = false;
    registers.set(stream.CR, EN);
    const lengthBytes = Number(registers.get(stream.NDTR));
    device.run(function* (dma) {
      yield* receiveCircularly(dma, {
        buffer: { address: registers.get(stream.M0AR)!, lengthBytes },
        itemBytes: 1,
        nextItem: () => (incoming.length === 0 ? undefined : Uint8Array.of(incoming.shift()!)),
        isStopping: () => isDisabling,
        onCount: (left) => registers.set(stream.NDTR, BigInt(left)),
        onHalf: (half) => {
          flags((now) => now | (half === 0 ? HTIF : TCIF));
          device.interrupt();
        },
      });
      registers.set(stream.CR, 0n);
    });
  };
  return { incoming };
}
