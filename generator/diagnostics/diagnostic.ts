// One type for every problem, whichever stage finds it. Stages report and go on; only bugs of fencegen throw.
import { type Code, codes } from "./codes.ts";

/** A place in a file; lines and columns count from 1, `end` is exclusive. */
export interface Range {
  readonly start: Position;
  readonly end: Position;
}

export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface Diagnostic {
  readonly code: Code;
  readonly severity: "error" | "warning";
  readonly message: string;
  readonly why: string;
  readonly mend: string;
  /** Path as the user named it. */
  readonly path: string;
  /** Absent only for a problem with the file as a whole. */
  readonly range?: Range;
  /** The lines of the file that `range` starts in, for the excerpt. */
  readonly excerpt?: string;
}

/** What a stage says about a problem; the table of codes adds the rest. */
export interface Problem {
  readonly message: string;
  readonly path: string;
  readonly range?: Range | undefined;
  readonly excerpt?: string | undefined;
  readonly mend?: string | undefined;
}

/** Collects what the stages report, so that one run shows every problem. */
export class Diagnostics {
  /** By what makes two reports the same. */
  readonly #list = new Map<string, Diagnostic>();

  report(code: Code, problem: Problem): void {
    const key = JSON.stringify([code, problem.path, problem.range, problem.message]);
    if (this.#list.has(key)) return;
    const { severity, why, mend } = codes[code];
    this.#list.set(key, {
      code,
      severity,
      message: problem.message,
      why,
      mend: problem.mend ?? mend,
      path: problem.path,
      ...(problem.range && { range: problem.range }),
      ...(problem.excerpt !== undefined && { excerpt: problem.excerpt }),
    });
  }

  get hasErrors(): boolean {
    return [...this.#list.values()].some(({ severity }) => severity === "error");
  }

  /** Forgets what is about files that do not matter here. */
  forget(paths: ReadonlySet<string>): void {
    for (const [key, { path }] of this.#list) if (paths.has(path)) this.#list.delete(key);
  }

  /** By file, then by place, then by code. */
  sorted(): readonly Diagnostic[] {
    const at = (d: Diagnostic) => d.range?.start ?? { line: 0, column: 0 };
    return [...this.#list.values()].sort(
      (a, b) =>
        compareCodePoints(a.path, b.path) ||
        at(a).line - at(b).line ||
        at(a).column - at(b).column ||
        compareCodePoints(a.code, b.code),
    );
  }
}

/** The order used wherever output is sorted: by code point, whatever the locale. */
export function compareCodePoints(a: string, b: string): number {
  if (a === b) return 0;
  // JavaScript compares units of UTF-16, in which what lies beyond U+FFFF begins with a surrogate of U+D800 to U+DFFF.
  const [pointsA, pointsB] = [[...a], [...b]];
  const at = pointsA.findIndex((character, index) => character !== pointsB[index]);
  if (at === -1) return -1;
  return (pointsA[at]!.codePointAt(0) ?? 0) - (pointsB[at]?.codePointAt(0) ?? -1);
}

/** The candidate nearest to a misspelt word, if any is near enough to be meant. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}
