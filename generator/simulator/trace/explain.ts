// Why a run went wrong, worked out from how each line was at each time: for each byte that the CPU or a master found and that was not the
// newest that had been written there, where the newest one was.
import type { DmaBuffer } from "../../runtime/dma-fence.ts";
import type { Line, View } from "../memory/line.ts";
import type { SimulatedMemory } from "../memory/simulated-memory.ts";
import { type MachineEvent, wordsOf } from "./events.ts";
import type { StaleByte } from "./stale-byte.ts";

type Write = Extract<MachineEvent, { readonly kind: "store" | "store-called" | "dma-write" }>;
type Read = Extract<MachineEvent, { readonly kind: "load" | "dma-read" }>;

/** What somebody found, and what the newest byte was. */
interface Difference {
  readonly read: Read;
  readonly write: Write;
  /** Events that have to do with the byte or its line, until it was found. */
  readonly own: readonly MachineEvent[];
  readonly line: Line;
  /** In the line. */
  readonly offset: number;
  readonly view: View;
  /** The byte in words. */
  readonly at: string;
}

/** A byte that somebody found, where another was newer. */
interface Stale {
  readonly read: Read;
  readonly write: Write;
  readonly index: number;
  /** Whether the same reader found the newer one later, as a driver that polls does. */
  isFoundLater: boolean;
}

const most = 3;

/** Which stale bytes are asked for: what was written before a hand-over and found after it, by who had the byte then. */
export interface HandedStale {
  readonly buffer: DmaBuffer;
  readonly reader: Read["kind"];
  /** How many events there had been when a byte was handed over last. */
  readonly eventsAt: (address: bigint) => number;
}

/**
 * The stale bytes of a run, of each reader, writer and line the first, at most three; those first whose newer byte was never found.
 * @param nameOf an address in words
 * @param asked left out, all
 */
export function staleBytes(
  events: readonly MachineEvent[],
  memory: SimulatedMemory,
  nameOf: (address: bigint) => string,
  asked?: HandedStale,
): StaleByte[] {
  const found = allStale(events, asked);
  const firsts = new Map<string, Stale>();
  for (const stale of [...found.filter((each) => !each.isFoundLater), ...found.filter((each) => each.isFoundLater)]) {
    if (firsts.size === most) break;
    const { read, write } = stale;
    const key = `${read.kind} ${write.kind} ${memory.locate(read.address).line.base}`;
    if (!firsts.has(key)) firsts.set(key, stale);
  }
  return [...firsts.values()].map(({ read, write, index }) => {
    const located = memory.locate(read.address);
    const until = events.slice(0, index + 1);
    const own = until.filter((each) => concerns(each, read.address, located.line.base, memory.lineBytes));
    return { text: explained({ read, write, own, ...located, at: nameOf(read.address) }), events: own };
  });
}

function allStale(events: readonly MachineEvent[], asked: HandedStale | undefined): Stale[] {
  const newest = new Map<bigint, Write>();
  const writtenAt = new Map<bigint, number>();
  const lastOf = new Map<string, Stale[]>();
  const result: Stale[] = [];
  for (const [index, event] of events.entries()) {
    // A store is the newest from its call on, whenever it is performed.
    if (event.kind === "store-called" || event.kind === "dma-write") {
      newest.set(event.address, event);
      writtenAt.set(event.address, index);
    }
    if (event.kind !== "load" && event.kind !== "dma-read") continue;
    const write = newest.get(event.address);
    if (!write) continue;
    const reader = `${event.kind === "load" ? "CPU" : event.master} ${event.address}`;
    const before = lastOf.get(reader) ?? [];
    if (write.value === event.value) {
      for (const stale of before) if (stale.write === write) stale.isFoundLater = true;
      continue;
    }
    if (asked && !isAsked(asked, event, writtenAt.get(event.address)!, index)) continue;
    const stale = { read: event, write, index, isFoundLater: false };
    result.push(stale);
    lastOf.set(reader, [...before.filter((each) => each.write === write), stale]);
  }
  return result;
}

