// A disk that fails or stops at one of the steps that change something.
import { type Disk, realDisk } from "../../generator/write/disk.ts";

/** What happens at the step. */
export const faults = [
  /** It fails, and the next ones work again. */
  "fails once",
  /** It fails, and so does every later one. */
  "fails from there on",
  /** There is no space for new files and folders from there on; of a file, half may still fit. */
  "is full",
  /** The process is killed before it is done. */
  "stops before",
  /** The process is killed when half of a file is written. */
  "stops within",
  /** The process is killed when it is done. */
  "stops after",
] as const;
export type Fault = (typeof faults)[number];

/** Stands for the end of the process: nothing after it reaches the disk. */
export class Stopped extends Error {}

export interface FaultyDisk {
  readonly disk: Disk;
  /** The steps so far. */
  readonly steps: readonly string[];
}

/** @param at number of the step, from 0; none for a disk that only counts */
export function faultyDisk(fault?: Fault, at = Number.POSITIVE_INFINITY): FaultyDisk {
  const steps: string[] = [];
  let isStopped = false;
  const stop = () => {
    isStopped = true;
    throw new Stopped();
  };
  const fail = (code: string, path: string) => {
    throw Object.assign(new Error(code), { code, path });
  };
  const ask = <T>(work: () => T): T => (isStopped ? stop() : work()) as T;
  const step = (name: string, path: string, work: () => void, half: () => void, takesSpace: boolean) => {
    if (isStopped) stop();
    const index = steps.push(name) - 1;
    if (index < at || (index > at && fault === "fails once")) return work();
    switch (fault) {
      case "fails once":
      case "fails from there on":
        return fail("EIO", path);
      case "is full":
        if (!takesSpace) return work();
        half();
        return fail("ENOSPC", path);
      case "stops before":
        return stop();
      case "stops within":
        half();
        return stop();
      case "stops after":
        work();
        return stop();
      case undefined:
        return work();
    }
  };
  const plain = (name: string, path: string, work: () => void) => step(name, path, work, () => {}, false);
  const disk: Disk = {
    kindOf: (path) => ask(() => realDisk.kindOf(path)),
    read: (path) => ask(() => realDisk.read(path)),
    hash: (path) => ask(() => realDisk.hash(path)),
    list: (path) => ask(() => realDisk.list(path)),
    realPath: (path) => ask(() => realDisk.realPath(path)),
    create(path, content) {
      const bytes = Buffer.from(content as string);
      const half = () => realDisk.create(path, bytes.subarray(0, bytes.length / 2));
      step("write", path, () => realDisk.create(path, bytes), half, true);
    },
    // Whether bytes reach the medium cannot be seen here; that a failure is noticed can.
    sync: (path) => plain("sync", path, () => {}),
    syncFolder: (path) => plain("sync folder", path, () => {}),
    rename: (from, to) => plain("rename", to, () => realDisk.rename(from, to)),
    unlink: (path) => plain("unlink", path, () => realDisk.unlink(path)),
    makeFolder: (path) =>
      step(
        "make folder",
        path,
        () => realDisk.makeFolder(path),
        () => {},
        true,
      ),
    removeFolder: (path) => plain("remove folder", path, () => realDisk.removeFolder(path)),
  };
  return { disk, steps };
}
