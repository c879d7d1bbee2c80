// Which bytes of a run the CPU or a master found that were not the newest that had been written there, and what has to do with each.
import type { DmaBuffer } from "../../runtime/dma-fence.ts";
import type { SimulatedMemory } from "../memory/simulated-memory.ts";
import type { MachineEvent } from "./events.ts";
import type { StaleByte } from "./stale-byte.ts";
import { type Read, type Write, whyStale } from "./why-stale.ts";

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
    const { line, offset } = memory.locate(read.address);
    const key = `${read.kind} ${write.kind} ${line.baseOf(offset)}`;
    if (!firsts.has(key)) firsts.set(key, stale);
  }
  const told = [...firsts.values()].map(({ read, write, index }): StaleByte => {
    const located = memory.locate(read.address);
    const until = events.slice(0, index + 1);
    const base = located.line.baseOf(located.offset);
    const own = until.filter((each) => concerns(each, read.address, base, memory.lineBytes));
    const namesOfCaches = memory.namesOfCaches(located.line);
    return {
      text: whyStale({ read, write, own, ...located, ...namesOfCaches, at: nameOf(read.address) }),
      events: own,
    };
  });
  // A master and the CPU that find one byte lost have lost it by one cause.
  return told.filter(({ text }, index) => told.findIndex((each) => each.text === text) === index);
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
