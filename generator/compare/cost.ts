// What a fence costs, counted from its program: how many operations the CPU executes. What a compiler adds for loops and addresses
// is known only to the compiler; `npm run bench` measures it.
import { fenceMethods } from "../model/chip.ts";
import type { FencePlan } from "../plan/operation.ts";
import { allSteps, maintainedRegions } from "../plan/steps.ts";
import { operationsOf } from "../program/run.ts";
import type { CostChange } from "./comparison.ts";

const wholeBytes = 4096;

/** What is the same on both sides is left out. */
export function costChanges(old: FencePlan | undefined, now: FencePlan | undefined): CostChange[] {
  return fenceMethods.flatMap((method) =>
    (["one line", "4 KiB"] as const).flatMap((of) => {
      const count = (plan: FencePlan | undefined) => plan && operations(plan, method, of);
      const [before, after] = [count(old), count(now)];
      if (before === after) return [];
      return [{ method, of, ...(before !== undefined && { before }), ...(after !== undefined && { after }) }];
    }),
  );
}

function operations(plan: FencePlan, method: "release" | "acquire", of: CostChange["of"]): number {
  const lengthBytes = of === "4 KiB" ? wholeBytes : (plan.lineBytes ?? plan.bufferAlignmentBytes);
  return operationsOf(plan[method], { address: placeFor(plan), lengthBytes }, plan.lineBytes).filter(
    ({ kind }) => kind !== "compiler-barrier",
  ).length;
}

/** Where the fence maintains lines, if it does so only somewhere. */
function placeFor(plan: FencePlan): bigint {
  const [region] =
    maintainedRegions(plan) ?? allSteps(plan).flatMap((step) => ("onlyIn" in step ? (step.onlyIn ?? []) : []));
  return region?.base ?? 0x1000_0000n;
}
