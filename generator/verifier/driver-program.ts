// What the driver does in a scenario, with the fence's operations where it calls them, and what each load must see.
import type { AccessClass, FenceMethod } from "../model/chip.ts";
import { deviceAccess, type Instruction, loadFrom, type ProgramItem, storeTo } from "../semantics/instruction.ts";
import type { Scenario } from "./scenario.ts";

/**
 * Lines by number: the one that is followed, and a second one, which is that of a ring's descriptor or the same memory at
 * another address. Where levels have smaller lines as well, these
 * are the smallest ones with the buffer's cell and with the descriptor, and others in the same two lines have the even and
 * the odd numbers from `furtherLines` on.
 */
export const bufferLine = 0;
export const secondLine = 1;
export const furtherLines = 2;

/** Which of the two lines that are followed a line is, or is part of. */
export function followedLine(line: number): number {
  return line % 2;
}

/** The buffer's cell, and beside it either one that DMA leaves untouched or the neighbour's. */
export const bufferCell = 0;
export const otherCell = 1;
export const descriptorCell = 0;

/** Values, so that each says where it comes from. */
export const values = {
  initial: 0,
  /** Stored by the CPU before round 1, 2 and after the last. */
  cpu: [1, 4, 7],
  dma: [2, 5],
  neighbourBefore: 8,
  neighbour: 9,
  /** In the descriptor. */
  ownedByEngine: 1,
  ownedByDriver: 2,
} as const;

/** An access of the program with what is expected of it. */
export interface DriverAccess {
  readonly instruction: Instruction;
  readonly text: string;
  readonly expects?: { readonly value: number; readonly property: string };
  /** What the driver reads again and again until it sees it. */
  readonly awaits?: number;
  readonly round?: number;
  readonly part: "driver" | FenceMethod;
  /** Index, in its method, of the plan's step that it is of; undefined for what is of none. */
  readonly step?: number | undefined;
  /** Whether interrupts are masked when it is executed. */
  readonly masked?: boolean;
}

/** A barrier of the program. */
export interface DriverBarrier {
  readonly barrier: Extract<ProgramItem, { kind: "barrier" }>;
  readonly masked?: boolean;
}

/** What the fence executes, as far as it concerns the line followed. */
export interface LineProgram {
  readonly release: readonly LineItem[];
  readonly acquire: readonly LineItem[];
  /** The same for the buffer at its other address. */
  readonly elsewhere?: Pick<LineProgram, FenceMethod>;
}

export interface LineItem {
  readonly item: ProgramItem;
  readonly text: string;
  readonly masked?: boolean;
  readonly step?: number | undefined;
}

export interface Transfer {
  readonly what: "read" | "write";
  readonly cell: number;
}

export function transfersOf(direction: Scenario["direction"]): Transfer[] {
  const read: Transfer = { what: "read", cell: bufferCell };
  const write: Transfer = { what: "write", cell: bufferCell };
  if (direction === "outbound") return [read];
  if (direction === "bidirectional") return [read, write];
  // A short transfer leaves the line's other cell as it is.
  return [write];
}

interface WordOfEngine {
  readonly accessClass: AccessClass;
  /** Of a word in memory that the engine sees as the CPU does. */
  readonly location: string | undefined;
}

const startAccesses = {
  "MMIO write": { accessClass: "device-write", location: undefined },
  "MMIO read": { accessClass: "device-read", location: undefined },
  store: { accessClass: "write", location: "doorbell" },
} satisfies Record<Exclude<Scenario["start"], "descriptor">, WordOfEngine>;

const statusAccesses = {
  register: { accessClass: "device-read", location: undefined },
  memory: { accessClass: "read", location: "status" },
} satisfies Record<Exclude<Scenario["status"], "descriptor">, WordOfEngine>;

