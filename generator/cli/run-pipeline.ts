// The pipeline as commands run it: folders from the options, chips chosen by id.

import { join, relative, resolve } from "node:path";
import type { Project } from "#generated/descriptions.js";
import { Diagnostics } from "../diagnostics/diagnostic.ts";
import { didYouMean } from "../diagnostics/nearest.ts";
import type { Wanted } from "../load/read-descriptions.ts";
import { projectFileName, readProject } from "../load/read-project.ts";
import type { SourceFile } from "../load/source-file.ts";
import { type Folders, load } from "../load-folders.ts";
import { type Loaded, planDescription, restsOn } from "../pipeline.ts";
import type { ProjectChips } from "../project/project-chips.ts";
import { type SurveyRequest, surveyProject } from "../project/survey.ts";
import type { PlannedChip, RenderOptions } from "../render/render-outputs.ts";
import { type DescriptionOf, idOf } from "../validate/library.ts";
import { validateProject } from "../validate/validate-others.ts";
import type { CommandOptions, Environment } from "./environment.ts";

/** A mistake in how the command was called. */
export class UsageError extends Error {}

export function loadFor(options: Pick<CommandOptions, "chips">, environment: Environment, wanted?: Wanted): Loaded {
  return load({ wanted, ...foldersOf(options, environment) });
}

export function foldersOf({ chips }: Pick<CommandOptions, "chips">, environment: Environment): Folders {
  return {
    chipsFolder: resolve(environment.workingFolder, chips),
    shippedFolder: join(environment.packageFolder, "chips"),
    shown: (path) => shownPath(path, environment),
  };
}

/** The chips with these ids, or all, and the settings by which they are printed; those of fencegen where the project's are wrong. */
export function surveyFor(
  request: Pick<SurveyRequest, "ids" | "visit">,
  options: Pick<CommandOptions, "chips">,
  environment: Environment,
): { readonly project: ProjectChips; readonly settings: ProjectSettings | undefined; readonly render: RenderOptions } {
  const ofSettings = new Diagnostics();
  const settings = projectSettings(environment, ofSettings);
  const render = renderOptionsOf(settings?.settings);
  const folders = foldersOf(options, environment);
  const { projects: store, spareMemory } = environment.host;
  const project = surveyProject({ ...request, folders, render, store, spareMemory });
  project.diagnostics.take(ofSettings);
  const unknown = request.ids?.find((id) => !project.described.includes(id));
  if (unknown !== undefined) throw unknownChip(unknown, project.described, project.diagnostics);
  return { project, settings, render };
}

/** What is needed of these chips, whatever else lies beside them; everything where one of them is not there, to say what is. */
export function loadChips(
  ids: readonly string[],
  options: Pick<CommandOptions, "chips">,
  environment: Environment,
): { readonly loaded: Loaded; readonly selected: readonly DescriptionOf<"chip">[] } {
  const narrow = ids.length > 0 ? loadFor(options, environment, { ids, texts: [] }) : undefined;
  const isWhole = narrow && ids.every((id) => narrow.chips.some((chip) => idOf(chip) === id));
  const loaded = isWhole ? narrow : loadFor(options, environment);
  return { loaded, selected: selectChips(ids, loaded) };
}

/** Relative to where the command runs, unless that leads far away. */
export function shownPath(path: string, { workingFolder }: Environment): string {
  const shown = relative(workingFolder, path);
  return shown === "" || shown.startsWith("../../..") ? path : shown;
}

/** The chips with these ids, or all. Problems of files on which none of those named rests are no longer of interest. */
export function selectChips(ids: readonly string[], loaded: Loaded): readonly DescriptionOf<"chip">[] {
  const { chips, library, paths, diagnostics } = loaded;
  if (ids.length === 0) return chips;
  const selected = ids.map((id) => chipOf(id, chips, diagnostics));
  const used = new Set(selected.flatMap((chip) => restsOn(chip, library).map(({ file }) => file.path)));
  diagnostics.forget(new Set(paths.filter((path) => !used.has(path))));
  return selected;
}

function chipOf(id: string, chips: readonly DescriptionOf<"chip">[], diagnostics: Diagnostics): DescriptionOf<"chip"> {
  const found = chips.find((chip) => idOf(chip) === id);
  if (found) return found;
  const known = chips.flatMap((chip) => idOf(chip) ?? []);
  throw unknownChip(id, known, diagnostics);
}

function unknownChip(id: string, known: readonly string[], diagnostics: Diagnostics): UsageError {
  const meant = didYouMean(id, known);
  // Its own file may be among those that say nothing.
  const broken = [...diagnostics.pathsWithErrors()];
  return new UsageError(
    [
      `no chip is called \`${id}\`${meant}`,
      ...(meant === "" && known.length > 0 ? [`known are ${known.join(", ")}`] : []),
      ...(broken.length > 0 ? [`\`fencegen validate\` says what is wrong with ${broken[0]}`] : []),
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
  const file = readProject(join(environment.workingFolder, projectFileName), projectFileName, diagnostics);
  const settings = file && validateProject(file, diagnostics);
  return settings && { file, settings };
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
