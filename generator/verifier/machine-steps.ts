// What the caches, the DMA engine and the neighbour may do next in a hand-over.
import { storeCell } from "../semantics/line-state.ts";
import { masterReads, masterWrites } from "../semantics/master-side.ts";
import { covers, has, touches } from "./access-set.ts";
import { bufferLine, descriptorCell, otherCell, secondLine, type Transfer, values } from "./driver-program.ts";
import { type FenceState, type ModelStep, started, withLine } from "./fence-state.ts";
import type { HandOver } from "./hand-over.ts";
import { isOfMaster } from "./scenario.ts";

/** Caches fill and evict the lines at will. */
export function cacheSteps(over: HandOver, state: FenceState): ModelStep[] {
  return state.lines.flatMap((line, index) =>
    over.changes.byCaches[index]!(line).map(
      ({ side, what, level, after }): ModelStep => ({
        action: { agent: "cache", what, line: index, side, level },
        state: withLine(state, index, after, over),
      }),
    ),
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
function polled(over: HandOver, state: FenceState): ModelStep[] {
  const { scenario, changes, side } = over;
  const descriptor = state.lines[secondLine];
  if (scenario.start !== "descriptor" || !descriptor) return [];
  // One that gives no descriptor back goes on to the next.
  if (scenario.status !== "descriptor" && state.started > 0) return [];
  if (masterReads(changes.atStart(descriptor), descriptorCell, side) !== values.ownedByEngine) return [];
  // One that reads so again, after it has given the buffer back, does all of it twice.
  const violates = state.started > 0 ? "later writes" : undefined;
  return [{ action: { agent: "DMA", what: "begin" }, state: started(state, over), violates }];
}

/** The engine shows the end; before `acquire` is called its driver sees to the caches that it maintains. */
function endShown(over: HandOver, state: FenceState): FenceState[] {
  const { scenario, changes, side, known } = over;
  const shown =
    scenario.status !== "descriptor"
      ? [state]
      : masterWrites(state.lines[secondLine]!, descriptorCell, values.ownedByDriver, side).map((line) =>
          withLine(state, secondLine, known.of(line), over),
        );
  if (side.driven.length === 0) return shown;
  return shown.flatMap((after) =>
    after.lines.reduce(
      (all, _, index) =>
        all.flatMap((each) => changes.atEnd(each.lines[index]!).map((line) => withLine(each, index, line, over))),
      [after],
    ),
  );
}

function transferred({ what, cell }: Transfer, state: FenceState, round: number, over: HandOver): ModelStep[] {
  const { side, known } = over;
  switch (what) {
    case "read": {
      const value = masterReads(state.lines[bufferLine]!, cell, side);
      const expected = values.cpu[round]!;
      const property = value > expected && value !== values.dma[round] ? "later writes" : "outbound";
      const violates = value === expected ? undefined : property;
      return [{ action: { agent: "DMA", what, cell, value }, state, violates }];
    }
    case "write": {
      const value = values.dma[round]!;
      return masterWrites(state.lines[bufferLine]!, cell, value, side).map((line) => ({
        action: { agent: "DMA", what, cell, value },
        state: withLine(state, bufferLine, known.of(line), over),
      }));
    }
  }
}

/** The owner of the data beside the buffer writes to it once, when the scenario lets it. */
export function neighbourSteps(over: HandOver, state: FenceState): ModelStep[] {
  const { scenario, levels, side, known } = over;
  if (state.neighbourWrote || !mayWrite(over, state)) return [];
  const before = state.lines[bufferLine]!;
  const lines = isOfMaster(scenario)
    ? masterWrites(before, otherCell, values.neighbour, side)
    : [storeCell(before, otherCell, values.neighbour, levels[bufferLine]!)];
  return lines.map((line) => ({
    action: { agent: "neighbour", what: "write", value: values.neighbour, isMaster: isOfMaster(scenario) },
    state: withLine({ ...state, neighbourWrote: true }, bufferLine, known.of(line), over),
  }));
}

function mayWrite(
  { scenario, acquireOperations, masked }: HandOver,
  { issued, done, started, shown }: FenceState,
): boolean {
  switch (scenario.neighbour) {
    case "none":
    case "quiet":
      return false;
    case "writes":
    case "is written by the master at any time":
      return true;
    case "is written by the master meanwhile":
      // Two transfers at once. What the other writes later is acquired with it, and until then nobody stores to the line.
      return started > shown;
    case "writes except during acquire":
      return (
        !acquireOperations.some((index) => has(issued, index)) || acquireOperations.every((index) => has(done, index))
      );
    case "writes where interrupts are not masked":
      // A handler comes before all that is masked, or after all of it has been executed, and what its stores wait for is done.
      return masked.every(
        ({ all, doneBeforeHandlers }) =>
          !touches(issued, all) || (covers(issued, all) && covers(done, doneBeforeHandlers)),
      );
  }
}
