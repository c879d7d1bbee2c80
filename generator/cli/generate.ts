import { join, resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Code } from "../diagnostics/codes.ts";
import type { Diagnostics } from "../diagnostics/diagnostic.ts";
import { withShippedChips } from "../load/edit-project.ts";
import { reportAt } from "../load/source-file.ts";
import { projectFileName } from "../notation/names.ts";
import { span } from "../profile/spans.ts";
import type { ProjectChips } from "../project/project-chips.ts";
import { wantedOutputs } from "../project/wanted-outputs.ts";
import { validatePlaces } from "../validate/validate-places.ts";
import { obstacleText } from "../write/below.ts";
import { codeOf, realDisk } from "../write/disk.ts";
import type { Holder } from "../write/lock.ts";
import { manifestName } from "../write/manifest.ts";
import {
  type Change,
  compareOutputs,
  nothingCompared,
  type OutputComparison,
  readText,
  type WantedOutputs,
} from "../write/output-set.ts";
import type { Outcome } from "../write/transaction.ts";
import { tryUpdate, type Update, type UpdateRequest } from "../write/update-outputs.ts";
import { readVerdicts, type Verdicts } from "../write/verdicts.ts";
import { tableChanges, tableFiles } from "./chip-tables.ts";
import {
  type Command,
  type CommandOptions,
  type Environment,
  type ExitCode,
  logDiagnostics,
  printJson,
} from "./environment.ts";
import { outFolder } from "./out-folder.ts";
import { namesChipsFolder, shownPath, surveyFor } from "./run-pipeline.ts";
import { counted } from "./table.ts";

export const generate: Command = {
  name: "generate",
  arguments: "[chip…]",
  summary: "write the fences of all chips, or of those named",
  details: [
    "Computes every file in memory, then writes only those that change, all of them or none. Removes files that it",
    "wrote before and that no chip stands behind any more. A file edited by hand is named and nothing is written.",
    "What a run that was interrupted left is completed first; a second run waits for the first. Conflicts of a merge in what it",
    "writes need no hand: it writes both branches' chips.",
    "A chip that comes with fencegen needs no description in the project: named once, it is listed under `shipped` in .fencegen.yaml, and",
    "is generated with the others from then on. Where the project describes a chip of that name, its description counts.",
  ],
  options: ["chips", "out", "force", "json"],
  examples: [
    ["fencegen generate", "bring out/ up to date"],
    [
      "fencegen generate stm32h743",
      "only this chip's files; of one that comes with fencegen, also into a project that does not describe it",
    ],
    ["fencegen generate --chips board/chips --out board/out", "your own chips, on fencegen's cores and mechanisms"],
  ],
  positionals: [0, Number.POSITIVE_INFINITY],
  async run(ids, options, environment) {
    return report(await updateOutputs(ids, options, environment), options, environment);
  },
};

export interface Updated {
  readonly outcome: Outcome;
  readonly comparison: OutputComparison;
  /** Whether a run that was interrupted had to be completed first. */
  readonly isCompleted: boolean;
  /** Whether what the outputs follow from is another than it was when it was surveyed: then nothing was written. */
  readonly isOutdated: boolean;
  readonly diagnostics: Diagnostics;
}

export interface UpdatedProject extends Updated {
  /** The chips from which the outputs follow. */
  readonly project: ProjectChips;
  /** Ids that the project's settings list from now on. */
  readonly listed: readonly string[];
}

/** Brings the outputs of these chips, or of all, up to date. */
export async function updateOutputs(
  ids: readonly string[],
  options: CommandOptions,
  environment: Environment,
): Promise<UpdatedProject> {
  // Which chips there are may be changed by another run while this one waits for it: then each of both would remove what the other wrote.
  for (let isCompleted = false; ; ) {
    // Before anything else is read: whoever writes later, this run notices.
    const signs = signsOfOtherRuns(options, environment);
    const { project, compare: compareFiles, toList } = outputsOf(ids, options, environment);
    const { diagnostics } = project;
    const outside = [...tableFiles(diagnostics, environment), join(environment.workingFolder, projectFileName)];
    const compare = (isOneEnough: boolean) => {
      const outputs = compareFiles(isOneEnough);
      return { ...outputs, changes: [...outputs.changes, ...settingsChange(toList, environment)] };
    };
    const isOutdated = () => !isDeepStrictEqual(signsOfOtherRuns(options, environment), signs);
    const updated = await bringUpToDate({ compare, isOutdated, outside, diagnostics }, options, environment);
    isCompleted ||= updated.isCompleted;
    if (!updated.isOutdated) return { ...updated, isCompleted, project, listed: toList };
  }
}

