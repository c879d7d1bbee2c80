// What a fence makes the CPU do to the line that is followed: operations, completions and barriers, from the steps of the
// plan and the facts of the mechanisms. SEMANTICS.md, sections 8 and 9.
import type {
  CacheLevel,
  Domain,
  FenceMethod,
  Mechanism,
  Operation,
  ResolvedCore,
  SequenceItem,
} from "../model/chip.ts";
import type { FencePlan, FenceStep, Maintenance, RegionRange } from "../plan/operation.ts";
import { type BarrierMeaning, barrierOf, knownBarrier } from "./barriers.ts";
import { NotExpressed } from "./not-expressed.ts";
import type { Chosen } from "./scenarios.ts";
import type { Port } from "./world.ts";

type Line = Chosen["line"];

interface ItemBase {
  /** From 1, as `fencegen plan` numbers them. */
  readonly step: number;
  /** Tells items of one step apart. */
  readonly place: number;
  /** A number for each time that interrupts are masked, where they are. */
  readonly masked: number | undefined;
}

export interface BarrierItem extends ItemBase {
  readonly kind: "barrier";
  readonly barrier: BarrierMeaning;
}

export interface OperationItem extends ItemBase {
  readonly kind: "operation";
  readonly mechanism: Mechanism;
  readonly operation: Operation;
  /** It comes after the one before it, with which its sequence begins. */
  readonly isEnd: boolean;
  /** It is an access to registers of a controller, which keep the order of a device. */
  readonly isDevice: boolean;
  /** It may do nothing as well: interrupts are not masked, or the silicon needs it more often. */
  readonly mayFail: boolean;
  /** Those of the lines that it acts on. */
  readonly lines: readonly Line[];
}

export interface CompletionItem extends ItemBase {
  readonly kind: "completion";
  readonly mechanism: Mechanism;
  /** It returns when the operations are done; else it is only sent. */
  readonly waits: boolean;
  readonly isDevice: boolean;
  readonly lines: readonly Line[];
}

export type FenceItem = BarrierItem | OperationItem | CompletionItem;

/** A step of a fence, by its number from 1. */
export interface StepPlace {
  readonly fence: FenceMethod;
  readonly step: number;
}

/** What cannot be left out, because a model of one line would not show it. */
const unseen: Partial<Record<FenceStep["kind"], string>> = {
  "return-if-empty": "a buffer without bytes has no line to follow",
  "read-line-size": "the lines of a model have no size",
  "compiler-barrier": "it does nothing to memory",
};

export function fenceItems(
  plan: FencePlan,
  core: ResolvedCore,
  domain: Domain,
  port: Port,
  method: FenceMethod,
  leftOut: StepPlace | undefined,
): FenceItem[] {
  const reader = new StepReader(core, domain, port, plan.lineBytes ?? 32);
  for (const [index, step] of plan[method].entries()) {
    const isLeftOut = leftOut?.fence === method && leftOut.step === index + 1;
    if (isLeftOut && unseen[step.kind])
      throw new NotExpressed(`leaving out ${method} ${index + 1}: ${unseen[step.kind]}`);
    if (!isLeftOut && !reader.read(step, index + 1)) break;
  }
  return reader.items;
}

/** A buffer that shares its first and its last line with others and has one to itself in between. */
class StepReader {
  readonly items: FenceItem[] = [];
  readonly #core: ResolvedCore;
  readonly #domain: Domain;
  readonly #port: Port;
  readonly #lineBytes: bigint;
  readonly #first: bigint;
  #masked: number | undefined;
  #timesMasked = 0;
  /** By mechanism, lines with operations that nothing has waited for. */
  readonly #unfinished = new Map<string, Set<Line>>();

  constructor(core: ResolvedCore, domain: Domain, port: Port, lineBytes: number) {
    this.#core = core;
    this.#domain = domain;
    this.#port = port;
    this.#lineBytes = BigInt(lineBytes);
    this.#first = down(port.region.base, this.#lineBytes) + 4n * this.#lineBytes;
  }

