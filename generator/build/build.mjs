// Builds dist/, which `npm ci` needs so that the command and the tests can run:
// the schemas as standalone validators and TypeScript types, the templates precompiled, and the
// command and the library as one bundled file each. Nothing in dist/ is committed.
// Two builds of the same tree are the same to the last byte, wherever they are made: no path and no time goes in. Only
// the code cache differs, which is why it is not part of the package.
import { execFileSync, spawnSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { crc32 } from "node:zlib";
import Ajv from "ajv/dist/2020.js";
import { build, transformSync } from "esbuild";
import { readApi } from "./api.mjs";
import { costsOf } from "./costs.mjs";
import { guidePages } from "./guide.mjs";

const require = createRequire(import.meta.url);
const root = fileURLToPath(new URL("../../", import.meta.url));
const schemaFolder = join(root, "generator/schema");
const templateFolder = join(root, "templates");
const dist = join(root, "dist");
const generated = join(dist, "generated");
/** What every call of the bundler is told: its comments and names are then the same wherever the tree lies. */
const anywhere = { absWorkingDir: root, preserveSymlinks: true, metafile: true, bundle: true, platform: "node" };
const tsc = require.resolve("typescript/bin/tsc");
/** Whoever imports a class's error from one part of the package must catch what another part throws: there is one of each. */
const runtimeIsApart = {
  name: "runtime",
  setup: ({ onResolve }) =>
    onResolve({ filter: /\/runtime\/[^/]+\.ts$/ }, () => ({
      path: "./runtime.mjs",
      external: true,
      sideEffects: false,
    })),
};
/** The files that were bundled, relative to the root. */
const bundledFiles = new Set();

const schemaFiles = readdirSync(schemaFolder)
  .filter((name) => name.endsWith(".schema.json"))
  .sort();
const schemas = Object.fromEntries(
  schemaFiles.map((name) => [name, JSON.parse(readFileSync(join(schemaFolder, name), "utf8"))]),
);
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
/** Entries of `generator/site/browser/`: one for each kind of page, and what all have. */
const siteScripts = ["theme", "common", "chips", "compare", "evidence", "fence", "playground"];
/** Kinds of descriptions, and all kinds of files. */
const descriptionKinds = ["architecture", "mechanism", "core", "chip", "sources"];
const kinds = [...descriptionKinds, "project", "litmus"];

const ajv = new Ajv({
  allErrors: true,
  strict: true,
  allowUnionTypes: true,
  strictRequired: false,
  strictTypes: false,
  code: { source: true, lines: true },
  // What several places refer to is one function, and stands in the bundle once.
  inlineRefs: false,
});

// What only editors go by: the meaning of each value, and of what a text is a name.
ajv.addVocabulary(["enumDescriptions", "names"]);
for (const schema of Object.values(schemas)) ajv.addSchema(schema);

// What an earlier build left would be packed as well.
rmSync(dist, { recursive: true, force: true });
mkdirSync(generated, { recursive: true });
writeFileSync(join(generated, "package.json"), '{ "type": "module" }\n');
await buildValidators("validators", kinds);
await buildValidators("description-validators", descriptionKinds);
buildSchemaTexts("schemas", Object.keys(schemas));
buildSchemaTexts(
  "description-schemas",
  [...descriptionKinds, "common"].map((kind) => `${kind}.schema.json`),
);
await buildSchemaTypes();
const shipped = await readShipped();
await buildShippedInstructions(shipped.map(({ value }) => value));
await buildTemplates();
await buildExamples();
await bundle();
await bundleSite();
writeFileSync(
  join(dist, "costs.json"),
  `${JSON.stringify(costsOf(readFileSync(join(root, "generator/bench/RESULTS.md"), "utf8")))}\n`,
);
writeShipped(shipped);
writeSchemas();
writeWords();
writeLicences();
buildDeclarations();
writeCodeCachesAndChips();
await writeSiteTexts();
// The last that a build writes: by it `build-if-missing.mjs` knows whether all the rest is there.
writeFileSync(join(generated, "whole.json"), `${JSON.stringify(filesIn(dist), null, 2)}\n`);

/** Relative to the folder, sorted; without the code cache, which nothing needs. */
function filesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .flatMap((entry) => (entry.isFile() ? [relative(folder, join(entry.parentPath, entry.name))] : []))
    .filter((name) => !name.endsWith(".cache"))
    .sort();
}

