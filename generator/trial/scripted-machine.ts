// The machine on which a driver is executed to find out what it does next: it is told what each look of the driver finds, and stops it
// where it asks for more.

import { Interpreter } from "../program/interpret.ts";
import { lineSizeIn } from "../program/line-size-registers.ts";
import { requireBuffer } from "../runtime/buffer.ts";
import type { DmaBuffer, RegisterWidthBits } from "../runtime/dma-fence.ts";
import type { Barrier } from "../runtime/meaning.ts";
import type { RecordedOperation } from "../runtime/recording-machine.ts";
import { deviceAccess, loadFrom, storeTo } from "../semantics/instruction.ts";
import { lineOperations } from "../simulator/cpu/line-operations.ts";
import { atomicBytesOf, bytesOfWord, bytesToStore, wordOfBytes } from "../simulator/cpu/require-access.ts";
import { requireReach } from "../simulator/engines/master-port.ts";
import { descriptorBytes, type SimulatedDmaEngine, type Transfer } from "../simulator/engines/simulated-dma-engine.ts";
import type { CpuAccess } from "../simulator/machine.ts";
import { wordsOf } from "../simulator/memory/words.ts";
import type { Claim } from "../simulator/ownership/byte.ts";
import { ByteNames } from "../simulator/ownership/byte-names.ts";
import { Ledger } from "../simulator/ownership/ledger.ts";
import { unseenLine } from "../simulator/ownership/unseen-line.ts";
import { SimulationError } from "../simulator/simulation-error.ts";
import { Contents } from "./contents.ts";
import type { DriverMachine } from "./driver-machine.ts";
import { type EngineTask, mostMoves } from "./engine.ts";
import type { Answer, NewItem, Place } from "./item.ts";
import type { TrialWorld } from "./world.ts";

/** Thrown where the driver asks for what it has not been told yet. */
export class Ahead extends Error {
  override readonly name = "Ahead";
}

/** Thrown where a driver does what is not explored. */
export class Unexplored extends Error {
  override readonly name = "Unexplored";
}

/** How often a driver may let time pass without looking. */
const mostWaits = 2_000;

/** What a descriptor tells an engine to do. */
interface Described {
  readonly direction: "read" | "write";
  readonly buffer: DmaBuffer;
  /** How many bytes the descriptor says that the buffer has; a transfer to it may be shorter. */
  readonly saidBytes: number;
}

type WithoutCalls = NewItem extends infer Each ? (Each extends unknown ? Omit<Each, "calls"> : never) : never;

export class ScriptedMachine implements DriverMachine {
  readonly items: NewItem[] = [];
  readonly contents: Contents;
  readonly ledger: Ledger;
  /** Why the driver was stopped; undefined where it was not. */
  stopped: Ahead | Unexplored | undefined;
  readonly #world: TrialWorld;
  readonly #answers: readonly Answer[];
  readonly #limit: number;
  readonly #newTask: (task: Omit<EngineTask, "id">) => EngineTask;
  readonly #names = new ByteNames();
  readonly #interpreter: Interpreter;
  readonly #engines = new Map<string, SimulatedDmaEngine>();
  /** Where descriptors say that they are given back, and what the driver knows once it has found that. */
  readonly #givenBack: { readonly at: bigint; readonly end: () => void }[] = [];
  #calls: string[] = [];
  #answered = 0;
  #waits = 0;
  #isMasked = false;

  /**
   * @param answers what each look finds, in turn
   * @param newTask gives what an engine is told a number
   * @param limit after how many items it is stopped
   */
  constructor(
    world: TrialWorld,
    answers: readonly Answer[],
    newTask: (task: Omit<EngineTask, "id">) => EngineTask,
    limit = world.bounds.mostAccesses,
  ) {
    this.#world = world;
    this.#answers = answers;
    this.#newTask = newTask;
    this.#limit = limit;
    this.#interpreter = new Interpreter(world.core);
    this.contents = new Contents((address) => {
      const { line, offset: cell } = world.memory.locate(address);
      return line.state.memory[cell]!;
    });
    this.ledger = new Ledger(
      world.ownership,
      this.#names,
      (address, master) => unseenLine(world, address, master),
      world.memory.lineBytes,
    );
    this.ledger.isWatching = true;
  }

  /** Calls of the fence behind the last item. */
  get callsLeft(): readonly string[] {
    return this.#calls;
  }

