// A simulated chip for driver tests: CPU, caches, memory and DMA engines under an adversary with a seed, who performs
// accesses late or early, fills and evicts lines, and lets DMA run whenever the semantics allows it. What is allowed is
// said in semantics/, which the verifier explores exhaustively.
import type { DmaController, ResolvedChip, ResolvedCore } from "../model/chip.ts";
import { Interpreter, type MaintenanceMeaning } from "../program/interpret.ts";
import type { DmaBuffer, FenceMachine, RegisterWidthBits } from "../runtime/dma-fence.ts";
import { encodedLineBytes, lineStart } from "../runtime/lines.ts";
import type { Barrier } from "../runtime/meaning.ts";
import type { RecordedOperation } from "../runtime/recording-machine.ts";
import { afterLoad, effectOn } from "../semantics/cpu.ts";
import {
  type CellPlace,
  deviceAccess,
  isDoneLater,
  loadFrom,
  maintenancesOf,
  storeTo,
} from "../semantics/instruction.ts";
import { actedOn, type CacheLine, partsMaintained, type SizedLine, smallestOf } from "../semantics/line-sizes.ts";
import {
  evict,
  fill as fillLevel,
  holds,
  type LevelRules,
  type LineState,
  loadCell,
  seenThrough,
  through,
} from "../semantics/line-state.ts";
import { evictFront, fillFront, type MasterSide, masterReads, masterWrites } from "../semantics/master-side.ts";
import { mayAccess, mayTouch, type SeenChip, seenBy } from "../semantics/memory-map.ts";
import { ownLevel, withOthers } from "../semantics/other-cores.ts";
import { maintainedFrontOf, mayLeaveDirty, portAmong } from "../semantics/ports.ts";
import { DmaEngine } from "./dma-engine.ts";
import { eventTable, type MachineEvent } from "./events.ts";
import type { MachineOptions } from "./machine-options.ts";
import { type Entry, PendingProgram } from "./pending.ts";
import { Random } from "./random.ts";
import { requireOptions } from "./require-options.ts";
import type { SimulatedDmaEngine } from "./simulated-dma-engine.ts";
import { type Line, SimulatedMemory, type View } from "./simulated-memory.ts";
import { SimulationError } from "./simulation-error.ts";

/** Where the line of a cache begins, in words. */
function addressOf({ base }: Line, { offsetBytes }: CacheLine): string {
  return `0x${(base + BigInt(offsetBytes)).toString(16)}`;
}

/** What a line has behind an address that only some of the levels cache. */
function seenAt({ levels, ...line }: SizedLine, view: View): SizedLine {
  return { ...line, levels: { ...levels, entries: view.map((index) => levels.entries[index]!) } };
}

/** The line of the smallest size, as order sees it. @param index from the start of the line that is looked at */
function lineNumber({ index: line, sized }: Line, index: number): number {
  return (line * sized.lineBytes) / smallestOf(sized) + index;
}

/**
 * A simulated chip: one core with its caches, memory, and DMA engines, under an adversary with a seed. Addresses are the core's;
 * memory reads as 0 until something is stored. Methods throw a `SimulationError` for memory that the chip does not have, and a
 * `RangeError` for an instruction or register that none of its fences uses.
 */
export class SimulatedMachine implements FenceMachine {
  readonly #chip: SeenChip;
  readonly #core: ResolvedCore;
  readonly #isInOrder: boolean;
  readonly #leftOpen: NonNullable<MachineOptions["leftOpen"]>;
  readonly #random: Random;
  /** In every other run caches only fetch what is accessed: a stale line that is evicted in time shows no mistake. */
  readonly #areCachesCalm: boolean;
  readonly #program: PendingProgram;
  readonly #interpreter: Interpreter;
  readonly #memory: SimulatedMemory;
  /** Operations whose sequence waits for their end, and has not yet: they may be as late as that. */
  #begun: MaintenanceMeaning[] = [];
  readonly #engines: DmaEngine[] = [];
  readonly #events: MachineEvent[] = [];
  #time = 0;
  #isMasked = false;

