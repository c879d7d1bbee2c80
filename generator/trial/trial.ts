// What the steps of one exploration of a driver share.
import type { Answers } from "./answers.ts";
import { KnownLines } from "./known-lines.ts";
import { Order } from "./order.ts";
import type { TrialWorld } from "./world.ts";

/** What the steps of one exploration share. */
export interface Trial {
  readonly world: TrialWorld;
  readonly order: Order;
  readonly known: KnownLines;
  /** What each look has been found to give. */
  readonly answers: Answers;
  /** Bounds that something lay beyond, in words. */
  readonly beyond: Set<string>;
}

export function trialOf(world: TrialWorld, answers: Answers): Trial {
  const { chip, core } = world;
  return { world, order: new Order(chip, core), known: new KnownLines(world), answers, beyond: new Set() };
}
