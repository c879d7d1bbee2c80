// The receiver of a Synopsys Ethernet controller with enhanced descriptors (RM0433, 58): a list of four words each with OWN in the
// first and the next address in the fourth, a poll demand, and prefetch of the next descriptor.
import { followDescriptors, type SimulatedMachine } from "../../../generator/index.ts";

export const ethernet = { DMARPDR: 0x1008, DMARDLAR: 0x100c } as const;
export const OWN = 0x8000_0000;

export interface EthernetReceiver {
  /** Frames that will come in. */
  readonly incoming: Uint8Array[];
}

export function ethernetReceiver<Master extends string>(
  machine: SimulatedMachine<Master>,
  master: Master,
  base: bigint,
  { isPrefetching = false }: { readonly isPrefetching?: boolean } = {},
): EthernetReceiver {
  const incoming: Uint8Array[] = [];
  let at = 0n;
  let demands = 0;
  const device = machine.device(master, {
    base,
    lengthBytes: 0x2000,
    write: (offset, value) => {
      if (offset === ethernet.DMARDLAR) at = value;
      if (offset === ethernet.DMARPDR) demands++;
    },
  });
  device.run(function* (dma) {
    for (let served = 0; ; ) {
      const known = served;
      yield dma.until(() => demands > known);
      served = demands;
      const stopped = yield* followDescriptors(dma, {
        first: at,
        lengthBytes: 16,
        isPrefetching,
        isOwned: (descriptor) => (descriptor.field(0) & OWN) !== 0,
        next: (descriptor) => descriptor.pointer(12),
        *transfer(descriptor) {
          yield dma.until(() => incoming.length > 0);
          const frame = incoming.shift()!;
          const buffer = { address: descriptor.pointer(8), lengthBytes: descriptor.field(4) & 0x1fff };
          const claim = dma.claim(buffer, "write");
          yield dma.write(buffer.address, frame.subarray(0, buffer.lengthBytes), { atomicBytes: 4 });
          claim.end();
          // The length, without OWN.
          yield* dma.write32(descriptor.address, frame.length << 16, { isDescriptor: true });
          device.interrupt();
        },
      });
      if (stopped !== undefined) at = stopped;
    }
  });
  return { incoming };
}
