// An access that a rule of ownership forbids, where its level is `error`: it is not made, and what happened ends with it.
import { OwnershipError, type OwnershipFinding } from "../ownership/rules.ts";
import type { Clock } from "../schedule/clock.ts";
import { hex } from "./events.ts";
import type { Journal, NewEvent } from "./journal.ts";

/** Asks whether an access is allowed before it is made. @throws what `ask` throws, once the trace has the access */
export function loggingRefusal<Result>(
  { journal, clock }: { readonly journal: Journal; readonly clock: Clock },
  ask: () => Result,
): Result {
  try {
    return ask();
  } catch (error) {
    if (error instanceof OwnershipError) {
      journal.log(clock.now, refusalOf(error.finding));
      // A stack has few frames: those of the driver matter.
      Error.captureStackTrace?.(error, loggingRefusal);
    }
    throw error;
  }
}

/** The access as an event. */
export function refusalOf({ call, rule, master, address }: OwnershipFinding): NewEvent {
  const refused = `refused: ${rule}`;
  return call === "DMA"
    ? { agent: "DMA", master, kind: "note", text: `is to access ${hex(address)}, ${refused}` }
    : { agent: "CPU", kind: "call", text: `${call}, ${refused}` };
}