  /**
   * @throws {SimulationError} where the chip has no such core
   * @throws {RangeError} for an option that means nothing
   */
  constructor(chip: ResolvedChip, options: MachineOptions) {
    const { seed, core, lineBytes, memories, order = "any", leftOpen = "seed" } = options;
    const found = core === undefined ? chip.cores[0] : chip.cores.find(({ name, id }) => name === core || id === core);
    if (!found) throw new SimulationError(`${chip.id} has no core ${core}`);
    // Where operations do not reach the other cores, a fence promises that those keep no line.
    const own = seenBy(chip, found);
    const areReached = ownLevel(found)?.mechanism?.otherCores !== undefined;
    const { chip: seen, core: withCluster } = areReached ? withOthers(own, found) : { chip: own, core: found };
    requireOptions(options, own, found);
    this.#chip = seen;
    this.#core = withCluster;
    this.#leftOpen = leftOpen;
    this.#isInOrder = order === "program";
    this.#random = new Random(seed);
    this.#areCachesCalm = seed % 2 === 0;
    const rules = {
      programOrder: found.architecture.programOrder,
      domain: chip.dmaDomain,
      writeCombining: seen.regions.some(({ memoryType }) => memoryType !== "normal"),
    };
    this.#program = new PendingProgram(rules, this.#isInOrder);
    this.#interpreter = new Interpreter(found);
    this.#memory = new SimulatedMemory(seen, withCluster, lineBytes, memories);
  }

  /** A DMA engine of the chip, by the name of its master. @throws {SimulationError} where it has no such master */
  engine(controllerName: string): SimulatedDmaEngine {
    const controller = this.#chip.dma.find(({ name }) => name === controllerName);
    if (!controller)
      throw new SimulationError(
        `${this.#chip.id} has no DMA master ${controllerName}; it has ${this.#chip.dma.map(({ name }) => name).join(", ")}`,
      );
    const engine = new DmaEngine(controller.name, {
      checkReach: (buffer, writes) => this.#checkReach(controller, buffer, writes),
      read: (address) => this.#dmaRead(controller, address),
      write: (address, value) => this.#dmaWrite(controller, address, value),
      access: (accessClass, text, perform) => this.#device(controller.name, accessClass, text, perform),
      finish: (entry) => this.#perform(entry),
      log: (text) => this.#log("DMA", text),
    });
    this.#engines.push(engine);
    return engine;
  }

  /** The CPU stores bytes; they reach memory when the adversary lets them. */
  store(address: bigint, bytes: ArrayLike<number>): void {
    for (let index = 0; index < bytes.length; index++) {
      const { line, view, place } = this.#placeOf(address + BigInt(index));
      const instruction = storeTo(place, bytes[index]!);
      const entry = this.#program.add(instruction, `store ${instruction.value} to ${place.location}`, () =>
        this.#changeThrough(line, view, (seen, rules) => this.#oneOf(effectOn(seen, instruction, rules))),
      );
      if (this.#isInOrder) this.#perform(entry);
    }
    this.#drift();
  }

  /** The CPU loads bytes; each may have been loaded as early as program order allows. */
  load(address: bigint, lengthBytes: number): Uint8Array {
    const bytes = Uint8Array.from({ length: lengthBytes }, (_, index) => this.#loadByte(address + BigInt(index)));
    this.#drift();
    return bytes;
  }

  /** Only the instruction counts: what it orders, the chip's description says. */
  barrier({ instruction }: Pick<Barrier, "instruction">): void {
    this.#fence({ kind: "barrier", instruction });
  }

  /** Nothing that the hardware would notice. */
  compilerBarrier(): void {
    this.#fence({ kind: "compiler-barrier" });
  }

  /** Executes an instruction of a maintenance sequence. @throws {RangeError} for one that is none of this core's */
  maintain(instruction: string, address?: bigint): void {
    this.#fence({ kind: "maintain", instruction, address });
  }

  /** Stores to a register of a cache controller. @throws {RangeError} for one that no controller has */
  writeRegister(address: bigint, value: bigint, widthBits: RegisterWidthBits): void {
    this.#fence({ kind: "write-register", address, value, widthBits });
  }

  /** Loads a register: what the core says of its lines, or 0. */
  readRegister(address: bigint, widthBits: RegisterWidthBits): bigint {
    this.#fence({ kind: "read-register", address, widthBits });
    return this.#register(address);
  }

  /** Loads a system register: what the core says of its lines, or 0. */
  readSystemRegister(instruction: string): bigint {
    this.#fence({ kind: "read-system-register", instruction });
    return this.#register(instruction);
  }

  /** What the core says of its lines; any other register reads as 0. */
  #register(register: bigint | string): bigint {
    const { caches, architecture } = this.#core;
    const { sizes, lineBytes } = this.#memory;
    const asked = caches.flatMap(({ lineSize }, index) => (lineSize?.register === register ? [sizes[index]!] : []));
    const lineSize =
      architecture.lineSize?.register === register
        ? architecture.lineSize
        : caches.find((level) => level.lineSize?.register === register)?.lineSize;
    if (!lineSize) return 0n;
    // The architecture's is about the smallest of all.
    const bytes = lineSize === architecture.lineSize ? Math.min(lineBytes, ...sizes) : Math.min(...asked);
    return encodedLineBytes(bytes, lineSize.lowBit, lineSize.unitBytes);
  }

