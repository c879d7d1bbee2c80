// The bytes of a file, if it is one that can be read to its end.
import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from "node:fs";
import type { Diagnostics } from "../diagnostics/diagnostic.ts";

/** Why a file cannot be used. */
export interface Unreadable {
  readonly code: "io/cannot-read" | "io/not-a-file" | "io/too-large";
  readonly message: string;
}

/** Of a regular file, behind links as well, or of the standard input (0). Nothing else is opened: it might never end. */
export function bytesOfFile(path: string | 0, mostBytes: number): Buffer | Unreadable {
  let file = 0;
  try {
    if (path !== 0) {
      const kind = otherKind(statSync(path));
      if (kind) return { code: "io/not-a-file", message: `is ${kind}, no file` };
      // If a pipe has taken its place meanwhile, opening it does not wait.
      file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
      const otherNow = otherKind(fstatSync(file));
      if (otherNow) return { code: "io/not-a-file", message: `is ${otherNow}, no file` };
    }
    const bytes = readUpTo(file, mostBytes + 1);
    if (bytes.length > mostBytes)
      return { code: "io/too-large", message: `has more than ${mostBytes} bytes, which is the most that is read` };
    return bytes;
  } catch (error) {
    return { code: "io/cannot-read", message: `cannot be read (${reasonOf(error)})` };
  } finally {
    if (file !== 0) closeSync(file);
  }
}

/** The bytes of a file that is no description; `undefined` if it cannot be read, which is reported. */
export function readBytes(
  path: string,
  shown: string,
  mostBytes: number,
  diagnostics: Diagnostics,
): Uint8Array | undefined {
  const bytes = bytesOfFile(path, mostBytes);
  if (bytes instanceof Uint8Array) return bytes;
  const mend = { "io/not-a-file": "Name a regular file.", "io/too-large": "Name a file of one chip or one board." };
  const { code, message } = bytes;
  diagnostics.report(code, { message, path: shown, mend: code === "io/cannot-read" ? undefined : mend[code] });
  return undefined;
}

/** What it is instead of a regular file. */
function otherKind(stats: Stats): string | undefined {
  if (stats.isFile()) return undefined;
  if (stats.isDirectory()) return "a folder";
  if (stats.isFIFO()) return "a named pipe";
  return stats.isSocket() ? "a socket" : "a device";
}

/** How much is read at a time, so that a small file takes little memory whatever a large one may have. */
const chunkBytes = 128 * 1024;

function readUpTo(file: number, most: number): Buffer {
  const chunks: Buffer[] = [];
  let length = 0;
  while (length < most) {
    const chunk = Buffer.alloc(Math.min(chunkBytes, most - length));
    const read = readSync(file, chunk, 0, chunk.length, null);
    if (read === 0) break;
    chunks.push(chunk.subarray(0, read));
    length += read;
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}

export function reasonOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}
