// Brings files from one state to the next, so that a run that ends at any moment leaves the old set, or one that the next run
// completes. In this order, and each step on the medium before the next begins:
//
// 1. every new text is staged in the private folder, where nobody looks for outputs;
// 2. the journal, which says of each path what stands there and what shall, is sealed by a rename: from here on the new set stands;
// 3. each staged text is renamed into place, then what shall go is removed, the manifest comes last;
// 4. the journal goes.
import { basename, dirname, isAbsolute, join, relative } from "node:path";
import type { Diagnostics } from "../diagnostics/diagnostic.ts";
import { hash } from "../disk/hash.ts";
import { Below, obstacleText } from "./below.ts";
import { codeOf, type Disk, makeFolders, tidily } from "./disk.ts";
import {
  draftName,
  type Journal,
  type JournalEntry,
  journalName,
  printJournal,
  privateName,
  readJournal,
  stagedName,
} from "./journal.ts";
import type { Lock } from "./lock.ts";
import { manifestName } from "./manifest.ts";
import type { Change } from "./output-set.ts";

/** Where a transaction takes place. */
export interface Place {
  /** The output folder, absolute. */
  readonly folder: string;
  /** Files outside the output folder that may be changed with it, absolute. */
  readonly outside: readonly string[];
  readonly disk: Disk;
  /** Turns an absolute path into how it is shown. */
  readonly shown: (path: string) => string;
}

/** What became of it: all is done; nothing is; or a part, which the next run completes. */
export type Outcome = "done" | "nothing" | "unfinished";

/** Something else than the run expected; nobody's fault, and not to be written over. */
class Changed extends Error {
  readonly code = "changed while fencegen was at work";
  readonly path: string;
  constructor(path: string) {
    super(path);
    this.path = path;
  }
}

/** Makes all changes or none. The lock is held, and no earlier run waits to be completed. */
export function commit(changes: readonly Change[], lock: Lock, place: Place, diagnostics: Diagnostics): Outcome {
  const { folder, disk } = place;
  if (!isWayFree(changes, place, diagnostics)) return "nothing";
  const madeFolders: string[] = [];
  // A journal that could not be completed still says what is fencegen's, until another takes its place.
  const earlier = readJournal(folder, disk);
  let journal: Journal;
  try {
    journal = prepare(changes, lock, place, madeFolders);
  } catch (error) {
    // The seal may have been set although the disk says that it failed.
    const isUndone = tryAll([
      () => (readJournal(folder, disk)?.token === lock.token ? unseal(folder, disk) : discard(folder, disk)),
      () => removeFolders(madeFolders, disk),
    ]);
    report(error, isUndone, place, diagnostics);
    return isUndone ? "nothing" : "unfinished";
  }
  const undo: (() => void)[] = [];
  try {
    for (const [index, entry] of journal.entries.entries()) {
      if (!applyEntry(entry, index, journal, place, undo)) throw new Changed(absolute(entry.path, folder));
    }
    syncFolders(journal, place);
  } catch (error) {
    // Newest first. What cannot be taken back is completed later.
    const isUndone =
      !earlier &&
      tryAll([
        ...undo.reverse(),
        () => syncFolders(journal, place),
        () => unseal(folder, disk),
        () => removeFolders(madeFolders, disk),
      ]);
    report(error, isUndone, place, diagnostics);
    return isUndone ? "nothing" : "unfinished";
  }
  tidily(() => removeEmptied(journal, place));
  tidily(() => unseal(folder, disk));
  return "done";
}

/** Stages every new text, makes the folders that are missing, and seals the journal. */
function prepare(changes: readonly Change[], lock: Lock, place: Place, madeFolders: string[]): Journal {
  const { folder, disk } = place;
  const ordered = inOrder(changes);
  sweepStaged(folder, disk);
  const journal = { token: lock.token, entries: ordered.map((change) => entryOf(change, place)) };
  const stagedFolder = join(folder, privateName, stagedName);
  // A folder that is not as a run leaves it, or a link: nothing is put there.
  if (disk.kindOf(stagedFolder) !== undefined) throw new Changed(stagedFolder);
  disk.makeFolder(stagedFolder);
  for (const [index, change] of ordered.entries())
    if (change.kind !== "remove") {
      disk.create(stagedPath(folder, index), change.after!);
      disk.sync(stagedPath(folder, index));
    }
  disk.syncFolder(stagedFolder);
  for (const { path, kind } of ordered)
    if (kind !== "remove") madeFolders.push(...makeFolders(dirname(absolute(path, folder)), disk));
  if (!lock.isHeld()) throw new Changed(join(folder, privateName));
  seal(journal, folder, disk);
  return journal;
}

