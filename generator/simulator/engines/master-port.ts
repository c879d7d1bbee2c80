// How a DMA master reaches the memory of a simulated machine: what it sees of the core's caches, and its own.
import type { DmaController, ResolvedCore } from "../../model/chip.ts";
import { requireBuffer } from "../../runtime/buffer.ts";
import type { DmaBuffer } from "../../runtime/dma-fence.ts";
import type { SizedLine } from "../../semantics/line-sizes.ts";
import type { LineState } from "../../semantics/line-state.ts";
import { type MasterSide, masterReads, masterWrites } from "../../semantics/master-side.ts";
import { mayAccess } from "../../semantics/memory-map.ts";
import { maintainedFrontOf, mayLeaveDirty, portAmong } from "../../semantics/ports.ts";
import type { Line, View } from "../memory/line.ts";
import type { Piece } from "../memory/simulated-memory.ts";
import type { Claim, Direction } from "../ownership/byte.ts";
import type { ClaimOptions } from "../ownership/claim-options.ts";
import { SimulationError } from "../simulation-error.ts";
import { loggingRefusal } from "../trace/refused.ts";
import type { World } from "../world.ts";

const sides = new WeakMap<DmaController, WeakMap<SizedLine, Map<View | undefined, MasterSide>>>();

/** How a master comes to a line, at an address behind which some of its levels lie; left out, all. */
export function sideOf(
  { core }: Pick<World, "core">,
  controller: DmaController,
  { sized }: Line,
  view?: View,
): MasterSide {
  const ofMaster = sides.get(controller) ?? new WeakMap<SizedLine, Map<View | undefined, MasterSide>>();
  sides.set(controller, ofMaster);
  const ofLine = ofMaster.get(sized) ?? new Map<View | undefined, MasterSide>();
  ofMaster.set(sized, ofLine);
  const side = ofLine.get(view) ?? newSide(core, controller, sized, view ?? [...sized.levels.entries.keys()]);
  ofLine.set(view, side);
  return side;
}

function newSide(core: ResolvedCore, controller: DmaController, { levels, front }: SizedLine, view: View): MasterSide {
  const behind = view.map((index) => levels.entries[index]!.level);
  const port = portAmong(behind, controller, core);
  const dirties = behind.flatMap((level, index) =>
    index >= port && mayLeaveDirty(controller, core.caches[level]!, core) ? [index] : [],
  );
  const own = maintainedFrontOf(controller, core);
  return {
    port,
    dirties,
    levels: view.map((index) => levels.rules[index]!),
    front: front.entries.flatMap(({ level }, index) => (own.includes(level) ? [index] : [])),
    rules: front.rules,
    driven: [],
  };
}

export class MasterPort {
  readonly #world: World;
  readonly controller: DmaController;

  constructor(world: World, controller: DmaController) {
    this.#world = world;
    this.controller = controller;
  }

  /** What an access to bytes consists of. @param atomicBytes size of the words that are accessed at one moment each */
  piecesOf(address: bigint, lengthBytes: number, atomicBytes: number): Piece[] {
    return this.#world.memory.piecesOf(address, lengthBytes, atomicBytes);
  }

  /** A piece as the master sees it now. */
  read(address: bigint, lengthBytes: number, isDescriptor = false): Uint8Array {
    const { memory, clock, isInOrder, journal, ledger } = this.#world;
    const bytes = new Uint8Array(lengthBytes);
    let from = 0;
    for (const unit of memory.unitsOf(address, lengthBytes)) {
      const { line, view } = unit;
      const cell = line.cellOf(unit.offset);
      const side = sideOf(this.#world, this.controller, line, view);
      const read = (state: LineState) => masterReads(line.seen(state, view), cell, side);
      const value = read(line.state);
      if (!isInOrder) line.observe(clock.now, (state) => read(state) === value);
      bytes.set(line.bytesOf(value), from);
      from += unit.lengthBytes;
    }
    journal.logBytes(clock.now, { agent: "DMA", master: this.controller.name, kind: "dma-read", address }, bytes);
    ledger.access(this.controller.name, "read", address, bytes, isDescriptor);
    return bytes;
  }

  /** @param bytes are not changed afterwards */
  write(address: bigint, bytes: Uint8Array, isDescriptor = false): void {
    const { memory, clock, isInOrder, journal, choices, ledger } = this.#world;
    let from = 0;
    for (const unit of memory.unitsOf(address, bytes.length)) {
      const { line, view, lengthBytes } = unit;
      const cell = line.cellOf(unit.offset);
      const side = sideOf(this.#world, this.controller, line, view);
      const value = line.valueOf(bytes.subarray(from, from + lengthBytes));
      line.changeThrough(isInOrder ? undefined : clock.now, view, (seen) =>
        choices.open(masterWrites(seen, cell, value, side)),
      );
      from += lengthBytes;
    }
    journal.logBytes(clock.now, { agent: "DMA", master: this.controller.name, kind: "dma-write", address }, bytes);
    ledger.access(this.controller.name, "write", address, bytes, isDescriptor);
  }

  /** The master has a buffer from now on. @param call of the driver by which it got it */
  claim(
    call: string,
    buffer: DmaBuffer,
    direction: Direction,
    { isDescriptor = false, ...options }: ClaimOptions = {},
  ): Claim {
    const what = { master: this.controller.name, buffer, direction, isDescriptor, ...options };
    return loggingRefusal(this.#world, () => this.#world.ledger.claim(call, what));
  }

  advance(claim: Claim, doneBytes: number): void {
    this.#world.ledger.advance(claim, doneBytes);
  }

  end(...claims: readonly Claim[]): void {
    for (const claim of claims) this.#world.ledger.end(claim);
  }

  /** The driver starts it. */
  start(): void {
    loggingRefusal(this.#world, () => this.#world.ledger.start(this.controller.name));
  }

  /** The driver has seen in a register how far it is. */
  seen(): void {
    this.#world.ledger.seen(this.controller.name);
  }

  /** Something that it did beside its accesses, for the trace. */
  note(text: string): void {
    const { journal, clock } = this.#world;
    journal.log(clock.now, { agent: "DMA", master: this.controller.name, kind: "note", text });
  }

  /** @throws as `requireReach` does */
  requireReach(buffer: DmaBuffer, writes: boolean): void {
    requireReach(this.#world, this.controller, buffer, writes);
  }
}

/**
 * @throws {SimulationError} for memory that the master does not reach, or that there is not
 * @throws {RangeError} for a buffer that is none
 */
export function requireReach(
  { chip, memory }: Pick<World, "chip" | "memory">,
  controller: DmaController,
  buffer: DmaBuffer,
  writes: boolean,
): void {
  requireBuffer(buffer);
  const { address, lengthBytes } = buffer;
  const end = address + BigInt(lengthBytes);
  for (let at = address; at < end; ) {
    const { name, last } = memory.extentAt(at);
    if (!mayAccess(controller, name, writes))
      throw new SimulationError(
        `${chip.id}: ${controller.name} cannot ${writes ? "write to" : "read"} ${name} (0x${at.toString(16)})`,
      );
    at = last + 1n;
  }
}
