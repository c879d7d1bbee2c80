// The memory of a simulated chip: a line for each that somebody has touched, found by address through the chip's regions
// and aliases.
import type { CacheLevel, Region, ResolvedCore } from "../../model/chip.ts";
import { lineStart } from "../../runtime/lines.ts";
import { type SizedLine, sizedSide } from "../../semantics/line-sizes.ts";
import { emptyLine } from "../../semantics/line-state.ts";
import { lastAddress, regionAt, type SeenChip } from "../../semantics/memory-map.ts";
import { levelsHolding } from "../../semantics/ports.ts";
import { SimulationError } from "../simulation-error.ts";
import { Line, type View } from "./line.ts";

/** Where an address lies: the line, the cell in it, and the levels behind which it lies at that address. */
export interface Located {
  readonly line: Line;
  readonly cell: number;
  readonly view: View;
}

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
  readonly #order: Line[] = [];
  readonly #used: readonly string[] | undefined;
  readonly #initial: (address: bigint) => number;

  /**
   * @param options.lineBytes of levels, by name; left out, the smallest that they may be
   * @param options.used names of the memories at whose addresses caches act by themselves; left out, all
   * @param options.initial what a byte is before anything is stored there
   */
  constructor(
    chip: SeenChip,
    core: ResolvedCore,
    options: {
      readonly lineBytes?: Readonly<Record<string, number>> | undefined;
      readonly used?: readonly string[] | undefined;
      readonly initial: (address: bigint) => number;
    },
  ) {
    const { lineBytes = {}, used, initial } = options;
    this.#chip = chip;
    this.#used = used;
    this.#initial = initial;
    this.#core = core;
    const sizeOf = (level: CacheLevel) => lineBytes[level.name] ?? level.smallestLineBytes;
    // What other cores have is of the same kind as the core's own.
    this.sizes = core.caches.map((level, index) => sizeOf(level.whose === "others" ? core.caches[index + 1]! : level));
    this.frontSizes = core.masterCaches.map(sizeOf);
    const sizes = [...this.sizes, ...this.frontSizes];
    this.lineBytes = sizes.length > 0 ? Math.max(...sizes) : 64;
  }

  /** Every line that somebody has touched, in the order in which they were. */
  lines(): readonly Line[] {
    return this.#order;
  }

  /** The memory behind an address, and the levels behind which it lies at that address. */
  locate(address: bigint): Located {
    const region = this.regionOf(address);
    const target = this.#memoryOf(region);
    const at = address - region.base + target.base;
    const line = this.#line(at, target);
    return { line, cell: Number(at - line.base), view: viewOf(line.sized, levelsHolding(region, this.#core)) };
  }

  /** Names of the caches in which a line may be, by their entries: of the core, and in front of masters. */
  namesOfCaches({ sized }: Line): { readonly levels: readonly string[]; readonly front: readonly string[] } {
    const { caches, masterCaches } = this.#core;
    return {
      levels: sized.levels.entries.map(({ level }) => caches[level]!.name),
      front: sized.front.entries.map(({ level }) => masterCaches[level]!.name),
    };
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
      cells.map((cell) => this.#initial(base + BigInt(cell))),
      sized.levels.entries.length,
      sized.front.entries.length,
    );
    const used = views.filter((view) => view.length > 0);
    const line = new Line({ base, index: this.#lines.size, region, sized, views: used }, state);
    this.#lines.set(base, line);
    this.#order.push(line);
    return line;
  }

  regionOf(address: bigint): Region {
    const region = regionAt(address, this.#chip.regions);
    if (!region) throw new SimulationError(`${this.#chip.id}: no memory holds 0x${address.toString(16)}`);
    return region;
  }

  /** @throws {SimulationError} where some byte is in no memory */
  requireExtent(address: bigint, lengthBytes: number): void {
    const end = address + BigInt(lengthBytes);
    for (let at = address; at < end; at = this.extentAt(at).last + 1n);
  }

  /** The region that holds an address, and its last address. */
  extentAt(address: bigint): { name: string; last: bigint } {
    const region = this.regionOf(address);
    return { name: region.name, last: lastAddress(region) };
  }
}
