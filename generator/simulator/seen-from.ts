// A chip as one of its cores sees it, with the caches of the others where a fence's operations reach those.
import type { ResolvedChip, ResolvedCore } from "../model/chip.ts";
import { type SeenChip, seenBy } from "../semantics/memory-map.ts";
import { ownLevel, withOthers } from "../semantics/other-cores.ts";
import { SimulationError } from "./simulation-error.ts";

export interface SeenMachine {
  readonly chip: SeenChip;
  readonly core: ResolvedCore;
  /** The same without the other cores. */
  readonly own: SeenChip;
  readonly found: ResolvedCore;
}

/**
 * @param coreName name or id of the core; left out, the first
 * @throws {SimulationError} where the chip has no such core
 * @throws {TypeError} for what is no chip
 */
export function seenFrom(chip: ResolvedChip, coreName: string | undefined): SeenMachine {
  if (!Array.isArray((chip as Partial<ResolvedChip> | undefined | null)?.cores))
    throw new TypeError(`the chip is ${String(chip)}; it is what \`openChip\` returns`);
  const found =
    coreName === undefined ? chip.cores[0] : chip.cores.find(({ name, id }) => name === coreName || id === coreName);
  if (!found) {
    // The only core of a chip has no name beside its id.
    const names = chip.cores.map(({ name, id }) => (name === "" || name === id ? id : `${name} (${id})`)).join(", ");
    throw new SimulationError(`${chip.id} has no core ${coreName}; it has ${names}`);
  }
  // Where operations do not reach the other cores, a fence promises that those keep no line.
  const own = seenBy(chip, found);
  const areReached = ownLevel(found)?.mechanism?.otherCores !== undefined;
  return { own, found, ...(areReached ? withOthers(own, found) : { chip: own, core: found }) };
}
