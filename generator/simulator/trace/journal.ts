// What happened in a run, as it happened.
import type { MachineEvent } from "./events.ts";

/** An event before it is known when it happened. */
export type NewEvent = MachineEvent extends infer Each ? (Each extends unknown ? Omit<Each, "time"> : never) : never;

export class Journal {
  readonly #events: MachineEvent[] = [];

  get events(): readonly MachineEvent[] {
    return this.#events;
  }

  /** What a master did last of the things that are no accesses. */
  lastNoteOf(master: string): string | undefined {
    const note = this.#events.findLast((event) => event.kind === "note" && event.master === master);
    return note?.kind === "note" ? note.text : undefined;
  }

  log(time: number, event: NewEvent): void {
    this.#events.push({ time, ...event });
  }
}