  /** @returns false where the step leaves the fence */
  read(step: FenceStep, number: number): boolean {
    switch (step.kind) {
      case "return-if-empty":
      case "read-line-size":
      case "compiler-barrier":
        return true;
      case "mask-interrupts":
        this.#masked = ++this.#timesMasked;
        return true;
      case "restore-interrupts":
        this.#masked = undefined;
        return true;
      case "region-guard":
        if (this.#startsIn(step.regions)) return true;
        for (const each of step.outside) this.read(each, number);
        return false;
      case "barrier":
        this.#barrier(knownBarrier(step.instruction, this.#core, this.#domain), number);
        return true;
      case "maintain-lines":
      case "maintain-range":
      case "maintain-whole-cache":
        if (this.#startsIn(step.onlyIn)) this.#maintain(step, number);
        return true;
      case "complete-maintenance":
        if (this.#startsIn(step.onlyIn)) this.#complete(step.mechanism, step.accesses, number);
        return true;
    }
  }

  #startsIn(regions: readonly RegionRange[] | undefined): boolean {
    const { base } = this.#port.region;
    return regions?.some((range) => range.base <= base && base < range.base + range.sizeBytes) ?? true;
  }

  #maintain(step: Maintenance, number: number): void {
    const mechanism = cachesOf(this.#core).find(({ name }) => name === step.levels[0])?.mechanism;
    const operation = mechanism?.operations.find(({ name }) => name === step.operation);
    if (!mechanism || !operation) throw new NotExpressed(`no description has the operation ${step.operation}`);
    const byAddress = this.#linesByAddress(step);
    // Where no barrier stands between the operations of a loop, one access is that of any line that is followed.
    const isApart = step.accesses.some((item) => this.#isBarrier(item));
    const turns = isApart ? byAddress : [[...new Set(byAddress.flat())]];
    for (const lines of turns) this.#operations(step.accesses, mechanism, operation, lines, number);
  }

  /** For each address that the step gives to its operation, the lines, of those that scenarios follow, that it acts on. */
  #linesByAddress(step: Maintenance): Line[][] {
    const all: readonly Line[] = ["first", "inner", "last"];
    if (step.kind !== "maintain-lines") {
      if (step.kind === "maintain-range" && (step.pieces?.windowBytes ?? 4096) < 8 * step.lineBytes)
        throw new NotExpressed(`${step.operation} is given to pieces of a few lines`);
      return [[...all]];
    }
    const size = BigInt(step.lineBytes);
    const start = down(this.#first + this.#lineBytes / 2n, size);
    const end = down(this.#first + this.#lineBytes / 2n + 2n * this.#lineBytes - 1n, size);
    const addresses: bigint[] = [];
    for (let address = start; address <= end; address += step.lines === "all" || start === end ? size : end - start)
      addresses.push(address);
    return addresses.map((address) =>
      all.filter((_, index) => {
        const line = this.#first + BigInt(index) * this.#lineBytes;
        return address < line + this.#lineBytes && line < address + size;
      }),
    );
  }

  /** The operation as often as it is issued, and what stands with it. */
  #operations(
    accesses: readonly SequenceItem[],
    mechanism: Mechanism,
    operation: Operation,
    lines: readonly Line[],
    number: number,
  ): void {
    const length = operation.sequence.length;
    for (let at = 0; at < accesses.length; at += length) {
      const sequence = accesses.slice(at, at + length);
      const parts = partsOf(sequence, operation, mechanism);
      const timesIssued = at / length + 1;
      for (const [index, item] of sequence.entries()) {
        const part = parts.get(index);
        if (part) {
          const isShort = timesIssued < part.operation.repeat;
          const mayFail = isShort || (mechanism.interruptsMasked && this.#masked === undefined);
          this.#operation(mechanism, part, mayFail, lines, number);
        }
        if (!changes(item)) this.#wait(item, number);
        else if (this.#isBarrier(item)) this.#barrier(knownBarrier(item.instruction, this.#core, this.#domain), number);
      }
    }
  }

  #operation(
    mechanism: Mechanism,
    { operation, isEnd }: Part,
    mayFail: boolean,
    lines: readonly Line[],
    number: number,
  ): void {
    if (lines.length === 0) return;
    const isDevice = isOfDevice(mechanism, operation.sequence);
    this.#push({ kind: "operation", mechanism, operation, isEnd, isDevice, mayFail, lines }, number);
    this.#unfinished.set(mechanism.instance, new Set([...(this.#unfinished.get(mechanism.instance) ?? []), ...lines]));
  }

  #complete(id: string, accesses: readonly SequenceItem[], number: number): void {
    const last = accesses.at(-1);
    const mechanism = mechanismsOf(this.#core).find(
      (each) => each.id === id && isSame(each.completion?.sequence.at(-1), last),
    );
    if (!mechanism?.completion) throw new NotExpressed(`no description has the completion of ${id}`);
    if (mechanism.completion.waits) {
      for (const item of accesses) if (!changes(item)) this.#wait(item, number);
      return;
    }
    this.#unfinished.delete(mechanism.instance);
    const isDevice = isOfDevice(mechanism, accesses);
    this.#push({ kind: "completion", mechanism, waits: false, isDevice, lines: ["first", "inner", "last"] }, number);
  }

  /** A poll or a read-back completes the mechanisms of which a sequence ends with one of the same register. */
  #wait(item: SequenceItem, number: number): void {
    for (const mechanism of mechanismsOf(this.#core)) {
      const sequences = [...mechanism.operations, ...(mechanism.completion ? [mechanism.completion] : [])];
      const ends = sequences.flatMap(({ sequence }) => sequence.at(-1) ?? []).filter((end) => !changes(end));
      const isEnd = ends.some(
        (end) => addressOf(end) === addressOf(item) && (item.kind === "poll" || end.kind === "read"),
      );
      // Waiting once more for what has been waited for changes nothing.
      const lines = [...(this.#unfinished.get(mechanism.instance) ?? [])];
      if (!isEnd || lines.length === 0) continue;
      this.#unfinished.delete(mechanism.instance);
      this.#push({ kind: "completion", mechanism, waits: true, isDevice: true, lines }, number);
    }
  }

  #barrier(barrier: BarrierMeaning, number: number): void {
    this.#push({ kind: "barrier", barrier }, number);
  }

  #push(item: Bare<BarrierItem> | Bare<OperationItem> | Bare<CompletionItem>, step: number): void {
    this.items.push({ ...item, step, place: this.items.length, masked: this.#masked });
  }

  #isBarrier(item: SequenceItem): item is Extract<SequenceItem, { kind: "instruction" }> {
    return item.kind === "instruction" && barrierOf(item.instruction, this.#core, this.#domain) !== undefined;
  }
}

type Bare<Item extends ItemBase> = Omit<Item, keyof ItemBase>;

/** What takes effect at a command of a sequence. */
interface Part {
  readonly operation: Operation;
  /** It comes after the part before it. */
  readonly isEnd: boolean;
}

/**
 * The operations that a sequence consists of, by the index of the command that each takes effect at: the sequence's own at the last
 * one; where commands before that are an operation by themselves, that one, and at the end what it has left to do.
 */
function partsOf(sequence: readonly SequenceItem[], whole: Operation, { operations }: Mechanism): Map<number, Part> {
  const others = operations.filter(({ name }) => name !== whole.name);
  const trigger = sequence.findLastIndex(changes);
  const parts = new Map<number, Part>();
  let pending: string[] = [];
  let before: Operation | undefined;
  for (const [index, item] of sequence.entries()) {
    if (!changes(item)) continue;
    pending = [...pending, commandText(item)];
    const own = others
      .filter((other) => endsWith(pending, other.sequence.filter(changes).map(commandText)))
      .sort((one, other) => other.sequence.filter(changes).length - one.sequence.filter(changes).length)
      .at(0);
    const isWhole = index === trigger && before === undefined;
    const operation = isWhole ? whole : index === trigger ? (own ?? leftOf(whole, before!)) : own;
    if (!operation) continue;
    parts.set(index, { operation, isEnd: index === trigger && before !== undefined });
    before = operation;
    pending = [];
  }
  return parts;
}

/** What an operation does that begins with another, once that has been executed. */
function leftOf(whole: Operation, { effect, to }: Operation): Operation {
  const isHalf = whole.effect === "clean-and-invalidate" && to === whole.to;
  const left = { clean: "invalidate", invalidate: "clean" } as const;
  const rest = isHalf && (effect === "clean" || effect === "invalidate") ? left[effect] : whole.effect;
  return { ...whole, name: `the end of ${whole.name}`, effect: rest };
}

function endsWith(commands: readonly string[], last: readonly string[]): boolean {
  return last.length > 0 && last.length <= commands.length && commands.slice(-last.length).join() === last.join();
}

/** Commands with the same text do the same. */
function commandText(item: SequenceItem): string {
  return JSON.stringify(item, (key, value: unknown) =>
    key === "register"
      ? String((value as { address: bigint }).address)
      : typeof value === "bigint"
        ? `${value}`
        : value,
  );
}

/** Every cache that a fence may maintain. */
function cachesOf({ caches, masterCaches }: ResolvedCore): CacheLevel[] {
  return [...caches, ...masterCaches];
}

/** The mechanisms that maintain them, each controller once. */
function mechanismsOf(core: ResolvedCore): Mechanism[] {
  return [
    ...new Map(
      cachesOf(core).flatMap(({ mechanism }) => (mechanism ? [[mechanism.instance, mechanism] as const] : [])),
    ).values(),
  ];
}

/** Whether it does more than to read. */
function changes({ kind }: SequenceItem): boolean {
  return kind !== "poll" && kind !== "read";
}

/** Whether it is nothing but accesses to a controller's registers, and those are Device memory or the like. */
function isOfDevice({ ordering }: Mechanism, sequence: readonly SequenceItem[]): boolean {
  const isDevice = ordering.accessClass === "device-read" || ordering.accessClass === "device-write";
  return isDevice && sequence.every(({ kind }) => kind !== "instruction" && kind !== "call");
}

function addressOf(item: SequenceItem): bigint | undefined {
  return "register" in item ? item.register.address : undefined;
}

function isSame(one: SequenceItem | undefined, other: SequenceItem | undefined): boolean {
  return one !== undefined && other !== undefined && one.kind === other.kind && addressOf(one) === addressOf(other);
}

function down(address: bigint, multiple: bigint): bigint {
  return address - (address % multiple);
}
