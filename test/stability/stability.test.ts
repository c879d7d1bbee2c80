// What the guide's page on stability promises: names that a release had are there. The lists beside this file hold them. With
// FENCEGEN_UPDATE_STABLE=1 new names are added, which a release asks for; one that is gone stays in its list, and the test fails, until
// it is taken out by hand, with what users have to do in CHANGELOG.md.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { codes } from "../../generator/diagnostics/codes.ts";
import { verdictCodes } from "../../generator/diagnostics/verdict-codes.ts";
import { root } from "../support/command.ts";
import { inProcess } from "../support/in-process.ts";

const text = (path: string) => readFileSync(join(root, path), "utf8");
const filesIn = (folder: string, end: string) =>
  readdirSync(join(root, folder), { recursive: true })
    .map(String)
    .filter((name) => name.endsWith(end))
    .sort();

const isUpdating = process.env["FENCEGEN_UPDATE_STABLE"] === "1";
/** What stands there is promised by the next release, and may be taken back before. */
const hasUnreleased = /^## Unreleased$/m.test(text("CHANGELOG.md"));

const lists: Readonly<Record<string, () => string[]>> = {
  codes: () => [...Object.keys(codes), ...Object.keys(verdictCodes)],
  keys: () => schemaFiles("generator/schema").flatMap((path) => keysOf(path, false)),
  answers: () => schemaFiles("generator/schema/answers").flatMap((path) => keysOf(path, true)),
  exports: () => entries().flatMap(([entry, path]) => exportsOf(path).map((name) => `${entry} ${name}`)),
  rust: () => [...features(), ...filesIn("out/rust/src", ".rs").flatMap(rustNames)],
  typescript: () => filesIn("out/typescript", ".ts").flatMap(typescriptNames),
  descriptions: () => filesIn("chips", ".yaml").map((name) => name.slice(0, -".yaml".length)),
  commands: () => commands(),
};

describe.each(Object.keys(lists))("the list of %s", (name) => {
  const file = join(import.meta.dirname, `${name}.txt`);
  const there = [...new Set(lists[name]!())].sort();
  const listed = existsSync(file) ? readFileSync(file, "utf8").trimEnd().split("\n") : [];

  it("names nothing that is gone", () => {
    expect(there.length).toBeGreaterThan(10);
    expect(listed.filter((each) => !there.includes(each))).toEqual([]);
  });

  it("is in order, and names everything that is released", () => {
    if (isUpdating) return writeFileSync(file, `${[...new Set([...listed, ...there])].sort().join("\n")}\n`);
    expect(listed).toEqual([...new Set(listed)].sort());
    // What is new is promised from its release on.
    if (!hasUnreleased) expect(there.filter((each) => !listed.includes(each))).toEqual([]);
  });
});

it("the page has the exit codes that help has", async () => {
  const page = text("templates/site/pages/stability.md");
  const { stdout } = await inProcess(["--help"], root);
  const [, said] = /Exit codes: ([\s\S]*?130)/.exec(stdout)!;
  expect(said!.match(/\b\d+\b/g)).toEqual(
    /Exit codes\]\([^)]*\) \| ([^|,]*(?:, [^|,]*)*),/.exec(page)![1]!.match(/\b\d+\b/g),
  );
});

it("every answer says under which schemaVersion it is", () => {
  const versions = schemaFiles("generator/schema/answers").flatMap((path) => {
    const { properties } = JSON.parse(text(path)) as { properties?: { schemaVersion?: { const?: number } } };
    return properties ? [properties.schemaVersion?.const] : [];
  });
  expect(versions.length).toBeGreaterThan(20);
  expect([...new Set(versions)]).toEqual([1]);
});

function schemaFiles(folder: string): string[] {
  return readdirSync(join(root, folder))
    .filter((name) => name.endsWith(".schema.json"))
    .sort()
    .map((name) => `${folder}/${name}`);
}

