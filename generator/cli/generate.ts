import { resolve } from "node:path";
import { reportAt } from "../load/source-file.ts";
import { type Loaded, renderOutputs } from "../pipeline.ts";
import { coreOf } from "../plan/plan-chip.ts";
import { planKey } from "../plan/plan-key.ts";
import { type PlannedChip, pathsOf } from "../render/render-outputs.ts";
import { type DescriptionOf, idOf } from "../validate/library.ts";
import { applyChanges, compareOutputs, isWritten, type OutputComparison } from "../write/output-set.ts";
import { readVerdicts } from "../write/verdicts.ts";
import { tableChanges } from "./chip-tables.ts";
import { type Command, type CommandOptions, type Environment, logDiagnostics, printJson } from "./environment.ts";
import { loadFor, planAll, renderOptions, selectChips, shownPath } from "./run-pipeline.ts";

export const generate: Command = {
  name: "generate",
  arguments: "[chip…]",
  summary: "write the fences of all chips, or of those named",
  details: [
    "Computes every file in memory, then writes only those that change, all of them or none. Removes files that it",
    "wrote before and that no chip stands behind any more. A file edited by hand is named and nothing is written.",
  ],
  options: ["chips", "out", "force", "json"],
  examples: [
    ["fencegen generate", "bring out/ up to date"],
    ["fencegen generate stm32h743", "only this chip's files"],
    ["fencegen generate --chips board/chips --out board/out", "your own chips, on fencegen's cores and mechanisms"],
  ],
  positionals: [0, Number.POSITIVE_INFINITY],
  run(ids, options, environment) {
    const loaded = loadFor(options, environment);
    const comparison = compareWithOutputs(ids, loaded, options, environment);
    const { diagnostics } = loaded;
    if (!options.force) {
      for (const path of comparison.editedByHand) {
        diagnostics.report("output/edited-by-hand", {
          message: "was changed since fencegen wrote it",
          path: shownOutput(path, options, environment),
        });
      }
      for (const path of comparison.inTheWay) {
        diagnostics.report("output/in-the-way", {
          message: "was not written by fencegen",
          path: shownOutput(path, options, environment),
        });
      }
    }
    const failed =
      diagnostics.hasErrors ||
      !applyChanges(resolve(environment.workingFolder, options.out), comparison.changes, diagnostics);
    const problems = diagnostics.sorted();
    const changes = failed
      ? []
      : comparison.changes.map(({ kind, path }) => ({ kind, path: shownOutput(path, options, environment) }));
    if (options.json) printJson({ changes, diagnostics: problems }, environment);
    else {
      logDiagnostics(problems, environment);
      for (const { kind, path } of changes) environment.out(`${kind.padEnd(6)} ${path}`);
      if (!failed && changes.length === 0) environment.log("Everything is up to date.");
      if (failed) environment.log("Nothing was written.");
    }
    return failed ? 1 : 0;
  },
};

/** The whole pipeline up to the comparison with what lies in the output folder. */
export function compareWithOutputs(
  ids: readonly string[],
  loaded: Loaded,
  options: CommandOptions,
  environment: Environment,
): OutputComparison {
  const selected = selectChips(ids, loaded);
  const planned = planAll(selected, loaded);
  refuseUnsound(planned, selected, loaded, resolve(environment.workingFolder, options.chips));
  const render = renderOptions(environment, loaded.diagnostics);
  if (loaded.diagnostics.hasErrors) return { changes: [], editedByHand: [], inTheWay: [] };
  const described = loaded.chips.flatMap((chip) => idOf(chip) ?? []);
  const folder = resolve(environment.workingFolder, options.out);
  // A run for some chips leaves the others' files as they are, and lists only those that have files.
  const others = ids.length === 0 ? [] : described.filter((id) => !ids.includes(id));
  const otherPaths = new Set(others.flatMap(pathsOf));
  const withFences = planned.filter(({ fences }) => fences.length > 0);
  const listed = [
    ...withFences.map(({ chip }) => chip.id),
    ...others.filter((id) => pathsOf(id).some((path) => isWritten(folder, path))),
  ];
  const outputs = compareOutputs(folder, renderOutputs(planned, listed, render), (path) => otherPaths.has(path));
  // A table lists every chip of the project: a run for some of them, or with other folders, cannot write it.
  const isWhole = ids.length === 0 && options.chips === "chips" && options.out === "out";
  const tables = isWhole ? tableChanges(planned, loaded, options, environment) : [];
  return { ...outputs, changes: [...outputs.changes, ...tables] };
}

export function shownOutput(path: string, options: CommandOptions, environment: Environment): string {
  return shownPath(resolve(environment.workingFolder, options.out, path), environment);
}

/** Refuses what was verified and found unsound. */
function refuseUnsound(
  planned: readonly PlannedChip[],
  selected: readonly DescriptionOf<"chip">[],
  loaded: Loaded,
  chipsFolder: string,
): void {
  const unsound = new Map(readVerdicts(chipsFolder));
  if (unsound.size === 0) return;
  for (const { chip, fences } of planned) {
    for (const plan of fences) {
      const core = coreOf(chip, plan);
      const property = unsound.get(planKey(plan, chip, core));
      const file = selected.find((description) => idOf(description) === chip.id)?.file;
      if (property && file)
        reportAt(
          loaded.diagnostics,
          file,
          "plan/found-unsound",
          ["chip"],
          `${plan.name} breaks the property \`${property}\``,
        );
    }
  }
}
