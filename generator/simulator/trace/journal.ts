// What happened in a run, as it happened.
import type { MachineEvent } from "./events.ts";

/** An event before it is known when it happened. */
export type NewEvent = MachineEvent extends infer Each ? (Each extends unknown ? Omit<Each, "time"> : never) : never;

type ByteEvent = Extract<MachineEvent, { readonly value: number }>;
/** An access to several bytes at one moment, without what they were. */
type NewAccess = ByteEvent extends infer Each ? (Each extends unknown ? Omit<Each, "time" | "value"> : never) : never;

/** What happened to a line. */
export type LineEvent = Extract<NewEvent, { readonly kind: "maintenance" | "fill" | "eviction" }>;

/** One that has not been asked for: a long transfer has an event for each of its bytes. */
interface Access {
  readonly time: number;
  readonly access: NewAccess;
  readonly bytes: Uint8Array;
}

/** The same that happened to several lines in a row at one moment. */
interface OfLines {
  readonly time: number;
  readonly ofFirst: LineEvent;
  readonly lines: number;
}

export class Journal {
  readonly #events: MachineEvent[] = [];
  #news: (MachineEvent | Access | OfLines)[] = [];
  #count = 0;

  get events(): readonly MachineEvent[] {
    for (const each of this.#news)
      if ("access" in each) for (const event of eventsOf(each)) this.#events.push(event);
      else if ("ofFirst" in each) for (const event of eventsOfLines(each)) this.#events.push(event);
      else this.#events.push(each);
    this.#news = [];
    return this.#events;
  }

  /** How many events there are. */
  get count(): number {
    return this.#count;
  }

  /** What a master did last of the things that are no accesses. */
  lastNoteOf(master: string): string | undefined {
    const note = this.events.findLast((event) => event.kind === "note" && event.master === master);
    return note?.kind === "note" ? note.text : undefined;
  }

  log(time: number, event: NewEvent): void {
    this.#count++;
    this.#news.push({ time, ...event });
  }

  /** An event for each of some lines in a row. @param ofFirst what happened to the first */
  logLines(time: number, ofFirst: LineEvent, lines: number): void {
    this.#count += lines;
    this.#news.push({ time, ofFirst, lines });
  }

  /** An event for each byte that was accessed. @param bytes are not changed afterwards */
  logBytes(time: number, access: NewAccess, bytes: Uint8Array): void {
    this.#count += bytes.length;
    this.#news.push({ time, access, bytes });
  }
}

function eventsOf({ time, access, bytes }: Access): MachineEvent[] {
  return Array.from(bytes, (value, index) => ({ time, ...access, address: access.address + BigInt(index), value }));
}

function eventsOfLines({ time, ofFirst, lines }: OfLines): MachineEvent[] {
  const { address, lengthBytes } = ofFirst;
  return Array.from({ length: lines }, (_, index) => ({
    time,
    ...ofFirst,
    address: address + BigInt(index * lengthBytes),
  }));
}
