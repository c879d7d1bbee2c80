// Where a scenario's buffer lies, which line of it is followed, where the two cells are in that, and how large the lines of
// each level are.
import type { CacheLevel, ResolvedCore } from "../model/chip.ts";
import { lineSizeQuestion } from "../plan/line-size.ts";
import type { FencePlan } from "../plan/operation.ts";
import type { DmaBuffer } from "../runtime/dma-fence.ts";
import { lineStart } from "../runtime/lines.ts";
import { type SizedLevel, type SizedLine, type SizedSide, sizedSide, smallestOf } from "../semantics/line-sizes.ts";
import { bufferLine, furtherLines } from "./driver-program.ts";
import { cachesAt, type Port, type Scenario } from "./scenario.ts";

export interface Layout extends SizedLine {
  readonly buffer: DmaBuffer;
  /** Address of the line that is followed. */
  readonly line: bigint;
  /** Offsets in it: of the buffer's cell, and of the other. */
  readonly cells: readonly [number, number];
  readonly names: CacheNames;
  /** That of the buffer at its other address. */
  readonly alias: Layout | undefined;
  /** The core whose lines have these sizes. */
  readonly core: ResolvedCore;
  /** What the core answers where a fence asks how large its lines are; undefined where that is the smallest that it may be. */
  readonly answer: number | undefined;
}

/** What the caches are called that may hold the line, and where in it theirs begin if they are smaller. */
export interface CacheNames {
  readonly core: readonly string[];
  readonly master: readonly string[];
}

/** @param smallestBytes the smallest that a line of the maintained levels may be */
export function layoutOf(
  scenario: Scenario,
  core: ResolvedCore,
  plan: Pick<FencePlan, "release" | "acquire">,
  smallestBytes: number,
): Layout {
  const { port, unlike, line } = scenario;
  const smallest = cachesAt(port, core).map(({ smallestLineBytes }) => smallestLineBytes);
  const alikeBytes = Math.max(smallestBytes, ...smallest);
  const lineBytes = unlike ? Math.max(...unlike.lineBytes) : alikeBytes;
  const sizeAt = (index: number) => unlike?.lineBytes[index] ?? alikeBytes;
  const levels = port.levels.map((level, index) => ({ level, lineBytes: sizeAt(index) }));
  const front = port.front.map((level, index) => ({ level, lineBytes: sizeAt(levels.length + index) }));
  const sharedBytes = unlike?.sharedBytes ?? lineBytes;
  const buffer = bufferFor(port, lineBytes, sharedBytes);
  const start = lineStart(buffer.address, lineBytes) + BigInt({ first: 0, inner: 1, last: 2 }[line] * lineBytes);
  const cells = cellsIn(line, lineBytes, sharedBytes);
  const ofCore = sizedSide(levels, cells, core.caches);
  const ofMaster = sizedSide(front, cells, core.masterCaches);
  const sized = {
    ...core,
    caches: withSizes(core.caches, levels),
    masterCaches: withSizes(core.masterCaches, front),
  };
  const { alias: other, ...scenarioHere } = scenario;
  const elsewhere = other && {
    ...scenarioHere,
    port: {
      ...port,
      region: other.region,
      levels: other.levels,
      front: [],
      seesFrom: other.levels.length,
      dirties: [],
    },
  };
  return {
    alias: elsewhere && layoutOf(elsewhere, core, plan, alikeBytes),
    buffer,
    line: start,
    cells,
    levels: ofCore,
    front: ofMaster,
    lineBytes,
    names: { core: namesOf(ofCore, core.caches), master: namesOf(ofMaster, core.masterCaches) },
    core: sized,
    answer: answerOf(plan, levels, core),
  };
}

/** What a core with lines of these sizes says where the fence asks. */
function answerOf(
  plan: Pick<FencePlan, "release" | "acquire">,
  levels: readonly SizedLevel[],
  { caches }: ResolvedCore,
): number | undefined {
  const register = lineSizeQuestion(plan)?.lineSize.register;
  if (register === undefined) return undefined;
  const asked = levels.filter(({ level }) => caches[level]!.lineSize?.register === register);
  return asked.length > 0 ? Math.min(...asked.map((each) => each.lineBytes)) : undefined;
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

function withSizes(caches: readonly CacheLevel[], sized: readonly SizedLevel[]): CacheLevel[] {
  return caches.map((level, index) => {
    const size = sized.find((each) => each.level === index)?.lineBytes;
    return size === undefined ? level : { ...level, smallestLineBytes: size, largestLineBytes: size };
  });
}

function namesOf({ entries }: SizedSide, caches: readonly CacheLevel[]): string[] {
  return entries.map((entry) => {
    const { name } = caches[entry.level]!;
    const own = entries.filter(({ level }) => level === entry.level);
    return own.length === 1 ? name : `${name} at ${entry.offsetBytes}`;
  });
}