/** One function per kind of description, without ajv in it: compiling a schema costs ten times what validating does. */
async function buildValidators(file, kinds) {
  const { default: standaloneCode } = await import("ajv/dist/standalone/index.js");
  const names = Object.fromEntries(kinds.map((kind) => [`validate_${kind}`, `${kind}.schema.json`]));
  // ajv writes require() calls for its helpers; esbuild resolves them, so that the result imports nothing.
  const source = standaloneCode(ajv, names);
  const temporary = join(generated, `${file}.cjs`);
  writeFileSync(temporary, source);
  const bundled = join(generated, `${file}.bundle.cjs`);
  await bundleInto({ entryPoints: [temporary], outfile: bundled, format: "cjs" });
  await bundleInto({
    stdin: {
      contents: `import v from "./${file}.bundle.cjs";\n${kinds.map((k) => `export const ${k} = v.validate_${k};`).join("\n")}\n`,
      resolveDir: generated,
    },
    outfile: join(generated, `${file}.js`),
    format: "esm",
  });
  rmSync(temporary);
  rmSync(bundled);
  const type = "{ (value: unknown): boolean; errors?: PlainError[] | null }";
  writeFileSync(
    join(generated, `${file}.d.ts`),
    [
      "export interface PlainError { readonly keyword: string; readonly instancePath: string; readonly schemaPath: string; readonly propertyName?: string; readonly message?: string; readonly params: Readonly<Record<string, unknown>> }",
      ...kinds.map((kind) => `export declare const ${kind}: ${type};`),
      "",
    ].join("\n"),
  );
}

/** The schemas themselves, for the wording of messages. */
function buildSchemaTexts(file, names) {
  const text = JSON.stringify(JSON.stringify(Object.fromEntries(names.map((name) => [name, schemas[name]]))));
  writeFileSync(
    join(generated, `${file}.js`),
    `let parsed;\nexport const schemas = new Proxy({}, { get: (_, name) => (parsed ??= JSON.parse(${text}))[name] });\n`,
  );
  writeFileSync(join(generated, `${file}.d.ts`), "export declare const schemas: Readonly<Record<string, unknown>>;\n");
}

/** The shipped descriptions that can be read and have the form that their schema asks for. */
async function readShipped() {
  const { parseDocument } = await import("yaml");
  return ["architectures", "cores", "mechanisms", "."].flatMap((folder) =>
    readdirSync(join(root, "chips", folder))
      .filter((name) => name.endsWith(".yaml"))
      .sort()
      .flatMap((name) => {
        const text = readFileSync(join(root, "chips", folder, name), "utf8");
        const document = parseDocument(text, { uniqueKeys: true, stringKeys: true, strict: true });
        // A text with problems is left to the command, which says what they are.
        const value = document.errors.length === 0 ? document.toJS() : undefined;
        // As load/ calls a file: the folder that it lies in, and its name.
        const origin = `${folder === "." ? "chips" : folder}/${name}`;
        return isValid(value) ? [{ origin, text, value }] : [];
      }),
  );
}

/**
 * Values, each beside the text that it was parsed from, behind an index of where each stands: a run reads those that it needs, and
 * takes them without a second look. So none is among them of which the command itself, which has none yet, has anything to say.
 */
function writeShipped(descriptions) {
  const command = [join(dist, "fencegen.js"), "validate", "--json", "--no-cache"];
  const { stdout } = spawnSync(process.execPath, command, { cwd: root, encoding: "utf8", maxBuffer: 2 ** 28 });
  const { diagnostics } = JSON.parse(stdout);
  const doubtful = new Set(diagnostics.map(({ path }) => path.split("/").slice(-2).join("/")));
  const entries = descriptions
    .filter(({ origin }) => !doubtful.has(origin))
    .map(({ origin, text, value }) => ({ origin, entry: JSON.stringify({ text, value }) }));
  const places = {};
  let start = 0;
  for (const { origin, entry } of entries) {
    places[origin] = [start, Buffer.byteLength(entry)];
    start += Buffer.byteLength(entry);
  }
  const index = `${JSON.stringify(places)}\n`;
  const head = `${Buffer.byteLength(index).toString(16).padStart(8, "0")}\n`;
  writeFileSync(join(dist, "shipped.json"), [head, index, ...entries.map(({ entry }) => entry)].join(""));
}