/**
 * Texts of which another run that writes leaves one changed: the settings, in which it lists chips, and the manifest, which follows from
 * all descriptions that it saw.
 */
function signsOfOtherRuns(options: CommandOptions, environment: Environment): readonly (string | undefined)[] {
  const { workingFolder, host } = environment;
  const paths = [join(workingFolder, projectFileName), join(outFolder(options, environment), manifestName)];
  return paths.map((path) => readText(path, host.disk));
}

/** The settings with these chips, so that a later run for the whole project does not take their files for left over. */
function settingsChange(ids: readonly string[], { workingFolder, host }: Environment): Change[] {
  if (ids.length === 0) return [];
  const path = join(workingFolder, projectFileName);
  const before = readText(path, host.disk);
  return [{ kind: before === undefined ? "create" : "update", path, before, after: withShippedChips(before, ids) }];
}

/** What shall lie in the output folder and, of files elsewhere that are changed with it, where they are. */
export interface OutputRequest {
  /** With what lies there by now. @param isOneEnough whether one change is as good as all */
  readonly compare: (isOneEnough: boolean) => OutputComparison;
  /** Whether what shall lie there may be something else by now; left out, it is not. */
  readonly isOutdated?: () => boolean;
  /** Absolute. */
  readonly outside: readonly string[];
  readonly diagnostics: Diagnostics;
}

/** Makes all changes or none, when no other run is at it. */
export async function bringUpToDate(
  { compare, isOutdated = () => false, outside, diagnostics }: OutputRequest,
  options: CommandOptions,
  environment: Environment,
): Promise<Updated> {
  const folder = outFolder(options, environment);
  const { disk = realDisk, processes, uninterrupted, pause } = environment.host;
  const request: UpdateRequest = {
    place: { folder, outside, disk, shown: (path) => shownPath(path, environment) },
    processes,
    compare,
    isOutdated,
    refuses(comparison) {
      reportRefusals(comparison, options, diagnostics, environment);
      return diagnostics.hasErrors;
    },
  };
  let update: Update = { kind: "busy", holder: undefined };
  for (let tries = 0; update.kind === "busy" && tries < lockTries; tries++) {
    if (tries > 0) await pause(lockPauseMilliseconds);
    update = await uninterrupted(() => span("update", undefined, () => tryUpdate(request, diagnostics)));
  }
  const nothing = { outcome: "nothing", comparison: nothingCompared, isCompleted: false } as const;
  if (update.kind === "finished") return { ...update, isOutdated: false, diagnostics };
  if (update.kind === "outdated") return { ...nothing, isCompleted: update.isCompleted, isOutdated: true, diagnostics };
  diagnostics.report("output/locked", {
    message: holderText(update.holder, processes.now()),
    path: shownPath(folder, environment),
  });
  return { ...nothing, isOutdated: false, diagnostics };
}

/** Others write for a second or so; after eight, something is wrong. */
const lockTries = 80;
const lockPauseMilliseconds = 100;

function holderText(holder: Holder | undefined, now: number): string {
  if (!holder) return "other runs are at it again and again";
  const seconds = Math.max(0, Math.round((now - holder.since) / 1000));
  return `process ${holder.id} on ${holder.host} has been writing here for ${seconds} s`;
}

/** What was written, as it is shown; nothing where not all of it was. */
export function writtenFiles(
  { outcome, comparison, diagnostics }: Updated,
  options: CommandOptions,
  environment: Environment,
): readonly Pick<Change, "kind" | "path">[] | undefined {
  if (outcome !== "done" || diagnostics.hasErrors) return undefined;
  return comparison.changes.map(({ kind, path }) => ({ kind, path: shownOutput(path, options, environment) }));
}

