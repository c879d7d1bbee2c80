// The CPU of the simulated machine: what it has been told to do in program order, and what of that it has done.
// Accesses are performed in any order that program-order.ts allows; whoever drives the machine picks one.
//
// What is done holds nothing back; only a load or an operation on a line asks since when it is, because it may have been
// performed then. For that, accesses that order sees alike are kept as one: all of one kind between two barriers, all of one address, and
// all operations on one line. And what an access waits for behind a barrier, every other of its kind waits for as well: it is a gate, which
// opens for all of them at once.
import { forwardedStore, waitsForEndOf } from "../../semantics/cpu.ts";
import type { BarrierInstruction, Instruction } from "../../semantics/instruction.ts";
import { isCompleted, type OrderRules } from "../../semantics/program-order.ts";
import { InOrder } from "./in-order.ts";
import { type Common, type Kind, Kinds } from "./kinds.ts";

export interface Entry {
  readonly instruction: Instruction;
  readonly kind: Kind;
  /** Its number in program order. */
  readonly order: number;
  /** Which segment of the program it stands in, and with what there is like it. */
  readonly segment: Segment;
  readonly alike: SegmentGroup;
  /** Those of its address, and of its lines. */
  readonly groups: readonly Group[];
  /** Of its address when larger pieces were accessed there. */
  readonly former: string | undefined;
  /** What it comes after that stands before a barrier. */
  readonly gate: Gate;
  /** What it comes after between the same barriers, and of its address and lines: what was not done when it came. */
  near: Waiting[];
  here: Waiting[];
  /** How many of them are left, and the gate where it is not open. */
  unmet: number;
  /** What waits for it in turn. */
  readonly waiters: Waiting[];
  /** Before which it cannot have been performed, as far as those go that are done by now, and not behind the gate. */
  notBefore: number;
  /** Performed at one moment with these, itself among them; left out, alone. */
  together?: readonly Entry[];
  /** When it waited for nothing any more, in things that came so far. */
  freedAt: number;
  issuedAt: number | undefined;
  doneAt: number | undefined;
  /** What performing it does. Called once to issue it, and for maintenance that takes its time once more to finish it. */
  readonly issue: () => void;
  readonly finish: (() => void) | undefined;
}

/** What a load takes from a store. */
export interface Forwarded {
  readonly value: number;
  /** Whether the store was one of a larger piece. */
  readonly isFormer: boolean;
}

type Until = "issued" | "done";

interface Waiting {
  readonly entry: Entry;
  readonly until: Until;
}

/** What an entry does when it is issued, and when it is finished where that is later. */
export type Performance = Pick<Entry, "issue" | "finish">;

/** Accesses that order sees alike. */
interface Group {
  readonly kind: Kind;
  /** The last time at which one of them was issued, and done. */
  issuedAt: number;
  doneAt: number;
  /** Those that are not done, in program order. */
  readonly open: InOrder<Entry>;
}

/** Those between two barriers. */
interface SegmentGroup extends Group {
  readonly unissued: InOrder<Entry>;
  /** Whether each waits until the one before is issued, so that who waits for the last waits for all. */
  readonly isChain: boolean;
  /** Which gates open once all of them are issued, or done. */
  readonly gates: { readonly gate: Gate; readonly until: Until }[];
}

/** What all accesses of a kind in a segment wait for, of the segments before. */
interface Gate {
  readonly waits: readonly { readonly group: SegmentGroup; readonly until: Until }[];
  /** How many of them are left. */
  unmet: number;
  /** Before which none of those behind it can have been performed, as far as it is open. */
  since: number;
  readonly waiting: Entry[];
}

/** The accesses between two barriers. */
interface Segment {
  readonly number: number;
  readonly groups: Map<Kind, SegmentGroup>;
  readonly gates: Map<Kind, Gate>;
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
  readonly #kinds: Kinds;
  #segments: Segment[] = [newSegment(0)];
  #count = 0;
  #events = 0;
  /** What is not done. */
  readonly #open = newList();
  /** What of that may be issued; and what is issued: what may be finished, and what waits for the end of others. */
  readonly #issuable = new InOrder<Entry>(({ freedAt }) => freedAt);
  readonly #finishable = new InOrder<Entry>(({ freedAt }) => freedAt);
  readonly #finishing = new Set<Entry>();
  /** Operations that are not done, by the instance of their mechanism. */
  readonly #operations = new Map<string, InOrder<Entry>>();
  readonly #ofLocation = new Map<string, Group[]>();
  readonly #ofLine = new Map<number, Group[]>();
  readonly #stores = new Map<string, Entry[]>();
  /** When the last of what has been forgotten was done. */
  #forgottenUntil = 0;

