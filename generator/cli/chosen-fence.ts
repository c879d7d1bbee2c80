import { didYouMean } from "../diagnostics/nearest.ts";
import type { FencePlan } from "../plan/operation.ts";
import type { PlannedChip } from "../render/render-outputs.ts";
import type { CommandOptions } from "./environment.ts";
import { UsageError } from "./run-pipeline.ts";

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
