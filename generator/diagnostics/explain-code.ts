// A problem by its code: why it matters, what to do, and an example that has it, beside the same without it.
import { type Code, type CodeEntry, codes } from "./codes.ts";

/** What an example shows: lines of a kind of file, or commands. */
export type ExamplePlace = "chip" | "mechanism" | "core" | "architecture" | "settings" | "litmus" | "shell";

/**
 * Of a file, lines that have the problem, and those that stand in their place where it is mended. Of commands, each behind `$ ` in a
 * project with one chip, `board`, those whose last one reports the problem, and those behind which none does.
 */
export interface Example {
  readonly in: ExamplePlace;
  readonly failing: string;
  readonly mended: string;
}

/** An example for each code; `generator/diagnostics/examples/` has them, a file for each. */
export type Examples = Readonly<Record<Code, Example>>;

export interface ExplainedCode extends CodeEntry {
  readonly code: Code;
  /** Absent where the installation has none. */
  readonly example?: Example;
}

/** @param examples undefined where the installation has none */
export function explainCode(code: Code, examples: Examples | undefined): ExplainedCode {
  const example = examples?.[code];
  return { code, ...codes[code], ...(example && { example }) };
}