/** Keys, each behind the place in its schema; of answers those that are always there. */
function keysOf(path: string, onlyRequired: boolean): string[] {
  const kind = basename(path, ".schema.json");
  const found: string[] = [];
  const visit = (value: unknown, place: string) => {
    if (Array.isArray(value)) for (const each of value) visit(each, place);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return;
    const { properties, required, examples: _, ...rest } = value as Record<string, unknown>;
    for (const [key, below] of Object.entries((properties ?? {}) as Record<string, unknown>)) {
      const isRequired = Array.isArray(required) && required.includes(key);
      if (isRequired || !onlyRequired) found.push(`${place}.${key}`);
      visit(below, `${place}.${key}`);
    }
    for (const [key, below] of Object.entries(rest))
      if (key === "$defs") for (const [name, each] of Object.entries(below as object)) visit(each, `${kind}#${name}`);
      else visit(below, place);
  };
  visit(JSON.parse(text(path)), kind);
  return found;
}

/** Each entry of the package with the file that it is made from. */
function entries(): [string, string][] {
  return [
    // All that `fencegen` exports is of one of these.
    ["fencegen/runtime", "generator/runtime/index.ts"],
    ["fencegen/simulator", "generator/driver-tests.ts"],
    ["fencegen/vitest", "generator/vitest.ts"],
    ["fencegen/fast-check", "generator/fast-check.ts"],
  ];
}

function exportsOf(path: string): string[] {
  const file = ts.createSourceFile(path, text(path), ts.ScriptTarget.Latest, true);
  return file.statements.flatMap((statement) => {
    if (ts.isExportDeclaration(statement)) {
      const from = join(path, "..", (statement.moduleSpecifier as ts.StringLiteral).text);
      const clause = statement.exportClause;
      return clause && ts.isNamedExports(clause) ? clause.elements.map(({ name }) => name.text) : exportsOf(from);
    }
    if (!ts.canHaveModifiers(statement)) return [];
    if (!ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) return [];
    if (ts.isVariableStatement(statement))
      return statement.declarationList.declarations.map(({ name }) => name.getText());
    return [(statement as ts.ClassDeclaration).name!.text];
  });
}

function features(): string[] {
  const [, section] = /\[features\]\n([\s\S]*?)\n\n/.exec(text("out/rust/Cargo.toml"))!;
  return [...section!.matchAll(/^([\w-]+) =/gm)].map(([, name]) => `feature ${name}`);
}

/** What others can name in a module of the emitted crate. */
function rustNames(name: string): string[] {
  const module = name.slice(0, -".rs".length);
  const [, table = ""] = /^masters! \{\n([\s\S]*?)^\}/m.exec(text(`out/rust/src/${name}`)) ?? [];
  const named = table.replaceAll(/\/\/.*$/gm, "").matchAll(/\b(\w+) "|^ {4}(\w+)\b[^{]* \{$/gm);
  const ofTable = [...named].flatMap(([, item, group]) => ((item ?? group) === "memory" ? [] : [item ?? group]));
  const items =
    /^ *pub (?:(?:const|unsafe) )*(?:struct|enum|trait|type|static|fn|mod) (\w+)|^pub use [\w:]+::(\w+)(?: as (\w+))?;|^macro_rules! (\w+)/gm;
  const ofItems = [...text(`out/rust/src/${name}`).matchAll(items)].map(
    ([, item, used, as, macro]) => item ?? as ?? used ?? macro,
  );
  return [...ofItems, ...ofTable].map((each) => `${module}::${each}`);
}

function typescriptNames(name: string): string[] {
  const source = text(`out/typescript/${name}`);
  if (name === "index.ts") return [];
  return [...source.matchAll(/^export (?:abstract )?class (\w+)|^ {2}static readonly (\w+)/gm)].map(
    ([, each, member]) => `${name.slice(0, -".ts".length)} ${each ?? member}`,
  );
}

/** Commands, and what may be said of each, as completion has them. */
function commands(): string[] {
  const words = JSON.parse(text("dist/words.json")) as {
    readonly commands: readonly { readonly name: string; readonly flags: readonly { readonly flag: string }[] }[];
  };
  return words.commands.flatMap(({ name, flags }) => [name, ...flags.map(({ flag }) => `${name} ${flag}`)]);
}