/** Every instruction of a shipped description, by the function that will look for others. */
async function buildShippedInstructions(values) {
  const outfile = join(generated, "instructions-of.mjs");
  await bundleInto({
    entryPoints: [join(root, "generator/validate/instructions-of.ts")],
    outfile,
    format: "esm",
  });
  const { instructionsOf } = await import(pathToFileURL(outfile));
  rmSync(outfile);
  const instructions = [...new Set(values.flatMap(instructionsOf))].sort();
  writeFileSync(
    join(generated, "shipped-instructions.js"),
    `export const shippedInstructions = ${JSON.stringify(instructions)};\n`,
  );
  writeFileSync(
    join(generated, "shipped-instructions.d.ts"),
    "export declare const shippedInstructions: readonly string[];\n",
  );
}

function isValid(value) {
  const kind = kinds.find((name) => Object.keys(value ?? {})[0] === name);
  return kind !== undefined && ajv.validate(`${kind}.schema.json`, value);
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

/** The examples of problems, a file for each code in a folder for each group, in one that only `explain` reads. */
async function buildExamples() {
  const { parse } = await import("yaml");
  const folder = join(root, "generator/diagnostics/examples");
  const names = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".yaml"));
  const examples = names
    .sort()
    .map((name) => [name.slice(0, -".yaml".length), parse(readFileSync(join(folder, name), "utf8"))]);
  writeFileSync(join(dist, "examples.json"), `${JSON.stringify(Object.fromEntries(examples), null, 1)}\n`);
}

