// What a command may know of the outside: where it runs, what it prints to, and how.
import { visibleJson } from "../diagnostics/characters.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { formatCounted, formatDiagnostic, type Paint, summarize } from "../diagnostics/format.ts";
import { wrapped } from "../diagnostics/wrap.ts";
import type { EntryStore } from "../project/entries.ts";
import type { Form } from "../report/form.ts";
import type { Judge, Stop } from "../verifier/judge.ts";
import type { FenceVerdict } from "../verifier/verify-fence.ts";
import type { Wakes } from "../watch/wakes.ts";
import type { WatchRequest } from "../watch/watch-folders.ts";
import type { Disk } from "../write/disk.ts";
import type { Processes } from "../write/lock.ts";
import type { Onlooker } from "./fence-progress.ts";

/** 0 fine, 1 problems in the input or something unsound, 2 stale output, 64 wrong usage, 70 a bug of fencegen, 130 interrupted. */
export type ExitCode = 0 | 1 | 2 | 64 | 70 | 130;

/** What a command that writes has to know of processes and of the disk. */
export interface Host {
  readonly processes: Processes;
  /**
   * Does work that an interruption must not tear apart: a signal that comes meanwhile ends the process afterwards, when
   * what was done has been printed.
   */
  uninterrupted<T>(work: () => T): Promise<T>;
  /** Ctrl-C asks work to stop, instead of ending the process, until it is let go; left out, nobody can interrupt. */
  readonly interruption?: (() => Interruption) | undefined;
  /** Waits between two tries to get at outputs that another run is writing. */
  pause(milliseconds: number): Promise<void>;
  /** Tells when something may have changed, until somebody ends it, or until the process is asked to end. */
  readonly watch?: ((request: WatchRequest) => Wakes) | undefined;
  /** Explores fences on as many threads; left out, it is done in this one. */
  readonly judge?: ((threads: number | undefined) => Judge) | undefined;
  /** Verdicts that earlier runs found; left out, nothing is kept. */
  readonly verdicts?: VerdictStore | undefined;
  /** What earlier runs found of a project's descriptions. */
  readonly projects?: EntryStore | undefined;
  /** What fences of one side of a comparison do under the facts of the other, as earlier runs found it. */
  readonly comparisons?: EntryStore | undefined;
  /** From now on takes less memory and more time. */
  readonly spareMemory?: (() => void) | undefined;
  /** Another disk than the real one, for tests. */
  readonly disk?: Disk | undefined;
}

export interface Interruption {
  readonly stop: Stop;
  /** From now on it ends the process again. */
  letGo(): void;
}

/** Verdicts by what they rest on. */
export interface VerdictStore {
  get(contentKey: string): FenceVerdict | undefined;
  keep(contentKey: string, verdict: FenceVerdict): void;
}

export interface Environment {
  readonly workingFolder: string;
  /** Folder of the installed package, with its `chips/`. */
  readonly packageFolder: string;
  readonly version: string;
  readonly host: Host;
  /** Data. @param how whether it has colours of `paintOut`, and nothing else of a file's that a terminal would obey */
  out(text: string, how?: { readonly isPainted?: boolean }): void;
  /** Everything else; broken at the width of the terminal. @param how whether that has been done */
  log(text: string, how?: { readonly isBroken?: boolean }): void;
  /** Sees how far long work has come, beside the log; left out, nobody does. */
  readonly onlooker?: Onlooker | undefined;
  readonly paint: Paint;
  /** The same for data; left out, it has no colours. */
  readonly paintOut?: Paint;
  /** How wide a line may be; undefined or left out for a pipe, whose lines stay whole. */
  readonly columns?: { readonly out: number | undefined; readonly log: number | undefined };
  /** Asks whoever is at the terminal; undefined for an input that has ended. Absent where nobody can be asked. */
  readonly ask?: ((question: string) => Promise<string | undefined>) | undefined;
}