/** What the fence executes for a descriptor on a line of its own, or for a buffer at its other address. */
function onSecondLine(items: readonly LineItem[]): LineItem[] {
  const other = (line: number) => line - bufferLine + secondLine;
  return items.map((each) => {
    if (each.item.kind !== "maintain") return each;
    const { line = bufferLine, andLines, ...item } = each.item;
    return { ...each, item: { ...item, line: other(line), ...(andLines && { andLines: andLines.map(other) }) } };
  });
}

/** @param otherLine that of the other cell */
export function driverProgram(
  { direction, start, status, neighbour, rounds, after, unlike, alias }: Scenario,
  fence: LineProgram,
  transfers: readonly Transfer[],
  otherLine: number,
): (DriverAccess | DriverBarrier)[] {
  const program: (DriverAccess | DriverBarrier)[] = [];
  // Where lines are unlike, the buffer's other cell makes the larger one dirty.
  const usesOther = neighbour === "none" && (direction === "inbound short" || unlike !== undefined);
  const inbound = transfers.some(({ what }) => what === "write");
  const access = (instruction: Instruction, text: string, more: Partial<DriverAccess> = {}) =>
    program.push({ instruction, text, part: "driver", ...more });
  const lines = [bufferLine, otherLine];
  const cell = (index: number) => ({ location: `cell ${index}`, line: lines[index]!, cell: index });
  const descriptor = { location: "descriptor", line: secondLine, cell: descriptorCell };
  const store = (index: number, value: number) => access(storeTo(cell(index), value), `store ${value}`);
  const load = (index: number, value: number, property: string) =>
    access(loadFrom(cell(index)), "load", { expects: { value, property } });
  const append = (items: LineProgram["release"], part: FenceMethod) => {
    for (const { item, text, masked, step } of items) {
      if (item.kind === "barrier") program.push({ barrier: item, ...(masked && { masked }) });
      else program.push({ instruction: item, text, part, step, ...(masked && { masked }) });
    }
  };
  const tellEngine = (round: number) => {
    if (start === "descriptor") {
      access(storeTo(descriptor, values.ownedByEngine), "give the descriptor to the engine");
      append(onSecondLine(fence.release), "release");
      return;
    }
    const { accessClass, location } = startAccesses[start];
    access(deviceAccess("engine", accessClass, "start", location), `start round ${round}`, { round });
  };
  const seeEnd = (round: number) => {
    if (status === "descriptor") {
      append(onSecondLine(fence.acquire), "acquire");
      access(loadFrom(descriptor), "see the descriptor given back", { awaits: values.ownedByDriver });
      return;
    }
    const { accessClass, location } = statusAccesses[status];
    access(deviceAccess("engine", accessClass, "status", location), `see the end of round ${round}`, { round });
  };
  const atAlias = { location: "cell at the other address", line: secondLine, cell: bufferCell };
  const prepare = (own: number) => {
    if (!alias) {
      store(bufferCell, own);
      if (usesOther && own === values.cpu[0]) store(otherCell, own);
      load(bufferCell, own, "earlier reads");
      return;
    }
    access(storeTo(atAlias, own), `store ${own} at the other address`);
    access(loadFrom(atAlias), "load at the other address", { expects: { value: own, property: "earlier reads" } });
    if (alias.use === "mixed") return;
    append(onSecondLine(fence.elsewhere!.release), "release");
    append(fence.acquire, "acquire");
  };
  for (let round = 1; round <= rounds; round++) {
    const own = values.cpu[round - 1]!;
    prepare(own);
    append(fence.release, "release");
    tellEngine(round);
    seeEnd(round);
    append(fence.acquire, "acquire");
    if (after === "only writes") continue;
    load(bufferCell, inbound ? values.dma[round - 1]! : own, inbound ? "inbound" : "untouched");
    if (usesOther) load(otherCell, values.cpu[0], "untouched");
  }
  store(bufferCell, values.cpu[rounds]!);
  const last = { value: values.cpu[rounds]!, property: "later writes" };
  if (alias?.use === "mixed") access(loadFrom(atAlias), "load at the other address", { expects: last });
  return program;
}
