import { basename, join, resolve } from "node:path";
import { type Diagnostic, Diagnostics } from "../diagnostics/diagnostic.ts";
import { isWithin } from "../disk/paths.ts";
import { readDescriptions, readSource, readSourcesBeside } from "../load/read-descriptions.ts";
import { kindOf, type SourceFile, sourcesName } from "../load/source-file.ts";
import { type Loaded, restsOn, validate as validateFiles } from "../pipeline.ts";
import type { PlannedChip } from "../render/render-outputs.ts";
import { idOf } from "../validate/library.ts";
import { type Command, type CommandOptions, type Environment, type ExitCode, logDiagnostics } from "./environment.ts";
import { printReport, type Report, reportOfProblems } from "./report.ts";
import { planAll, shownPath, surveyFor } from "./run-pipeline.ts";

export const validate: Command = {
  name: "validate",
  arguments: "[file…|-]",
  summary: "check descriptions, and that every fence can be derived",
  details: [
    "Shows every problem of every file in one run, each with its place, why it matters and how to mend it. Files named",
    "are checked against the descriptions in --chips, those that come with fencegen and a sources.yaml beside them; - reads",
    "standard input. The places that say `TODO` for a source are counted, and shown with --verbose; JSON has them all.",
  ],
  options: ["verbose", "chips", "format", "json"],
  examples: [
    ["fencegen validate", "everything in chips/"],
    ["fencegen validate chips/stm32h743.yaml", "one file"],
    ["fencegen validate - < new-chip.yaml", "what an editor has not saved yet"],
    ["fencegen validate --format github", "beside the lines of a pull request"],
  ],
  positionals: [0, Number.POSITIVE_INFINITY],
  run(paths, options, environment) {
    if (paths.length === 0) {
      const { project } = surveyFor({}, options, environment);
      return answer(project.diagnostics.sorted(), `${project.descriptions} files: valid.`, [], options, environment);
    }
    const diagnostics = new Diagnostics();
    const shown = (path: string) => shownPath(path, environment);
    const own = resolve(environment.workingFolder, options.chips);
    const given = paths.map((path) => (path === "-" ? "<stdin>" : shown(resolve(environment.workingFolder, path))));
    const read = paths.flatMap((path, index) => {
      const source: string | 0 = path === "-" ? 0 : resolve(environment.workingFolder, path);
      const file = readSource(source, given[index]!, diagnostics);
      return file ? [{ file, source, isElsewhere: source === 0 || !isWithin(own, source) }] : [];
    });
    const named = read.map(({ file }) => file);
    // A file of the folder stands in for the one of the same path there, and one from elsewhere for what the folder has by its id. Of the others only what it rests on is shown.
    const background = new Diagnostics();
    const surroundings = readDescriptions(
      { shared: [join(environment.packageFolder, "chips")], own, shown },
      background,
      {
        ids: named.flatMap(namesOf),
        texts: named.map(({ text }) => text),
        parsed: read.flatMap(({ source }) => (source === 0 ? [] : [source])),
      },
    );
    const elsewhere = read.flatMap(({ file, isElsewhere }) => (isElsewhere ? [file] : []));
    const known = new Set([...given, ...surroundings.map(({ path }) => path), shown(join(own, sourcesName))]);
    const beside = readSourcesBeside(
      paths.filter((path) => path !== "-").map((path) => resolve(environment.workingFolder, path)),
      (path) => known.has(path),
      shown,
      diagnostics,
    );
    const isOwn = ({ path }: SourceFile) => isWithin(own, resolve(environment.workingFolder, path));
    // Named files last: where one repeats an id of another file, the problem is its own.
    const files: SourceFile[] = [
      ...surroundings.filter((file) => !(isOwn(file) && sameDescription(file, elsewhere))),
      ...beside,
      ...named,
    ];
    const loaded = validateFiles(files, diagnostics);
    const chosen = loaded.chips.filter(({ file }) => named.includes(file));
    const planned = planAll(chosen, loaded);
    const problems = problemsOf(given, named, loaded, background);
    return answer(problems, `${paths.join(", ")}: valid.`, notesOn(planned, chosen), options, environment);
  },
};

/** @param notes of what is valid */
function answer(
  problems: readonly Diagnostic[],
  valid: string,
  notes: readonly string[],
  options: CommandOptions,
  environment: Environment,
): ExitCode {
  const failed = problems.some(({ severity }) => severity === "error");
  const report: Report = {
    ...reportOfProblems("fencegen validate", problems),
    answer: () => ({ valid: !failed, diagnostics: problems }),
  };
  if (!printReport(report, options, environment)) {
    logDiagnostics(problems, environment, { isVerbose: options.verbose });
    if (!failed) for (const line of [valid, ...notes]) environment.log(line);
  }
  return failed ? 1 : 0;
}

/** What a key that is left out stands for, where a reader may take it for another answer. */
function notesOn(planned: readonly PlannedChip[], descriptions: Loaded["chips"]): string[] {
  return planned.flatMap(({ chip }) => {
    const { memories } = descriptions.find((each) => idOf(each) === chip.id)!.value;
    // A key may hold several names, with commas between them.
    const open = Object.entries(memories ?? {}).flatMap(([names, memory]) =>
      memory?.cachedBy === undefined ? [names] : [],
    );
    if (open.length === 0 || chip.cores.every(({ caches }) => caches.length === 0)) return [];
    return [
      `${chip.id}: every cache of the cores that see it may hold ${open.join(", ")}, as \`cachedBy\` is left out.`,
    ];
  });
}

/** Of the files that are named all, and of those that they rest on the errors, for which nothing follows from them. */
function problemsOf(
  given: readonly string[],
  named: readonly SourceFile[],
  { library, diagnostics }: Loaded,
  background: Diagnostics,
): Diagnostic[] {
  const descriptions = library.all.filter(({ file }) => named.includes(file));
  const used = new Set(descriptions.flatMap((each) => restsOn(each, library).map(({ file }) => file.path)));
  const isList = (path: string) => basename(path) === sourcesName;
  const isShown = ({ path, severity }: Diagnostic) =>
    given.includes(path) || (severity === "error" && (used.has(path) || isList(path)));
  // A list that could not be read is none that the library knows; what is wrong with one that is named is said of the named file.
  const isOther = ({ path }: Diagnostic) => isList(path) && !given.includes(path);
  return [...background.sorted().filter(isOther), ...diagnostics.sorted().filter(isShown)];
}

/** What a file is called, and what the description in it. */
function namesOf(file: SourceFile): string[] {
  const kind = kindOf(file);
  const id = kind && (file.value as Readonly<Record<string, unknown>>)[kind];
  return [basename(file.path).replace(/\.ya?ml$/, ""), ...(typeof id === "string" ? [id] : [])];
}

/** Whether one of the others describes what this file describes. */
function sameDescription(file: SourceFile, others: readonly SourceFile[]): boolean {
  const nameOf = (each: SourceFile) => {
    const kind = kindOf(each);
    return kind && `${kind} ${(each.value as Readonly<Record<string, unknown>>)[kind]}`;
  };
  return others.some((other) => nameOf(other) === nameOf(file));
}
