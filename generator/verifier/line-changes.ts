// What may happen to a line, whatever else is the case in a hand-over: each a function of the line, worked out once for each line.
import { afterLoad, effectOn } from "../semantics/cpu.ts";
import type { Instruction } from "../semantics/instruction.ts";
import { evict, fill, type LevelRules } from "../semantics/line-state.ts";
import { endedByDriver, evictFront, fillFront, type MasterSide, startedByDriver } from "../semantics/master-side.ts";
import { bufferLine, followedLine } from "./driver-program.ts";
import { type KnownLine, KnownLines, once } from "./known-lines.ts";

/** What a cache may do by itself. */
export interface CacheChange {
  /** Of the core's levels, or of the caches in front of the master. */
  readonly side: "core" | "master";
  readonly what: "fill" | "evict";
  readonly level: number;
  readonly after: KnownLine;
}

/** What happens to a line whatever the program is. */
export interface ChangesByItself {
  readonly known: KnownLines;
  /** By which of the followed lines it is. */
  readonly byCaches: readonly ((line: KnownLine) => readonly CacheChange[])[];
  /** By the driver, for the caches that it maintains, when the engine starts and when it has shown the end. */
  readonly atStart: (line: KnownLine) => KnownLine;
  readonly atEnd: (line: KnownLine) => readonly KnownLine[];
}

export interface LineChanges extends ChangesByItself {
  /** By access, when it takes effect; a load of its own and one that takes a store's value before it reaches the line. */
  readonly byAccess: readonly ((line: KnownLine) => readonly KnownLine[])[];
  readonly byForwardedLoad: readonly ((line: KnownLine) => readonly KnownLine[])[];
}

export function changesByItself(levels: readonly (readonly LevelRules[])[], side: MasterSide): ChangesByItself {
  const known = new KnownLines();
  return {
    known,
    byCaches: levels.map((own) => once((line) => cacheChanges(line, own, side, known))),
    atStart: once((line) => known.of(startedByDriver(line, side))),
    atEnd: known.after((line) => endedByDriver(line, side)),
  };
}

/** With what the accesses of a program do. */
export function lineChanges(
  levels: readonly (readonly LevelRules[])[],
  side: MasterSide,
  accesses: readonly Instruction[],
  byItself: ChangesByItself,
): LineChanges {
  const { known } = byItself;
  const ownOf = (access: Instruction) => levels[lineOf(access)]!;
  return {
    ...byItself,
    byAccess: accesses.map((access) =>
      known.after((line) =>
        access.kind === "load"
          ? afterLoad(line, access.cell, ownOf(access), false)
          : effectOn(line, access, ownOf(access), side),
      ),
    ),
    byForwardedLoad: accesses.map((access) =>
      known.after((line) => (access.kind === "load" ? afterLoad(line, access.cell, ownOf(access), true) : [])),
    ),
  };
}

/** What acts on no line leaves the buffer's as it is. */
export function lineOf({ line }: Instruction): number {
  return followedLine(line ?? bufferLine);
}

function cacheChanges(
  line: KnownLine,
  own: readonly LevelRules[],
  side: MasterSide,
  known: KnownLines,
): readonly CacheChange[] {
  const ofCore = own.flatMap((_, level): CacheChange[] => {
    if (line.levels[level])
      return evict(line, level, own).map((after) => ({ side: "core", what: "evict", level, after: known.of(after) }));
    return [{ side: "core", what: "fill", level, after: known.of(fill(line, level, own)) }];
  });
  // What a master fetches beside what it was told to is no less likely than what a core does.
  const ofMaster = side.front.flatMap((level): CacheChange[] => {
    if (level >= line.front.length) return [];
    if (line.front[level])
      return evictFront(line, level, side).map((after) => ({
        side: "master",
        what: "evict",
        level,
        after: known.of(after),
      }));
    return [{ side: "master", what: "fill", level, after: known.of(fillFront(line, level, side)) }];
  });
  return [...ofCore, ...ofMaster];
}
