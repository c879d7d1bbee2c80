// The memory of a simulated chip: a line state for each line that somebody has touched, found by address through the
// chip's regions and aliases, with how it was at each time.

import type { Region, ResolvedCore } from "../model/chip.ts";
import { lineStart } from "../runtime/lines.ts";
import { cachesOf } from "../semantics/instruction.ts";
import { emptyLine, type LevelRules, type LineState } from "../semantics/line-state.ts";
import { lastAddress, regionAt, type SeenChip } from "../semantics/memory-map.ts";
import { levelsHolding, rulesOfLevel } from "../semantics/ports.ts";
import { SimulationError } from "./simulation-error.ts";

export interface Line {
  readonly base: bigint;
  readonly index: number;
  readonly region: Region;
  /** Every level that may hold the line, at whichever address. */
  readonly levels: readonly LevelRules[];
  /** Indexes of those levels among the core's. */
  readonly levelIndexes: readonly number[];
  /** Those of the caches in front of the masters, each of which may hold the line. */
  readonly frontRules: readonly LevelRules[];
  /** For each way in which an address of the memory is cached, the levels that lie behind it. */
  readonly views: readonly View[];
  state: LineState;
  /** How it was, from each time on. */
  readonly history: { readonly time: number; readonly state: LineState }[];
}

/** Indexes into a line's levels, inner to outer; empty for an uncached address. */
export type View = readonly number[];

export class SimulatedMemory {
  readonly #chip: SeenChip;
  readonly #core: ResolvedCore;
  readonly lineBytes: number;
  readonly #lines = new Map<bigint, Line>();

  constructor(chip: SeenChip, core: ResolvedCore) {
    this.#chip = chip;
    this.#core = core;
    this.lineBytes = Math.min(64, ...cachesOf(core).map(({ smallestLineBytes }) => smallestLineBytes));
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
    const own = levelsHolding(region, this.#core);
    const view = line.levelIndexes.flatMap((level, index) => (own.includes(level) ? [index] : []));
    return { line, cell: Number(at - line.base), view };
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
    const levelIndexes = [...new Set(perAddress.flat())].sort((a, b) => a - b);
    const views = perAddress
      .map((own) => own.map((level) => levelIndexes.indexOf(level)))
      .filter((view, index, all) => all.findIndex((other) => other.join() === view.join()) === index);
    const state = emptyLine(
      new Array<number>(this.lineBytes).fill(0),
      levelIndexes.length,
      this.#core.masterCaches.length,
    );
    const levels = levelIndexes.map((index) => rulesOfLevel(this.#core.caches[index]!));
    const line: Line = {
      base,
      index: this.#lines.size,
      region,
      levels,
      levelIndexes,
      frontRules: this.#core.masterCaches.map(rulesOfLevel),
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

  /** Puts a line into another state, from a time on. */
  change(line: Line, state: LineState, time: number): void {
    line.state = state;
    line.history.push({ time, state });
  }
}
