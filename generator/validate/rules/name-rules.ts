// Rules on names that become names of files, modules, types and features.
import { wordsOfTheLanguage } from "../../model/viewers.ts";
import { fenceNames, moduleName, rustWords } from "../../notation/names.ts";
import { namesIn } from "../../notation/shared-keys.ts";
import { type DescriptionOf, idOf, type Library } from "../library.ts";
import type { Description } from "../validate-schema.ts";
import { definedCores, definedMechanisms, masterSites, type RuleContext, sites } from "./rule.ts";

/** What Windows opens as a device, with any ending. */
const devices = /^(con|prn|aux|nul|(com|lpt)[0-9])$/;

/** Names of files that the generated crate and module have already, of Cargo's own, and of crates that every module sees. */
const taken: Readonly<Record<string, string>> = {
  lib: "the root of the generated crate",
  main: "the root of a program in Rust",
  bin: "the folder of programs in Rust",
  build: "the build script of a crate",
  index: "the generated module that exports all others",
  default: "the feature that Cargo always enables",
  host: "a feature of the generated crate",
  tock: "a feature of the generated crate",
  "embedded-dma": "a feature of the generated crate",
  core: "Rust's own library",
  alloc: "Rust's own library",
  std: "Rust's own library",
  test: "Rust's own library",
};

/** Words of TypeScript and JavaScript that are none of Rust. */
const typeScriptWords = new Set(
  "any arguments case catch class debugger declare default delete eval export finally function get implements import instanceof interface module namespace never new null package private protected public require set switch this throw undefined var void with".split(
    " ",
  ),
);

export function idsCanNameFiles(context: RuleContext): void {
  const { description } = context;
  const { kind } = description;
  const inline = [
    ...definedCores(context).map(({ value, pointer }) => [value.core, [...pointer, "core"]] as const),
    ...definedMechanisms(context).map(({ value, pointer }) => [value.mechanism, [...pointer, "mechanism"]] as const),
  ];
  const own = kind === "core" || kind === "mechanism" ? [] : [[idOf(description), [kind]] as const];
  for (const [id, pointer] of [...own, ...inline]) {
    if (id !== undefined && devices.test(id))
      context.report(
        "rule/reserved-id",
        pointer,
        `\`${id}\` is the name of a device on Windows, which no file can have`,
      );
  }
  const id = kind === "chip" ? idOf(description) : undefined;
  if (id === undefined) return;
  if (rustWords.has(id))
    context.report("rule/word-of-rust", ["chip"], `\`${id}\` is a word of Rust, which no module can be called`);
  else if (Object.hasOwn(taken, id)) context.report("rule/reserved-id", ["chip"], `\`${id}\` is ${taken[id]}`);
  else if (typeScriptWords.has(id)) context.report("rule/reserved-id", ["chip"], `\`${id}\` is a word of TypeScript`);
}

/** Each chip has files, modules and types of its own: another chip's are not called like them, nor is a fence that chips share. */
export function outputsHaveNamesOfTheirOwn(context: RuleContext): void {
  const { description, library } = context;
  if (description.kind !== "chip") return;
  const self = `the chip \`${idOf(description)}\``;
  const owners = ownersOf(library);
  const same = emittedNames(description).flatMap((name) =>
    (owners.get(name) ?? []).flatMap((other) => (other === self ? [] : [{ name, other }])),
  )[0];
  if (same) context.report("rule/same-output-name", ["chip"], `${self} and ${same.other} would both have ${same.name}`);
}

/** What a chip's generated files and types are called, and those of a fence that chips share. */
function emittedNames(description: Description): string[] {
  switch (description.kind) {
    case "chip": {
      const { chip, cores } = description.value;
      if (chip === undefined) return [];
      const names = sites(cores, []).map(({ value: core }) => core.name ?? "");
      return namesOf(
        chip,
        names.flatMap((core) => fencesOf(chip, core)),
      );
    }
    case "core":
    case "architecture": {
      const shared = sharedName(description);
      return shared === undefined ? [] : namesOf(shared, [fenceNames(shared, "").all]);
    }
    default:
      return [];
  }
}

function namesOf(id: string, fences: readonly string[]): string[] {
  return [`the module ${moduleName(id)}`, ...new Set(fences.map((fence) => `the type ${fence}`))];
}

