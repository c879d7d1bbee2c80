// The one way by which outputs reach the disk. Small, so that a test can put a disk in its place that fails or stops.
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmdirSync,
  type Stats,
  unlinkSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";

/** In words for a message. The last is what cannot be looked at. */
export const entryKinds = {
  file: "a file",
  folder: "a folder",
  link: "a link",
  pipe: "a named pipe",
  socket: "a socket",
  device: "a device",
  unknown: "something that cannot be looked at",
} as const;
export type EntryKind = keyof typeof entryKinds;

export function kindOf(stats: Stats): EntryKind {
  if (stats.isFile()) return "file";
  if (stats.isDirectory()) return "folder";
  if (stats.isSymbolicLink()) return "link";
  if (stats.isFIFO()) return "pipe";
  return stats.isSocket() ? "socket" : "device";
}

/** Every path is absolute; every method throws what Node throws, unless it says otherwise. */
export interface Disk {
  /** What stands at the path, without following a link; undefined for nothing. */
  kindOf(path: string): EntryKind | undefined;
  /** The bytes of a regular file; undefined where there is none (any more). Follows no link at the path itself; EFBIG for too many. */
  read(path: string): Buffer | undefined;
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

/** Zero on systems that do not have them. */
const { O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;

export const realDisk: Disk = {
  kindOf(path) {
    const stat = gone(() => lstatSync(path, { throwIfNoEntry: false }));
    return stat && kindOf(stat);
  },
  read: (path) => gone(() => readWhole(path)),
  list: (path) => gone(() => readdirSync(path)) ?? [],
  realPath(path) {
    const real = gone(() => realpathSync(path));
    if (real !== undefined) return real;
    const parent = dirname(path);
    return parent === path ? path : join(realDisk.realPath(parent), path.slice(parent.length));
  },
  create(path, content) {
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
  rename: renameSync,
  unlink: unlinkSync,
  makeFolder: (path) => mkdirSync(path),
  removeFolder: rmdirSync,
};

/** A hundred times the largest output; what is larger was not written by fencegen, and might not fit into memory. */
const mostBytes = 64 * 1024 * 1024;

function readWhole(path: string): Buffer {
  const file = openSync(path, constants.O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    if (fstatSync(file).size > mostBytes)
      throw Object.assign(new Error(`EFBIG: more than ${mostBytes} bytes`), { code: "EFBIG", path });
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}

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
