// A test that failed under some schedule, told to people and to programs.
import type { SimulatedMachine } from "./machine.ts";
import { OwnershipError, type OwnershipFinding } from "./ownership/rules.ts";
import { thrownText } from "./thrown-text.ts";
import { rowTable } from "./trace/event-table.ts";
import type { MachineEvent } from "./trace/events.ts";
import { rowsOf } from "./trace/rows.ts";
import { traceAsJson } from "./trace/trace-as-json.ts";

/** How many rows of events are shown of what has to do with a byte, and of a run of which nothing is known. */
const [shownOfByte, shownOfRun] = [24, 60] as const;
/** How many events these rows are looked for in: a row is of many bytes, and a long run of a million. */
const mostEventsOfRun = 6_000;
/** An aligned word: what lies elsewhere tells nothing of a byte of which a rule was broken. */
const nearBytes = 8n;

/** A test that failed under some schedule: the message says the seed, why, and what happened. */
export class ScheduleError extends Error {
  override readonly name = "ScheduleError";
  /** With which the test failed. */
  readonly seed: number;
  /** The rules of ownership that were broken until then. */
  readonly findings: readonly OwnershipFinding[];
  /** Why bytes were found that were not those written last, in sentences. */
  readonly explanations: readonly string[];
  /** What happened until then, the last things last, in the schedule with as little in it as was found to fail. */
  readonly events: readonly MachineEvent[];
  /** Those of them that the message shows: what has to do with the byte that was wrong, else the last ones. */
  readonly shown: readonly MachineEvent[];

  /**
   * @param seed with which the test failed
   * @param machine on which it did
   * @param cause what the test threw
   */
  constructor(seed: number, machine: SimulatedMachine, cause: unknown) {
    const reason = thrownText(cause);
    const stale = machine.explain();
    const findings = machine.findings.map(({ text }) => text).filter((text) => text !== reason);
    const [first] = stale;
    const about = cause instanceof OwnershipError ? near(machine.events, cause.finding.address) : undefined;
    const own = first?.events ?? about;
    // Where a store was called matters where it is asked when it was performed.
    const told = (own ?? machine.events.slice(-mostEventsOfRun)).filter(
      ({ kind }) => first !== undefined || kind !== "store-called",
    );
    const rows = rowsOf(told).slice(own ? -shownOfByte : -shownOfRun);
    const shown = rows.flat();
    const why = [...findings, ...stale.map(({ text }) => text)];
    const reasons = why.length > 0 ? [why.join("\n")] : [];
    super([`with seed ${seed}: ${reason}`, ...reasons, rowTable(rows)].join("\n\n"), { cause });
    this.seed = seed;
    this.findings = machine.findings;
    this.explanations = stale.map(({ text }) => text);
    this.events = machine.events;
    this.shown = shown;
  }

  /** What `JSON.stringify` writes: all of it as plain values, addresses as text. */
  toJSON(): Readonly<Record<string, unknown>> {
    const { seed, message, findings, explanations, events } = this;
    return { seed, message, ...traceAsJson({ findings, explanations, events }) };
  }
}

/** What happened to the bytes around one, and all that is about no byte. */
function near(events: readonly MachineEvent[], address: bigint): MachineEvent[] {
  const isNear = (at: bigint) => at / nearBytes === address / nearBytes;
  return events.filter((event) => !("address" in event) || isNear(event.address));
}
