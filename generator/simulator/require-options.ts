// The refusal of options that mean nothing.
import type { ResolvedCore } from "../model/chip.ts";
import type { SeenChip } from "../semantics/memory-map.ts";
import type { MachineOptions } from "./machine-options.ts";
import { ownershipRules } from "./ownership/rules.ts";

/** What a machine can be told. */
export const machineOptionNames: readonly string[] = Object.keys({
  seed: true,
  order: true,
  leftOpen: true,
  core: true,
  lineBytes: true,
  mostCalls: true,
  ownership: true,
  memories: true,
} satisfies Record<keyof MachineOptions, true>);

/** @throws {RangeError} for an option that means nothing */
export function requireOptions(
  {
    seed,
    order = "any",
    leftOpen = "seed",
    lineBytes = {},
    memories = [],
    mostCalls = 1,
    ownership = {},
  }: MachineOptions,
  { regions }: SeenChip,
  { caches, masterCaches }: ResolvedCore,
): void {
  if (!Number.isSafeInteger(seed)) throw new RangeError(`a seed is a whole number, not ${seed}`);
  if (!Number.isSafeInteger(mostCalls) || mostCalls < 1)
    throw new RangeError(`mostCalls: ${mostCalls} is no whole number from 1 on`);
  requireOneOf("order", order, ["any", "program"]);
  requireOneOf("leftOpen", leftOpen, ["seed", "first", "last"]);
  if (typeof ownership !== "string") requireMap("ownership", ownership);
  requireMap("lineBytes", lineBytes);
  if (!Array.isArray(memories)) throw new RangeError("memories: a list of names is meant");
  const perRule = typeof ownership === "string" ? { all: ownership } : ownership;
  for (const [rule, level] of Object.entries(perRule)) {
    if (typeof ownership !== "string") requireOneOf("rule of ownership", rule, Object.keys(ownershipRules));
    requireOneOf("level of ownership", level, ["off", "warn", "error"]);
  }
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

/** Options are names with something for each. */
function requireMap(name: string, value: unknown): void {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new RangeError(`${name}: ${String(value)} is no object with something for each name`);
}

function requireOneOf(what: string, found: string, known: readonly string[]): void {
  if (!known.includes(found)) throw new RangeError(`no ${what} is called ${found}; there is ${known.join(", ")}`);
}
