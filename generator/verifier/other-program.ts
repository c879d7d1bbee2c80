// Judges what another fence executes, or what a fence does for more masters, by the facts of a plan: whether something goes wrong,
// and what. Nothing is changed step by step, so that it takes a fraction of a verdict.
import type { ResolvedChip, ResolvedCore } from "../model/chip.ts";
import type { FencePlan } from "../plan/operation.ts";
import type { FenceProgram } from "../program/statement.ts";
import { type Effort, fullEffort } from "./effort.ts";
import { executionOf, fenceUnderTest } from "./fence-under-test.ts";
import { brokenFootprint } from "./footprint.ts";
import { replayNamed } from "./replay-named.ts";
import type { DoesNotReplay } from "./replay-states.ts";
import type { Replay } from "./replayed.ts";
import { firstBroken } from "./soundness.ts";
import type { Counterexample } from "./verdict.ts";

/** What comes of a program under facts that it was not planned for. */
export type OtherVerdict =
  | { readonly kind: "right" }
  | { readonly kind: "wrong"; readonly counterexample: Counterexample }
  /** Lines of the buffer are left out, or others touched, whatever the order of accesses. */
  | { readonly kind: "misses"; readonly what: string }
  /** It executes something that the facts do not describe. */
  | { readonly kind: "foreign"; readonly what: string }
  | { readonly kind: "undecided"; readonly because: string };

/** @param plan whose masters, obligations and line sizes count */
export function judgeProgram(
  program: FenceProgram,
  plan: FencePlan,
  chip: ResolvedChip,
  core: ResolvedCore,
  effort: Effort = fullEffort,
): OtherVerdict {
  const fence = fenceUnderTest(plan, chip, core, executionOf(program));
  try {
    const { broken, undecided } = firstBroken(fence, fence.scenarios, fence.execute, effort).result;
    if (broken) return { kind: "wrong", counterexample: broken.counterexample };
    const what = brokenFootprint(fence, fence.execute);
    if (what !== undefined) return { kind: "misses", what };
    return undecided === undefined ? { kind: "right" } : { kind: "undecided", because: undecided };
  } catch (error) {
    // An instruction or a register that is none under these facts.
    if (error instanceof RangeError) return { kind: "foreign", what: error.message };
    throw error;
  }
}

/** What `judgeProgram` found, step by step. */
export function replayProgram(
  program: FenceProgram,
  plan: FencePlan,
  chip: ResolvedChip,
  core: ResolvedCore,
  { scenario, schedule }: Pick<Counterexample, "scenario" | "schedule">,
): Replay | DoesNotReplay {
  return replayNamed(fenceUnderTest(plan, chip, core, executionOf(program)), { change: undefined, scenario, schedule });
}