/** Says what was written. */
export function logWritten(
  updated: Updated & Partial<Pick<UpdatedProject, "listed">>,
  options: CommandOptions,
  environment: Environment,
): void {
  const written = writtenFiles(updated, options, environment);
  const { outcome, comparison, isCompleted } = updated;
  if (isCompleted) environment.log("Completed what a run that was interrupted had left.");
  if (written && comparison.conflicts.length > 0)
    environment.log(
      `Written anew, as the chips say, where git could not merge: ${counted(comparison.conflicts.length, "file")}.`,
    );
  for (const { kind, path } of written ?? []) environment.out(`${kind.padEnd(6)} ${path}`);
  if (written?.length === 0) environment.log("Everything is up to date.");
  if (outcome === "nothing") environment.log("Nothing was written.");
  const { listed = [] } = updated;
  if (written && listed.length > 0) {
    const [come, them] = listed.length === 1 ? ["comes", "it"] : ["come", "them"];
    environment.log(
      `${listed.join(", ")} ${come} with fencegen. ${projectFileName} lists ${them} under \`shipped\` now, so that every command has ${them} as well.`,
    );
  }
}

function report(updated: UpdatedProject, options: CommandOptions, environment: Environment): ExitCode {
  const problems = updated.diagnostics.sorted();
  const changes = writtenFiles(updated, options, environment);
  if (options.json) printJson({ changes: changes ?? [], diagnostics: problems }, environment);
  else {
    logDiagnostics(problems, environment);
    logWritten(updated, options, environment);
    if (changes && updated.project.described.length === 0)
      environment.log(
        "There is no chip here, and so no fence: `fencegen generate <chip>` takes one that comes with fencegen (`fencegen list --shipped`), `fencegen new <chip>` describes another.",
      );
  }
  return changes ? 0 : 1;
}

/** Says what stands in the place of files and folders of the set. */
export function reportObstacles(
  obstacles: OutputComparison["obstacles"],
  options: CommandOptions,
  diagnostics: Diagnostics,
  environment: Environment,
): void {
  for (const obstacle of obstacles)
    diagnostics.report(obstacle.kind === "link" ? "output/link" : "output/not-a-file", {
      message: obstacleText(obstacle),
      path: shownOutput(obstacle.path, options, environment),
    });
}

/** Says for what in the output folder nothing may be written. */
function reportRefusals(
  comparison: OutputComparison,
  options: CommandOptions,
  diagnostics: Diagnostics,
  environment: Environment,
): void {
  const all = (code: Code, paths: readonly string[], message: string) => {
    for (const path of paths) diagnostics.report(code, { message, path: shownOutput(path, options, environment) });
  };
  reportObstacles(comparison.obstacles, options, diagnostics, environment);
  if (options.force) return;
  const { editedByHand, inTheWay } = comparison;
  all("output/edited-by-hand", editedByHand, "is not as fencegen wrote it");
  all("output/in-the-way", inTheWay, "was not written by fencegen");
}

/** The whole pipeline up to the comparison with what lies in the output folder, which can be made again and again. */
export function outputsOf(
  ids: readonly string[],
  options: CommandOptions,
  environment: Environment,
): {
  readonly project: ProjectChips;
  /** @param isOneEnough whether one change is as good as all; left out, it is not */
  readonly compare: (isOneEnough?: boolean) => OutputComparison;
  /** Which chips come with fencegen, and are not listed by the settings. */
  readonly toList: readonly string[];
} {
  const { projects: store } = environment.host;
  const { project, render, settings, shipped } = surveyFor({ ids }, options, environment);
  const { diagnostics } = project;
  const toList = shipped.filter((id) => !settings?.settings.shipped?.includes(id));
  const unsound = readVerdicts(
    {
      chipsFolder: resolve(environment.workingFolder, options.chips),
      shown: (path) => shownPath(path, environment),
    },
    diagnostics,
  );
  refuseUnsound(project, unsound ?? new Map());
  if (settings) validatePlaces(settings.settings, project.sharedFenceNames, settings.file, diagnostics);
  const nothing = { project, compare: () => nothingCompared, toList: [] };
  if (diagnostics.hasErrors) return nothing;
  const wanted = wantedOutputs(project, ids, render, store);
  reportSameFiles(wanted, options, diagnostics, environment);
  if (diagnostics.hasErrors) return nothing;
  // A table lists every chip of the project: a run for some of them, or with other folders, cannot write it.
  const isWhole = ids.length === 0 && !namesChipsFolder(options) && options.out === "out";
  const compare = (isOneEnough = false) => {
    const outputs = compareWith(wanted, diagnostics, options, environment, isOneEnough);
    if (isOneEnough && outputs.changes.length > 0) return outputs;
    const tables = isWhole ? tableChanges(project.chips, shipped, diagnostics, options, environment) : [];
    return { ...outputs, changes: [...outputs.changes, ...tables] };
  };
  return { project, compare, toList };
}

