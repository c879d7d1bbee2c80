// How a simulated machine is set up, and the refusal of options that mean nothing.
import type { ResolvedCore } from "../model/chip.ts";
import type { SeenChip } from "../semantics/memory-map.ts";

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
  /** Names of the memories whose addresses are used: caches fetch nothing by themselves at others. Left out, all. */
  readonly memories?: readonly string[];
}

/** @throws {RangeError} for an option that means nothing */
export function requireOptions(
  { seed, order = "any", leftOpen = "seed", lineBytes = {}, memories = [] }: MachineOptions,
  { regions }: SeenChip,
  { caches, masterCaches }: ResolvedCore,
): void {
  if (!Number.isSafeInteger(seed)) throw new RangeError(`a seed is a whole number, not ${seed}`);
  requireOneOf("order", order, ["any", "program"]);
  requireOneOf("leftOpen", leftOpen, ["seed", "first", "last"]);
  for (const name of memories) requireOneOf("memory", name, namesOf(regions));
  const levels = [...caches, ...masterCaches];
  for (const [name, bytes] of Object.entries(lineBytes)) {
    requireOneOf("cache", name, namesOf(levels));
    const { smallestLineBytes: smallest, largestLineBytes: largest } = levels.find((level) => level.name === name)!;
    if (!Number.isInteger(Math.log2(bytes)) || bytes < smallest || bytes > largest)
      throw new RangeError(
        `lines of ${name} have ${smallest === largest ? smallest : `${smallest} to ${largest}`} bytes, not ${bytes}`,
      );
  }
}

function namesOf(named: readonly { readonly name: string }[]): string[] {
  return named.map(({ name }) => name);
}

function requireOneOf(what: string, found: string, known: readonly string[]): void {
  if (!known.includes(found)) throw new RangeError(`no ${what} is called ${found}; there is ${known.join(", ")}`);
}
