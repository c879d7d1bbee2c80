// Small programs of several threads on flat memory, and every outcome that preserved program order allows: a
// witness from outside for program-order.ts, which knows no cache and no DMA here. SEMANTICS.md, section 10.

import type { Architecture } from "../model/chip.ts";
import { type BarrierEffect, barrierFromText } from "../semantics/barrier.ts";
import { loadFrom, type ProgramItem, storeTo } from "../semantics/instruction.ts";
import { orderProgram } from "../semantics/program-order.ts";
import { finalStates, type SearchAccess, type SearchProgram } from "./litmus-search.ts";

export interface LitmusProgram {
  readonly arch: string;
  readonly name: string;
  readonly threads: readonly (readonly LitmusInstruction[])[];
  /** The keys whose final values make an outcome: `1:x7` is register x7 of thread 1, a bare key a location. */
  readonly exists: Readonly<Record<string, number>>;
}

export type LitmusInstruction =
  | { readonly op: "store"; readonly loc: string; readonly value: number }
  | { readonly op: "load"; readonly loc: string; readonly reg: string }
  | { readonly op: "barrier"; readonly instr: string };

export type Outcome = Readonly<Record<string, number>>;

/** What a program may have; a larger one is refused. */
export const litmusLimits = {
  threads: 8,
  /** In all threads together: a set of them is one number. */
  accesses: 32,
  instructionsOfThread: 64,
  askedFor: 32,
  /** Of the name of a location or register, in characters. */
  name: 64,
} as const;

/** How far the outcomes of a program are looked for. */
export interface LitmusEffort {
  readonly states: number;
  readonly outcomes: number;
}

export const litmusEffort: LitmusEffort = { states: 1_000_000, outcomes: 200_000 };

/** All outcomes, or why they were not all found; with the number of states that were looked at. */
export type LitmusAnswer =
  | { readonly outcomes: readonly Outcome[]; readonly states: number }
  | { readonly undecided: string; readonly states: number };

/** Something that keeps a program from being run, and where: keys and indexes from the program on. */
export interface LitmusProblem {
  readonly code: "litmus/too-large" | "litmus/unknown-barrier" | "litmus/unknown-name";
  readonly message: string;
  readonly at: readonly (string | number)[];
}

/** Why the program cannot be run. */
export function litmusProblems(program: LitmusProgram, architecture: Architecture): LitmusProblem[] {
  const { threads, exists } = program;
  const keys = Object.keys(exists);
  const accesses = threads.flatMap(accessesOf).length;
  const tooMany = (what: string, number: number, limit: number, at: LitmusProblem["at"]): LitmusProblem[] =>
    number > limit
      ? [{ code: "litmus/too-large", message: `${number} ${what}, of which a program may have ${limit}`, at }]
      : [];
  return [
    ...tooMany("threads", threads.length, litmusLimits.threads, ["threads"]),
    ...tooMany("accesses", accesses, litmusLimits.accesses, ["threads"]),
    ...tooMany("keys of `exists`", keys.length, litmusLimits.askedFor, ["exists"]),
    ...threads.flatMap((thread, index) => [
      ...tooMany("instructions in one thread", thread.length, litmusLimits.instructionsOfThread, ["threads", index]),
      ...thread.flatMap((instruction, position) =>
        instructionProblem(instruction, ["threads", index, position], architecture),
      ),
    ]),
    ...keys.flatMap((key): LitmusProblem[] => {
      const message = keyProblem(key, threads.length);
      return message ? [{ code: "litmus/unknown-name", message, at: ["exists", key] }] : [];
    }),
  ];
}

function instructionProblem(
  instruction: LitmusInstruction,
  at: LitmusProblem["at"],
  architecture: Architecture,
): LitmusProblem[] {
  switch (instruction.op) {
    case "store":
      return nameProblem("loc", instruction.loc, at);
    case "load":
      return [...nameProblem("loc", instruction.loc, at), ...nameProblem("reg", instruction.reg, at)];
    case "barrier": {
      if (effectsOf(instruction.instr, architecture)) return [];
      const message = `${architecture.title} has no barrier \`${instruction.instr}\``;
      return [{ code: "litmus/unknown-barrier", message, at: [...at, "instr"] }];
    }
  }
}

function nameProblem(key: string, name: string, at: LitmusProblem["at"]): LitmusProblem[] {
  if (isName(name)) return [];
  const message = `\`${name}\` is no name of a location or register`;
  return [{ code: "litmus/unknown-name", message, at: [...at, key] }];
}

/** A colon is what tells a register from a location in the keys of `exists`. */
function isName(text: string): boolean {
  return text.length <= litmusLimits.name && /^[^\s:\p{C}]+$/u.test(text);
}

function keyProblem(key: string, threads: number): string | undefined {
  const [, thread, register] = /^([^:]*):(.*)$/s.exec(key) ?? [];
  if (thread === undefined) return isName(key) ? undefined : `\`${key}\` is no name of a location`;
  if (!/^(0|[1-9]\d{0,2})$/.test(thread) || !isName(register!)) return `\`${key}\` is no register of a thread`;
  return Number(thread) < threads ? undefined : `there is no thread ${thread}: the first is thread 0`;
}