  /** The fence is called. */
  called(call: "release" | "acquire", buffer: DmaBuffer): void {
    this.#goOn();
    this.#world.memory.requireExtent(buffer.address, buffer.lengthBytes);
    if (call === "acquire") this.contents.acquire(buffer);
    this.ledger[call](buffer, 0);
    this.#calls.push(`${call}(${this.#names.ofBuffer(buffer)})`);
  }

  engine(controllerName: string): SimulatedDmaEngine {
    const known = this.#engines.get(controllerName);
    if (known) return known;
    const engine = this.#newEngine(controllerName);
    this.#engines.set(controllerName, engine);
    return engine;
  }

  named(name: string, buffer: DmaBuffer): DmaBuffer {
    requireBuffer(buffer);
    this.#names.add(name, buffer);
    return buffer;
  }

  store(address: bigint, bytes: ArrayLike<number>, access?: CpuAccess): void {
    const atomicBytes = atomicBytesOf(access);
    const stored = bytesToStore(address, bytes);
    this.#world.memory.requireExtent(address, stored.length);
    this.#goOn();
    this.ledger.store({ address, lengthBytes: stored.length });
    this.#requireRoom(stored.length, atomicBytes);
    for (const { offset, lengthBytes } of wordsOf(address, stored.length, atomicBytes)) {
      const places = this.#places(address + BigInt(offset), lengthBytes);
      const values = places.map((_, index) => stored[offset + index]!);
      this.contents.store(places[0]!.address, values);
      const accesses = places.map((place, index) => storeTo(cellOf(place), values[index]!));
      this.#add({ kind: "store", text: `store ${values.join()} to ${hex(places[0]!.address)}`, accesses, places });
    }
  }

