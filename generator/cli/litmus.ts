import { basename, dirname, resolve } from "node:path";
import { Diagnostics } from "../diagnostics/diagnostic.ts";
import { reportAt } from "../load/source-file.ts";
import { architectures, type Loaded } from "../pipeline.ts";
import {
  type LitmusAnswer,
  type LitmusEffort,
  litmusEffort,
  litmusLimits,
  litmusOutcomes,
  type Outcome,
} from "../simulator/litmus.ts";
import { realDisk } from "../write/disk.ts";
import { type Command, type CommandOptions, type Environment, logDiagnostics, printJson } from "./environment.ts";
import { type LitmusEntry, mostFileBytes, readLitmusFile } from "./litmus-file.ts";
import { loadFor, namesChipsFolder, shownPath } from "./run-pipeline.ts";

/** For all programs of a file together. */
const mostStatesOfFile = 2 * litmusEffort.states;

export const litmus: Command = {
  name: "litmus",
  arguments: "<file.json>",
  summary: "run small programs of loads, stores and barriers, and print every outcome that may happen",
  details: [
    "The file is a list of programs: { arch, name, threads, exists }. A thread is a list of { op: store, loc, value },",
    "{ op: load, loc, reg } and { op: barrier, instr }; the keys of exists name what makes an outcome: 1:x7 is register",
    "x7 of thread 1, x a location. An entry may say the outcomes that it expects; a difference exits with 1.",
    `A program may have ${litmusLimits.threads} threads, ${litmusLimits.accesses} loads and stores in all threads together, in any locations and registers,`,
    `and ${litmusLimits.askedFor} keys of exists; a file ${mostFileBytes / 1024} KiB. All outcomes are found, or the program is undecided, which exits with 1: it`,
    `has more than ${litmusEffort.outcomes} outcomes, or more than ${litmusEffort.states} states to look at (${mostStatesOfFile} for a whole file).`,
  ],
  options: ["chips", "json"],
  examples: [["fencegen litmus tests.json --json", "for programs"]],
  positionals: [1, 1],
  run([name], options, environment) {
    const loaded = loadFor(options, environment);
    forgetWhatIsNotNeeded(loaded, options, environment);
    const path = resolve(environment.workingFolder, name!);
    const diagnostics = new Diagnostics();
    const read = readLitmusFile(path, shownPath(path, environment), architectures(loaded), diagnostics);
    const answers = answersTo(read?.entries ?? []);
    for (const [index, { entry, answer }] of answers.entries())
      if (read && "undecided" in answer)
        reportAt(
          diagnostics,
          read.file,
          "litmus/undecided",
          [index, "name"],
          `${entry.program.name} is undecided: ${answer.undecided}`,
        );
    const differing = answers.filter(
      ({ entry: { expected }, answer }) =>
        expected !== undefined && "outcomes" in answer && canonical(expected) !== canonical(answer.outcomes),
    );
    const problems = [...loaded.diagnostics.sorted(), ...diagnostics.sorted()];
    const hasErrors = loaded.diagnostics.hasErrors || diagnostics.hasErrors;
    if (options.json)
      printJson(
        {
          results: answers.map(toJson),
          ...(differing.length > 0 && {
            differing: differing.map(({ entry: { program } }) => ({ arch: program.arch, name: program.name })),
          }),
          diagnostics: problems,
        },
        environment,
      );
    else {
      for (const answer of answers) environment.out(answerText(answer));
      logDiagnostics(problems, environment);
      for (const { entry } of differing)
        environment.log(`${entry.program.arch} ${entry.program.name}: not the outcomes that the file expects`);
      if (read) environment.log(`${answers.length} programs, ${differing.length} unlike what the file expects.`);
    }
    return differing.length > 0 || hasErrors ? 1 : 0;
  },
};

/** Programs rest on architectures: problems of anything else, and a project that has no chips, are not theirs. */
function forgetWhatIsNotNeeded(
  { library, diagnostics }: Loaded,
  options: Pick<CommandOptions, "chips">,
  environment: Environment,
): void {
  const folder = resolve(environment.workingFolder, options.chips);
  const disk = environment.host.disk ?? realDisk;
  const needed = new Set(library.ids("architecture").flatMap((id) => library.get("architecture", id)?.file.path ?? []));
  const isNeeded = (path: string) => {
    if (path === shownPath(folder, environment)) return namesChipsFolder(options) || disk.kindOf(folder) !== undefined;
    return needed.has(path) || basename(dirname(path)) === "architectures";
  };
  diagnostics.forget(new Set([...diagnostics.pathsWithProblems()].filter((path) => !isNeeded(path))));
}

interface Answered {
  readonly entry: LitmusEntry;
  readonly answer: LitmusAnswer;
}

/** One program after the other, until the states that a file may have are used up. */
function answersTo(entries: readonly LitmusEntry[]): Answered[] {
  let left = mostStatesOfFile;
  return entries.map((entry) => {
    const effort: LitmusEffort = { ...litmusEffort, states: Math.min(left, litmusEffort.states) };
    const answer = litmusOutcomes(entry.program, entry.architecture, effort);
    left -= answer.states;
    return { entry, answer };
  });
}

function toJson({ entry: { program }, answer }: Answered) {
  const { arch, name } = program;
  return "outcomes" in answer ? { arch, name, outcomes: answer.outcomes } : { arch, name, undecided: answer.undecided };
}

function answerText({ entry: { program }, answer }: Answered): string {
  const lines =
    "outcomes" in answer
      ? answer.outcomes.map((outcome) => Object.entries(outcome).map(([key, value]) => `${key}=${value}`))
      : [["undecided"]];
  return [`${program.arch} ${program.name}`, ...lines.map((words) => `  ${words.join(" ")}`)].join("\n");
}

/** As a set: neither outcomes nor their keys are in an order that means something, and twice is once. */
function canonical(outcomes: readonly Outcome[]): string {
  const spelled = outcomes.map((outcome) =>
    JSON.stringify(Object.entries(outcome).sort(([a], [b]) => (a < b ? -1 : 1))),
  );
  return [...new Set(spelled)].sort().join("\n");
}
