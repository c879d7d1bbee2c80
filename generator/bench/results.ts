// Spells the measurements as Markdown: the same text for the same tools, wherever it is made.

import { type FenceMethod, fenceMethods } from "../model/chip.ts";
import { citationText } from "../model/citations.ts";
import { list } from "../notation/prose.ts";
import type { FencePlan } from "../plan/operation.ts";
import { blockTitle } from "../program/words.ts";
import type { Toolchain } from "../toolchain/find-tools.ts";
import { mechanismsOf } from "./experts.ts";
import { type MeasuredExpert, type MeasuredFence, measureFences } from "./fences.ts";
import { apart, unrolledLimits } from "./limits.ts";
import { type Figures, lengths, programVersion } from "./measure.ts";

export interface Results {
  /** As emitted when the project chooses nothing; with the experts beside them. */
  readonly size: readonly MeasuredFence[];
  /** With `optimize: speed`, where that makes a difference. */
  readonly speed: readonly MeasuredFence[];
  /** Of those whose hand-written form the compiler unrolls, what they cost at -O3, with the loop of either. */
  readonly released: Readonly<Record<"size" | "speed", readonly MeasuredFence[]>>;
}

export async function measureAll(toolchain: Toolchain): Promise<Results> {
  const released = { toolchain, optLevel: "3", only: isUnrolled } as const;
  return {
    released: {
      size: await measureFences({ ...released, optimize: "size", withExperts: true }),
      speed: await measureFences({ ...released, optimize: "speed", withExperts: false }),
    },
    size: await measureFences({ toolchain, optimize: "size", withExperts: true }),
    speed: await measureFences({
      toolchain,
      optimize: "speed",
      only: ({ release, acquire }) => [...release, ...acquire].some(({ kind }) => kind === "maintain-lines"),
      withExperts: false,
    }),
  };
}

/** Whether the loop of a hand-written form is Rust, which the compiler unrolls at -O3, for a fence without polls. */
function isUnrolled(plan: FencePlan): boolean {
  return mechanismsOf(plan) === "arm-scb";
}

/** The line with the versions, and the rest: newer tools may well give the same figures. */
export function splitVersions(text: string): { versions: string; figures: string } {
  const versions = /^rustc .*\n/m.exec(text)?.[0] ?? "";
  return { versions, figures: text.replace(versions, "") };
}

export function resultsText({ size, speed, released }: Results, toolchain: Toolchain): string {
  const qemu = /version (\d+\.\d+\.\d+)/.exec(programVersion(toolchain.qemuArm!))?.[1];
  const sections = [
    `# What the fences cost

Written by \`npm run bench -- --update\`. \`npm test\` compares it with a new run, and with the limits in \`limits.ts\`.

rustc ${toolchain.rustVersion}, \`-Oz\`; QEMU ${qemu}

Every sequence is compiled for its real target through the same shim, a function for a slice of \`u8\`. *Bytes* is the
function's size. The other figures are the instructions that QEMU executes from its entry to its return, both included,
for buffers of so many bytes that are aligned to 64. *Emitted* is what \`fencegen generate\` writes; the other rows are
hand-written code for the same mechanism, which the last column names. All but the crate from crates.io are re-implemented in
\`experts/\`, where their comments say what each leaves out. A poll ends at its first or second read. Fences with the same
machine code are listed once. Where a fence costs more than hand-written code of others, it is said below its table.`,
    ...size.map((fence) => fenceSection(fence)),
    `## At \`-O3\`

${released.size.map((fence, index) => releasedTable(fence, released.speed[index]!)).join("\n\n")}

Without a setting, fences for the crate's own trait and for Tock's have the short loop, and those for a \`traitPath\` of another
project the loop over blocks. The compiler unrolls loops that are Rust, and none that is assembly: with the short one, a buffer
of many lines costs more than with the crate, and with blocks less.`,
    `## With \`optimize: speed\`

The fences that maintain lines, for projects that choose it in \`.fencegen.yaml\`. The limit is for 4096 bytes.

${table(
  ["fence", "", ...figureTitles, "limit"],
  speed.flatMap((fence) =>
    byMethod(fence.figures).map(([method, figures]) => [
      fenceNames(fence),
      method,
      ...figureCells(figures),
      String(unrolledLimits[mechanismsOf(fence.plan)] ?? ""),
    ]),
  ),
)}`,
    `## Apart from the compact forms

What the fences above execute and the compact form of their mechanism does not: further barriers, at one instruction
each, and whatever else their chip needs. Where no compact form is known, all is listed but the first loop.

${table(["fence", "", "step", "reason", "sources"], size.flatMap(apartRows))}`,
  ];
  return `${sections.join("\n\n")}\n`;
}

