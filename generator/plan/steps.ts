// What is asked of the steps of a plan as a whole, whatever kinds they are of.
import type { FenceMethod } from "../model/chip.ts";
import type { FencePlan, FenceStep, RegionRange } from "./operation.ts";

type Steps = Pick<FencePlan, FenceMethod>;

/** Every step of a fence, a guard's own beside the others. */
export function allSteps({ release, acquire }: Steps): FenceStep[] {
  return [...release, ...acquire].flatMap((step) => (step.kind === "region-guard" ? [step, ...step.outside] : [step]));
}

/** Ids of the mechanisms whose operations a fence executes, in the order of their first use; empty where barriers suffice. */
export function usedMechanisms(plan: Steps): string[] {
  return [...new Set(allSteps(plan).flatMap((step) => ("operation" in step ? [step.mechanism] : [])))];
}

/** The memory outside of which a fence only orders; undefined where it does the same for all. */
export function maintainedRegions(plan: Steps): readonly RegionRange[] | undefined {
  return allSteps(plan).find((step) => step.kind === "region-guard")?.regions;
}
