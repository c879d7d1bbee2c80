// The command: arguments, streams and exit code. Nothing else touches the process.
import { readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { isCacheTrusted } from "./answers/answers.ts";
import { buildOf } from "./answers/build.ts";
import { cacheFolder } from "./answers/cache-folder.ts";
import { columnsOf } from "./answers/columns.ts";
import { keptStore } from "./answers/kept-store.ts";
import { startRecording } from "./answers/record.ts";
import { asksForJson, failure, profileFile, runCommandLine } from "./cli/commands.ts";
import { type Environment, type Host, type Interruption, printJson } from "./cli/environment.ts";
import { inPlace, type Onlooker } from "./cli/fence-progress.ts";
import { packedVerdicts } from "./cli/kept-verdicts.ts";
import { visibleLines } from "./diagnostics/characters.ts";
import { type Paint, plain } from "./diagnostics/format.ts";
import { wrapped } from "./diagnostics/wrap.ts";
import { hash } from "./disk/hash.ts";
import { judgeOnThreads } from "./judge-pool.ts";
import { shippedIn } from "./load/read-shipped.ts";
import { useShipped } from "./load/shipped.ts";
import { useSha256 } from "./notation/digest.ts";
import { recordSpans, traceEvents } from "./profile/spans.ts";
import { type WatchRequest, watchFolders } from "./watch/watch-folders.ts";

declare const __dirname: string;
/** Of the package, as it was when the command was built. */
declare const fencegenVersion: string;
const packageFolder = join(__dirname, "..");
useSha256(hash);
useShipped(shippedIn(join(__dirname, "shipped.json")));

const codes = { red: 31, green: 32, yellow: 33, cyan: 36, dim: 2, bold: 1 } as const;
const introducer = "\u001b[";
const colourful: Paint = (style, text) => `${introducer}${codes[style]}m${text}${introducer}0m`;
const colours = new RegExp(`${introducer.replace("[", "\\[")}(?:${[...Object.values(codes), 0].join("|")})m`, "g");

/** Colours as FORCE_COLOR and NO_COLOR ask, else where the stream goes to a terminal that has them. */
function choosePaint(stream: { readonly isTTY?: boolean }): Paint {
  const { FORCE_COLOR, NO_COLOR, TERM } = process.env;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== "0") return colourful;
  if (NO_COLOR || FORCE_COLOR === "0" || TERM === "dumb") return plain;
  return stream.isTTY ? colourful : plain;
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

/** How a process is told apart from another that has its number later: when it started, where the system says so. */
function startOf(id: number): string | undefined {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    // The name of the program, in brackets, may hold anything; the fields after it are numbers.
    const fields = readFileSync(`/proc/${id}/stat`, "utf8").split(") ").at(-1)!.split(" ");
    return `${boot} ${fields[19]}`;
  } catch {
    return undefined;
  }
}

