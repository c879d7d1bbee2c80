// The examples of problems, which the build has put into one file.
import { join } from "node:path";
import type { Examples } from "../diagnostics/explain-code.ts";
import { look } from "../disk/looks.ts";

/** Above what they take; a file that is larger is not what the build has written. */
const mostBytes = 1024 * 1024;

/**
 * @param dist the folder of the built command
 * @returns undefined where the file is not there or damaged: a problem is explained without an example then
 */
export function readExamples(dist: string): Examples | undefined {
  try {
    const bytes = look("bytes", join(dist, "examples.json"), mostBytes);
    return bytes instanceof Uint8Array ? (JSON.parse(bytes.toString("utf8")) as Examples) : undefined;
  } catch {
    return undefined;
  }
}
