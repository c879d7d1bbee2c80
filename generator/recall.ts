// Answers without starting the command, where that is known: what the launcher asks first. Bundled by itself, so that it starts fast.
import { writeSync } from "node:fs";
import { join } from "node:path";
import { keptAnswer } from "./answers/answers.ts";
import { buildOf } from "./answers/build.ts";
import { cacheFolder } from "./answers/cache-folder.ts";

/** Of the package, as it was when the command was built. */
declare const fencegenVersion: string;

/**
 * @param folder of the bundled command
 * @returns whether the answer was given, and the exit code set
 */
export function recall(folder: string): boolean {
  const argv = process.argv.slice(2);
  const build = buildOf(join(folder, "command.js"));
  if (build === undefined) return false;
  if (argv.length === 1 && ["--version", "-V"].includes(argv[0]!)) return say([[1, `${fencegenVersion}\n`]], 0);
  const workingFolder = process.cwd();
  const cache = cacheFolder(workingFolder, process.env);
  const kept = cache && keptAnswer({ argv, workingFolder, variables: process.env, build }, cache);
  return kept ? say(kept.said, kept.code) : false;
}

function say(said: readonly (readonly [stream: 1 | 2, text: string])[], code: number): true {
  process.exitCode = code;
  try {
    for (const [stream, text] of said) write(stream, Buffer.from(text));
  } catch (error) {
    // A reader that has seen enough closes the pipe.
    if ((error as NodeJS.ErrnoException).code !== "EPIPE") throw error;
  }
  return true;
}

function write(stream: 1 | 2, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(stream, bytes, at);
    } catch (error) {
      // A pipe that does not wait is full; who reads it will make room.
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
    }
  }
}
