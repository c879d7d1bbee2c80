// A problem by its code: why it matters, what to do, and where a few lines of a file show it, those and the same mended.
import { type Code, type CodeEntry, codes } from "./codes.ts";
import { examples } from "./examples.ts";

export interface ExplainedCode extends CodeEntry {
  readonly code: Code;
  /** Lines of a description that have the problem, and the same without it. */
  readonly failing?: string;
  readonly mended?: string;
}

export function explainCode(code: Code): ExplainedCode {
  const example = examples[code];
  return { code, ...codes[code], ...(example && { failing: example.wrong, mended: example.right }) };
}
