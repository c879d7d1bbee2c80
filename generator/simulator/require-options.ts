// The refusal of options that mean nothing.
import type { ResolvedCore } from "../model/chip.ts";
import type { SeenChip } from "../semantics/memory-map.ts";
import type { MachineOptions } from "./machine-options.ts";

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
