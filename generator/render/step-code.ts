// What each step of a fence is in the languages that are emitted, by their own printers.
import { type FenceMethod, fenceMethods, type ResolvedChip } from "../model/chip.ts";
import type { FencePlan } from "../plan/operation.ts";
import { lower } from "../program/lower.ts";
import type { Settings } from "./printer.ts";
import { rustSteps } from "./rust/view.ts";
import { typeScriptSteps } from "./typescript/view.ts";

/** Lines of code; none for a step that only the compiler sees. */
export interface StepCode {
  /** Rust, or lines of its inline assembly. */
  readonly rust: readonly string[];
  readonly typeScript: readonly string[];
}

const settings: Settings = { traitPath: undefined, optimize: "size", rust: {} };

/** For each step of a plan, in its order. @param plan one of the chip's fences */
export function stepCode(
  chip: ResolvedChip,
  fences: readonly FencePlan[],
  plan: FencePlan,
): Readonly<Record<FenceMethod, readonly StepCode[]>> {
  const printed = fences.map((fence) => ({ ...fence, program: lower(fence) }));
  const index = fences.indexOf(plan);
  const [rust, typeScript] = [
    rustSteps({ chip, fences: printed, settings }, index),
    typeScriptSteps({ chip, fences: printed }, index),
  ];
  const [release, acquire] = fenceMethods.map((method) =>
    plan[method].map((_, step) => ({ rust: rust[method][step]!, typeScript: typeScript[method][step]! })),
  );
  return { release: release!, acquire: acquire! };
}
