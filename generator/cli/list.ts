import type { PlannedChip } from "../render/render-outputs.ts";
import { rustPath, typeScriptPath } from "../render/render-outputs.ts";
import { targetNote } from "../toolchain/targets.ts";
import { type Command, logDiagnostics, printJson } from "./environment.ts";
import { shownOutput } from "./generate.ts";
import { loadFor, planAll } from "./run-pipeline.ts";

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
    const chips = planAll(loaded.chips, loaded).map((planned) => ({
      ...row(planned),
      outputs: [rustPath(planned.chip.id), typeScriptPath(planned.chip.id)].map((path) =>
        shownOutput(path, options, environment),
      ),
    }));
    const problems = loaded.diagnostics.sorted();
    if (options.json) printJson({ chips, ...(problems.length > 0 && { diagnostics: problems }) }, environment);
    else {
      logDiagnostics(problems, environment);
      const columns = ["chip", "vendor", "core", "coherent", "mechanisms", "line"];
      const rows = chips.map(({ id, vendor, cores, coherent, mechanisms, lineBytes }) => [
        id,
        vendor,
        cores.join(", "),
        coherent ? "yes" : "no",
        mechanisms.join(", ") || "-",
        lineBytes === null ? "-" : String(lineBytes),
      ]);
      const widths = columns.map((title, index) =>
        Math.max(title.length, ...rows.map((cells) => cells[index]!.length)),
      );
      const notes = new Map(chips.flatMap(({ targetNotes }) => targetNotes.map(({ target, note }) => [target, note])));
      for (const cells of [columns, ...rows])
        environment.out(
          cells
            .map((cell, index) => cell.padEnd(widths[index]!))
            .join("  ")
            .trimEnd(),
        );
      for (const [target, note] of notes) environment.log(`${target}: ${note}`);
    }
    return loaded.diagnostics.hasErrors ? 1 : 0;
  },
};

function row({ chip, fences }: PlannedChip) {
  const steps = fences.flatMap(({ release, acquire }) => [...release, ...acquire]);
  const mechanisms = [...new Set(steps.flatMap((step) => ("operation" in step ? [step.mechanism] : [])))];
  const lines = fences.flatMap(({ lineBytes }) => lineBytes ?? []);
  return {
    id: chip.id,
    vendor: chip.vendor,
    cores: [...new Set(chip.cores.map(({ id }) => id))],
    isa: [...new Set(chip.cores.map(({ architecture }) => architecture.id))],
    rustTargets: [...new Set(chip.cores.flatMap(({ rustTargets }) => rustTargets))],
    coherent: mechanisms.length === 0,
    mechanisms,
    lineBytes: lines.length > 0 ? Math.min(...lines) : null,
    targetNotes: [...new Set(chip.cores.flatMap(({ rustTargets }) => rustTargets))].flatMap((target) => {
      const special = targetNote(target);
      return special ? [{ target, note: special.note }] : [];
    }),
  };
}