/**
 * Completes what a run that was interrupted had sealed. What somebody has changed since is left as it is; the journal stays
 * then, because it says which of the rest is fencegen's.
 */
export function recover(place: Place, diagnostics: Diagnostics): Outcome {
  const { folder, disk } = place;
  const journal = readJournal(folder, disk);
  try {
    if (!journal) {
      unseal(folder, disk);
      return "done";
    }
    const isComplete = rollForward(journal, place);
    syncFolders(journal, place);
    removeEmptied(journal, place);
    if (isComplete) unseal(folder, disk);
    return "done";
  } catch (error) {
    report(error, false, place, diagnostics);
    return "unfinished";
  }
}

/** @returns whether everything is as the journal says */
function rollForward(journal: Journal, place: Place): boolean {
  const { folder, outside, disk } = place;
  let isComplete = true;
  for (const [index, entry] of journal.entries.entries()) {
    if (isAbsolute(entry.path)) {
      // Every run for all chips computes these anew; of a journal's word alone nothing outside is written.
      if (!outside.includes(entry.path)) continue;
      const beside = besidePath(entry.path, journal);
      if (disk.kindOf(beside) === "file") disk.unlink(beside);
      applyEntry(entry, index, journal, place, []);
    } else if (entry.path !== manifestName || isComplete) {
      const isReached = new Below(folder, disk).linkAt(entry.path) === undefined;
      if (!isReached || !applyEntry(entry, index, journal, place, [])) isComplete = false;
    }
  }
  return isComplete;
}

/** Removes the journal, sealed or not, and what was staged. */
export function unseal(folder: string, disk: Disk): void {
  const path = join(folder, privateName, journalName);
  if (disk.kindOf(path) === "file") disk.unlink(path);
  discard(folder, disk);
}

/** Removes what was prepared without a seal. */
function discard(folder: string, disk: Disk): void {
  const path = join(folder, privateName, draftName);
  if (disk.kindOf(path) === "file") disk.unlink(path);
  sweepStaged(folder, disk);
}

/** Says what stands where something has to be written, before anything is. */
function isWayFree(changes: readonly Change[], { folder, disk, shown }: Place, diagnostics: Diagnostics): boolean {
  const below = new Below(folder, disk);
  const blocked = changes.flatMap(({ path }) => {
    const obstacle = isAbsolute(path)
      ? new Below(dirname(path), disk).obstacleAt(basename(path))
      : below.obstacleAt(path);
    return obstacle ? [{ path, obstacle }] : [];
  });
  // Several files may have the same one above them.
  const obstacles = new Map(
    blocked.map(({ path, obstacle }) => [absolute(obstacle.path, isAbsolute(path) ? dirname(path) : folder), obstacle]),
  );
  for (const [path, obstacle] of obstacles)
    diagnostics.report(obstacle.kind === "link" ? "output/link" : "output/not-a-file", {
      message: obstacleText(obstacle),
      path: shown(path),
    });
  return blocked.length === 0;
}

/** New texts, then what goes, and the manifest when all of it is done. */
function inOrder(changes: readonly Change[]): Change[] {
  const rank = ({ path, kind }: Change) => (path === manifestName ? 2 : kind === "remove" ? 1 : 0);
  return [...changes].sort((a, b) => rank(a) - rank(b));
}

/** What the journal says of a change. Throws where the file is not what it was compared with. */
function entryOf({ path, before, after }: Change, { folder, disk }: Place): JournalEntry {
  const bytes = disk.read(absolute(path, folder));
  if (bytes?.toString("utf8") !== before) throw new Changed(absolute(path, folder));
  return { path, before: bytes ? hash(bytes) : null, after: after === undefined ? null : hash(after) };
}

function seal(journal: Journal, folder: string, disk: Disk): void {
  const draft = join(folder, privateName, draftName);
  if (disk.kindOf(draft) !== undefined) disk.unlink(draft);
  disk.create(draft, printJournal(journal));
  disk.sync(draft);
  disk.rename(draft, join(folder, privateName, journalName));
  disk.syncFolder(join(folder, privateName));
  disk.syncFolder(folder);
}

/**
 * Makes one change, if it is not made already.
 * @param undo takes how it is taken back
 * @returns false where something else stands there, or the new text is not there any more; then nothing is done
 */
