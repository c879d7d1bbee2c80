// A state with another state of one of its lines.
import type { Line } from "../simulator/memory/line.ts";
import type { Trial } from "./trial.ts";
import type { TrialState } from "./trial-state.ts";

export function lineIn({ known }: Trial, state: TrialState, line: Line): number {
  return state.lines[line.place.index] ?? known.initial(line);
}

export function withLine({ world, known }: Trial, state: TrialState, line: Line, after: number): TrialState {
  const lines = world.memory.lines().map((each, at) => state.lines[at] ?? known.initial(each));
  lines[line.place.index] = after;
  return { ...state, lines };
}
