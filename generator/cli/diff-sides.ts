// The two sides of `fencegen diff`: where their files lie, and how they are shown and remembered.
import { join, relative, resolve } from "node:path";
import type { ChangedFile } from "../compare/comparison.ts";
import { asOfChip, type Sibling, siblingPath } from "../compare/sibling-text.ts";
import { type ChangedText, firstDifferentLine } from "../compare/text-diff.ts";
import { Diagnostics } from "../diagnostics/diagnostic.ts";
import { hash } from "../disk/hash.ts";
import { look } from "../disk/looks.ts";
import { isWithin, slashed } from "../disk/paths.ts";
import { GitError, openRevision, type Revision } from "../git/revision.ts";
import { descriptionPaths, sharedFolders, textOf } from "../load/read-descriptions.ts";
import { hasSettings } from "../load/read-project.ts";
import type { Folders } from "../load-folders.ts";
import { projectFileName } from "../notation/names.ts";
import type { EntryStore } from "../project/entries.ts";
import type { ProjectChips } from "../project/project-chips.ts";
import { surveyKey, surveyProject } from "../project/survey.ts";
import type { RenderOptions } from "../render/render-outputs.ts";
import { Below } from "../write/below.ts";
import { realDisk } from "../write/disk.ts";
import { emptyManifest, type Manifest, manifestName, parseManifest } from "../write/manifest.ts";
import type { CommandOptions, Environment } from "./environment.ts";
import { needsChipsFolder, renderOptionsOf, settingsIn, shownPath, UsageError } from "./run-pipeline.ts";

/** A project as it lies somewhere. */
export interface ProjectFolder {
  readonly name: string;
  /** Where `.fencegen.yaml` lies, and what paths are shown below. */
  readonly folder: string;
  readonly chipsFolder: string;
  readonly outFolder: string;
  /** What fencegen ships, or what this project, a clone of it, would. */
  readonly shippedFolder: string;
  /** Under which name what was found out is kept, where the folder's own is another one each time. */
  readonly keptAs?: string;
}

export interface SurveyedSide {
  readonly side: ProjectFolder;
  readonly folders: Folders;
  readonly project: ProjectChips;
  readonly render: RenderOptions;
  /** Where the project's site is published, if it says so. */
  readonly siteUrl: string | undefined;
}

export interface Sides {
  readonly base: ProjectFolder;
  readonly head: ProjectFolder;
  /** Brings outputs of the base that are to be compared. */
  fetchOutputs(paths: readonly string[]): void;
  close(): void;
}

/**
 * @throws {UsageError} where there is nothing to compare with
 * @throws {GitError} where git has no answer
 */
export function openSides(names: readonly string[], options: CommandOptions, environment: Environment): Sides {
  const { workingFolder } = environment;
  const [first, second] = names;
  const at = (folder: string) => projectAt(folder, resolve(workingFolder, folder), options, environment);
  if (first !== undefined && (second !== undefined || isFolder(resolve(workingFolder, first)))) {
    const base = at(first);
    const head = second === undefined ? headOf(options, environment) : at(second);
    return { base, head, fetchOutputs() {}, close() {} };
  }
  return fromGit(openRevision(workingFolder, first), options, environment);
}

function headOf(options: CommandOptions, environment: Environment): ProjectFolder {
  return projectAt("what lies here", environment.workingFolder, options, environment);
}

function projectAt(
  name: string,
  folder: string,
  options: CommandOptions,
  { packageFolder }: Environment,
): ProjectFolder {
  if (!isFolder(folder)) throw new UsageError(`diff: there is no folder \`${name}\``);
  const chipsFolder = resolve(folder, options.chips);
  const shipped = join(packageFolder, "chips");
  if (!isFolder(chipsFolder) && needsChipsFolder(options, folder) !== false)
    throw new UsageError(`diff: ${name} has no folder \`${options.chips}\` with descriptions`);
  const isClone = chipsFolder === shipped || isWholeSet(chipsFolder, shipped);
  return {
    name,
    folder,
    chipsFolder,
    outFolder: resolve(folder, options.out),
    shippedFolder: isClone ? chipsFolder : shipped,
  };
}

