// The places of a picture: what can hold a line, from the CPU to the master, and what goes from one to another in a step.
import type { Replay, ReplayedCache, ReplayedCopy, ReplayedLine, ReplayedState } from "../verifier/replayed.ts";

export type Place =
  | { readonly kind: "CPU"; readonly name: string }
  | {
      readonly kind: "cache";
      readonly name: string;
      readonly side: "core" | "master";
      readonly level: number;
      readonly cache: ReplayedCache;
    }
  | { readonly kind: "memory"; readonly name: string }
  | { readonly kind: "master"; readonly name: string };

/** From the CPU to the master: the core's caches inner to outer, memory, the caches in front of the master from its port on. */
export function placesOf({ core, masters, lines }: Pick<Replay, "core" | "masters" | "lines">, line: number): Place[] {
  const { levels, front, memory } = lines[line]!;
  const cachePlace =
    (side: "core" | "master") =>
    (cache: ReplayedCache, level: number): Place => ({
      ...{ kind: "cache", name: cache.name, side, level, cache },
    });
  return [
    { kind: "CPU", name: core },
    ...levels.map(cachePlace("core")),
    { kind: "memory", name: memory },
    ...front.map(cachePlace("master")).reverse(),
    { kind: "master", name: masters[0]! },
  ];
}

/** What a place is, below its name. */
export function kindText(place: Place): string {
  switch (place.kind) {
    case "CPU":
      return "CPU";
    case "memory":
      return "memory";
    case "master":
      return "DMA master";
    case "cache": {
      const { whose, writePolicy, isDriven } = place.cache;
      const owner = { own: "", shared: "shared, ", others: "", master: "master's, " }[whose];
      return `${owner}${isDriven ? "its driver maintains it" : writePolicy.replace("-", " ")}`;
    }
  }
}

/** What the master finds out there, in words. @param snooped the innermost cache of the core that it sees; @param arrow to there */
export function sightText(master: Place, snooped: Place | undefined, arrow = "\u2190"): string {
  return `${arrow} ${master.name} sees from here${snooped ? `, and snoops ${snooped.name}` : ", and no cache of the core"}`;
}

/** What a place holds of a line; undefined for the CPU and the master, which hold none. */
export function copyAt(place: Place, { levels, memory, front }: ReplayedLine): ReplayedCopy | undefined {
  switch (place.kind) {
    case "cache":
      return (place.side === "core" ? levels : front)[place.level];
    case "memory":
      return memory;
    case "CPU":
    case "master":
      return undefined;
  }
}

/** A value that goes from one place to another. */
export interface Move {
  /** Indexes of places. */
  readonly from: number;
  readonly to: number;
  readonly value: ReplayedCopy["cells"][number];
}

/** The state before a step. */
export function stateBefore({ initial, steps }: Replay, step: number): ReplayedState {
  return step === 0 ? initial : steps[step - 1]!.state;
}

/** The line that a step is about. */
export function lineOfStep({ steps, accesses }: Replay, step: number): number {
  const { action, changedLine } = steps[step]!;
  if (action.agent === "cache") return action.line;
  return (action.agent === "CPU" ? accesses[action.access]!.line : undefined) ?? changedLine;
}

/** What moves in a step, on the line that it is about. @param step index from 0 */
export function movesOf(replay: Replay, step: number): Move[] {
  const { action, state } = replay.steps[step]!;
  const line = lineOfStep(replay, step);
  const places = placesOf(replay, line);
  const [before, after] = [stateBefore(replay, step).lines[line]!, state.lines[line]!];
  const [cpu, master] = [0, places.length - 1];
  const copies = places.map((place) => ({ old: copyAt(place, before), now: copyAt(place, after) }));
  const isChanged = (index: number) => valuesText(copies[index]!.old) !== valuesText(copies[index]!.now);
  const holds = (index: number, cell: number) => copies[index]!.old?.cells[cell] !== undefined;
  const memory = places.findIndex(({ kind }) => kind === "memory");
  /** From a place outwards, as an access of the CPU, or of the master, comes to memory. */
  const outwards = (from: number) =>
    from < memory
      ? range(from + 1, memory)
      : [...range(memory + 1, from - 1).reverse(), ...range(1, memory).filter((index) => isSeen(places[index]!))];
  const sent = (from: number, cell: number): Move[] => {
    const to = outwards(from).find((index) => isChanged(index));
    return to === undefined ? [] : [{ from, to, value: copies[to]!.now?.cells[cell] }];
  };
  const fetched = (to: number, cell: number): Move[] => {
    const from = outwards(to).find((index) => holds(index, cell));
    return from === undefined ? [] : [{ from, to, value: copies[from]!.old!.cells[cell] }];
  };
  const writtenBack = () =>
    range(1, master - 1).flatMap((index) => {
      const { old, now } = copies[index]!;
      return old?.isDirty && !now?.isDirty ? sent(index, firstCell(old)) : [];
    });
  switch (action.agent) {
    case "CPU": {
      const access = replay.accesses[action.access]!;
      if (access.kind === "store" && action.what !== "issue") return sent(cpu, access.cell!);
      if (access.kind === "load") {
        const isFromOwnStore = before.seenByCpu[access.cell!]!.value !== action.value;
        return isFromOwnStore ? [] : fetched(cpu, access.cell!);
      }
      return action.what === "issue" ? [] : writtenBack();
    }
    case "cache": {
      const at = places.findIndex(
        (place) => place.kind === "cache" && place.side === action.side && place.level === action.level,
      );
      return action.what === "evict" ? writtenBack() : fetched(at, firstCell(copies[at]!.now));
    }
    case "DMA":
      if (action.what === "write") return sent(master, action.cell!);
      return action.what === "read" ? fetched(master, action.cell!) : [];
    case "neighbour":
      return sent(action.isMaster ? master : cpu, 1);
  }
}

function isSeen(place: Place): boolean {
  return place.kind === "memory" || (place.kind === "cache" && place.cache.isSeenByMaster);
}

function firstCell(copy: ReplayedCopy | undefined): number {
  return Math.max(0, copy?.cells.findIndex((cell) => cell !== undefined) ?? 0);
}

function valuesText(copy: ReplayedCopy | undefined): string {
  return JSON.stringify([copy?.isDirty, copy?.cells.map((cell) => cell?.value)]);
}

function range(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
}
