// The CPU of the simulated machine: what it has been told to do in program order, and what of that it has done.
// Accesses are performed in any order that program-order.ts allows; whoever drives the machine picks one.
//
// What is done holds nothing back; only a load or an operation on a line asks since when it is, because it may have been
// performed then. For that, accesses that order sees alike are kept as one: all of one kind between two barriers, all of one address, and
// all operations on one line.
import { forwardedStore, waitsForEndOf } from "../../semantics/cpu.ts";
import type { BarrierInstruction, Instruction } from "../../semantics/instruction.ts";
import { isCompleted, type OrderRules, precedenceOf } from "../../semantics/program-order.ts";

export interface Entry {
  readonly instruction: Instruction;
  /** Which segment of the program it stands in. */
  readonly segment: Segment;
  /** Done when the first of these are issued, and the others done. */
  readonly waitsFor: readonly { readonly entry: Entry; readonly until: "issued" | "done" }[];
  /** Before which it cannot have been performed, as far as those go that were done when it came. */
  readonly notBefore: number;
  /** Performed at one moment with these, itself among them; left out, alone. */
  together?: readonly Entry[];
  issuedAt: number | undefined;
  doneAt: number | undefined;
  /** What performing it does. Called once to issue it, and for maintenance that takes its time once more to finish it. */
  readonly issue: () => void;
  readonly finish: (() => void) | undefined;
  readonly groups: readonly Group[];
}

/** What an entry does when it is issued, and when it is finished where that is later. */
export type Performance = Pick<Entry, "issue" | "finish">;

/** Accesses that order sees alike. */
interface Group {
  readonly sample: Instruction;
  /** The last time at which one of them was issued, and done. */
  issuedAt: number;
  doneAt: number;
}

/** The accesses between two barriers. */
interface Segment {
  readonly number: number;
  readonly groups: Map<string, Group>;
  /** The barriers behind it, each once. */
  readonly barriers: BarrierInstruction[];
}

/** How far back order is looked for. No load is performed before what is further back. */
const mostSegments = 64;

export class Program {
  readonly #rules: OrderRules;
  readonly #isInOrder: boolean;
  #segments: Segment[] = [newSegment(0)];
  /** What is not done, in program order. */
  #open: Entry[] = [];
  readonly #ofLocation = new Map<string, Map<string, Group>>();
  readonly #ofLine = new Map<number, Map<string, Group>>();
  readonly #stores = new Map<string, Entry[]>();
  /** When the last of what has been forgotten was done. */
  #forgottenUntil = 0;

  /** @param isInOrder whether nothing is performed before what comes before it */
  constructor(rules: OrderRules, isInOrder: boolean) {
    this.#rules = rules;
    this.#isInOrder = isInOrder;
  }

  addBarrier(barrier: BarrierInstruction): void {
    const { barriers } = this.#segments.at(-1)!;
    if (!barriers.some(({ effects }) => effects === barrier.effects)) barriers.push(barrier);
  }

  add(instruction: Instruction, performance: Performance): Entry {
    let segment = this.#segments.at(-1)!;
    if (segment.barriers.length > 0) {
      segment = newSegment(segment.number + 1);
      this.#segments.push(segment);
      this.#forgetOld();
    }
    const asksSince = !this.#isInOrder && (instruction.kind === "load" || instruction.kind === "maintain");
    const entry: Entry = {
      instruction,
      segment,
      waitsFor: this.#predecessors(instruction),
      notBefore: asksSince ? this.#notBefore(instruction) : 0,
      groups: this.#isInOrder ? [] : this.#groupsOf(instruction, segment),
      issuedAt: undefined,
      doneAt: undefined,
      ...performance,
    };
    this.#open.push(entry);
    if (instruction.kind === "store" && !this.#isInOrder) {
      const stores = this.#stores.get(instruction.location!) ?? [];
      this.#stores.set(instruction.location!, stores);
      // A load takes the value of the newest store that was not done at its time, and looks no further back than this.
      stores.push(entry);
      if (stores.length > 8) stores.splice(0, stores.length - 8);
    }
    return entry;
  }

  issued(entry: Entry, time: number): void {
    entry.issuedAt = time;
    for (const group of entry.groups) group.issuedAt = Math.max(group.issuedAt, time);
  }

  done(entry: Entry, time: number): void {
    entry.doneAt = time;
    for (const group of entry.groups) group.doneAt = Math.max(group.doneAt, time);
    this.#open.splice(this.#open.indexOf(entry), 1);
  }

