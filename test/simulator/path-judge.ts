// Whether what a machine did is a path of the model: its journal, event by event, as transitions that semantics/ allows, from the driver's
// program and the events alone. Caches may do at any time whatever the verifier lets them do; of what manuals leave open, all is followed.
import type { ResolvedChip, ResolvedCore } from "../../generator/model/chip.ts";
import { Interpreter, type MaintenanceMeaning } from "../../generator/program/interpret.ts";
import type { RecordedOperation } from "../../generator/runtime/recording-machine.ts";
import { afterLoad, effectOn, forwardedStore, waitsForEndOf } from "../../generator/semantics/cpu.ts";
import {
  deviceAccess,
  type Instruction,
  loadFrom,
  maintenancesOf,
  type ProgramItem,
  storeTo,
} from "../../generator/semantics/instruction.ts";
import {
  actedOn,
  partsMaintained,
  type SizedLine,
  sizedSide,
  smallestOf,
} from "../../generator/semantics/line-sizes.ts";
import { emptyLine, evict, fill, type LineState, loadCell } from "../../generator/semantics/line-state.ts";
import { type MasterSide, masterReads, masterWrites } from "../../generator/semantics/master-side.ts";
import { regionAt, type SeenChip, seenBy } from "../../generator/semantics/memory-map.ts";
import { ownLevel, withOthers } from "../../generator/semantics/other-cores.ts";
import { levelsHolding, mayLeaveDirty, portAmong } from "../../generator/semantics/ports.ts";
import { orderProgram } from "../../generator/semantics/program-order.ts";
import { type MachineEvent, wordsOf } from "../../generator/simulator/trace/events.ts";

/** What a master was started with: it reads the bytes, or writes them. */
export interface Transfer {
  readonly master: string;
  readonly address: bigint;
  readonly lengthBytes: number;
  /** What it writes; left out where it reads. */
  readonly data?: readonly number[];
}

/** The part of a memory in which everything happens: lines of the largest size from a base on, and the offsets in each that are looked at. */
export interface Place {
  readonly chip: SeenChip;
  readonly core: ResolvedCore;
  readonly base: bigint;
  readonly sized: SizedLine;
  readonly offsets: readonly number[];
}

/** @param lineBytes of levels whose size is not the smallest that it may be */
export function placeOf(
  described: ResolvedChip,
  base: bigint,
  lineBytes: Readonly<Record<string, number>> = {},
): Place {
  const own = described.cores[0]!;
  const seen = seenBy(described, own);
  const areReached = ownLevel(own)?.mechanism?.otherCores !== undefined;
  const { chip, core } = areReached ? withOthers(seen, own) : { chip: seen, core: own };
  const sizeOf = (index: number): number => {
    const level = core.caches[index]!;
    return level.whose === "others" ? sizeOf(index + 1) : (lineBytes[level.name] ?? level.smallestLineBytes);
  };
  const all = core.caches.map((_, index) => sizeOf(index));
  const largest = Math.max(...all);
  const smallest = Math.min(...all);
  const offsets = [0, 1, 2, smallest < largest ? smallest : 3];
  const levels = levelsHolding(regionAt(base, chip.regions)!, core).map((level) => ({ level, lineBytes: all[level]! }));
  const sized = {
    lineBytes: largest,
    levels: sizedSide(levels, offsets, core.caches),
    front: sizedSide([], offsets, []),
  };
  return { chip, core, base, sized, offsets };
}

interface Item {
  readonly item: ProgramItem;
  /** By what the journal's events are known that say when it was performed. */
  readonly known: string;
}

/** What a driver has its core do, in program order, and its masters. */
export class DriverProgram {
  readonly place: Place;
  /** What memory holds before anybody has stored anything. */
  readonly initial: (address: bigint) => number;
  readonly items: Item[] = [];
  readonly transfers: Transfer[] = [];
  /** What reads of status registers gave, in order. */
  readonly statuses: { readonly master: string; readonly isDone: boolean }[] = [];
  readonly #interpreter: Interpreter;

  constructor(place: Place, initial: (address: bigint) => number) {
    this.place = place;
    this.initial = initial;
    this.#interpreter = new Interpreter(place.core);
  }

  store(address: bigint, value: number): void {
    this.items.push({ item: storeTo(cellAt(this.place, address), value), known: `store ${address}` });
  }