export interface CommandOptions {
  readonly json: boolean;
  /** In which form the answer is printed: json where that is asked for in either way. */
  readonly format: Form;
  readonly force: boolean;
  readonly trace: boolean;
  readonly strict: boolean;
  readonly promela: boolean;
  /** Threads that explore; undefined for as many as there are processors. */
  readonly jobs: string | undefined;
  /** Such as 1/3: the first of three parts of equal number. */
  readonly shard: string | undefined;
  /** For a model or a picture: the name of the fence, parts of the names of scenarios, and the step that is left out. */
  readonly fence: string | undefined;
  readonly scenario: readonly string[];
  readonly without: string | undefined;
  /** Colours of a picture. */
  readonly theme: string | undefined;
  /** Whether files are looked at by the clock. */
  readonly poll: boolean;
  readonly coverage: boolean;
  readonly verbose: boolean;
  /** Part of a title, number or erratum; undefined where not asked for. */
  readonly document: string | undefined;
  /** Files of others that say something of the chip. */
  readonly against: readonly string[];
  readonly sources: boolean;
  readonly chips: string;
  /** Whether the chips that come with fencegen are meant, whatever the project has. */
  readonly shipped: boolean;
  readonly out: string;
  /** Files that say something of a new chip, and what is cited for each, in the same order. */
  readonly from: readonly string[];
  readonly source: readonly string[];
  /** Id of a chip that is described anew. */
  readonly new: string | undefined;
  readonly vendor: string | undefined;
  readonly title: string | undefined;
  readonly core: readonly string[];
  readonly cache: readonly string[];
  readonly target: readonly string[];
  readonly coherent: string | undefined;
  readonly memory: readonly string[];
  readonly master: readonly string[];
}

export interface Command {
  readonly name: string;
  readonly arguments: string;
  readonly summary: string;
  readonly details: readonly string[];
  readonly options: readonly (keyof CommandOptions)[];
  /** In which it answers; left out, the usual ones. */
  readonly forms?: readonly Form[];
  /** Where its outputs go if nobody says it; left out, to `out`. */
  readonly defaultOut?: string;
  readonly examples: readonly (readonly [command: string, what: string])[];
  /** How many positional arguments it takes: at least, at most. */
  readonly positionals: readonly [number, number];
  run(positionals: readonly string[], options: CommandOptions, environment: Environment): ExitCode | Promise<ExitCode>;
}

/** Prints diagnostics to the log, and their number. What is still to be looked up is one line for each file. */
export function logDiagnostics(
  diagnostics: readonly Diagnostic[],
  environment: Environment,
  { isVerbose = false }: { readonly isVerbose?: boolean } = {},
): void {
  const { paint } = environment;
  const texts = isVerbose
    ? diagnostics.map((diagnostic) => formatDiagnostic(diagnostic, paint, environment.columns?.log))
    : formatCounted(diagnostics, "`fencegen validate --verbose` shows each", paint, environment.columns?.log);
  for (const text of texts) environment.log(`${text}\n`, { isBroken: true });
  if (diagnostics.length === 0) return;
  // Errors are never counted: what is missing from the texts are warnings.
  const isCounted = texts.length < diagnostics.length;
  const shown = texts.length - diagnostics.filter(({ severity }) => severity === "error").length;
  environment.log(`${summarize(diagnostics)}${isCounted ? ` (${shown} shown)` : ""}`);
}

/** Prints prose as data: broken at the width of the terminal. */
export function outProse(text: string, environment: Environment): void {
  environment.out(wrapped(text, environment.columns?.out));
}

export interface Answer {
  readonly [key: string]: unknown;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Every answer in JSON is one object with the version of its form and what is wrong with the input; `generator/schema/answers/` has a
 * schema for each command.
 */
export function printJson(answer: Answer, environment: Environment): void {
  environment.out(visibleJson(JSON.stringify({ schemaVersion: 1, ...answer }, null, 2)));
}