  /** What barriers behind it have completed and is not done, newest first. */
  completed(): Entry[] {
    return this.#open
      .filter((entry) => isCompleted(entry.instruction, this.#barriersBehind(entry.segment), this.#rules))
      .reverse();
  }

  /** Whether anything is left to be done. */
  get isIdle(): boolean {
    return this.#open.length === 0;
  }

  /** Accesses that may be issued, and operations at work that may finish. */
  ready(): Entry[] {
    return this.#open.filter((entry) =>
      entry.issuedAt !== undefined
        ? this.#finishesOf(entry).length === 0
        : (entry.together ?? [entry]).every((each) => this.#blockersOfIssue(each).length === 0),
    );
  }

  /** The value that a load takes from a store of its own that was not done at a time. */
  forwarded(load: Entry, time: number): number | undefined {
    const stores = this.#stores.get(load.instruction.location!) ?? [];
    const program = [...stores, load].map(({ instruction }) => instruction);
    const isPerformed = (index: number) => (stores[index]!.doneAt ?? Number.POSITIVE_INFINITY) <= time;
    return forwardedStore(program, stores.length, isPerformed)?.value;
  }

  /** What must be performed before an entry is issued, or after that before it is done, nearest first. */
  blockers(entry: Entry): Entry[] {
    if (entry.issuedAt !== undefined) return this.#finishesOf(entry);
    return (entry.together ?? [entry]).flatMap((each) => this.#blockersOfIssue(each));
  }

  #blockersOfIssue({ waitsFor, together = [] }: Entry): Entry[] {
    return waitsFor.flatMap(({ entry, until }) =>
      (until === "done" ? entry.doneAt : entry.issuedAt) === undefined && !together.includes(entry) ? [entry] : [],
    );
  }

  /** What the end of an entry waits for: operations of its mechanism before it. */
  #finishesOf(entry: Entry): Entry[] {
    const { instruction } = entry;
    if (instruction.kind !== "complete" && instruction.kind !== "maintain") return [];
    const earlier = this.#open.slice(0, this.#open.indexOf(entry));
    return earlier.filter((other) => waitsForEndOf(instruction, other.instruction));
  }

  /** Everything that is not done and that an access would have to wait for if it came now, nearest first. */
  #predecessors(later: Instruction): Entry["waitsFor"] {
    const result: { entry: Entry; until: "issued" | "done" }[] = [];
    let between: BarrierInstruction[] = [];
    let segment: Segment | undefined;
    for (let index = this.#open.length - 1; index >= 0; index--) {
      const entry = this.#open[index]!;
      if (entry.segment !== segment) between = this.#barriersBehind(entry.segment);
      segment = entry.segment;
      const until = precedenceOf(entry.instruction, between, later, this.#rules);
      if (until !== "none") result.push({ entry, until });
    }
    return result;
  }

  #barriersBehind({ number }: Segment): BarrierInstruction[] {
    const barriers: BarrierInstruction[] = [];
    for (let index = this.#segments.length - 1; index >= 0; index--) {
      const segment = this.#segments[index]!;
      if (segment.number < number) break;
      for (const each of segment.barriers)
        if (!barriers.some(({ effects }) => effects === each.effects)) barriers.push(each);
    }
    return barriers;
  }

  #notBefore(later: Instruction): number {
    let earliest = this.#forgottenUntil;
    const look = (groups: ReadonlyMap<string, Group> | undefined, between: readonly BarrierInstruction[]) => {
      for (const { sample, issuedAt, doneAt } of groups?.values() ?? []) {
        const since = Math.max(issuedAt, doneAt);
        if (since <= earliest) continue;
        const until = precedenceOf(sample, between, later, this.#rules);
        if (until !== "none") earliest = Math.max(earliest, until === "done" ? doneAt : issuedAt);
      }
    };
    const between: BarrierInstruction[] = [];
    for (let index = this.#segments.length - 1; index >= 0; index--) {
      const { groups, barriers } = this.#segments[index]!;
      for (const each of barriers) if (!between.some(({ effects }) => effects === each.effects)) between.push(each);
      look(groups, between);
    }
    if (later.location !== undefined) look(this.#ofLocation.get(later.location), []);
    for (const line of linesOf(later)) look(this.#ofLine.get(line), []);
    return earliest;
  }

  #groupsOf(instruction: Instruction, { groups }: Segment): Group[] {
    const anywhere = alone(instruction, undefined, undefined);
    const found = [groupIn(groups, anywhere)];
    const { location } = instruction;
    if (location !== undefined) {
      const here = this.#ofLocation.get(location) ?? new Map<string, Group>();
      this.#ofLocation.set(location, here);
      found.push(groupIn(here, alone(instruction, location, undefined)));
    }
    for (const line of linesOf(instruction)) {
      const here = this.#ofLine.get(line) ?? new Map<string, Group>();
      this.#ofLine.set(line, here);
      found.push(groupIn(here, alone(instruction, undefined, line)));
    }
    return found;
  }

  #forgetOld(): void {
    const surplus = this.#segments.length - mostSegments;
    if (surplus <= 0) return;
    const [oldest] = this.#segments;
    if (this.#open.some(({ segment }) => segment === oldest)) return;
    for (const { doneAt } of oldest!.groups.values()) this.#forgottenUntil = Math.max(this.#forgottenUntil, doneAt);
    this.#segments.shift();
  }
}

function newSegment(number: number): Segment {
  return { number, groups: new Map(), barriers: [] };
}

function linesOf(instruction: Instruction): readonly number[] {
  if (instruction.line === undefined) return [];
  return instruction.kind === "maintain" ? [instruction.line, ...(instruction.andLines ?? [])] : [instruction.line];
}

/** An access as it is for those of another address or of other lines. */
function alone(access: Instruction, location: string | undefined, line: number | undefined): Instruction {
  if (access.kind !== "maintain") return { ...access, location, line };
  const { andLines: _, ...one } = access;
  return { ...one, location, line };
}

function groupIn(groups: Map<string, Group>, sample: Instruction): Group {
  const key = keyOf(sample);
  const known = groups.get(key) ?? { sample, issuedAt: 0, doneAt: 0 };
  groups.set(key, known);
  return known;
}

/** What order asks of an access, beside its address and its lines. */
function keyOf(access: Instruction): string {
  const own = `${access.kind} ${access.accessClass}`;
  switch (access.kind) {
    case "store":
    case "load":
      return own;
    case "device":
      return `${own} ${access.device}`;
    case "maintain":
      return `${own} ${access.rules.instance} ${access.elsewhere} ${access.rules.ordering.doneWhen} ${access.rules.hasCompletion}`;
    case "complete":
      return `${own} ${access.rules.instance}`;
  }
}