/** Whether a folder has every architecture that comes with fencegen, as that of a clone: then none is added to it. */
function isWholeSet(chipsFolder: string, shipped: string): boolean {
  const own = namesIn(join(chipsFolder, "architectures"));
  return own.length > 0 && namesIn(join(shipped, "architectures")).every((name) => own.includes(name));
}

function fromGit(revision: Revision, options: CommandOptions, environment: Environment): Sides {
  try {
    const head = headOf(options, environment);
    const { topFolder, folder, commit, name } = revision;
    const real = realDisk.realPath(environment.workingFolder);
    if (!isWithin(topFolder, real))
      throw new UsageError(`diff: ${environment.workingFolder} does not lie in ${topFolder}`);
    const within = relative(topFolder, real);
    const inTree = (path: string) => {
      const way = relative(environment.workingFolder, path);
      if (!isWithin(topFolder, resolve(real, way)))
        throw new UsageError(`diff: ${path} lies outside of the repository ${topFolder}; name two folders instead`);
      return slashed(join(within, way));
    };
    const [chips, out] = [inTree(head.chipsFolder), inTree(head.outFolder)];
    const settings = slashed(join(within, projectFileName));
    refuseDetours(revision, chips, settings);
    // Only descriptions: what else lies beside them is none of ours.
    const described = revision.pathsIn([chips]).filter(isYaml);
    const manifest = slashed(join(out, manifestName));
    revision.checkOut([...described, ...revision.pathsIn([settings, manifest])]);
    const base: ProjectFolder = {
      name,
      folder: join(folder, within),
      chipsFolder: join(folder, chips),
      outFolder: join(folder, out),
      shippedFolder: head.shippedFolder === head.chipsFolder ? join(folder, chips) : head.shippedFolder,
      keptAs: commit,
    };
    const known = new Set(revision.pathsIn([out]));
    return {
      base,
      head,
      fetchOutputs: (paths) =>
        revision.checkOut(paths.map((path) => slashed(join(out, path))).filter((path) => known.has(path))),
      close: revision.close,
    };
  } catch (error) {
    revision.close();
    throw error;
  }
}

function isYaml(path: string): boolean {
  return /\.ya?ml$/.test(path);
}

/**
 * What is described behind a link or in a submodule would be missing from the base, and then pass for new.
 * @throws {GitError} where there is such a thing
 */
function refuseDetours({ name, detoursAt }: Revision, chips: string, settings: string): void {
  const isAbove = (path: string) => [chips, settings].some((place) => `${place}/`.startsWith(`${path}/`));
  const isDescription = (path: string) => {
    const [name, inside, ...more] = slashed(relative(chips, path)).split("/");
    const isShared = sharedFolders.includes(name!);
    return more.length === 0 && (inside === undefined ? isShared || isYaml(name!) : isShared && isYaml(inside));
  };
  const detour = detoursAt([chips, settings]).find(({ path }) => isAbove(path) || isDescription(path));
  if (!detour) return;
  throw new GitError(
    `in ${name}, \`${detour.path}\` is a ${detour.kind}, and what it leads to is not in that commit; name two folders to compare instead: fencegen diff OLD NEW`,
  );
}

/**
 * @param like a side that was surveyed before: what is known of its descriptions is known of those of the other that are the same
 */
export function surveySide(side: ProjectFolder, environment: Environment, like?: SurveyedSide): SurveyedSide {
  const { folder, chipsFolder, shippedFolder } = side;
  const ofSettings = new Diagnostics();
  const settings = settingsIn(folder, shippedFolder, ofSettings)?.settings;
  const render = renderOptionsOf(settings);
  const folders: Folders = {
    chipsFolder,
    shippedFolder,
    shippedChips: settings?.shipped,
    // Which side must have one was said when they were opened.
    needsChipsFolder: hasSettings(folder) ? false : undefined,
    shown: (path) => shownIn(side, path, environment),
  };
  const { projects, spareMemory } = environment.host;
  const store = storeFor(side, folders, render, projects, like);
  const project = surveyProject({ folders, render, store, spareMemory });
  project.diagnostics.take(ofSettings);
  return { side, folders, project, render, siteUrl: settings?.siteUrl };
}

