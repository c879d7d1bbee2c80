// The program of a hand-over: what the driver does, with the fence's operations where it calls them, for all scenarios of a
// model at once. What only some of them execute says in which. SEMANTICS.md, section 12.
import type { AccessClass, FenceMethod, Mechanism, Operation } from "../model/chip.ts";
import type { BarrierMeaning } from "./barriers.ts";
import type { FenceItem, OperationItem } from "./fence-items.ts";
import type { Condition } from "./scenarios.ts";

/** Which of the lines: the buffer's, or that of a ring's descriptor. */
export type LineName = "BUFFER" | "DESCRIPTOR";
/** The buffer's cell; the neighbour's, or one that DMA leaves untouched. */
export type CellName = "OWN" | "OTHER";

export interface Cell {
  readonly line: LineName;
  readonly cell: CellName;
}

/** What a load is compared with, in Promela, and the property that it breaks. */
export interface Expected {
  readonly value: string;
  readonly property: string;
}

/** What an access does when it is performed. */
export type Effect =
  | { readonly kind: "store"; readonly to: Cell; readonly value: number }
  /** `awaits`: the driver looks again until it sees this. */
  | { readonly kind: "load"; readonly from: Cell; readonly expected?: Expected; readonly awaits?: number }
  | { readonly kind: "start" }
  | { readonly kind: "see-end"; readonly round: number }
  | {
      readonly kind: "operation";
      readonly line: LineName;
      readonly mechanism: Mechanism;
      readonly operation: Operation;
      readonly mayFail: boolean;
      /** It is the end of what the operation before it began. */
      readonly isEnd: boolean;
      /** What it does in the caches of other cores later on. */
      readonly isInOthers: boolean;
    }
  | { readonly kind: "completion"; readonly mechanism: Mechanism; readonly waits: boolean };

export interface Access {
  /** Its name in the model. */
  readonly name: string;
  readonly text: string;
  readonly accessClass: AccessClass;
  readonly effect: Effect;
  /** What it reads or writes, where that keeps order with accesses of the same; undefined for maintenance and devices. */
  readonly location: string | undefined;
  /** The device whose registers it accesses. */
  readonly device: string | undefined;
  readonly when: Condition;
  /** The method of the fence that it is part of. */
  readonly part: FenceMethod | undefined;
  readonly masked: string | undefined;
}

export interface BarrierEntry {
  readonly barrier: BarrierMeaning;
  readonly step: string;
  readonly masked: string | undefined;
}

export type Entry = Access | BarrierEntry;

/** What the CPU stores before each round and at the end, what DMA writes in each round, and what the neighbour stores. */
export const values = {
  cpu: [1, 4, 7],
  dma: [2, 5],
  neighbourBefore: 8,
  neighbour: 9,
  ownedByEngine: 1,
  ownedByDriver: 2,
} as const;

export type FenceBody = Readonly<Record<FenceMethod, readonly FenceItem[]>>;

/** @param isRing whether a descriptor on a line of its own tells the engine to begin and the driver that it has ended */
export function handOver(fence: FenceBody, isRing: boolean): Entry[] {
  const writer = new Writer();
  for (const [round, when] of [[1, {}] as const, ...(isRing ? [] : [[2, { rounds: ["two"] }] as const])]) {
    oneRound(writer, fence, round, when, isRing);
    if (isRing) writer.store("last_store", "BUFFER", "OWN", values.cpu[1], when);
    else
      writer.store(`last_store_${round}`, "BUFFER", "OWN", values.cpu[round], {
        rounds: [round === 1 ? "one" : "two"],
      });
  }
  return writer.entries;
}

function oneRound(writer: Writer, fence: FenceBody, round: 1 | 2, when: Condition, isRing: boolean): void {
  const own = values.cpu[round - 1]!;
  const dma = values.dma[round - 1]!;
  const short: Condition = { ...when, direction: ["inbound short"] };
  writer.store(`store_${round}`, "BUFFER", "OWN", own, when);
  if (round === 1) writer.store("store_other", "BUFFER", "OTHER", own, short);
  writer.load(`load_${round}`, "OWN", { value: `${own}`, property: "earlier reads" }, when);
  writer.fence(fence.release, "release", round, "BUFFER", when);
  if (isRing) {
    writer.store("give_descriptor", "DESCRIPTOR", "OWN", values.ownedByEngine, when);
    writer.fence(fence.release, "release", round, "DESCRIPTOR", when);
    writer.fence(fence.acquire, "acquire", round, "DESCRIPTOR", when);
    writer.seeDescriptor(when);
  } else {
    writer.starts(round, when);
    writer.ends(round, when);
  }
  writer.fence(fence.acquire, "acquire", round, "BUFFER", when);
  const reads: Condition = { ...when, after: ["reads and writes"] };
  const seen = `(direction == OUTBOUND -> ${own} : ${dma})`;
  writer.load(`look_${round}`, "OWN", { value: seen, property: "inbound, or untouched" }, reads);
  writer.load(
    `look_other_${round}`,
    "OTHER",
    { value: `${values.cpu[0]}`, property: "untouched" },
    { ...short, ...reads },
  );
}

class Writer {
  readonly entries: Entry[] = [];

  store(name: string, line: LineName, cell: CellName, value: number, when: Condition): void {
    const text = `store ${value} to the ${wordsOf(line, cell)}`;
    this.#access({ name, text, accessClass: "write", effect: { kind: "store", to: { line, cell }, value }, when });
  }

