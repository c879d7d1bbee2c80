// The whole hand-over as a model: the driver's accesses and the fence's operations in any order that program order
// allows, the caches filling and evicting at will, the DMA engine, and the neighbour. Nothing here decides what
// memory may do: that is semantics/.
import type { Domain, ResolvedCore } from "../model/chip.ts";
import { cellsSeenFrom } from "../semantics/line-state.ts";
import { masterReads } from "../semantics/master-side.ts";
import { covers } from "./access-set.ts";
import { cpuSteps } from "./cpu-steps.ts";
import { bufferCell, bufferLine, type DriverAccess, type LineProgram, otherCell, values } from "./driver-program.ts";
import type { Model } from "./explore.ts";
import { encodeState, type FenceAction, type FenceState, initialState } from "./fence-state.ts";
import { handOver, type Undecided } from "./hand-over.ts";
import { cacheSteps, engineSteps, neighbourSteps } from "./machine-steps.ts";
import { propertyIn, type Scenario } from "./scenario.ts";

export interface FenceModel extends Model<FenceState, FenceAction> {
  readonly accesses: readonly DriverAccess[];
}

export function fenceModel(
  scenario: Scenario,
  core: ResolvedCore,
  dmaDomain: Domain,
  fence: LineProgram,
): FenceModel | Undecided {
  const over = handOver(scenario, core, dmaDomain, fence);
  if ("undecided" in over) return over;
  const isShared = scenario.neighbour !== "none";
  const isOfMaster = scenario.neighbour === "was written by the master";
  const lastValue = values.cpu[scenario.rounds]!;
  const named = (property: string | undefined) => property && propertyIn(scenario, property);
  return {
    accesses: over.driver,
    initial: [initialState(over)],
    encode: encodeState,
    isGoal: (state) => covers(state.done, over.all) && state.shown === scenario.rounds,
    violated(state) {
      const line = state.lines[bufferLine]!;
      const seen = cellsSeenFrom(line, 0);
      const beside = isOfMaster ? masterReads(line, otherCell, over.side) : seen[otherCell];
      if (isShared && beside !== (state.neighbourWrote ? values.neighbour : values.neighbourBefore))
        return named("neighbour");
      return named(covers(state.done, over.all) && seen[bufferCell] !== lastValue ? "later writes" : undefined);
    },
    next: (state) =>
      [
        ...cpuSteps(over, state),
        ...cacheSteps(over, state),
        ...engineSteps(over, state),
        ...neighbourSteps(over, state),
      ].map((step) => (step.violates ? { ...step, violates: named(step.violates) } : step)),
  };
}
