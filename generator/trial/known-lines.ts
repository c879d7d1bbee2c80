// The states of lines that an exploration has met, by number, and what may become of each: worked out once.
import { evict, fill, type LevelRules, type LineState, seenThrough, through } from "../semantics/line-state.ts";
import { evictFront, fillFront } from "../semantics/master-side.ts";
import { mayTouch } from "../semantics/memory-map.ts";
import { maintainedFrontOf } from "../semantics/ports.ts";
import { sideOf } from "../simulator/engines/master-port.ts";
import type { Line, View } from "../simulator/memory/line.ts";
import type { NewEvent } from "../simulator/trace/journal.ts";
import type { TrialWorld } from "./world.ts";

/** What a cache may do to a line by itself. */
export interface CacheChange {
  readonly after: number;
  readonly event: NewEvent;
}

export class KnownLines {
  readonly #world: TrialWorld;
  readonly #states: LineState[] = [];
  readonly #ids = new Map<string, number>();
  readonly #initial: number[] = [];
  readonly #results = new Map<string, readonly number[]>();
  readonly #byCaches = new Map<string, readonly CacheChange[]>();

  constructor(world: TrialWorld) {
    this.#world = world;
  }

  idOf(state: LineState): number {
    const text = JSON.stringify([state.memory, state.levels, state.front]);
    const known = this.#ids.get(text);
    if (known !== undefined) return known;
    this.#ids.set(text, this.#states.length);
    this.#states.push(state);
    return this.#states.length - 1;
  }

  at(id: number): LineState {
    return this.#states[id]!;
  }

  /** How a line is before anything has happened. */
  initial(line: Line): number {
    this.#initial[line.place.index] ??= this.idOf(line.state);
    return this.#initial[line.place.index]!;
  }

  /**
   * What is done to a line at an address behind which some of its levels lie.
   * @param name of what is done: the same name, the same results
   */
  through(
    line: Line,
    view: View,
    id: number,
    name: string,
    act: (seen: LineState, rules: readonly LevelRules[]) => LineState[],
  ): readonly number[] {
    const key = `${line.place.index} ${id} ${view.join()} ${name}`;
    const known = this.#results.get(key) ?? this.#through(line, view, id, act);
    this.#results.set(key, known);
    return known;
  }

  #through(
    line: Line,
    view: View,
    id: number,
    act: (seen: LineState, rules: readonly LevelRules[]) => LineState[],
  ): number[] {
    const state = this.at(id);
    const rules = line.rulesOf(view);
    const seen = seenThrough(state, view);
    const afters = act(seen, rules).map((after) =>
      after === seen ? id : this.idOf(through(state, view, () => after)),
    );
    return [...new Set(afters)];
  }

  /** Everything that caches may do to a line by themselves. */
  byCaches(line: Line, id: number): readonly CacheChange[] {
    const key = `${line.place.index} ${id}`;
    const known = this.#byCaches.get(key) ?? [...this.#ofLevels(line, id), ...this.#ofFront(line, id)];
    this.#byCaches.set(key, known);
    return known;
  }

  #ofLevels(line: Line, id: number): CacheChange[] {
    const { core } = this.#world;
    const state = this.at(id);
    return line.place.views.flatMap((view) =>
      [...view.entries()].flatMap(([index, level]): CacheChange[] => {
        const entry = line.sized.levels.entries[level]!;
        const isPresent = state.levels[level] !== undefined;
        const afters = this.#through(line, view, id, (seen, rules) =>
          isPresent ? evict(seen, index, rules) : [fill(seen, index, rules)],
        );
        const event = {
          agent: "cache",
          kind: isPresent ? "eviction" : "fill",
          cache: core.caches[entry.level]!.name,
          address: line.base + BigInt(entry.offsetBytes),
          lengthBytes: entry.lineBytes,
        } as const;
        return afters.filter((after) => after !== id).map((after) => ({ after, event }));
      }),
    );
  }

  /** What the caches in front of masters may do that a fence maintains. */
  #ofFront(line: Line, id: number): CacheChange[] {
    const { core, chip } = this.#world;
    const state = this.at(id);
    const { entries } = line.sized.front;
    const seenBefore = new Set<number>();
    return chip.dma
      .filter((controller) => mayTouch(controller, line.place.region.name))
      .filter((controller) => maintainedFrontOf(controller, core).length > 0)
      .flatMap((controller) => {
        const side = sideOf(this.#world, controller, line);
        return side.front.flatMap((at): CacheChange[] => {
          if (seenBefore.has(at)) return [];
          seenBefore.add(at);
          const isPresent = state.front[at] !== undefined;
          const afters = isPresent ? evictFront(state, at, side) : [fillFront(state, at, side)];
          const { level, offsetBytes, lineBytes } = entries[at]!;
          const event = {
            agent: "cache",
            kind: isPresent ? "eviction" : "fill",
            cache: core.masterCaches[level]!.name,
            address: line.base + BigInt(offsetBytes),
            lengthBytes: lineBytes,
          } as const;
          return afters
            .map((after) => this.idOf(after))
            .filter((after) => after !== id)
            .map((after) => ({ after, event }));
        });
      });
  }
}
