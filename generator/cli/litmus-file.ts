// A file of litmus programs: read, held against its schema, and against what a program of each architecture may be.
import type { Litmus } from "#generated/descriptions.js";
import type { Diagnostics } from "../diagnostics/diagnostic.ts";
import { type Entry, look } from "../disk/looks.ts";
import { readSource } from "../load/read-descriptions.ts";
import { reportAt, type SourceFile } from "../load/source-file.ts";
import type { Architecture } from "../model/chip.ts";
import { type LitmusInstruction, type LitmusProgram, litmusProblems, type Outcome } from "../simulator/litmus.ts";
import { validateLitmus } from "../validate/validate-others.ts";

/** Of a file, ten times the largest of test/litmus/; reading takes time in proportion. */
export const mostFileBytes = 512 * 1024;

export interface LitmusEntry {
  readonly program: LitmusProgram;
  readonly architecture: Architecture;
  /** The outcomes that the file expects; undefined where it does not say. */
  readonly expected: readonly Outcome[] | undefined;
}

export interface LitmusFile {
  readonly file: SourceFile;
  readonly entries: readonly LitmusEntry[];
}

/** @returns undefined where the file has problems, which are reported */
export function readLitmusFile(
  path: string,
  shown: string,
  known: readonly Architecture[],
  diagnostics: Diagnostics,
): LitmusFile | undefined {
  if (isTooLarge(path, shown, diagnostics)) return undefined;
  const file = readSource(path, shown, diagnostics, mostFileBytes);
  const value = file && validateLitmus(file, diagnostics);
  if (!file || !value || diagnostics.hasErrors) return undefined;
  const entries = value.flatMap((entry, index) => entryOf(entry, index, file, known, diagnostics) ?? []);
  return diagnostics.hasErrors ? undefined : { file, entries };
}

/** Also where it is no file at all, of which a read might never end. */
function isTooLarge(path: string, shown: string, diagnostics: Diagnostics): boolean {
  const found = targetOf(path);
  if (!found || found.kind === "folder") return false; // Reading it says what is wrong.
  if (found.kind !== "file") {
    diagnostics.report("io/cannot-read", { message: "is no regular file", path: shown });
    return true;
  }
  if (found.bytes <= mostFileBytes) return false;
  const message = `has ${found.bytes} bytes, and a file of litmus programs may have ${mostFileBytes}`;
  diagnostics.report("litmus/too-large", { message, path: shown });
  return true;
}

function targetOf(path: string): Entry | undefined {
  try {
    return look("target", path);
  } catch {
    return undefined;
  }
}

function entryOf(
  entry: Litmus[number],
  index: number,
  file: SourceFile,
  known: readonly Architecture[],
  diagnostics: Diagnostics,
): LitmusEntry | undefined {
  const { outcomes: expected, ...rest } = entry;
  const architecture = known.find(({ litmusArch }) => litmusArch === rest.arch);
  if (!architecture) {
    const message = `${rest.name}: no architecture is called \`${rest.arch}\` in litmus tests`;
    reportAt(diagnostics, file, "litmus/unknown-architecture", [index, "arch"], message);
  }
  const threads = rest.threads.map((thread, at) =>
    thread.flatMap(
      (instruction, position) => instructionOf(instruction, [index, "threads", at, position], file, diagnostics) ?? [],
    ),
  );
  if (!architecture || threads.some((thread, at) => thread.length < rest.threads[at]!.length)) return undefined;
  const program = { ...rest, threads };
  const problems = litmusProblems(program, architecture);
  for (const { code, message, at } of problems)
    reportAt(diagnostics, file, code, [index, ...at], `${rest.name}: ${message}`, { at: isKey(at) ? "key" : "value" });
  return problems.length > 0 ? undefined : { program, architecture, expected };
}

/** Whether a problem is about a key of `exists`, not about its value. */
function isKey(at: readonly (string | number)[]): boolean {
  return at[0] === "exists";
}

type LooseInstruction = Litmus[number]["threads"][number][number];

const keysOf = {
  store: ["loc", "value"],
  load: ["loc", "reg"],
  barrier: ["instr"],
} as const satisfies Readonly<Record<LitmusInstruction["op"], readonly string[]>>;

/** An instruction with exactly the keys that its kind has. */
function instructionOf(
  instruction: LooseInstruction,
  at: readonly (string | number)[],
  file: SourceFile,
  diagnostics: Diagnostics,
): LitmusInstruction | undefined {
  const wanted: readonly string[] = keysOf[instruction.op];
  const missing = wanted.filter((key) => !Object.hasOwn(instruction, key));
  const extra = Object.keys(instruction).filter((key) => key !== "op" && !wanted.includes(key));
  for (const key of missing)
    reportAt(diagnostics, file, "litmus/wrong-instruction", at, `\`${instruction.op}\` needs \`${key}\``);
  for (const key of extra)
    reportAt(diagnostics, file, "litmus/wrong-instruction", [...at, key], `\`${instruction.op}\` has no \`${key}\``, {
      at: "key",
    });
  return missing.length + extra.length === 0 ? (instruction as LitmusInstruction) : undefined;
}