const figureTitles = ["bytes", ...lengths.map(String)];

const figureCells = ({ bytes, executed }: Figures) => [bytes, ...executed].map(String);

interface Row {
  readonly name: string;
  readonly figures: Readonly<Record<FenceMethod, Figures>>;
  readonly from?: string;
}

function comparison(rows: readonly Row[]): string {
  return table(
    ["", "", ...figureTitles, "what it is"],
    rows.flatMap(({ name, figures, from = "" }) =>
      byMethod(figures).map(([method, each]) => [name, method, ...figureCells(each), from]),
    ),
  );
}

function releasedTable(size: MeasuredFence, speed: MeasuredFence): string {
  return comparison([
    { name: "emitted", figures: size.figures, from: "`optimize: size`" },
    { name: "emitted", figures: speed.figures, from: "`optimize: speed`" },
    ...size.experts,
  ]);
}

function fenceSection(fence: MeasuredFence): string {
  const mechanisms = [...new Set(fence.users.map((user) => user.mechanisms || "barriers only"))].join(" or ");
  return `## ${fenceNames(fence)}

${mechanisms}; measured for \`${fence.users[0]!.target}\`

${comparison([{ name: "emitted", figures: fence.figures, from: "`out/rust/`" }, ...fence.experts])}${fence.experts
  .filter((expert) => excess(fence, expert) !== "")
  .map(
    (expert) =>
      `\n\nMore than ${expert.name} (${excess(fence, expert)}): ${expert.moreBecause ?? "nobody has said why."}`,
  )
  .join("")}`;
}

/** For which buffers a fence executes more than hand-written code of others, and whether it is larger. */
export function excess({ figures }: MeasuredFence, expert: MeasuredExpert): string {
  if (expert.name === "compact") return "";
  const isMore = (of: (figures: Figures) => number) =>
    fenceMethods.some((method) => of(figures[method]) > of(expert.figures[method]));
  const buffers = lengths.filter((_, index) => isMore(({ executed }) => executed[index]!));
  return [
    ...(isMore(({ bytes }) => bytes) ? ["in its size"] : []),
    ...(buffers.length > 0 ? [`for ${list(buffers.map(String))} bytes`] : []),
  ].join(", and ");
}

function fenceNames({ users }: MeasuredFence): string {
  return [...new Set(users.map(({ fence }) => fence))].join(", ");
}

/** Both fenceMethods, or one row where their figures are the same. */
function byMethod(figures: Readonly<Record<FenceMethod, Figures>>): [string, Figures][] {
  const { release, acquire } = figures;
  if (JSON.stringify(release) === JSON.stringify(acquire)) return [["both", release]];
  return fenceMethods.map((method) => [method, figures[method]]);
}

function apartRows(fence: MeasuredFence): string[][] {
  if (mechanismsOf(fence.plan) === "") return [];
  return fenceMethods.flatMap((method) =>
    apart(fence.plan, method).map((block) => [
      fenceNames(fence),
      method,
      `\`${blockTitle(block)}\``,
      block.reason,
      block.sources.map(citationText).join("; "),
    ]),
  );
}

/** Columns of nothing but numbers stand to the right. */
function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const isNumeric = titles.map((_, index) => rows.every((cells) => /^\d*$/.test(cells[index]!)));
  const cell = (text: string) => text.replaceAll("|", "\\|");
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(" | ")} |`;
  return [
    line(titles),
    `|${isNumeric.map((numeric) => (numeric ? " --: |" : " --- |")).join("")}`,
    ...rows.map(line),
  ].join("\n");
}
