// A model of write-back caches in front of memory, for tests of what finds mistakes in such: right as it is, and small enough that each
// part can be made wrong.
import { type Barrier, type Completion, DecodedMachine, lineStarts, type Maintenance } from "../../generator/index.ts";

export interface Modelled {
  readonly lineBytes: number;
  /** Whether a cache takes the lines of an address. */
  isCached?(address: bigint): boolean;
  /** The memory behind an address. */
  memoryAt?(address: bigint): bigint;
}

interface Line {
  readonly bytes: number[];
  dirty: boolean;
}

interface Pending {
  readonly operation: Maintenance;
  isCompleting: boolean;
}

/** One level of cache. */
export class ModelMachine extends DecodedMachine {
  readonly modelled: Modelled;
  readonly memory = new Map<bigint, number>();
  readonly lines = new Map<bigint, Line>();
  pending: Pending[] = [];

  constructor(modelled: Modelled) {
    super();
    this.modelled = modelled;
  }

  protected override onMaintenance(operation: Maintenance): void {
    if (operation.doneBy === "issue") this.maintain1(operation);
    else this.pending.push({ operation, isCompleting: false });
  }

  protected override onBarrier({ completes }: Barrier): void {
    this.finish(
      ({ operation: { doneBy, accessClass }, isCompleting }) =>
        completes.includes(accessClass) && (doneBy === "barrier" || isCompleting),
    );
  }

  protected override onCompletion({ mechanism, accessClass }: Completion): void {
    const own = this.pending.filter(({ operation }) => operation.mechanism === mechanism);
    for (const each of own) each.isCompleting = true;
    if (accessClass === "device-read") this.finish((each) => own.includes(each));
  }

  finish(isDone: (pending: Pending) => boolean): void {
    const done = this.pending.filter(isDone);
    this.pending = this.pending.filter((each) => !done.includes(each));
    for (const { operation } of done) this.maintain1(operation);
  }

  maintain1(operation: Maintenance): void {
    for (const start of this.startsOf(operation)) {
      if (operation.effect.startsWith("clean")) this.clean(start);
      if (operation.effect.includes("invalidate")) this.lines.delete(start);
      const line = this.lines.get(start);
      if (operation.effect === "discard-dirty" && line) line.dirty = false;
    }
  }

  startsOf(operation: Maintenance): Iterable<bigint> {
    return operation.first === undefined ? [...this.lines.keys()] : lineStarts(operation, this.modelled.lineBytes);
  }

  clean(start: bigint): void {
    const line = this.lines.get(start);
    if (line?.dirty) for (const [index, byte] of line.bytes.entries()) this.put(start + BigInt(index), byte);
    if (line) line.dirty = false;
  }

  get(address: bigint): number {
    return this.memory.get(this.modelled.memoryAt?.(address) ?? address) ?? 0;
  }

  put(address: bigint, byte: number): void {
    this.memory.set(this.modelled.memoryAt?.(address) ?? address, byte);
  }

  isCached(address: bigint): boolean {
    return this.modelled.isCached?.(address) ?? true;
  }

  lineAt(address: bigint): { line: Line; offset: number } {
    const { lineBytes } = this.modelled;
    const start = address - (address % BigInt(lineBytes));
    const fetched = () => Array.from({ length: lineBytes }, (_, index) => this.get(start + BigInt(index)));
    const line = this.lines.get(start) ?? { bytes: fetched(), dirty: false };
    this.lines.set(start, line);
    return { line, offset: Number(address - start) };
  }

  store(address: bigint, bytes: readonly number[]): void {
    for (const [index, byte] of bytes.entries()) this.storeByte(address + BigInt(index), byte);
  }

  storeByte(address: bigint, byte: number): void {
    if (!this.isCached(address)) {
      this.put(address, byte);
      return;
    }
    const { line, offset } = this.lineAt(address);
    line.bytes[offset] = byte;
    line.dirty = true;
  }

  load(address: bigint, lengthBytes: number): number[] {
    return Array.from({ length: lengthBytes }, (_, index) => {
      const at = address + BigInt(index);
      if (!this.isCached(at)) return this.get(at);
      const { line, offset } = this.lineAt(at);
      return line.bytes[offset]!;
    });
  }

  dmaRead(address: bigint, lengthBytes: number, _master: string): number[] {
    return Array.from({ length: lengthBytes }, (_, index) => this.get(address + BigInt(index)));
  }

  dmaWrite(address: bigint, bytes: readonly number[], _master: string): void {
    for (const [index, byte] of bytes.entries()) this.put(address + BigInt(index), byte);
  }

  fill(address: bigint): void {
    if (this.isCached(address)) this.lineAt(address);
  }

  evict(address: bigint): void {
    const start = address - (address % BigInt(this.modelled.lineBytes));
    this.clean(start);
    this.lines.delete(start);
  }
}
