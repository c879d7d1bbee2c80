// Small programs on the architectures of a project: what this model of memory allows, beside what another tool computed.
import type { Architecture } from "../model/chip.ts";
import {
  type LitmusInstruction,
  type LitmusProgram,
  litmusOutcomes,
  litmusProblems,
  type Outcome,
} from "../simulator/litmus.ts";
import type { SiteProject } from "./project.ts";
import type { SiteTexts } from "./texts.ts";

export interface LitmusOfArchitecture {
  readonly title: string;
  readonly results: readonly LitmusResult[];
}

export interface LitmusResult {
  readonly name: string;
  /** A line for each thread. */
  readonly threads: readonly string[];
  /** The outcome that the program is about, such as `1:x0 = 1, 1:x2 = 0`. */
  readonly question: string;
  readonly isAllowed: boolean;
  /** How many outcomes the model allows. */
  readonly outcomes: number;
  /** Whether they are those that herd7 computed. */
  readonly agrees: boolean;
}

/** Of each architecture that has some. */
export function litmusOf({ architectures }: SiteProject, { litmus }: SiteTexts): LitmusOfArchitecture[] {
  return architectures
    .map((architecture) => ({
      title: architecture.title,
      results: litmus
        .filter(({ arch }) => arch === architecture.litmusArch)
        // One of somebody else's may lack a barrier.
        .filter((program) => litmusProblems(program, architecture).length === 0)
        .flatMap((program) => resultOf(program, architecture)),
    }))
    .filter(({ results }) => results.length > 0);
}

function resultOf(program: SiteTexts["litmus"][number], architecture: Architecture): LitmusResult[] {
  const { outcomes: expected, exists, name, threads } = program;
  const answer = litmusOutcomes(program, architecture);
  if (!("outcomes" in answer)) return [];
  return [
    {
      name,
      threads: threads.map((thread) => thread.map(instructionText).join("; ")),
      question: outcomeText(exists),
      isAllowed: answer.outcomes.some((outcome) => sameText(outcome) === sameText(exists)),
      outcomes: answer.outcomes.length,
      agrees: allText(answer.outcomes) === allText(expected),
    },
  ];
}

function instructionText(instruction: LitmusInstruction): string {
  switch (instruction.op) {
    case "store":
      return `${instruction.loc} = ${instruction.value}`;
    case "load":
      return `${instruction.reg} = ${instruction.loc}`;
    case "barrier":
      return instruction.instr;
  }
}

function outcomeText(outcome: LitmusProgram["exists"]): string {
  return Object.entries(outcome)
    .map(([key, value]) => `${key} = ${value}`)
    .join(", ");
}

/** The same for outcomes that say the same in another order. */
function sameText(outcome: Outcome): string {
  return JSON.stringify(Object.entries(outcome).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function allText(outcomes: readonly Outcome[]): string {
  return JSON.stringify(outcomes.map(sameText).sort());
}
