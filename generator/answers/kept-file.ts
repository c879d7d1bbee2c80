// One file of the cache. Whatever is wrong with one, it counts as none: a run that finds nothing works everything out.
import { hash } from "node:crypto";
import { closeSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { see } from "../disk/looks.ts";

/** More than any answer has; a larger file is none of ours. */
const mostBytes = 64 * 1024 * 1024;
const sumCharacters = 43;

/** What was kept; undefined for a file that is not there, is torn, or was changed. */
export function readKept(path: string): unknown {
  try {
    // What is kept decides nothing that a run says, so it is nothing that the run has seen.
    const seen = see("bytes", path, mostBytes);
    const bytes = "answer" in seen ? seen.answer : undefined;
    if (!(bytes instanceof Uint8Array)) return undefined;
    const body = bytes.subarray(sumCharacters + 1);
    if (Buffer.from(bytes.subarray(0, sumCharacters)).toString("latin1") !== sumOf(body)) return undefined;
    return JSON.parse(Buffer.from(body).toString("utf8"));
  } catch {
    return undefined;
  }
}

/** Comes into place whole, by one rename. Where that cannot be, nothing is kept. */
export function keep(path: string, value: unknown, unique: number): void {
  const beside = `${path}.${unique}`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    const body = Buffer.from(JSON.stringify(value));
    const file = openSync(beside, "wx");
    try {
      for (const part of [Buffer.from(`${sumOf(body)}\n`), body]) writeSync(file, part);
    } finally {
      closeSync(file);
    }
    renameSync(beside, path);
  } catch {
    rmSync(beside, { force: true });
  }
}

/** Removes the folders beside one that are of other versions, and what is in it where that is too much. */
export function tidyKept(folder: string, most: number): void {
  try {
    const above = dirname(folder);
    for (const name of readdirSync(above))
      if (join(above, name) !== folder) rmSync(join(above, name), { recursive: true, force: true });
    const names = readdirSync(folder);
    if (names.length > most) for (const name of names) rmSync(join(folder, name), { force: true });
  } catch {
    // What is left takes room and does no harm.
  }
}

function sumOf(body: Uint8Array): string {
  return hash("sha256", body, "base64url");
}
