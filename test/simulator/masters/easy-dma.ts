// EasyDMA of a Nordic serial receiver (nRF52840 product specification, UARTE): a pointer, a most, a stop task, and an amount that
// says how much there is once the end event has come.
import type { SimulatedMachine } from "../../../generator/index.ts";

export const easyDma = {
  STARTRX: 0x000,
  STOPRX: 0x004,
  ENDRX: 0x110,
  PTR: 0x534,
  MAXCNT: 0x538,
  AMOUNT: 0x53c,
} as const;

export interface EasyDma {
  readonly incoming: number[];
}

export function easyDmaReceiver<Master extends string>(
  machine: SimulatedMachine<Master>,
  master: Master,
  base: bigint,
): EasyDma {
  const incoming: number[] = [];
  const registers = new Map<number, bigint>();
  let isStopping = false;
  const device = machine.device(master, {
    base,
    lengthBytes: 0x1000,
    read: (offset) => registers.get(offset) ?? 0n,
    write: (offset, value) => {
      registers.set(offset, value);
      if (offset === easyDma.STOPRX) isStopping = true;
      if (offset === easyDma.STARTRX) start();
    },
  });
  const start = () => {
    isStopping = false;
    const buffer = { address: registers.get(easyDma.PTR)!, lengthBytes: Number(registers.get(easyDma.MAXCNT)) };
    device.run(function* (dma) {
      const claim = dma.claim(buffer, "write");
      let amount = 0;
      for (; amount < buffer.lengthBytes; amount++) {
        yield dma.until(() => isStopping || incoming.length > 0);
        // What has come in is stored before the stop is heeded.
        if (incoming.length === 0) break;
        yield dma.write(buffer.address + BigInt(amount), [incoming.shift()!]);
      }
      claim.end();
      registers.set(easyDma.AMOUNT, BigInt(amount));
      registers.set(easyDma.ENDRX, 1n);
      device.interrupt();
    });
  };
  return { incoming };
}
