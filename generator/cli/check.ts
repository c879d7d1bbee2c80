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
    const { diagnostics, compare } = outputsOf([], options, environment);
    const { changes, obstacles, isUnfinished } = compare();
    reportObstacles(obstacles, options, diagnostics, environment);
    const problems = diagnostics.sorted();
    const stale = changes.map(({ kind, path }) => ({ kind, path: shownOutput(path, options, environment) }));
    if (options.json) printJson({ stale, diagnostics: problems }, environment);
    else {
      logDiagnostics(problems, environment);
      const { createTwoFilesPatch } = await import("diff");
      for (const { path, before, after } of changes) {
        const name = shownOutput(path, options, environment);
        const patch = createTwoFilesPatch(
          before === undefined ? "/dev/null" : name,
          after === undefined ? "/dev/null" : name,
          before ?? "",
          after ?? "",
          "",
          "",
          { context: 3 },
        );
        environment.out(
          patch
            .split("\n")
            .filter((line) => !/^=+$/.test(line))
            .join("\n")
            .trimEnd(),
        );
      }
      if (isUnfinished) environment.log("A run of `fencegen generate` was interrupted here, or is at work.");
      if (stale.length > 0)
        environment.log(`${stale.length} stale. Run \`fencegen generate\` and commit what it writes.`);
      else if (!diagnostics.hasErrors) environment.log("Everything is up to date.");
    }
    if (diagnostics.hasErrors) return 1;
    return stale.length > 0 ? 2 : 0;
  },
};
