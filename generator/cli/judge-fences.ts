// Which fences have to be explored, and the verdicts of all: kept ones are taken over, the others worked out, several at a time.
import { type Paint, plain } from "../diagnostics/format.ts";
import type { FencePlan } from "../plan/operation.ts";
import { coreOf } from "../plan/plan-chip.ts";
import type { ProjectChips } from "../project/project-chips.ts";
import type { PlannedChip } from "../render/render-outputs.ts";
import { effortOf, type FenceTask, type Judge, type Stop } from "../verifier/judge.ts";
import type { FenceVerdict } from "../verifier/verify-fence.ts";
import type { VerdictStore } from "./environment.ts";
import { FenceProgress, type Onlooker } from "./fence-progress.ts";

/** A fence, and every other one that is the same to the model. */
export interface DistinctFence {
  /** Of its chip. */
  readonly chip: string;
  readonly name: string;
  /** By which an unsound plan is remembered. */
  readonly key: string;
  /** Of everything that the verdict rests on and repeats, the words of the plan among them. */
  readonly contentKey: string;
  task(): FenceTask;
}

export interface Judged {
  readonly verdict: FenceVerdict;
  readonly milliseconds: number;
  readonly isKept: boolean;
}

/**
 * The fences of the chips, of those that are the same the first.
 * @param visited tasks that are at hand, by key
 */
export function distinctFences(
  { chips, detailsOf }: ProjectChips,
  visited: ReadonlyMap<string, FenceTask>,
): ReadonlyMap<string, DistinctFence> {
  const distinct = new Map<string, DistinctFence>();
  for (const { id, fences } of chips)
    for (const [index, { name, planKey: key, contentKey }] of fences.entries()) {
      if (distinct.has(key)) continue;
      const task = () => {
        const atHand = visited.get(key);
        if (atHand?.chip.id === id && atHand.plan.name === name) return atHand;
        const { planned } = detailsOf(id);
        return taskOf(planned, planned.fences[index]!);
      };
      distinct.set(key, { chip: id, name, key, contentKey, task });
    }
  return distinct;
}

export function taskOf({ chip }: PlannedChip, plan: FencePlan): FenceTask {
  return { plan, chip, core: coreOf(chip, plan) };
}

/** One part of all, of equal number: part 1 of 3 has the first fence, the fourth and so on. */
export interface Shard {
  readonly index: number;
  readonly of: number;
}

export function ofShard<T>(items: readonly T[], shard: Shard | undefined): T[] {
  return items.filter((_, place) => !shard || place % shard.of === shard.index - 1);
}

export interface Watched {
  /** Told how far it has come; left out, nobody is. */
  readonly onlooker?: Onlooker | undefined;
  readonly paint: Paint;
  /** Once it is aborted, no fence is explored any more. */
  readonly stop?: Stop | undefined;
}

/** @returns the verdicts by key, those of fences that are judged already among them; after a stop, of those that were done before it */
export async function judgeFences(
  fences: readonly DistinctFence[],
  judge: Judge,
  store: VerdictStore | undefined,
  { onlooker = nobody, paint, stop }: Watched = { paint: plain },
): Promise<ReadonlyMap<string, Judged>> {
  const judged = new Map<string, Judged>();
  const open: DistinctFence[] = [];
  for (const fence of fences) {
    const verdict = store?.get(fence.contentKey);
    if (verdict) judged.set(fence.key, { verdict, milliseconds: 0, isKept: true });
    else open.push(fence);
  }
  const tasks = open.map(({ task }) => task());
  const names = open.map(({ chip, name }, index) => ({ name: `${chip} ${name}`, effort: effortOf(tasks[index]!) }));
  const progress = new FenceProgress(names, onlooker, paint);
  const done = (index: number, verdict: FenceVerdict) => {
    const milliseconds = Math.round(progress.done(index, verdict));
    judged.set(open[index]!.key, { verdict, milliseconds, isKept: false });
    // At once: what is done stays done if the run is interrupted.
    store?.keep(open[index]!.contentKey, verdict);
  };
  try {
    await judge(tasks, done, progress.during(stop));
  } finally {
    progress.end();
  }
  return judged;
}

const nobody: Onlooker = { now: () => performance.now(), say() {}, every: () => () => {} };
