// What is tried at one place: hand-overs of a buffer in each direction, with what caches may do meanwhile at the moments at which it
// hurts; details that no mistake of a fence is needed for; and whether the place is there at all.
import type { Region } from "../model/chip.ts";
import type { FencePlan } from "../plan/operation.ts";
import type { DmaBuffer } from "../runtime/dma-fence.ts";
import { kindsOf } from "../verifier/fence-under-test.ts";
import { pattern } from "./driver.ts";
import {
  beside,
  handsOver,
  keeps,
  keepsInterrupts,
  moved,
  type Run,
  receives,
  sends,
  sendsOneByte,
  transfersPieces,
  turns,
} from "./runs.ts";

/** Where a buffer may be, and who transfers it. */
export interface Place {
  readonly master: string;
  readonly region: Region;
  readonly writes: boolean;
  /** Of the largest lines that the fence is right for. */
  readonly lineBytes: number;
  /** At the start of a line. */
  readonly address: bigint;
  /** Lines from there on that are free. */
  readonly lines: number;
}

export interface Exchange {
  /** `DMA reads what the CPU stored: DMA1 in SRAM`. */
  readonly name: string;
  readonly place: Place;
  /** What is handed over, in its order. */
  readonly buffers: readonly DmaBuffer[];
  /** Names of the memories at whose addresses something is done. */
  readonly memories: readonly string[];
  /** What it asks of the machine beside what all have. */
  readonly asks: readonly ("fill" | "evict" | "interruptsMasked")[];
  readonly run: Run;
}

/** Three lines, and for an exchange beside them one more at each side. */
export const roomLines = 8;

/** The hand-overs in which a mistake of a fence shows. */
export function handOvers(place: Place, plan: FencePlan, others: readonly Region[]): Exchange[] {
  const { address, lineBytes, region } = place;
  const whole: DmaBuffer = { address: address + BigInt(2 * lineBytes), lengthBytes: 3 * lineBytes };
  const kinds = kindsOf(plan);
  const mayShare = !kinds.includes("every-buffer-fills-its-lines");
  const exchange = exchangeAt(place, whole);
  const sharing = { address: whole.address + 5n, lengthBytes: 2 * lineBytes };
  const sent = [
    exchange("DMA reads what the CPU stored", sends(whole, lineBytes)),
    exchange("DMA reads one byte, and nothing of an empty buffer", sendsOneByte(whole, lineBytes)),
    ...(mayShare ? [exchange("a buffer that shares lines", sends(sharing, lineBytes))] : []),
  ];
  if (!place.writes) return sent;
  const received = [
    exchange("the CPU loads what DMA wrote, over what it had stored", receives(whole, lineBytes, {}, true)),
    exchange("the CPU loads what DMA wrote, over what it had loaded", receives(whole, lineBytes, {}, false)),
    exchange("a line is fetched before DMA writes to it", receives(whole, lineBytes, { fill: true }, true), "fill"),
    exchange(
      "a line is given up when DMA has written to it",
      receives(whole, lineBytes, { evict: true }, true),
      "evict",
    ),
    exchange("DMA reads, then writes", turns(whole)),
    ...(mayShare ? [exchange("beside a buffer that DMA writes to", beside(whole, lineBytes))] : []),
  ];
  // No line of it may be left in a cache from another address: whoever goes over is told nothing of how.
  const elsewhere = kinds.includes("one-address") ? [] : others;
  const moves = elsewhere.map((other): Exchange => {
    const there = { ...whole, address: whole.address - region.base + other.base };
    const { name } = other;
    const both = { memories: [region.name, name], buffers: [there, whole] };
    return { ...exchange(`memory that is at ${name} as well`, moved(whole, there)), ...both };
  });
  return [...sent, ...received, ...moves];
}