  load(name: string, cell: CellName, expected: Expected, when: Condition): void {
    const effect: Effect = { kind: "load", from: { line: "BUFFER", cell }, expected };
    this.#access({ name, text: `load the ${wordsOf("BUFFER", cell)}`, accessClass: "read", effect, when });
  }

  seeDescriptor(when: Condition): void {
    const from = { line: "DESCRIPTOR", cell: "OWN" } as const;
    const effect: Effect = { kind: "load", from, awaits: values.ownedByDriver };
    this.#access({ name: "see_descriptor", text: "see the descriptor given back", accessClass: "read", effect, when });
  }

  /** One of them is executed: by MMIO, which is the engine's registers, or by a word that it polls and sees at once. */
  starts(round: number, when: Condition): void {
    const start = (name: string, start: "MMIO write" | "MMIO read" | "store", accessClass: AccessClass) => {
      const of = start === "store" ? { location: "doorbell" } : { device: "engine" };
      const text = `start the engine by ${start}`;
      this.#access({
        name: `${name}_${round}`,
        text,
        accessClass,
        effect: { kind: "start" },
        when: { ...when, start: [start] },
        ...of,
      });
    };
    start("start_by_write", "MMIO write", "device-write");
    start("start_by_read", "MMIO read", "device-read");
    start("start_by_store", "store", "write");
  }

  ends(round: number, when: Condition): void {
    const end = (name: string, status: "register" | "memory", accessClass: AccessClass) => {
      const of = status === "memory" ? { location: "status" } : { device: "engine" };
      const text = `see the end in ${status === "memory" ? "a word in uncached memory" : "the status register"}`;
      const effect: Effect = { kind: "see-end", round };
      this.#access({ name: `${name}_${round}`, text, accessClass, effect, when: { ...when, status: [status] }, ...of });
    };
    end("end_in_register", "register", "device-read");
    end("end_in_memory", "memory", "read");
  }

  fence(items: readonly FenceItem[], part: FenceMethod, round: number, line: LineName, when: Condition): void {
    const call = `${part}_${line === "BUFFER" ? round : "descriptor"}`;
    for (const item of items) {
      const name = `${call}_${item.step}_${item.place}`;
      const step = `${part} ${item.step}`;
      const masked = item.masked === undefined ? undefined : `${call} ${item.masked}`;
      if (item.kind === "barrier") {
        this.entries.push({ barrier: item.barrier, step, masked });
        continue;
      }
      // A descriptor has a line to itself, as an inner line of a buffer has.
      if (line === "DESCRIPTOR" && !item.lines.includes("inner")) continue;
      const { mechanism } = item;
      const common = {
        name,
        part,
        device: item.isDevice ? mechanism.instance : undefined,
        masked,
        when: item.lines.length === 3 || line === "DESCRIPTOR" ? when : { ...when, line: item.lines },
      };
      if (item.kind === "completion") {
        const accessClass = item.waits ? "device-read" : mechanism.ordering.accessClass;
        const text = `${step}: ${item.waits ? "wait for" : "ask for the end of"} the operations of ${mechanism.title}`;
        this.#access({ ...common, text, accessClass, effect: { kind: "completion", mechanism, waits: item.waits } });
      } else this.#operation(item, step, line, common);
    }
  }

  #operation(
    { mechanism, operation, mayFail, isEnd }: OperationItem,
    step: string,
    line: LineName,
    common: Pick<Access, "name" | "part" | "device" | "masked" | "when">,
  ): void {
    const { accessClass } = mechanism.ordering;
    const effect = { kind: "operation", line, mechanism, operation, mayFail, isEnd, isInOthers: false } as const;
    const text = `${step}: ${operation.name} (${operation.effect}) of ${mechanism.title}`;
    this.#access({ ...common, text, accessClass, effect });
    const isLate = mechanism.otherCores?.effect === "once-completed" && drops(operation);
    if (isLate)
      this.#access({
        ...common,
        name: `${common.name}_others`,
        text: `${step}: what ${operation.name} does in other cores`,
        accessClass,
        effect: { ...effect, isEnd: false, isInOthers: true },
      });
  }

  #access(access: Omit<Access, "location" | "device" | "part" | "masked"> & Partial<Access>): void {
    const { effect } = access;
    const cell = effect.kind === "store" ? effect.to : effect.kind === "load" ? effect.from : undefined;
    this.entries.push({
      location: cell && `${cell.line} ${cell.cell}`,
      device: undefined,
      part: undefined,
      masked: undefined,
      ...access,
    });
  }
}

/** What an interrupt handler stores beside the buffer. */
export const storeOfHandler: Access = {
  name: "store_of_handler",
  text: "a handler's store",
  accessClass: "write",
  effect: { kind: "store", to: { line: "BUFFER", cell: "OTHER" }, value: values.neighbour },
  location: "BUFFER OTHER",
  device: undefined,
  when: {},
  part: undefined,
  masked: undefined,
};

export function drops({ effect }: Operation): boolean {
  return effect === "invalidate" || effect === "clean-and-invalidate";
}

export function isAccess(entry: Entry): entry is Access {
  return "effect" in entry;
}

function wordsOf(line: LineName, cell: CellName): string {
  if (line === "DESCRIPTOR") return "descriptor";
  return cell === "OWN" ? "buffer" : "line's other cell";
}
