// The pipeline as commands run it: folders from the options, chips chosen by id.

import { dirname, join, resolve } from "node:path";
import type { Project } from "#generated/descriptions.js";
import { compareCodePoints, Diagnostics } from "../diagnostics/diagnostic.ts";
import { didYouMean } from "../diagnostics/nearest.ts";
import { shownFrom } from "../disk/paths.ts";
import { chipIdOf, shippedChip, shippedChipIds, shippedChipsAmong, type Wanted } from "../load/read-descriptions.ts";
import { hasSettings, readProject } from "../load/read-project.ts";
import { reportAt, type SourceFile } from "../load/source-file.ts";
import { type Folders, load } from "../load-folders.ts";
import { projectFileName } from "../notation/names.ts";
import { type Loaded, planDescription, restsOn } from "../pipeline.ts";
import type { ProjectChips } from "../project/project-chips.ts";
import { snapshotOf } from "../project/snapshot.ts";
import { type SurveyRequest, surveyProject } from "../project/survey.ts";
import type { PlannedChip, RenderOptions } from "../render/render-outputs.ts";
import { type DescriptionOf, idOf } from "../validate/library.ts";
import { validateProject } from "../validate/validate-others.ts";
import { realDisk } from "../write/disk.ts";
import type { CommandOptions, Environment } from "./environment.ts";

/** A mistake in how the command was called. */
export class UsageError extends Error {}

/**
 * @param wanted left out, everything is read
 * @param ids of chips that may be any that come with fencegen, beside those of the project
 */
export function loadFor(
  options: Pick<CommandOptions, "chips">,
  environment: Environment,
  wanted?: Wanted,
  ids = wanted?.ids,
): Loaded {
  const settings = projectSettings(environment, new Diagnostics())?.settings;
  return load({ wanted, ...foldersOf(options, environment, settings, ids) });
}

/**
 * @param settings which say what else is generated than what lies in the folder of chips
 * @param ids of chips that are asked for: what comes with fencegen can be looked at by its name in every project
 */
export function foldersOf(
  options: Pick<CommandOptions, "chips">,
  environment: Environment,
  settings?: Project,
  ids: readonly string[] = [],
): Folders {
  return {
    chipsFolder: chipsFolderOf(options, environment),
    needsChipsFolder: needsChipsFolder(options, environment.workingFolder),
    shippedFolder: shippedFolderOf(environment),
    shippedChips: [...new Set([...(settings?.shipped ?? []), ...ids])],
    shown: (path) => shownPath(path, environment),
  };
}

function chipsFolderOf({ chips }: Pick<CommandOptions, "chips">, { workingFolder }: Environment): string {
  return resolve(workingFolder, chips);
}

/**
 * Whether the folder of descriptions must be there. One that is named must: a slip in the name would pass for a project whose chips are
 * gone. The usual one need not in a project that is set up, which may have only chips that come with fencegen, or none yet.
 * @returns undefined where that depends on whether there are such chips
 */
export function needsChipsFolder(options: Pick<CommandOptions, "chips">, project: string): boolean | undefined {
  if (namesChipsFolder(options)) return true;
  return hasSettings(project) ? false : undefined;
}

/** Whether descriptions are looked for elsewhere than they usually lie. */
export function namesChipsFolder({ chips }: Pick<CommandOptions, "chips">): boolean {
  return chips !== "chips";
}

/** Whether the folder of descriptions could not be read, so that nobody knows which chips there are. */
function isFolderUnread(
  diagnostics: Diagnostics,
  options: Pick<CommandOptions, "chips">,
  environment: Environment,
): boolean {
  // Where there is no project at all, whatever is asked for can only be meant to come with fencegen.
  if (needsChipsFolder(options, environment.workingFolder) === undefined) return false;
  return diagnostics.pathsWithErrors().has(shownPath(chipsFolderOf(options, environment), environment));
}

/** The folder of the package as a project that has installed it names it: its own, or that of one above, whose packages it shares. */
export function installedFolder({ workingFolder, host }: Environment): string {
  const disk = host.disk ?? realDisk;
  for (let folder = workingFolder; ; folder = dirname(folder)) {
    const installed = join(folder, "node_modules/fencegen");
    if (disk.kindOf(join(installed, "package.json")) !== undefined) return installed;
    if (dirname(folder) === folder) return join(workingFolder, "node_modules/fencegen");
  }
}

/** The folder with the chips that come with fencegen. */
export function shippedFolderOf({ packageFolder }: Pick<Environment, "packageFolder">): string {
  return join(packageFolder, "chips");
}

/** What the outputs follow from, as it is now: a digest of the settings and of each description, by how its path is shown. */
export function inputsOf(
  ids: readonly string[],
  options: Pick<CommandOptions, "chips">,
  environment: Environment,
): ReadonlyMap<string, string> {
  const settings = projectSettings(environment, new Diagnostics())?.settings;
  const projectFile = join(environment.workingFolder, projectFileName);
  return snapshotOf(foldersOf(options, environment, settings, ids), new Map([[projectFileName, projectFile]]));
}

export interface Surveyed {
  readonly project: ProjectChips;
  readonly settings: ProjectSettings | undefined;
  readonly render: RenderOptions;
  /** Ids of those chips that come with fencegen. */
  readonly shipped: readonly string[];
}

