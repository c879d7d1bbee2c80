import { shippedChipIds } from "../load/read-descriptions.ts";
import { chipRow, onBoards } from "../project/chip-row.ts";
import { chipPaths } from "../render/render-outputs.ts";
import { idOf } from "../validate/library.ts";
import { type Command, logDiagnostics, printJson } from "./environment.ts";
import { shownOutput } from "./generate.ts";
import { loadFor, namesChipsFolder, planAll, renderOptions, shippedFolderOf, UsageError } from "./run-pipeline.ts";
import { table } from "./table.ts";

export const list: Command = {
  name: "list",
  arguments: "",
  summary: "list the chips and what their fences do",
  details: [
    "Those of the project: what it describes, and what its settings list under `shipped`. --shipped lists all that come with fencegen,",
    "which `fencegen init <chip>` or `fencegen generate <chip>` takes into a project.",
  ],
  options: ["shipped", "chips", "out", "json"],
  examples: [
    ["fencegen list --shipped", "what there is to take"],
    ["fencegen list --json", "for programs"],
  ],
  positionals: [0, 0],
  run(_, options, environment) {
    if (options.shipped && namesChipsFolder(options))
      throw new UsageError("list: --shipped and --chips are two folders");
    const shippedFolder = shippedFolderOf(environment);
    const loaded = loadFor(options.shipped ? { chips: shippedFolder } : options, environment);
    const settings = renderOptions(environment, loaded.diagnostics);
    const chips = planAll(loaded.chips, loaded).map((planned) => ({
      ...chipRow(planned),
      outputs: (planned.fences.length > 0 ? chipPaths(planned, settings) : []).map((path) =>
        shownOutput(path, options, environment),
      ),
    }));
    const described = new Set(loaded.chips.map(idOf));
    const moreShipped = shippedChipIds(shippedFolder).filter((id) => !described.has(id)).length;
    const problems = loaded.diagnostics.sorted();
    if (options.json) printJson({ chips, moreShipped, diagnostics: problems }, environment);
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
      if (rows.length > 0)
        for (const line of table([columns, ...rows], environment.columns?.out)) environment.out(line);
      for (const [target, note] of notes) environment.log(`${target}: ${note}`);
      if (moreShipped > 0)
        environment.log(
          `${moreShipped}${rows.length > 0 ? " more" : ""} ${moreShipped === 1 ? "chip comes" : "chips come"} with fencegen: \`fencegen list --shipped\` shows them all, \`fencegen generate <chip>\` takes one.`,
        );
    }
    return loaded.diagnostics.hasErrors ? 1 : 0;
  },
};
