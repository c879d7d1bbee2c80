// The memory of a simulated chip: a line state for each line that somebody has touched, found by address through the
// chip's regions and aliases, with what the CPU would have read from it at each time.
import { caches } from "../plan/needs.ts";
import { extentOf, regionAt } from "../plan/reach.ts";
import type { Region, ResolvedChip, ResolvedCore } from "../resolve/model.ts";
import { lineStart } from "../runtime/lines.ts";
import { cellsSeenFrom, emptyLine, type LevelRules, type LineState } from "./line-state.ts";
import { SimulationError } from "./simulation-error.ts";

export interface Line {
  readonly base: bigint;
  readonly index: number;
  readonly region: Region;
  readonly levels: readonly LevelRules[];
  /** Indexes of those levels among the core's. */
  readonly levelIndexes: readonly number[];
  state: LineState;
  /** What the CPU would have read, from each time on. */
  readonly seen: { readonly time: number; readonly cells: readonly number[] }[];
}

export class SimulatedMemory {
  readonly #chip: ResolvedChip;
  readonly #core: ResolvedCore;
  readonly lineBytes: number;
  readonly #lines = new Map<bigint, Line>();

  constructor(chip: ResolvedChip, core: ResolvedCore) {
    this.#chip = chip;
    this.#core = core;
    this.lineBytes = Math.min(64, ...core.caches.map(({ smallestLineBytes }) => smallestLineBytes));
  }

  /** Every line that somebody has touched. */
  lines(): Line[] {
    return [...this.#lines.values()];
  }

  /** The memory behind an address. An alias shows the memory of its region, and may do so past the caches. */
  locate(address: bigint): { line: Line; cell: number; uncached: boolean } {
    const region = this.regionOf(address);
    const target = this.#chip.regions.find(({ name }) => name === region.aliasOf);
    const at = target ? address - region.base + target.base : address;
    const line = this.#line(at);
    const uncached =
      target !== undefined && line.levelIndexes.every((level) => !caches(region, this.#core.caches[level]!));
    return { line, cell: Number(at - line.base), uncached };
  }

  #line(address: bigint): Line {
    const base = lineStart(address, this.lineBytes);
    const known = this.#lines.get(base);
    if (known) return known;
    const region = this.regionOf(address);
    const levelIndexes = this.#core.caches.flatMap((level, index) =>
      caches(region, level) && level.enabled !== "never" ? [index] : [],
    );
    const state = emptyLine(new Array<number>(this.lineBytes).fill(0), levelIndexes.length);
    const levels = levelIndexes.map((index): LevelRules => {
      const { writePolicy, speculativeFill } = this.#core.caches[index]!;
      return { writePolicy: writePolicy === "configurable" ? "write-back" : writePolicy, speculativeFill };
    });
    const line: Line = {
      base,
      index: this.#lines.size,
      region,
      levels,
      levelIndexes,
      state,
      seen: [{ time: 0, cells: state.memory }],
    };
    this.#lines.set(base, line);
    return line;
  }

  regionOf(address: bigint): Region {
    const region = regionAt(address, this.#chip.regions);
    if (!region) throw new SimulationError(`${this.#chip.id}: no region holds 0x${address.toString(16)}`);
    return region;
  }

  /** The region that holds an address, and its last address; undefined where the memory has no end. */
  extentAt(address: bigint): { name: string; last: bigint | undefined } {
    const region = this.regionOf(address);
    return { name: region.name, last: extentOf(region, this.#chip.regions).last };
  }

  /** Puts a line into another state, from a time on. */
  change(line: Line, state: LineState, time: number): void {
    line.state = state;
    line.seen.push({ time, cells: cellsSeenFrom(state, 0) });
  }
}
