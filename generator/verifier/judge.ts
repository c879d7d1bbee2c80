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
  during?: During,
) => Promise<void>;

export interface During {
  /** Told of each fence when its exploration begins. */
  begun?(index: number): void;
  /** Once it is aborted, no fence is begun or told of any more; what is at work is dropped where that can be. */
  readonly stop?: Stop | undefined;
}

/** An AbortSignal is one. */
export interface Stop {
  readonly aborted: boolean;
  addEventListener(type: "abort", listener: () => void): void;
}

/** In this thread, one after the other. */
export const judgeHere: Judge = async (tasks, done, { begun, stop } = {}) => {
  for (const [index, { plan, chip, core }] of tasks.entries()) {
    if (stop?.aborted) return;
    begun?.(index);
    done(index, verifyFence(plan, chip, core));
  }
};

/** About in proportion to the time that a fence takes: each step is changed, and each level of caches has lines of its own. */
export function effortOf({ plan, core }: FenceTask): number {
  return (plan.release.length + plan.acquire.length) * 4 ** (core.caches.length + core.masterCaches.length);
}
