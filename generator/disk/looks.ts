// The one way by which a run looks at the disk, so that whoever watches can write down what it has seen.

import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
  statSync,
} from "node:fs";
import { type EntryKind, entryKinds, kindOf } from "./entry-kind.ts";
import { hash } from "./hash.ts";

/** Why a file cannot be used. */
export interface Unreadable {
  readonly code: "io/cannot-read" | "io/not-a-file" | "io/too-large";
  readonly message: string;
}

/** What stands at a path, and how much it holds. */
export interface Entry {
  readonly kind: EntryKind;
  /** Of a file; 0 of anything else. */
  readonly bytes: number;
}

/** Zero on systems that do not have them. */
const { O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
/** With which files are opened: a pipe that has taken the place of one is not waited for. */
const flagsFor = {
  bytes: constants.O_RDONLY | O_NONBLOCK,
  ownBytes: constants.O_RDONLY | O_NONBLOCK | O_NOFOLLOW,
} as const;

/**
 * What can be asked of a path. Each throws what Node throws, unless it says otherwise.
 * @param most of the bytes that are read
 */
const questions = {
  /** What stands at the path itself; undefined for nothing. */
  entry: (path: string): Entry | undefined => entryOf(lstatSync(path, { throwIfNoEntry: false })),
  /** What stands where links lead; undefined for nothing. */
  target: (path: string): Entry | undefined => entryOf(statSync(path, { throwIfNoEntry: false })),
  /** Names in a folder. */
  names: (path: string): readonly string[] => readdirSync(path),
  /** The path without links. */
  realPath: (path: string): string => realpathSync(path),
  /** The bytes of a regular file, behind links as well. Nothing else is opened: it might never end. Throws nothing. */
  bytes(path: string, most: number): Buffer | Unreadable {
    try {
      const kind = kindOf(statSync(path));
      if (kind !== "file") return notAFile(kind);
      return inFile(path, "bytes", (file) => {
        const stats = fstatSync(file);
        return stats.isFile() ? upTo(file, most, stats.size) : notAFile(kindOf(stats));
      });
    } catch (error) {
      return { code: "io/cannot-read", message: `cannot be read (${reasonOf(error)})` };
    }
  },
  /** The bytes of a regular file at the path itself. Throws EFBIG for more than may be read. */
  ownBytes(path: string, most: number): Buffer {
    return inFile(path, "ownBytes", (file) => {
      const stats = fstatSync(file);
      if (!stats.isFile()) throw Object.assign(new Error("EISDIR: no file"), { code: "EISDIR", path });
      if (stats.size > most) throw Object.assign(new Error(`EFBIG: more than ${most} bytes`), { code: "EFBIG", path });
      return bytesIn(file, most, stats.size);
    });
  },
} as const;

type Questions = typeof questions;
export type Question = keyof Questions;
/** Those about what a file holds. */
export type FileQuestion = "bytes" | "ownBytes";
type Answer = ReturnType<Questions[Question]>;
/** Of bytes, the hash may be all that is known. */
export type Seen = { readonly answer: Answer } | Held | { readonly error: unknown };

export interface Watcher {
  /** @param seen the answer, or what was thrown */
  looked(question: Question, path: string, most: number, seen: Seen): void;
  /** Something was written, renamed or removed. */
  changed(): void;
}

let watcher: Watcher | undefined;

/** Tells of everything that is done with the disk from now on; of nothing any more where nobody watches. */
export function watchDisk(by: Watcher | undefined): void {
  watcher = by;
}

/** To be called by whatever changes the disk. */
export function tellOfChange(): void {
  watcher?.changed();
}

export function look<Q extends Question>(question: Q, path: string, most = 0): ReturnType<Questions[Q]> {
  const seen = see(question, path, most);
  watcher?.looked(question, path, most, seen);
  if ("error" in seen) throw seen.error;
  return seen.answer as ReturnType<Questions[Q]>;
}

/** Looks without being watched. */
export function see(question: Question, path: string, most: number): Exclude<Seen, Held> {
  try {
    return { answer: questions[question](path, most) };
  } catch (error) {
    return { error };
  }
}

/** What files held, in as few calls as it takes: nearly all are smaller than this. */
const quickBytes = 256 * 1024;
let quick: Buffer | undefined;

/**
 * The bytes of a file by open, read and close alone: what `see` asks beside that takes longer than these.
 *
 * Nothing is taken for a file that only looks like one. What has no positions, as pipes and terminals, cannot be read at one, and a
 * folder cannot be read; what reads as empty, as a null device does, may be no file. Only a device that holds less than would be.
 * @returns until the next call; undefined where it takes `see` to say what there is
 */
export function bytesAtOnce(question: FileQuestion, path: string, most: number): Uint8Array | undefined {
  quick ??= Buffer.allocUnsafeSlow(quickBytes);
  const buffer = quick;
  try {
    const length = inFile(path, question, (file) => readSync(file, buffer, 0, quickBytes, 0));
    // Of a longer file this may be the beginning.
    return length === 0 || length === quickBytes || length > most ? undefined : buffer.subarray(0, length);
  } catch {
    return undefined;
  }
}

/** What a file holds, as far as it takes to tell it from other files. */
export interface Held {
  /** SHA-256, 64 hexadecimal digits. */
  readonly hash: string;
  readonly bytes: number;
}

/**
 * The same as reading the file to whoever watches, and quicker.
 * @returns undefined for what cannot be read
 * @throws what Node throws, where the question does
 */
export function lookAtHash(question: FileQuestion, path: string, most: number): Held | undefined {
  const bytes = bytesAtOnce(question, path, most);
  if (!bytes) {
    const answer = look(question, path, most);
    return answer instanceof Uint8Array ? { hash: hash(answer), bytes: answer.length } : undefined;
  }
  const held = { hash: hash(bytes), bytes: bytes.length };
  watcher?.looked(question, path, most, held);
  return held;
}

export function reasonOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}

