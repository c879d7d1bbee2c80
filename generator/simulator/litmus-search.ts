// Every final state of a litmus program. Accesses to different locations commute, so that of all orders only those are
// tried that can end differently: in each state a stubborn set of accesses (Valmari 1990), which is closed under what
// conflicts with it, and under what it waits for. That keeps every final state. Accesses whose effect nobody looks at
// are left out beforehand.
import { forwardedStore } from "../semantics/cpu.ts";
import type { Instruction } from "../semantics/instruction.ts";

/** One access of a thread, and which of the thread's earlier ones must have been performed, directly or not. */
export interface SearchAccess {
  readonly thread: number;
  /** Its index among the thread's accesses, in program order. */
  readonly index: number;
  readonly location: string;
  /** What it stores; undefined for a load. */
  readonly stored: number | undefined;
  /** Indexes of accesses of the same thread. */
  readonly after: ReadonlySet<number>;
}

export interface SearchProgram {
  /** Those that an outcome can depend on, thread by thread in program order; at most 32. */
  readonly accesses: readonly SearchAccess[];
  /** All accesses of each thread, as the semantics see them. */
  readonly instructions: readonly (readonly Instruction[])[];
  /** The locations whose last value is asked for. */
  readonly asked: ReadonlySet<string>;
}

/** The values at the end: of each location asked for, and of each load among the accesses, by its index there. */
export interface FinalState {
  readonly memory: ReadonlyMap<string, number>;
  readonly loaded: ReadonlyMap<number, number>;
}

export interface SearchLimits {
  readonly states: number;
  readonly outcomes: number;
}

/** @returns the final states, each once; undefined where there are more states than the limits allow */
export function finalStates(
  program: SearchProgram,
  limits: SearchLimits,
): { readonly states: number; readonly finals: readonly FinalState[] | undefined } {
  const space = spaceOf(program);
  const first = "\0".repeat(registersAt(space) + space.accesses.length);
  const known = new Set([first]);
  const open = [first];
  const finals: string[] = [];
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    const done = doneIn(state);
    const enabled = enabledIn(space, done);
    if (enabled === 0) {
      finals.push(state);
      if (finals.length > limits.outcomes) return { states: known.size, finals: undefined };
      continue;
    }
    for (let rest = stubbornSet(space, done, enabled) & enabled; rest !== 0; rest &= rest - 1) {
      const next = perform(space, state, done, lowest(rest));
      if (known.has(next)) continue;
      known.add(next);
      if (known.size > limits.states) return { states: known.size, finals: undefined };
      open.push(next);
    }
  }
  return { states: known.size, finals: finals.map((state) => finalState(space, state)) };
}

/** What stays the same during the search. A set of accesses is a number with one bit for each. */
interface Space extends SearchProgram {
  readonly locations: readonly string[];
  /** Every value that a location can have; a state holds indexes into it. */
  readonly values: readonly number[];
  readonly cellOf: readonly number[];
  readonly storedValue: readonly number[];
  readonly before: readonly number[];
  /** Those to the same location of which one at least is a store. */
  readonly conflicts: readonly number[];
  /** By location, the loads from it. */
  readonly loads: readonly number[];
  /** Of each thread, the bit of an access by its index there; -1 for one that is left out. */
  readonly bitOf: readonly (readonly number[])[];
}

function spaceOf(program: SearchProgram): Space {
  const { accesses, instructions } = program;
  const locations = [...new Set(accesses.map(({ location }) => location))];
  const values = [...new Set([0, ...accesses.flatMap(({ stored }) => stored ?? [])])];
  const setOf = (isIn: (access: SearchAccess, index: number) => boolean) =>
    accesses.reduce((set, access, index) => (isIn(access, index) ? set | (1 << index) : set), 0);
  return {
    ...program,
    locations,
    values,
    cellOf: accesses.map(({ location }) => locations.indexOf(location)),
    storedValue: accesses.map(({ stored }) => (stored === undefined ? -1 : values.indexOf(stored))),
    before: accesses.map(({ thread, after }) => setOf((other) => other.thread === thread && after.has(other.index))),
    conflicts: accesses.map((access, index) =>
      setOf(
        (other, at) =>
          at !== index &&
          other.location === access.location &&
          (other.stored !== undefined || access.stored !== undefined),
      ),
    ),
    loads: locations.map((location) => setOf((access) => access.location === location && access.stored === undefined)),
    bitOf: instructions.map((thread, at) =>
      thread.map((_, index) => accesses.findIndex((access) => access.thread === at && access.index === index)),
    ),
  };
}

