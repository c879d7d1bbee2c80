import { join } from "node:path";
import { visibleJson } from "../diagnostics/characters.ts";
import { sharedFolders } from "../load/read-descriptions.ts";
import { brokenProperty } from "../verifier/verify-fence.ts";
import { type FileChange, FileChanges } from "../watch/file-changes.ts";
import {
  type Command,
  type CommandOptions,
  type Environment,
  type ExitCode,
  type Host,
  logDiagnostics,
} from "./environment.ts";
import { logWritten, writtenFiles } from "./generate.ts";
import { foldersOf, inputsOf, UsageError } from "./run-pipeline.ts";
import { counted } from "./table.ts";
import { type Result, resultJson, resultText } from "./verify-results.ts";
import { type Round, Rounds } from "./watch-round.ts";

/** An editor writes a file within some milliseconds, and a checkout its files one after the other. */
const quietMilliseconds = 100;

export const watch: Command = {
  name: "watch",
  arguments: "[chip…]",
  summary: "keep outputs up to date while descriptions are edited, and verify each fence that changes",
  details: [
    "Does what generate does, at once and whenever a description or .fencegen.yaml has changed, and verifies the fences that are others",
    "than before; at first those whose files were out of date. Says what has changed, what was written, and each verdict. Problems end",
    "nothing: it goes on when they are mended. Ctrl-C ends it when a set of files is whole, and keeps the verdicts that were found.",
    "With --json it prints an object a round, each in a line of its own.",
  ],
  options: ["chips", "out", "poll", "json"],
  examples: [
    ["fencegen watch", "in a second terminal, beside the editor"],
    ["fencegen watch stm32h743", "only this chip"],
  ],
  positionals: [0, Number.POSITIVE_INFINITY],
  async run(ids, options, environment): Promise<ExitCode> {
    const { host, workingFolder } = environment;
    if (!host.watch) throw new UsageError("watch: files cannot be watched here");
    const { chipsFolder } = foldersOf(options, environment);
    const wakes = host.watch({
      folders: [workingFolder, chipsFolder, ...sharedFolders.map((name) => join(chipsFolder, name))],
      isPolled: options.poll,
      cannotWatch: (reason) =>
        environment.log(`The system does not tell of changes (${reason}); files are looked at every second.`),
    });
    const changes = new FileChanges(
      wakes,
      () => inputsOf(ids, options, environment),
      () => host.pause(quietMilliseconds),
    );
    const remembering = { ...environment, host: withMemory(host) };
    const rounds = new Rounds(ids, options, remembering);
    try {
      // Whoever ends it does not wait for verdicts.
      await Promise.race([wakes.ended, follow(changes, rounds, options, remembering)]);
    } finally {
      wakes.end();
    }
    if (!options.json) environment.log("Stopped.");
    return 0;
  },
};

async function follow(
  changes: FileChanges,
  rounds: Rounds,
  options: CommandOptions,
  environment: Environment,
): Promise<void> {
  const hasNews = () => changes.hasNews();
  // A chip that is not there to begin with is wrong usage.
  await tell(await rounds.next(hasNews), [], options, environment);
  for await (const changed of changes) {
    if (!options.json) for (const { kind, path } of changed) environment.out(`\n${path} was ${kind}`.trimStart());
    try {
      await tell(await rounds.next(hasNews), changed, options, environment);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      // Of the chips that it was called for, one is gone.
      if (options.json) answer({ changed, written: [], removed: [], results: [], because: error.message }, environment);
      else environment.log(`${error.message}\nWaiting for changes.`);
    }
  }
}

/** Prints what comes of a round, as it comes. */
async function tell(
  { updated, removed, results, ofVerdicts, notVerified }: Round,
  changed: readonly FileChange[],
  options: CommandOptions,
  environment: Environment,
): Promise<void> {
  const problems = updated.diagnostics.sorted();
  if (!options.json) {
    logDiagnostics(problems, environment);
    logWritten(updated, options, environment);
    for (const { chip, fence } of removed) environment.out(`${chip} ${fence} is gone`);
  }
  const found: Result[] = [];
  for await (const result of results) {
    found.push(result);
    if (!options.json) environment.out(resultText(result, options, environment.columns?.out));
  }
  if (options.json) {
    const written = writtenFiles(updated, options, environment) ?? [];
    const diagnostics = [...problems, ...ofVerdicts.sorted()];
    return answer(
      { changed, written, removed, results: found.map(resultJson), notVerified: notVerified(), diagnostics },
      environment,
    );
  }
  logDiagnostics(ofVerdicts.sorted(), environment);
  const unsound = found.filter(({ verdict }) => brokenProperty(verdict)).length;
  if (unsound > 0)
    environment.log(
      `${counted(unsound, "fence")} NOT SOUND, and not for use: nothing more is written until the facts are others.`,
    );
  environment.log(
    notVerified() > 0 ? `${counted(notVerified(), "fence")} still to be verified.` : "Waiting for changes.",
  );
}

function answer(round: object, environment: Environment): void {
  environment.out(visibleJson(JSON.stringify({ schemaVersion: 1, notVerified: 0, diagnostics: [], ...round })));
}

/** Where nothing is kept between runs, it is between rounds. */
function withMemory(host: Host): Host {
  const inMemory = <T>() => {
    const kept = new Map<string, T>();
    return { get: (key: string) => kept.get(key), keep: (key: string, value: T) => void kept.set(key, value) };
  };
  return { ...host, projects: host.projects ?? inMemory<object>(), verdicts: host.verdicts ?? inMemory() };
}
