// One file of the cache. Whatever is wrong with one, it counts as none: a run that finds nothing works everything out.
import { hash } from "node:crypto";
import { closeSync, mkdirSync, openSync, readdirSync, renameSync, rmdirSync, rmSync, writeSync } from "node:fs";
import { basename, dirname, join } from "node:path";
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
    if (Buffer.from(bytes.subarray(0, sumCharacters)).toString("latin1") !== sumOf(path, body)) return undefined;
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
      for (const part of [Buffer.from(`${sumOf(path, body)}\n`), body]) writeSync(file, part);
    } finally {
      closeSync(file);
    }
    renameSync(beside, path);
  } catch {
    rmSync(beside, { force: true });
  }
}

/** The sum of a build, as `buildOf` gives it. */
const buildName = /^[0-9a-f]{8}$/;
/** A digest of a question, and a file that is about to take its name. */
const keptName = /^[0-9a-f]{16,64}\.json(?:\.\d+)?$/;

/**
 * Removes the folders beside one that are of other versions, and what is in it where that is too much. The folder may have been named
 * by somebody who keeps other things in it: what is not called as fencegen calls its own stays.
 */
export function tidyKept(folder: string, most: number): void {
  try {
    const above = dirname(folder);
    for (const name of readdirSync(above))
      if (buildName.test(name) && join(above, name) !== folder) removeKept(join(above, name));
    if (readdirSync(folder).length > most) removeKept(folder);
  } catch {
    // What is left takes room and does no harm.
  }
}

/** @throws what Node throws, where the folder is none, or cannot be read */
function removeKept(folder: string): void {
  const names = readdirSync(folder);
  for (const name of names) if (keptName.test(name)) rmSync(join(folder, name), { force: true });
  if (names.every((name) => keptName.test(name))) rmdirSync(folder);
}

/** Of the name as well: an entry that got the name of another is wrong, however whole it is. */
function sumOf(path: string, body: Uint8Array): string {
  return hash("sha256", Buffer.concat([Buffer.from(`${basename(path)}\n`), body]), "base64url");
}
