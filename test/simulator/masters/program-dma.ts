// A controller that runs a program from memory, as the CoreLink DMA-330 does (ARM DDI 0424): load, store, loop and end, with source and
// destination set by moves. Kill stops it where it is.
import type { DeviceTransfer, SimulatedMachine } from "../../../generator/index.ts";

export const program = { DBGCMD: 0xd04, DBGINST1: 0xd0c, CSR: 0x100, KILL: 0xd08 } as const;
/** Instructions, by their first byte. */
export const [DMAEND, DMALD, DMAST, DMALP, DMALPEND, DMAMOV] = [0x00, 0x04, 0x08, 0x20, 0x38, 0xbc] as const;

export function programDma<Master extends string>(
  machine: SimulatedMachine<Master>,
  master: Master,
  base: bigint,
): void {
  let [start, isRunning] = [0n, false];
  let transfer: DeviceTransfer | undefined;
  const device = machine.device(master, {
    base,
    lengthBytes: 0x1000,
    read: (offset) => (offset === program.CSR && isRunning ? 1 : 0),
    write: (offset, value) => {
      if (offset === program.DBGINST1) start = value;
      if (offset === program.KILL) {
        transfer?.stop();
        isRunning = false;
      }
      if (offset === program.DBGCMD) run();
    },
  });
  const run = () => {
    isRunning = true;
    transfer = device.run(function* (dma) {
      let [at, source, destination, left, loop] = [start, 0n, 0n, 0, 0n];
      let word = new Uint8Array();
      for (;;) {
        const [code = 0, operand = 0] = yield dma.read(at, { lengthBytes: 2 });
        if (code === DMAEND) break;
        if (code === DMALD) {
          word = Uint8Array.from(yield dma.read(source, { lengthBytes: 4, atomicBytes: 4 }));
          source += 4n;
        } else if (code === DMAST) {
          yield dma.write(destination, word, { atomicBytes: 4 });
          destination += 4n;
        } else if (code === DMALP) [left, loop] = [operand, at + 2n];
        else if (code === DMALPEND && left-- > 0) {
          at = loop;
          continue;
        } else if (code === DMAMOV) {
          const value = BigInt(yield* dma.read32(at + 2n));
          if (operand === 0) source = value;
          else destination = value;
        }
        at += code === DMAMOV ? 6n : code === DMALP || code === DMALPEND ? 2n : 1n;
      }
      isRunning = false;
      device.interrupt();
    });
  };
}
