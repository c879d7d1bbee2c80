// Remembers, beside the chips, which plans were found unsound, so that `generate` can refuse them without exploring.
// A file that cannot be read says nothing of any plan: it is a problem, never an empty memory, because a plan that was found
// unsound would be emitted. What git could not merge is read: a plan is unsound that one of two branches says is.
import { join } from "node:path";
import { compareCodePoints, type Diagnostics } from "../diagnostics/diagnostic.ts";
import { entryKinds } from "../disk/entry-kind.ts";
import { look } from "../disk/looks.ts";
import { bothVersions } from "../notation/conflicts.ts";
import { codeOf, realDisk } from "./disk.ts";
import { replaceOrThrow } from "./replace-file.ts";

export const verdictsName = ".unsound.json";

/** Ten thousand plans. */
const mostBytes = 1024 * 1024;

/** Keys of unsound plans, with the property that each breaks. */
export type Verdicts = ReadonlyMap<string, string>;

/** Where the file lies, and how it is shown. */
interface Place {
  readonly chipsFolder: string;
  readonly shown: (path: string) => string;
}

/** @returns undefined where the file says nothing, which is reported */
export function readVerdicts(place: Place, diagnostics: Diagnostics): Verdicts | undefined {
  return readOrReport(place, diagnostics)?.verdicts;
}

interface Remembered {
  readonly verdicts: Verdicts;
  /** Whether a merge left it as nobody wrote it. */
  readonly isMerged: boolean;
}

function readOrReport({ chipsFolder, shown }: Place, diagnostics: Diagnostics): Remembered | undefined {
  const path = join(chipsFolder, verdictsName);
  const found = read(path);
  if (typeof found !== "string") return found;
  diagnostics.report("verdicts/unreadable", { message: found, path: shown(path) });
  return undefined;
}

const nothingRemembered: Remembered = { verdicts: new Map(), isMerged: false };

/** @returns a text that says what is wrong with the file */
function read(path: string): Remembered | string {
  try {
    const found = look("target", path);
    if (!found) return look("entry", path) ? "is a link to nothing" : nothingRemembered;
    if (found.kind !== "file") return `is ${entryKinds[found.kind]}, no file`;
    if (found.bytes > mostBytes) return `has ${found.bytes} bytes, and may have ${mostBytes}`;
    const bytes = look("bytes", path, mostBytes);
    if (!(bytes instanceof Uint8Array)) return bytes.message;
    const text = bytes.toString("utf8");
    const written = parse(text);
    const verdicts = written ?? parseMerged(text);
    return verdicts ? { verdicts, isMerged: !written } : "is not what `fencegen verify` writes";
  } catch (error) {
    if (codeOf(error) === "") throw error;
    // Where the folder is none, reading the chips says so.
    return codeOf(error) === "ENOTDIR" ? nothingRemembered : `cannot be read (${codeOf(error)})`;
  }
}

function parse(text: string): Verdicts | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isMap(value) || value["schemaVersion"] !== 1 || !isMap(value["unsound"])) return undefined;
  const entries = Object.entries(value["unsound"]);
  return entries.every(isVerdict) ? new Map(entries) : undefined;
}

const head = ["{", '  "schemaVersion": 1,', '  "unsound": {'];
const foot = ["  }", "}"];

/**
 * What a merge made of two such files, with the marks of a conflict or without. It is whole, and each line is one that is written here:
 * a file that ends too early may have said more.
 */
function parseMerged(text: string): Verdicts | undefined {
  const lines = bothVersions(text)
    .split(/\r?\n/)
    .filter((line) => line !== "");
  const frame = [...lines.slice(0, head.length), ...lines.slice(-foot.length)];
  if (frame.join("\n") !== [...head, ...foot].join("\n")) return undefined;
  const verdicts = new Map<string, string>();
  for (const line of lines.slice(head.length, -foot.length)) {
    const [, key, property] = /^ {4}"([0-9a-f]{16})": (".*?"),?$/.exec(line) ?? [];
    const entry = key === undefined ? undefined : parse(`{ "schemaVersion": 1, "unsound": { "${key}": ${property} } }`);
    if (entry?.size !== 1) return undefined;
    for (const each of entry) verdicts.set(...each);
  }
  return verdicts;
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A key that is no digest is one that something has damaged: its plan would not be known again. */
function isVerdict(entry: [key: string, property: unknown]): entry is [string, string] {
  return /^[0-9a-f]{16}$/.test(entry[0]) && typeof entry[1] === "string";
}

/**
 * Adds what was found to what the file says by now, because another run may have written it meanwhile, and writes it whole,
 * or removes it where there is nothing to remember. A link in its place is replaced. What cannot be done is reported.
 * @param found by key, the property that each plan breaks; undefined for one that is sound
 * @returns what is remembered now; nothing where the file says nothing
 */
export function rememberVerdicts(
  { chipsFolder, shown }: Place,
  found: ReadonlyMap<string, string | undefined>,
  diagnostics: Diagnostics,
): Verdicts {
  const path = join(chipsFolder, verdictsName);
  const remembered = readOrReport({ chipsFolder, shown }, diagnostics);
  // It is left to whoever can read it: it may say of other plans that they are unsound.
  if (!remembered) return new Map();
  const { verdicts: before, isMerged } = remembered;
  const after = new Map(before);
  for (const [key, property] of found)
    if (property === undefined) after.delete(key);
    else after.set(key, property);
  const isSame = after.size === before.size && [...after].every(([key, property]) => before.get(key) === property);
  if (isSame && !isMerged) return after;
  try {
    if (after.size === 0) realDisk.unlink(path);
    else {
      const unsound = Object.fromEntries([...after].sort(([a], [b]) => compareCodePoints(a, b)));
      replaceOrThrow(path, `${JSON.stringify({ schemaVersion: 1, unsound }, null, 2)}\n`);
    }
  } catch (error) {
    if (codeOf(error) === "") throw error;
    diagnostics.report("verdicts/cannot-write", { message: `cannot be written (${codeOf(error)})`, path: shown(path) });
  }
  return after;
}
