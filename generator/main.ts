// The command: arguments, streams and exit code. Nothing else touches the process.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runCommandLine } from "./cli/commands.ts";
import type { Environment } from "./cli/environment.ts";
import { visibleLines } from "./diagnostics/characters.ts";
import { type Paint, plain } from "./diagnostics/format.ts";

declare const __dirname: string;
const packageFolder = join(__dirname, "..");

const codes = { red: 31, yellow: 33, cyan: 36, dim: 2, bold: 1 } as const;
const introducer = "\u001b[";
const colourful: Paint = (style, text) => `${introducer}${codes[style]}m${text}${introducer}0m`;
const colours = new RegExp(`${introducer.replace("[", "\\[")}(?:${[...Object.values(codes), 0].join("|")})m`, "g");

/** Colours as FORCE_COLOR and NO_COLOR ask, else where the log goes to a terminal that has them. */
function choosePaint(): Paint {
  const { FORCE_COLOR, NO_COLOR, TERM } = process.env;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== "0") return colourful;
  if (NO_COLOR || FORCE_COLOR === "0" || TERM === "dumb") return plain;
  return process.stderr.isTTY ? colourful : plain;
}

function readVersion(): string {
  return (JSON.parse(readFileSync(join(packageFolder, "package.json"), "utf8")) as { version: string }).version;
}

/** Asks on the terminal, beside the log. Lines typed ahead are kept for the questions to come. */
function terminal(): { readonly ask: NonNullable<Environment["ask"]>; close(): void } {
  let lines: { readonly typed: import("node:readline").Interface; readonly next: AsyncIterator<string> } | undefined;
  return {
    async ask(question) {
      if (!lines) {
        const { createInterface } = process.getBuiltinModule("node:readline");
        const typed = createInterface({ input: process.stdin, output: process.stderr });
        lines = { typed, next: typed[Symbol.asyncIterator]() };
      }
      lines.typed.setPrompt(question);
      lines.typed.prompt();
      const { value, done } = await lines.next.next();
      return done ? undefined : value;
    },
    close: () => lines?.typed.close(),
  };
}

const { ask, close } = terminal();

// A reader that has seen enough closes the pipe; that is not an error of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

runCommandLine(process.argv.slice(2), {
  workingFolder: process.cwd(),
  packageFolder,
  get version() {
    return readVersion();
  },
  out: (text) => process.stdout.write(`${visibleLines(text)}\n`),
  log: (text) => process.stderr.write(`${visibleLines(text, colours)}\n`),
  paint: choosePaint(),
  // Opening the standard input takes time that only a command that asks has.
  get ask() {
    return process.stdin.isTTY ? ask : undefined;
  },
})
  .finally(close)
  .then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      process.stderr.write(
        `fencegen: this is a bug in fencegen, please report it with the input that caused it.\n${error instanceof Error ? error.stack : String(error)}\n`,
      );
      process.exitCode = 70;
    },
  );