/** The chips with these ids, or all, and the settings by which they are printed; those of fencegen where the project's are wrong. */
export function surveyFor(
  request: Pick<SurveyRequest, "ids" | "visit">,
  options: Pick<CommandOptions, "chips">,
  environment: Environment,
): Surveyed {
  const ofSettings = new Diagnostics();
  const settings = projectSettings(environment, ofSettings);
  const render = renderOptionsOf(settings?.settings);
  const folders = foldersOf(options, environment, settings?.settings, request.ids);
  const { projects: store, spareMemory } = environment.host;
  const project = surveyProject({ ...request, folders, render, store, spareMemory });
  project.diagnostics.take(ofSettings);
  const unknown = request.ids?.find((id) => !project.described.includes(id));
  if (unknown !== undefined && !isFolderUnread(project.diagnostics, options, environment))
    throw unknownChip(unknown, project.described, project.diagnostics, environment);
  const { shippedChips = [], shippedFolder, chipsFolder } = folders;
  const shipped = shippedChipsAmong(shippedChips, shippedFolder, chipsFolder).map(({ id }) => id);
  return { project, settings, render, shipped };
}

/** What is needed of these chips, whatever else lies beside them; everything where one of them is not there, to say what is. */
export function loadChips(
  ids: readonly string[],
  options: Pick<CommandOptions, "chips">,
  environment: Environment,
): { readonly loaded: Loaded; readonly selected: readonly DescriptionOf<"chip">[] } {
  const narrow = ids.length > 0 ? loadFor(options, environment, { ids, texts: [] }) : undefined;
  const isWhole = narrow && ids.every((id) => narrow.chips.some((chip) => idOf(chip) === id));
  const loaded = isWhole ? narrow : loadFor(options, environment, undefined, ids);
  if (isFolderUnread(loaded.diagnostics, options, environment)) return { loaded, selected: [] };
  return { loaded, selected: selectChips(ids, loaded, environment) };
}

/** Relative to where the command runs, unless that leads far away. */
export function shownPath(path: string, { workingFolder }: Pick<Environment, "workingFolder">): string {
  return shownFrom(workingFolder, path);
}

/**
 * The chips with these ids, or all; none for a file that has the name of one, and of which its problems say why it describes none.
 * Problems of files on which none of those named rest are no longer of interest.
 */
export function selectChips(
  ids: readonly string[],
  loaded: Loaded,
  environment: Environment,
): readonly DescriptionOf<"chip">[] {
  const { chips, library, paths, diagnostics } = loaded;
  if (ids.length === 0) return chips;
  const broken = [...diagnostics.pathsWithErrors()];
  const used = new Set<string>();
  const selected = ids.flatMap((id) => {
    const found = chips.find((chip) => idOf(chip) === id);
    const files = found
      ? restsOn(found, library).map(({ file }) => file.path)
      : broken.filter((path) => chipIdOf(path) === id);
    for (const path of files) used.add(path);
    if (files.length > 0) return found ?? [];
    const known = chips.flatMap((chip) => idOf(chip) ?? []);
    throw unknownChip(id, known, diagnostics, environment);
  });
  diagnostics.forget(new Set(paths.filter((path) => !used.has(path))));
  return selected;
}

/** Ids by which a chip can be looked at: of those that the project describes, and of those that come with fencegen. */
export function chipsToName(described: readonly string[], environment: Environment): string[] {
  return [...new Set([...described, ...shippedChipIds(shippedFolderOf(environment))])].sort(compareCodePoints);
}

export function unknownChip(
  id: string,
  described: readonly string[],
  diagnostics: Diagnostics,
  environment: Environment,
): UsageError {
  const known = chipsToName(described, environment);
  const meant = didYouMean(id, known);
  // Its own file may be among those that say nothing.
  const broken = [...diagnostics.pathsWithErrors()];
  return new UsageError(
    [
      `no chip is called \`${id}\`${meant}`,
      ...(meant === "" && known.length > 0 ? [`known are ${known.join(", ")}`] : []),
      ...(broken.length > 0 ? [`\`fencegen validate\` says what is wrong with ${broken[0]}`] : []),
      "`fencegen new` describes another",
    ].join("; "),
  );
}

export function planAll(chips: readonly DescriptionOf<"chip">[], loaded: Loaded): PlannedChip[] {
  return chips.flatMap((chip) => planDescription(chip, loaded) ?? []);
}

const tockLicence = [
  "Licensed under the Apache License, Version 2.0 or the MIT License.",
  "SPDX-License-Identifier: Apache-2.0 OR MIT",
  "Copyright Tock Contributors 2026.",
];

/** The choices of the project in whose folder the command runs. */
export interface ProjectSettings {
  readonly file: SourceFile;
  readonly settings: Project;
}

export function projectSettings(environment: Environment, diagnostics: Diagnostics): ProjectSettings | undefined {
  return settingsIn(environment.workingFolder, shippedFolderOf(environment), diagnostics);
}

/** Those in a folder. */
export function settingsIn(
  folder: string,
  shippedFolder: string,
  diagnostics: Diagnostics,
): ProjectSettings | undefined {
  const file = readProject(join(folder, projectFileName), projectFileName, diagnostics);
  const settings = file && validateProject(file, diagnostics);
  if (!settings) return undefined;
  for (const [at, id] of (settings.shipped ?? []).entries()) {
    if (shippedChip(shippedFolder, id) !== undefined) continue;
    const message = `no chip called \`${id}\` comes with fencegen${didYouMean(id, shippedChipIds(shippedFolder))}`;
    reportAt(diagnostics, file, "rule/unknown-shipped-chip", ["shipped", at], message);
  }
  return { file, settings };
}

export function renderOptions(environment: Environment, diagnostics: Diagnostics): RenderOptions {
  return renderOptionsOf(projectSettings(environment, diagnostics)?.settings);
}

export function renderOptionsOf(project: Project | undefined): RenderOptions {
  return {
    traitPath: project?.traitPath,
    licence: project?.licence ?? tockLicence,
    optimize: project?.optimize,
    rust: project?.rust,
  };
}