function entryOf(stats: Parameters<typeof kindOf>[0] | undefined): Entry | undefined {
  return stats && { kind: kindOf(stats), bytes: stats.isFile() ? stats.size : 0 };
}

function notAFile(kind: EntryKind): Unreadable {
  return { code: "io/not-a-file", message: `is ${entryKinds[kind]}, no file` };
}

function inFile<T>(path: string, question: FileQuestion, work: (file: number) => T): T {
  if (question === "ownBytes" && O_NOFOLLOW === 0 && lstatSync(path).isSymbolicLink())
    throw Object.assign(new Error("ELOOP: a link"), { code: "ELOOP", path });
  const file = openSync(path, flagsFor[question]);
  try {
    return work(file);
  } finally {
    closeSync(file);
  }
}

/** Of the standard input. */
export function bytesOfInput(most: number): Buffer | Unreadable {
  try {
    return upTo(0, most);
  } catch (error) {
    return { code: "io/cannot-read", message: `cannot be read (${reasonOf(error)})` };
  }
}

function upTo(file: number, most: number, expectedBytes?: number): Buffer | Unreadable {
  const bytes = bytesIn(file, most + 1, expectedBytes);
  if (bytes.length > most)
    return { code: "io/too-large", message: `has more than ${most} bytes, which is the most that is read` };
  return bytes;
}

/** How much is read at a time, so that a small file takes little memory whatever a large one may have. */
const chunkBytes = 128 * 1024;

/** @param expectedBytes of a regular file, so that one read in a buffer of that size is mostly all; it may have become another by now */
function bytesIn(file: number, most: number, expectedBytes?: number): Buffer {
  const chunks: Buffer[] = [];
  let length = 0;
  while (length < most) {
    const wanted = length === 0 && expectedBytes !== undefined ? expectedBytes + 1 : chunkBytes;
    const chunk = Buffer.allocUnsafe(Math.min(wanted, most - length));
    const read = readSync(file, chunk, 0, chunk.length, null);
    if (read === 0) break;
    chunks.push(chunk.subarray(0, read));
    length += read;
    if (expectedBytes !== undefined && read < chunk.length) break;
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}
