import { join, relative, resolve } from "node:path";
import type { Diagnostics } from "../diagnostics/diagnostic.ts";
import { isWithin, slashed } from "../disk/paths.ts";
import { completeSchemas, writtenBy } from "../editors/complete-schemas.ts";
import { namesIn } from "../editors/names.ts";
import { Below } from "../write/below.ts";
import { realDisk, tidily } from "../write/disk.ts";
import { replaceFile, replaceOrThrow } from "../write/replace-file.ts";
import { type Command, type CommandOptions, type Environment, logDiagnostics, printJson } from "./environment.ts";
import { reportObstacles, shownOutput } from "./generate.ts";
import { outFolder } from "./out-folder.ts";
import { loadFor } from "./run-pipeline.ts";

/** Of the output folder. */
const folderName = "schema";

export const schema: Command = {
  name: "schema",
  arguments: "",
  summary: "write JSON schemas for editors, which complete the names of the project",
  details: [
    "Writes DIR/schema/chip.schema.json and those of the other kinds of files: as they come with fencegen, with the cores, mechanisms,",
    "sources, memories, masters, operations and Rust targets that the project describes. The first line of a description names one, as",
    "chips/README.md says, and an editor with yaml-language-server offers them. What is no name that there is stays for `validate` to judge.",
  ],
  options: ["chips", "out", "force", "json"],
  examples: [["fencegen schema", "out/schema/, once more whenever something new is described"]],
  positionals: [0, 0],
  run(_, options, environment) {
    const { library, diagnostics } = loadFor(options, environment);
    const own = resolve(environment.workingFolder, options.chips);
    const isOwn = (path: string) => isWithin(own, resolve(environment.workingFolder, path));
    const wanted = [...completeSchemas(namesIn(library, ({ file }) => isOwn(file.path)))].map(([name, text]) => ({
      path: `${folderName}/${name}`,
      text,
    }));
    const changed = changedFiles(wanted, options, diagnostics, environment);
    const written = changed && writeAll(changed, options, diagnostics, environment);
    const shown = (written ?? []).map(({ path }) => shownOutput(path, options, environment));
    const problems = diagnostics.sorted();
    const folder = shownOutput(folderName, options, environment);
    if (options.json) printJson({ folder, written: shown, diagnostics: problems }, environment);
    else {
      logDiagnostics(problems, environment);
      for (const path of shown) environment.out(`wrote ${path}`);
      if (changed?.length === 0) environment.log("Everything is up to date.");
      const isThere = changed !== undefined && shown.length === changed.length;
      environment.log(isThere ? hint(options, environment) : "Nothing was written.");
    }
    return diagnostics.hasErrors ? 1 : 0;
  },
};

interface Change {
  /** Below the output folder. */
  readonly path: string;
  readonly text: string;
  /** What stands there; undefined for nothing. */
  readonly before: string | undefined;
}

/** All of them or none: where one cannot be written, those before it become what they were. */
function writeAll(
  changes: readonly Change[],
  options: CommandOptions,
  diagnostics: Diagnostics,
  environment: Environment,
): readonly Change[] {
  const disk = environment.host.disk ?? realDisk;
  const at = ({ path }: Change) => join(outFolder(options, environment), path);
  const failed = changes.findIndex((change) => !replaceFile(at(change), change.text, diagnostics, disk));
  if (failed === -1) return changes;
  for (const change of changes.slice(0, failed))
    tidily(() =>
      change.before === undefined ? disk.unlink(at(change)) : replaceOrThrow(at(change), change.before, disk),
    );
  return [];
}

/** Those whose text is another; undefined where something else stands in the place of one, which is reported. */
function changedFiles(
  wanted: readonly { readonly path: string; readonly text: string }[],
  options: CommandOptions,
  diagnostics: Diagnostics,
  environment: Environment,
): readonly Change[] | undefined {
  const below = new Below(outFolder(options, environment), environment.host.disk ?? realDisk);
  const obstacles = wanted.flatMap(({ path }) => below.obstacleAt(path) ?? []);
  reportObstacles(obstacles, options, diagnostics, environment);
  let isFree = obstacles.length === 0;
  const changed = wanted.flatMap(({ path, text }): Change[] => {
    const found = below.find(path);
    const before = found.kind === "file" ? found.bytes.toString("utf8") : undefined;
    if (before !== undefined && !before.includes(`"$comment": "${writtenBy}"`) && !options.force) {
      isFree = false;
      const message = "was not written by fencegen";
      diagnostics.report("output/in-the-way", { message, path: shownOutput(path, options, environment) });
    }
    return before === text ? [] : [{ path, text, before }];
  });
  return isFree ? changed : undefined;
}

function hint(options: CommandOptions, environment: Environment): string {
  const chips = resolve(environment.workingFolder, options.chips);
  const path = relative(chips, join(outFolder(options, environment), folderName, "chip.schema.json"));
  return `The first line of a chip's description is then:\n# yaml-language-server: $schema=${slashed(path)}`;
}