  /** Waits until a cache controller is done. @throws {RangeError} for a register that no controller has */
  pollRegister(address: bigint, mask: bigint, until: "clear" | "set", widthBits: RegisterWidthBits): void {
    this.#fence({ kind: "poll-register", address, mask, until, widthBits });
  }

  /** Masks interrupts, so that nothing comes between the accesses of one operation. @returns whether they were masked before */
  maskInterrupts(): unknown {
    const before = this.#isMasked;
    this.#isMasked = true;
    this.#fence({ kind: "mask-interrupts" });
    return before;
  }

  /** Puts interrupts back. @param before what `maskInterrupts` returned */
  restoreInterrupts(before: unknown): void {
    this.#isMasked = before === true;
    if (!this.#isMasked) this.#fence({ kind: "restore-interrupts" });
  }

  /**
   * A transfer from memory, from its start by an MMIO write until its end has been seen in a register.
   * @throws {SimulationError} where the master does not exist, or does not reach the memory
   */
  dmaRead(address: bigint, lengthBytes: number, master: string): readonly number[] {
    const engine = this.engine(master);
    engine.start({ read: { address, lengthBytes } });
    while (!engine.isDone()) this.wait();
    return engine.received;
  }

  /** A transfer to memory, likewise. @throws {SimulationError} likewise */
  dmaWrite(address: bigint, bytes: ArrayLike<number>, master: string): void {
    const engine = this.engine(master);
    const buffer = { address, lengthBytes: bytes.length };
    engine.start({ write: { buffer, data: Uint8Array.from(bytes) } });
    while (!engine.isDone()) this.wait();
  }

  /** Every cache that may fetch a line by itself has the line of an address now. */
  fill(address: bigint): void {
    this.#finishCompleted();
    this.#toEveryLevel(address, (level) => !level.isPresent && level.rules.speculativeFill, fillLevel);
  }

  /** Every cache writes the line of an address back if it is dirty, and has it no longer. */
  evict(address: bigint): void {
    this.#finishCompleted();
    this.#toEveryLevel(
      address,
      ({ isPresent }) => isPresent,
      (seen, index, rules) => this.#oneOf(evict(seen, index, rules)),
    );
  }

  /** Whether interrupts are masked. */
  interruptsMasked(): boolean {
    return this.#isMasked;
  }

  /** Time passes: whatever may happen, may happen now. */
  wait(): void {
    this.#drift(16);
  }

