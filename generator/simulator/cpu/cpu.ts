// The CPU of a simulated machine: it performs its accesses and a fence's operations, early or late, as its program allows.
import { Interpreter, type MaintenanceMeaning } from "../../program/interpret.ts";
import type { RecordedOperation } from "../../runtime/recording-machine.ts";
import { afterLoad, effectOn } from "../../semantics/cpu.ts";
import {
  type CellPlace,
  deviceAccess,
  isDoneLater,
  loadFrom,
  type Store,
  storeTo,
} from "../../semantics/instruction.ts";
import { holds, type LevelRules, type LineState, loadCell } from "../../semantics/line-state.ts";
import type { Contents } from "../memory/contents.ts";
import type { Line, View } from "../memory/line.ts";
import type { Unit } from "../memory/simulated-memory.ts";
import type { Random } from "../schedule/random.ts";
import type { Phase } from "../trace/events.ts";
import type { World } from "../world.ts";
import { LineLoop } from "./line-loop.ts";
import { type LineOperation, lineOperations, maintenanceEvent } from "./line-operations.ts";
import { type Entry, type Forwarded, Program } from "./program.ts";

/** What was executed: a part of a loop over lines, all of it or an operation on lines of which nobody has accessed a part, or anything else. */
export type Executed = "part of a loop" | "whole lines" | "other";

export class Cpu {
  readonly #world: World;
  readonly #program: Program;
  readonly #interpreter: Interpreter;
  readonly #loop: LineLoop;
  /** Operations whose sequence waits for their end, and has not yet: they may be as late as that. */
  #begun: MaintenanceMeaning[] = [];

  constructor(world: World) {
    const { core, chip, isInOrder } = world;
    this.#world = world;
    const rules = {
      programOrder: core.architecture.programOrder,
      domain: chip.dmaDomain,
      writeCombining: chip.regions.some(({ memoryType }) => memoryType !== "normal"),
    };
    this.#program = new Program(rules, isInOrder);
    this.#interpreter = new Interpreter(core);
    this.#loop = new LineLoop(world.memory);
  }