/** Files of both sides are called alike, so that what is known of one counts for the other where it holds the same. */
function shownIn({ folder }: ProjectFolder, path: string, environment: Environment): string {
  return isWithin(folder, path) && path !== folder ? slashed(relative(folder, path)) : shownPath(path, environment);
}

/** What is kept of a revision is called by its commit: the folder in which it lies is another one each time. */
function storeFor(
  { keptAs }: ProjectFolder,
  folders: Folders,
  render: RenderOptions,
  store: EntryStore | undefined,
  like: SurveyedSide | undefined,
): EntryStore | undefined {
  if (!store || keptAs === undefined) return store;
  const key = hash(
    JSON.stringify([keptAs, folders.shown(folders.chipsFolder), folders.shown(folders.shippedFolder), render]),
  );
  return {
    get: () => store.get(key) ?? (like && store.get(surveyKey(like.folders, render))),
    keep: (_, entries) => store.keep(key, entries),
  };
}

/** Descriptions that differ, and where they begin to. */
export function changedDescriptions({ base, head }: Sides, environment: Environment): ChangedFile[] {
  const [before, after] = [textsOf(base, environment), textsOf(head, environment)];
  return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((path): ChangedFile[] => {
    const [old, now] = [before.get(path), after.get(path)];
    if (old === now) return [];
    if (old === undefined || now === undefined)
      return [{ path, state: old === undefined ? "added" : "removed", line: 1 }];
    return [{ path, state: "changed", line: firstDifferentLine(old, now) }];
  });
}

function textsOf(side: ProjectFolder, environment: Environment): ReadonlyMap<string, string> {
  const shared = side.shippedFolder === side.chipsFolder ? [side.shippedFolder] : [];
  const paths = descriptionPaths({ shared, own: side.chipsFolder, shown: (path) => path }, new Diagnostics());
  return new Map(
    paths.map((path) => {
      const text = textOf(path);
      return [shownIn(side, path, environment), typeof text === "string" ? text : ""];
    }),
  );
}

/**
 * Outputs as they lie there, of which the lists say that they differ.
 * @param siblings of chips that are new: what is theirs is held beside what the sibling has
 */
export function changedOutputs(sides: Sides, siblings: readonly Sibling[]): ChangedText[] {
  const [base, head] = [sides.base, sides.head].map(({ outFolder }) => new Below(outFolder, realDisk)) as [
    Below,
    Below,
  ];
  const [was, is] = [base, head].map((below) => digestsIn(manifestIn(below))) as [Digests, Digests];
  const paths = [...new Set([...was.keys(), ...is.keys()])].sort().filter((path) => was.get(path) !== is.get(path));
  sides.fetchOutputs(paths);
  return paths.flatMap((path) => {
    const [before, after] = [textIn(base, path), textIn(head, path)];
    if (before === undefined && after !== undefined)
      for (const sibling of siblings) {
        const beside = siblingPath(path, sibling);
        const text = beside === undefined ? undefined : textIn(head, beside);
        if (beside !== undefined && text !== undefined)
          return [{ path, before: asOfChip(text, sibling), after, beside }];
      }
    return before === after ? [] : [{ path, before, after }];
  });
}

type Digests = ReadonlyMap<string, string>;

function manifestIn(below: Below): Manifest {
  const text = textIn(below, manifestName);
  return (text === undefined ? undefined : parseManifest(text)) ?? emptyManifest;
}

/** By path, what the list says of a file; of one with lines of all chips, what it says of each. */
function digestsIn({ chips, shared, older }: Manifest): Digests {
  const digests = new Map<string, string>([...older, ...shared]);
  for (const entry of chips.values())
    for (const [path, digest] of Object.entries(entry)) digests.set(path, `${digests.get(path) ?? ""} ${digest}`);
  return digests;
}

function textIn(below: Below, path: string): string | undefined {
  const found = below.find(path);
  return found.kind === "file" ? found.bytes.toString("utf8") : undefined;
}

function isFolder(path: string): boolean {
  try {
    return look("target", path)?.kind === "folder";
  } catch {
    return false;
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return look("names", folder);
  } catch {
    return [];
  }
}
