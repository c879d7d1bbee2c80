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
  /** What it comes after: what was not done when it came, until that is issued or done. */
  waitsFor: Waiting[];
  /** How many of them are left. */
  unmet: number;
  /** What waits for it in turn. */
  readonly waiters: Waiting[];
  /** Before which it cannot have been performed, as far as those go that are done by now. */
  notBefore: number;
  /** Performed at one moment with these, itself among them; left out, alone. */
  together?: readonly Entry[];
  issuedAt: number | undefined;
  doneAt: number | undefined;
  /** What performing it does. Called once to issue it, and for maintenance that takes its time once more to finish it. */
  readonly issue: () => void;
  readonly finish: (() => void) | undefined;
  readonly groups: readonly Group[];
}

interface Waiting {
  readonly entry: Entry;
  readonly until: "issued" | "done";
}

/** What an entry does when it is issued, and when it is finished where that is later. */
export type Performance = Pick<Entry, "issue" | "finish">;

/** Accesses that order sees alike. */
interface Group {
  readonly sample: Instruction;
  /** The last time at which one of them was issued, and done. */
  issuedAt: number;
  doneAt: number;
  /** Those that are not done, in program order. */
  readonly open: Set<Entry>;
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
/** How many stores to one address are looked through. */
const mostStores = 8;

export class Program {
  readonly #rules: OrderRules;
  readonly #isInOrder: boolean;
  #segments: Segment[] = [newSegment(0)];
  /** What is not done, in program order. */
  readonly #open = new Set<Entry>();
  /** What of that waits for nothing and is not issued, and what is issued. */
  readonly #free = new Set<Entry>();
  readonly #atWork = new Set<Entry>();
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
    const waitsFor = this.#predecessors(instruction);
    const entry: Entry = {
      instruction,
      segment,
      waitsFor,
      unmet: waitsFor.length,
      waiters: [],
      notBefore: asksSince ? this.#notBefore(instruction) : 0,
      groups: this.#groupsOf(instruction, segment),
      issuedAt: undefined,
      doneAt: undefined,
      ...performance,
    };
    for (const { entry: other, until } of waitsFor) other.waiters.push({ entry, until });
    for (const { open } of entry.groups) open.add(entry);
    this.#open.add(entry);
    if (waitsFor.length === 0) this.#free.add(entry);
    if (instruction.kind === "store") this.#rememberStore(entry, instruction.location!);
    return entry;
  }

  /** Lets entries be performed at one moment. */
  join(entries: readonly Entry[]): void {
    for (const entry of entries) {
      entry.together = entries;
      entry.waitsFor = entry.waitsFor.filter((each) => !entries.includes(each.entry));
      for (const { waiters } of entries)
        for (let index = waiters.length - 1; index >= 0; index--)
          if (waiters[index]!.entry === entry) waiters.splice(index, 1);
      entry.unmet = entry.waitsFor.filter(isUnmet).length;
      if (entry.unmet === 0) this.#free.add(entry);
    }
  }

  issued(entry: Entry, time: number): void {
    entry.issuedAt = time;
    this.#free.delete(entry);
    this.#atWork.add(entry);
    for (const group of entry.groups) group.issuedAt = Math.max(group.issuedAt, time);
    this.#meet(entry, "issued", time);
  }

  done(entry: Entry, time: number): void {
    entry.doneAt = time;
    this.#atWork.delete(entry);
    this.#open.delete(entry);
    for (const group of entry.groups) {
      group.doneAt = Math.max(group.doneAt, time);
      group.open.delete(entry);
    }
    this.#meet(entry, "done", time);
  }