  /** @param isInOrder whether nothing is performed before what comes before it */
  constructor(rules: OrderRules, isInOrder: boolean) {
    this.#rules = rules;
    this.#isInOrder = isInOrder;
    this.#kinds = new Kinds(rules);
  }

  addBarrier(barrier: BarrierInstruction): void {
    const { barriers } = this.#segments.at(-1)!;
    if (!barriers.some(({ effects }) => effects === barrier.effects)) barriers.push(barrier);
  }

  /** @param former the location of a larger piece to which earlier accesses were that this one is to a part of; left out, none */
  add(instruction: Instruction, { issue, finish }: Performance, former?: string): Entry {
    let segment = this.#segments.at(-1)!;
    if (segment.barriers.length > 0) {
      segment = newSegment(segment.number + 1);
      this.#segments.push(segment);
      this.#forgetOld();
    }
    const kind = this.#kinds.of(instruction);
    const gate = this.#gateOf(kind, segment);
    const entry: Entry = {
      instruction,
      kind,
      order: ++this.#count,
      segment,
      alike: this.#alike(kind, segment),
      groups: this.#groupsOf(instruction, kind),
      former,
      gate,
      near: [],
      here: [],
      unmet: 0,
      waiters: [],
      notBefore: this.#forgottenUntil,
      freedAt: 0,
      issuedAt: undefined,
      doneAt: undefined,
      issue,
      finish,
    };
    if (this.#open.size > 0) this.#lookBack(entry);
    if (!this.#isInOrder && (instruction.kind === "load" || instruction.kind === "maintain")) this.#lookSince(entry);
    for (const { entry: other, until } of entry.near) other.waiters.push({ entry, until });
    for (const { entry: other, until } of entry.here) other.waiters.push({ entry, until });
    entry.unmet = entry.near.length + entry.here.length + (gate.unmet > 0 ? 1 : 0);
    if (gate.unmet > 0) gate.waiting.push(entry);
    entry.alike.unissued.add(entry);
    entry.alike.open.add(entry);
    for (const { open } of entry.groups) open.add(entry);
    this.#open.add(entry);
    if (instruction.kind === "maintain") this.#operationsOf(instruction.rules.instance).add(entry);
    if (instruction.kind === "store") this.#rememberStore(entry, instruction.location!);
    if (entry.unmet === 0) this.#free(entry);
    return entry;
  }

  /** Lets entries be performed at one moment. */
  join(entries: readonly Entry[]): void {
    for (const entry of entries) {
      this.#issuable.delete(entry);
      entry.freedAt = 0;
      entry.together = entries;
      const isOther = (each: Waiting) => !entries.includes(each.entry);
      entry.near = entry.near.filter(isOther);
      entry.here = entry.here.filter(isOther);
      for (const { waiters } of entries)
        for (let index = waiters.length - 1; index >= 0; index--)
          if (waiters[index]!.entry === entry) waiters.splice(index, 1);
      const own = [...entry.near, ...entry.here].filter(isUnmet).length;
      entry.unmet = own + (entry.gate.unmet > 0 ? 1 : 0);
    }
    for (const entry of entries) if (entry.unmet === 0) this.#free(entry);
  }

  issued(entry: Entry, time: number): void {
    const { alike } = entry;
    entry.issuedAt = time;
    if (entry.freedAt > 0) this.#issuable.delete(entry);
    alike.unissued.delete(entry);
    alike.issuedAt = Math.max(alike.issuedAt, time);
    for (const group of entry.groups) group.issuedAt = Math.max(group.issuedAt, time);
    this.#meet(entry, "issued", time);
    if (!entry.finish) return;
    entry.freedAt = ++this.#events;
    if (this.#finishOf(entry, false)) this.#finishing.add(entry);
    else this.#finishable.add(entry);
  }

  done(entry: Entry, time: number): void {
    const { alike, instruction } = entry;
    entry.doneAt = time;
    this.#open.delete(entry);
    alike.open.delete(entry);
    alike.doneAt = Math.max(alike.doneAt, time);
    for (const group of entry.groups) {
      group.doneAt = Math.max(group.doneAt, time);
      group.open.delete(entry);
    }
    if (entry.finish) {
      this.#finishable.delete(entry);
      this.#finishing.delete(entry);
    }
    this.#meet(entry, "done", time);
    if (instruction.kind !== "maintain") return;
    this.#operationsOf(instruction.rules.instance).delete(entry);
    for (const other of this.#finishing) {
      if (!waitsForEndOf(other.instruction, instruction) || this.#finishOf(other, false)) continue;
      this.#finishing.delete(other);
      this.#finishable.add(other);
    }
  }

  /** What barriers behind it have completed and is not done, newest first. */
  completed(): Entry[] {
    return this.#open.items
      .filter((entry) => isCompleted(entry.instruction, this.#barriersBehind(entry.segment), this.#rules))
      .reverse();
  }

  /** What is not done of what there is on a line, in program order. */
  openOf(line: number): Entry[] {
    const open = (this.#ofLine.get(line) ?? []).flatMap((group) => group.open.items);
    return open.sort((one, other) => one.order - other.order);
  }

  /** How many operations at work may finish, and accesses may be issued. */
  get readyCount(): number {
    return this.#finishable.size + this.#issuable.size;
  }

  /** One of them; operations at work come first. */
  ready(index: number): Entry {
    const { size, items } = this.#finishable;
    return index < size ? items[index]! : this.#issuable.items[index - size]!;
  }

  /** The newest of them that is no store; undefined where all are. */
  readyBesideStores(): Entry | undefined {
    const isOther = ({ instruction }: Entry) => instruction.kind !== "store";
    return this.#issuable.items.findLast(isOther) ?? this.#finishable.items.findLast(isOther);
  }

  /** Since when an entry that waits for nothing may have been performed. */
  notBefore({ notBefore, gate }: Entry): number {
    return Math.max(notBefore, gate.since);
  }

  /** The store of its own that was not done at a time and whose value a load takes; undefined where there is none. */
  forwarded(load: Entry, time: number): Forwarded | undefined {
    const { location } = load.instruction;
    const former = load.former === undefined ? [] : (this.#stores.get(load.former) ?? []);
    const own = this.#stores.get(location!) ?? [];
    const stores = former.length > 0 ? [...former, ...own] : own;
    if (stores.length === 0) return undefined;
    const program = [...stores, load].map(({ instruction }) => ({ ...instruction, location }));
    const isPerformed = (index: number) => (stores[index]!.doneAt ?? Number.POSITIVE_INFINITY) <= time;
    const store = forwardedStore(program, stores.length, isPerformed);
    return store && { value: store.value, isFormer: program.indexOf(store) < former.length };
  }

  /**
   * One of those that must be performed before an entry is issued, or after that before it is done.
   * @param isLast whether the farthest of them, else the nearest
   */
  blocker(entry: Entry, isLast = false): Entry | undefined {
    if (entry.issuedAt !== undefined) return this.#finishOf(entry, isLast);
    const { together } = entry;
    if (!together) return entry.unmet > 0 ? blockerOf(entry, isLast) : undefined;
    const blocked = together.filter(({ unmet }) => unmet > 0).at(isLast ? -1 : 0);
    return blocked && blockerOf(blocked, isLast);
  }

  /** Something is so now that others have waited for: those that wait for nothing else any more are free, in program order. */
  #meet(entry: Entry, what: Until, time: number): void {
    const freed: Entry[] = [];
    const meet = (waiting: Entry) => {
      if (--waiting.unmet === 0 && waiting.issuedAt === undefined) freed.push(waiting);
    };
    for (const { entry: waiting, until } of entry.waiters) {
      if (until !== what) continue;
      waiting.notBefore = Math.max(waiting.notBefore, time);
      meet(waiting);
    }
    const { alike } = entry;
    if ((what === "issued" ? alike.unissued : alike.open).size === 0)
      for (const { gate, until } of alike.gates) {
        if (until !== what) continue;
        gate.since = Math.max(gate.since, timeOf(alike, until));
        if (--gate.unmet > 0) continue;
        for (const waiting of gate.waiting) meet(waiting);
        gate.waiting.length = 0;
      }
    if (freed.length > 1) freed.sort((one, other) => one.order - other.order);
    for (const each of freed) this.#free(each);
  }

  /** An entry waits for nothing any more; it may be issued once this is so of all that are performed with it. */
  #free(entry: Entry): void {
    entry.freedAt = ++this.#events;
    const { together } = entry;
    if (!together) this.#issuable.add(entry);
    else if (together.every(({ unmet, freedAt }) => unmet === 0 && freedAt > 0))
      for (const each of together) this.#issuable.add(each);
  }

  /** A load takes the value of the newest store that was not done at its time, and looks no further back than this. */
  #rememberStore(entry: Entry, location: string): void {
    const stores = this.#stores.get(location);
    if (!stores) {
      this.#stores.set(location, [entry]);
      return;
    }
    stores.push(entry);
    if (stores.length > mostStores) stores.shift();
  }

  #operationsOf(instance: string): InOrder<Entry> {
    const known = this.#operations.get(instance) ?? newList();
    this.#operations.set(instance, known);
    return known;
  }

  /** What the end of an entry waits for: the oldest or the newest of the operations of its mechanism before it. */
  #finishOf(entry: Entry, isNewest: boolean): Entry | undefined {
    const { instruction, order } = entry;
    if (instruction.kind === "maintain" && !instruction.elsewhere) return undefined;
    if (instruction.kind !== "complete" && instruction.kind !== "maintain") return undefined;
    const candidates =
      instruction.kind === "complete"
        ? this.#operationsOf(instruction.rules.instance).items
        : linesOf(instruction)
            .flatMap((line) => this.#ofLine.get(line)!.flatMap(({ open }) => open.items))
            .sort((one, other) => one.order - other.order);
    const isWaitedFor = (other: Entry) => other.order < order && waitsForEndOf(instruction, other.instruction);
    return isNewest ? candidates.findLast(isWaitedFor) : candidates.find(isWaitedFor);
  }

  /** Everything that is not done and that an access has to wait for, beside what is behind its gate. */
  #lookBack(later: Entry): void {
    const { kind, segment, gate, near, here } = later;
    for (const group of segment.groups.values()) {
      if (group.open.size === 0) continue;
      const until = this.#kinds.precedence(group.kind, kind, "nothing");
      if (until === "none") continue;
      const { isChain, unissued, open } = group;
      if (until === "done") for (const entry of open.items) near.push({ entry, until });
      else if (isChain) {
        const last = unissued.items.at(-1);
        if (last) near.push({ entry: last, until });
      } else for (const entry of unissued.items) near.push({ entry, until });
    }
    const known = new Map<Entry, Waiting>();
    this.#eachHere(later, (group, common) => {
      if (group.open.size === 0) return;
      const until = this.#kinds.precedence(group.kind, kind, common);
      if (until === "none") return;
      for (const entry of group.open.items) {
        if (until === "issued" && entry.issuedAt !== undefined) continue;
        if (known.get(entry)?.until === "done") continue;
        const anyway =
          entry.segment === segment
            ? this.#kinds.precedence(entry.kind, kind, "nothing")
            : gate.waits.find((wait) => wait.group === entry.alike)?.until;
        if (anyway !== "done" && anyway !== until) known.set(entry, { entry, until });
      }
    });
    here.push(...known.values());
  }

  /** Since when an access that comes now may have been performed, as far as those go that are done, beside what is behind its gate. */
  #lookSince(later: Entry): void {
    const { kind, segment } = later;
    let { notBefore } = later;
    const look = (group: Group, common: Common) => {
      if (Math.max(group.issuedAt, group.doneAt) <= notBefore) return;
      const until = this.#kinds.precedence(group.kind, kind, common);
      if (until !== "none") notBefore = Math.max(notBefore, timeOf(group, until));
    };
    for (const group of segment.groups.values()) look(group, "nothing");
    this.#eachHere(later, look);
    later.notBefore = notBefore;
  }

