// What is known of a run, as plain values.
import type { OwnershipFinding } from "../ownership/rules.ts";
import { hex, type MachineEvent, wordsOf } from "./events.ts";

/** What is known of a run. */
export interface Trace {
  readonly findings: readonly OwnershipFinding[];
  readonly explanations: readonly string[];
  readonly events: readonly MachineEvent[];
}

/** As JSON has it: addresses as text, and each event with its words. */
export function traceAsJson({ findings, explanations, events }: Trace): Readonly<Record<string, unknown>> {
  return {
    findings: findings.map(plain),
    explanations,
    events: events.map((event) => ({ ...plain(event), words: wordsOf(event) })),
  };
}

function plain(what: object): Readonly<Record<string, unknown>> {
  const values = Object.entries(what).map(([key, value]) => [key, typeof value === "bigint" ? hex(value) : value]);
  return Object.fromEntries(values);
}
