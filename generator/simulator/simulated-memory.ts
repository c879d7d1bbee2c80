// The memory of a simulated chip: a line state for each line that somebody has touched, found by address through the
// chip's regions and aliases, with how it was at each time.

import type { CacheLevel, Region, ResolvedCore } from "../model/chip.ts";
import { lineStart } from "../runtime/lines.ts";
import { type SizedLine, sizedSide } from "../semantics/line-sizes.ts";
import { emptyLine, type LineState } from "../semantics/line-state.ts";
import { lastAddress, regionAt, type SeenChip } from "../semantics/memory-map.ts";
import { levelsHolding } from "../semantics/ports.ts";
import { SimulationError } from "./simulation-error.ts";

export interface Line {
  readonly base: bigint;
  readonly index: number;
  readonly region: Region;
  /** What the core's levels may have of the line, at whichever address, and the caches in front of masters. */
  readonly sized: SizedLine;
  /** For each way in which an address of the memory is cached, the entries of the core's levels that lie behind it. */
  readonly views: readonly View[];
  state: LineState;
  /** How it was, from each time on. */
  readonly history: { readonly time: number; readonly state: LineState }[];
}

/** Indexes among a line's entries, inner to outer; empty for an uncached address. */
export type View = readonly number[];

/** The entries of a line behind an address that these levels cache. */
function viewOf({ levels: { entries } }: SizedLine, levels: readonly number[]): View {
  return entries.flatMap(({ level }, index) => (levels.includes(level) ? [index] : []));
}

export class SimulatedMemory {
  readonly #chip: SeenChip;
  readonly #core: ResolvedCore;
  /** Of the lines of each of the core's levels, and of the caches in front of masters. */
  readonly sizes: readonly number[];
  readonly frontSizes: readonly number[];
  /** Of the largest of them. */
  readonly lineBytes: number;
  readonly #lines = new Map<bigint, Line>();
  readonly #used: readonly string[] | undefined;

  /**
   * @param lineBytes of levels, by name; left out, the smallest that they may be
   * @param used names of the memories at whose addresses caches act by themselves; left out, all
   */
  constructor(
    chip: SeenChip,
    core: ResolvedCore,
    lineBytes: Readonly<Record<string, number>> = {},
    used?: readonly string[],
  ) {
    this.#chip = chip;
    this.#used = used;
    this.#core = core;
    const sizeOf = (level: CacheLevel) => lineBytes[level.name] ?? level.smallestLineBytes;
    // What other cores have is of the same kind as the core's own.
    this.sizes = core.caches.map((level, index) => sizeOf(level.whose === "others" ? core.caches[index + 1]! : level));
    this.frontSizes = core.masterCaches.map(sizeOf);
    const sizes = [...this.sizes, ...this.frontSizes];
    this.lineBytes = sizes.length > 0 ? Math.max(...sizes) : 64;
  }

  /** Every line that somebody has touched. */
  lines(): Line[] {
    return [...this.#lines.values()];
  }

  /** The memory behind an address, and the levels behind which it lies at that address. */
  locate(address: bigint): { line: Line; cell: number; view: View } {
    const region = this.regionOf(address);
    const target = this.#memoryOf(region);
    const at = address - region.base + target.base;
    const line = this.#line(at, target);
    return { line, cell: Number(at - line.base), view: viewOf(line.sized, levelsHolding(region, this.#core)) };
  }

  #memoryOf(region: Region): Region {
    return this.#chip.regions.find(({ name }) => name === region.aliasOf) ?? region;
  }

  #line(address: bigint, region: Region): Line {
    const base = lineStart(address, this.lineBytes);
    const known = this.#lines.get(base);
    if (known) return known;
    const shown = this.#chip.regions.filter((other) => this.#memoryOf(other) === region);
    const perAddress = shown.map((other) => levelsHolding(other, this.#core));
    const indexes = [...new Set(perAddress.flat())].sort((a, b) => a - b);
    const cells = Array.from({ length: this.lineBytes }, (_, offset) => offset);
    const levels = indexes.map((level) => ({ level, lineBytes: this.sizes[level]! }));
    const front = this.frontSizes.map((bytes, level) => ({ level, lineBytes: bytes }));
    const sized: SizedLine = {
      lineBytes: this.lineBytes,
      levels: sizedSide(levels, cells, this.#core.caches),
      front: sizedSide(front, cells, this.#core.masterCaches),
    };
    const views = shown
      .flatMap(({ name }, index) => (this.#used?.includes(name) === false ? [] : [viewOf(sized, perAddress[index]!)]))
      .filter((view, index, all) => all.findIndex((other) => other.join() === view.join()) === index);
    const state = emptyLine(
      new Array<number>(this.lineBytes).fill(0),
      sized.levels.entries.length,
      sized.front.entries.length,
    );
    const line: Line = {
      base,
      index: this.#lines.size,
      region,
      sized,
      views: views.filter((view) => view.length > 0),
      state,
      history: [{ time: 0, state }],
    };
    this.#lines.set(base, line);
    return line;
  }

  regionOf(address: bigint): Region {
    const region = regionAt(address, this.#chip.regions);
    if (!region) throw new SimulationError(`${this.#chip.id}: no memory holds 0x${address.toString(16)}`);
    return region;
  }

  /** The region that holds an address, and its last address. */
  extentAt(address: bigint): { name: string; last: bigint } {
    const region = this.regionOf(address);
    return { name: region.name, last: lastAddress(region) };
  }

  /** Puts a line into another state, from a time on; without one, nobody asks how it was before. */
  change(line: Line, state: LineState, time: number | undefined): void {
    line.state = state;
    if (time !== undefined) line.history.push({ time, state });
  }
}
