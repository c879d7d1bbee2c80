// Which barrier is the weakest that orders what must be ordered. The lattice is not declared anywhere: a
// barrier is weaker than another if what it orders, completes and reaches is part of what the other does.
import type { AccessClass, Architecture, Barrier, Citation, Domain } from "../resolve/model.ts";
import type { BarrierStep } from "./operation.ts";

/** One pair of accesses around a point of the fence that must stay in order. */
export interface Requirement {
  readonly earlier: AccessClass;
  readonly later: AccessClass;
  /** The earlier one must have finished, not only come first. */
  readonly completed: boolean;
  /** A clause that completes "orders …": what goes wrong without it. */
  readonly reason: string;
  readonly sources: readonly Citation[];
  /** The earlier one comes before the whole fence, and not from one of its operations. */
  readonly fromBefore?: boolean;
  /** The erratum that demands it, where memory order alone does not. */
  readonly demandedBy?: string;
}

/** A barrier with its bits chosen: what a BarrierStep says about order. */
export type BarrierEffect = Pick<
  BarrierStep,
  "instruction" | "earlier" | "later" | "completes" | "domain" | "extension"
> & {
  readonly sources: readonly Citation[];
};

const domains: readonly Domain[] = ["non-shareable", "inner-shareable", "outer-shareable", "full-system"];

/** Whether the architecture keeps the pair in order without any barrier. */
export function isKeptInOrder(requirement: Requirement, architecture: Architecture, writeCombining: boolean): boolean {
  if (requirement.completed) return false;
  return architecture.programOrder.some(
    ({ earlier, later, notForWriteCombining }) =>
      earlier.includes(requirement.earlier) &&
      later.includes(requirement.later) &&
      !(writeCombining && notForWriteCombining),
  );
}

export function satisfies(barrier: BarrierEffect, requirement: Requirement, domain: Domain): boolean {
  return (
    barrier.earlier.includes(requirement.earlier) &&
    barrier.later.includes(requirement.later) &&
    (!requirement.completed || barrier.completes.includes(requirement.earlier)) &&
    domains.indexOf(barrier.domain) >= domains.indexOf(domain)
  );
}

/** Whether everything that `weaker` orders, completes and reaches, `stronger` does too. */
export function isAtMost(weaker: BarrierEffect, stronger: BarrierEffect): boolean {
  const within = (a: readonly AccessClass[], b: readonly AccessClass[]) => a.every((item) => b.includes(item));
  return (
    within(weaker.earlier, stronger.earlier) &&
    within(weaker.later, stronger.later) &&
    within(weaker.completes, stronger.completes) &&
    domains.indexOf(weaker.domain) <= domains.indexOf(stronger.domain)
  );
}

/**
 * The fewest and then weakest barriers that satisfy every requirement; undefined if none do.
 * Where several do equally well, the one listed first.
 */
export function chooseBarriers(
  requirements: readonly Requirement[],
  barriers: readonly Barrier[],
  domain: Domain,
): readonly BarrierEffect[] | undefined {
  if (requirements.length === 0) return [];
  const single = weakest(requirements, barriers, domain);
  if (single) return [single];
  for (const first of barriers) {
    const covered = requirements.filter((requirement) => satisfies(widest(first), requirement, domain));
    const rest = requirements.filter((requirement) => !covered.includes(requirement));
    if (covered.length === 0) continue;
    const one = weakest(covered, [first], domain);
    const other = weakest(rest, barriers, domain);
    if (one && other) return [one, other];
  }
  return undefined;
}

function weakest(
  requirements: readonly Requirement[],
  barriers: readonly Barrier[],
  domain: Domain,
): BarrierEffect | undefined {
  let best: BarrierEffect | undefined;
  for (const barrier of barriers) {
    const candidate = barrier.select.length > 0 ? withBits(barrier, requirements) : widest(barrier);
    if (!requirements.every((requirement) => satisfies(candidate, requirement, domain))) continue;
    if (!best || strength(candidate) < strength(best)) best = candidate;
  }
  return best;
}

/**
 * A number that agrees with the lattice (a barrier that is at most another has at most its number) and decides where
 * the lattice does not: waiting for accesses to finish costs more than ordering them, and so weighs more.
 */
function strength({ earlier, later, completes, domain }: BarrierEffect): number {
  return completes.length * 1000 + earlier.length * later.length * 10 + domains.indexOf(domain);
}

function widest(barrier: Barrier): BarrierEffect {
  return barrier.select.length > 0 ? spelled(barrier, barrier.earlier, barrier.later) : barrier;
}

function withBits(barrier: Barrier, requirements: readonly Requirement[]): BarrierEffect {
  const bits = (side: "earlier" | "later") =>
    barrier[side].filter((access) => requirements.some((requirement) => requirement[side] === access));
  return spelled(barrier, bits("earlier"), bits("later"));
}

function spelled(barrier: Barrier, earlier: readonly AccessClass[], later: readonly AccessClass[]): BarrierEffect {
  const letters = (classes: readonly AccessClass[]) =>
    barrier.select.flatMap(([access, letter]) => (classes.includes(access) ? [letter] : [])).join("");
  const instruction = barrier.instruction.replace("{earlier}", letters(earlier)).replace("{later}", letters(later));
  return { ...barrier, instruction, earlier, later };
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

function subsets<T>(items: readonly T[]): T[][] {
  return Array.from({ length: 2 ** items.length - 1 }, (_, index) =>
    items.filter((_, bit) => ((index + 1) >> bit) & 1),
  );
}