/** What the fence is called that every coherent chip of an architecture shares, or every chip of a core whose fence is the core's. */
function sharedName(description: DescriptionOf<"core" | "architecture">): string | undefined {
  if (description.kind === "architecture") return description.value.sharedFence?.name;
  return description.value.sharedFence === true ? idOf(description) : undefined;
}

function fencesOf(chip: string, core: string): string[] {
  return Object.values(fenceNames(chip, core));
}

const ownersOfLibrary = new WeakMap<Library, ReadonlyMap<string, readonly string[]>>();

/** Who has a name, by name. */
function ownersOf(library: Library): ReadonlyMap<string, readonly string[]> {
  const known = ownersOfLibrary.get(library);
  if (known) return known;
  const owners = new Map<string, string[]>();
  for (const description of library.all) {
    const owner =
      description.kind === "chip"
        ? `the chip \`${idOf(description) ?? ""}\``
        : `the fence that chips share by the ${description.kind} \`${idOf(description) ?? ""}\``;
    for (const name of emittedNames(description)) owners.set(name, [...(owners.get(name) ?? []), owner]);
  }
  ownersOfLibrary.set(library, owners);
  return owners;
}

/** Whether what a key has between two commas is none. */
export function isNoName(name: string): boolean {
  return name === "" || name.includes(",") || name.trim() !== name;
}

/** How the names of such a key are written. */
export function apart(key: string): { readonly mend?: string } {
  const names = key.split(",").map((name) => name.trim());
  const written = [...new Set(names.filter((name) => name !== ""))].join(", ");
  return written === "" ? {} : { mend: `Write \`${written}\`: between names stand a comma and one blank.` };
}

/** Of the names in a key, each is one, and each stands there once: commas are between them. */
export function namesStandAlone(context: RuleContext): void {
  const { description } = context;
  if (description.kind !== "chip") return;
  for (const section of ["memories", "masters"] as const) {
    const seen = new Set<string>();
    for (const key of Object.keys(description.value[section] ?? {})) {
      const names = namesIn(key);
      const odd = names.find(isNoName);
      if (odd !== undefined)
        context.report(
          "rule/comma-in-name",
          [section, key],
          odd === "" ? `\`${key}\` has a place for a name and none there` : `\`${odd}\` is no name`,
          { at: "key", ...apart(key) },
        );
      const word = names.find((name) => wordsOfTheLanguage.has(name));
      if (word !== undefined)
        context.report(
          "rule/name-of-the-language",
          [section, key],
          `\`${word}\` is a word of descriptions, and no name for one of the ${section}`,
          { at: "key" },
        );
      const twice = names.find((name, index) => seen.has(name) || names.indexOf(name) !== index);
      if (twice !== undefined)
        context.report("rule/duplicate-name", [section, key], `two ${section} are called \`${twice}\``, { at: "key" });
      for (const name of names) seen.add(name);
    }
  }
}

/** Cores, and masters, of one chip differ in more than how their names are spelled. */
export function namesDifferInLetters(context: RuleContext): void {
  const { description } = context;
  if (description.kind !== "chip") return;
  const cores = sites(description.value.cores, ["cores"]).filter(({ value }) => value.name !== undefined);
  for (const [index, { value, pointer }] of cores.entries()) {
    const before = cores.slice(0, index).map((core) => core.value.name ?? "");
    const same = before.find(
      (name) => name !== value.name && alike(fencesOf("", name), fencesOf("", value.name ?? "")),
    );
    if (same !== undefined)
      context.report(
        "rule/same-output-name",
        [...pointer, "name"],
        `the fences of \`${same}\` and \`${value.name}\` would have one name`,
      );
  }
  const spelled = new Map<string, string>();
  for (const { value, pointer } of masterSites(context)) {
    const letters = value.name.replace(/[^\p{L}\p{N}]+/gu, "").toLowerCase();
    const before = spelled.get(letters);
    if (before === undefined) spelled.set(letters, value.name);
    else if (before !== value.name)
      context.report(
        "rule/same-output-name",
        pointer,
        `the masters \`${before}\` and \`${value.name}\` would have one name`,
        { at: "key" },
      );
  }
}

function alike(some: readonly string[], others: readonly string[]): boolean {
  const known = new Set(others.map((name) => name.toLowerCase()));
  return some.some((name) => known.has(name.toLowerCase()));
}
