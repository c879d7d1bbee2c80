// Fences that ask the core how large its lines are.
import type { FenceMethod } from "../model/chip.ts";
import type { FencePlan, ReadLineSize } from "./operation.ts";

/** The step that asks; undefined where the size is known beforehand. */
export function lineSizeQuestion({ release, acquire }: Pick<FencePlan, FenceMethod>): ReadLineSize | undefined {
  return [...release, ...acquire].find((step) => step.kind === "read-line-size");
}

/** What the core may answer; of a fence that does not ask, the size that it steps by. */
export function possibleLineBytes(plan: FencePlan): number[] {
  const question = lineSizeQuestion(plan);
  if (!question) return [plan.lineBytes ?? 32];
  const sizes: number[] = [];
  for (let bytes = question.smallestBytes; bytes <= question.largestBytes; bytes *= 2) sizes.push(bytes);
  return sizes;
}
