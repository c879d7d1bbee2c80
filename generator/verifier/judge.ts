// Fences that are explored somewhere, and their verdicts.
import type { ResolvedChip, ResolvedCore } from "../model/chip.ts";
import type { FencePlan } from "../plan/operation.ts";
import { type FenceVerdict, verifyFence } from "./verify-fence.ts";

/** What is explored. Plain data: it may be sent to another thread. */
export interface FenceTask {
  readonly plan: FencePlan;
  readonly chip: ResolvedChip;
  readonly core: ResolvedCore;
}

/** Explores what it is given, in whatever order, and tells of each when it is done. */
export type Judge = (
  tasks: readonly FenceTask[],
  done: (index: number, verdict: FenceVerdict) => void,
) => Promise<void>;

/** In this thread, one after the other. */
export const judgeHere: Judge = async (tasks, done) => {
  for (const [index, { plan, chip, core }] of tasks.entries()) done(index, verifyFence(plan, chip, core));
};
