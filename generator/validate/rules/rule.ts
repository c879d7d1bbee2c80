// What every rule is given, and the parts of a description that several rules look at.

import type { ChipCore, Core, Master, Mechanism, Memory } from "#generated/descriptions.js";
import type { Code } from "../../diagnostics/codes.ts";
import type { Diagnostics } from "../../diagnostics/diagnostic.ts";
import { type Pointer, reportAt } from "../../load/source-file.ts";
import { once } from "../../model/once.ts";
import { targetOf, toTargets, widest } from "../../notation/rust-target.ts";
import { namesIn } from "../../notation/shared-keys.ts";
import { coreLevels } from "../core-levels.ts";
import type { Library } from "../library.ts";
import type { Description, Loose } from "../validate-schema.ts";
import { whereStated } from "../where-stated.ts";

export interface RuleContext {
  readonly description: Description;
  readonly library: Library;
  report(code: Code, pointer: Pointer, message: string, options?: { at?: "key" | "value"; mend?: string }): void;
}

export function ruleContext(description: Description, library: Library, diagnostics: Diagnostics): RuleContext {
  return {
    description,
    library,
    report: (code, pointer, message, options) =>
      reportAt(diagnostics, description.file, code, whereStated(description.value, pointer), message, options),
  };
}

/** A part of a description together with where it stands. */
export interface Site<T> {
  readonly pointer: Pointer;
  readonly value: T;
}

export type LooseCore = Loose<Core>;
export type LooseEntry = Loose<ChipCore>;
export type LooseMemory = Loose<Memory>;
export type LooseMaster = Loose<Master>;
export type LooseMechanism = Loose<Mechanism>;
export type LooseLevel = NonNullable<NonNullable<LooseCore["caches"]>[number]>;
export type LooseErratum = NonNullable<NonNullable<LooseCore["errata"]>[number]>;

/** The items of a list that are there, each with its place. */
export function sites<T>(list: readonly (T | undefined)[] | undefined, pointer: Pointer): Site<NonNullable<T>>[] {
  return (list ?? []).flatMap((value, index) =>
    value === undefined || value === null ? [] : [{ value: value as NonNullable<T>, pointer: [...pointer, index] }],
  );
}

/** An entry of a map of several, with the name by which the rest of the description refers to it. */
export type Named<T> = T & { readonly name: string };

/** The memories that a chip describes, each by its own name. */
export const memorySites = once(({ description }: RuleContext): readonly Site<Named<LooseMemory>>[] =>
  description.kind === "chip" ? namedSites<LooseMemory>(description.value.memories, ["memories"]) : [],
);

/** The masters that a chip describes, each by its own name, with what is said of every master; `report` finds where. */
export const masterSites = once(({ description }: RuleContext): readonly Site<Named<LooseMaster>>[] => {
  if (description.kind !== "chip") return [];
  const { everyMaster, masters } = description.value;
  return namedSites<LooseMaster>(masters, ["masters"]).map(({ value, pointer }) => ({
    value: { ...(everyMaster as LooseMaster), ...value },
    pointer,
  }));
});

/** Finds an entry by its name. */
export function namedIn<T>(entries: readonly Site<Named<T>>[]): (name: string) => Named<T> | undefined {
  const byName = new Map([...entries].reverse().map(({ value }) => [value.name, value]));
  return (name) => byName.get(name);
}

/** What is written of masters: of each entry, and of every master together. */
export const masterTexts = once(({ description }: RuleContext): readonly Site<Named<LooseMaster>>[] => {
  if (description.kind !== "chip") return [];
  const { everyMaster, masters } = description.value;
  return [
    ...(everyMaster
      ? [{ value: { ...(everyMaster as LooseMaster), name: "everyMaster" }, pointer: ["everyMaster"] }]
      : []),
    ...Object.entries(masters ?? {}).flatMap(([key, value]) =>
      value ? [{ value: { ...(value as LooseMaster), name: key }, pointer: ["masters", key] }] : [],
    ),
  ];
});

function namedSites<T>(map: Readonly<Record<string, unknown>> | undefined, pointer: Pointer): Site<Named<T>>[] {
  return Object.entries(map ?? {}).flatMap(([key, facts]) =>
    namesIn(key).map((name) => ({ value: { ...(facts as T), name }, pointer: [...pointer, key] })),
  );
}

/** What tells an entry of a chip's `cores` from others: its name, or the core's id. */
export function nameOfCore({ name, core }: Loose<ChipCore>): string | undefined {
  return name ?? (typeof core === "string" ? core : core?.core);
}

/** The cores that this description defines: itself, or those inline in a chip. */
export function definedCores({ description }: RuleContext): Site<LooseCore>[] {
  if (description.kind === "core") return [{ pointer: [], value: description.value }];
  if (description.kind !== "chip") return [];
  return sites(description.value.cores, ["cores"]).flatMap(({ value, pointer }) =>
    typeof value.core === "object" && value.core !== null
      ? [{ pointer: [...pointer, "core"], value: value.core as LooseCore }]
      : [],
  );
}

/** The mechanisms that this description defines: itself, or those inline in a chip. */
export function definedMechanisms({ description }: RuleContext): Site<LooseMechanism>[] {
  if (description.kind === "mechanism") return [{ pointer: [], value: description.value }];
  if (description.kind !== "chip") return [];
  return sites(description.value.mechanisms, ["mechanisms"]) as Site<LooseMechanism>[];
}

