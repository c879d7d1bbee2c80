// A run that only looked and spoke can be answered again without running, as long as whoever looks again sees the same. Most runs are
// such: `generate` with nothing to do, `check` with nothing stale, `validate` of what was validated.
import { hash } from "node:crypto";
import { fstatSync } from "node:fs";
import { join } from "node:path";
import { keep, readKept, tidyKept } from "./kept-file.ts";
import { isAsSeen, type Look } from "./looks.ts";

export interface Answer {
  readonly looks: readonly Look[];
  /** What was written to the standard output (1) and to the log (2), in this order. */
  readonly said: readonly (readonly [stream: 1 | 2, text: string])[];
  readonly code: number;
}

/** What an answer depends on beside the disk. */
export interface Asked {
  readonly argv: readonly string[];
  readonly workingFolder: string;
  /** Of the environment, what changes an answer. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** How wide the standard output and the log are, where they are terminals or somebody says it. */
  readonly columns: readonly (number | undefined)[];
  /** What the command was built from, in hexadecimal digits. */
  readonly build: string;
}

/** Commands whose answer depends on nothing but what they are asked, and the disk. */
const repeatable = [
  "generate",
  "check",
  "validate",
  "plan",
  "explain",
  "compare",
  "facts",
  "list",
  "verify",
  "litmus",
  "selftest",
];
/** Of the environment: how to colour, and whose home folder no output may go to. */
const variablesThatCount = ["FORCE_COLOR", "NO_COLOR", "TERM", "HOME"];
/** Of one version in one cache. */
const mostAnswers = 200;
/** A longer answer is not kept. */
const mostCharacters = 4 * 1024 * 1024;

/** Whether an answer may be kept, or taken from what was kept. */
export function isRepeatable({ argv, variables }: Asked): boolean {
  const [name, ...rest] = argv;
  if (name === undefined || !repeatable.includes(name)) return false;
  // Standard input is not looked at twice.
  if (rest.includes("-") || rest.some((each) => each.startsWith("--profile"))) return false;
  return isCacheTrusted({ argv, variables });
}

/** Whether anything that earlier runs kept counts. */
export function isCacheTrusted({ argv, variables }: Pick<Asked, "argv" | "variables">): boolean {
  if (argv.includes("--no-cache")) return false;
  // There the comparison is the point, and the cache may be anybody's.
  return !argv.includes("check") || !variables["CI"];
}

/** The answer that was given to the same question, where nothing that it rests on has changed. */
export function keptAnswer(asked: Asked, cache: string): Answer | undefined {
  if (!isRepeatable(asked)) return undefined;
  const kept = readKept(pathOf(asked, cache));
  return isAnswer(kept) && kept.looks.every(isAsSeen) ? kept : undefined;
}

export function keepAnswer(asked: Asked, answer: Answer, cache: string, unique: number): void {
  const looks = withoutDoubles(answer.looks);
  if (!looks || answer.said.reduce((sum, [, text]) => sum + text.length, 0) > mostCharacters) return;
  keep(pathOf(asked, cache), { ...answer, looks }, unique);
  tidyKept(folderOf(asked, cache), mostAnswers);
}

function folderOf({ build }: Asked, cache: string): string {
  return join(cache, "answers", build);
}

function pathOf(asked: Asked, cache: string): string {
  const { argv, workingFolder, variables, columns } = asked;
  const question = [
    argv,
    workingFolder,
    variablesThatCount.map((name) => variables[name] ?? null),
    terminals(),
    columns,
  ];
  return join(folderOf(asked, cache), `${hash("sha256", JSON.stringify(question), "hex").slice(0, 32)}.json`);
}

/** Which devices the standard output and the log go to, or that they are none: terminals get colours. */
function terminals(): number[] {
  return [1, 2].map((stream) => {
    try {
      const stats = fstatSync(stream);
      return stats.isCharacterDevice() ? stats.rdev : 0;
    } catch {
      return 0;
    }
  });
}

/**
 * Each question once, and none about what stands where a file is read at the path itself.
 * @returns undefined where something changed while the run was looking
 */
function withoutDoubles(looks: readonly Look[]): Look[] | undefined {
  const read = new Set(looks.flatMap(([question, path]) => (question === "ownBytes" ? [path] : [])));
  const byQuestion = new Map<string, Look>();
  for (const look of looks) {
    const [question, path, most, seen] = look;
    if (question === "entry" && read.has(path) && seen.includes('"file"')) continue;
    const key = JSON.stringify([question, path, most]);
    const before = byQuestion.get(key);
    if (before && before[3] !== seen) return undefined;
    byQuestion.set(key, look);
  }
  return [...byQuestion.values()];
}

function isAnswer(kept: unknown): kept is Answer {
  const { looks, said, code } = (kept ?? {}) as { readonly [key in keyof Answer]?: unknown };
  return Array.isArray(looks) && Array.isArray(said) && typeof code === "number";
}
