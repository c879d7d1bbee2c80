// What a fence costs: executed instructions as the benchmark measured them, beside a hand-written sequence; where nobody measured, operations
// counted from the plan.
import { fenceMethods } from "../../model/chip.ts";
import type { FencePlan } from "../../plan/operation.ts";
import { allSteps, maintainedRegions } from "../../plan/steps.ts";
import { operationsOf } from "../../program/run.ts";
import type { Code } from "../../render/code.ts";
import { html, htmlJoin, htmlText } from "../../render/html.ts";
import type { MeasuredCost } from "../project.ts";

/** A fence's cost beside that of others, for a buffer of so many bytes. */
export interface CostRow {
  readonly bytes: number;
  readonly own: number;
  readonly other: number | undefined;
}

export interface CostTable {
  readonly title: string;
  readonly other: string | undefined;
  readonly rows: readonly CostRow[];
}

/** A table for both methods, or one for each where they were measured apart. */
export function measuredTables({ lengths, rows }: MeasuredCost): CostTable[] {
  return rows
    .filter(({ name }) => name === "emitted")
    .map(({ method, instructions }) => {
      const other = rows.find((row) => row.method === method && row.name !== "emitted" && row.name !== "compact");
      return {
        title: method === "both" ? "release and acquire" : method,
        other: other?.name,
        rows: lengths.map((bytes, index) => ({
          bytes,
          own: instructions[index]!,
          other: other?.instructions[index],
        })),
      };
    });
}

const countedLengths = [0, 1, 64, 256, 4096];

/** Barriers, maintenance and accesses to registers; what a compiler adds for loops is known only to the compiler. */
export function countedTable(plan: FencePlan): CostTable {
  const [region] =
    maintainedRegions(plan) ?? allSteps(plan).flatMap((step) => ("onlyIn" in step ? (step.onlyIn ?? []) : []));
  const address = region?.base ?? 0x1000_0000n;
  const count = (lengthBytes: number) =>
    fenceMethods
      .flatMap((method) => operationsOf(plan[method], { address, lengthBytes }, plan.lineBytes))
      .filter(({ kind }) => kind !== "compiler-barrier").length;
  return {
    title: "release and acquire",
    other: undefined,
    rows: countedLengths.map((bytes) => ({ bytes, own: count(bytes), other: undefined })),
  };
}

const [left, right, rowHeight] = [66, 250, 24];

/** Each length as a line from the fence to the other, which is at 100 %. */
export function dumbbell({ title, other, rows }: CostTable): Code<"html"> {
  const most = Math.max(1, ...rows.map((row) => row.own / Math.max(1, row.other ?? row.own)));
  const x = (share: number) => htmlText((left + 40 + (share / most) * (right - left - 40)).toFixed(1));
  const height = rows.length * rowHeight + 22;
  const words = rows.map(({ bytes, own, other: theirs }) => `${bytes} bytes: ${own}, ${other} ${theirs}`).join("; ");
  const drawn = rows.map(({ bytes, own, other: theirs }, index) => {
    const y = index * rowHeight + 14;
    const share = own / Math.max(1, theirs ?? own);
    return html`<text class="of-bytes" x="${left}" y="${y + 4}" text-anchor="end">${htmlText(lengthText(bytes))}</text><line x1="${x(share)}" x2="${x(1)}" y1="${y}" y2="${y}"/><circle cx="${x(share)}" cy="${y}" r="5"/><path d="M${x(1)} ${y - 5}v10"/><text x="${right + 12}" y="${y + 4}"><tspan class="own">${own}</tspan> / ${theirs ?? 0}</text>`;
  });
  return html`<svg class="dumbbell" viewBox="0 0 340 ${height}" width="340" height="${height}" role="img" aria-label="${htmlText(`${title}: ${words}`)}">${htmlJoin(drawn)}<text class="of-bytes" x="${x(1)}" y="${height - 4}" text-anchor="middle">${htmlText(`${other} = 100 %`)}</text></svg>`;
}

export function lengthText(bytes: number): string {
  return bytes >= 1024 && bytes % 1024 === 0 ? `${bytes / 1024} KiB` : `${bytes} B`;
}
