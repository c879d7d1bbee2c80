// The stages in order: validate, resolve, plan, render. Read this first; each stage is a folder and a plain function
// from value to value. Nothing from here on needs Node: `load-folders.ts` reads the files before, `write/` and `cli/` come
// after.

import type { Architecture as ArchitectureYaml, Chip, Core as CoreYaml } from "#generated/descriptions.js";
import { codes } from "./diagnostics/codes.ts";
import { compareCodePoints, type Diagnostics } from "./diagnostics/diagnostic.ts";
import { reportAt, type SourceFile } from "./load/source-file.ts";
import type { Architecture, ResolvedChip } from "./model/chip.ts";
import { once, onceWithin } from "./model/once.ts";
import { planChip } from "./plan/plan-chip.ts";
import { differentFence } from "./plan/shared-fence.ts";
import type { OutputFile } from "./render/printer.ts";
import {
  chipPaths,
  type PlannedChip,
  type RenderOptions,
  renderChip,
  renderCommon,
  type SharedDescriptions,
} from "./render/render-outputs.ts";
import { resolveArchitecture } from "./resolve/resolve-architecture.ts";
import { coreAlone, resolveChip } from "./resolve/resolve-chip.ts";
import { type DescriptionOf, idOf, Library } from "./validate/library.ts";
import { foreignInstructions } from "./validate/shipped-instructions.ts";
import { validateRules } from "./validate/validate-rules.ts";
import { type Description, isComplete, validateSchema } from "./validate/validate-schema.ts";
import { whereStated } from "./validate/where-stated.ts";

/** Everything read and validated. */
export interface Loaded {
  readonly library: Library;
  readonly chips: readonly DescriptionOf<"chip">[];
  /** Of every file read, also of those that are no description. */
  readonly paths: readonly string[];
  readonly diagnostics: Diagnostics;
}

/** validate, for files that have been read. */
export function validate(files: readonly SourceFile[], diagnostics: Diagnostics): Loaded {
  const descriptions = files.flatMap((file) => validateSchema(file, diagnostics) ?? []);
  const paths = files.map(({ path }) => path);
  return validateTogether(descriptions, paths, diagnostics);
}

/** The second half of it, for descriptions that have been held against their schemas. @param paths of every file read */
export function validateTogether(
  descriptions: readonly Description[],
  paths: readonly string[],
  diagnostics: Diagnostics,
): Loaded {
  const library = new Library(descriptions, diagnostics);
  for (const description of descriptions) validateRules(description, library, diagnostics);
  const chips = descriptions
    .filter((description): description is DescriptionOf<"chip"> => description.kind === "chip")
    .sort((a, b) => compareCodePoints(idOf(a) ?? "", idOf(b) ?? ""));
  return { library, chips, paths, diagnostics };
}

/** resolve, for valid descriptions; undefined where something that the chip needs has errors. */
export function resolveDescription(description: DescriptionOf<"chip">, loaded: Loaded): ResolvedChip | undefined {
  if (!isComplete(description) || hasErrors(description, loaded)) return undefined;
  return resolveChip(description.value as Chip, loaded.library);
}

/**
 * resolve → plan, for valid descriptions. Refusals are reported at the fact that they are about.
 * @returns undefined where something that the chip needs has errors, or a fence is refused
 */
export function planDescription(description: DescriptionOf<"chip">, loaded: Loaded): PlannedChip | undefined {
  const chip = resolveDescription(description, loaded);
  if (!chip) return undefined;
  const { fences, refused, problems } = planChip(chip);
  const different = differentFenceOf(loaded);
  if (different && chip.cores.some(({ architecture }) => different.some(({ id }) => id === architecture.id))) {
    const [one, other] = different;
    const message = `${one.title} and ${other.title} share the fence \`${one.sharedFence!.name}\`, which is other instructions on each`;
    reportAt(loaded.diagnostics, description.file, "plan/shared-fence-differs", ["cores"], message);
    return undefined;
  }
  for (const { code, message, pointer } of problems)
    reportAt(loaded.diagnostics, description.file, code, whereStated(description.value, pointer), message);
  if (problems.some(({ code }) => codes[code].severity === "error")) return undefined;
  const foreign = restsOn(description, loaded.library).flatMap(foreignIn);
  return {
    chip: foreign.length === 0 ? chip : withoutSharing(chip),
    fences,
    refused,
    file: description.file.origin,
    foreign: [...new Set(foreign)],
  };
}

/** Instructions that no description has which comes with fencegen. Looked for once in what many chips rest on. */
const foreignIn = once(({ value }: Description) => foreignInstructions(value));

/** A fence for whose instructions only the chip's authors vouch is in a file that says so. */
function withoutSharing(chip: ResolvedChip): ResolvedChip {
  return { ...chip, cores: chip.cores.map(({ alone: _, ...core }) => core) };
}

const differences = new WeakMap<Loaded, ReturnType<typeof differentFence>[]>();

/** Looked for once, and not among architectures as they come with fencegen, of which its own tests know that they agree. */
function differentFenceOf(loaded: Loaded): ReturnType<typeof differentFence> {
  const described = loaded.library.all.filter(({ kind }) => kind === "architecture");
  const isShipped = described.every(({ file }) => file.isShipped);
  const [found] = differences.get(loaded) ?? [isShipped ? undefined : differentFence(architectures(loaded))];
  differences.set(loaded, [found]);
  return found;
}