async function buildTemplates() {
  const { default: Handlebars } = await import("handlebars");
  const options = { noEscape: true, strict: true, knownHelpersOnly: true, preventIndent: true };
  const languages = readdirSync(templateFolder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const entries = languages
    .map(({ name }) => name)
    .sort()
    .flatMap((language) =>
      readdirSync(join(templateFolder, language))
        .sort()
        .filter((file) => file.endsWith(".hbs"))
        .map((file) => {
          const text = readFileSync(join(templateFolder, language, file), "utf8");
          const name = `${language}/${file.slice(0, -4)}`;
          return { language, line: `  ${JSON.stringify(name)}: ${Handlebars.precompile(text, options)},` };
        }),
    );
  const write = (name, some) => {
    const lines = some.map(({ line }) => line);
    writeFileSync(join(generated, name), `export const templates = {\n${lines.join("\n")}\n};\n`);
  };
  write("templates.js", entries);
  const ofOutputs = entries.filter(({ language }) => language !== "site");
  write("output-templates.js", ofOutputs);
  writeFileSync(
    join(generated, "templates.d.ts"),
    "export declare const templates: Readonly<Record<string, unknown>>;\n",
  );
}

async function bundle() {
  const common = { target: "node20", legalComments: "none", logLevel: "warning" };
  // One CommonJS file: Node starts it faster than a module. dist/ says that its .js files are that.
  writeFileSync(
    join(dist, "package.json"),
    '{ "type": "commonjs", "sideEffects": ["./command.js", "./fencegen.js"] }\n',
  );
  await bundleInto({
    ...common,
    entryPoints: [join(root, "generator/main.ts")],
    outfile: join(dist, "command.js"),
    format: "cjs",
    minify: true,
    define: { fencegenVersion: JSON.stringify(version) },
    // What the launcher calls, as Node would.
    banner: { js: "(function (require, module, exports, __filename, __dirname) {" },
    footer: { js: "})" },
  });
  writeSum(join(dist, "command.js"));
  // What runs beside the command, or instead of it, starts with what it needs alone.
  for (const name of ["recall", "judge"])
    await bundleInto({
      ...common,
      entryPoints: [join(root, `generator/${name}.ts`)],
      outfile: join(dist, `${name}.js`),
      format: "cjs",
      minify: true,
      define: { fencegenVersion: JSON.stringify(version) },
    });
  // By which a kept verdict knows whether the same semantics and the same verifier would judge.
  writeSum(join(dist, "judge.js"));
  copyFileSync(join(root, "generator/launch.cjs"), join(dist, "fencegen.js"));
  chmodSync(join(dist, "fencegen.js"), 0o755);
  // Nothing of Node, and nothing but what a class and a machine for it need.
  await bundleInto({
    ...common,
    entryPoints: [join(root, "generator/runtime/index.ts")],
    outfile: join(dist, "runtime.mjs"),
    format: "esm",
    platform: "neutral",
  });
  await bundleInto({
    ...common,
    entryPoints: [join(root, "generator/driver-tests.ts")],
    outfile: join(dist, "simulator.mjs"),
    format: "esm",
    plugins: [runtimeIsApart],
    // Packages inside that are CommonJS ask for parts of Node.
    banner: { js: 'import { createRequire } from "node:module";\nconst require = createRequire(import.meta.url);' },
  });
  // For packages that whoever imports these has: nothing of them goes in, nor of the simulator.
  for (const name of ["vitest", "fast-check"])
    await bundleInto({
      ...common,
      entryPoints: [join(root, `generator/${name}.ts`)],
      outfile: join(dist, `${name}.mjs`),
      format: "esm",
      platform: "neutral",
      packages: "external",
      plugins: [runtimeIsApart],
    });
  writeFileSync(join(dist, "index.mjs"), 'export * from "./runtime.mjs";\nexport * from "./simulator.mjs";\n');
}

/** Styles and scripts of the site. From the disk a browser loads no modules: each is a classic script that imports nothing. */
async function bundleSite() {
  const folder = join(dist, "site");
  const common = { platform: "browser", target: "es2022", minify: true, legalComments: "none", logLevel: "warning" };
  for (const name of siteScripts)
    await bundleInto({
      ...common,
      entryPoints: [join(root, `generator/site/browser/${name}.ts`)],
      outfile: join(folder, `${name}.js`),
      format: "iife",
      ...(name === "fence" && asFunction("fencegenFencePage")),
    });
  await bundleWorker({ ...common, outfile: join(folder, "core.js") });
  const styles = [join(templateFolder, "site/style.css")];
  await bundleInto({ ...common, entryPoints: styles, outfile: join(folder, "style.css") });
}

/**
 * What the site says beside what is known of a project, in a file that only `site` reads: the guide; small programs with the outcomes that
 * somebody else's tool computed; and which changes to the shipped facts nothing notices. The last two are kept with the tests that hold them.
 */
async function writeSiteTexts() {
  const outfile = join(generated, "explain-code.mjs");
  await bundleInto({ entryPoints: [join(root, "generator/diagnostics/explain-code.ts")], outfile, format: "esm" });
  const { isExplained } = await import(pathToFileURL(outfile));
  rmSync(outfile);
  const litmus = readdirSync(join(root, "test/litmus"))
    .filter((name) => name.endsWith(".json"))
    .sort()
    .flatMap((name) => JSON.parse(readFileSync(join(root, "test/litmus", name), "utf8")));
  const unnoticed = readFileSync(join(root, "test/provenance/unnoticed.txt"), "utf8").trimEnd().split("\n");
  const texts = { guide: guidePages(root, isExplained, readApi(dist)), litmus, unnoticed };
  writeFileSync(join(dist, "site-texts.json"), `${JSON.stringify(texts)}\n`);
}

/** The whole core, as a text of which the page makes a worker: from the disk, browsers start none from a file. */
async function bundleWorker(options) {
  const { outfile } = options;
  const entryPoints = [join(root, "generator/site/browser/playground-worker.ts")];
  // Only descriptions are read there, and no pages printed.
  const alias = {
    "#generated/schemas.js": join(generated, "description-schemas.js"),
    "#generated/templates.js": join(generated, "output-templates.js"),
    "#generated/validators.js": join(generated, "description-validators.js"),
  };
  await bundleInto({ ...options, entryPoints, alias, format: "iife" });
  writeFileSync(outfile, `globalThis.fencegenCore=${JSON.stringify(readFileSync(outfile, "utf8"))};\n`);
}

/** A script as a function that it calls: of the function's text the page makes a worker. */
function asFunction(name) {
  return { banner: { js: `function ${name}(){` }, footer: { js: `}\n${name}();` } };
}

/** The last line of the bundle says what the rest must add up to: the launcher runs no other. */
function writeSum(path) {
  const bytes = readFileSync(path);
  appendFileSync(path, `//# sum ${crc32(bytes).toString(16).padStart(8, "0")}\n`);
}

async function bundleInto(options) {
  const { metafile } = await build({ ...anywhere, ...options });
  for (const path of Object.keys(metafile.inputs)) bundledFiles.add(path);
}

/** The licences of what others wrote and the bundles contain: each asks that its text goes along. */
function writeLicences() {
  const folders = [...bundledFiles].flatMap((path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []);
  const texts = [...new Set(folders)].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
    const packed = readdirSync(join(root, folder)).find((each) => /^(licen[cs]e|copying)\b/i.test(each));
    // Of a package that is published without it, the text that stands in its repository.
    const file = packed ? join(root, folder, packed) : join(root, "generator/build/licences", `${name}.txt`);
    if (!existsSync(file)) throw new Error(`${folder} has no licence text, which the package has to contain`);
    return `${name} ${version} (${license})\n\n${readFileSync(file, "utf8").replaceAll("\r", "").trim()}\n`;
  });
  const head =
    "The files command.js, simulator.mjs and those in site/ contain code of the packages below, under their licences.\n";
  writeFileSync(join(dist, "THIRD-PARTY-LICENSES.txt"), [head, ...texts].join(`\n${"-".repeat(80)}\n\n`));
}

