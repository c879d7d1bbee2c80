// What a run asked the disk, and what it saw, in a form that can be kept: by what files hold, never by their times.
import { hash } from "../disk/hash.ts";
import { bytesAtOnce, type Question, reasonOf, type Seen, see } from "../disk/looks.ts";

export type Look = readonly [question: Question, path: string, most: number, seen: string];

export function lookOf(question: Question, path: string, most: number, seen: Seen): Look {
  return [question, path, most, textOf(seen)];
}

/** Whether whoever looks again sees the same. */
export function isAsSeen([question, path, most, seen]: Look): boolean {
  const bytes = question === "bytes" || question === "ownBytes" ? bytesAtOnce(question, path, most) : undefined;
  if (bytes && hash(bytes) === seen) return true;
  return textOf(see(question, path, most)) === seen;
}

function textOf(seen: Seen): string {
  if ("error" in seen) return `fails: ${reasonOf(seen.error)}`;
  if ("hash" in seen) return seen.hash;
  const { answer } = seen;
  if (answer instanceof Uint8Array) return hash(answer);
  return typeof answer === "string" ? answer : JSON.stringify(answer ?? null);
}