/**
 * All final states over the keys of `exists`, in a fixed order. Locations and registers start at 0.
 * @param program one without problems
 */
export function litmusOutcomes(
  program: LitmusProgram,
  architecture: Architecture,
  effort: LitmusEffort = litmusEffort,
): LitmusAnswer {
  const keys = Object.keys(program.exists);
  const search = searchProgram(program, architecture);
  const { finals, states } = finalStates(search, effort);
  if (!finals)
    return {
      undecided: `it has more than ${effort.outcomes} outcomes, or more than ${effort.states} states to look at`,
      states,
    };
  const registers = search.accesses.map(({ thread, index }) => `${thread}:${registerOf(program, thread, index)}`);
  const outcomes = finals.map(({ memory, loaded }) => {
    const values = new Map([...memory, ...[...loaded].map(([access, value]) => [registers[access]!, value] as const)]);
    return Object.fromEntries(keys.map((key) => [key, values.get(key) ?? 0]));
  });
  const spelled = outcomes.map((outcome) => [JSON.stringify(outcome), outcome] as const);
  return { outcomes: spelled.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, outcome]) => outcome), states };
}

type LitmusAccess = Exclude<LitmusInstruction, { op: "barrier" }>;

function accessesOf(thread: readonly LitmusInstruction[]): LitmusAccess[] {
  return thread.filter((instruction): instruction is LitmusAccess => instruction.op !== "barrier");
}

function registerOf({ threads }: LitmusProgram, thread: number, index: number): string | undefined {
  const access = accessesOf(threads[thread]!)[index]!;
  return access.op === "load" ? access.reg : undefined;
}

/** The program without the loads that another one overwrites or nobody asks for, and the stores that nobody sees. */
function searchProgram(program: LitmusProgram, architecture: Architecture): SearchProgram {
  const asked = new Set(Object.keys(program.exists));
  const threads = program.threads.map((thread) => {
    const items = thread.map((instruction) => toItem(instruction, architecture));
    const rules = {
      programOrder: architecture.programOrder,
      domain: "inner-shareable",
      writeCombining: false,
    } as const;
    const { accesses: instructions, precedence } = orderProgram(items, rules);
    return { instructions, after: transitive(precedence.map((row) => row.map((kind) => kind !== "none"))) };
  });
  const all = program.threads.flatMap((thread, at) =>
    accessesOf(thread).map((access, index, own) => ({
      access,
      place: { thread: at, index, location: access.loc, after: threads[at]!.after[index]! },
      // A register holds what the last load in program order gave it, whichever is performed last.
      isAskedFor:
        access.op === "load" &&
        asked.has(`${at}:${access.reg}`) &&
        !own.slice(index + 1).some((later) => later.op === "load" && later.reg === access.reg),
    })),
  );
  const seen = new Set([...asked, ...all.flatMap(({ access, isAskedFor }) => (isAskedFor ? access.loc : []))]);
  const accesses = all.flatMap(({ access, place, isAskedFor }): SearchAccess[] => {
    if (access.op === "load") return isAskedFor ? [{ ...place, stored: undefined }] : [];
    return seen.has(access.loc) ? [{ ...place, stored: access.value }] : [];
  });
  return { accesses, instructions: threads.map(({ instructions }) => instructions), asked };
}

/** For each access, all that must come before it: what is left out later must still hold the others apart. */
function transitive(directly: readonly (readonly boolean[])[]): ReadonlySet<number>[] {
  const closed: Set<number>[] = [];
  for (const row of directly)
    closed.push(new Set(row.flatMap((isBefore, earlier) => (isBefore ? [earlier, ...closed[earlier]!] : []))));
  return closed;
}

function toItem(instruction: LitmusInstruction, architecture: Architecture): ProgramItem {
  switch (instruction.op) {
    case "store":
      return storeTo(placeOf(instruction.loc), instruction.value);
    case "load":
      return loadFrom(placeOf(instruction.loc));
    case "barrier":
      return { kind: "barrier", effects: effectsOf(instruction.instr, architecture) ?? [] };
  }
}

/** On flat memory a location is a cell in no line. */
function placeOf(location: string) {
  return { location, line: undefined, cell: 0 };
}

function effectsOf(text: string, architecture: Architecture): readonly BarrierEffect[] | undefined {
  // Arm assemblers take a bare DMB or DSB for the one of the full system.
  for (const spelling of [text, `${text} sy`]) {
    const effects = architecture.barriers.flatMap((barrier) => barrierFromText(spelling, [barrier]) ?? []);
    // A letter that the barrier does not have, or one in another place, is no spelling of it.
    const isSpelled = effects.every(({ instruction }) => withoutSpaces(instruction) === withoutSpaces(spelling));
    if (effects.length > 0 && isSpelled) return effects;
  }
  return undefined;
}

function withoutSpaces(text: string): string {
  return text.replace(/, /g, ",");
}
