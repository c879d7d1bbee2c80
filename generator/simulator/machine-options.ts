// How a simulated machine is set up.

import type { OwnershipLevels } from "./ownership/rules.ts";

/** How a simulated machine is set up. */
export interface MachineOptions {
  /** Chooses the schedule; the same seed gives the same run. */
  readonly seed: number;
  /**
   * any: what is performed when, the seed decides, within what the core may do. program: in program order, maintenance as late as it
   * may be, and caches fetch what is loaded or stored and do nothing else that they are not told to: one run, whatever the seed. Left
   * out, any.
   */
  readonly order?: "any" | "program";
  /**
   * Who decides what manuals leave open, such as whether a write of a master that snoops stays in a cache, or which of two operations
   * is done first: the seed, or always the first or the last of what may be. Left out, the seed.
   */
  readonly leftOpen?: "seed" | "first" | "last";
  /** Name of the core, for a chip with several. */
  readonly core?: string;
  /** Sizes of the lines of cache levels, by name; left out, the smallest that the description allows. */
  readonly lineBytes?: Readonly<Record<string, number>>;
  /** After how many calls a run ends that has not ended by itself, with an error; 1,000,000 where left out. */
  readonly mostCalls?: number;
  /**
   * What becomes of a rule that a driver breaks, of those by which it shares memory with DMA: `off`, `warn`, which collects
   * `findings`, or `error`, which throws an `OwnershipError` at once; for all rules or for each. Left out, warn. It needs a fence of which
   * the machine knows: `watch`, or the option `fence` of `forSeeds`.
   */
  readonly ownership?: OwnershipLevels;
  /** Names of the memories whose addresses are used: caches fetch nothing by themselves at others. Left out, all. */
  readonly memories?: readonly string[];
}