/** The cache levels that this description defines or of which it says something, of cores and of the chip. */
export function definedLevels(context: RuleContext): Site<LooseLevel>[] {
  const ofCores = definedCores(context).flatMap(({ value, pointer }) => sites(value.caches, [...pointer, "caches"]));
  const { description } = context;
  if (description.kind !== "chip") return ofCores;
  const ofEntries = entries(context).flatMap((entry) => levelsOfEntry(entry));
  return [...ofCores, ...ofEntries, ...sites(description.value.caches, ["caches"]), ...masterCaches(context)];
}

/** The caches that a chip describes in front of its masters. */
export function masterCaches(context: RuleContext): Site<LooseLevel>[] {
  return masterTexts(context).flatMap(
    ({ value, pointer }) => sites(value.caches, [...pointer, "caches"]) as Site<LooseLevel>[],
  );
}

/** The entries of a chip's `cores`. */
export function entries({ description }: RuleContext): Site<LooseEntry>[] {
  return description.kind === "chip" ? (sites(description.value.cores, ["cores"]) as Site<LooseEntry>[]) : [];
}

/** The levels that an entry adds to its core, and what it says of the core's own: parts of levels, by name. */
export function levelsOfEntry({ value, pointer }: Site<LooseEntry>): Site<LooseLevel>[] {
  const differing = Object.entries(value.differs?.caches ?? {}).flatMap(([name, level]) =>
    level ? [{ pointer: [...pointer, "differs", "caches", name], value: { ...level, name } as LooseLevel }] : [],
  );
  return [...sites(value.caches, [...pointer, "caches"]), ...differing];
}

/** The levels that an entry's core has on this chip, but for those that all cores have. */
export function levelsHere(context: RuleContext, entry: LooseEntry): LooseLevel[] {
  return coreLevels<LooseLevel>(findCore(context, entry.core), entry as Parameters<typeof coreLevels<LooseLevel>>[1]);
}

/** The core that an entry of a chip's `cores` names or defines. */
export function findCore({ library }: RuleContext, core: unknown): LooseCore | undefined {
  if (typeof core === "object" && core !== null) return core as LooseCore;
  return typeof core === "string" ? library.get("core", core)?.value : undefined;
}

/** The cores that a chip uses, as far as they are known. */
export function usedCores(context: RuleContext): LooseCore[] {
  const { description } = context;
  if (description.kind === "core") return [description.value];
  if (description.kind !== "chip") return [];
  return sites(description.value.cores, ["cores"]).flatMap(({ value }) => findCore(context, value.core) ?? []);
}

/** How many bits an address has on the widest of a chip's cores; undefined where no target is known. */
export function addressBits(context: RuleContext): 32 | 64 | undefined {
  return widest(entries(context).map(({ value }) => entryAddressBits(context, value)));
}

/** The same of one of them. */
export function entryAddressBits(context: RuleContext, entry: LooseEntry): 32 | 64 | undefined {
  const core = findCore(context, entry.core);
  const targets = core ? targetsOf(context, core) : [];
  return widest(
    sites(entry.rustTargets ?? core?.rustTargets, []).map(
      ({ value: triple }) => targetOf(triple, targets)?.addressBits,
    ),
  );
}

/** The Rust targets of the architecture that a core has. */
export function targetsOf({ library }: RuleContext, { architecture }: LooseCore): ReturnType<typeof toTargets> {
  return toTargets(architecture === undefined ? [] : library.get("architecture", architecture)?.value.rust?.targetArch);
}

/** A mechanism by id, as a chip sees it: its own inline ones first. */
export function findMechanism({ description, library }: RuleContext, id: string): LooseMechanism | undefined {
  if (description.kind === "chip") {
    const inline = description.value.mechanisms?.find((mechanism) => mechanism?.mechanism === id);
    if (inline) return inline as LooseMechanism;
  }
  return library.get("mechanism", id)?.value;
}

/** The id of the mechanism that maintains a level. */
export function maintenanceOf(level: LooseLevel): string | undefined {
  const maintenance = level.maintenance;
  return typeof maintenance === "object" ? maintenance?.mechanism : maintenance;
}

/** Every cache level that a chip or core has, its cores' included. */
export function usedLevels(context: RuleContext): LooseLevel[] {
  const { description } = context;
  if (description.kind !== "chip")
    return usedCores(context).flatMap((core) => sites(core.caches, []).map(({ value }) => value));
  return [
    ...entries(context).flatMap(({ value }) => levelsHere(context, value)),
    ...sites(description.value.caches, []).map(({ value }) => value as LooseLevel),
  ];
}

/** The same, and the caches in front of masters: whatever programs may maintain. */
export function usedCaches(context: RuleContext): LooseLevel[] {
  return [...usedLevels(context), ...masterCaches(context).map(({ value }) => value)];
}

/** Calls back for every string, number and boolean of a plain value, with its place. */
export function visitLeaves(value: unknown, visit: (value: string | number | boolean, pointer: Pointer) => void): void {
  const pointer: (string | number)[] = [];
  const walk = (node: unknown): void => {
    if (typeof node === "object" && node !== null) {
      const isList = Array.isArray(node);
      for (const [key, item] of Object.entries(node)) {
        pointer.push(isList ? Number(key) : key);
        walk(item);
        pointer.pop();
      }
    } else if (typeof node === "string" || typeof node === "number" || typeof node === "boolean") visit(node, pointer);
  };
  walk(value);
}
