// A YAML file as text, plain value and positions side by side, so that every later stage can point at a key.
import type { Code } from "../diagnostics/codes.ts";
import { type Diagnostics, mostShownOfFile } from "../diagnostics/diagnostic.ts";
import { parseYaml, type TextProblem } from "./parse-yaml.ts";
import { partsBeyondLimits } from "./parts-beyond-limits.ts";
import { type Pointer, type Positions, positionsIn } from "./positions.ts";
import { shippedValue } from "./shipped.ts";

export type { Pointer } from "./positions.ts";

/** By the key that says what a file describes; of several, the first counts. */
export const descriptionKinds = ["chip", "core", "mechanism", "architecture", "sources"] as const;
export type Kind = (typeof descriptionKinds)[number];

/** The file with what several descriptions cite. */
export const sourcesName = "sources.yaml";

export interface SourceFile {
  /** As the user named it, or relative to where the command runs. */
  readonly path: string;
  /** Folder and name with a forward slash, as generated files name it: the same wherever the command runs. */
  readonly origin: string;
  readonly text: string;
  /** Plain JavaScript value; `undefined` where the file is not YAML at all. */
  readonly value: unknown;
  /** The text is one that fencegen was built with, and was held against its schema then. */
  readonly isShipped: boolean;
  /** For pointing at keys; parsed anew for a shipped text, which seldom has a problem. */
  positions(): Positions;
}

/** @param origin folder and name of the file; left out, the end of its path */
export function parseSource(
  path: string,
  text: string,
  diagnostics: Diagnostics,
  origin: string = path.split("/").slice(-2).join("/"),
): SourceFile {
  const shipped = shippedValue(origin, text);
  if (shipped !== undefined) {
    let parsedAgain: Positions | undefined;
    const positions = () => {
      parsedAgain ??= positionsIn(parseYaml(text).document, text);
      return parsedAgain;
    };
    return { path, origin, text, value: shipped, isShipped: true, positions };
  }
  const { document, value, problems } = parseYaml(text);
  const found = positionsIn(document, text);
  const file = { path, origin, text, value: undefined as unknown, isShipped: false, positions: () => found };
  reportProblems(problems, file, diagnostics);
  if (value === undefined) return file;
  const beyond = partsBeyondLimits(value);
  for (const { pointer, at, message } of beyond)
    reportAt(diagnostics, file, "yaml/beyond-limit", pointer, message, { at });
  if (beyond.length === 0) file.value = value;
  return file;
}

/** A description as fencegen was built with, where its text is not at hand: what is said of it has no place. */
export function sourceOfShipped(origin: string, value: unknown): SourceFile {
  const positions = () => positionsIn(parseYaml("").document, "");
  return { path: origin, origin, text: "", value, isShipped: true, positions };
}

/** The first of each kind, and how many more there are. */
function reportProblems(problems: readonly TextProblem[], file: SourceFile, diagnostics: Diagnostics): void {
  const codes = new Set(problems.map(({ code }) => code));
  for (const code of codes) {
    const own = problems.filter((problem) => problem.code === code);
    for (const { message, at } of own.slice(0, mostShownOfFile))
      diagnostics.report(code, { message, path: file.path, ...(at && file.positions().placeOf(...at)) });
    diagnostics.omit(code, file.path, own.length - mostShownOfFile);
  }
}

/**
 * The kind of description, from the key that names one. A core and a mechanism also say of which architecture they are: the order of
 * keys decides nothing.
 */
export function kindOf(file: Pick<SourceFile, "value">): Kind | undefined {
  const { value } = file;
  if (typeof value !== "object" || value === null) return undefined;
  // Every kind may declare sources; a file that does nothing else is a list of them for the others.
  return descriptionKinds.find((kind) => Object.hasOwn(value, kind));
}

/** Reports a problem at a key or a value. A pointer that leads nowhere is a bug, except past a missing value. */
export function reportAt(
  diagnostics: Diagnostics,
  file: SourceFile,
  code: Code,
  pointer: Pointer,
  message: string,
  options: { readonly at?: "key" | "value"; readonly mend?: string } = {},
): void {
  const { offsetsOf, placeOf } = file.positions();
  const place = placeOf(...offsetsOf(pointer, options.at ?? "value"));
  diagnostics.report(code, { message, path: file.path, ...place, mend: options.mend });
}

/** The line, from 1 on, on which a key stands. */
export function lineAt(file: SourceFile, pointer: Pointer): number {
  const { offsetsOf, placeOf } = file.positions();
  return placeOf(...offsetsOf(pointer, "key")).range.start.line;
}

/** Reports a problem with characters of the text, from one offset to another. */
export function reportInText(
  diagnostics: Diagnostics,
  file: SourceFile,
  code: Code,
  at: readonly [number, number],
  message: string,
): void {
  diagnostics.report(code, { message, path: file.path, ...file.positions().placeOf(...at) });
}
