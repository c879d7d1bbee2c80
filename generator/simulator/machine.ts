// A simulated chip for driver tests: CPU, caches, memory and DMA engines under an adversary with a seed, who performs
// accesses late or early, fills and evicts lines, and lets DMA run whenever the semantics allows it. What is allowed is
// said in semantics/, which the verifier explores exhaustively. Here it is put together; who does what is in the folders.
// The middle of a long access is followed by whole lines, or stretches of them, the rest byte by byte: memory/sampling.ts says which, and what
// is lost.
import type { DmaController, ResolvedChip } from "../model/chip.ts";
import { lineSizeIn } from "../program/line-size-registers.ts";
import { requireFenceOf } from "../program/require-fence-of.ts";
import { requireKnown } from "../program/require-known.ts";
import { requireBuffer } from "../runtime/buffer.ts";
import type { DmaBuffer, DmaFence, FenceMachine, RegisterWidthBits } from "../runtime/dma-fence.ts";
import type { Barrier } from "../runtime/meaning.ts";
import type { RecordedOperation } from "../runtime/recording-machine.ts";
import { Cpu } from "./cpu/cpu.ts";
import { atomicBytesOf, bytesOfWord, bytesToStore, wordOfBytes } from "./cpu/require-access.ts";
import { Devices } from "./engines/devices.ts";
import { DmaEngine } from "./engines/dma-engine.ts";
import { MasterPort } from "./engines/master-port.ts";
import { RegisterPort } from "./engines/register-port.ts";
import type { DeviceModel, SimulatedDevice } from "./engines/simulated-device.ts";
import type { SimulatedDmaEngine } from "./engines/simulated-dma-engine.ts";
import type { MachineOptions } from "./machine-options.ts";
import type { Line } from "./memory/line.ts";
import { linesPerTurn } from "./memory/sampling.ts";
import { SimulatedMemory } from "./memory/simulated-memory.ts";
import { ByteNames } from "./ownership/byte-names.ts";
import type { HandOver } from "./ownership/hand-over.ts";
import { Ledger } from "./ownership/ledger.ts";
import type { OwnershipFinding } from "./ownership/rules.ts";
import { unseenLine } from "./ownership/unseen-line.ts";
import { WatchedFence } from "./ownership/watch-fence.ts";
import { machineOptionNames, requireOptions } from "./require-options.ts";
import { Adversary, type Steppable } from "./schedule/adversary.ts";
import { Choices } from "./schedule/choices.ts";
import { Clock } from "./schedule/clock.ts";
import { Interrupts } from "./schedule/interrupts.ts";
import { garbageOf, moodOf } from "./schedule/mood.ts";
import { Patience } from "./schedule/patience.ts";
import { seenFrom } from "./seen-from.ts";
import { SimulationError } from "./simulation-error.ts";
import { eventTable } from "./trace/event-table.ts";
import type { MachineEvent } from "./trace/events.ts";
import { staleBytes } from "./trace/explain.ts";
import { Journal } from "./trace/journal.ts";
import { loggingRefusal } from "./trace/refused.ts";
import type { StaleByte } from "./trace/stale-byte.ts";
import { traceAsJson } from "./trace/trace-as-json.ts";
import type { World } from "./world.ts";

/** How a driver accesses several bytes. */
export interface CpuAccess {
  /** Size of the naturally aligned words that are accessed at one moment each; 1 where left out. */
  readonly atomicBytes?: 1 | 2 | 4 | 8;
}

/** How many turns of the adversary there are at most after a call of the driver, and when time passes. */
const [afterCall, whileWaiting] = [5, 16] as const;

/**
 * A simulated chip: one core with its caches, memory, and DMA engines, under an adversary with a seed. Addresses are the core's;
 * memory reads as garbage of the seed until something is stored, and as 0 in program order. Methods throw a `SimulationError` for
 * memory that the chip does not have, and a `RangeError` for an instruction or register that none of its fences uses.
 */
