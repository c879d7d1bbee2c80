// What the caches, the DMA engine and the neighbour may do next in a hand-over.
import { dmaRead, dmaWrite, evict, fill, storeCell } from "../semantics/line-state.ts";
import { covers, has, touches } from "./access-set.ts";
import { bufferLine, descriptorCell, descriptorLine, otherCell, type Transfer, values } from "./driver-program.ts";
import { type FenceState, type ModelStep, withLine } from "./fence-state.ts";
import type { HandOver } from "./hand-over.ts";

/** Caches fill and evict the lines at will. */
export function cacheSteps({ levels }: HandOver, state: FenceState): ModelStep[] {
  return state.lines.flatMap((line, index) =>
    levels.flatMap((rules, level): ModelStep[] => {
      const action = { agent: "cache", line: index, level } as const;
      if (line.levels[level])
        return evict(line, level, levels).map((after) => ({
          action: { ...action, what: "evict" },
          state: withLine(state, index, after),
        }));
      return rules.speculativeFill
        ? [{ action: { ...action, what: "fill" }, state: withLine(state, index, fill(line, level, levels)) }]
        : [];
    }),
  );
}

/** The engine moves a cell of the round, or shows the end when all are moved. */
export function engineSteps(over: HandOver, state: FenceState): ModelStep[] {
  const { transfers } = over;
  if (state.shown >= state.started) return polled(over, state);
  const isMoved = (index: number) => (state.transferred & (1 << index)) !== 0;
  if (transfers.every((_, index) => isMoved(index))) {
    const shown = { ...state, shown: state.started };
    return endShown(over, shown).map((after) => ({ action: { agent: "DMA", what: "done" }, state: after }));
  }
  return transfers.flatMap((transfer, index): ModelStep[] => {
    // An engine that turns data around reads a cell before it writes it.
    const isHeld = transfers.some(
      ({ what, cell }, at) => transfer.what === "write" && what === "read" && cell === transfer.cell && !isMoved(at),
    );
    if (isMoved(index) || isHeld) return [];
    const moved = { ...state, transferred: state.transferred | (1 << index) };
    return transferred(transfer, moved, state.started - 1, over);
  });
}

/** An engine that runs begins when it reads in the descriptor that the buffer is its own. */
function polled({ scenario: { start }, seesFrom }: HandOver, state: FenceState): ModelStep[] {
  const descriptor = state.lines[descriptorLine];
  if (start !== "descriptor" || !descriptor) return [];
  if (dmaRead(descriptor, descriptorCell, seesFrom) !== values.ownedByEngine) return [];
  return [{ action: { agent: "DMA", what: "begin" }, state: { ...state, started: state.started + 1 } }];
}

function endShown({ scenario: { status }, seesFrom, dirties, levels }: HandOver, state: FenceState): FenceState[] {
  if (status !== "descriptor") return [state];
  const descriptor = state.lines[descriptorLine]!;
  return dmaWrite(descriptor, descriptorCell, values.ownedByDriver, seesFrom, dirties, levels).map((line) =>
    withLine(state, descriptorLine, line),
  );
}

function transferred(
  { what, cell }: Transfer,
  state: FenceState,
  round: number,
  { seesFrom, dirties, levels }: HandOver,
): ModelStep[] {
  switch (what) {
    case "read": {
      const value = dmaRead(state.lines[bufferLine]!, cell, seesFrom);
      const expected = values.cpu[round]!;
      const property = value > expected && value !== values.dma[round] ? "later writes" : "outbound";
      const violates = value === expected ? undefined : property;
      return [{ action: { agent: "DMA", what, cell, value }, state, violates }];
    }
    case "write": {
      const value = values.dma[round]!;
      return dmaWrite(state.lines[bufferLine]!, cell, value, seesFrom, dirties, levels).map((line) => ({
        action: { agent: "DMA", what, cell, value },
        state: withLine(state, bufferLine, line),
      }));
    }
  }
}

/** The owner of the data beside the buffer writes to it once, when the scenario lets it. */
export function neighbourSteps(over: HandOver, state: FenceState): ModelStep[] {
  const { levels } = over;
  if (state.neighbourWrote || !mayWrite(over, state)) return [];
  const line = storeCell(state.lines[bufferLine]!, otherCell, values.neighbour, levels);
  return [
    {
      action: { agent: "neighbour", what: "write", value: values.neighbour },
      state: withLine({ ...state, neighbourWrote: true }, bufferLine, line),
    },
  ];
}

function mayWrite({ scenario, acquireOperations, masked }: HandOver, { issued, done }: FenceState): boolean {
  switch (scenario.neighbour) {
    case "none":
    case "quiet":
      return false;
    case "writes":
      return true;
    case "writes except during acquire":
      return (
        !acquireOperations.some((index) => has(issued, index)) || acquireOperations.every((index) => has(done, index))
      );
    case "writes where interrupts are not masked":
      // A handler comes before all that is masked, or after all of it has been executed.
      return masked.every((stretch) => !touches(issued, stretch) || covers(issued, stretch));
  }
}
