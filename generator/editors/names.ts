// What editors are to offer: the names that descriptions give to things, each with what it is. Of broken descriptions, what is left.
import { codes } from "../diagnostics/codes.ts";
import { compareCodePoints, Diagnostics } from "../diagnostics/diagnostic.ts";
import { barrierRows } from "../validate/barrier-rows.ts";
import { idOf, type Library } from "../validate/library.ts";
import {
  definedCores,
  definedLevels,
  definedMechanisms,
  entries,
  masterCaches,
  masterSites,
  memorySites,
  nameOfCore,
  type RuleContext,
  ruleContext,
  sites,
} from "../validate/rules/rule.ts";
import type { Description } from "../validate/validate-schema.ts";

/** The kinds of names that `names` in a schema may ask for. */
export const nameKinds = [
  "architecture",
  "barrier",
  "core",
  "coreEntry",
  "erratum",
  "level",
  "litmusArch",
  "master",
  "mechanism",
  "memory",
  "operation",
  "refusal",
  "register",
  "rustTarget",
  "source",
  "viewer",
] as const;
export type NameKind = (typeof nameKinds)[number];

export function isNameKind(text: unknown): text is NameKind {
  return (nameKinds as readonly unknown[]).includes(text);
}

/** By name, what it is, in words; names by code point. */
export type Names = Readonly<Record<NameKind, ReadonlyMap<string, string>>>;

/** How many places a name is said to be from. */
const mostPlaces = 3;

/** @param isOwn whether a description is the project's own: of others, what only they themselves refer to is left out */
export function namesIn(library: Library, isOwn: (description: Description) => boolean): Names {
  const found = new Map<NameKind, Map<string, string[]>>(nameKinds.map((kind) => [kind, new Map()]));
  const add = (kind: NameKind, name: string | undefined, what: string | undefined) => {
    if (name === undefined) return;
    const names = found.get(kind)!;
    const known = names.get(name) ?? [];
    names.set(name, what === undefined || known.includes(what) ? known : [...known, what]);
  };
  // Words of the language that stand where names do.
  add("viewer", "cores", "All cores that are not named.");
  add("viewer", "masters", "All masters that are not named.");
  add("source", "unverified", "A fact that nobody has read in a source yet.");
  add("source", "TODO", "Somebody has yet to look; reported until then.");
  for (const [code, { why }] of Object.entries(codes)) if (code.startsWith("plan/")) add("refusal", code, why);
  for (const description of library.all) {
    // Nothing is reported.
    const context = ruleContext(description, library, new Diagnostics());
    addIds(description, add);
    addParts(context, add);
    if (description.kind === "sources" || isOwn(description)) addSources(description, add);
  }
  return Object.fromEntries([...found].map(([kind, names]) => [kind, sorted(names)])) as Names;
}

type Add = (kind: NameKind, name: string | undefined, what: string | undefined) => void;

function addIds(description: Description, add: Add): void {
  const id = idOf(description);
  if (description.kind === "sources" || description.kind === "chip" || id === undefined) return;
  add(description.kind, id, description.value.title);
  if (description.kind !== "architecture") return;
  const { title, litmusArch, barriers } = description.value;
  add("litmusArch", litmusArch, title);
  addBarriers(barriers, title, add);
}

/** Those whose letters the planner chooses are many, and no list of them would help. */
function addBarriers(
  rows: readonly (Parameters<typeof barrierRows>[0] | undefined)[] | undefined,
  title: string | undefined,
  add: Add,
): void {
  for (const { value } of sites(rows, []))
    for (const { instruction } of barrierRows(value))
      if (!instruction?.includes("{")) add("barrier", instruction, title && `Barrier of ${title}`);
}

/** What a description defines, by itself or inline. */
function addParts(context: RuleContext, add: Add): void {
  const { description } = context;
  const id = idOf(description);
  const chip = description.kind === "chip" ? description.value.title : undefined;
  for (const { value } of definedLevels(context)) add("level", value.name, id && `Level of ${id}`);
  for (const { value } of masterCaches(context)) add("level", value.name, id && `Cache in front of a master of ${id}`);
  for (const { value } of definedCores(context)) {
    if (chip !== undefined) add("core", value.core, value.title);
    for (const target of value.rustTargets ?? []) add("rustTarget", target, value.title && `Runs on ${value.title}`);
    addErrata(value.errata, add);
  }
  for (const { value } of definedMechanisms(context)) {
    if (chip !== undefined) add("mechanism", value.mechanism, value.title);
    const of = value.title && ` of ${value.title}`;
    for (const [name, operation] of Object.entries(value.operations ?? {}))
      add("operation", name, of && `${sentence(operation?.effect ?? "operation")}${of}`);
    for (const name of Object.keys(value.registers ?? {})) add("register", name, of && `Register${of}`);
    addBarriers(value.barriers, value.title, add);
    addErrata(value.errata, add);
  }
  if (description.kind !== "chip") return;
  for (const { value } of memorySites(context)) add("memory", value.name, chip && `Memory of ${chip}`);
  for (const { value } of masterSites(context))
    for (const kind of ["master", "viewer"] as const) add(kind, value.name, chip && `Master of ${chip}`);
  for (const { value } of entries(context)) {
    for (const target of value.rustTargets ?? []) add("rustTarget", target, chip && `Runs on ${chip}`);
    for (const kind of ["coreEntry", "viewer"] as const) add(kind, nameOfCore(value), chip && `Core of ${chip}`);
  }
  addErrata(description.value.errata, add);
}

function addErrata(
  errata: readonly ({ readonly erratum?: string; readonly title?: string } | undefined)[] | undefined,
  add: Add,
): void {
  for (const { value } of sites(errata, [])) add("erratum", value.erratum, value.title);
}

function addSources({ value }: Description, add: Add): void {
  for (const [key, source] of Object.entries(value.sources ?? {}))
    add("source", key, source?.document ?? source?.repository);
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** With what each name is: of a name from many places, the first few. */
function sorted(names: ReadonlyMap<string, readonly string[]>): ReadonlyMap<string, string> {
  return new Map(
    [...names]
      .sort(([a], [b]) => compareCodePoints(a, b))
      .map(([name, places]) => {
        const more = places.length - mostPlaces;
        return [name, places.slice(0, mostPlaces).join("; ") + (more > 0 ? `; and ${more} more` : "")];
      }),
  );
}
