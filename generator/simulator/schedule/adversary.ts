// Whatever may happen, at the worst time: the adversary of a run performs what the CPU has pending, fills and evicts lines,
// and lets DMA masters go on, each only as the semantics allows it.
import type { Cpu } from "../cpu/cpu.ts";
import type { World } from "../world.ts";
import { CacheAdversary } from "./cache-adversary.ts";
import type { Random } from "./random.ts";

/** A DMA master that goes on when it is told to. */
export interface Steppable {
  readonly name: string;
  readonly wasStarted: boolean;
  readonly isRunning: boolean;
  /** Whether it goes on once something has happened. */
  readonly isWaiting?: boolean;
  /** @param random undefined where nothing is left to chance */
  step(random: Random | undefined): void;
}

/** What a burst does at most before others have a turn: a master in circular mode never ends. */
const burstSteps = 1024;

export class Adversary {
  readonly #world: World;
  readonly #cpu: Cpu;
  readonly #masters: readonly Steppable[];
  readonly caches: CacheAdversary;

  constructor(world: World, cpu: Cpu, masters: readonly Steppable[]) {
    this.#world = world;
    this.#cpu = cpu;
    this.#masters = masters;
    this.caches = new CacheAdversary(world);
  }

  /**
   * A turn after something that the CPU did.
   * @returns whether something happened that a driver may be waiting for
   */
  turn(random: Random | undefined, most: number): boolean {
    const { isInOrder, clock, mood } = this.#world;
    const before = clock.progress;
    if (isInOrder) this.#runMasters();
    else if (random) {
      if (mood.cpu === "eager" && random.below(4) > 0) this.#performAll(random);
      for (let count = random.below(most); count > 0; count--) this.#act(random);
    }
    return clock.progress !== before;
  }

  /** Time passes, without anything left to chance: everything that is pending is performed, and every transfer ends. */
  settle(): boolean {
    const before = this.#world.clock.progress;
    this.#performAll(undefined);
    this.#runMasters();
    return this.#world.clock.progress !== before;
  }

  #act(random: Random): void {
    const { mood } = this.#world;
    const choice = random.below(4);
    if (choice === 0) {
      if (mood.cpu === "eager" || random.below(3) === 0) this.#cpu.advanceAny(random);
      // Of many stores each would go first as likely as the one access that must not overtake them.
      else this.#cpu.overtakeStores();
    } else if (choice === 1) this.#stepMaster(random);
    else if (mood.caches === "busy") this.caches.disturb(random, "either");
    else if (mood.caches === "keen") this.caches.disturb(random, "fill");
  }

  #stepMaster(random: Random): void {
    const running = this.#masters.filter(({ isRunning }) => isRunning);
    if (running.length === 0) return;
    const master = random.pick(running);
    const most = this.#world.mood.engines === "burst" ? burstSteps : 1;
    for (let steps = 0; steps < most && master.isRunning; steps++) this.#step(master, random);
  }

  #performAll(random: Random | undefined): void {
    while (this.#cpu.advanceAny(random));
  }

  #runMasters(): void {
    for (const master of this.#masters)
      for (let steps = 0; steps < burstSteps && master.isRunning; steps++) this.#step(master, undefined);
  }

  #step(master: Steppable, random: Random | undefined): void {
    this.#world.clock.tick();
    this.#world.clock.progress++;
    master.step(random);
  }
}
