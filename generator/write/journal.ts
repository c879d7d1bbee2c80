// The list of what a run is about to change, written when every new text is on the disk, and gone when all is done.
// A journal with its seal, a hash over the rest, says that the set can be completed; without one the old set stands.
import { isAbsolute, join } from "node:path";
import { entryKinds } from "../disk/entry-kind.ts";
import { hash } from "../disk/hash.ts";
import type { Disk } from "./disk.ts";
import { isInside } from "./manifest.ts";

/** Folder inside the output folder where a run prepares what it writes. */
export const privateName = ".fencegen";
export const journalName = "journal";
/** A journal that is not sealed yet. */
export const draftName = "journal.new";
export const stagedName = "staged";

/** What a run puts into the private folder, and what into the folders there. */
const privateEntries: readonly { readonly name: RegExp; readonly holds?: RegExp }[] = [
  { name: /^(journal|journal\.new|\.gitignore)$/ },
  { name: /^staged$/, holds: /^\d+(-before)?$/ },
  { name: /^lock$|^(lock|new)-[0-9a-z-]+$/, holds: /^owner$/ },
];

/** What no run leaves in the private folder, and what would be in the way of the next. Names of no run are left alone. */
export function privateObstacles(folder: string, disk: Disk): { readonly path: string; readonly message: string }[] {
  const inside = join(folder, privateName);
  const wrong = (path: string, wanted: "file" | "folder") => {
    const kind = disk.kindOf(path);
    return kind === undefined || kind === wanted ? [] : [{ path, message: `is ${entryKinds[kind]}, no ${wanted}` }];
  };
  return disk.list(inside).flatMap((name) => {
    const known = privateEntries.find((entry) => entry.name.test(name));
    if (!known) return [];
    const path = join(inside, name);
    const problems = wrong(path, known.holds ? "folder" : "file");
    if (problems.length > 0 || !known.holds) return problems;
    return disk
      .list(path)
      .flatMap((each) =>
        known.holds!.test(each)
          ? wrong(join(path, each), "file")
          : [{ path: join(path, each), message: "is none of the files that fencegen puts here" }],
      );
  });
}

export interface JournalEntry {
  /** Relative to the output folder; absolute for a file outside it. */
  readonly path: string;
  /** SHA-256 of what stands there before, null for nothing. */
  readonly before: string | null;
  /** SHA-256 of what shall stand there, null for nothing. */
  readonly after: string | null;
}

export interface Journal {
  /** Of the run that wrote it; part of the names that it gives to files outside the output folder. */
  readonly token: string;
  /** In the order in which they are made; the new text of the n-th is the staged file with the name n. */
  readonly entries: readonly JournalEntry[];
}

export function printJournal(journal: Journal): string {
  const body = `${JSON.stringify({ schemaVersion: 1, ...journal })}\n`;
  return `${hash(body)}\n${body}`;
}

/** The sealed journal of a run that did not end; undefined where there is none, or only a part of one. */
export function readJournal(folder: string, disk: Disk): Journal | undefined {
  const path = join(folder, privateName, journalName);
  if (disk.kindOf(join(folder, privateName)) !== "folder" || disk.kindOf(path) !== "file") return undefined;
  const text = disk.read(path)?.toString("utf8") ?? "";
  const end = text.indexOf("\n");
  const body = text.slice(end + 1);
  if (end === -1 || text.slice(0, end) !== hash(body)) return undefined;
  return parseBody(body);
}

/** The seal shows that it is whole, not that fencegen wrote it: whatever it says is looked at. */
function parseBody(body: string): Journal | undefined {
  try {
    const { schemaVersion, token, entries } = JSON.parse(body) as { [key in keyof Journal | "schemaVersion"]: unknown };
    const isOurs = schemaVersion === 1 && typeof token === "string" && /^[0-9a-f-]+$/.test(token);
    return isOurs && Array.isArray(entries) && entries.every(isEntry) ? { token, entries } : undefined;
  } catch {
    return undefined;
  }
}

function isEntry(value: Partial<JournalEntry> | null): value is JournalEntry {
  const isHash = (text: unknown) => text === null || (typeof text === "string" && /^[0-9a-f]{64}$/.test(text));
  if (typeof value?.path !== "string" || !isHash(value.before) || !isHash(value.after)) return false;
  return isAbsolute(value.path) || (isInside(value.path) && value.path.split("/")[0] !== privateName);
}
