import { join, resolve } from "node:path";
import { Diagnostics } from "../diagnostics/diagnostic.ts";
import { readDescriptions, readSource } from "../load/read-descriptions.ts";
import { kindOf, type SourceFile } from "../load/source-file.ts";
import { validate as validateFiles } from "../pipeline.ts";
import { type Command, logDiagnostics, printJson } from "./environment.ts";
import { planAll, shownPath } from "./run-pipeline.ts";

export const validate: Command = {
  name: "validate",
  arguments: "[file…|-]",
  summary: "check descriptions, and that every fence can be derived",
  details: [
    "Shows every problem of every file in one run, each with its place, why it matters and how to mend it. Files named",
    "are checked against the descriptions in --chips and those that come with fencegen; - reads standard input. The places",
    "that say `TODO` for a source are counted, and shown with --verbose; JSON has them all.",
  ],
  options: ["verbose", "chips", "json"],
  examples: [
    ["fencegen validate", "everything in chips/"],
    ["fencegen validate chips/stm32h743.yaml", "one file"],
    ["fencegen validate - < new-chip.yaml", "what an editor has not saved yet"],
  ],
  positionals: [0, Number.POSITIVE_INFINITY],
  run(paths, options, environment) {
    const diagnostics = new Diagnostics();
    const shown = (path: string) => shownPath(path, environment);
    const own = resolve(environment.workingFolder, options.chips);
    const named = paths.flatMap((path) =>
      path === "-"
        ? (readSource(0, "<stdin>", diagnostics) ?? [])
        : (readSource(
            resolve(environment.workingFolder, path),
            shown(resolve(environment.workingFolder, path)),
            diagnostics,
          ) ?? []),
    );
    // A file that is named stands in for the one of the same path in the folder; only its own problems are shown.
    const background = new Diagnostics();
    const surroundings = readDescriptions(
      [join(environment.packageFolder, "chips")],
      own,
      shown,
      paths.length === 0 ? diagnostics : background,
    );
    // Named files last: where one repeats an id of another file, the problem is its own.
    const files: SourceFile[] = [
      ...surroundings.filter((file) => !named.some(({ path }) => path === file.path) && !sameDescription(file, named)),
      ...named,
    ];
    const loaded = validateFiles(files, diagnostics);
    const chosen = paths.length === 0 ? loaded.chips : loaded.chips.filter(({ file }) => named.includes(file));
    planAll(chosen, loaded);
    const problems = diagnostics
      .sorted()
      .filter(
        ({ path }) =>
          paths.length === 0 ||
          named.some((file) => file.path === path) ||
          paths.some(
            (given) => path === (given === "-" ? "<stdin>" : shown(resolve(environment.workingFolder, given))),
          ),
      );
    const failed = problems.some(({ severity }) => severity === "error");
    if (options.json) printJson({ valid: !failed, diagnostics: problems }, environment);
    else {
      logDiagnostics(problems, environment, { isVerbose: options.verbose });
      if (!failed) environment.log(`${paths.length === 0 ? `${files.length} files` : paths.join(", ")}: valid.`);
    }
    return failed ? 1 : 0;
  },
};

/** Whether a file from standard input describes what this file describes. */
function sameDescription(file: SourceFile, named: readonly SourceFile[]): boolean {
  const nameOf = (each: SourceFile) => {
    const kind = kindOf(each);
    return kind && `${kind} ${(each.value as Readonly<Record<string, unknown>>)[kind]}`;
  };
  return named.some((other) => other.path === "<stdin>" && nameOf(other) === nameOf(file));
}
