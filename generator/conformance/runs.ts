// What driver, master and caches do in each exchange. Each throws where a byte is not what it must be.
import type { DmaBuffer, DmaFence } from "../runtime/dma-fence.ts";
import type { CheckedMachine } from "./checked-machine.ts";
import { type Driver, Mismatch, pattern } from "./driver.ts";

/** @throws {Mismatch} */
export type Run = (driver: Driver, fence: DmaFence) => void;

export function sends(buffer: DmaBuffer, lineBytes: number): Run {
  const besides = neighbours(buffer, lineBytes);
  return (driver, fence) => {
    for (const each of besides) driver.store(each, 90);
    driver.store(buffer, 10);
    fence.release(buffer);
    driver.expectRead(buffer, 10);
    // Beside a buffer that DMA only reads, anybody may store meanwhile.
    for (const each of besides) driver.store(each, 160);
    fence.acquire(buffer);
    for (const each of besides) driver.expectLoaded(each, 160);
    driver.store(buffer, 200);
    fence.release(buffer);
    driver.expectRead(buffer, 200);
  };
}

export function sendsOneByte({ address }: DmaBuffer, lineBytes: number): Run {
  const empty = { address: address + 3n, lengthBytes: 0 };
  const one = sends({ address, lengthBytes: 1 }, lineBytes);
  return (driver, fence) => {
    driver.store({ address, lengthBytes: lineBytes }, 20);
    fence.release(empty);
    fence.acquire(empty);
    one(driver, fence);
  };
}

export function receives(
  buffer: DmaBuffer,
  lineBytes: number,
  moments: { readonly fill?: boolean; readonly evict?: boolean },
  isDirty: boolean,
): Run {
  const { address, lengthBytes } = buffer;
  return (driver, fence) => {
    for (const round of [0, 1]) {
      const data = pattern(buffer, 30 + 140 * round);
      if (isDirty) driver.store(buffer, 50);
      else driver.touch(buffer);
      fence.release(buffer);
      if (moments.fill) eachLine(buffer, lineBytes, driver.machine, "fill");
      const short = round === 1 && isDirty ? lengthBytes - lineBytes - 3 : lengthBytes;
      driver.write(address, data.slice(0, short));
      if (moments.evict) eachLine(buffer, lineBytes, driver.machine, "evict");
      fence.acquire(buffer);
      driver.expectBytes(buffer, [...data.slice(0, short), ...pattern(buffer, 50).slice(short)]);
    }
  };
}

export function turns(buffer: DmaBuffer): Run {
  return (driver, fence) => {
    driver.store(buffer, 10);
    fence.release(buffer);
    driver.expectRead(buffer, 10);
    driver.write(buffer.address, pattern(buffer, 160));
    fence.acquire(buffer);
    driver.expectLoaded(buffer, 160);
  };
}

/** Data in the lines before and behind a buffer that DMA writes to, which shares none, and which nobody touches meanwhile. */
export function beside(buffer: DmaBuffer, lineBytes: number): Run {
  const besides = neighbours(buffer, lineBytes);
  return (driver, fence) => {
    for (const each of besides) driver.store(each, 90);
    fence.release(buffer);
    driver.write(buffer.address, pattern(buffer, 30));
    fence.acquire(buffer);
    for (const each of besides) driver.expectLoaded(each, 90);
  };
}

/** The CPU stores at another address of the memory, and goes over to the buffer's as fences demand it; and back. */
export function moved(here: DmaBuffer, there: DmaBuffer): Run {
  const goesOver = (driver: Driver, fence: DmaFence, from: DmaBuffer, to: DmaBuffer, value: number) => {
    driver.store(from, value);
    fence.release(from);
    fence.acquire(to);
    driver.expectLoaded(to, value);
  };
  return (driver, fence) => {
    goesOver(driver, fence, there, here, 70);
    fence.release(here);
    driver.expectRead(here, 70);
    fence.acquire(here);
    goesOver(driver, fence, here, there, 180);
    goesOver(driver, fence, there, here, 110);
  };
}

