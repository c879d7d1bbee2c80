import { didYouMean } from "../diagnostics/nearest.ts";
import type { FenceMethod } from "../model/chip.ts";
import type { FencePlan } from "../plan/operation.ts";
import type { PlannedChip } from "../render/render-outputs.ts";
import type { CommandOptions } from "./environment.ts";
import { UsageError } from "./run-pipeline.ts";
import { counted } from "./table.ts";

/** The fence of a chip that `--fence` names, or the only one. @param planned has some */
export function chosenFence({ fences }: PlannedChip, { fence }: Pick<CommandOptions, "fence">): FencePlan {
  const names = fences.map(({ name }) => name);
  const chosen = fences.filter(({ name }) => fence === undefined || name === fence);
  if (chosen.length === 0)
    throw new UsageError(
      `no fence of the chip is called \`${fence}\`${didYouMean(fence ?? "", names)}; it has ${names.join(", ")}`,
    );
  if (chosen.length > 1) throw new UsageError(`--fence must name one of the chip's fences: ${names.join(", ")}`);
  return chosen[0]!;
}

/** A step of a fence, its number from 1. */
export interface ChosenStep {
  readonly fence: FenceMethod;
  readonly step: number;
}

/** `release:3`, as `fencegen plan` numbers the steps. */
export function chosenStep(plan: FencePlan, text: string): ChosenStep {
  const [, fence, number] = /^(release|acquire):([1-9]\d?)$/.exec(text) ?? [];
  if (fence === undefined) throw new UsageError(`--without names a step, such as release:3, and not \`${text}\``);
  const method = fence as FenceMethod;
  const { length } = plan[method];
  if (Number(number) > length)
    throw new UsageError(`${method} of ${plan.name} has ${counted(length, "step")}, and no step ${number}`);
  return { fence: method, step: Number(number) };
}
