// A step in words: those of the trace.
import type { Replay } from "../verifier/replayed.ts";
import { traceRows } from "../verifier/trace.ts";

/** What each step of an execution does, one text each. */
export function stepTexts(replay: Replay): string[] {
  return traceRows(replay).map(({ cpu, cache, memory, device }) =>
    [
      ...(cpu ? [`CPU: ${cpu}`] : []),
      ...(device ? [`${replay.masters[0]}: ${device}`] : []),
      ...(cache ? [cache] : []),
      ...(memory ? [`memory ${memory}`] : []),
    ].join("; "),
  );
}

/** What goes wrong, or that nothing does. */
export function outcomeText({ property, preventedBy }: Replay): string {
  if (property === undefined) return "nothing goes wrong";
  return preventedBy === undefined ? `${property} broken` : `${property} broken; prevented by ${preventedBy}`;
}
