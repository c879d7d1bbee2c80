// What an operation that a fence executed does to each line: which of its parts are done at which moment, and how.
import type { DmaController } from "../../model/chip.ts";
import type { MaintenanceMeaning } from "../../program/interpret.ts";
import { lineStart } from "../../runtime/lines.ts";
import { effectOn } from "../../semantics/cpu.ts";
import { type MaintenanceAccess, maintenancesOf } from "../../semantics/instruction.ts";
import { actedOn, partsMaintained, type SizedLine } from "../../semantics/line-sizes.ts";
import type { LevelRules, LineState } from "../../semantics/line-state.ts";
import type { MasterSide } from "../../semantics/master-side.ts";
import { sideOf } from "../engines/master-port.ts";
import type { Line, View } from "../memory/line.ts";
import type { Phase } from "../trace/events.ts";
import type { LineEvent } from "../trace/journal.ts";
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

/** What an operation does to a line at one moment, whichever line it is: of the smallest lines in it, counted from 0. */
interface Part {
  readonly lines: readonly number[];
  /** As if the first of them were line 0. */
  readonly accesses: readonly MaintenanceAccess[];
}

export function lineOperations(executed: MaintenanceMeaning, world: LinesOfMachine): LineOperation[] {
  const isMaster = masterMaintained(executed, world) !== undefined;
  const { name } = executed.operation;
  const mayMiss = whyMiss(executed);
  return linesOf(executed, world).flatMap(({ line, view: given, first, last }) => {
    // A cache in front of a master writes to what that sees, whichever address the operation was given.
    const view = isMaster ? line.wholeView : given;
    const start = line.numberOf(0);
    const names = world.memory.namesOfCaches(line);
    return partsOf(executed, { line, view: given, first, last }, world).flatMap(({ lines, accesses }) => {
      const [one = 0, ...others] = lines;
      const andLines = others.map((each) => start + each);
      return accesses.map((access): LineOperation => {
        const instruction = { ...access, line: start + one, ...(andLines.length > 0 && { andLines }) };
        const results: LineOperation["results"] = (state, rules) =>
          effectOn(state, instruction, rules, sideMaintained(executed, line, world));
        const caches = [
          ...access.levels.map((index) => names.levels[view[index]!]!),
          ...access.front.map((index) => names.front[index]!),
        ];
        return { name, mayMiss, caches: [...new Set(caches)], instruction, line, view, results };
      });
    });
  });
}

/** What a run tells of an operation; of a stretch, what it does to the first line. */
export function maintenanceEvent({ name, mayMiss, caches, line }: LineOperation, phase: Phase): LineEvent {
  const place = { address: line.base, lengthBytes: line.place.sized.lineBytes };
  return { agent: "CPU", kind: "maintenance", operation: name, caches, ...place, phase, ...(mayMiss && { mayMiss }) };
}

function whyMiss({ mechanism, operation, effective, masked }: MaintenanceMeaning): string | undefined {
  if (operation.to === "unification") return "goes to the point of unification only";
  if (effective) return undefined;
  if (mechanism.interruptsMasked && !masked) return "needs interrupts masked around it";
  return `must be executed ${operation.repeat} times in a row`;
}

/** A line with the addresses in it that an operation was given. */
interface GivenLine {
  readonly line: Line;
  readonly view: View;
  /** Offsets of the first and the last. */
  readonly first: number;
  readonly last: number;
}

const known = new WeakMap<SizedLine, Map<View, Map<string, readonly Part[]>>>();

/** What an operation does to a line. It does so to a thousand lines of a buffer, of which each is like the others. */
function partsOf(executed: MaintenanceMeaning, given: GivenLine, { core }: LinesOfMachine): readonly Part[] {
  const { line, view, first, last } = given;
  const { mechanism, operation, effective, after, isReadBackBetween } = executed;
  const { sized } = line.place;
  const ofLine = known.get(sized) ?? new Map<View, Map<string, readonly Part[]>>();
  known.set(sized, ofLine);
  const ofView = ofLine.get(view) ?? new Map<string, readonly Part[]>();
  ofLine.set(view, ofView);
  const key = `${mechanism.instance} ${operation.name} ${effective} ${after?.name} ${isReadBackBetween} ${first} ${last}`;
  const before = ofView.get(key);
  if (before) return before;
  const seen = seenAt(sized, view);
  const parts = partsMaintained(seen, actedOn(seen, executed, core), first, last).map(({ lines, entries }) => ({
    lines,
    accesses: maintenancesOf(executed, 0, entries, core),
  }));
  ofView.set(key, parts);
  return parts;
}

/** The lines with addresses that an operation was given. */
function linesOf({ first, last }: MaintenanceMeaning, { memory }: LinesOfMachine): GivenLine[] {
  const { lineBytes } = memory;
  const end = lineBytes - 1;
  if (first === undefined || last === undefined)
    return memory.lines().flatMap((line) => {
      const { views } = line.place;
      return (views.length > 0 ? views : [[]]).map((view) => ({ line, view, first: 0, last: end }));
    });
  const lines: GivenLine[] = [];
  memory.cutBefore(first);
  memory.cutAfter(last);
  for (let base = lineStart(first, lineBytes); base <= last; ) {
    const { line, view, offset } = memory.locate(base < first ? first : base);
    const isStretch = line.place.lines > 1;
    const within = { first: isStretch ? 0 : offset, last: last - base < end ? Number(last - base) : end };
    lines.push({ line, view, ...within });
    base += BigInt(line.lengthBytes);
  }
  return lines;
}

/** How the master comes to a line in front of which an operation maintains a cache. */
function sideMaintained(executed: MaintenanceMeaning, line: Line, world: LinesOfMachine): MasterSide | undefined {
  const controller = masterMaintained(executed, world);
  return controller && sideOf(world, controller, line);
}

function masterMaintained(
  { mechanism }: MaintenanceMeaning,
  { core, chip }: LinesOfMachine,
): DmaController | undefined {
  const level = core.masterCaches.find((each) => each.mechanism?.instance === mechanism.instance);
  return level && chip.dma.find(({ name }) => level.masters?.includes(name));
}

/** What a line has behind an address that only some of the levels cache. */
function seenAt({ levels, ...line }: SizedLine, view: View): SizedLine {
  return { ...line, levels: { ...levels, entries: view.map((index) => levels.entries[index]!) } };
}