  load(address: bigint): void {
    this.items.push({ item: loadFrom(cellAt(this.place, address)), known: `load ${address}` });
  }

  start(transfer: Transfer): void {
    const { master } = transfer;
    this.transfers.push(transfer);
    this.items.push({ item: deviceAccess(master, "device-write", "other"), known: `start ${master}` });
  }

  status(master: string, isDone: boolean): void {
    this.statuses.push({ master, isDone });
    this.items.push({ item: deviceAccess(master, "device-read", "other"), known: `read the status of ${master}` });
  }

  execute(operation: RecordedOperation): void {
    for (const meaning of this.#interpreter.next(operation)) {
      if (meaning.kind === "barrier") this.items.push({ item: meaning, known: "" });
      else if (meaning.kind === "complete")
        this.items.push({ item: meaning.item, known: `complete ${meaning.item.rules.instance}` });
      else this.items.push(...maintenanceAt(this.place, meaning));
    }
  }
}

function lineAt({ base, sized }: Place, address: bigint): { readonly index: number; readonly offset: number } {
  const at = Number(address - base);
  return { index: Math.floor(at / sized.lineBytes), offset: at % sized.lineBytes };
}

function cellAt(place: Place, address: bigint) {
  const { index, offset } = lineAt(place, address);
  const smallest = smallestOf(place.sized);
  const line = (index * place.sized.lineBytes) / smallest + Math.floor(offset / smallest);
  return { location: `${address}`, line, cell: place.offsets.indexOf(offset) };
}

function maintenanceAt(place: Place, meaning: MaintenanceMeaning): Item[] {
  const { base, sized, core } = place;
  // Of the whole cache, what happens to both lines is looked at.
  const { first = base, last = base + BigInt(2 * sized.lineBytes - 1), operation } = meaning;
  const smallest = smallestOf(sized);
  const items: Item[] = [];
  const end = lineAt(place, last).index;
  for (let { index } = lineAt(place, first); index <= end; index++) {
    const start = base + BigInt(index * sized.lineBytes);
    const from = first > start ? Number(first - start) : 0;
    const to = Math.min(Number(last - start), sized.lineBytes - 1);
    for (const part of partsMaintained(sized, actedOn(sized, meaning, core), from, to)) {
      const [line = 0, ...andLines] = part.lines.map((each) => (index * sized.lineBytes) / smallest + each);
      for (const access of maintenancesOf(meaning, line, part.entries, core)) {
        const caches = access.levels.map((at) => core.caches[sized.levels.entries[at]!.level]!.name);
        items.push({
          item: andLines.length > 0 ? { ...access, andLines } : access,
          known: knownAs(operation.name, start, caches),
        });
      }
    }
  }
  return items;
}

/** What an operation does in the caches of other cores is told apart by what it acts on. */
function knownAs(operation: string, line: bigint, caches: readonly string[]): string {
  return `${operation} of ${line} in ${[...new Set(caches)].join()}`;
}

/** When an item was issued and done, and the event of each. */
interface Times {
  issued?: MachineEvent;
  done?: MachineEvent;
}

/** @returns why no path of the model is what happened; undefined where one is */
export function whyNoPath(program: DriverProgram, events: readonly MachineEvent[]): string | undefined {
  const times: Times[] = program.items.map(() => ({}));
  return (
    pair(program, events, times) ??
    whyOutOfOrder(program, times) ??
    whyNoLine(program, events, times) ??
    whyNoEngine(program, inTime(events))
  );
}

/** What was performed early stands in the journal where it was found out. */
function inTime(events: readonly MachineEvent[]): MachineEvent[] {
  return [...events].sort((one, other) => one.time - other.time);
}

/** Which items an event issues and ends, and which are known by it; of several alike, one after the other. */
function performedBy(
  event: MachineEvent,
): { readonly known: string; readonly issues: boolean; readonly ends: boolean } | undefined {
  switch (event.kind) {
    case "store":
    case "load":
      return { known: `${event.kind} ${event.address}`, issues: true, ends: true };
    case "register":
      return { known: event.text, issues: true, ends: true };
    case "maintenance":
      return {
        known: knownAs(event.operation, event.address, event.caches),
        issues: event.phase !== "done",
        ends: event.phase !== "begun",
      };
    case "completion":
      return { known: `complete ${event.mechanism}`, issues: event.phase !== "done", ends: event.phase !== "begun" };
    default:
      return undefined;
  }
}