/** Says which files would be written twice. */
function reportSameFiles(
  { chips, shared }: WantedOutputs,
  options: CommandOptions,
  diagnostics: Diagnostics,
  environment: Environment,
): void {
  const own = chips.flatMap(({ id, files }) => files.map(({ path }) => ({ path, of: `the chip ${id}` })));
  const listed = chips.flatMap(({ id, files }) =>
    files.length > 0 ? [{ id, paths: files.map(({ path }) => path) }] : [],
  );
  const common = shared(listed).map(({ path }) => ({ path, of: "what chips share" }));
  // To the disks of Windows and macOS, small letters and capitals are the same.
  const owners = new Map<string, { readonly path: string; readonly of: string }>();
  for (const { path, of } of [...common, ...own]) {
    const key = path.toLowerCase();
    const other = owners.get(key);
    owners.set(key, { path, of });
    if (other === undefined) continue;
    const files = other.of === of ? `several files of ${of}` : `a file of ${other.of} and one of ${of}`;
    const message =
      other.path === path
        ? `${files} would be here`
        : `${files} would be here where a disk takes small letters for capitals: the other is \`${other.path}\``;
    diagnostics.report("output/same-file", { message, path: shownOutput(path, options, environment) });
  }
}

/** What would have to change for the output folder to hold this; what cannot be read there is reported. */
export function compareWith(
  wanted: WantedOutputs,
  diagnostics: Diagnostics,
  options: CommandOptions,
  environment: Environment,
  isOneEnough = false,
): OutputComparison {
  const folder = outFolder(options, environment);
  const outputs = span("compare", undefined, () =>
    compareOrReport(folder, wanted, diagnostics, environment, isOneEnough),
  );
  if (outputs.manifestProblem)
    diagnostics.report("output/broken-manifest", {
      message: outputs.manifestProblem,
      path: shownOutput(manifestName, options, environment),
    });
  return outputs;
}

function compareOrReport(
  folder: string,
  wanted: WantedOutputs,
  diagnostics: Diagnostics,
  environment: Environment,
  isOneEnough: boolean,
): OutputComparison {
  try {
    return compareOutputs(folder, wanted, environment.host.disk, isOneEnough);
  } catch (error) {
    if (codeOf(error) === "") throw error;
    diagnostics.report("io/cannot-read", {
      message: `cannot be read (${codeOf(error)})`,
      path: shownPath((error as NodeJS.ErrnoException).path ?? folder, environment),
    });
    return nothingCompared;
  }
}

export function shownOutput(path: string, options: CommandOptions, environment: Environment): string {
  return shownPath(resolve(outFolder(options, environment), path), environment);
}

/** Refuses what was verified and found unsound. */
function refuseUnsound({ chips, diagnostics, detailsOf }: ProjectChips, unsound: Verdicts): void {
  if (unsound.size === 0) return;
  for (const { id, fences } of chips)
    for (const { name, planKey } of fences) {
      const property = unsound.get(planKey);
      if (property === undefined) continue;
      const message = `${name} breaks the property \`${property}\``;
      reportAt(diagnostics, detailsOf(id).file, "plan/found-unsound", ["chip"], message);
    }
}
