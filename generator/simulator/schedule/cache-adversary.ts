// What caches do without being told: they fill lines that they may fill, and evict those that they have.
import { evict, fill, holds, type LevelRules, type LineState } from "../../semantics/line-state.ts";
import { evictFront, fillFront } from "../../semantics/master-side.ts";
import { mayTouch } from "../../semantics/memory-map.ts";
import { maintainedFrontOf } from "../../semantics/ports.ts";
import { sideOf } from "../engines/master-port.ts";
import type { Line } from "../memory/line.ts";
import type { World } from "../world.ts";
import type { Random } from "./random.ts";

/** What a level may be made to do: fill lines that it has not, evict lines that it has, or whichever of both can be. */
export type Disturbance = "fill" | "evict" | "either";

export class CacheAdversary {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** Fills or evicts a line that somebody has touched, in a cache of the core or in front of a master. */
  disturb(random: Random, what: Disturbance): void {
    if (this.#world.core.masterCaches.length > 0 && random.below(2) === 0) this.#disturbFront(random, what);
    else this.#disturbLevel(random, what);
  }

  /** Fills a line that somebody has touched into every level that may fill by itself and has not got it. */
  fillWhole(random: Random): void {
    const lines = this.#world.memory.cachedLines();
    if (lines.length === 0) return;
    const line = random.pick(lines);
    const view = random.pick(line.place.views);
    for (const index of [...view.keys()].reverse())
      if (line.state.levels[view[index]!] === undefined) this.#actOn(line, view, index, "fill");
  }

  /** Every cache that may fetch a line by itself has the line of an address now, outer ones first. */
  fillAt(address: bigint): void {
    this.#world.memory.isolate(address);
    const { line, view, offset } = this.#world.memory.locate(address);
    const cell = line.cellOf(offset);
    const indexes = [...view.keys()].filter((index) => holds(line.sized.levels.rules[view[index]!], cell));
    for (const index of indexes.reverse())
      this.#change(line, view, (seen, rules) => (seen.levels[index] === undefined ? fill(seen, index, rules) : seen));
  }

  /** Every cache writes the line of an address back if it is dirty, and has it no longer, inner ones first. */
  evictAt(address: bigint): void {
    this.#world.memory.isolate(address);
    const { line, view, offset } = this.#world.memory.locate(address);
    const cell = line.cellOf(offset);
    const indexes = [...view.keys()].filter((index) => holds(line.sized.levels.rules[view[index]!], cell));
    for (const index of indexes)
      this.#change(line, view, (seen, rules) =>
        seen.levels[index] === undefined ? seen : this.#world.choices.open(evict(seen, index, rules)),
      );
  }

  #disturbLevel(random: Random, what: Disturbance): void {
    const lines = this.#world.memory.cachedLines();
    if (lines.length === 0) return;
    const line = random.pick(lines);
    const view = line.place.views.length === 1 ? line.place.views[0]! : random.pick(line.place.views);
    const index = random.below(view.length);
    const isPresent = line.state.levels[view[index]!] !== undefined;
    if (what === "evict" && !isPresent) return;
    this.#actOn(line, view, index, isPresent && what !== "fill" ? "evict" : "fill");
  }

  #actOn(line: Line, view: readonly number[], index: number, what: "fill" | "evict"): void {
    const { clock, journal, core } = this.#world;
    const level = view[index]!;
    const entry = line.sized.levels.entries[level]!;
    const isNothing = what === "fill" && line.state.levels[level] !== undefined;
    const time = clock.tick();
    const act = (seen: LineState, rules: readonly LevelRules[]) => {
      if (what === "fill") return fill(seen, index, rules);
      return seen.levels[index] === undefined ? seen : this.#world.choices.open(evict(seen, index, rules));
    };
    line.changeThrough(this.#world.isInOrder ? undefined : time, view, act, true);
    if (isNothing) return;
    const event = {
      agent: "cache",
      kind: what === "evict" ? "eviction" : "fill",
      cache: core.caches[entry.level]!.name,
      address: line.base + BigInt(entry.offsetBytes),
      lengthBytes: entry.lineBytes,
    } as const;
    journal.logLines(time, event, line.place.lines);
  }

  /** A master's cache fills or evicts a line that somebody has touched. */
  #disturbFront(random: Random, what: Disturbance): void {
    const { core, chip, memory, clock, journal, choices, isInOrder } = this.#world;
    const index = random.below(core.masterCaches.length);
    const { name, masters } = core.masterCaches[index]!;
    const controller = random.pick(chip.dma.filter((each) => masters?.includes(each.name)));
    const reached = memory.lines().filter(({ place }) => mayTouch(controller, place.region.name));
    if (reached.length === 0 || !maintainedFrontOf(controller, core).includes(index)) return;
    const line = random.pick(reached);
    const { entries } = line.sized.front;
    const at = random.pick(
      sideOf(this.#world, controller, line).front.filter((entry) => entries[entry]!.level === index),
    );
    const isPresent = line.state.front[at] !== undefined;
    if (what !== "either" && isPresent === (what === "fill")) return;
    const time = clock.tick();
    line.change(isInOrder ? undefined : time, (state) => {
      const side = sideOf(this.#world, controller, line);
      if (!isPresent) return fillFront(state, at, side);
      return state.front[at] === undefined ? state : choices.open(evictFront(state, at, side));
    });
    const event = {
      agent: "cache",
      kind: isPresent ? "eviction" : "fill",
      cache: name,
      address: line.base + BigInt(entries[at]!.offsetBytes),
      lengthBytes: entries[at]!.lineBytes,
    } as const;
    journal.logLines(time, event, line.place.lines);
  }

  #change(
    line: Line,
    view: readonly number[],
    act: (seen: LineState, rules: readonly LevelRules[]) => LineState,
  ): void {
    line.changeThrough(this.#world.isInOrder ? undefined : this.#world.clock.now, view, act);
  }
}
