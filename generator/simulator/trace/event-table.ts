// What happened as a table in plain text.
import { agents, type MachineEvent } from "./events.ts";
import { type Row, rowsOf, wordsOfRow } from "./rows.ts";

/** A line for each row, in the column of who did it. @param isEveryCallShown whether a store stands where it was called as well */
export function eventTable(events: readonly MachineEvent[], isEveryCallShown = false): string {
  return rowTable(rowsOf(events.filter(({ kind }) => isEveryCallShown || kind !== "store-called")));
}

/** The same of rows that are known. */
export function rowTable(rows: readonly Row[]): string {
  const cells = rows.map((row) => agents.map((agent) => (agent === row[0].agent ? wordsOfRow(row) : "")));
  const table = [[...agents], ...cells];
  const widths = agents.map((_, column) => Math.max(...table.map((line) => line[column]!.length)));
  return table
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