  /** What happened, one event per line, the last ones last. */
  trace(events = 60): string {
    return eventTable(this.#events.slice(-events));
  }

  #fence(operation: RecordedOperation): void {
    for (const meaning of this.#interpreter.next(operation)) {
      if (meaning.kind === "barrier") {
        this.#program.addBarrier(meaning);
        this.#log("CPU", operation.kind === "barrier" ? operation.instruction : "barrier");
      } else if (meaning.kind === "complete") {
        for (const waited of this.#begun.filter(({ mechanism }) => mechanism.instance === meaning.item.rules.instance))
          this.#maintain(waited);
        this.#begun = this.#begun.filter(({ mechanism }) => mechanism.instance !== meaning.item.rules.instance);
        const entry = this.#program.add(
          meaning.item,
          `complete ${meaning.item.rules.instance}`,
          () => {},
          () => {},
        );
        if (!isDoneLater(meaning.item)) this.#perform(entry);
        else if (this.#isInOrder) this.#issue(entry);
      } else if (meaning.operation.waits && meaning.mechanism.ordering.doneWhen === "ordered")
        this.#begun.push(meaning);
      else this.#maintain(meaning);
    }
    this.#drift();
  }

  #maintain(executed: MaintenanceMeaning): void {
    for (const { line, view, first, last } of this.#linesOf(executed)) {
      const seen = seenAt(line.sized, view);
      const side = this.#sideMaintained(executed, line);
      for (const part of partsMaintained(seen, actedOn(seen, executed, this.#core), first, last)) {
        const [number = 0, ...andLines] = part.lines.map((index) => lineNumber(line, index));
        for (const access of maintenancesOf(executed, number, part.entries, this.#core)) {
          const instruction = andLines.length > 0 ? { ...access, andLines } : access;
          // A cache in front of a master writes to what that sees, whichever address the operation was given.
          const act = side
            ? () => this.#change(line, this.#pick(effectOn(line.state, instruction, line.sized.levels.rules, side)))
            : () => this.#changeThrough(line, view, (state, rules) => this.#pick(effectOn(state, instruction, rules)));
          const text = `${executed.operation.name} of the line at 0x${line.base.toString(16)}`;
          const entry = isDoneLater(instruction)
            ? this.#program.add(instruction, text, () => {}, act)
            : this.#program.add(instruction, text, act);
          if (this.#isInOrder) this.#issue(entry);
        }
      }
    }
  }

  /** The lines with addresses that an operation was given, and the offsets of the first and the last in each. */
  #linesOf({ first, last }: MaintenanceMeaning): { line: Line; view: View; first: number; last: number }[] {
    const { lineBytes } = this.#memory;
    const end = lineBytes - 1;
    if (first === undefined || last === undefined)
      return this.#memory
        .lines()
        .flatMap((line) =>
          (line.views.length > 0 ? line.views : [[]]).map((view) => ({ line, view, first: 0, last: end })),
        );
    const lines: { line: Line; view: View; first: number; last: number }[] = [];
    for (let base = lineStart(first, lineBytes); base <= last; base += BigInt(lineBytes)) {
      const { line, view, cell } = this.#memory.locate(base < first ? first : base);
      lines.push({ line, view, first: cell, last: last - base < end ? Number(last - base) : end });
    }
    return lines;
  }

  /** How the master comes to a line in front of which an operation maintains a cache. */
  #sideMaintained({ mechanism }: MaintenanceMeaning, line: Line): MasterSide | undefined {
    const level = this.#core.masterCaches.find((each) => each.mechanism?.instance === mechanism.instance);
    const controller = level && this.#chip.dma.find(({ name }) => level.masters?.includes(name));
    return controller && this.#sideOf(controller, line);
  }

  #loadByte(address: bigint): number {
    const { line, view, place } = this.#placeOf(address);
    const uncached = view.length === 0;
    const entry = this.#program.add(loadFrom(place), `load ${place.location}`, () => {});
    for (const blocker of this.#program.blockers(entry)) this.#perform(blocker);
    // The load may have been performed at any time since the last thing that it had to wait for.
    const earliest = Math.max(
      this.#program.forgottenUntil,
      ...entry.waitsFor.map(({ entry: other, until }) => (until === "done" ? other.doneAt : other.issuedAt) ?? 0),
    );
    const isLate = this.#isInOrder || uncached || this.#random.below(2) === 0;
    const time = isLate ? this.#time : earliest + this.#random.below(this.#time - earliest + 1);
    const state = isLate ? line.state : line.history.findLast((each) => each.time <= time)!.state;
    const forwarded = this.#isInOrder ? undefined : this.#program.forwarded(entry, time);
    const value = forwarded ?? loadCell(seenThrough(state, view), place.cell);
    entry.issuedAt = time;
    entry.doneAt = time;
    this.#changeThrough(line, view, (seen, rules) =>
      this.#oneOf(afterLoad(seen, place.cell, this.#filledByLoads(rules), forwarded !== undefined)),
    );
    this.#log("CPU", `load ${place.location} gives ${value}${time < this.#time ? ", performed early" : ""}`);
    return value;
  }

  /** Where caches do nothing by themselves, a load that misses brings the line into each; else the adversary does, or does not. */
  #filledByLoads(rules: readonly LevelRules[]): readonly LevelRules[] {
    return this.#isInOrder || this.#areCachesCalm
      ? rules.map((level) => ({ ...level, speculativeFill: false }))
      : rules;
  }

