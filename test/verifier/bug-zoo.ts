// Hand-over bugs that others had, from public threads and commits: what was wrong, and the same mistake planted in the
// fence of a chip like theirs. Where the model cannot show one, the record says why. The records are in bug-zoo/; here
// they are checked, and their words turned into what subject.ts judges.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { shippedChips, shippedPaths, shippedText } from "../support/pipeline.ts";
import { calls, lines, owners, reproductions, steps, type Vocabulary, vocabularies } from "./bug-zoo-words.ts";
import * as ownChips from "./own-chips.ts";
import { all, type Change, maintenance, type Subject } from "./subject.ts";

export interface ZooRow {
  /** By the numbers of a collection. */
  readonly id: string;
  readonly link: string;
  readonly class: string;
  /** Whether a model of memory can show it. */
  readonly model: "yes" | "partly" | "no";
  readonly what: string;
  /** In a record `chip`, `chip for master`, or `own` and a name from own-chips.ts; see `Misreading` too. */
  readonly fence?: Subject;
  readonly change?: Change;
  /** What the verifier must find. */
  readonly breaks?: readonly string[];
  /** For the opposite mistake: what the verifier must find to be more than is needed. */
  readonly superfluous?: Change;
  /** A mistake before any fence: what goes wrong. */
  readonly reproduce?: () => readonly string[];
  /** What the fence's obligations must say. */
  readonly states?: string;
  /** What of it is not shown. */
  readonly partly?: string;
  /** Why it is not shown at all. */
  readonly because?: string;
}

/** What a description says that the fence is planned from (`believed`), or what is true instead (`actual`). */
interface Misreading {
  readonly file: string;
  readonly "instead of"?: string;
  readonly says?: string;
  /** A line that is left out. */
  readonly lacks?: string;
}

export interface Zoo {
  /** The records without mistakes, by id. */
  readonly rows: readonly ZooRow[];
  /** What is wrong with records and names of changes, each with its file. */
  readonly mistakes: readonly string[];
}

// biome-ignore lint/suspicious/noExplicitAny: what YAML says, before it is checked.
type Loose = any;

/** Reads files by their names: records, and in changes.yaml the changes that have a name. */
export function readZoo({ "changes.yaml": changes = "{}", ...files }: Readonly<Record<string, string>>): Zoo {
  const mistakes: string[] = [];
  const rows: ZooRow[] = [];
  let named: Readonly<Record<string, Loose>> = {};
  /** Names of changes, and words by what they mean. */
  const used = new Set<unknown>();
  /** The same change for the same words, because findings are kept by it. */
  const known = new Map<string, Change>();

  function attempt(where: string, read: () => void): void {
    try {
      read();
    } catch (error) {
      mistakes.push(`${where}: ${(error as Error).message}`);
    }
  }

  function meaning<T>(words: Loose, vocabulary: Vocabulary<T>): T {
    for (const [phrase, word] of Object.entries(vocabulary)) {
      const [start, open] = phrase.split("…");
      if (open === undefined ? words !== phrase : !String(words).startsWith(start!)) continue;
      used.add(word);
      return word(String(words).slice(start!.length));
    }
    throw new Error(`unknown words "${words}"`);
  }

  function changeOf(given: Loose): Change {
    const key = JSON.stringify(given);
    const change = known.get(key) ?? newChange(given);
    known.set(key, change);
    return change;
  }

  function newChange(given: Loose): Change {
    if (Array.isArray(given)) return together(given.map(changeOf));
    if (typeof given === "object") return together(Object.entries(given ?? {}).map(([key, words]) => part(key, words)));
    if (!Object.hasOwn(named, given)) throw new Error(`changes.yaml has no change "${given}"`);
    used.add(given);
    return changeOf(named[given]);
  }

  function part(key: string, words: Loose): Change {
    if (key === "release" || key === "acquire")
      return { [key]: all(...[words].flat().map((each) => meaning(each, steps))) };
    if (key === "maintenance") {
      const executed = maintenance(meaning(words, lines));
      return { executes: { release: executed, acquire: executed } };
    }
    if (key === "called") return { called: meaning(words, calls) };
    if (key === "lines") return meaning(words, owners);
    throw new Error(`unknown key "${key}" in a change`);
  }

  function rowOf(record: Loose): ZooRow {
    check(record);
    if (rows.some(({ id }) => id === record.id)) throw new Error("the id is there twice");
    const { fence, believed, actual, change, superfluous, reproduce, ...others } = record;
    return {
      ...others,
      ...(fence !== undefined && { fence: subjectOf(fence, believed, actual) }),
      ...(change !== undefined && { change: changeOf(change) }),
      ...(superfluous !== undefined && { superfluous: changeOf(superfluous) }),
      ...(reproduce !== undefined && { reproduce: meaning(reproduce, reproductions) }),
    };
  }

  attempt("changes.yaml", () => {
    named = parse(changes);
  });
  for (const [file, text] of Object.entries(files)) {
    attempt(file, () => {
      for (const record of parse(text)) attempt(`${file}: ${record?.id}`, () => rows.push(rowOf(record)));
    });
  }
  for (const name of Object.keys(named))
    if (!used.has(name)) mistakes.push(`changes.yaml: ${name}: no record has this change`);
  for (const [phrase, word] of vocabularies.flatMap((vocabulary) => Object.entries(vocabulary)))
    if (!used.has(word)) mistakes.push(`bug-zoo-words.ts: ${phrase}: no record has these words`);
  return { rows: rows.sort((a, b) => (a.id < b.id ? -1 : 1)), mistakes };
}