  /** What barriers behind it have completed and is not done, newest first. */
  completed(): Entry[] {
    return [...this.#open]
      .filter((entry) => isCompleted(entry.instruction, this.#barriersBehind(entry.segment), this.#rules))
      .reverse();
  }

  /** Whether anything is left to be done. */
  get isIdle(): boolean {
    return this.#open.size === 0;
  }

  /** Accesses that may be issued, and operations at work that may finish. */
  ready(): Entry[] {
    const atWork = [...this.#atWork].filter((entry) => this.#finishesOf(entry).length === 0);
    const free = [...this.#free].filter(({ together = [] }) => together.every(({ unmet }) => unmet === 0));
    return [...atWork, ...free];
  }

  /** The value that a load takes from a store of its own that was not done at a time. */
  forwarded(load: Entry, time: number): number | undefined {
    const stores = this.#stores.get(load.instruction.location!) ?? [];
    const program = [...stores, load].map(({ instruction }) => instruction);
    const isPerformed = (index: number) => (stores[index]!.doneAt ?? Number.POSITIVE_INFINITY) <= time;
    return forwardedStore(program, stores.length, isPerformed)?.value;
  }

  /**
   * One of those that must be performed before an entry is issued, or after that before it is done.
   * @param isLast whether the farthest of them, else the nearest
   */
  blocker(entry: Entry, isLast = false): Entry | undefined {
    if (entry.issuedAt !== undefined) return this.#finishesOf(entry).at(isLast ? -1 : 0);
    const blocked = (entry.together ?? [entry]).filter(({ unmet }) => unmet > 0);
    const one = blocked.at(isLast ? -1 : 0);
    if (!one) return undefined;
    // What has been performed is behind it for good.
    const { waitsFor } = one;
    const end = isLast ? -1 : 0;
    while (!isUnmet(waitsFor.at(end)!)) isLast ? waitsFor.pop() : waitsFor.shift();
    return waitsFor.at(end)!.entry;
  }

  #meet({ waiters }: Entry, what: Waiting["until"], time: number): void {
    for (const { entry, until } of waiters) {
      if (until !== what) continue;
      entry.notBefore = Math.max(entry.notBefore, time);
      if (--entry.unmet === 0 && entry.issuedAt === undefined) this.#free.add(entry);
    }
  }

  /** A load takes the value of the newest store that was not done at its time, and looks no further back than this. */
  #rememberStore(entry: Entry, location: string): void {
    const stores = this.#stores.get(location) ?? [];
    this.#stores.set(location, stores);
    stores.push(entry);
    if (stores.length > mostStores) stores.splice(0, stores.length - mostStores);
  }

  /** What the end of an entry waits for: operations of its mechanism before it. */
  #finishesOf(entry: Entry): Entry[] {
    const { instruction } = entry;
    if (instruction.kind !== "complete" && instruction.kind !== "maintain") return [];
    const all = [...this.#open];
    const earlier = all.slice(0, all.indexOf(entry));
    return earlier.filter((other) => waitsForEndOf(instruction, other.instruction));
  }

  /** Everything that is not done and that an access would have to wait for if it came now. */
  #predecessors(later: Instruction): Waiting[] {
    const found = new Map<Entry, "issued" | "done">();
    if (this.#open.size === 0) return [];
    this.#eachGroup(later, ({ sample, open }, between) => {
      if (open.size === 0) return;
      const until = precedenceOf(sample, between, later, this.#rules);
      if (until === "none") return;
      for (const entry of open) if (found.get(entry) !== "done") found.set(entry, until);
    });
    return [...found]
      .map(([entry, until]) => ({ entry, until }))
      .filter(isUnmet)
      .reverse();
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

  /** Since when an access that comes now may have been performed, as far as those go that are done. */
  #notBefore(later: Instruction): number {
    let earliest = this.#forgottenUntil;
    this.#eachGroup(later, ({ sample, issuedAt, doneAt }, between) => {
      if (Math.max(issuedAt, doneAt) <= earliest) return;
      const until = precedenceOf(sample, between, later, this.#rules);
      if (until !== "none") earliest = Math.max(earliest, until === "done" ? doneAt : issuedAt);
    });
    return earliest;
  }

  /** Whatever an access may have to wait for, with the barriers between: of each segment, of its address, and of its lines. */
  #eachGroup(later: Instruction, look: (group: Group, between: readonly BarrierInstruction[]) => void): void {
    const between: BarrierInstruction[] = [];
    for (let index = this.#segments.length - 1; index >= 0; index--) {
      const { groups, barriers } = this.#segments[index]!;
      for (const each of barriers) if (!between.some(({ effects }) => effects === each.effects)) between.push(each);
      for (const group of groups.values()) look(group, between);
    }
    const here = later.location === undefined ? undefined : this.#ofLocation.get(later.location);
    for (const group of here?.values() ?? []) look(group, []);
    for (const line of linesOf(later)) for (const group of this.#ofLine.get(line)?.values() ?? []) look(group, []);
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
    if ([...oldest!.groups.values()].some(({ open }) => open.size > 0)) return;
    for (const { doneAt } of oldest!.groups.values()) this.#forgottenUntil = Math.max(this.#forgottenUntil, doneAt);
    this.#segments.shift();
  }
}

function isUnmet({ entry, until }: Waiting): boolean {
  return (until === "done" ? entry.doneAt : entry.issuedAt) === undefined;
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
  const known = groups.get(key) ?? { sample, issuedAt: 0, doneAt: 0, open: new Set<Entry>() };
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
