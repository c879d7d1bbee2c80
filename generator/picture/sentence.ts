// A step of an execution as sentences: who does what, what goes where, and what is old from then on.
import type { Replay, ReplayedAccess, ReplayedCpuAction } from "../verifier/replayed.ts";
import { copyAt, lineOfStep, movesOf, placesOf, stateBefore } from "./places.ts";

/** @param step from 1 on; 0 for the machine before the first */
export function stepSentence(replay: Replay, step: number): string {
  if (step === 0) return "Before the first step.";
  const index = step - 1;
  const { action, violates } = replay.steps[index]!;
  const line = lineOfStep(replay, index);
  const places = placesOf(replay, line);
  const moves = movesOf(replay, index).map(({ from, to, value }) => ({
    from: places[from]!.name,
    to: places[to]!.name,
    value: value?.value,
  }));
  const [move] = moves;
  const master = replay.masters[0]!;
  const ofWhich = replay.lines[line]!.what === "buffer" ? "" : ` of the ${replay.lines[line]!.what}`;
  const told = (): string => {
    switch (action.agent) {
      case "CPU":
        return cpuSentence(replay.accesses[action.access]!, action, moves);
      case "cache": {
        const cache = places.find(
          (place) => place.kind === "cache" && place.side === action.side && place.level === action.level,
        )!.name;
        if (action.what === "fill")
          return `${cache} fills its line${ofWhich} from ${move?.from ?? "further out"}${valueText(move?.value)}, which nobody asked for`;
        return move
          ? `${cache} evicts its line${ofWhich}, and writes ${move.value} back to ${move.to}`
          : `${cache} evicts its line${ofWhich}`;
      }
      case "DMA":
        switch (action.what) {
          case "begin":
            return `${master} sees that it owns the buffer, and begins`;
          case "done":
            return `${master} shows the end`;
          case "read":
            return `${master} reads ${action.value}${move ? ` from ${move.from}` : ""}`;
          case "write":
            return `${master} writes ${action.value}${move ? ` to ${move.to}` : ""}`;
        }
        break;
      case "neighbour":
        return action.isMaster
          ? `${master} writes ${action.value} to another buffer beside this one`
          : `The neighbour stores ${action.value} beside the buffer`;
    }
  };
  const ahead = action.agent === "CPU" ? action.overtakes.length : 0;
  return [
    told(),
    ...nowOld(replay, index),
    ...(ahead > 0 ? [`This is ahead of ${ahead === 1 ? "an earlier access" : `${ahead} earlier accesses`}`] : []),
    ...(violates === undefined ? [] : [`${violates[0]!.toUpperCase()}${violates.slice(1)} is broken`]),
  ]
    .map((text) => `${text}.`)
    .join(" ");
}

interface NamedMove {
  readonly from: string;
  readonly to: string;
  readonly value: number | undefined;
}

function cpuSentence(
  { kind, text, part, expected, line, cell }: ReplayedAccess,
  { what: phase, value }: ReplayedCpuAction,
  moves: readonly NamedMove[],
): string {
  const [move] = moves;
  const where = line === 0 ? (cell === 1 ? "beside the buffer" : "in the buffer") : "in the descriptor";
  switch (kind) {
    case "store":
      if (phase === "issue") return `The CPU issues the store of ${value} ${where}`;
      return `The CPU's store of ${value} ${where} ${move ? `reaches ${move.to}` : "takes effect"}`;
    case "load": {
      const wrong = expected !== undefined && expected !== value ? `, not ${expected}` : "";
      const what = line === 0 ? (cell === 1 ? "what is beside the buffer" : "the buffer") : "the descriptor";
      return `The CPU loads ${what}: ${move ? `${move.from} gives` : "it gets"} ${value}${wrong}`;
    }
    case "device":
      return phase === "issue" ? `The CPU issues: ${text}` : `The CPU: ${text}`;
    case "maintain":
    case "complete": {
      const name = part === "driver" ? text : `${text} of ${part}`;
      if (phase === "issue") return `The CPU issues ${name}`;
      const back = moves.map(({ from, to, value: moved }) => `${from} writes ${moved} back to ${to}`);
      return back.length > 0 ? `The CPU's ${name} takes effect: ${back.join(", ")}` : `The CPU's ${name} takes effect`;
    }
  }
}

function valueText(value: number | undefined): string {
  return value === undefined ? "" : ` with ${value}`;
}

/** Caches whose copies are old from this step on, and what they hold. */
function nowOld(replay: Replay, index: number): string[] {
  const [before, after] = [stateBefore(replay, index), replay.steps[index]!.state];
  return replay.lines.flatMap((_, line) =>
    placesOf(replay, line).flatMap((place) => {
      const [old, now] = [copyAt(place, before.lines[line]!), copyAt(place, after.lines[line]!)];
      if (place.kind !== "cache" || old?.status === "stale" || old?.status === "absent" || now?.status !== "stale")
        return [];
      const held = now.cells.find((cell) => cell?.isOld);
      return [`${place.name} still holds ${held!.value}`];
    }),
  );
}
