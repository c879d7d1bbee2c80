// Whether the files that lie in the output folder are what fencegen prints for a chip. They are read, never run: whoever
// can change a file there could otherwise have the verifier execute what they like.
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import type { Position } from "../diagnostics/diagnostic.ts";
import type { OutputFile } from "../render/printer.ts";

/** A generated file as it lies on the disk, compared byte for byte with what would be printed now. */
export interface EmittedFile {
  /** Relative to the output folder, with forward slashes. */
  readonly path: string;
  readonly state: "agrees" | "differs" | "not generated";
  /** Where it begins to differ; absent where it cannot be read. */
  readonly firstDifference?: Position;
  /** Why it cannot be read, in words for a message. */
  readonly unreadable?: string;
}

/** @param folder the output folder */
export function compareEmitted(folder: string, { path, content }: OutputFile): EmittedFile {
  const expected = Buffer.from(content);
  const found = readUpTo(join(folder, path), expected.length + 1);
  if (found === undefined) return { path, state: "not generated" };
  if (typeof found === "string") return { path, state: "differs", unreadable: found };
  if (found.equals(expected)) return { path, state: "agrees" };
  return { path, state: "differs", firstDifference: positionOf(firstDifference(expected, found), expected) };
}

/**
 * The first bytes of a file: more than are expected tell no more.
 * @returns undefined where there is no file, and a text that says why where it cannot be read
 */
function readUpTo(path: string, limitBytes: number): Buffer | string | undefined {
  let file: number | undefined;
  try {
    // A pipe that nobody writes to would otherwise hold the command for ever.
    file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    if (!fstatSync(file).isFile()) return "not a regular file";
    const bytes = Buffer.alloc(limitBytes);
    let length = 0;
    while (length < limitBytes) {
      const read = readSync(file, bytes, length, limitBytes - length, length);
      if (read === 0) break;
      length += read;
    }
    return bytes.subarray(0, length);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return ["ENOENT", "ENOTDIR"].includes(code) ? undefined : code;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** The index of the first byte that is not the same in both, or that only one of them has. */
function firstDifference(expected: Buffer, found: Buffer): number {
  const at = expected.findIndex((byte, index) => byte !== found[index]);
  return at === -1 ? expected.length : at;
}

/** The line and column of a byte of a UTF-8 text. */
function positionOf(at: number, text: Buffer): Position {
  const isInsideCharacter = (index: number) => index > 0 && ((text[index] ?? 0) & 0xc0) === 0x80;
  let start = at;
  while (isInsideCharacter(start)) start--;
  const lines = text.subarray(0, start).toString().split("\n");
  return { line: lines.length, column: lines.at(-1)!.length + 1 };
}
