// Which barrier is the weakest that orders what must be ordered.
import type { Barrier, Citation, Domain } from "../model/chip.ts";
import { type BarrierEffect, domains, type OrderedPair, satisfies, spelled, widest } from "../semantics/barrier.ts";
import type { Demand } from "./operation.ts";

/** What completes "orders …": `what` before `before`, and what goes wrong without that. */
export interface OrderReason {
  readonly what: string;
  readonly before: string;
  /** What is the same of everything that it comes before, such as "that starts DMA". */
  readonly which?: string;
  /** A clause, such as "so that …". */
  readonly why?: string;
}

export function reasonText({ what, before, which, why }: OrderReason): string {
  return `${what} before ${before}${which === undefined ? "" : ` ${which}`}${why === undefined ? "" : `, ${why}`}`;
}

/** One pair of accesses around a point of the fence that must stay in order. */
export interface Requirement extends OrderedPair {
  readonly reason: OrderReason;
  readonly sources: readonly Citation[];
  /** The earlier one comes before the whole fence, and not from one of its operations. */
  readonly fromBefore?: boolean;
  /** The first point at which a barrier is behind the earlier one, where it comes from a pass: any from there on will do. */
  readonly since?: number;
  /** Who demands it, where memory order alone does not. */
  readonly demandedBy?: Demand;
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

function withBits(barrier: Barrier, requirements: readonly Requirement[]): BarrierEffect {
  const bits = (side: "earlier" | "later") =>
    barrier[side].filter((access) => requirements.some((requirement) => requirement[side] === access));
  return spelled(barrier, bits("earlier"), bits("later"));
}