function applyEntry(
  { path, before, after }: JournalEntry,
  index: number,
  journal: Journal,
  { folder, disk }: Place,
  undo: (() => void)[],
): boolean {
  const target = absolute(path, folder);
  const kind = disk.kindOf(target);
  if (kind !== undefined && kind !== "file") return false;
  const bytes = kind === "file" ? disk.read(target) : undefined;
  const now = bytes ? hash(bytes) : null;
  if (now === after) return true;
  if (now !== before) return false;
  const staged = stagedPath(folder, index);
  if (after !== null) {
    const text = disk.kindOf(staged) === "file" ? disk.read(staged) : undefined;
    if (!text || hash(text) !== after) return false;
  }
  undo.push(() => restore(target, bytes, `${staged}-before`, besidePath(target, journal), disk));
  if (after === null) disk.unlink(target);
  else {
    makeFolders(dirname(target), disk);
    putInPlace(staged, target, besidePath(target, journal), disk);
  }
  return true;
}

function restore(target: string, bytes: Buffer | undefined, staged: string, beside: string, disk: Disk): void {
  if (bytes === undefined) {
    if (disk.kindOf(target) === "file") disk.unlink(target);
    return;
  }
  disk.create(staged, bytes);
  disk.sync(staged);
  putInPlace(staged, target, beside, disk);
}

/** Renames; a file on another file system than the output folder is written beside its place first. */
function putInPlace(staged: string, target: string, beside: string, disk: Disk): void {
  try {
    disk.rename(staged, target);
  } catch (error) {
    if (codeOf(error) !== "EXDEV") throw error;
    try {
      disk.create(beside, disk.read(staged) ?? "");
      disk.sync(beside);
      disk.rename(beside, target);
    } catch (problem) {
      tidily(() => disk.unlink(beside));
      throw problem;
    }
  }
}

function besidePath(target: string, { token }: Journal): string {
  return `${target}.fencegen-${token}`;
}

function syncFolders({ entries }: Journal, { folder, outside, disk }: Place): void {
  const ours = entries.filter(({ path }) => !isAbsolute(path) || outside.includes(path));
  const folders = new Set(ours.map(({ path }) => dirname(absolute(path, folder))));
  for (const path of folders) if (disk.kindOf(path) === "folder") disk.syncFolder(path);
}

/** Folders in which nothing is left after the last file of theirs went. */
function removeEmptied({ entries }: Journal, { folder, disk }: Place): void {
  for (const { path, after } of entries) {
    if (after !== null || isAbsolute(path)) continue;
    for (let name = dirname(path); name !== "."; name = dirname(name)) {
      if (disk.kindOf(join(folder, name)) !== "folder" || disk.list(join(folder, name)).length > 0) break;
      tidily(() => disk.removeFolder(join(folder, name)));
    }
  }
}

/** Removes folders that a run made and did not need, where they are empty. */
export function removeFolders(made: readonly string[], disk: Disk): void {
  for (const path of [...made].reverse()) tidily(() => disk.removeFolder(path));
}

/** Removes staged texts. Names that no run gives are somebody else's. */
function sweepStaged(folder: string, disk: Disk): void {
  const path = join(folder, privateName, stagedName);
  if (disk.kindOf(path) !== "folder") return;
  for (const name of disk.list(path))
    if (/^\d+(-before)?$/.test(name) && disk.kindOf(join(path, name)) === "file") disk.unlink(join(path, name));
  tidily(() => disk.removeFolder(path));
}

/** Does one after the other, up to the first that the disk refuses. @returns whether all were done */
function tryAll(steps: readonly (() => void)[]): boolean {
  try {
    for (const step of steps) step();
    return true;
  } catch (error) {
    if (codeOf(error) === "") throw error;
    return false;
  }
}

function report(error: unknown, isUndone: boolean, { folder, shown }: Place, diagnostics: Diagnostics): void {
  const code = codeOf(error);
  if (code === "") throw error;
  const { path, dest } = error as NodeJS.ErrnoException & { readonly dest?: string };
  const at = dest ?? path ?? folder;
  const isPrivate = relative(join(folder, privateName), at).split(/[\\/]/)[0] !== "..";
  diagnostics.report(isUndone ? "io/cannot-write" : "output/unfinished", {
    message: `cannot be written (${code})`,
    path: shown(isPrivate ? folder : at),
  });
}

function absolute(path: string, folder: string): string {
  return isAbsolute(path) ? path : join(folder, path);
}

function stagedPath(folder: string, index: number): string {
  return join(folder, privateName, stagedName, String(index));
}
