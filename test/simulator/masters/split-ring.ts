// A virtio device with one split virtqueue (Virtual I/O Device specification 1.2, 2.7): chains of descriptors of 16 bytes with
// 64-bit addresses, an available and a used ring, and a register to notify it. It reads what may be read of a chain and answers into
// what may be written.
import {
  Descriptor,
  type DmaBus,
  type DmaProcess,
  gather,
  type Segment,
  type SimulatedMachine,
  scatter,
} from "../../../generator/index.ts";

export const split = { NOTIFY: 0x50, INTERRUPT: 0x60 } as const;
export const [NEXT, WRITE] = [1, 2] as const;

export interface SplitRing {
  readonly entries: number;
  readonly descriptors: bigint;
  readonly available: bigint;
  readonly used: bigint;
}

export function splitRingDevice<Master extends string>(
  machine: SimulatedMachine<Master>,
  master: Master,
  base: bigint,
  ring: SplitRing,
  answer: (request: Uint8Array) => Uint8Array,
): void {
  let seen = 0;
  let notified = 0;
  const device = machine.device(master, {
    base,
    lengthBytes: 0x200,
    write: (offset) => {
      if (offset === split.NOTIFY) notified++;
    },
  });
  device.run(function* (dma) {
    for (let served = 0; ; served = notified) {
      const known = served;
      yield dma.until(() => notified > known);
      const index = yield* halfWord(dma, ring.available + 2n);
      for (; seen !== index; seen = (seen + 1) & 0xffff) yield* serve(dma);
    }
  });
  function* serve(dma: DmaBus): DmaProcess {
    const slot = BigInt(seen % ring.entries);
    const head = yield* halfWord(dma, ring.available + 4n + 2n * slot);
    const [readable, writable]: [Segment[], Segment[]] = [[], []];
    for (let index: number | undefined = head; index !== undefined; ) {
      const address: bigint = ring.descriptors + 16n * BigInt(index);
      const descriptor: Descriptor = new Descriptor(
        address,
        yield dma.read(address, { lengthBytes: 16, atomicBytes: 8 }),
      );
      const flags = descriptor.field(12, 16);
      const segment = { address: descriptor.pointer(0, 64), lengthBytes: descriptor.field(8) };
      (flags & WRITE ? writable : readable).push(segment);
      index = flags & NEXT ? descriptor.field(14, 16) : undefined;
    }
    const reply = answer(yield* gather(dma, readable));
    yield* scatter(dma, writable, reply);
    const entry = new Uint8Array(Uint32Array.of(head, reply.length).buffer);
    const asDescriptor = { atomicBytes: 4, isDescriptor: true } as const;
    yield dma.write(ring.used + 4n + 8n * slot, entry, asDescriptor);
    yield dma.write(ring.used + 2n, [(seen + 1) & 0xff, (seen + 1) >> 8], { atomicBytes: 2, isDescriptor: true });
    device.interrupt();
  }
}

function* halfWord(dma: DmaBus, address: bigint): DmaProcess<number> {
  const bytes = yield dma.read(address, { lengthBytes: 2, atomicBytes: 2 });
  return bytes[0]! | (bytes[1]! << 8);
}
