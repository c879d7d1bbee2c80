// What an operation that a fence executed does to each line: which of its parts are done at which moment, and how.
import type { MaintenanceMeaning } from "../../program/interpret.ts";
import { lineStart } from "../../runtime/lines.ts";
import { effectOn } from "../../semantics/cpu.ts";
import { type MaintenanceAccess, maintenancesOf } from "../../semantics/instruction.ts";
import { actedOn, partsMaintained, type SizedLine, smallestOf } from "../../semantics/line-sizes.ts";
import type { LevelRules, LineState } from "../../semantics/line-state.ts";
import type { MasterSide } from "../../semantics/master-side.ts";
import { sideOf } from "../engines/master-port.ts";
import type { Line, View } from "../memory/line.ts";
import type { Phase } from "../trace/events.ts";
import type { NewEvent } from "../trace/journal.ts";
import type { World } from "../world.ts";

export interface LineOperation {
  readonly name: string;
  /** Why nothing that reaches DMA need come of it, after "which"; undefined where it must. */
  readonly mayMiss: string | undefined;
  /** Names of those that it acts on. */
  readonly caches: readonly string[];
  readonly instruction: MaintenanceAccess;
  readonly line: Line;
  readonly view: View;
  /** Each way in which it may leave the line as it is seen through the view. */
  readonly results: (seen: LineState, rules: readonly LevelRules[]) => LineState[];
}

/** What is asked of a machine to find the lines of an operation. */
export type LinesOfMachine = Pick<World, "chip" | "core" | "memory">;

export function lineOperations(executed: MaintenanceMeaning, world: LinesOfMachine): LineOperation[] {
  const { core } = world;
  return linesOf(executed, world).flatMap(({ line, view: given, first, last }) => {
    const seen = seenAt(line.sized, given);
    const side = sideMaintained(executed, line, world);
    // A cache in front of a master writes to what that sees, whichever address the operation was given.
    const view = side ? [...line.sized.levels.entries.keys()] : given;
    const names = world.memory.namesOfCaches(line);
    return partsMaintained(seen, actedOn(seen, executed, core), first, last).flatMap((part) => {
      const number = (index: number) => line.numberOf(index * smallestOf(line.sized));
      const [one = 0, ...andLines] = part.lines.map(number);
      return maintenancesOf(executed, one, part.entries, core).map((access): LineOperation => {
        const instruction = andLines.length > 0 ? { ...access, andLines } : access;
        const results: LineOperation["results"] = (state, rules) => effectOn(state, instruction, rules, side);
        const caches = [
          ...access.levels.map((index) => names.levels[view[index]!]!),
          ...access.front.map((index) => names.front[index]!),
        ];
        const words = { name: executed.operation.name, mayMiss: whyMiss(executed), caches: [...new Set(caches)] };
        return { ...words, instruction, line, view, results };
      });
    });
  });
}

/** What a run tells of an operation. */
export function maintenanceEvent({ name, mayMiss, caches, line }: LineOperation, phase: Phase): NewEvent {
  const place = { address: line.base, lengthBytes: line.sized.lineBytes };
  return { agent: "CPU", kind: "maintenance", operation: name, caches, ...place, phase, ...(mayMiss && { mayMiss }) };
}

function whyMiss({ mechanism, operation, effective, masked }: MaintenanceMeaning): string | undefined {
  if (operation.to === "unification") return "goes to the point of unification only";
  if (effective) return undefined;
  if (mechanism.interruptsMasked && !masked) return "needs interrupts masked around it";
  return `must be executed ${operation.repeat} times in a row`;
}

/** The lines with addresses that an operation was given, and the offsets of the first and the last in each. */
function linesOf(
  { first, last }: MaintenanceMeaning,
  { memory }: LinesOfMachine,
): { line: Line; view: View; first: number; last: number }[] {
  const { lineBytes } = memory;
  const end = lineBytes - 1;
  if (first === undefined || last === undefined)
    return memory.lines().flatMap((line) => {
      const { views } = line.place;
      return (views.length > 0 ? views : [[]]).map((view) => ({ line, view, first: 0, last: end }));
    });
  const lines: { line: Line; view: View; first: number; last: number }[] = [];
  for (let base = lineStart(first, lineBytes); base <= last; base += BigInt(lineBytes)) {
    const { line, view, cell } = memory.locate(base < first ? first : base);
    lines.push({ line, view, first: cell, last: last - base < end ? Number(last - base) : end });
  }
  return lines;
}

/** How the master comes to a line in front of which an operation maintains a cache. */
function sideMaintained({ mechanism }: MaintenanceMeaning, line: Line, world: LinesOfMachine): MasterSide | undefined {
  const level = world.core.masterCaches.find((each) => each.mechanism?.instance === mechanism.instance);
  const controller = level && world.chip.dma.find(({ name }) => level.masters?.includes(name));
  return controller && sideOf(world, controller, line);
}

/** What a line has behind an address that only some of the levels cache. */
function seenAt({ levels, ...line }: SizedLine, view: View): SizedLine {
  return { ...line, levels: { ...levels, entries: view.map((index) => levels.entries[index]!) } };
}