  #device(device: string, accessClass: "device-read" | "device-write", text: string, perform: () => void): Entry {
    const instruction = deviceAccess(device, accessClass, "other");
    const entry = this.#program.add(instruction, text, perform);
    if (this.#isInOrder) this.#perform(entry);
    this.#drift();
    return entry;
  }

  /** Performs an entry now, and before it whatever must come first. */
  #perform(entry: Entry): void {
    while (entry.doneAt === undefined) {
      const blocker = this.#nextBlocker(entry);
      if (blocker) this.#perform(blocker);
      else this.#advance(entry);
    }
  }

  /** Begins an entry now, and performs before it whatever must come first. */
  #issue(entry: Entry): void {
    while (entry.issuedAt === undefined) {
      const blocker = this.#nextBlocker(entry);
      if (blocker) this.#perform(blocker);
      else this.#advance(entry);
    }
  }

  /** What executed barriers have completed is done, whether anything has waited for it or not. */
  #finishCompleted(): void {
    const completed = this.#program.completed();
    for (const entry of this.#leftOpen === "last" ? completed : completed.reverse()) this.#perform(entry);
  }

  /** Issues an entry, or finishes one that is at work. */
  #advance(entry: Entry): void {
    this.#time++;
    if (entry.issuedAt === undefined) {
      entry.issuedAt = this.#time;
      entry.issue();
      if (!entry.finish) entry.doneAt = this.#time;
      this.#log("CPU", entry.finish ? `${entry.text}, begun` : entry.text);
      return;
    }
    entry.finish?.();
    entry.doneAt = this.#time;
    this.#log("CPU", `${entry.text}, done`);
  }

  /** The adversary's turn. */
  #drift(most = 5): void {
    if (this.#isInOrder) {
      for (const engine of this.#engines) while (engine.isRunning) engine.step(this.#random);
      return;
    }
    for (let count = this.#random.below(most); count > 0; count--) {
      const choice = this.#random.below(4);
      if (choice === 0) {
        const ready = this.#program.ready();
        if (ready.length > 0) this.#advance(this.#random.pick(ready));
      } else if (choice === 1) {
        const running = this.#engines.filter((engine) => engine.isRunning);
        if (running.length > 0) {
          this.#time++;
          this.#random.pick(running).step(this.#random);
        }
      } else if (!this.#areCachesCalm) this.#disturbCaches();
    }
  }

  /** A master's cache fills or evicts a line that somebody has touched. */
  #disturbFront(): void {
    const index = this.#random.below(this.#core.masterCaches.length);
    const { name, masters } = this.#core.masterCaches[index]!;
    const controller = this.#random.pick(this.#chip.dma.filter((each) => masters?.includes(each.name)));
    const reached = this.#memory.lines().filter(({ region }) => mayTouch(controller, region.name));
    if (reached.length === 0 || !maintainedFrontOf(controller, this.#core).includes(index)) return;
    const line = this.#random.pick(reached);
    const side = this.#sideOf(controller, line);
    const { entries } = line.sized.front;
    const at = this.#random.pick(side.front.filter((entry) => entries[entry]!.level === index));
    const isPresent = line.state.front[at] !== undefined;
    this.#time++;
    this.#change(line, isPresent ? this.#oneOf(evictFront(line.state, at, side)) : fillFront(line.state, at, side));
    this.#log("cache", `${name} ${isPresent ? "evicts" : "fills"} the line at ${addressOf(line, entries[at]!)}`);
  }

  #disturbCaches(): void {
    if (this.#core.masterCaches.length > 0 && this.#random.below(2) === 0) this.#disturbFront();
    else this.#disturbLevels();
  }

  #disturbLevels(): void {
    const cached = this.#memory.lines().filter(({ sized }) => sized.levels.entries.length > 0);
    if (cached.length === 0) return;
    const line = this.#random.pick(cached);
    const view = line.views.length === 1 ? line.views[0]! : this.#random.pick(line.views);
    const index = this.#random.below(view.length);
    const level = view[index]!;
    const entry = line.sized.levels.entries[level]!;
    const isPresent = line.state.levels[level] !== undefined;
    if (!isPresent && !line.sized.levels.rules[level]!.speculativeFill) return;
    this.#time++;
    this.#changeThrough(line, view, (seen, rules) =>
      isPresent ? this.#oneOf(evict(seen, index, rules)) : fillLevel(seen, index, rules),
    );
    this.#log(
      "cache",
      `${this.#core.caches[entry.level]!.name} ${isPresent ? "evicts" : "fills"} the line at ${addressOf(line, entry)}`,
    );
  }

  /** Outer levels fill first, inner ones are evicted first. */
  #toEveryLevel(
    address: bigint,
    isActedOn: (level: { readonly isPresent: boolean; readonly rules: LevelRules }) => boolean,
    act: (seen: LineState, index: number, rules: readonly LevelRules[]) => LineState,
  ): void {
    const { line, view, cell } = this.#memory.locate(address);
    const indexes = [...view.keys()].filter((index) => holds(line.sized.levels.rules[view[index]!], cell));
    for (const index of act === fillLevel ? indexes.reverse() : indexes)
      this.#changeThrough(line, view, (seen, rules) =>
        isActedOn({ isPresent: seen.levels[index] !== undefined, rules: rules[index]! })
          ? act(seen, index, rules)
          : seen,
      );
  }

  #dmaRead(controller: DmaController, address: bigint): number {
    const { line, cell, view } = this.#memory.locate(address);
    return masterReads(seenThrough(line.state, view), cell, this.#sideOf(controller, line, view));
  }

  #dmaWrite(controller: DmaController, address: bigint, value: number): void {
    const { line, cell, view } = this.#memory.locate(address);
    const side = this.#sideOf(controller, line, view);
    this.#changeThrough(line, view, (seen) => this.#oneOf(masterWrites(seen, cell, value, side)));
  }

  /** How a master comes to a line, at an address behind which some of its levels lie; left out, all. */
  #sideOf(
    controller: DmaController,
    { sized: { levels, front } }: Line,
    view: View = [...levels.entries.keys()],
  ): MasterSide {
    const behind = view.map((index) => levels.entries[index]!.level);
    const port = portAmong(behind, controller, this.#core);
    const dirties = behind.flatMap((level, index) =>
      index >= port && mayLeaveDirty(controller, this.#core.caches[level]!, this.#core) ? [index] : [],
    );
    const own = maintainedFrontOf(controller, this.#core);
    return {
      port,
      dirties,
      levels: view.map((index) => levels.rules[index]!),
      front: front.entries.flatMap(({ level }, index) => (own.includes(level) ? [index] : [])),
      rules: front.rules,
      driven: [],
    };
  }

  #checkReach(controller: DmaController, { address, lengthBytes }: DmaBuffer, writes: boolean): void {
    const end = address + BigInt(lengthBytes);
    for (let at = address; at < end; ) {
      const { name, last } = this.#memory.extentAt(at);
      if (mayAccess(controller, name, writes)) {
        at = last + 1n;
        continue;
      }
      throw new SimulationError(
        `${this.#chip.id}: ${controller.name} cannot ${writes ? "write to" : "read"} ${name} (0x${at.toString(16)})`,
      );
    }
  }

  #change(line: Line, state: LineState): void {
    this.#memory.change(line, state, this.#isInOrder ? undefined : this.#time);
  }

  #placeOf(address: bigint): { line: Line; view: View; place: CellPlace } {
    const { line, cell, view } = this.#memory.locate(address);
    const number = lineNumber(line, Math.floor(cell / smallestOf(line.sized)));
    return { line, view, place: { location: `0x${address.toString(16)}`, line: number, cell } };
  }

  /** What the adversary picks, where there is a choice. */
  #oneOf(states: readonly LineState[]): LineState {
    return states.length > 1 ? this.#pick(states) : states[0]!;
  }

  #pick(states: readonly LineState[]): LineState {
    if (this.#leftOpen === "seed") return this.#random.pick(states);
    return this.#leftOpen === "first" ? states[0]! : states.at(-1)!;
  }

  /** Of several that must be performed first, the nearest or the farthest: they may be performed in either order. */
  #nextBlocker(entry: Entry): Entry | undefined {
    return this.#program.blockers(entry).at(this.#leftOpen === "last" ? -1 : 0);
  }

  /** What is done to a line by way of the levels behind one of its addresses. */
  #changeThrough(line: Line, view: View, act: (seen: LineState, rules: readonly LevelRules[]) => LineState): void {
    const rules = view.map((entry) => line.sized.levels.rules[entry]!);
    this.#change(
      line,
      through(line.state, view, (seen) => act(seen, rules)),
    );
  }

  #log(agent: MachineEvent["agent"], text: string): void {
    this.#events.push({ agent, text });
  }
}
