// Where a scenario's buffer lies, which line of it is followed, where the two cells are in that, and how large the lines of
// each level are.
import type { ResolvedCore } from "../model/chip.ts";
import { lineSizeQuestion } from "../plan/line-size.ts";
import type { FencePlan } from "../plan/operation.ts";
import type { DmaBuffer } from "../runtime/dma-fence.ts";
import { lineStart } from "../runtime/lines.ts";
import {
  type Entry,
  entriesOf,
  rulesOfEntry,
  type SizedLevel,
  type SizedLine,
  smallestOf,
} from "../semantics/line-sizes.ts";
import type { LevelRules } from "../semantics/line-state.ts";
import { bufferLine, furtherLines } from "./driver-program.ts";
import type { Port, Scenario } from "./scenario.ts";

export interface Layout extends SizedLine {
  readonly buffer: DmaBuffer;
  /** Address of the line that is followed. */
  readonly line: bigint;
  /** Offsets in it: of the buffer's cell, and of the other. */
  readonly cells: readonly [number, number];
  readonly rules: readonly LevelRules[];
  readonly names: readonly string[];
  /** The core whose lines have these sizes. */
  readonly core: ResolvedCore;
  /** What the core answers where a fence asks how large its lines are; undefined where that is the smallest that it may be. */
  readonly answer: number | undefined;
}

/** @param smallestBytes the smallest that a line of the maintained levels may be */
export function layoutOf(
  scenario: Scenario,
  core: ResolvedCore,
  plan: Pick<FencePlan, "release" | "acquire">,
  smallestBytes: number,
): Layout {
  const { port, unlike, line } = scenario;
  const alikeBytes = Math.max(smallestBytes, ...port.levels.map((level) => core.caches[level]!.smallestLineBytes));
  const levels = port.levels.map((level, index) => ({ level, lineBytes: unlike?.lineBytes[index] ?? alikeBytes }));
  const lineBytes = unlike ? Math.max(...unlike.lineBytes) : alikeBytes;
  const sharedBytes = unlike?.sharedBytes ?? lineBytes;
  const buffer = bufferFor(port, lineBytes, sharedBytes);
  const start = lineStart(buffer.address, lineBytes) + BigInt({ first: 0, inner: 1, last: 2 }[line] * lineBytes);
  const cells = cellsIn(line, lineBytes, sharedBytes);
  const entries = entriesOf(levels, cells);
  const register = lineSizeQuestion(plan)?.lineSize.register;
  const isAsked = (level: number) => register !== undefined && core.caches[level]!.lineSize?.register === register;
  const asked = levels.filter(({ level }) => isAsked(level));
  return {
    buffer,
    line: start,
    cells,
    levels,
    lineBytes,
    entries,
    rules: entries.map((entry) => rulesOfEntry(entry, cells, core)),
    names: entries.map((entry) => nameOf(entry, entries, core)),
    core: withSizes(core, levels),
    answer: asked.length > 0 ? Math.min(...asked.map((each) => each.lineBytes)) : undefined,
  };
}

/**
 * A buffer that shares its first and its last line and has one to itself in between.
 * @param sharedBytes of the lines in the middle of which it begins and ends
 */
export function bufferFor({ region }: Port, lineBytes: number, sharedBytes: number): DmaBuffer {
  const base = lineStart(region.base, lineBytes) + BigInt(4 * lineBytes);
  return { address: base + BigInt(sharedBytes / 2), lengthBytes: 3 * lineBytes - sharedBytes };
}

/** Offsets of the buffer's cell and of the other, which are in one line of that size, and in different ones of any smaller. */
function cellsIn(line: Scenario["line"], lineBytes: number, sharedBytes: number): [number, number] {
  const half = sharedBytes / 2;
  switch (line) {
    case "first":
      return [half, half - 1];
    case "inner":
      return [0, half];
    case "last":
      return [lineBytes - half - 1, lineBytes - half];
  }
}

/**
 * The line of the smallest size, as order sees it: the one with the buffer's cell has the number of the buffer.
 * @param index from the start of the line that is followed
 */
export function lineNumber(layout: Layout, index: number): number {
  const own = Math.floor(layout.cells[0] / smallestOf(layout));
  return index === own ? bufferLine : furtherLines + 2 * index;
}

/** That of the other cell. */
export function otherLine(layout: Layout): number {
  return lineNumber(layout, Math.floor(layout.cells[1] / smallestOf(layout)));
}

function withSizes(core: ResolvedCore, levels: readonly SizedLevel[]): ResolvedCore {
  const caches = core.caches.map((level, index) => {
    const size = levels.find((sized) => sized.level === index)?.lineBytes;
    return size === undefined ? level : { ...level, smallestLineBytes: size, largestLineBytes: size };
  });
  return { ...core, caches };
}

function nameOf(entry: Entry, entries: readonly Entry[], core: ResolvedCore): string {
  const { name } = core.caches[entry.level]!;
  const own = entries.filter(({ level }) => level === entry.level);
  return own.length === 1 ? name : `${name} at ${entry.offsetBytes}`;
}
