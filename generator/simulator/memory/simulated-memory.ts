// The memory of a simulated chip: a line for each that somebody has touched, found by address through the chip's regions
// and aliases.
import type { CacheLevel, Region, ResolvedCore } from "../../model/chip.ts";
import { lineStart } from "../../runtime/lines.ts";
import { type SizedLine, sizedSide, smallestOf } from "../../semantics/line-sizes.ts";
import { emptyLine } from "../../semantics/line-state.ts";
import { lastAddress, regionAt, type SeenChip } from "../../semantics/memory-map.ts";
import { levelsHolding } from "../../semantics/ports.ts";
import type { Clock } from "../schedule/clock.ts";
import { SimulationError } from "../simulation-error.ts";
import { Contents } from "./contents.ts";
import { Line, type View, type Wholes } from "./line.ts";
import { Lines } from "./lines.ts";
import { isSampled, linesInStretch } from "./sampling.ts";
import { bytesOfWord, type Word } from "./words.ts";

/** What bytes are before anything is stored there. */
export type InitialBytes = (address: bigint, lengthBytes: number) => Uint8Array;

/** Where an address lies: the line, the place in it, and the levels behind which it lies at that address. */
export interface Located {
  readonly line: Line;
  /** From the start of the line, in bytes. */
  readonly offset: number;
  readonly view: View;
}

/** What is accessed of one cell. */
export interface Unit extends Located {
  readonly address: bigint;
  readonly lengthBytes: number;
}

/** What is accessed at one moment: a word, a byte, or a whole line, or stretch of lines, in the middle of a long access. */
export interface Piece extends Word {
  /** Whether it is whole lines. */
  readonly isWhole: boolean;
}

/** By what some lines are followed byte by byte, and others as wholes. */
export interface Sampling {
  readonly seed: number;
  readonly clock: Clock;
  /** Performs whatever the core has pending of a stretch, before its lines are no longer one. */
  readonly settle: (stretch: Line) => void;
}

/** The addresses of a line as one region shows it. */
interface Shown extends Omit<Located, "offset"> {
  readonly first: bigint;
  readonly last: bigint;
  /** Of the first. */
  readonly offset: number;
}

/** What the lines of a memory have in common. */
interface Layout {
  readonly bytes: SizedLine;
  readonly wholes: Wholes;
  readonly views: readonly View[];
}

/** The entries of a line behind an address that these levels cache. */
function viewOf({ levels: { entries } }: SizedLine, levels: readonly number[]): View {
  return entries.flatMap(({ level }, index) => (levels.includes(level) ? [index] : []));
}

export class SimulatedMemory {
  readonly #chip: SeenChip;
  readonly #core: ResolvedCore;
  readonly #sampling: Sampling | undefined;
  /** Of the lines of each of the core's levels, and of the caches in front of masters. */
  readonly sizes: readonly number[];
  readonly frontSizes: readonly number[];
  /** Of the largest of them. */
  readonly lineBytes: number;
  readonly #lines: Lines;
  readonly #layouts = new Map<Region, Layout>();
  readonly #views = new Map<string, View>();
  readonly #shown = new Map<bigint, Shown>();
  #last: Shown | undefined;
  readonly #used: readonly string[] | undefined;
  readonly #initial: InitialBytes;
  readonly contents = new Contents();

  /**
   * @param options.lineBytes of levels, by name; left out, the smallest that they may be
   * @param options.used names of the memories at whose addresses caches act by themselves; left out, all
   * @param options.initial what bytes are before anything is stored there
   * @param options.sampling by what it is chosen which lines are followed byte by byte; left out, every one is
   */
  constructor(
    chip: SeenChip,
    core: ResolvedCore,
    options: {
      readonly lineBytes?: Readonly<Record<string, number>> | undefined;
      readonly used?: readonly string[] | undefined;
      readonly initial: InitialBytes;
      readonly sampling?: Sampling;
    },
  ) {
    const { lineBytes = {}, used, initial, sampling } = options;
    this.#chip = chip;
    this.#used = used;
    this.#initial = initial;
    this.#sampling = sampling;
    this.#core = core;
    const sizeOf = (level: CacheLevel) => lineBytes[level.name] ?? level.smallestLineBytes;
    // What other cores have is of the same kind as the core's own.
    this.sizes = core.caches.map((level, index) => sizeOf(level.whose === "others" ? core.caches[index + 1]! : level));
    this.frontSizes = core.masterCaches.map(sizeOf);
    const sizes = [...this.sizes, ...this.frontSizes];
    this.lineBytes = sizes.length > 0 ? Math.max(...sizes) : 64;
    this.#lines = new Lines(this.lineBytes);
  }

  /** Every line that somebody has touched, in the order in which they were. */
  lines(): readonly Line[] {
    return this.#lines.all;
  }

  /** Those of them that the core's levels may fill by themselves at some address. */
  cachedLines(): readonly Line[] {
    return this.#lines.cached;
  }

