// The shipped descriptions, read and held against their schemas once: a mutated one is validated among them in a millisecond.
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Diagnostics } from "../../generator/diagnostics/diagnostic.ts";
import { readDescriptions } from "../../generator/load/read-descriptions.ts";
import { parseSource, type SourceFile } from "../../generator/load/source-file.ts";
import { type Loaded, restsOn, validate } from "../../generator/pipeline.ts";
import { type DescriptionOf, idOf, Library } from "../../generator/validate/library.ts";
import { validateRules } from "../../generator/validate/validate-rules.ts";
import { type Description, validateSchema } from "../../generator/validate/validate-schema.ts";

export const root = resolve(import.meta.dirname, "../..");

export const shippedFiles: readonly SourceFile[] = readDescriptions(
  { shared: [], own: join(root, "chips"), shown: (path) => path.slice(root.length + 1) },
  new Diagnostics(),
);

const shipped: readonly Description[] = shippedFiles.flatMap((file) => validateSchema(file, new Diagnostics()) ?? []);
const isChip = (description: Description): description is DescriptionOf<"chip"> => description.kind === "chip";
const shared = shipped.filter((description) => !isChip(description));
const shippedLibrary = new Library(shipped, new Diagnostics());

/** What each chip rests on, itself with it; the smallest chip first. */
const resting = shipped
  .filter(isChip)
  .sort((a, b) => a.file.text.length - b.file.text.length)
  .map((chip) => restsOn(chip, shippedLibrary));

/** Of each shared description the smallest chip that rests on it, and what that rests on otherwise; by path. */
const dependents: ReadonlyMap<string, readonly Description[]> = new Map(
  shared.map(({ file: { path } }) => {
    const list = resting.find((all) => all.some(({ file }) => file.path === path)) ?? [];
    return [path, list.filter(({ file }) => file.path !== path)];
  }),
);

/** What stands beside a description of that path: all that is shared, and of the chips only one that rests on it. */
function surroundings(path: string): readonly Description[] {
  const chips = (dependents.get(path) ?? []).filter(isChip);
  return [...shared.filter(({ file }) => file.path !== path), ...chips];
}

/** Reads and validates a text as the description of that path. The rules look at it and at what rests on it. */
export function validated(path: string, text: string): { readonly file: SourceFile; readonly loaded: Loaded } {
  const diagnostics = new Diagnostics();
  const file = parseSource(path, text, diagnostics);
  const own = validateSchema(file, diagnostics);
  const others = surroundings(path);
  const library = new Library([...others, ...(own ? [own] : [])], diagnostics);
  const looked = [...(dependents.get(path) ?? []), ...(own ? [own] : [])];
  for (const description of looked) validateRules(description, library, diagnostics);
  const chips = looked.filter(isChip);
  return { file, loaded: { library, chips, paths: [...others, { file }].map((each) => each.file.path), diagnostics } };
}

/** The same by the pipeline itself: every rule looks at every description. */
export function validatedByPipeline(path: string, text: string): Loaded {
  const diagnostics = new Diagnostics();
  const others = surroundings(path).map(({ file }) => file);
  return validate([...others, parseSource(path, text, diagnostics)], diagnostics);
}

export function chipIdOf(chip: DescriptionOf<"chip">): string {
  return idOf(chip) ?? "";
}

/** The texts of a folder's files below it, by path with forward slashes. */
export function filesBelow(folder: string): Map<string, Buffer> {
  const names = (readdirSync(folder, { recursive: true, withFileTypes: true }) as import("node:fs").Dirent[])
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    names
      .sort()
      .map((path) => [path.slice(folder.length + 1).replaceAll("\\", "/"), readFileSync(path)] as [string, Buffer]),
  );
}
