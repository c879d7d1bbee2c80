import { visibleLines } from "../diagnostics/characters.ts";
import { type Paint, plain } from "../diagnostics/format.ts";
import { manifestName } from "../write/manifest.ts";
import type { Change } from "../write/output-set.ts";
import { type Command, logDiagnostics, printJson } from "./environment.ts";
import { outputsOf, reportObstacles, shownOutput } from "./generate.ts";

export const check: Command = {
  name: "check",
  arguments: "",
  summary: "say what generate would change, as a diff, and change nothing",
  details: ["Exits with 2 when something is stale, 1 when the input has problems. Meant for continuous integration."],
  options: ["chips", "out", "json"],
  examples: [["fencegen check", "is what lies in out/ what the chips say?"]],
  positionals: [0, 0],
  async run(_, options, environment) {
    const { project, compare } = outputsOf([], options, environment);
    const { diagnostics } = project;
    const { changes, obstacles, isUnfinished } = compare();
    reportObstacles(obstacles, options, diagnostics, environment);
    const problems = diagnostics.sorted();
    const stale = changes.map(({ kind, path }) => ({ kind, path: shownOutput(path, options, environment) }));
    if (options.json) printJson({ stale, diagnostics: problems }, environment);
    else {
      logDiagnostics(problems, environment);
      const paint = environment.paintOut ?? plain;
      const { shown, isListBehind } = toShow(changes);
      for (const change of shown) {
        const lines = await diffOf(change, shownOutput(change.path, options, environment));
        environment.out(lines.map((line) => paintedLine(line, paint)).join("\n"), { isPainted: true });
      }
      if (isUnfinished) environment.log("A run of `fencegen generate` was interrupted here, or is at work.");
      if (stale.length > 0)
        environment.log(`${stale.length} stale. Run \`fencegen generate\` and commit what it writes.`);
      else if (!diagnostics.hasErrors) environment.log("Everything is up to date.");
      if (isListBehind)
        environment.log(`${shownOutput(manifestName, options, environment)}, which has their sums, changes with them.`);
    }
    if (diagnostics.hasErrors) return 1;
    return stale.length > 0 ? 2 : 0;
  },
};

/** The list of sums says nothing that a reader of the other changes wants to know, unless there are none. */
function toShow(changes: readonly Change[]): { readonly shown: readonly Change[]; readonly isListBehind: boolean } {
  const others = changes.filter(({ path }) => path !== manifestName);
  return others.length === 0
    ? { shown: changes, isListBehind: false }
    : { shown: others, isListBehind: others.length < changes.length };
}

/** Loaded only where something is stale. */
async function diffOf({ before, after }: Change, name: string): Promise<readonly string[]> {
  const { createTwoFilesPatch } = await import("diff");
  const patch = createTwoFilesPatch(
    before === undefined ? "/dev/null" : name,
    after === undefined ? "/dev/null" : name,
    before ?? "",
    after ?? "",
    "",
    "",
    { context: 3 },
  );
  return patch
    .split("\n")
    .filter((line) => !/^=+$/.test(line))
    .join("\n")
    .trimEnd()
    .split("\n");
}

/** As `git diff` colours it. What a file holds is encoded first, so that no colour is a file's own. */
function paintedLine(line: string, paint: Paint): string {
  const text = visibleLines(line);
  if (/^(---|\+\+\+) /.test(line)) return paint("bold", text);
  if (line.startsWith("@@")) return paint("cyan", text);
  if (line.startsWith("+")) return paint("green", text);
  return line.startsWith("-") ? paint("red", text) : text;
}