  /** What there is of its address, and of its lines. */
  #eachHere({ instruction, former }: Entry, look: (group: Group, common: Common) => void): void {
    const { location } = instruction;
    if (former !== undefined) for (const group of this.#ofLocation.get(former) ?? []) look(group, "address");
    if (location !== undefined) for (const group of this.#ofLocation.get(location)!) look(group, "address");
    for (const line of linesOf(instruction)) for (const group of this.#ofLine.get(line)!) look(group, "line");
  }

  #gateOf(later: Kind, segment: Segment): Gate {
    const known = segment.gates.get(later);
    if (known) return known;
    const between: BarrierInstruction[] = [];
    const waits: Gate["waits"][number][] = [];
    const gate: Gate = { waits, unmet: 0, since: 0, waiting: [] };
    for (let index = this.#segments.length - 2; index >= 0; index--) {
      const { groups, barriers } = this.#segments[index]!;
      addEach(between, barriers);
      for (const group of groups.values()) {
        const until = this.#kinds.across(group.kind, between, later);
        if (until === "none") continue;
        if ((until === "done" ? group.open : group.unissued).size === 0) {
          gate.since = Math.max(gate.since, timeOf(group, until));
          continue;
        }
        waits.push({ group, until });
        group.gates.push({ gate, until });
      }
    }
    gate.unmet = waits.length;
    segment.gates.set(later, gate);
    return gate;
  }

  #barriersBehind({ number }: Segment): BarrierInstruction[] {
    const barriers: BarrierInstruction[] = [];
    for (let index = this.#segments.length - 1; index >= 0; index--) {
      const segment = this.#segments[index]!;
      if (segment.number < number) break;
      addEach(barriers, segment.barriers);
    }
    return barriers;
  }