/** What a cache does by itself loses nothing that the CPU has stored. */
export function keeps(buffer: DmaBuffer, lineBytes: number, act: "fill" | "evict"): Run {
  return (driver, fence) => {
    driver.store(buffer, 10);
    eachLine(buffer, lineBytes, driver.machine, act);
    driver.expectLoaded(buffer, 10);
    driver.store(buffer, 150);
    eachLine(buffer, lineBytes, driver.machine, act);
    fence.release(buffer);
    driver.expectRead(buffer, 150);
  };
}

/** Two bytes of each line are looked at. */
export function handsOver(buffer: DmaBuffer, lineBytes: number, writes: boolean): Run {
  const lines = Array.from({ length: Math.floor(buffer.lengthBytes / lineBytes) }, (_, index) => {
    return { address: buffer.address + BigInt(index * lineBytes + (index % (lineBytes - 1))), lengthBytes: 2 };
  });
  const all = (act: (line: DmaBuffer, from: number) => void, from: number) => {
    for (const [index, line] of lines.entries()) act(line, (from + 3 * index) & 0xff);
  };
  return (driver, fence) => {
    all((line, from) => driver.store(line, from), 10);
    fence.release(buffer);
    all((line, from) => driver.expectRead(line, from), 10);
    if (writes) all((line, from) => driver.write(line.address, pattern(line, from)), 131);
    fence.acquire(buffer);
    all((line, from) => driver.expectLoaded(line, from), writes ? 131 : 10);
  };
}

/** Short transfers at odd addresses: what is beside them in the buffer, and in the lines around it, stays. */
export function transfersPieces(buffer: DmaBuffer, lineBytes: number): Run {
  const besides = neighbours(buffer, lineBytes);
  const lengths = [1, 2, 3, 4, 5, 7, lineBytes - 1, lineBytes, lineBytes + 1];
  return (given, fence) => {
    const driver = given.everyByte();
    for (const each of besides) {
      driver.store(each, 200);
      // Lines that are clean are nobody's to lose.
      fence.release(each);
      fence.acquire(each);
    }
    driver.store(buffer, 10);
    const known = pattern(buffer, 10);
    for (const [index, lengthBytes] of lengths.entries()) {
      fence.release(buffer);
      const at = (5 * index + 1) % lineBytes;
      const address = buffer.address + BigInt(at);
      driver.expectReadBytes(address, known.slice(at, at + lengthBytes));
      const data = pattern({ lengthBytes }, 100 + 16 * index);
      driver.write(address, data);
      known.splice(at, lengthBytes, ...data);
      fence.acquire(buffer);
      driver.expectBytes(buffer, known);
    }
    for (const each of besides) driver.expectLoaded(each, 200);
  };
}

export function keepsInterrupts(buffer: DmaBuffer): Run {
  const expectMasked = ({ machine }: Driver, expected: boolean | undefined, when: string) => {
    const found = machine.interruptsMasked?.();
    if (found !== expected)
      throw new Mismatch(
        `interrupts are ${found ? "" : "not "}masked ${when}, and were${expected ? "" : " not"} before`,
      );
  };
  return (driver, fence) => {
    const { machine } = driver;
    const atFirst = machine.interruptsMasked?.();
    for (const method of ["release", "acquire"] as const) {
      fence[method](buffer);
      expectMasked(driver, atFirst, `behind ${method}`);
      const before = machine.maskInterrupts();
      expectMasked(driver, true, "behind maskInterrupts");
      fence[method](buffer);
      expectMasked(driver, true, `behind a ${method} that was called with interrupts masked`);
      machine.restoreInterrupts(before);
      expectMasked(driver, atFirst, "behind restoreInterrupts");
    }
  };
}

function eachLine(
  { address, lengthBytes }: DmaBuffer,
  lineBytes: number,
  machine: CheckedMachine,
  act: "fill" | "evict",
): void {
  for (let at = 0; at < lengthBytes; at += lineBytes) machine[act]?.(address + BigInt(at));
}

/** What lies in the first and the last line of a buffer beside it, or, where it fills them, in the lines next to those. */
function neighbours({ address, lengthBytes }: DmaBuffer, lineBytes: number): [DmaBuffer, DmaBuffer] {
  const end = address + BigInt(lengthBytes);
  const before = Number(address % BigInt(lineBytes)) || lineBytes;
  const behind = lineBytes - (Number(end % BigInt(lineBytes)) || 0);
  return [
    { address: address - BigInt(before), lengthBytes: before },
    { address: end, lengthBytes: behind },
  ];
}