export class SimulatedMachine<Master extends string = string> implements FenceMachine {
  /** By which the schedule was chosen. */
  readonly seed: number;
  readonly #world: World;
  readonly #cpu: Cpu;
  readonly #adversary: Adversary;
  readonly #masters: Steppable[] = [];
  readonly #engines = new Map<string, DmaEngine>();
  readonly #patience: Patience;
  readonly #names = new ByteNames();
  readonly #devices: Devices;
  readonly #afterwards = { read: () => this.#look(), write: () => this.#call() };
  readonly #interrupts: Interrupts;
  readonly #requireOwn: (fence: DmaFence) => void;
  #isMasked = false;
  /** How many operations on lines or stretches in the middle of long accesses there have been. */
  #linesSinceTurn = 0;

  /**
   * @param onlyTurns the turns of the adversary in which anything is left to chance, by number; left out, all
   * @throws {SimulationError} where the chip has no such core
   * @throws {RangeError} for an option that means nothing
   */
  constructor(chip: ResolvedChip, options: MachineOptions, onlyTurns?: ReadonlySet<number>) {
    const {
      seed,
      core,
      lineBytes,
      memories,
      order = "any",
      leftOpen = "seed",
      mostCalls = 1_000_000,
      ownership = "warn",
    } = options;
    requireKnown("a machine", options, machineOptionNames);
    this.seed = seed;
    const { own, found, ...seen } = seenFrom(chip, core);
    this.#requireOwn = (fence) => requireFenceOf(fence?.constructor, chip, found);
    requireOptions(options, own, found);
    const isInOrder = order === "program";
    const initial = isInOrder ? (_: bigint, bytes: number) => new Uint8Array(bytes) : garbageOf(seed);
    const clock = new Clock();
    const sampling = { seed, clock, settle: (stretch: Line) => this.#cpu.settle(stretch) };
    const memory = new SimulatedMemory(seen.chip, seen.core, { lineBytes, used: memories, initial, sampling });
    this.#world = {
      ...seen,
      isInOrder,
      clock,
      choices: new Choices(seed, leftOpen, onlyTurns),
      mood: moodOf(seed),
      memory,
      journal: new Journal(),
      ledger: new Ledger(
        ownership,
        this.#names,
        (address, master) => unseenLine(this.#world, address, master),
        memory.lineBytes,
      ),
    };
    this.#cpu = new Cpu(this.#world);
    this.#adversary = new Adversary(this.#world, this.#cpu, this.#masters);
    this.#devices = new Devices(this.#world, this.#cpu, this.#afterwards);
    this.#interrupts = new Interrupts(isInOrder, {
      isMasked: () => this.#isMasked,
      enter: (master) => {
        this.#world.journal.log(this.#world.clock.now, { agent: "CPU", kind: "call", text: `interrupt of ${master}` });
        this.#world.ledger.seen(master);
      },
    });
    this.#patience = new Patience(mostCalls, () => this.#situation());
  }

  /** The DMA engine of a master, by its name: each master has one, the same in every call. @throws {SimulationError} where the chip has no such master */
  engine(controllerName: Master): SimulatedDmaEngine {
    const known = this.#engines.get(controllerName);
    if (known) return known;
    const controller = this.#controller(controllerName);
    const registers = new RegisterPort(this.#cpu, controller.name, this.#afterwards);
    const engine = new DmaEngine(new MasterPort(this.#world, controller), registers);
    this.#engines.set(controllerName, engine);
    this.#masters.push(engine);
    this.#requireInterrupts(controllerName);
    return engine;
  }

  /**
   * The same fence, with the machine knowing of its calls: whose each byte is, is looked after from then on (`ownership` of the
   * options).
   * @throws {RangeError} for a fence whose class was generated for another chip or core
   */
  watch(fence: DmaFence): DmaFence {
    this.#requireOwn(fence);
    const { ledger, journal, clock, memory } = this.#world;
    ledger.isWatching = true;
    return new WatchedFence(fence, (call, buffer) => {
      memory.requireExtent(buffer.address, buffer.lengthBytes);
      memory.layOut(buffer.address, buffer.lengthBytes);
      journal.log(clock.now, { agent: "CPU", kind: "call", text: `${call}(${this.#names.ofBuffer(buffer)})` });
      ledger[call](buffer, journal.count);
    });
  }

  /**
   * What is wrong with the hand-over of a buffer, in a clause: that it was not released, or not taken back by acquire, that a master has it
   * still, or that a byte was found stale afterwards. @returns undefined where nothing is
   * @throws {SimulationError} where no fence is watched, so that nothing is known
   */
  whyNot(asked: HandOver, buffer: DmaBuffer): string | undefined {
    requireBuffer(buffer);
    if (asked !== "handed-over" && asked !== "taken-back")
      throw new RangeError(`a buffer is handed-over or taken-back, and not ${asked}`);
    const { ledger, memory } = this.#world;
    if (!ledger.isWatching) throw new SimulationError("no fence is watched: name its class in the options of forSeeds");
    const eventsAt = (address: bigint) => ledger.eventsAt(asked, address);
    const stale = { buffer, reader: asked === "taken-back" ? "load" : "dma-read", eventsAt } as const;
    const nameOf = (address: bigint) => this.#names.ofByte(address, buffer);
    return ledger.whyNot(asked, buffer) ?? staleBytes(this.events, memory, nameOf, stale)[0]?.text;
  }

  /** Gives a buffer a name, for messages. @returns the buffer */
  named(name: string, buffer: DmaBuffer): DmaBuffer {
    requireBuffer(buffer);
    this.#names.add(name, buffer);
    return buffer;
  }

  /** The rules of ownership that were broken, each sentence once; empty where no fence is watched. */
  get findings(): readonly OwnershipFinding[] {
    return this.#world.ledger.findings;
  }

  /**
   * A device that the test models, which is one of the chip's DMA masters: registers at an address, and DMA as its model says.
   * @throws {SimulationError} where the chip has no such master, or another device has the registers
   */
  device(master: Master, model: DeviceModel): SimulatedDevice {
    const device = this.#devices.add(this.#controller(master), model, () => this.#interrupts.raise(master));
    this.#masters.push(device);
    return device;
  }

  /**
   * Registers what handles the interrupt of a device: it may run between any two accesses of the driver, unless they are masked. An
   * interrupt orders nothing: before `acquire`, a handler reads a register of the device, as most do to see why they were called.
   * @throws {SimulationError} where the chip has no such master, or it is an `engine`, which raises none
   */
  onInterrupt(master: Master, handler: () => void): void {
    this.#interrupts.handle(this.#controller(master).name, handler);
    this.#requireInterrupts(master);
  }

  /** The CPU stores bytes; they reach memory when the adversary lets them. */
  store(address: bigint, bytes: ArrayLike<number>, access?: CpuAccess): void {
    const atomicBytes = atomicBytesOf(access);
    const stored = bytesToStore(address, bytes);
    this.#world.memory.requireExtent(address, stored.length);
    loggingRefusal(this.#world, () => this.#world.ledger.store({ address, lengthBytes: stored.length }));
    for (const { offset, lengthBytes } of this.#world.memory.piecesOf(address, stored.length, atomicBytes))
      this.#cpu.store(address + BigInt(offset), stored.subarray(offset, offset + lengthBytes));
    this.#call();
  }

  /** The CPU loads bytes; each may have been loaded as early as program order allows. @throws {RangeError} for a length that is none */
  load(address: bigint, lengthBytes: number, access?: CpuAccess): Uint8Array {
    const atomicBytes = atomicBytesOf(access);
    requireBuffer({ address, lengthBytes });
    const bytes = new Uint8Array(lengthBytes);
    for (const piece of this.#world.memory.piecesOf(address, lengthBytes, atomicBytes)) {
      const random = this.#world.choices.turn();
      const into = bytes.subarray(piece.offset, piece.offset + piece.lengthBytes);
      this.#cpu.load(address + BigInt(piece.offset), into, random);
      if (random && random.below(8) === 0) {
        this.#adversary.turn(random, 2);
        this.#interrupts.deliver(random, false);
      }
    }
    this.#world.ledger.load({ address, lengthBytes }, bytes);
    this.#look();
    return bytes;
  }

  /** Stores a little-endian word of 32 bits at one moment, where it is naturally aligned. */
  store32(address: bigint, value: number): void {
    this.store(address, bytesOfWord(value), { atomicBytes: 4 });
  }

  /** Loads a little-endian word of 32 bits at one moment, where it is naturally aligned. */
  load32(address: bigint): number {
    return wordOfBytes(this.load(address, 4, { atomicBytes: 4 }));
  }

  /** Only the instruction counts: what it orders, the chip's description says. */
  barrier({ instruction }: Pick<Barrier, "instruction">): void {
    this.#execute({ kind: "barrier", instruction });
  }

  /** Nothing that the hardware would notice. */
  compilerBarrier(): void {
    this.#execute({ kind: "compiler-barrier" });
  }

  /** Executes an instruction of a maintenance sequence. @throws {RangeError} for one that is none of this core's */
  maintain(instruction: string, address?: bigint): void {
    this.#execute({ kind: "maintain", instruction, address });
  }

  /** Stores to a register of a device, or of a cache controller. @throws {RangeError} for one that none has */
  writeRegister(address: bigint, value: bigint, widthBits: RegisterWidthBits): void {
    const register = this.#devices.at(address);
    if (register) {
      register.write(value, widthBits);
      return;
    }
    this.#execute({ kind: "write-register", address, value, widthBits });
  }

  /** Loads a register of a device, or one in which the core says something of its lines; any other is 0. */
  readRegister(address: bigint, widthBits: RegisterWidthBits): bigint {
    const register = this.#devices.at(address);
    if (register) return register.read(widthBits);
    this.#execute({ kind: "read-register", address, widthBits });
    return lineSizeIn(address, this.#world.core, this.#world.memory.sizes);
  }

  /** Loads a system register: what the core says of its lines, or 0. */
  readSystemRegister(instruction: string): bigint {
    this.#execute({ kind: "read-system-register", instruction });
    return lineSizeIn(instruction, this.#world.core, this.#world.memory.sizes);
  }

  /** Waits for bits of a device, or until a cache controller is done. @throws {RangeError} for a register that none has */
  pollRegister(address: bigint, mask: bigint, until: "clear" | "set", widthBits: RegisterWidthBits): void {
    const register = this.#devices.at(address);
    if (register) {
      while (((register.read(widthBits) & mask) === 0n) !== (until === "clear")) this.wait();
      return;
    }
    this.#execute({ kind: "poll-register", address, mask, until, widthBits });
  }

  /** Masks interrupts, so that nothing comes between the accesses of one operation. @returns whether they were masked before */
  maskInterrupts(): unknown {
    const before = this.#isMasked;
    this.#isMasked = true;
    this.#execute({ kind: "mask-interrupts" });
    return before;
  }

  /** Puts interrupts back. @param before what `maskInterrupts` returned */
  restoreInterrupts(before: unknown): void {
    this.#isMasked = before === true;
    if (!this.#isMasked) this.#execute({ kind: "restore-interrupts" });
  }

  /**
   * A transfer from memory, from its start by an MMIO write until its end has been seen in a register.
   * @throws {SimulationError} where the master does not exist, or does not reach the memory
   */
  dmaRead(address: bigint, lengthBytes: number, master: Master): readonly number[] {
    const engine = this.engine(master);
    engine.start({ read: { address, lengthBytes } });
    while (!engine.isDone()) this.wait();
    return engine.received;
  }

  /** A transfer to memory, likewise. @throws {SimulationError} likewise */
  dmaWrite(address: bigint, bytes: ArrayLike<number>, master: Master): void {
    const engine = this.engine(master);
    const buffer = { address, lengthBytes: bytes.length };
    engine.start({ write: { buffer, data: Uint8Array.from(bytes) } });
    while (!engine.isDone()) this.wait();
  }

  /** Every cache that may fetch a line by itself has the line of an address now. */
  fill(address: bigint): void {
    this.#cpu.finishCompleted();
    this.#adversary.caches.fillAt(address);
  }

  /** Every cache writes the line of an address back if it is dirty, and has it no longer. */
  evict(address: bigint): void {
    this.#cpu.finishCompleted();
    this.#adversary.caches.evictAt(address);
  }

  /** Whether interrupts are masked. */
  interruptsMasked(): boolean {
    return this.#isMasked;
  }

  /** Time passes: whatever may happen, may happen now. */
  wait(): void {
    const random = this.#world.choices.turn();
    const isActive = random ? this.#adversary.turn(random, whileWaiting) : this.#adversary.settle();
    const isInterrupted = this.#interrupts.deliver(random, true);
    if (isActive || isInterrupted) this.#patience.renew();
    else this.#patience.look();
  }

  /**
   * The end of a run: everything pending happens, and every transfer ends. What DMA still does after the driver's last call is looked after
   * as well, and whether anybody has looked at what arrived.
   */
  finish(): void {
    this.#adversary.settle();
    this.#world.ledger.finish();
  }

  /** What happened, the last so many events, neighbouring bytes of one access in one line, the last ones last. */
  trace(events = 60): string {
    return eventTable(this.events.slice(-events));
  }

  /** How many turns the adversary has had. */
  get turns(): number {
    return this.#world.choices.turns;
  }

  /** Why bytes were found that were not those written last, at most three of them, with what has to do with each. */
  explain(): readonly StaleByte[] {
    return staleBytes(this.events, this.#world.memory, (address) => this.#names.ofByte(address));
  }

  /** What happened, the last things last. */
  get events(): readonly MachineEvent[] {
    return this.#world.journal.events;
  }

  /** What `JSON.stringify` writes: the seed and what happened, as plain values, addresses as text. */
  toJSON(): Readonly<Record<string, unknown>> {
    const { seed, findings, events } = this;
    return { seed, ...traceAsJson({ findings, explanations: this.explain().map(({ text }) => text), events }) };
  }

  #controller(name: string): DmaController {
    const { chip } = this.#world;
    const controller = chip.dma.find((each) => each.name === name);
    if (controller) return controller;
    const names = chip.dma.map((each) => each.name).join(", ");
    throw new SimulationError(`${chip.id} has no DMA master ${name}; it has ${names}`);
  }

  /** A handler that nothing can call tries nothing. */
  #requireInterrupts(master: string): void {
    if (!this.#interrupts.hasHandler(master) || !this.#engines.has(master) || this.#devices.has(master)) return;
    throw new SimulationError(
      `the engine of ${master} raises no interrupt, so that what handles it (onInterrupt) is never called: model ${master} with \`device\``,
    );
  }

  #execute(operation: RecordedOperation): void {
    const executed = this.#cpu.execute(operation);
    if (executed !== "part of a loop") this.#linesSinceTurn += executed === "whole lines" ? 1 : linesPerTurn;
    if (this.#linesSinceTurn >= linesPerTurn) {
      this.#linesSinceTurn = 0;
      this.#turn();
    }
    this.#patience.call();
  }

  /** After a call by which a driver does something. */
  #call(): void {
    this.#turn();
    this.#patience.renew();
    this.#patience.call();
  }

  /** After a call by which a driver looks whether something has happened. */
  #look(): void {
    if (this.#turn()) this.#patience.renew();
    else this.#patience.look();
  }

  /** The adversary's turn. @returns whether something happened that a driver may be waiting for */
  #turn(): boolean {
    const random = this.#world.choices.turn();
    const isActive = this.#adversary.turn(random, afterCall);
    return this.#interrupts.deliver(random, false) || isActive;
  }

  #situation(): string {
    const running = this.#masters.flatMap(({ name, isRunning }) => (isRunning ? [name] : []));
    if (running.length > 0) return `${running.join(", ")} ${running.length > 1 ? "are" : "is"} running`;
    const known = this.#masters.map(({ name, wasStarted, isWaiting = false }) => {
      if (!isWaiting) return `${name} ${wasStarted ? "has ended" : "was never started"}`;
      const note = this.#world.journal.lastNoteOf(name);
      return `${name} waits${note === undefined ? "" : `: it ${note}`}`;
    });
    return ["no DMA master is running", ...known].join("; ");
  }
}
