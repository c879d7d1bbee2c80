// What happened, as rows for people: accesses of one kind to neighbouring bytes, with nothing in between, are one.
import { hex, type MachineEvent, wordsOf } from "./events.ts";

/** One event, or accesses to neighbouring bytes in the order of their addresses. */
export type Row = readonly [MachineEvent, ...MachineEvent[]];

type ByteEvent = Extract<MachineEvent, { readonly value: number }>;

/** Of the bytes of a row, how many are written down. */
const mostValues = 8;

/** The rows of a run, in the order in which they happened. */
export function rowsOf(events: readonly MachineEvent[]): Row[] {
  const rows: Row[] = [];
  /** By addresses. */
  const group = new Map<bigint, ByteEvent>();
  const endGroup = () => {
    for (const row of neighbours([...group.values()])) rows.push(row);
    group.clear();
  };
  for (const event of events) {
    const isByte = "value" in event;
    const [first] = group.values();
    if (!isByte || (first && !isAlike(first, event)) || group.has(event.address)) endGroup();
    if (isByte) group.set(event.address, event);
    else rows.push([event]);
  }
  endGroup();
  return rows;
}

/** A row in words. */
export function wordsOfRow(row: Row): string {
  const [first] = row;
  if (row.length === 1 || !("value" in first)) return wordsOf(first);
  const values = row.slice(0, mostValues).flatMap((event) => ("value" in event ? [event.value] : []));
  const all = `${values.join(", ")}${row.length > mostValues ? ", …" : ""}`;
  const place = `${row.length} bytes at ${hex(first.address)}`;
  switch (first.kind) {
    case "load":
      return `load ${place} gives ${all}${first.isEarly ? "; performed early" : ""}`;
    case "store":
      return `store ${all} to ${place}`;
    case "store-called":
      return `store ${all} to ${place}, pending`;
    case "dma-read":
      return `${first.master} reads ${all} from ${place}`;
    case "dma-write":
      return `${first.master} writes ${all} to ${place}`;
  }
}

function isAlike(one: ByteEvent, other: ByteEvent): boolean {
  const by = (event: ByteEvent) =>
    event.agent === "DMA" ? event.master : event.kind === "load" ? String(event.isEarly) : "";
  return one.kind === other.kind && by(one) === by(other);
}

/** Whole stretches of neighbours, in the order in which they were accessed: one that was left and gone on with is in pieces. */
function neighbours(events: readonly ByteEvent[]): Row[] {
  const stretchOf = new Map(
    stretchesOf(events).flatMap((stretch) => stretch.map((event) => [event, stretch] as const)),
  );
  const runs: ByteEvent[][] = [];
  for (const event of events) {
    const run = runs.at(-1);
    if (run && stretchOf.get(run[0]!) === stretchOf.get(event)) run.push(event);
    else runs.push([event]);
  }
  return runs.flatMap(stretchesOf);
}

function stretchesOf(events: readonly ByteEvent[]): Row[] {
  const stretches: [ByteEvent, ...ByteEvent[]][] = [];
  for (const event of events.toSorted((one, other) => (one.address < other.address ? -1 : 1))) {
    const stretch = stretches.at(-1);
    if (stretch && stretch.at(-1)!.address + 1n === event.address) stretch.push(event);
    else stretches.push([event]);
  }
  return stretches;
}
