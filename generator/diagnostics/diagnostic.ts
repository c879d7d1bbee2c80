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
  /** The line of the file that `range` starts in; of a long one, what stands around the place. */
  readonly excerpt?: string;
  /** The column in which the excerpt begins, where that is not the line's first. */
  readonly excerptColumn?: number;
}

/** What a stage says about a problem; the table of codes adds the rest. */
export interface Problem {
  readonly message: string;
  readonly path: string;
  readonly range?: Range | undefined;
  readonly excerpt?: string | undefined;
  readonly excerptColumn?: number | undefined;
  readonly mend?: string | undefined;
}

/** How many errors, and how many warnings, are shown of one file. */
export const mostShownOfFile = 100;
/** How many problems are shown in all. */
export const mostShown = 1000;
/** How long a message, or what mends it, may be. */
const mostWords = 4000;

/** What is not shown, for the line that says so. */
interface Omitted {
  readonly errors: number;
  readonly warnings: number;
}

/** Collects what the stages report, so that one run shows every problem; of very many, the first, and how many more. */
export class Diagnostics {
  /** By path, and then by what makes two reports the same. */
  readonly #shown = new Map<string, Map<string, Diagnostic>>();
  readonly #omitted = new Map<string, Omitted>();

  report(code: Code, problem: Problem): void {
    const message = shortened(problem.message);
    const key = JSON.stringify([code, problem.range, message]);
    const ofFile = this.#shown.get(problem.path) ?? new Map<string, Diagnostic>();
    this.#shown.set(problem.path, ofFile);
    if (ofFile.has(key)) return;
    const { severity, why, mend } = codes[code];
    if (ofFile.size >= mostShownOfFile && count(ofFile.values(), severity) >= mostShownOfFile) {
      this.omit(code, problem.path, 1);
      return;
    }
    ofFile.set(key, {
      code,
      severity,
      message,
      why,
      mend: shortened(problem.mend ?? mend),
      path: problem.path,
      ...(problem.range && { range: problem.range }),
      ...(problem.excerpt !== undefined && { excerpt: problem.excerpt }),
      ...(problem.excerptColumn !== undefined && { excerptColumn: problem.excerptColumn }),
    });
  }

  /** Takes over what another has collected. */
  take(other: Diagnostics): void {
    for (const [path, problems] of other.#shown)
      this.#shown.set(path, new Map([...(this.#shown.get(path) ?? []), ...problems]));
    for (const [path, more] of other.#omitted) this.#omitted.set(path, more);
  }

  /** What is shown of one file. */
  of(path: string): readonly Diagnostic[] {
    return [...(this.#shown.get(path)?.values() ?? [])];
  }

  /** Counts problems of a file beyond those that would be shown, without a word on each. */
  omit(code: Code, path: string, more: number): void {
    if (more <= 0) return;
    const { errors, warnings } = this.#omitted.get(path) ?? { errors: 0, warnings: 0 };
    const isError = codes[code].severity === "error";
    this.#omitted.set(path, { errors: errors + (isError ? more : 0), warnings: warnings + (isError ? 0 : more) });
  }

  get hasErrors(): boolean {
    return this.pathsWithErrors().size > 0;
  }

  /** The files that have errors, also those of which none is shown. */
  pathsWithErrors(): ReadonlySet<string> {
    const shown = [...this.#shown].filter(([, list]) =>
      [...list.values()].some(({ severity }) => severity === "error"),
    );
    return new Set([...shown, ...[...this.#omitted].filter(([, { errors }]) => errors > 0)].map(([path]) => path));
  }

  pathsWithProblems(): ReadonlySet<string> {
    return new Set([...this.#shown.keys(), ...this.#omitted.keys()]);
  }

  /** Forgets what is about files that do not matter here. */
  forget(paths: ReadonlySet<string>): void {
    for (const path of paths) {
      this.#shown.delete(path);
      this.#omitted.delete(path);
    }
  }

  /** By file, then by place, then by code; the line on what is not shown of a file stands behind what is. */
  sorted(): readonly Diagnostic[] {
    const at = (d: Diagnostic) => d.range?.start ?? { line: 0, column: 0 };
    const all = [...this.#shown]
      .sort(([a], [b]) => compareCodePoints(a, b))
      .flatMap(([path, list]) => [
        ...[...list.values()].sort(
          (a, b) => at(a).line - at(b).line || at(a).column - at(b).column || compareCodePoints(a.code, b.code),
        ),
        ...omission(path, this.#omitted.get(path), "has"),
      ]);
    if (all.length <= mostShown) return all;
    const left = all.slice(mostShown);
    const files = new Set(left.map(({ path }) => path));
    const rest = left.filter(({ code }) => code !== "io/more-problems");
    const errors = count(rest, "error");
    const hidden = [...files].flatMap((path) => this.#omitted.get(path) ?? []);
    return [
      ...all.slice(0, mostShown),
      ...omission(
        left[0]!.path,
        {
          errors: errors + hidden.reduce((sum, more) => sum + more.errors, 0),
          warnings: rest.length - errors + hidden.reduce((sum, more) => sum + more.warnings, 0),
        },
        files.size === 1 ? "has" : `and ${files.size - 1} more files have`,
      ),
    ];
  }
}

function omission(path: string, omitted: Omitted | undefined, has: string): Diagnostic[] {
  if (!omitted) return [];
  const { errors, warnings } = omitted;
  const kinds = [
    ...(errors > 0 ? [`${errors} more errors`] : []),
    ...(warnings > 0 ? [`${warnings} more warnings`] : []),
  ];
  const { why, mend } = codes["io/more-problems"];
  const message = `${has} ${kinds.join(" and ")}, not shown`;
  return [{ code: "io/more-problems", severity: errors > 0 ? "error" : "warning", message, why, mend, path }];
}

function count(list: Iterable<Diagnostic>, wanted: Diagnostic["severity"]): number {
  let found = 0;
  for (const { severity } of list) if (severity === wanted) found += 1;
  return found;
}

function shortened(text: string): string {
  return text.length <= mostWords ? text : `${text.slice(0, mostWords).replace(/[\ud800-\udbff]$/, "")} …`;
}

const surrogate = /[\ud800-\udfff]/;

/** The order used wherever output is sorted: by code point, whatever the locale. */
export function compareCodePoints(a: string, b: string): number {
  if (a === b) return 0;
  // JavaScript compares units of UTF-16, in which what lies beyond U+FFFF begins with a surrogate of U+D800 to U+DFFF. Nearly no text has any.
  if (!surrogate.test(a) && !surrogate.test(b)) return a < b ? -1 : 1;
  const [pointsA, pointsB] = [[...a], [...b]];
  const at = pointsA.findIndex((character, index) => character !== pointsB[index]);
  if (at === -1) return -1;
  return (pointsA[at]!.codePointAt(0) ?? 0) - (pointsB[at]?.codePointAt(0) ?? -1);
}