function isAlive(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    // Somebody else's process is one as well.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
let pendingSignal: NodeJS.Signals | undefined;

/** Ends as the signal asks for, so that whoever started the command sees it. */
function endBySignal(signal: NodeJS.Signals): void {
  for (const each of signals) process.removeAllListeners(each);
  process.kill(process.pid, signal);
}

function listen(to: (signal: NodeJS.Signals) => void): void {
  for (const signal of signals) process.removeAllListeners(signal).on(signal, to);
}

/** What is done at a signal while no set of files is written. */
let atSignal: (signal: NodeJS.Signals) => void = endBySignal;

/** Watches until a signal comes, which ends the process when the command has said so. */
function watchUntilSignal(request: WatchRequest) {
  const wakes = watchFolders(request);
  atSignal = (signal) => {
    pendingSignal ??= signal;
    wakes.end();
  };
  listen(atSignal);
  return wakes;
}

/** Remembers the signals that come while the work is done; they are handed out when the event loop has its turn. */
async function uninterrupted<T>(work: () => T): Promise<T> {
  // One that came at the last try to get at the outputs.
  if (pendingSignal) endBySignal(pendingSignal);
  listen((signal) => {
    pendingSignal ??= signal;
  });
  try {
    return work();
  } finally {
    await new Promise((resolve) => setImmediate(resolve));
    if (!pendingSignal) listen(atSignal);
    else if (atSignal !== endBySignal) atSignal(pendingSignal);
  }
}

/** The first Ctrl-C asks for an end, a second one makes it. */
function interruption(): Interruption {
  const asked = new AbortController();
  const ask = () => asked.abort();
  process.once("SIGINT", ask);
  return { stop: asked.signal, letGo: () => process.removeListener("SIGINT", ask) };
}

/** Progress, beside the log and in no answer that is kept. On a terminal lines take the place of those before. */
function onlookerAt(stream: NodeJS.WriteStream): Onlooker {
  const common: Onlooker = {
    now: () => performance.now(),
    say: (line) => stream.write(`${line}\n`),
    every(milliseconds, work) {
      const timer = setInterval(work, milliseconds);
      return () => clearInterval(timer);
    },
  };
  if (!stream.isTTY || process.env["TERM"] === "dumb") return common;
  return {
    ...common,
    get room() {
      return { lines: stream.rows || 24, columns: columns.log ?? 80 };
    },
    replace: inPlace((text) => stream.write(text)),
  };
}

const { ask, close } = terminal();

// A reader that has seen enough closes the pipe; that is not an error of ours.
process.stdout.on("error", ({ code }: NodeJS.ErrnoException) => {
  if (code === "EPIPE") return;
  process.stderr.write(`fencegen: the standard output cannot be written (${code})\n`);
  process.exit(1);
});
// Where nobody can be told anything any more, the work is done all the same.
process.stderr.on("error", () => {});

/** One JSON object is all that standard output may get of a command that is asked for one. */
let hasAnswered = false;

const argv = process.argv.slice(2);
const workingFolder = process.cwd();
const columns = {
  out: columnsOf(process.env, () => process.stdout),
  log: columnsOf(process.env, () => process.stderr),
};
const recording = startRecording(
  { argv, workingFolder, variables: process.env, columns: [columns.out, columns.log] },
  __dirname,
  process.pid,
);

function say(stream: 1 | 2, text: string): void {
  recording?.said(stream, text);
  (stream === 1 ? process.stdout : process.stderr).write(text);
}

/** Entries of one project for each way in which it is generated, and for each set of chips that its lists had. */
const mostProjects = 100;
/** Answers to what one fence does under the facts of another. */
const mostComparisons = 2000;

function stores(): Pick<Host, "verdicts" | "projects" | "comparisons"> {
  const [build, judge] = ["command.js", "judge.js"].map((name) => buildOf(join(__dirname, name)));
  const isTrusted = isCacheTrusted({ argv, variables: process.env });
  const cache = isTrusted ? cacheFolder(workingFolder, process.env) : undefined;
  if (build === undefined || judge === undefined || cache === undefined) return {};
  return {
    // A verdict rests on its question, and on what judges; whatever else is in the command may change.
    verdicts: packedVerdicts(keptStore(join(cache, "verdicts"), judge, process.pid)),
    projects: keptStore(join(cache, "projects"), build, process.pid, mostProjects),
    comparisons: keptStore(join(cache, "comparisons"), build, process.pid, mostComparisons),
  };
}

function writeProfile(path: string): void {
  try {
    writeFileSync(path, traceEvents());
  } catch (error) {
    process.stderr.write(`fencegen: ${path} cannot be written (${(error as NodeJS.ErrnoException).code})\n`);
    process.exitCode = 1;
  }
}

const environment: Environment = {
  workingFolder,
  packageFolder,
  version: fencegenVersion,
  host: {
    processes: { id: process.pid, host: hostname(), isAlive, startOf, now: Date.now },
    uninterrupted,
    interruption,
    watch: watchUntilSignal,
    judge: (threads) => judgeOnThreads(join(__dirname, "judge.js"), threads),
    ...stores(),
    // V8 lets a heap grow to several times what lives in it; to collect more often takes a tenth of the time.
    spareMemory: () => setFlagsFromString("--heap-growing-percent=30"),
    pause: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  },
  out(text, { isPainted = false } = {}) {
    hasAnswered = true;
    say(1, `${visibleLines(text, isPainted ? colours : undefined)}\n`);
  },
  log(text, { isBroken = false } = {}) {
    const shown = visibleLines(text, colours);
    say(2, `${isBroken ? shown : wrapped(shown, columns.log)}\n`);
  },
  onlooker: onlookerAt(process.stderr),
  paint: choosePaint(process.stderr),
  paintOut: choosePaint(process.stdout),
  columns,
  // Opening the standard input takes time that only a command that asks has.
  get ask() {
    return process.stdin.isTTY ? ask : undefined;
  },
};
const profile = profileFile(argv);
if (profile !== undefined) recordSpans();
runCommandLine(argv, environment)
  .finally(close)
  .then(
    (code) => {
      process.exitCode = code;
      recording?.end(code);
      if (profile !== undefined) writeProfile(profile);
      if (pendingSignal) endBySignal(pendingSignal);
    },
    (error: unknown) => {
      const text = error instanceof Error ? (error.stack ?? String(error)) : String(error);
      if (asksForJson(argv) && !hasAnswered) printJson(failure("bug/exception", String(error)), environment);
      process.stderr.write(
        `fencegen: this is a bug in fencegen, please report it with the input that caused it.\n${text}\n`,
      );
      process.exitCode = 70;
    },
  );