  /** Stores one piece; it reaches memory later. */
  store(address: bigint, bytes: Uint8Array): void {
    this.#endLoop();
    const units = this.#world.memory.unitsOf(address, bytes.length);
    let from = 0;
    const entries = units.map((unit) => {
      const entry = this.#storeUnit(unit, bytes.subarray(from, from + unit.lengthBytes));
      from += unit.lengthBytes;
      return entry;
    });
    if (entries.length > 1) this.#program.join(entries);
    if (this.#world.isInOrder) for (const entry of entries) this.perform(entry);
  }

  /** Loads one piece into bytes, now or as if it had been loaded before. */
  load(address: bigint, into: Uint8Array, random: Random | undefined): void {
    this.#endLoop();
    const units = this.#world.memory.unitsOf(address, into.length).map((unit) => {
      const place = placeOf(unit);
      return { unit, entry: this.#program.add(loadFrom(place), { issue() {}, finish: undefined }, place.former) };
    });
    let earliest = 0;
    for (const { unit, entry } of units) {
      for (let first = this.#program.blocker(entry); first; first = this.#program.blocker(entry)) this.perform(first);
      earliest = Math.max(earliest, this.#program.notBefore(entry), unit.line.since);
    }
    const isOneCell = units.length === 1 || units.every(({ unit }) => !mustFetch(unit));
    const time = isOneCell ? this.#timeFor(earliest, random) : this.#world.clock.now;
    let from = 0;
    for (const { unit, entry } of units) {
      into.set(this.#loadUnit(unit, entry, time), from);
      from += unit.lengthBytes;
    }
  }

  /** Executes what a fence does. */
  execute(operation: RecordedOperation): Executed {
    const { journal, clock, choices } = this.#world;
    const meanings = this.#interpreter.next(operation);
    if (meanings.length === 0 && this.#loop.isBegun) return "part of a loop";
    const [only] = meanings;
    if (meanings.length === 1 && only?.kind === "maintenance" && !this.#waitsForEnd(only) && this.#takeIntoLoop(only)) {
      if (!this.#loop.isComplete) return "part of a loop";
      this.#endLoop();
      return "whole lines";
    }
    this.#endLoop();
    const random = choices.turn();
    let isOnWholes = false;
    for (const meaning of meanings) {
      if (meaning.kind === "barrier") {
        this.#program.addBarrier(meaning);
        const text = operation.kind === "barrier" ? operation.instruction : "barrier";
        journal.log(clock.now, { agent: "CPU", kind: "barrier", text });
      } else if (meaning.kind === "complete") {
        const { instance } = meaning.item.rules;
        for (const waited of this.#begun.filter(({ mechanism }) => mechanism.instance === instance))
          this.#maintain(waited, random);
        this.#begun = this.#begun.filter(({ mechanism }) => mechanism.instance !== instance);
        const log = (phase: Phase) =>
          journal.log(clock.now, { agent: "CPU", kind: "completion", mechanism: instance, phase });
        const entry = this.#program.add(meaning.item, { issue: () => log("begun"), finish: () => log("done") });
        if (!isDoneLater(meaning.item)) this.perform(entry);
        else if (this.#world.isInOrder) this.issue(entry);
      } else if (this.#waitsForEnd(meaning)) this.#begun.push(meaning);
      else isOnWholes = this.#maintain(meaning, random);
    }
    return isOnWholes ? "whole lines" : "other";
  }

  /** Whether the sequence of an operation that is done in order goes on until it is. */
  #waitsForEnd({ operation, mechanism }: MaintenanceMeaning): boolean {
    return operation.waits && mechanism.ordering.doneWhen === "ordered";
  }

  #takeIntoLoop(meaning: MaintenanceMeaning): boolean {
    if (this.#loop.take(meaning)) return true;
    this.#endLoop();
    return this.#loop.take(meaning);
  }

  /** What has come of a loop over the lines of a stretch is an operation now: something else comes. */
  #endLoop(): void {
    const meaning = this.#loop.end();
    if (meaning) this.#maintain(meaning, this.#world.choices.turn());
  }

  /** What is pending of a line or stretch is performed. */
  settle(line: Line): void {
    this.#endLoop();
    for (const entry of this.#program.openOf(line.numberOf(0))) this.perform(entry);
  }

  /** An access to a device's register; `perform` is what it does there. */
  accessDevice(device: string, accessClass: "device-read" | "device-write", text: string, perform: () => void): Entry {
    this.#endLoop();
    const { journal, clock, isInOrder } = this.#world;
    const issue = () => {
      journal.log(clock.now, { agent: "CPU", kind: "register", text });
      perform();
    };
    const entry = this.#program.add(deviceAccess(device, accessClass, "other"), { issue, finish: undefined });
    if (isInOrder) this.perform(entry);
    return entry;
  }

  /** Performs an entry now, and before it whatever must come first: thousands, one after the other, behind a long loop. */
  perform(entry: Entry): void {
    const waiting = [entry];
    for (let next = waiting.at(-1); next; next = waiting.at(-1)) {
      const blocker = next.doneAt === undefined ? this.#nextBlocker(next) : undefined;
      if (next.doneAt !== undefined) waiting.pop();
      else if (blocker) waiting.push(blocker);
      else this.#advance(next);
    }
  }

  /** Begins an entry now, and performs before it whatever must come first. */
  issue(entry: Entry): void {
    while (entry.issuedAt === undefined) {
      const blocker = this.#nextBlocker(entry);
      if (blocker) this.perform(blocker);
      else this.#advance(entry);
    }
  }

  /** What executed barriers have completed is done, whether anything has waited for it or not. */
  finishCompleted(): void {
    this.#endLoop();
    const completed = this.#program.completed();
    for (const entry of this.#world.choices.takesLast ? completed.reverse() : completed) this.perform(entry);
  }

  /** Performs something that may be performed. @returns whether there was anything */
  advanceAny(random: Random | undefined): boolean {
    this.#endLoop();
    const { readyCount } = this.#program;
    if (readyCount === 0) return false;
    this.#advance(this.#program.ready(random ? random.below(readyCount) : 0));
    return true;
  }

  /** Performs the newest access that may be performed and is no store, before the stores that it may overtake. */
  overtakeStores(): void {
    this.#endLoop();
    const overtaking = this.#program.readyBesideStores();
    if (overtaking) this.#advance(overtaking);
  }

  #storeUnit(unit: Unit, bytes: Uint8Array): Entry {
    const { journal, clock } = this.#world;
    const { address, line } = unit;
    const place = placeOf(unit);
    const value = line.valueOf(bytes);
    const { cellBytes } = line;
    journal.logBytes(clock.now, { agent: "CPU", kind: "store-called", address }, bytes);
    const issue = () => {
      if (line.cellBytes === cellBytes) this.#storeCell(unit, storeTo(place, value));
      // What was called as one store of a whole cell is as many of its bytes, at one moment.
      else
        for (const [index, byte] of bytes.entries())
          this.#storeCell(unit, storeTo({ ...place, cell: unit.offset + index }, byte));
      journal.logBytes(clock.now, { agent: "CPU", kind: "store", address }, bytes);
    };
    return this.#program.add(storeTo(place, value), { issue, finish: undefined }, place.former);
  }

  #storeCell({ line, view }: Unit, store: Store): void {
    this.#changeThrough(line, view, (seen, rules) => this.#world.choices.open(effectOn(seen, store, rules)));
  }

  /** When something is performed that may have been performed at any time since then. */
  #timeFor(earliest: number, random: Random | undefined): number {
    const { clock, mood, isInOrder } = this.#world;
    if (isInOrder || !random || random.below(8) < (mood.loads === "late" ? 5 : 2)) return clock.now;
    if (random.below(2) === 0) return earliest;
    return earliest + random.below(clock.now - earliest + 1);
  }

  #loadUnit(unit: Unit, entry: Entry, asked: number): Uint8Array {
    const { isInOrder, clock, journal, choices, memory } = this.#world;
    const { line, view, address } = unit;
    const cell = line.cellOf(unit.offset);
    const forwardedAt = (at: number) => (isInOrder ? undefined : this.#program.forwarded(entry, at));
    const isForwarded = forwardedAt(asked) !== undefined;
    const after = (seen: LineState, rules: readonly LevelRules[]) =>
      choices.open(afterLoad(seen, cell, this.#filledByLoads(rules), isForwarded));
    // One that misses fetches the line when it is performed, where nothing else does; where that cannot have been, it comes late.
    const isFetched = asked === clock.now || line.changeThroughEarlier(asked, view, after);
    const time = isFetched || !mustFetch(unit) ? asked : clock.now;
    const isEarly = time < clock.now;
    const forwarded = forwardedAt(time);
    const value = forwarded ? undefined : loadCell(line.seenAt(time, view), cell);
    if (!isInOrder && value !== undefined)
      line.observe(time, (state) => loadCell(line.seen(state, view), cell) === value);
    this.#program.issued(entry, time);
    this.#program.done(entry, time);
    if (!isEarly) this.#changeThrough(line, view, after);
    const bytes = value !== undefined ? line.bytesOf(value) : forwardedBytes(unit, forwarded!, memory.contents);
    journal.logBytes(time, { agent: "CPU", kind: "load", address, isEarly }, bytes);
    return bytes;
  }

  /** Where caches do nothing by themselves, a load that misses brings the line into each; else the adversary does, or does not. */
  #filledByLoads(rules: readonly LevelRules[]): readonly LevelRules[] {
    const { isInOrder, mood } = this.#world;
    return isInOrder || mood.caches !== "busy" ? withoutSpeculation(rules) : rules;
  }

  /** @returns whether all lines are followed as wholes */
  #maintain(executed: MaintenanceMeaning, random: Random | undefined): boolean {
    const operations = lineOperations(executed, this.#world);
    for (const operation of operations) {
      const { instruction, line, view } = operation;
      const change = () => line.changeThrough(this.#time, view, this.#oneOf(operation));
      const log = (phase: Phase) => () => this.#logOperation(operation, phase);
      const both = () => {
        change();
        log("at once")();
      };
      const later = () => {
        change();
        log("done")();
      };
      const entry = isDoneLater(instruction)
        ? this.#program.add(instruction, { issue: log("begun"), finish: later })
        : this.#program.add(instruction, { issue: both, finish: undefined });
      if (this.#world.isInOrder) this.issue(entry);
      else this.#perhapsEarlier(entry, operation, random);
    }
    return operations.every(({ line }) => line.isFollowedWhole);
  }

  /** Nothing may hold an operation back, so that it was performed before what was called before it. */
  #perhapsEarlier(entry: Entry, operation: LineOperation, random: Random | undefined): void {
    if (operation.instruction.elsewhere || this.#program.blocker(entry)) return;
    const since = Math.max(this.#program.notBefore(entry), operation.line.since);
    const time = this.#timeFor(since, random);
    if (time >= this.#world.clock.now) return;
    if (!operation.line.changeThroughEarlier(time, operation.view, this.#oneOf(operation))) return;
    this.#program.issued(entry, time);
    this.#program.done(entry, time);
    this.#logOperation(operation, "early", time);
  }

  /** One of the things that an operation may do. */
  #oneOf({ results }: LineOperation): Parameters<Line["changeThrough"]>[2] {
    return (seen, rules) => this.#world.choices.open(results(seen, rules));
  }

  #logOperation(operation: LineOperation, phase: Phase, time = this.#world.clock.now): void {
    this.#world.journal.logLines(time, maintenanceEvent(operation, phase), operation.line.place.lines);
  }

  /** Issues an entry and those that are performed with it, or finishes one that is at work. */
  #advance(entry: Entry): void {
    const { clock } = this.#world;
    const time = clock.tick();
    const { accessClass } = entry.instruction;
    if (accessClass !== "read" && accessClass !== "device-read") clock.progress++;
    if (entry.issuedAt !== undefined) {
      entry.finish?.();
      this.#program.done(entry, time);
      return;
    }
    for (const each of entry.together ?? [entry]) {
      this.#program.issued(each, time);
      each.issue();
      if (!each.finish) this.#program.done(each, time);
    }
  }

  /** Of several that must be performed first, the nearest or the farthest: they may be performed in either order. */
  #nextBlocker(entry: Entry): Entry | undefined {
    return this.#program.blocker(entry, this.#world.choices.takesLast);
  }

  get #time(): number | undefined {
    return this.#world.isInOrder ? undefined : this.#world.clock.now;
  }

  #changeThrough(line: Line, view: View, act: Parameters<Line["changeThrough"]>[2]): void {
    line.changeThrough(this.#time, view, act);
  }
}

/** Whether nothing but an access brings the line into some level. */
function mustFetch({ line, view, offset }: Unit): boolean {
  const cell = line.cellOf(offset);
  return line.rulesOf(view).some((rules) => !rules.speculativeFill && holds(rules, cell));
}

interface UnitPlace extends CellPlace {
  readonly location: string;
  /** The location of the whole cell that the byte was part of when whole cells were accessed; undefined where none was. */
  readonly former: string | undefined;
}

function placeOf({ address, line, offset, lengthBytes }: Unit): UnitPlace {
  const location = lengthBytes === 1 ? `0x${address.toString(16)}` : wholeLocation(address, lengthBytes);
  const { formerCellBytes } = line;
  const former = formerCellBytes && wholeLocation(address - BigInt(offset % formerCellBytes), formerCellBytes);
  return { location, line: line.numberOf(offset), cell: line.cellOf(offset), former: former || undefined };
}

function wholeLocation(address: bigint, lengthBytes: number): string {
  return `0x${address.toString(16)} (${lengthBytes})`;
}

/** What a load takes from a store, which may have been one of a whole cell when the load is one of a byte in it. */
function forwardedBytes({ line, offset, lengthBytes }: Unit, store: Forwarded, contents: Contents): Uint8Array {
  if (!store.isFormer) return line.bytesOf(store.value);
  const within = offset % line.formerCellBytes!;
  return contents.bytesOf(store.value).subarray(within, within + lengthBytes);
}

const calm = new WeakMap<readonly LevelRules[], readonly LevelRules[]>();

/** The rules of levels that fill nothing by themselves. */
function withoutSpeculation(rules: readonly LevelRules[]): readonly LevelRules[] {
  const known = calm.get(rules) ?? rules.map((level) => ({ ...level, speculativeFill: false }));
  calm.set(rules, known);
  return known;
}