function pair({ items }: DriverProgram, events: readonly MachineEvent[], times: readonly Times[]): string | undefined {
  const take = (event: MachineEvent, known: string, which: keyof Times): string | undefined => {
    const index = items.findIndex((each, at) => each.known === known && times[at]![which] === undefined);
    if (index === -1) return `${known} is ${which} once more than the program has it`;
    times[index]![which] = event;
    return undefined;
  };
  for (const event of events) {
    const { known, issues, ends } = performedBy(event) ?? { known: "", issues: false, ends: false };
    const why = (issues ? take(event, known, "issued") : undefined) ?? (ends ? take(event, known, "done") : undefined);
    if (why) return why;
  }
  const missing = items.findIndex(
    ({ item }, index) => item.kind !== "barrier" && !(times[index]!.issued && times[index]!.done),
  );
  return missing === -1 ? undefined : `${items[missing]!.known} was never performed`;
}

function whyOutOfOrder({ items, place: { chip, core } }: DriverProgram, times: readonly Times[]): string | undefined {
  const { accesses, precedence } = orderProgram(
    items.map(({ item }) => item),
    {
      programOrder: core.architecture.programOrder,
      domain: chip.dmaDomain,
      writeCombining: chip.regions.some(({ memoryType }) => memoryType !== "normal"),
    },
  );
  const own = items.flatMap(({ item, known }, index) => (item.kind === "barrier" ? [] : [{ known, ...times[index]! }]));
  for (const [later, waits] of precedence.entries())
    for (const [earlier, until] of waits.entries()) {
      const [one, other] = [own[earlier]!, own[later]!];
      const isLate = until !== "none" && one[until === "done" ? "done" : "issued"]!.time > other.issued!.time;
      const endsFirst = waitsForEndOf(accesses[later]!, accesses[earlier]!) && one.done!.time > other.done!.time;
      if (isLate || endsFirst) return `${other.known} came before ${one.known}, for which it must wait`;
    }
  return undefined;
}

/** The states in which a line may be. */
class Possible {
  readonly #rules: SizedLine["levels"]["rules"];
  #states = new Map<string, LineState>();

  constructor(state: LineState, { levels }: SizedLine) {
    this.#rules = levels.rules;
    this.#keep([state]);
  }

  /** Something that must be possible. @returns whether it is, in some state to which caches may have come by themselves */
  step(act: (state: LineState) => readonly LineState[]): boolean {
    this.#let();
    this.#keep([...this.#states.values()].flatMap((state) => act(state)));
    return this.#states.size > 0;
  }