function together(changes: readonly Change[]): Change {
  const keys = changes.flatMap(Object.keys);
  if (keys.length === 0) throw new Error("a change of nothing");
  if (new Set(keys).size < keys.length) throw new Error("the same is changed twice");
  return Object.assign({}, ...changes);
}

const told = ["id", "link", "class", "model", "what"];
const planted = ["change", "believed", "actual", "reproduce"];
const found = ["breaks", "superfluous", "states", "because"];

function check(record: Loose): void {
  const demand = (holds: boolean, problem: string) => {
    if (!holds) throw new Error(problem);
  };
  const has = (key: string) => record[key] !== undefined;
  const keys = [...told, "fence", ...planted, ...found, "partly"];
  for (const key of Object.keys(record)) demand(keys.includes(key), `unknown key "${key}"`);
  for (const key of told) demand(typeof record[key] === "string", `there is no ${key}`);
  demand(/^https:\/\//.test(record.link), "the link is no address");
  demand(/^[A-Z].*[.?]$/.test(record.what), "what was wrong is no sentence");
  demand(["yes", "partly", "no"].includes(record.model), "the model is yes, partly or no");
  // Only what a model of memory can show has no reservations.
  demand((record.model === "yes") === !(has("partly") || has("because")), "model and reservations do not agree");
  demand(found.filter(has).length === 1, `one of ${found.join(", ")} is needed`);
  demand(has("breaks") === planted.some(has), `breaks needs one of ${planted.join(", ")}, and they it`);
  demand(has("because") !== (has("fence") || has("reproduce")), "a fence, reproduce or because is needed, and no more");
}

function subjectOf(fence: string, believed?: Misreading, actual?: Misreading): Subject {
  const subject = namedSubject(fence);
  if (believed) {
    const { file } = believed;
    const texts = { ...subject.texts, [file]: misread(subject, believed) };
    return { ...subject, texts, facts: { [file]: textOf(subject, file) } };
  }
  return actual ? { ...subject, facts: { [actual.file]: misread(subject, actual) } } : subject;
}

function namedSubject(fence: string): Subject {
  const own = /^own (\w+)$/.exec(fence)?.[1];
  if (own) {
    const subject = (ownChips as Readonly<Record<string, unknown>>)[own];
    if (typeof subject !== "object") throw new Error(`own-chips.ts has no ${own}`);
    return subject as Subject;
  }
  const [chip, master] = fence.split(" for ");
  if (!shippedChips.includes(chip!)) throw new Error(`there is no chip ${chip}`);
  return master === undefined ? { chip: chip! } : { chip: chip!, masters: [master] };
}

function textOf({ texts }: Subject, file: string): string {
  if (texts?.[file] === undefined && !shippedPaths.includes(file)) throw new Error(`there is no ${file}`);
  return texts?.[file] ?? shippedText(file);
}

function misread(subject: Subject, { file, lacks, says = "", "instead of": original, ...rest }: Misreading): string {
  for (const key of Object.keys(rest)) throw new Error(`unknown key "${key}" about ${file}`);
  const text = textOf(subject, file);
  const changed = lacks === undefined ? text.replaceAll(original!, says) : text.replace(`  ${lacks}\n`, "");
  if (changed === text) throw new Error(`${file} does not say "${lacks ?? original}"`);
  return changed;
}

const folder = join(import.meta.dirname, "bug-zoo");

export const zoo: Zoo = readZoo(
  Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")])),
);
