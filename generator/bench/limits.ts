// What the emitted fences must not exceed: short hand-written forms that are right for every buffer, also for one that
// ends at the top of the address space.
import type { BarrierStep, FencePlan, FenceStep } from "../plan/operation.ts";
import { mechanismsOf } from "./experts.ts";
import type { Method } from "./measure.ts";

export interface CompactForm {
  readonly bytes: number;
  /** Executed instructions for one line. */
  readonly oneLine: number;
  /** How many barriers it has in each direction. */
  readonly barriers: number;
}

/** At -Oz, by mechanism. */
const compactForms: Readonly<Record<string, CompactForm>> = {
  "arm-scb": { bytes: 36, oneLine: 13, barriers: 2 },
  "aarch64-dc": { bytes: 36, oneLine: 9, barriers: 1 },
  zicbom: { bytes: 34, oneLine: 10, barriers: 1 },
  xtheadcmo: { bytes: 30, oneLine: 9, barriers: 1 },
};

/** What a further barrier costs. */
export const bytesPerBarrier = 4;

/** Executed instructions for 4096 bytes with `optimize: speed`, by mechanism. */
export const unrolledLimits: Readonly<Record<string, number>> = { "arm-scb": 306, "aarch64-dc": 175, zicbom: 157 };

export function compactFormFor(plan: FencePlan): CompactForm | undefined {
  return compactForms[mechanismsOf(plan)];
}

/** Barriers that the compact form does not have; all of them where there is no such form. */
export function furtherBarriers(plan: FencePlan, method: Method): BarrierStep[] {
  const barriers = plan[method].filter((step): step is BarrierStep => step.kind === "barrier");
  return barriers.slice(compactFormFor(plan)?.barriers ?? 0);
}

/** Steps that a compact form does not have: they are measured too, but not held against the fence. */
export function apart(plan: FencePlan, method: Method): FenceStep[] {
  const further: readonly FenceStep[] = furtherBarriers(plan, method);
  const maintenance = plan[method].filter((step) => "operation" in step);
  return plan[method].filter((step) => {
    if (step.kind === "barrier") return further.includes(step);
    if (step.kind === "region-guard" || step.kind === "complete-maintenance") return true;
    return (
      "operation" in step && (step !== maintenance[0] || (step.kind === "maintain-lines" && step.lines === "edges"))
    );
  });
}
