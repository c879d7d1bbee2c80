// Barrier instructions: what each orders and completes, and for which observers. The lattice is not declared anywhere: a
// barrier is weaker than another if what it orders and completes, and its domain, are part of the other's.
// SEMANTICS.md, section 2.
import type { AccessClass, Barrier, Citation, Domain } from "../model/chip.ts";

/** A barrier with its bits chosen. */
export interface BarrierEffect {
  readonly instruction: string;
  readonly earlier: readonly AccessClass[];
  readonly later: readonly AccessClass[];
  readonly completes: readonly AccessClass[];
  readonly domain: Domain;
  /** Instruction set extension to enable around the instruction. */
  readonly extension: string | undefined;
  readonly sources: readonly Citation[];
}

/** Two accesses that must stay in order. */
export interface OrderedPair {
  readonly earlier: AccessClass;
  readonly later: AccessClass;
  /** The earlier one must have finished, not only come first. */
  readonly completed: boolean;
}

export const domains: readonly Domain[] = ["non-shareable", "inner-shareable", "outer-shareable", "full-system"];

/** Whether a barrier between the two accesses gives the order, for the observers of a domain. */
export function satisfies(barrier: BarrierEffect, pair: OrderedPair, domain: Domain): boolean {
  return (
    barrier.earlier.includes(pair.earlier) &&
    barrier.later.includes(pair.later) &&
    (!pair.completed || barrier.completes.includes(pair.earlier)) &&
    domains.indexOf(barrier.domain) >= domains.indexOf(domain)
  );
}

/** Whether everything that `weaker` orders and completes, and for whom, `stronger` does too. */
export function isAtMost(weaker: BarrierEffect, stronger: BarrierEffect): boolean {
  const within = (a: readonly AccessClass[], b: readonly AccessClass[]) => a.every((item) => b.includes(item));
  return (
    within(weaker.earlier, stronger.earlier) &&
    within(weaker.later, stronger.later) &&
    within(weaker.completes, stronger.completes) &&
    domains.indexOf(weaker.domain) <= domains.indexOf(stronger.domain)
  );
}

/** The barrier that an instruction's text names, with its bits; undefined if none of the list does. */
export function barrierFromText(text: string, barriers: readonly Barrier[]): BarrierEffect | undefined {
  for (const barrier of barriers) {
    if (barrier.select.length === 0) {
      if (barrier.instruction === text) return barrier;
      continue;
    }
    const pattern = barrier.instruction
      .replace(/[.*+?^$()|[\]\\]/g, "\\$&")
      .replace("{earlier}", "(?<earlier>[a-z]+)")
      .replace("{later}", "(?<later>[a-z]+)")
      .replace(/, ?/g, ", ?");
    const match = new RegExp(`^${pattern}$`).exec(text);
    if (!match) continue;
    const classes = (letters: string) =>
      barrier.select.flatMap(([access, letter]) => (letters.includes(letter) ? [access] : []));
    return spelled(barrier, classes(match.groups!["earlier"]!), classes(match.groups!["later"]!));
  }
  return undefined;
}

/** Every barrier of the list with every choice of bits: what the verifier replaces a barrier by. */
export function allBarriers(barriers: readonly Barrier[]): BarrierEffect[] {
  return barriers.flatMap((barrier) => {
    if (barrier.select.length === 0) return [barrier];
    const sets = subsets(barrier.select.map(([access]) => access));
    return sets.flatMap((earlier) => sets.map((later) => spelled(barrier, earlier, later)));
  });
}

/** A barrier with all its bits. */
export function widest(barrier: Barrier): BarrierEffect {
  return barrier.select.length > 0 ? spelled(barrier, barrier.earlier, barrier.later) : barrier;
}

/** A barrier with the bits for these accesses on each side. */
export function spelled(
  barrier: Barrier,
  earlier: readonly AccessClass[],
  later: readonly AccessClass[],
): BarrierEffect {
  const letters = (classes: readonly AccessClass[]) =>
    barrier.select.flatMap(([access, letter]) => (classes.includes(access) ? [letter] : [])).join("");
  const instruction = barrier.instruction.replace("{earlier}", letters(earlier)).replace("{later}", letters(later));
  return { ...barrier, instruction, earlier, later };
}

function subsets<T>(items: readonly T[]): T[][] {
  return Array.from({ length: 2 ** items.length - 1 }, (_, index) =>
    items.filter((_, bit) => ((index + 1) >> bit) & 1),
  );
}
