// The memory of a simulated chip: a line state for each line that somebody has touched, found by address through the
// chip's regions and aliases, with how it was at each time.

import type { Region, ResolvedCore } from "../model/chip.ts";
import { lineStart } from "../runtime/lines.ts";
import { entriesOf, rulesOfEntry, type SizedLine } from "../semantics/line-sizes.ts";
import { emptyLine, type LevelRules, type LineState } from "../semantics/line-state.ts";
import { lastAddress, regionAt, type SeenChip } from "../semantics/memory-map.ts";
import { levelsHolding } from "../semantics/ports.ts";
import { SimulationError } from "./simulation-error.ts";

export interface Line {
  readonly base: bigint;
  readonly index: number;
  readonly region: Region;
  /** Every level that may hold the line, at whichever address, with the lines that it has in this one. */
  readonly sized: SizedLine;
  /** What may happen at each of the entries. */
  readonly rules: readonly LevelRules[];
  /** For each way in which an address of the memory is cached, the entries that lie behind it. */
  readonly views: readonly View[];
  state: LineState;
  /** How it was, from each time on. */
  readonly history: { readonly time: number; readonly state: LineState }[];
}

/** Indexes among a line's entries, inner to outer; empty for an uncached address. */
export type View = readonly number[];

/** The entries of a line behind an address that these levels cache. */
function viewOf({ entries }: SizedLine, levels: readonly number[]): View {
  return entries.flatMap(({ level }, index) => (levels.includes(level) ? [index] : []));
}

export class SimulatedMemory {
  readonly #chip: SeenChip;
  readonly #core: ResolvedCore;
  /** Of the lines of each of the core's levels. */
  readonly sizes: readonly number[];
  /** Of the largest of them. */
  readonly lineBytes: number;
  readonly #lines = new Map<bigint, Line>();

  /** @param lineBytes of levels, by name; left out, the smallest that they may be */
  constructor(chip: SeenChip, core: ResolvedCore, lineBytes: Readonly<Record<string, number>> = {}) {
    this.#chip = chip;
    this.#core = core;
    this.sizes = core.caches.map((level, index) => {
      // What other cores have is of the same kind as the core's own.
      const { name } = level.whose === "others" ? core.caches[index + 1]! : level;
      return lineBytes[name] ?? level.smallestLineBytes;
    });
    this.lineBytes = this.sizes.length > 0 ? Math.max(...this.sizes) : 64;
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
    const levels = indexes.map((level) => ({ level, lineBytes: this.sizes[level]! }));
    const cells = Array.from({ length: this.lineBytes }, (_, offset) => offset);
    const entries = entriesOf(levels, cells);
    const sized = { lineBytes: this.lineBytes, levels, entries };
    const views = perAddress
      .map((own) => viewOf(sized, own))
      .filter((view, index, all) => all.findIndex((other) => other.join() === view.join()) === index);
    const state = emptyLine(new Array<number>(this.lineBytes).fill(0), entries.length);
    const line: Line = {
      base,
      index: this.#lines.size,
      region,
      sized,
      rules: entries.map((entry) => rulesOfEntry(entry, cells, this.#core)),
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