/** Every architecture that is described without errors. */
export function architectures({ library }: Loaded): Architecture[] {
  return library.ids("architecture").flatMap((id) => {
    const description = library.get("architecture", id);
    return description && isComplete(description)
      ? [resolveArchitecture(description.value as ArchitectureYaml, library)]
      : [];
  });
}

/** Whether the chip's file, or one that it refers to, has an error. */
function hasErrors(description: DescriptionOf<"chip">, { library, diagnostics }: Loaded): boolean {
  const broken = diagnostics.pathsWithErrors();
  if (broken.size === 0) return false;
  return restsOn(description, library).some((each) => !isComplete(each) || broken.has(each.file.path));
}

/** A chip's description and every one that it refers to, directly or not. */
export function restsOn(description: Description, library: Library): Description[] {
  const visited = new Set<Description>();
  const visit = (current: Description): void => {
    if (visited.has(current)) return;
    visited.add(current);
    for (const reference of references(current, library)) visit(reference);
  };
  visit(description);
  return [...visited];
}

/** Looked up once: several stages ask it of every chip, and of all that the chip rests on. */
const references = onceWithin((description: Description, library: Library): readonly Description[] => {
  // Ids are looked up by name: a superset of what is referred to only makes the answer more careful.
  const texts = textsIn(description);
  const described = (["architecture", "core", "mechanism"] as const).flatMap((kind) =>
    library.ids(kind).flatMap((id) => (texts.has(id) ? [library.get(kind, id)!] : [])),
  );
  return [...described, ...library.all.filter(({ kind }) => kind === "sources")];
});

/** Every text and every key in a description, which may be in several libraries. */
const textsIn = once(({ value: described }: Description): ReadonlySet<string> => {
  const texts = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value === "string") texts.add(value);
    else if (typeof value === "object" && value !== null) {
      if (!Array.isArray(value)) for (const key in value) texts.add(key);
      for (const part of Object.values(value)) visit(part);
    }
  };
  visit(described);
  return texts;
});

/** Architectures and cores in what a chip rests on, by the kind and the id: what chips may share with each other. */
export function usesOf(chip: DescriptionOf<"chip">, library: Library): string[] {
  return restsOn(chip, library).flatMap((each) =>
    each.kind === "architecture" || each.kind === "core" ? [useOf(each.kind, idOf(each))] : [],
  );
}

function useOf(kind: "architecture" | "core", id: string | undefined): string {
  return `${kind} ${id}`;
}

/** The cores whose fences chips share, each as a chip with nothing else. */
function sharedCores({ library, diagnostics }: Loaded, uses: ReadonlySet<string>): ResolvedChip[] {
  const broken = diagnostics.pathsWithErrors();
  return library.ids("core").flatMap((id) => {
    const description = library.get("core", id)!;
    if (!uses.has(useOf("core", id)) || !isComplete(description) || !(description.value as CoreYaml).sharedFence)
      return [];
    const parts = restsOn(description, library);
    if (parts.some((part) => !isComplete(part) || broken.has(part.file.path))) return [];
    if (parts.some((part) => foreignIn(part).length > 0)) return [];
    return [coreAlone(description.value as CoreYaml, library)];
  });
}

/**
 * What has fences that chips share, as far as it is described without errors.
 * @param uses what the chips use; left out, what those do that are loaded
 */
export function sharedDescriptions(
  loaded: Loaded,
  uses: ReadonlySet<string> = new Set(loaded.chips.flatMap((chip) => usesOf(chip, loaded.library))),
): SharedDescriptions {
  return {
    architectures: architectures(loaded).filter(({ id }) => uses.has(useOf("architecture", id))),
    cores: sharedCores(loaded, uses),
  };
}

/** Names of the fences that chips may share, whether or not one does. */
export function sharedFenceNames(loaded: Loaded): string[] {
  const ofArchitectures = architectures(loaded).flatMap(({ sharedFence }) => sharedFence?.name ?? []);
  const ofCores = loaded.library.all.flatMap((each) =>
    each.kind === "core" && each.value.sharedFence === true ? (idOf(each) ?? []) : [],
  );
  return [...new Set([...ofArchitectures, ...ofCores])];
}

/** render, for planned chips. */
export function renderOutputs(planned: readonly PlannedChip[], options: RenderOptions): OutputFile[] {
  const emitted = planned.filter(({ fences }) => fences.length > 0);
  const listed = emitted.map(({ chip, fences }) => ({ id: chip.id, paths: chipPaths({ chip, fences }, options) }));
  const architectures = emitted.flatMap(({ chip }) => chip.cores.map(({ architecture }) => architecture));
  const byId = new Map(
    architectures.map((architecture) => [architecture.id, architecture.sharedFence?.of ?? architecture]),
  );
  const alone = new Map(
    emitted.flatMap(({ chip }) => chip.cores.flatMap((core) => (core.alone ? [[core.id, core.alone]] : []))),
  );
  const described = { architectures: [...byId.values()], cores: [...alone.values()] };
  return [...emitted.flatMap((chip) => renderChip(chip, options)), ...renderCommon(listed, options, described)];
}
