import { chipRow, onBoards } from "../project/chip-row.ts";
import { chipPaths } from "../render/render-outputs.ts";
import { type Command, logDiagnostics, printJson } from "./environment.ts";
import { shownOutput } from "./generate.ts";
import { loadFor, planAll, renderOptions } from "./run-pipeline.ts";
import { table } from "./table.ts";

export const list: Command = {
  name: "list",
  arguments: "",
  summary: "list the chips and what their fences do",
  details: [],
  options: ["chips", "out", "json"],
  examples: [["fencegen list --json", "for programs"]],
  positionals: [0, 0],
  run(_, options, environment) {
    const loaded = loadFor(options, environment);
    const settings = renderOptions(environment, loaded.diagnostics);
    const chips = planAll(loaded.chips, loaded).map((planned) => ({
      ...chipRow(planned),
      outputs: (planned.fences.length > 0 ? chipPaths(planned, settings) : []).map((path) =>
        shownOutput(path, options, environment),
      ),
    }));
    const problems = loaded.diagnostics.sorted();
    if (options.json) printJson({ chips, diagnostics: problems }, environment);
    else {
      logDiagnostics(problems, environment);
      const columns = ["chip", "vendor", "core", "coherent", "mechanisms", "line", "board"];
      const rows = chips.map(({ id, vendor, cores, coherent, mechanisms, lineBytes, refused, boards }) => [
        id,
        vendor,
        cores.join(", "),
        refused.length > 0 ? "refused" : coherent ? "yes" : "no",
        mechanisms.join(", ") || "-",
        lineBytes === null ? "-" : String(lineBytes),
        onBoards(boards).join(", ") || "-",
      ]);
      const notes = new Map(chips.flatMap(({ targetNotes }) => targetNotes.map(({ target, note }) => [target, note])));
      for (const line of table([columns, ...rows], environment.columns?.out)) environment.out(line);
      for (const [target, note] of notes) environment.log(`${target}: ${note}`);
    }
    return loaded.diagnostics.hasErrors ? 1 : 0;
  },
};
