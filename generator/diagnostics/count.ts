// Which problems are shown one by one, and which are counted: what is alike in many places of a file is read once.
import type { Diagnostic } from "./diagnostic.ts";

/** Of warnings of one kind in one file, how many are shown in full before the rest is counted. */
const mostAlike = 3;

export interface CountedProblem {
  /** The first of those that stand together. */
  readonly diagnostic: Diagnostic;
  /** Its own message where it is alone, else how many there are. */
  readonly message: string;
  readonly isAlone: boolean;
}

/**
 * Every error; of warnings that are the same in many places of a file, one. What is still to be looked up is always one: it is the
 * same everywhere.
 */
export function counted(diagnostics: readonly Diagnostic[]): CountedProblem[] {
  const kindOf = ({ code, path }: Diagnostic) => JSON.stringify([code, path]);
  const counts = new Map<string, number>();
  for (const diagnostic of diagnostics) counts.set(kindOf(diagnostic), (counts.get(kindOf(diagnostic)) ?? 0) + 1);
  const seen = new Set<string>();
  return diagnostics.flatMap((diagnostic): CountedProblem[] => {
    const { code, severity, message } = diagnostic;
    const count = counts.get(kindOf(diagnostic))!;
    const isToDo = code === "rule/source-to-do";
    if (!isToDo && (severity === "error" || count <= mostAlike)) return [{ diagnostic, message, isAlone: true }];
    if (seen.has(kindOf(diagnostic))) return [];
    seen.add(kindOf(diagnostic));
    const places = count === 1 ? "one place says" : `${count} places say`;
    const ofAll = isToDo ? `${places} \`TODO\` for a source` : `${message}; ${count - 1} more like it`;
    return [{ diagnostic, message: ofAll, isAlone: false }];
  });
}