  /** The memory behind an address, and the levels behind which it lies at that address. */
  locate(address: bigint): Located {
    const { line, view, first, offset } = this.#shownAt(address);
    return { line, offset: offset + Number(address - first), view };
  }

  /**
   * Stretches are made of the lines in the middle of a long buffer that nobody has touched. A part of the memory that a line begins
   * elsewhere in than where its address does has none.
   */
  layOut(address: bigint, lengthBytes: number): void {
    const { first, end } = this.#middleOf(address, lengthBytes);
    const middle = Number(end - first) / this.lineBytes;
    const most = linesInStretch(middle);
    if (!this.#sampling || most === 1) return;
    const region = this.regionOf(address);
    const target = this.#memoryOf(region);
    const shift = target.base - region.base;
    const hasStretches = smallestOf(this.#layoutOf(target).bytes) === this.lineBytes;
    if (!hasStretches || shift % BigInt(this.lineBytes) !== 0n || end - 1n > lastAddress(region)) return;
    const isFree = (base: bigint) => !this.#lines.at(base) && !this.#isSampled(base, middle);
    for (let base = first + shift; base < end + shift; ) {
      let lines = 0;
      while (lines < most && base + this.#bytesOf(lines) < end + shift && isFree(base + this.#bytesOf(lines))) lines++;
      if (lines > 1) this.#add(base, target, lines);
      base += this.#bytesOf(Math.max(lines, this.#lines.at(base)?.place.lines ?? 1));
    }
  }

  /**
   * What an access consists of: naturally aligned words, and whole lines in its middle. From now on, these lines are followed so
   * that it can be made.
   * @param atomicBytes size of the words
   */
  piecesOf(address: bigint, lengthBytes: number, atomicBytes: number): Piece[] {
    const pieces: Piece[] = [];
    if (lengthBytes === 0) return pieces;
    this.requireExtent(address, lengthBytes);
    this.layOut(address, lengthBytes);
    this.isolate(address);
    this.isolate(address + BigInt(lengthBytes - 1));
    const { first, end } = this.#middleOf(address, lengthBytes);
    const middle = Number(end - first) / this.lineBytes;
    for (let offset = 0; offset < lengthBytes; ) {
      const at = address + BigInt(offset);
      const shown = this.#shownAt(at);
      const { line } = shown;
      const inLine = shown.offset + Number(at - shown.first);
      const length = Math.min(lengthBytes - offset, Number(shown.last - at) + 1);
      const isMiddle = length === line.lengthBytes && offset > 0 && offset + length < lengthBytes;
      const { isOpen } = line;
      const isWhole = isOpen
        ? isMiddle && (line.place.lines > 1 || !this.#isSampled(line.base, middle))
        : line.isWhole(inLine, length);
      if (!isWhole) this.#followBytes(line);
      else if (isOpen) line.followWhole();
      for (const end = offset + length; offset < end; ) {
        // A word may go on in the next line where lines are smaller than words.
        const left = lengthBytes - offset;
        const piece = isWhole ? line.cellBytes : bytesOfWord(address + BigInt(offset), atomicBytes, left);
        pieces.push({ offset, lengthBytes: piece, isWhole });
        offset += piece;
      }
    }
    return pieces;
  }

  /** The cells that a piece of an access is made to: whole lines of the smallest size, or each byte of a word. */
  unitsOf(address: bigint, lengthBytes: number): Unit[] {
    const units: Unit[] = [];
    for (let done = 0; done < lengthBytes; ) {
      const at = address + BigInt(done);
      const { line, offset, view } = this.locate(at);
      const isFitting = line.isWhole(offset, line.cellBytes) && done + line.cellBytes <= lengthBytes;
      if (line.isFollowedWhole && isFitting) {
        units.push({ line, offset, view, address: at, lengthBytes: line.cellBytes });
        done += line.cellBytes;
        continue;
      }
      this.isolate(at);
      this.#followBytes(this.locate(at).line);
      units.push({ address: at, lengthBytes: 1, ...this.locate(at) });
      done += 1;
    }
    return units;
  }

  /** A line or stretch begins with the line that holds an address. */
  cutBefore(address: bigint): void {
    if (!this.#lines.hasStretches) return;
    const { line, offset } = this.locate(address);
    this.#cut(line, Math.floor(offset / this.lineBytes), () => this.cutBefore(address));
  }

  /** A line or stretch ends with the line that holds an address. */
  cutAfter(address: bigint): void {
    if (!this.#lines.hasStretches) return;
    const { line, offset } = this.locate(address);
    this.#cut(line, Math.floor(offset / this.lineBytes) + 1, () => this.cutAfter(address));
  }

  /** The line that holds an address is followed by itself. */
  isolate(address: bigint): void {
    this.cutBefore(address);
    this.cutAfter(address);
  }

  /** @param again what is done where it has been cut elsewhere meanwhile */
  #cut(line: Line, lines: number, again: () => void): void {
    if (lines === 0 || lines === line.place.lines) return;
    const { settle, clock } = this.#sampling!;
    settle(line);
    if (this.#lines.at(line.base) === line) this.#lines.cut(line, lines, clock.now);
    else again();
  }

  /** The lines between the first and the last of an access. */
  #middleOf(address: bigint, lengthBytes: number): { readonly first: bigint; readonly end: bigint } {
    const first = lineStart(address, this.lineBytes) + BigInt(this.lineBytes);
    const end = lineStart(address + BigInt(lengthBytes - 1), this.lineBytes);
    return { first, end };
  }

  #bytesOf(lines: number): bigint {
    return BigInt(lines * this.lineBytes);
  }

  #isSampled(base: bigint, middle: number): boolean {
    const number = Number((base / BigInt(this.lineBytes)) & 0xffff_ffffn);
    return isSampled(this.#sampling!.seed, number, middle);
  }

  #followBytes(line: Line): void {
    if (this.#sampling) line.followBytes(this.#sampling.clock.now);
  }

  #shownAt(address: bigint): Shown {
    if (this.#last && this.#isShownIn(this.#last, address)) return this.#last;
    const key = lineStart(address, this.lineBytes);
    const known = this.#shown.get(key);
    if (known && this.#isShownIn(known, address)) {
      this.#last = known;
      return known;
    }
    const region = this.regionOf(address);
    const target = this.#memoryOf(region);
    const at = address - region.base + target.base;
    const line = this.#line(at, target);
    const offset = Number(at - line.base);
    // The line, as far as the region goes.
    const before = minimum(BigInt(offset), address - region.base);
    const after = minimum(BigInt(line.lengthBytes - 1 - offset), lastAddress(region) - address);
    const shown: Shown = {
      line,
      view: this.#sameView(viewOf(line.sized, levelsHolding(region, this.#core))),
      first: address - before,
      last: address + after,
      offset: offset - Number(before),
    };
    this.#shown.set(key, shown);
    this.#last = shown;
    return shown;
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
    if (region.aliasOf === undefined) return region;
    return this.#chip.regions.find(({ name }) => name === region.aliasOf) ?? region;
  }

  #isShownIn({ first, last, line }: Shown, address: bigint): boolean {
    return address >= first && address <= last && this.#lines.at(line.base) === line;
  }

  #line(address: bigint, region: Region): Line {
    const base = lineStart(address, this.lineBytes);
    return this.#lines.at(base) ?? this.#add(base, region, 1);
  }

  /** A line that nobody has touched, or a stretch of them. */
  #add(base: bigint, region: Region, lines: number): Line {
    const { bytes, wholes, views } = this.#layoutOf(region);
    const lengthBytes = lines * this.lineBytes;
    const cellBytes = this.#sampling ? smallestOf(bytes) * lines : 1;
    const content = this.#initial(base, lengthBytes);
    const state = emptyLine(
      Array.from({ length: lengthBytes / cellBytes }, (_, cell) =>
        this.#sampling ? this.contents.add(content.subarray(cell * cellBytes, (cell + 1) * cellBytes)) : content[cell]!,
      ),
      bytes.levels.entries.length,
      bytes.front.entries.length,
    );
    const common = { base, lines, region, sized: bytes, views };
    return this.#lines.add((index) => new Line({ ...common, index }, state, this.#sampling && wholes));
  }

  #layoutOf(region: Region): Layout {
    const known = this.#layouts.get(region);
    if (known) return known;
    const shown = this.#chip.regions.filter((other) => this.#memoryOf(other) === region);
    const perAddress = shown.map((other) => levelsHolding(other, this.#core));
    const indexes = [...new Set(perAddress.flat())].sort((a, b) => a - b);
    const levels = indexes.map((level) => ({ level, lineBytes: this.sizes[level]! }));
    const front = this.frontSizes.map((bytes, level) => ({ level, lineBytes: bytes }));
    const sizedBy = (cellBytes: number): SizedLine => {
      const cells = Array.from({ length: this.lineBytes / cellBytes }, (_, cell) => cell * cellBytes);
      return {
        lineBytes: this.lineBytes,
        levels: sizedSide(levels, cells, this.#core.caches),
        front: sizedSide(front, cells, this.#core.masterCaches),
      };
    };
    const bytes = sizedBy(1);
    const views = shown
      .flatMap(({ name }, index) =>
        this.#used?.includes(name) === false ? [] : [this.#sameView(viewOf(bytes, perAddress[index]!))],
      )
      .filter((view, index, all) => view.length > 0 && all.indexOf(view) === index);
    const wholes = { sized: sizedBy(smallestOf(bytes)), contents: this.contents };
    const layout: Layout = { bytes, wholes, views };
    this.#layouts.set(region, layout);
    return layout;
  }

  /** Views that are equal are the same. */
  #sameView(view: View): View {
    const key = view.join();
    const known = this.#views.get(key);
    if (known) return known;
    this.#views.set(key, view);
    return view;
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

function minimum(one: bigint, other: bigint): bigint {
  return one < other ? one : other;
}
