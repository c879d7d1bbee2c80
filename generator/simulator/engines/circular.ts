// Circular mode: a master that goes round a buffer for ever, says when it has done each half, and counts down what is left.
import type { DmaBuffer } from "../../runtime/dma-fence.ts";
import type { DmaBus, DmaClaim } from "./dma-bus.ts";
import type { DmaProcess } from "./dma-steps.ts";

/** How a master goes round a buffer. */
export interface CircularReceive {
  readonly buffer: DmaBuffer;
  /** What is moved at one moment; a divisor of half of the buffer. */
  readonly itemBytes: 1 | 2 | 4;
  /** The next item that came in; undefined where none has yet. */
  readonly nextItem: () => Uint8Array | undefined;
  /** Whether the driver has told it to stop, which it does before the next item. */
  readonly isStopping: () => boolean;
  /** A half has been filled: 0 the first, 1 the second. */
  readonly onHalf: (half: 0 | 1) => void;
  /** Items that are left until the end of the buffer: what a count register shows. */
  readonly onCount: (itemsLeft: number) => void;
}

/**
 * Fills a buffer round and round with what comes in.
 * @throws {RangeError} where half of the buffer is no whole number of items, or none
 * @throws {SimulationError} for memory that the master does not reach
 */
export function* receiveCircularly(dma: DmaBus, receive: CircularReceive): DmaProcess {
  const { buffer, itemBytes, nextItem, isStopping, onHalf, onCount } = receive;
  const lengthBytes = buffer.lengthBytes / 2;
  if (lengthBytes === 0 || !Number.isInteger(lengthBytes / itemBytes))
    throw new RangeError(
      `half of ${buffer.lengthBytes} bytes is no whole number of items of ${itemBytes}, from one on`,
    );
  const items = buffer.lengthBytes / itemBytes;
  const half = (which: 0 | 1) => ({ address: buffer.address + BigInt(which * lengthBytes), lengthBytes });
  const claims: (DmaClaim | undefined)[] = [dma.claim(half(0), "write"), dma.claim(half(1), "write")];
  onCount(items);
  for (;;)
    for (const which of [0, 1] as const) {
      for (let at = 0; at < lengthBytes; at += itemBytes) {
        let item: Uint8Array | undefined;
        yield dma.until(() => {
          if (!isStopping()) item ??= nextItem();
          return item !== undefined || isStopping();
        });
        if (!item) {
          for (const claim of claims) claim?.end();
          return;
        }
        yield dma.write(half(which).address + BigInt(at), item, { atomicBytes: itemBytes });
        claims[which]?.advance(at + itemBytes);
        const done = (which * lengthBytes + at) / itemBytes + 1;
        onCount(done === items ? items : items - done);
      }
      claims[which]?.end();
      claims[which] = undefined;
      onHalf(which);
      // The other half is next, and what the driver has not taken by now is overwritten.
      const other = which === 0 ? 1 : 0;
      claims[other] ??= dma.claim(half(other), "write", { isContinued: true });
    }
}
