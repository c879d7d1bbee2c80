// The CPU of the simulated machine: what it has been told to do in program order, and what of that it has done.
// Accesses are performed in any order that program-order.ts allows; whoever drives the machine picks one.
import { forwardedStore, waitsForEndOf } from "../semantics/cpu.ts";
import type { Instruction, ProgramItem } from "../semantics/instruction.ts";
import { isCompleted, type OrderRules, precedenceOf } from "../semantics/program-order.ts";

export interface Entry {
  readonly instruction: Instruction;
  readonly text: string;
  /** Done when the first of these are issued, and the others done. */
  readonly waitsFor: readonly { readonly entry: Entry; readonly until: "issued" | "done" }[];
  issuedAt: number | undefined;
  doneAt: number | undefined;
  /** What performing it does. Called once to issue it, and for maintenance that takes its time once more to finish it. */
  readonly issue: () => void;
  readonly finish: (() => void) | undefined;
}

/** How far back order is looked for. What is done further back holds nothing back, and no load is performed before it. */
const windowLength = 400;

export class PendingProgram {
  #items: (Entry | Extract<ProgramItem, { kind: "barrier" }>)[] = [];
  /** When the last of what has been forgotten was done. */
  forgottenUntil = 0;
  readonly #rules: OrderRules;
  readonly #isInOrder: boolean;

  /** @param isInOrder whether no load is performed early */
  constructor(rules: OrderRules, isInOrder: boolean) {
    this.#rules = rules;
    this.#isInOrder = isInOrder;
  }

  addBarrier(barrier: Extract<ProgramItem, { kind: "barrier" }>): void {
    this.#items.push(barrier);
  }

  add(instruction: Instruction, text: string, issue: () => void, finish?: () => void): Entry {
    const entry: Entry = {
      instruction,
      text,
      waitsFor: this.#predecessors(instruction),
      issuedAt: undefined,
      doneAt: undefined,
      issue,
      finish,
    };
    this.#items.push(entry);
    if (this.#isInOrder) this.#forgetDone();
    this.#forgetOld();
    return entry;
  }

  /** A barrier is kept as long as something before it is left to be done. */
  #forgetOld(): void {
    const surplus = this.#items.length - windowLength;
    if (surplus <= 0) return;
    let isSomethingLeft = false;
    this.#items = this.#items.filter((item, index) => {
      if (!("issue" in item)) return index >= surplus || isSomethingLeft;
      if (item.doneAt === undefined) isSomethingLeft = true;
      else if (index < surplus) this.forgottenUntil = Math.max(this.forgottenUntil, item.doneAt);
      return index >= surplus || item.doneAt === undefined;
    });
  }

  /** What is done holds nothing back, nor does a barrier behind which nothing is left to be done. */
  #forgetDone(): void {
    if (this.#items.length < 64) return;
    const first = this.#items.findIndex((item) => "issue" in item && item.doneAt === undefined);
    this.#items = this.#items.slice(first).filter((item) => !("issue" in item) || item.doneAt === undefined);
  }

  /** Everything that an access would have to wait for if it came now. */
  #predecessors(later: Instruction): Entry["waitsFor"] {
    const between: ProgramItem[] = [];
    const result: { entry: Entry; until: "issued" | "done" }[] = [];
    // What is done holds nothing back; only a load asks since when it is, because it may have been performed then.
    const asksSince = later.kind === "load" && !this.#isInOrder;
    for (let index = this.#items.length - 1; index >= 0; index--) {
      const item = this.#items[index]!;
      if (!("issue" in item)) between.push(item);
      else if (asksSince || item.doneAt === undefined) {
        const until = precedenceOf(item.instruction, between, later, this.#rules);
        if (until !== "none") result.push({ entry: item, until });
      }
    }
    return result;
  }

  /** What barriers behind it have completed and is not done, newest first. */
  completed(): Entry[] {
    const behind: ProgramItem[] = [];
    const result: Entry[] = [];
    for (let index = this.#items.length - 1; index >= 0; index--) {
      const item = this.#items[index]!;
      if (!("issue" in item)) behind.push(item);
      else if (item.doneAt === undefined && isCompleted(item.instruction, behind, this.#rules)) result.push(item);
    }
    return result;
  }

  /** Accesses that may be issued, and operations at work that may finish. */
  ready(): Entry[] {
    return this.#entries().filter(
      (entry) =>
        entry.doneAt === undefined &&
        (entry.issuedAt !== undefined ? canFinish(entry, this.#entries()) : isFree(entry)),
    );
  }

  /** The value that a load takes from a store of its own that was not done at a time. */
  forwarded(load: Entry, time: number): number | undefined {
    const entries = this.#entries();
    const program = entries.map(({ instruction }) => instruction);
    const isPerformed = (index: number) => (entries[index]!.doneAt ?? Number.POSITIVE_INFINITY) <= time;
    return forwardedStore(program, entries.indexOf(load), isPerformed)?.value;
  }

  /** What must be performed before an entry is issued, or after that before it is done, nearest first. */
  blockers(entry: Entry): Entry[] {
    if (entry.issuedAt !== undefined)
      return finishesOf(entry, this.#entries()).filter((other) => other.doneAt === undefined);
    return entry.waitsFor.flatMap(({ entry: other, until }) =>
      (until === "done" ? other.doneAt : other.issuedAt) === undefined ? [other] : [],
    );
  }

  #entries(): Entry[] {
    return this.#items.filter((item): item is Entry => "issue" in item);
  }
}

function isFree({ waitsFor }: Entry): boolean {
  return waitsFor.every(({ entry, until }) => (until === "done" ? entry.doneAt : entry.issuedAt) !== undefined);
}

function canFinish(entry: Entry, entries: readonly Entry[]): boolean {
  return finishesOf(entry, entries).every(({ doneAt }) => doneAt !== undefined);
}

/** The operations that a completion waits for: those of its mechanism before it. */
function finishesOf(entry: Entry, entries: readonly Entry[]): Entry[] {
  if (entry.instruction.kind !== "complete") return [];
  return entries
    .slice(0, entries.indexOf(entry))
    .filter((earlier) => waitsForEndOf(entry.instruction, earlier.instruction));
}