// A state is a string of small codes: four for the set of accesses performed, one for the value of each location, and one
// for what each access loaded. All are below 256, which V8 keeps in a byte.
const memoryAt = 4;

function registersAt({ locations }: Space): number {
  return memoryAt + locations.length;
}

function doneIn(state: string): number {
  return state.charCodeAt(0) | (state.charCodeAt(1) << 8) | (state.charCodeAt(2) << 16) | (state.charCodeAt(3) << 24);
}

function enabledIn({ before }: Space, done: number): number {
  let enabled = 0;
  for (let index = 0; index < before.length; index++)
    if (((done >>> index) & 1) === 0 && (before[index]! & ~done) === 0) enabled |= 1 << index;
  return enabled;
}

/** The stubborn set with the fewest accesses that can be performed now. */
function stubbornSet(space: Space, done: number, enabled: number): number {
  let best = enabled;
  let fewest = Number.POSITIVE_INFINITY;
  for (let seeds = enabled; seeds !== 0 && fewest > 1; seeds &= seeds - 1) {
    const set = closure(space, done, enabled, seeds & -seeds);
    const count = bitCount(set & enabled);
    if (count < fewest) {
      best = set;
      fewest = count;
    }
  }
  return best;
}

/** With an access that can be performed, all that it conflicts with; with another, the first that it still waits for. */
function closure({ before, conflicts }: Space, done: number, enabled: number, seed: number): number {
  let set = 0;
  let open = seed;
  while (open !== 0) {
    const bit = open & -open;
    const index = lowest(open);
    set |= bit;
    const missing = before[index]! & ~done;
    open |= enabled & bit ? conflicts[index]! & ~done : missing & -missing;
    open &= ~set;
  }
  return set;
}

function perform(space: Space, state: string, done: number, access: number): string {
  const { accesses, instructions, asked, locations, cellOf, storedValue, loads, bitOf, values } = space;
  const codes: number[] = [];
  for (let at = 0; at < state.length; at++) codes.push(state.charCodeAt(at));
  const next = done | (1 << access);
  for (let byte = 0; byte < memoryAt; byte++) codes[byte] = (next >>> (8 * byte)) & 0xff;
  const cell = cellOf[access]!;
  const { thread, index } = accesses[access]!;
  if (storedValue[access]! >= 0) codes[memoryAt + cell] = storedValue[access]!;
  else {
    const bits = bitOf[thread]!;
    const own = forwardedStore(instructions[thread]!, index, (at) => ((done >>> bits[at]!) & 1) !== 0);
    codes[registersAt(space) + access] = own ? values.indexOf(own.value) : codes[memoryAt + cell]!;
  }
  // What nobody will look at any more does not tell states apart.
  if (!asked.has(locations[cell]!) && (loads[cell]! & ~next) === 0) codes[memoryAt + cell] = 0;
  return String.fromCharCode(...codes);
}

function finalState(space: Space, state: string): FinalState {
  const value = (at: number) => space.values[state.charCodeAt(at)]!;
  return {
    memory: new Map(space.locations.map((location, cell) => [location, value(memoryAt + cell)])),
    loaded: new Map(
      space.accesses.flatMap(({ stored }, access): [number, number][] =>
        stored === undefined ? [[access, value(registersAt(space) + access)]] : [],
      ),
    ),
  };
}

function bitCount(set: number): number {
  let count = 0;
  for (let rest = set; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** Index of the lowest bit of a set that is not empty. */
function lowest(set: number): number {
  return 31 - Math.clz32(set & -set);
}
