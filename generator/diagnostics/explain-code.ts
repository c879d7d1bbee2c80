// A problem by its code: why it matters, what to do, and where a few lines of a file show it, those and the same mended.
import { type Code, codes } from "./codes.ts";
import { examples } from "./examples.ts";
import { type VerdictCode, type VerdictEntry, verdictCodes } from "./verdict-codes.ts";

/** A problem of the input, or what is found of a fence or an output. */
export type AnyCode = Code | VerdictCode;

export interface ExplainedCode extends VerdictEntry {
  readonly code: AnyCode;
  /** Lines of a description that have the problem, and the same without it. */
  readonly failing?: string;
  readonly mended?: string;
}

/** All of them. */
export const explainedCodes: readonly string[] = [...Object.keys(codes), ...Object.keys(verdictCodes)];

export function isExplained(code: string): code is AnyCode {
  return Object.hasOwn(codes, code) || Object.hasOwn(verdictCodes, code);
}

export function explainCode(code: AnyCode): ExplainedCode {
  if (isVerdict(code)) return { code, ...verdictCodes[code] };
  const example = examples[code];
  return { code, ...codes[code], ...(example && { failing: example.wrong, mended: example.right }) };
}

function isVerdict(code: string): code is VerdictCode {
  return Object.hasOwn(verdictCodes, code);
}
