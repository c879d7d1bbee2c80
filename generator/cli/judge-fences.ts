// Which fences have to be explored, and the verdicts of all: kept ones are taken over, the others worked out, several at a time.
import { coreOf } from "../plan/plan-chip.ts";
import { contentKey, planKey } from "../plan/plan-key.ts";
import type { PlannedChip } from "../render/render-outputs.ts";
import type { FenceTask, Judge } from "../verifier/judge.ts";
import type { FenceVerdict } from "../verifier/verify-fence.ts";
import type { VerdictStore } from "./environment.ts";

/** A fence, and every other one that is the same to the model. */
export interface DistinctFence extends FenceTask {
  /** By which an unsound plan is remembered. */
  readonly key: string;
  /** Of everything that the verdict rests on and repeats, the words of the plan among them. */
  readonly contentKey: string;
}

export interface Judged {
  readonly verdict: FenceVerdict;
  readonly milliseconds: number;
  readonly isKept: boolean;
}

/** The fences of the chips, of those that are the same the first. */
export function distinctFences(planned: readonly PlannedChip[]): ReadonlyMap<string, DistinctFence> {
  const distinct = new Map<string, DistinctFence>();
  for (const { chip, fences } of planned)
    for (const plan of fences) {
      const core = coreOf(chip, plan);
      const key = planKey(plan, chip, core);
      if (!distinct.has(key)) distinct.set(key, { plan, chip, core, key, contentKey: contentKey(plan, chip, core) });
    }
  return distinct;
}

/** One part of all, of equal number: part 1 of 3 has the first fence, the fourth and so on. */
export interface Shard {
  readonly index: number;
  readonly of: number;
}

export function ofShard<T>(items: readonly T[], shard: Shard | undefined): T[] {
  return items.filter((_, place) => !shard || place % shard.of === shard.index - 1);
}

/** @returns the verdicts by key, those of fences that are judged already among them */
export async function judgeFences(
  fences: readonly DistinctFence[],
  judge: Judge,
  store: VerdictStore | undefined,
): Promise<ReadonlyMap<string, Judged>> {
  const judged = new Map<string, Judged>();
  const open: DistinctFence[] = [];
  for (const fence of fences) {
    const verdict = store?.get(fence.contentKey);
    if (verdict) judged.set(fence.key, { verdict, milliseconds: 0, isKept: true });
    else open.push(fence);
  }
  let last = performance.now();
  const tasks = open.map(({ plan, chip, core }) => ({ plan, chip, core }));
  await judge(tasks, (index, verdict) => {
    const now = performance.now();
    judged.set(open[index]!.key, { verdict, milliseconds: Math.round(now - last), isKept: false });
    last = now;
    // At once: what is done stays done if the run is interrupted.
    store?.keep(open[index]!.contentKey, verdict);
  });
  return judged;
}
