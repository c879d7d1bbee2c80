// Small programs of several threads on flat memory, and every outcome that preserved program order allows: a
// witness from outside for program-order.ts, which knows no cache and no DMA here.

import type { Architecture } from "../model/chip.ts";
import { type BarrierEffect, barrierFromText } from "../semantics/barrier.ts";
import { forwardedStore } from "../semantics/cpu.ts";
import { loadFrom, type ProgramItem, storeTo } from "../semantics/instruction.ts";
import { orderProgram } from "../semantics/program-order.ts";

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

/**
 * All final states over the keys of `exists`, in a fixed order. Locations and registers start at 0.
 * @throws {RangeError} for a barrier that the architecture does not describe
 */
export function litmusOutcomes(program: LitmusProgram, architecture: Architecture): Outcome[] {
  const threads = program.threads.map((thread) => {
    const items = thread.map((instruction) => toItem(instruction, architecture));
    const accesses = thread.filter(({ op }) => op !== "barrier") as Exclude<LitmusInstruction, { op: "barrier" }>[];
    const { accesses: instructions, precedence } = orderProgram(items, {
      programOrder: architecture.programOrder,
      domain: "inner-shareable",
      writeCombining: false,
    });
    return {
      accesses,
      instructions,
      before: precedence.map((row) =>
        row.reduce((mask, kind, index) => (kind === "none" ? mask : mask | (1 << index)), 0),
      ),
    };
  });
  const keys = Object.keys(program.exists);
  const outcomes = new Map<string, Outcome>();
  const seen = new Set<string>();

  const explore = (performed: readonly number[], memory: Outcome, registers: Outcome): void => {
    const state = JSON.stringify([performed, memory, registers]);
    if (seen.has(state)) return;
    seen.add(state);
    let finished = true;
    for (const [thread, { accesses, instructions, before }] of threads.entries()) {
      for (const [index, access] of accesses.entries()) {
        const done = performed[thread]!;
        if (done & (1 << index)) continue;
        finished = false;
        if ((before[index]! & ~done) !== 0) continue;
        const next = performed.map((mask, at) => (at === thread ? mask | (1 << index) : mask));
        if (access.op === "store") explore(next, { ...memory, [access.loc]: access.value }, registers);
        else {
          const own = forwardedStore(instructions, index, (at) => (done & (1 << at)) !== 0);
          const value = own?.value ?? memory[access.loc] ?? 0;
          explore(next, memory, { ...registers, [`${thread}:${access.reg}`]: value });
        }
      }
    }
    if (finished) {
      const outcome = Object.fromEntries(
        keys.map((key) => [key, (key.includes(":") ? registers[key] : memory[key]) ?? 0]),
      );
      outcomes.set(JSON.stringify(outcome), outcome);
    }
  };
  explore(
    threads.map(() => 0),
    {},
    {},
  );
  return [...outcomes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, outcome]) => outcome);
}

function toItem(instruction: LitmusInstruction, architecture: Architecture): ProgramItem {
  switch (instruction.op) {
    case "store":
      return storeTo(placeOf(instruction.loc), instruction.value);
    case "load":
      return loadFrom(placeOf(instruction.loc));
    case "barrier":
      return { kind: "barrier", effects: effectsOf(instruction.instr, architecture) };
  }
}

/** On flat memory a location is a cell in no line. */
function placeOf(location: string) {
  return { location, line: undefined, cell: 0 };
}

function effectsOf(text: string, architecture: Architecture): readonly BarrierEffect[] {
  // Arm assemblers take a bare DMB or DSB for the one of the full system.
  for (const spelling of [text, `${text} sy`]) {
    const effects = architecture.barriers.flatMap((barrier) => barrierFromText(spelling, [barrier]) ?? []);
    if (effects.length > 0) return effects;
  }
  throw new RangeError(`${architecture.title} has no barrier \`${text}\``);
}
