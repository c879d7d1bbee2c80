// A problem by its code: why it matters, what to do, and an example that has it, beside the same without it.
import { type Code, codes } from "./codes.ts";
import { type VerdictCode, type VerdictEntry, verdictCodes } from "./verdict-codes.ts";

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

/** An example for each code of the input; `generator/diagnostics/examples/` has them, a file for each. */
export type Examples = Readonly<Record<Code, Example>>;

/** A problem of the input, or what is found of a fence or an output. */
export type AnyCode = Code | VerdictCode;

export interface ExplainedCode extends VerdictEntry {
  readonly code: AnyCode;
  /** Absent for what is found of a fence or an output, and where the installation has none. */
  readonly example?: Example;
}

/** All of them. */
export const explainedCodes: readonly string[] = [...Object.keys(codes), ...Object.keys(verdictCodes)];

export function isExplained(code: string): code is AnyCode {
  return Object.hasOwn(codes, code) || Object.hasOwn(verdictCodes, code);
}

/** @param examples left out, the code is explained without one */
export function explainCode(code: AnyCode, examples?: Examples): ExplainedCode {
  if (isVerdict(code)) return { code, ...verdictCodes[code] };
  const example = examples?.[code];
  return { code, ...codes[code], ...(example && { example }) };
}

function isVerdict(code: string): code is VerdictCode {
  return Object.hasOwn(verdictCodes, code);
}