function isAsked({ buffer, reader, eventsAt }: HandedStale, { kind, address }: Read, written: number, read: number) {
  if (kind !== reader || address < buffer.address || address >= buffer.address + BigInt(buffer.lengthBytes))
    return false;
  const handedOver = eventsAt(address);
  return written < handedOver && handedOver <= read;
}

function explained(difference: Difference): string {
  const { read, write, own, at } = difference;
  const writer = write.agent === "CPU" ? "the CPU" : write.master;
  const reader = read.kind === "load" ? "the CPU" : read.master;
  const performed = write.kind === "store-called" ? performedStore(difference) : write;
  if (!performed)
    return `The CPU's store of ${write.value} to ${at} had not been performed when ${reader} found ${read.value} there: nothing held the start of ${reader} back until it was. A barrier of release does, between the store and the start.`;
  if (read.kind === "load" && read.time < performed.time)
    return `The load of ${at} was performed before ${writer} wrote ${write.value} there, and gave ${read.value}: nothing held it back until the end had been seen. The barrier of acquire does.`;
  const after = own.filter((each) => each.time >= performed.time && each.time <= read.time);
  const isInMemory = memoryAt(difference, read.time) === write.value;
  if (write.kind === "dma-write" && !isInMemory) {
    const over = after.find(
      (each) => (each.kind === "eviction" || each.kind === "maintenance") && each.time > performed.time,
    );
    const who =
      over?.kind === "eviction" ? `${over.cache} writes` : over ? `${operationOf(over)} writes` : "A cache writes";
    return `${who} back ${read.value} over the ${write.value} that ${writer} wrote at ${at}: the line was dirty. No line is after release of the whole buffer, where nothing is stored to it until acquire.`;
  }
  if (write.kind === "dma-write")
    return `A cache had ${at} since before ${writer} wrote ${write.value} there, and the CPU found the old ${read.value} in it. Acquire drops such a line, if it comes after the end and names the whole buffer.`;
  const dropped = after.find((each) => each.kind === "maintenance" && !isHeldDirty(difference, each.time));
  if (!isInMemory && dropped && !isHeldDirty(difference, read.time))
    return `${operationOf(dropped)} dropped the ${write.value} that the CPU had stored to ${at} and that was written nowhere yet. An operation that only invalidates is for lines that nothing is stored to.`;
  return `The ${write.value} that the CPU stored to ${at} was still in a cache when ${reader} found ${read.value} in memory. Release writes it back, if it comes after the store and names the whole buffer.`;
}

/** An operation in a sentence, where it is no matter whether it was begun or done. */
function operationOf(event: MachineEvent): string {
  return wordsOf(event.kind === "maintenance" ? { ...event, phase: "at once" } : event);
}

/** The performance of a store that was called; undefined where the reader came before. */
function performedStore({ read, write, own }: Difference): MachineEvent | undefined {
  const called = own.indexOf(write);
  return own.find(
    (each, index) =>
      index > called &&
      each.kind === "store" &&
      each.value === write.value &&
      each.time <= Math.max(read.time, write.time),
  );
}

function memoryAt({ line, offset }: Difference, time: number): number {
  return line.byteInMemory(time, offset);
}

function isHeldDirty({ line, offset, view }: Difference, time: number): boolean {
  const { levels } = line.stateAt(time);
  const cell = line.cellOf(offset);
  return view.some((level) => levels[level]?.dirty === true && levels[level].cells[cell] !== undefined);
}

/** Whether an event may have to do with a byte: what the CPU did beside, accesses to it, and what happened to its line. */
function concerns(event: MachineEvent, address: bigint, base: bigint, lineBytes: number): boolean {
  switch (event.kind) {
    case "call":
    case "register":
    case "barrier":
    case "note":
    case "completion":
      return true;
    case "store":
    case "store-called":
    case "load":
    case "dma-read":
    case "dma-write":
      return event.address === address;
    case "fill":
    case "eviction":
    case "maintenance":
      return event.address < base + BigInt(lineBytes) && base < event.address + BigInt(event.lengthBytes);
  }
}
