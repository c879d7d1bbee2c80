// What happened in a run, for people.

/** One event of a run. */
export interface MachineEvent {
  readonly agent: "CPU" | "cache" | "DMA";
  readonly text: string;
}

/** One event per line, in the column of who did it. */
export function eventTable(events: readonly MachineEvent[]): string {
  const columns = { CPU: 0, cache: 1, DMA: 2 } as const;
  const rows = events.map(({ agent, text }) =>
    ["CPU", "cache", "DMA"].map((_, index) => (index === columns[agent] ? text : "")),
  );
  const table = [["CPU", "cache", "DMA"], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...table.map((row) => row[column]!.length)));
  return table
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
