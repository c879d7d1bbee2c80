// The procedure of the module that `fencegen selftest` prints, for a simulated machine: the same steps, with shorter buffers and
// only some bytes around them, because a machine takes each byte by itself.
import type { SelfTest } from "../../generator/plan/self-test.ts";
import type { DmaBuffer, DmaFence } from "../../generator/runtime/dma-fence.ts";
import type { SimulatedMachine } from "../../generator/simulator/machine.ts";

export interface Place {
  /** A multiple of every line, with eight of them of memory behind it. */
  readonly base: bigint;
  /** Names of the masters. */
  readonly reader: string;
  readonly writer: string;
}

const mostBytes = 4;
const aroundBytes = 1;

/** One transfer. Returns whether it went right. */
export function transferIsRight(
  machine: SimulatedMachine,
  fence: DmaFence,
  place: Place,
  { lineBytes, wholeBytes, neighboursMayWrite }: SelfTest,
  round: number,
): boolean {
  const below = (which: number, limit: number) =>
    Math.floor(((mixed(~round, which) % limit) / wholeBytes) | 0) * wholeBytes;
  const lengthBytes = wholeBytes + below(0, Math.max(mostBytes, wholeBytes));
  const [source, destination] = [0, 1].map((area): DmaBuffer => {
    const start = place.base + BigInt((1 + 4 * area) * lineBytes);
    return { address: start + BigInt(below(1 + area, 2 * lineBytes)), lengthBytes };
  }) as [DmaBuffer, DmaBuffer];
  const [message, old, around] = [0, 1, 2].map((pattern) => 3 * round + pattern) as [number, number, number];
  const fill = (buffer: DmaBuffer, inside: boolean, pattern: number) => {
    for (const { address, values } of pieces(buffer, inside, pattern)) machine.store(address, values);
  };
  const holds = (buffer: DmaBuffer, inside: boolean, pattern: number) =>
    pieces(buffer, inside, pattern)
      .map(({ address, values }) => `${machine.load(address, values.length)}` === `${values}`)
      .every(Boolean);

  for (const inside of [true, false]) {
    fill(source, inside, message);
    holds(destination, inside, message);
    fill(destination, inside, old);
  }
  for (const buffer of [source, destination]) fence.release(buffer);
  fill(source, false, around);
  if (neighboursMayWrite) fill(destination, false, around);
  copy(machine, place, source, destination);
  for (const buffer of [source, destination]) fence.acquire(buffer);
  return [
    holds(source, true, message),
    holds(source, false, around),
    holds(destination, true, message),
    holds(destination, false, neighboursMayWrite ? around : old),
  ].every(Boolean);
}

/** What a driver's closure does on a board: starts DMA, and waits for its end. */
function copy(machine: SimulatedMachine, place: Place, source: DmaBuffer, destination: DmaBuffer): void {
  const reader = machine.engine(place.reader);
  const writer = place.writer === place.reader ? reader : machine.engine(place.writer);
  const waitForEnd = (engine: typeof reader) => {
    for (let waited = 0; !engine.isDone(); waited++) {
      if (waited > 1000) throw new Error("the transfer never ends");
      machine.wait();
    }
  };
  reader.start({ read: source });
  waitForEnd(reader);
  writer.start({ write: { buffer: destination, data: Uint8Array.from(reader.received) } });
  waitForEnd(writer);
}

/** The bytes of a buffer, or those before and behind it, with what a pattern has there. */
function pieces(
  { address, lengthBytes }: DmaBuffer,
  inside: boolean,
  pattern: number,
): { readonly address: bigint; readonly values: number[] }[] {
  const piece = (first: number, length: number) => ({
    address: address + BigInt(first),
    values: Array.from({ length }, (_, index) => mixed(pattern, first + index) & 0xff),
  });
  return inside ? [piece(0, lengthBytes)] : [piece(-aroundBytes, aroundBytes), piece(lengthBytes, aroundBytes)];
}

/** Two numbers as one that looks random; the module has the same. */
function mixed(one: number, other: number): number {
  const number = Math.imul(one ^ ((other << 16) | (other >>> 16)), 0x9e37_79b1);
  return Math.imul(number ^ (number >>> 15), 0x85eb_ca6b) >>> 8;
}
