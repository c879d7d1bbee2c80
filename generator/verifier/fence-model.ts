// The whole hand-over as a model: the driver's accesses and the fence's operations in any order that program order
// allows, the caches filling and evicting at will, the DMA engine, and the neighbour. Nothing here decides what
// memory may do: that is semantics/.
import type { Domain } from "../model/chip.ts";
import { cellsSeenFrom } from "../semantics/line-state.ts";
import { type MasterSide, masterReads } from "../semantics/master-side.ts";
import { covers } from "./access-set.ts";
import { cpuSteps } from "./cpu-steps.ts";
import { bufferCell, bufferLine, type DriverAccess, type LineProgram, otherCell, values } from "./driver-program.ts";
import type { Model } from "./explore.ts";
import { encodeState, type FenceAction, type FenceState, initialState } from "./fence-state.ts";
import { handOver, type Undecided } from "./hand-over.ts";
import type { CacheNames, Layout } from "./line-layout.ts";
import { cacheSteps, engineSteps, neighbourSteps } from "./machine-steps.ts";
import { isOfMaster, propertyIn, type Scenario } from "./scenario.ts";

export interface FenceModel extends Model<FenceState, FenceAction> {
  readonly accesses: readonly DriverAccess[];
  /** Of each line that is followed. */
  readonly cacheNames: readonly CacheNames[];
  readonly layout: Layout;
  /** How the engine comes to a line. */
  readonly side: MasterSide;
}

export function fenceModel(
  scenario: Scenario,
  layout: Layout,
  dmaDomain: Domain,
  fence: LineProgram,
): FenceModel | Undecided {
  const over = handOver(scenario, layout, dmaDomain, fence);
  if ("undecided" in over) return over;
  const isShared = scenario.neighbour !== "none";
  const lastValue = values.cpu[scenario.rounds]!;
  const named = (property: string | undefined) => property && propertyIn(scenario, property);
  return {
    accesses: over.driver,
    layout,
    side: over.side,
    cacheNames: [layout.names, layout.alias ? elsewhere(layout.alias.names) : layout.names],
    initial: [initialState(over)],
    encode: encodeState,
    isGoal: (state) => covers(state.done, over.all) && state.shown === scenario.rounds,
    violated(state) {
      const line = state.lines[bufferLine]!;
      const seen = cellsSeenFrom(line, 0);
      const beside = isOfMaster(scenario) ? masterReads(line, otherCell, over.side) : seen[otherCell];
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
      ].map((step) => (step.violates === undefined ? step : { ...step, violates: named(step.violates) })),
  };
}

function elsewhere({ core, master }: CacheNames): CacheNames {
  return { core: core.map((name) => `${name}, other address,`), master };
}
