// Why no fence can be planned. Thrown inside the planner, caught at its door: a refusal ends one fence, not the run.
import type { Code } from "../diagnostics/codes.ts";
import type { Pointer } from "../load/source-file.ts";

export interface Problem {
  readonly code: Code;
  readonly message: string;
  /** The fact in the chip's file that it is about. */
  readonly pointer: Pointer;
}

export class Refusal extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]);
  constructor(code: Code, message: string, pointer: Pointer);
  constructor(first: readonly Problem[] | Code, message = "", pointer: Pointer = []) {
    const problems = typeof first === "string" ? [{ code: first, message, pointer }] : first;
    super(problems.map((problem) => problem.message).join("; "));
    this.problems = problems;
  }
}

/** Where a memory is described, by its name, which may share a key with others. */
export function memoryPointer(name: string): Pointer {
  return ["memories", name];
}
