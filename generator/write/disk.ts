// The one way by which outputs reach the disk. Small, so that a test can put a disk in its place that fails or stops.
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmdirSync, unlinkSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import type { EntryKind } from "../disk/entry-kind.ts";
import { look, lookAtHash, tellOfChange } from "../disk/looks.ts";

/** Every path is absolute; every method throws what Node throws, unless it says otherwise. */
export interface Disk {
  /** What stands at the path, without following a link; undefined for nothing. */
  kindOf(path: string): EntryKind | undefined;
  /** The bytes of a regular file; undefined where there is none (any more). Follows no link at the path itself; EFBIG for too many. */
  read(path: string): Buffer | undefined;
  /** The SHA-256 of those bytes. */
  hash(path: string): string | undefined;
  /** Names in a folder; none where there is no folder. */
  list(path: string): readonly string[];
  /** The path without links, as far as it exists. */
  realPath(path: string): string;
  /** Makes a new file; throws EEXIST where something stands. */
  create(path: string, content: string | Buffer): void;
  /** Waits until a file's bytes are on the medium. */
  sync(path: string): void;
  /** Waits until the names in a folder are on the medium, where the system can do that. */
  syncFolder(path: string): void;
  rename(from: string, to: string): void;
  unlink(path: string): void;
  /** Makes one folder, whose parent exists. */
  makeFolder(path: string): void;
  /** Removes an empty folder. */
  removeFolder(path: string): void;
}

export const realDisk: Disk = {
  kindOf: (path) => gone(() => look("entry", path))?.kind,
  read: (path) => gone(() => look("ownBytes", path, mostBytes)),
  hash: (path) => gone(() => lookAtHash("ownBytes", path, mostBytes))?.hash,
  list: (path) => gone(() => look("names", path)) ?? [],
  realPath(path) {
    const real = gone(() => look("realPath", path));
    if (real !== undefined) return real;
    const parent = dirname(path);
    return parent === path ? path : join(realDisk.realPath(parent), path.slice(parent.length));
  },
  create(path, content) {
    tellOfChange();
    const bytes = Buffer.from(content as string);
    const file = openSync(path, "wx");
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    } finally {
      closeSync(file);
    }
  },
  sync(path) {
    const file = openSync(path, "r+");
    try {
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  },
  syncFolder(path) {
    try {
      const folder = openSync(path, "r");
      try {
        fsyncSync(folder);
      } finally {
        closeSync(folder);
      }
    } catch (error) {
      // Some systems and some network file systems sync no folders.
      if (!["EPERM", "EISDIR", "EINVAL", "ENOTSUP", "EBADF"].includes(codeOf(error))) throw error;
    }
  },
  rename: telling(renameSync),
  unlink: telling(unlinkSync),
  makeFolder: telling((path: string) => mkdirSync(path)),
  removeFolder: telling((path: string) => rmdirSync(path)),
};

function telling<Paths extends readonly string[]>(change: (...paths: Paths) => void): (...paths: Paths) => void {
  return (...paths) => {
    tellOfChange();
    change(...paths);
  };
}

/** A hundred times the largest output; what is larger was not written by fencegen, and might not fit into memory. */
const mostBytes = 64 * 1024 * 1024;

/** Node's name of an error, or "" for what is none of the disk's. */
export function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException | undefined)?.code ?? "";
}

/** What the disk says, or undefined where it says that there is nothing. */
function gone<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch (error) {
    if (["ENOENT", "ENOTDIR", "ENAMETOOLONG"].includes(codeOf(error))) return undefined;
    throw error;
  }
}

/** Does it, and does not mind if it is done already or cannot be done: for tidying up, which the next run repeats. */
export function tidily(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (codeOf(error) === "") throw error;
  }
}

/** Makes a folder and those above it that are missing. @returns those made, outermost first */
export function makeFolders(path: string, disk: Disk): string[] {
  if (disk.kindOf(path) === "folder") return [];
  const parent = dirname(path);
  const above = parent === path || disk.kindOf(parent) === "folder" ? [] : makeFolders(parent, disk);
  try {
    disk.makeFolder(path);
  } catch (error) {
    // Another run was faster, or a link leads to a folder.
    if (codeOf(error) !== "EEXIST") throw error;
    return above;
  }
  return [...above, path];
}
