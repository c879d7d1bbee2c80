// Why a byte that somebody found was not the newest that had been written there: where the newest one was, what was in its way, and what of
// a fence or a driver would have seen to it.
import type { Line, View } from "../memory/line.ts";
import { Copies } from "./copies.ts";
import { hex, type MachineEvent, wordsOf } from "./events.ts";

export type Write = Extract<MachineEvent, { readonly kind: "store" | "store-called" | "dma-write" }>;
export type Read = Extract<MachineEvent, { readonly kind: "load" | "dma-read" }>;

/** Names of the caches in which a line may be, by their entries: of the core, and in front of masters. */
export interface CacheNames {
  readonly levels: readonly string[];
  readonly front: readonly string[];
}

/** What somebody found, and what the newest byte was. */
export interface Difference extends CacheNames {
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

/** A difference with who is who, and what happened between the write and the read. */
interface Case extends Difference {
  readonly writer: string;
  readonly reader: string;
  readonly copies: Copies;
  readonly after: readonly MachineEvent[];
  /** When the write was performed. */
  readonly since: number;
}

/** In sentences. */
export function whyStale(difference: Difference): string {
  const { read, write, own, line, offset, view, at } = difference;
  const writer = write.agent === "CPU" ? "the CPU" : write.master;
  const reader = read.kind === "load" ? "the CPU" : read.master;
  const performed = write.kind === "store-called" ? performedStore(difference) : write;
  if (!performed)
    return `The CPU's store of ${write.value} to ${at} had not been performed when ${reader} found ${read.value} there: nothing held the start of ${reader} back until it was. A barrier of release does, between the store and the start.`;
  if (read.kind === "load" && read.time < performed.time) {
    const isHandled = own.some(
      ({ kind, ...event }) => kind === "call" && "text" in event && event.text.startsWith("interrupt of"),
    );
    const rule = isHandled ? ", after a read of the device: an interrupt alone orders nothing" : "";
    return `The load of ${at} was performed before ${writer} wrote ${write.value} there, and gave ${read.value}: nothing held it back until the end had been seen. The barrier of acquire does${rule}.`;
  }
  const after = own.filter((each) => each.time >= performed.time && each.time <= read.time);
  const copies = new Copies(line, offset, view);
  const found: Case = { ...difference, writer, reader, copies, after, since: performed.time };
  return write.kind === "dma-write" ? whyNotReceived(found) : whyNotSent(found);
}

/** Of what a master wrote. */
function whyNotReceived(found: Case): string {
  const { read, write, writer, copies, at, front } = found;
  const [inFront] = copies.inFront(write.value, read.time);
  const isSomewhere = copies.inMemory(read.time) === write.value || copies.holding(write.value, read.time).length > 0;
  if (inFront !== undefined && !isSomewhere)
    return `The ${write.value} that ${writer} wrote to ${at} was still in ${front[inFront]} when the CPU found ${read.value}. Acquire writes it back, if it comes after the end and names the whole buffer.`;
  return isSomewhere ? whyOldCopy(found) : whyOverwritten(found);
}

function whyOldCopy({ read, write, writer, copies, at, levels, since }: Case): string {
  const rule = "if it comes after the end and names the whole buffer";
  const [inner] = copies.holding(read.value, read.time);
  const old = `${at} since before ${writer} wrote ${write.value} there`;
  if (inner === undefined)
    return `A cache had ${old}, and the CPU found the old ${read.value} in it. Acquire drops such a line, ${rule}.`;
  const fetched = copies.heldSince(inner, read.time);
  const outer = copies
    .holding(read.value, fetched)
    .find((entry) => entry > inner && copies.heldSince(entry, fetched) <= since);
  if (fetched <= since || outer === undefined)
    return `${levels[inner]} had ${old}, and the CPU found the old ${read.value} in it. Acquire drops such a line, ${rule}.`;
  return `${levels[outer]} had ${old}, ${levels[inner]} fetched the old ${read.value} from it, and the CPU found that. Acquire drops such a line in ${levels[outer]} first and then in ${levels[inner]}, ${rule}.`;
}

function whyOverwritten({ read, write, writer, copies, at, after, since }: Case): string {
  const writesBack = after.filter(
    (each) => (each.kind === "eviction" || each.kind === "maintenance") && each.time > since,
  );
  const lost = copies.lostFromMemory(write.value, since, read.time);
  const over = writesBack.find(({ time }) => time === lost) ?? writesBack[0];
  const late = after.find((each) => each.kind === "store" && each.value === read.value && each.time > since);
  if (!over && late)
    return `The CPU's store of ${read.value} to ${at}, which was called before that, was performed only after ${writer} had written ${write.value} there. A barrier of release performs what was stored before the start; after it nothing is stored there until acquire.`;
  const who =
    over?.kind === "eviction" ? `${over.cache} writes` : over ? `${operationOf(over)} writes` : "A cache writes";
  return `${who} back ${read.value} over the ${write.value} that ${writer} wrote at ${at}: the line was dirty. No line is after release of the whole buffer, where nothing is stored to it until acquire.`;
}

/** Of what the CPU stored. */
function whyNotSent(found: Case): string {
  const { read, write, reader, copies, at, front, after } = found;
  const isInMemory = copies.inMemory(read.time) === write.value;
  const [inFront] = copies.inFront(read.value, read.time);
  if (read.kind === "dma-read" && isInMemory && inFront !== undefined)
    return `${front[inFront]} had ${at} since before the CPU stored ${write.value} there, and ${reader} found the old ${read.value} in it. Release drops such a line, if it comes before the start and names the whole buffer.`;
  const dropped = after.find((each) => each.kind === "maintenance" && !copies.isHeldDirty(each.time));
  if (!isInMemory && dropped && !copies.isHeldDirty(read.time))
    return `${operationOf(dropped)} dropped the ${write.value} that the CPU had stored to ${at} and that was written nowhere yet. An operation that only invalidates is for lines that nothing is stored to.`;
  return whyNotWrittenBack(found);
}

function whyNotWrittenBack({ read, write, reader, copies, at, levels, after, view }: Case): string {
  const rule = "Release writes it back, if it comes after the store and names the whole buffer.";
  const [holder] = copies.holding(write.value, read.time, "dirty");
  const still = `The ${write.value} that the CPU stored to ${at} was still in ${holder === undefined ? "a cache" : levels[holder]} when ${reader} found ${read.value} in memory`;
  const maintained = after.filter((each) => each.kind === "maintenance");
  const without = maintained.find(({ mayMiss }) => mayMiss !== undefined);
  if (without)
    return `${still}: ${operationOf(without)}, which ${without.mayMiss}, need not have written it back. ${rule}`;
  if (holder === undefined || holder === view[0]) return `${still}. ${rule}`;
  const arrived = copies.heldSince(holder, read.time);
  const early = maintained.find((each) => each.caches.includes(levels[holder]!) && each.time < arrived);
  if (!early)
    return `${still}: what an inner level writes back goes no further than that. ${rule.replace(", if", " in every level, inner ones first, if")}`;
  return `${still}: ${operationOf(early)} came before an inner level wrote it back to ${levels[holder]}. Release writes back inner levels first.`;
}

/** An operation in a sentence, where it is no matter whether it was begun or done. */
function operationOf(event: MachineEvent): string {
  return event.kind === "maintenance" ? `${event.operation} of the line at ${hex(event.address)}` : wordsOf(event);
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