  #keep(states: readonly LineState[]): void {
    this.#states = new Map(states.map((state) => [JSON.stringify(state), state]));
  }

  /** Caches fill what they may fill and evict what they have, at will. */
  #let(): void {
    // A map may grow while it is gone through, and what is new comes last.
    for (const state of this.#states.values())
      for (const [level, rules] of this.#rules.entries())
        for (const next of state.levels[level]
          ? evict(state, level, this.#rules)
          : rules.speculativeFill
            ? [fill(state, level, this.#rules)]
            : [])
          this.#states.set(JSON.stringify(next), next);
  }
}

function whyNoLine(
  { items, place, initial }: DriverProgram,
  journal: readonly MachineEvent[],
  times: readonly Times[],
): string | undefined {
  const { sized, core, chip } = place;
  const { rules, entries } = sized.levels;
  const lines = new Map<number, Possible>();
  const accesses = items.map(({ item }) => item).filter((item): item is Instruction => item.kind !== "barrier");
  const own = times.filter(({ issued }) => issued !== undefined);
  const lineOf = (address: bigint) => {
    const { index } = lineAt(place, address);
    const memory = place.offsets.map((offset) => initial(place.base + BigInt(index * sized.lineBytes + offset)));
    const line = lines.get(index) ?? new Possible(emptyLine(memory, entries.length), sized);
    lines.set(index, line);
    return { line, cell: place.offsets.indexOf(lineAt(place, address).offset) };
  };
  const sideOf = (master: string): MasterSide => {
    const controller = chip.dma.find(({ name }) => name === master)!;
    const levels = entries.map(({ level }) => level);
    const port = portAmong(levels, controller, core);
    const dirties = levels.flatMap((level, index) =>
      index >= port && mayLeaveDirty(controller, core.caches[level]!, core) ? [index] : [],
    );
    return { port, dirties, levels: rules, front: [], rules: [], driven: [] };
  };
  const isPossible = (event: MachineEvent): boolean => {
    switch (event.kind) {
      case "store": {
        const store = accesses[own.findIndex(({ done }) => done === event)] as Extract<Instruction, { kind: "store" }>;
        return store.value === event.value && lineOf(event.address).line.step((state) => effectOn(state, store, rules));
      }
      case "load": {
        const { line, cell } = lineOf(event.address);
        const load = own.findIndex(({ done }) => done === event);
        const isPerformed = (index: number) => own[index]!.done!.time <= event.time;
        const forwarded = forwardedStore(accesses, load, isPerformed);
        if (forwarded && forwarded.value !== event.value) return false;
        return line.step((state) =>
          forwarded || loadCell(state, cell) === event.value
            ? afterLoad(state, cell, rules, forwarded !== undefined)
            : [],
        );
      }
      case "maintenance": {
        const index = own.findIndex(({ done }) => done === event);
        const access = accesses[index];
        if (!access || access.kind === "load") return true;
        return lineOf(event.address).line.step((state) => effectOn(state, access, rules));
      }
      case "fill":
      case "eviction": {
        const { index, offset } = lineAt(place, event.address);
        const entry = entries.findIndex(
          (each) => core.caches[each.level]!.name === event.cache && each.offsetBytes === offset,
        );
        const isFill = event.kind === "fill";
        if (entry === -1) return false;
        const { line } = lineOf(place.base + BigInt(index * sized.lineBytes));
        // The machine wrote it down before it found out that something had come earlier and dropped the line already.
        const isOvertaken = journal
          .slice(journal.indexOf(event) + 1)
          .some((later) => later.kind === "maintenance" && later.phase === "early" && later.time < event.time);
        return line.step((state) => {
          if (isFill) return [fill(state, entry, rules)];
          return state.levels[entry] ? evict(state, entry, rules) : isOvertaken ? [state] : [];
        });
      }
      case "dma-read": {
        const { line, cell } = lineOf(event.address);
        return line.step((state) => (masterReads(state, cell, sideOf(event.master)) === event.value ? [state] : []));
      }
      case "dma-write": {
        const { line, cell } = lineOf(event.address);
        return line.step((state) => masterWrites(state, cell, event.value, sideOf(event.master)));
      }
      default:
        return true;
    }
  };
  const refused = inTime(journal).find((event) => !isPossible(event));
  return refused && `at ${refused.time}: no state of the line allows ${wordsOf(refused)}`;
}

/** A master moves each byte of a transfer once, from its start until it shows the end, which is when the driver finds it ended. */
function whyNoEngine({ transfers, statuses }: DriverProgram, events: readonly MachineEvent[]): string | undefined {
  const [waiting, looks] = [[...transfers], [...statuses]];
  const running = new Map<string, { readonly transfer: Transfer; readonly left: Set<bigint> }>();
  const started = new Set<string>();
  const isPossible = (event: MachineEvent): boolean => {
    if (event.kind === "register") {
      const [text, master] = [event.text, event.text.replace(/^start |^read the status of /, "")];
      if (text.startsWith("start ")) {
        const [transfer] = waiting.splice(
          waiting.findIndex((each) => each.master === master),
          1,
        );
        const addresses = Array.from(
          { length: transfer!.lengthBytes },
          (_, index) => transfer!.address + BigInt(index),
        );
        running.set(master, { transfer: transfer!, left: new Set(addresses) });
        started.add(master);
        return true;
      }
      const [look] = looks.splice(
        looks.findIndex((each) => each.master === master),
        1,
      );
      return look!.isDone === (started.has(master) && !running.has(master));
    }
    if (event.agent !== "DMA") return true;
    const { transfer, left } = running.get(event.master) ?? {};
    if (!transfer || !left) return false;
    if (event.kind === "note") return left.size === 0 && running.delete(event.master);
    const expected = transfer.data?.[Number(event.address - transfer.address)];
    const isItsOwn = event.kind === "dma-write" ? event.value === expected : transfer.data === undefined;
    return isItsOwn && left.delete(event.address);
  };
  const refused = events.find((event) => !isPossible(event));
  if (refused) return `at ${refused.time}: no engine does ${wordsOf(refused)}`;
  return running.size > 0 ? `${[...running.keys()].join()} never showed its end` : undefined;
}
