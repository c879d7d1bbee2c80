// Builds dist/, which `npm ci` needs so that the command and the tests can run:
// the schemas as standalone validators and TypeScript types, the templates precompiled, and the
// command and the library as one bundled file each. Nothing in dist/ is committed.
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const require = createRequire(import.meta.url);
const root = fileURLToPath(new URL("../../", import.meta.url));
const schemaFolder = join(root, "generator/schema");
const templateFolder = join(root, "templates");
const generated = join(root, "dist/generated");

const schemaFiles = readdirSync(schemaFolder)
  .filter((name) => name.endsWith(".schema.json"))
  .sort();
const schemas = Object.fromEntries(
  schemaFiles.map((name) => [name, JSON.parse(readFileSync(join(schemaFolder, name), "utf8"))]),
);
const kinds = ["architecture", "mechanism", "core", "chip", "project"];

rmSync(join(root, "dist"), { recursive: true, force: true });
mkdirSync(generated, { recursive: true });
await buildValidators();
await buildSchemaTypes();
await buildTemplates();
await bundle();
buildDeclarations();

/** One function per kind of description, without ajv in it: compiling a schema costs ten times what validating does. */
async function buildValidators() {
  const { default: Ajv } = await import("ajv/dist/2020.js");
  const { default: standaloneCode } = await import("ajv/dist/standalone/index.js");
  const ajv = new Ajv({
    schemas: Object.values(schemas),
    allErrors: true,
    strict: true,
    allowUnionTypes: true,
    strictRequired: false,
    strictTypes: false,
    verbose: true,
    code: { source: true, lines: true },
  });
  const names = Object.fromEntries(kinds.map((kind) => [`validate_${kind}`, `${kind}.schema.json`]));
  // ajv writes require() calls for its helpers; esbuild resolves them, so that the result imports nothing.
  const source = standaloneCode(ajv, names);
  const temporary = join(generated, "validators.cjs");
  writeFileSync(temporary, source);
  const bundled = join(generated, "validators.bundle.cjs");
  await build({ entryPoints: [temporary], outfile: bundled, bundle: true, platform: "node", format: "cjs" });
  await build({
    stdin: {
      contents: `import v from "./validators.bundle.cjs";\n${kinds.map((k) => `export const ${k} = v.validate_${k};`).join("\n")}\n`,
      resolveDir: generated,
    },
    outfile: join(generated, "validators.js"),
    bundle: true,
    platform: "node",
    format: "esm",
  });
  rmSync(temporary);
  rmSync(bundled);
  const type = "{ (value: unknown): boolean; errors?: SchemaError[] | null }";
  writeFileSync(
    join(generated, "validators.d.ts"),
    [
      "export interface SchemaError { keyword: string; instancePath: string; schemaPath: string; message?: string; params: Record<string, unknown>; schema?: unknown; parentSchema?: Record<string, unknown>; data?: unknown }",
      ...kinds.map((kind) => `export declare const ${kind}: ${type};`),
      "",
    ].join("\n"),
  );
}

/** The types of what the YAML files hold, taken from the schemas so that they cannot disagree. */
async function buildSchemaTypes() {
  const { compile } = await import("json-schema-to-typescript");
  const definitions = {
    $id: "descriptions",
    title: "Descriptions",
    type: "object",
    additionalProperties: false,
    required: kinds,
    properties: Object.fromEntries(kinds.map((kind) => [kind, { $ref: `${kind}.schema.json` }])),
  };
  const text = await compile(definitions, "Descriptions", {
    cwd: `${schemaFolder}/`,
    bannerComment: "",
    format: false,
    ignoreMinAndMaxItems: true,
    additionalProperties: false,
  });
  writeFileSync(join(generated, "descriptions.d.ts"), text);
}

async function buildTemplates() {
  const { default: Handlebars } = await import("handlebars");
  const options = { noEscape: true, strict: true, knownHelpersOnly: true, preventIndent: true };
  const entries = [];
  for (const language of ["rust", "typescript"]) {
    for (const file of readdirSync(join(templateFolder, language)).sort()) {
      if (!file.endsWith(".hbs")) continue;
      const name = `${language}/${file.slice(0, -4)}`;
      const text = readFileSync(join(templateFolder, language, file), "utf8");
      entries.push(`  ${JSON.stringify(name)}: ${Handlebars.precompile(text, options)},`);
    }
  }
  writeFileSync(join(generated, "templates.js"), `export const templates = {\n${entries.join("\n")}\n};\n`);
  writeFileSync(
    join(generated, "templates.d.ts"),
    "export declare const templates: Readonly<Record<string, unknown>>;\n",
  );
}

async function bundle() {
  const common = { bundle: true, platform: "node", target: "node20", legalComments: "none", logLevel: "warning" };
  // CommonJS starts faster than ESM from one file; .js here means ESM, so the command is a thin ESM entry.
  await build({
    ...common,
    entryPoints: [join(root, "generator/main.ts")],
    outfile: join(root, "dist/command.cjs"),
    format: "cjs",
    minifySyntax: true,
  });
  writeFileSync(join(root, "dist/fencegen.js"), '#!/usr/bin/env node\nimport "./command.cjs";\n', { mode: 0o755 });
  await build({
    ...common,
    entryPoints: [join(root, "generator/index.ts")],
    outfile: join(root, "dist/index.js"),
    format: "esm",
  });
}

function buildDeclarations() {
  const tsc = require.resolve("typescript/bin/tsc");
  execFileSync(process.execPath, [tsc, "-p", join(root, "generator/build/tsconfig.declarations.json")], {
    stdio: "inherit",
  });
}