  load(address: bigint, lengthBytes: number, access?: CpuAccess): Uint8Array {
    const atomicBytes = atomicBytesOf(access);
    requireBuffer({ address, lengthBytes });
    this.#goOn();
    // Before the first byte is asked for: a rule that the load breaks is broken whatever it finds. No bytes tell the ledger anything here.
    this.ledger.load({ address, lengthBytes }, new Uint8Array());
    this.#requireRoom(lengthBytes, atomicBytes);
    const bytes = new Uint8Array(lengthBytes);
    for (const piece of wordsOf(address, lengthBytes, atomicBytes)) {
      const places = this.#places(address + BigInt(piece.offset), piece.lengthBytes);
      const question = `load ${piece.lengthBytes} at ${hex(places[0]!.address)}`;
      const accesses = places.map((place) => loadFrom(cellOf(place)));
      const expected = places.map((place) => this.contents.at(place.address));
      bytes.set(this.#ask({ kind: "load", text: question, question, accesses, places, expected }), piece.offset);
    }
    for (const { at, end } of this.#givenBack) if (bytes[Number(at - address)] === 1) end();
    return bytes;
  }

  store32(address: bigint, value: number): void {
    this.store(address, bytesOfWord(value), { atomicBytes: 4 });
  }

  load32(address: bigint): number {
    return wordOfBytes(this.load(address, 4, { atomicBytes: 4 }));
  }

  barrier({ instruction }: Pick<Barrier, "instruction">): void {
    this.#execute({ kind: "barrier", instruction });
  }

  compilerBarrier(): void {
    this.#execute({ kind: "compiler-barrier" });
  }

  maintain(instruction: string, address?: bigint): void {
    this.#execute({ kind: "maintain", instruction, address });
  }

  writeRegister(address: bigint, value: bigint, widthBits: RegisterWidthBits): void {
    this.#execute({ kind: "write-register", address, value, widthBits });
  }

  readRegister(address: bigint, widthBits: RegisterWidthBits): bigint {
    this.#execute({ kind: "read-register", address, widthBits });
    return lineSizeIn(address, this.#world.core, this.#world.memory.sizes);
  }

  readSystemRegister(instruction: string): bigint {
    this.#execute({ kind: "read-system-register", instruction });
    return lineSizeIn(instruction, this.#world.core, this.#world.memory.sizes);
  }

  pollRegister(address: bigint, mask: bigint, until: "clear" | "set", widthBits: RegisterWidthBits): void {
    this.#execute({ kind: "poll-register", address, mask, until, widthBits });
  }

  maskInterrupts(): unknown {
    const before = this.#isMasked;
    this.#isMasked = true;
    this.#execute({ kind: "mask-interrupts" });
    return before;
  }

  restoreInterrupts(before: unknown): void {
    this.#isMasked = before === true;
    if (!this.#isMasked) this.#execute({ kind: "restore-interrupts" });
  }

  interruptsMasked(): boolean {
    return this.#isMasked;
  }

  dmaRead(address: bigint, lengthBytes: number, master: string): readonly number[] {
    const engine = this.engine(master);
    engine.start({ read: { address, lengthBytes } });
    while (!engine.isDone()) this.wait();
    return engine.received;
  }

  dmaWrite(address: bigint, bytes: ArrayLike<number>, master: string): void {
    const engine = this.engine(master);
    engine.start({ write: { buffer: { address, lengthBytes: bytes.length }, data: Uint8Array.from(bytes) } });
    while (!engine.isDone()) this.wait();
  }

  wait(): void {
    this.#goOn();
    this.#waits++;
    if (this.#waits > mostWaits) throw new SimulationError("the driver waits and never looks");
  }

  /** Says of what `SimulatedMachine` has and this has not that it is not explored. */
  device(): never {
    return this.#stop(
      new Unexplored("a device that the test models (device) is not explored; forSeeds tries it under many schedules"),
    );
  }

  onInterrupt(): never {
    return this.#stop(
      new Unexplored("interrupts (onInterrupt) are not explored; forSeeds tries them under many schedules"),
    );
  }

  fill(): never {
    return this.#stop(new Unexplored("a schedule of the driver's own (fill) is not explored"));
  }

  evict(): never {
    return this.#stop(new Unexplored("a schedule of the driver's own (evict) is not explored"));
  }

  #newEngine(name: string): SimulatedDmaEngine {
    const { chip, masters } = this.#world;
    const controller = chip.dma.find((each) => each.name === name);
    if (!controller) {
      const names = chip.dma.map((each) => each.name).join(", ");
      throw new SimulationError(`${chip.id} has no DMA master ${name}; it has ${names}`);
    }
    if (!masters.includes(controller)) masters.push(controller);
    const engine = masters.indexOf(controller);
    const requireReached = (buffer: DmaBuffer, writes: boolean) =>
      requireReach(this.#world, controller, buffer, writes);
    let task: EngineTask | undefined;
    let claims: readonly Claim[] = [];
    const access = (by: "write" | "read", purpose: "start" | "status") =>
      deviceAccess(name, by === "write" ? "device-write" : "device-read", purpose);
    const claim = (buffer: DmaBuffer, direction: "read" | "write", isDescriptor = false) =>
      this.ledger.claim(`start of ${name}`, { master: name, buffer, direction, isDescriptor });
    const end = (ended: readonly Claim[]) => {
      for (const each of ended) this.ledger.end(each);
      this.ledger.seen(name);
    };
    const start = (text: string, by: "write" | "read", next: EngineTask) => {
      task = next;
      this.#add({ kind: "start", text, accesses: [access(by, "start")], engine, task: next });
    };
    const machine = this;
    return {
      name,
      get received() {
        if (!task) return [];
        const question = `received by ${name} ${task.id}`;
        return [...machine.#ask({ kind: "received", text: question, question, engine })];
      },
      start: ({ read, write }: Transfer, by = "write") => {
        if (read) requireReached(read, false);
        if (write) requireReached(write.buffer, true);
        if (write && write.data.length > write.buffer.lengthBytes)
          throw new RangeError(
            `${write.data.length} bytes are to be written to a buffer of ${write.buffer.lengthBytes}`,
          );
        if (!read && !write) throw new RangeError("a transfer reads, writes, or both; this one does nothing");
        const data = [...(write?.data ?? [])];
        const written = write && { ...write.buffer, lengthBytes: data.length };
        this.#goOn();
        this.ledger.start(name);
        claims = [...(read ? [claim(read, "read")] : []), ...(written ? [claim(written, "write")] : [])];
        // A rule that is broken is broken whatever lies beyond the bounds.
        this.#requireFew((read?.lengthBytes ?? 0) + data.length);
        const expected = this.contents.known();
        const told = { ...(read && { read }), ...(written && { write: written }) };
        if (written) this.contents.lend(written);
        const bytes = [read, written].flatMap((each) => (each ? [`${hex(each.address)}+${each.lengthBytes}`] : []));
        start(`start ${name} by a ${by}: ${bytes.join(", ")}`, by, this.#newTask({ ...told, data, expected }));
      },
      startDescriptor: (address: bigint, data = new Uint8Array()) => {
        requireReached({ address, lengthBytes: descriptorBytes }, true);
        this.#goOn();
        this.ledger.start(name);
        const own = claim({ address, lengthBytes: descriptorBytes }, "write", true);
        const expected = this.contents.known();
        const told = this.#describedAt(address, data.length);
        requireReached(told.buffer, told.direction === "write");
        const all = [own, claim(told.buffer, told.direction)];
        claims = all;
        this.#requireFew(Math.max(data.length, told.saidBytes));
        this.contents.lend({ address: address + 12n, lengthBytes: 4 });
        if (told.direction === "write") this.contents.lend(told.buffer);
        this.#givenBack.push({ at: address + 12n, end: () => end(all) });
        const next = this.#newTask({ descriptor: address, data: [...data], expected });
        start(`start ${name} with the descriptor at ${hex(address)}`, "write", next);
      },
      isDone: () => {
        const question = `status of ${name}`;
        const accesses = [access("read", "status")];
        const [isDone] = this.#ask({ kind: "status", text: `read the ${question}`, question, accesses, engine });
        if (isDone !== 1) return false;
        if (task) this.contents.ended(task);
        end(claims);
        return true;
      },
    };
  }

  /** What a descriptor tells the engine, as the driver has written it. */
  #describedAt(address: bigint, dataBytes: number): Described {
    const bytes = Array.from({ length: 12 }, (_, index) => this.contents.at(address + BigInt(index)) ?? 0);
    const words = new DataView(Uint8Array.from(bytes).buffer);
    const lengthBytes = words.getUint32(4, true);
    const at = BigInt(words.getUint32(0, true));
    return words.getUint32(8, true) === 1
      ? { direction: "write", buffer: { address: at, lengthBytes: dataBytes }, saidBytes: lengthBytes }
      : { direction: "read", buffer: { address: at, lengthBytes }, saidBytes: lengthBytes };
  }

  /** An access of more words than a run may have is not begun. */
  #requireRoom(lengthBytes: number, atomicBytes: number): void {
    const { mostAccesses } = this.#world.bounds;
    if (lengthBytes > mostAccesses * atomicBytes)
      this.#stop(
        new Unexplored(
          `an access to ${lengthBytes} bytes is one to each; a run has more than ${mostAccesses} accesses and barriers (mostAccesses)`,
        ),
      );
  }

  #requireFew(bytes: number): void {
    if (bytes > mostMoves)
      this.#stop(new Unexplored(`a transfer moves ${bytes} bytes; ${mostMoves} are explored at most`));
  }

  #places(address: bigint, lengthBytes: number): Place[] {
    return Array.from({ length: lengthBytes }, (_, index) => {
      const at = address + BigInt(index);
      return { address: at, located: this.#world.memory.locate(at) };
    });
  }

  #execute(operation: RecordedOperation): void {
    this.#goOn();
    for (const meaning of this.#interpreter.next(operation)) {
      if (meaning.kind === "barrier") {
        const text = operation.kind === "barrier" ? operation.instruction : "barrier";
        this.#add({ kind: "barrier", text, barrier: meaning });
      } else if (meaning.kind === "complete") {
        const text = `complete ${meaning.item.rules.instance}`;
        this.#add({ kind: "complete", text, accesses: [meaning.item] });
      } else
        for (const each of lineOperations(meaning, this.#world)) {
          const text = `${each.name} of the line at ${hex(each.line.base)}`;
          this.#add({ kind: "maintain", text, accesses: [each.instruction], operation: each });
        }
    }
  }

  /** @throws {Ahead} where it has not been told what is found */
  #ask(item: Extract<WithoutCalls, { readonly question: string }>): Answer {
    this.#add(item);
    const answer = this.#answers[this.#answered++];
    return answer ?? this.#stop(new Ahead());
  }

  #add(item: WithoutCalls): void {
    this.#goOn();
    if (this.items.length >= this.#limit)
      this.#stop(new Unexplored(`a run has more than ${this.#limit} accesses and barriers (mostAccesses)`));
    this.items.push({ ...item, calls: this.#calls } as NewItem);
    this.#calls = [];
    this.#waits = 0;
  }

  /** A driver that catches what stopped it does not go on. */
  #goOn(): void {
    if (this.stopped) throw this.stopped;
  }

  #stop(by: Ahead | Unexplored): never {
    this.stopped = by;
    throw by;
  }
}

function cellOf({ address, located: { line, offset: cell } }: Place) {
  return { location: hex(address), line: line.numberOf(cell), cell };
}

function hex(address: bigint): string {
  return `0x${address.toString(16)}`;
}