/** The schemas as editors need them, in `dist/schema/`: with the names of everything that comes with fencegen. */
function writeSchemas() {
  const args = [join(dist, "fencegen.js"), "schema", "--out", "dist", "--no-cache"];
  execFileSync(process.execPath, args, { cwd: root, stdio: ["ignore", "ignore", "pipe"] });
}

/** What the launcher needs to complete command lines. */
function writeWords() {
  const text = execFileSync(process.execPath, [join(dist, "fencegen.js"), "complete", "--table"], { cwd: root });
  writeFileSync(join(dist, "words.json"), text);
}

function writeCodeCachesAndChips() {
  const out = mkdtempSync(join(tmpdir(), "fencegen-build-"));
  const script = join(root, "generator/build/write-code-cache.cjs");
  const run = (args, input = "") =>
    spawnSync(process.execPath, [script, join(dist, "fencegen.js"), ...args, "--no-cache"], { cwd: root, input });
  try {
    // The second run finds nothing to do, which is what most runs find.
    for (const _ of [1, 2]) run(["generate", "--chips", join(root, "chips"), "--out", out]);
    // A text that does not come with fencegen, so that it is parsed.
    const { text } = shipped.find(({ value }) => value.chip !== undefined);
    run(["validate", "-"], `${text}# Edited.\n`);
    buildChips(join(out, "typescript"));
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

/** The classes of the shipped chips, as whoever generates nothing imports them. */
function buildChips(classes) {
  const folder = join(dist, "chips");
  rmSync(join(classes, "index.ts"), { force: true });
  const files = readdirSync(classes).sort();
  const project = join(classes, "../tsconfig.json");
  const compilerOptions = {
    ...{ declaration: true, emitDeclarationOnly: true, noCheck: true, outDir: folder, rootDir: "typescript" },
    ...{ target: "es2023", module: "esnext", moduleResolution: "bundler", types: [] },
    paths: { "fencegen/runtime": [join(dist, "types/runtime/index.d.ts")] },
  };
  writeFileSync(project, JSON.stringify({ compilerOptions, files: files.map((name) => `typescript/${name}`) }));
  execFileSync(process.execPath, [tsc, "-p", project], { stdio: "inherit" });
  const from = (path) => (text) => text.replaceAll('"fencegen/runtime"', JSON.stringify(path));
  for (const name of files) {
    const { code } = transformSync(readFileSync(join(classes, name), "utf8"), { loader: "ts", target: "es2022" });
    const stem = join(folder, name.slice(0, -3));
    writeFileSync(`${stem}.js`, from("../runtime.mjs")(code));
    writeFileSync(`${stem}.d.ts`, from("../types/runtime/index.js")(readFileSync(`${stem}.d.ts`, "utf8")));
  }
  writeFileSync(join(folder, "package.json"), '{ "type": "module", "sideEffects": false }\n');
}

/** The library's types: those files that its entries refer to. */
function buildDeclarations() {
  const project = join(root, "generator/build/tsconfig.declarations.json");
  // Types are checked by `npm run typecheck`, for the tests as well.
  execFileSync(process.execPath, [tsc, "-p", project, "--noCheck"], { stdio: "inherit" });
  const folder = join(dist, "types");
  const needed = new Set();
  const visit = (path) => {
    if (needed.has(path)) return;
    needed.add(path);
    for (const [, to] of readFileSync(join(folder, path), "utf8").matchAll(/(?:from|import)\s*\(?"(\.[^"]+)\.ts"/g))
      visit(join(path, "..", `${to}.d.ts`));
  };
  for (const entry of ["index", "vitest", "fast-check"]) visit(`${entry}.d.ts`);
  const all = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const entry of all) {
    const path = join(entry.parentPath, entry.name);
    if (!needed.has(relative(folder, path))) rmSync(path);
    else writeFileSync(path, readFileSync(path, "utf8").replace(/((?:from|import)\s*\(?"\.[^"]+)\.ts"/g, '$1.js"'));
  }
  // The `.js` beside which they stand are modules, other than the command's.
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }\n');
}