/** What a machine must do that no mistake of a fence is needed to see. */
export function details(place: Place, plan: FencePlan): Exchange[] {
  const { address, lineBytes, lines, writes } = place;
  const whole: DmaBuffer = { address: address + BigInt(2 * lineBytes), lengthBytes: 3 * lineBytes };
  const exchange = exchangeAt(place, whole);
  const long = longBuffer(place);
  return [
    exchange("the CPU loads what it has just stored", (driver) => {
      for (const from of [0, 90]) {
        driver.store(whole, from);
        driver.expectLoaded(whole, from);
      }
    }),
    exchange("a line with stored data is fetched", keeps(whole, lineBytes, "fill"), "fill"),
    exchange("a line with stored data is given up", keeps(whole, lineBytes, "evict"), "evict"),
    ...(lines > roomLines
      ? [exchange(`a buffer of ${long.lengthBytes} bytes`, handsOver(long, lineBytes, writes))]
      : []),
    ...(writes && !kindsOf(plan).includes("every-buffer-fills-its-lines")
      ? [exchange("transfers of any length, from any byte on", transfersPieces(whole, lineBytes))]
      : []),
    ...(masksInterrupts(plan)
      ? [exchange("interrupts are put back to what they were", keepsInterrupts(whole), "interruptsMasked")]
      : []),
  ];
}

/** Whether the machine has this memory, and the master this access to it. */
export function basics(place: Place, which: string): Exchange[] {
  const { address, lineBytes, writes } = place;
  const buffer: DmaBuffer = { address, lengthBytes: 2 * lineBytes };
  const exchange = exchangeAt(place, buffer);
  return [
    exchange(`DMA reads what the CPU stored${which}`, (driver, fence) => {
      driver.store(buffer, 10);
      fence.release(buffer);
      driver.expectRead(buffer, 10);
    }),
    ...(writes
      ? [
          exchange(`the CPU loads what DMA wrote${which}`, (driver, fence) => {
            driver.touch(buffer);
            fence.release(buffer);
            driver.write(buffer.address, pattern(buffer, 130));
            fence.acquire(buffer);
            driver.expectLoaded(buffer, 130);
          }),
        ]
      : []),
  ];
}

/**
 * A few bytes at each of many places, all at once: none is the memory of another, or its line in a cache. Places are apart by each
 * power of two, so that no bit of an address is left out.
 */
export function together(places: readonly Place[], master: string): Exchange {
  const buffers = places.map(({ address }): DmaBuffer => ({ address, lengthBytes: 5 }));
  const names = [...new Set(places.map(({ region }) => region.name))];
  const [first] = places;
  const run: Run = (driver, fence) => {
    const from = (index: number, add: number) => (add + 29 * index) & 0xff;
    for (const [index, buffer] of buffers.entries()) driver.store(buffer, from(index, 5));
    for (const buffer of buffers) fence.release(buffer);
    for (const [index, buffer] of buffers.entries()) driver.expectRead(buffer, from(index, 5));
    for (const [index, buffer] of buffers.entries())
      if (places[index]!.writes) driver.write(buffer.address, pattern(buffer, from(index, 140)));
    for (const buffer of buffers) fence.acquire(buffer);
    for (const [index, buffer] of buffers.entries())
      driver.expectLoaded(buffer, from(index, places[index]!.writes ? 140 : 5));
  };
  const name = `buffers in ${names.join(", ")} at once: ${master}`;
  return { name, place: first!, buffers, memories: names, asks: [], run };
}

function exchangeAt(place: Place, buffer: DmaBuffer) {
  const { master, region } = place;
  return (name: string, run: Run, ...asks: Exchange["asks"]): Exchange => ({
    name: `${name}: ${master} in ${region.name}`,
    place,
    buffers: [buffer],
    memories: [region.name],
    asks,
    run,
  });
}

function masksInterrupts({ release, acquire }: FencePlan): boolean {
  return [...release, ...acquire].some(({ kind }) => kind === "mask-interrupts");
}

/** More lines than a queue may have, over a multiple of 4 KiB where there is room for it. */
function longBuffer({ address, lineBytes, lines }: Place): DmaBuffer {
  const most = Math.min(lines - 2, 70);
  const page = ((address + 0xfffn) & ~0xfffn) + 0x1000n;
  const fits = page + BigInt(most * lineBytes) <= address + BigInt(lines * lineBytes);
  return { address: fits ? page - BigInt(3 * lineBytes) : address + BigInt(lineBytes), lengthBytes: most * lineBytes };
}
