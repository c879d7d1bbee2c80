// Answers without starting the command, where that is known: what the launcher asks first. Bundled by itself, so that it starts fast.
import { fstatSync, readdirSync, readFileSync, writeSync } from "node:fs";
import { join, resolve } from "node:path";
import { keptAnswer } from "./answers/answers.ts";
import { buildOf } from "./answers/build.ts";
import { cacheFolder } from "./answers/cache-folder.ts";
import { columnsOf } from "./answers/columns.ts";
import { chipsAmong, offered, type WordTable, wantedAt } from "./completion/wanted.ts";

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
  if (argv[0] === "complete" && argv[1] === "--") return complete(argv.slice(2), workingFolder, folder);
  const cache = cacheFolder(workingFolder, process.env);
  const kept = cache && keptAnswer({ argv, workingFolder, variables: process.env, columns: columns(), build }, cache);
  return kept ? say(kept.said, kept.code) : false;
}

function columns(): readonly (number | undefined)[] {
  const streams = [() => process.stdout, () => process.stderr];
  return streams.map((stream, at) => columnsOf(process.env, () => (isDevice(at + 1) ? stream() : undefined)));
}

/** A terminal is one; to look so is quicker than to open the stream. */
function isDevice(stream: number): boolean {
  try {
    return fstatSync(stream).isCharacterDevice();
  } catch {
    return false;
  }
}

/** Chips by the names of their files, commands and flags by what the build wrote down; what needs more, the command answers. */
function complete(words: readonly string[], workingFolder: string, folder: string): boolean {
  try {
    const table = JSON.parse(readFileSync(join(folder, "words.json"), "utf8")) as WordTable;
    const wanted = wantedAt(words, table);
    const names = wanted.named.map((name) =>
      name === "chip"
        ? chipsAmong(
            [resolve(workingFolder, wanted.chipsFolder), join(folder, "../chips")].flatMap((each) => readdirSync(each)),
          )
        : name === "command"
          ? table.commands.map((command) => command.name)
          : undefined,
    );
    if (names.includes(undefined)) return false;
    const answer = offered(wanted, [...wanted.words, ...names.flatMap((each) => each ?? [])]);
    return say(answer.length > 0 ? [[1, `${answer.join("\n")}\n`]] : [], 0);
  } catch {
    // No folder of chips, or a part of dist/ that is missing: the command knows what to make of it.
    return false;
  }
}

function say(said: readonly (readonly [stream: 1 | 2, text: string])[], code: number): true {
  process.exitCode = code;
  try {
    for (const [stream, text] of said) write(stream, Buffer.from(text));
  } catch (error) {
    const { code: reason } = error as NodeJS.ErrnoException;
    // A reader that has seen enough closes the pipe.
    if (reason !== "EPIPE") {
      process.exitCode = 1;
      process.stderr.write(`fencegen: the answer cannot be written (${reason})\n`);
    }
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