  #alike(kind: Kind, { groups }: Segment): SegmentGroup {
    const known = groups.get(kind);
    if (known) return known;
    const isChain = this.#kinds.precedence(kind, kind, "nothing") !== "none";
    const group: SegmentGroup = { ...newGroup(kind), unissued: newList(), isChain, gates: [] };
    groups.set(kind, group);
    return group;
  }

  #groupsOf(instruction: Instruction, kind: Kind): Group[] {
    const { location } = instruction;
    const found = location === undefined ? [] : [groupIn(this.#ofLocation, location, kind)];
    for (const line of linesOf(instruction)) found.push(groupIn(this.#ofLine, line, kind));
    return found;
  }

  #forgetOld(): void {
    const surplus = this.#segments.length - mostSegments;
    if (surplus <= 0) return;
    const groups = [...this.#segments[0]!.groups.values()];
    if (groups.some(({ open }) => open.size > 0)) return;
    for (const { doneAt } of groups) this.#forgottenUntil = Math.max(this.#forgottenUntil, doneAt);
    this.#segments.shift();
  }
}

function isUnmet({ entry, until }: Waiting): boolean {
  return (until === "done" ? entry.doneAt : entry.issuedAt) === undefined;
}

/** What an entry waits for. What has been performed is behind it for good. */
function blockerOf({ near, here, gate }: Entry, isLast: boolean): Entry | undefined {
  if (isLast) return nextOf(near, true) ?? behind(gate, true) ?? nextOf(here, true);
  return nextOf(here, false) ?? behind(gate, false) ?? nextOf(near, false);
}

function nextOf(waits: Waiting[], isFirst: boolean): Entry | undefined {
  const end = isFirst ? 0 : -1;
  for (let wait = waits.at(end); wait; wait = waits.at(end)) {
    if (isUnmet(wait)) return wait.entry;
    if (isFirst) waits.shift();
    else waits.pop();
  }
  return undefined;
}

function behind({ waits, unmet }: Gate, isFirst: boolean): Entry | undefined {
  if (unmet === 0) return undefined;
  const leftOf = ({ group, until }: Gate["waits"][number]) => (until === "done" ? group.open : group.unissued);
  const isLeft = (wait: Gate["waits"][number]) => leftOf(wait).size > 0;
  const wait = isFirst ? waits.find(isLeft) : waits.findLast(isLeft);
  return wait && leftOf(wait).items.at(isFirst ? 0 : -1);
}

function timeOf({ issuedAt, doneAt }: Group, until: Until): number {
  return until === "done" ? doneAt : issuedAt;
}

function newList(): InOrder<Entry> {
  return new InOrder(({ order }) => order);
}

function newGroup(kind: Kind): Group {
  return { kind, issuedAt: 0, doneAt: 0, open: newList() };
}

function newSegment(number: number): Segment {
  return { number, groups: new Map(), gates: new Map(), barriers: [] };
}

/** Those of some barriers that are not there yet. */
function addEach(barriers: BarrierInstruction[], more: readonly BarrierInstruction[]): void {
  for (const each of more) if (!barriers.some(({ effects }) => effects === each.effects)) barriers.push(each);
}

function linesOf(instruction: Instruction): readonly number[] {
  if (instruction.line === undefined) return [];
  return instruction.kind === "maintain" ? [instruction.line, ...(instruction.andLines ?? [])] : [instruction.line];
}

function groupIn<Key>(groups: Map<Key, Group[]>, key: Key, kind: Kind): Group {
  const here = groups.get(key);
  const known = here?.find((group) => group.kind === kind);
  if (known) return known;
  const group = newGroup(kind);
  if (here) here.push(group);
  else groups.set(key, [group]);
  return group;
}
