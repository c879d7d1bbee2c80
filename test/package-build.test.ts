// Two builds of one tree, in two places and under other circumstances: the same to the last byte, and nothing of the machine
// in them. The second is made as after `npm ci --ignore-scripts`: by the first script that needs it.
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { homedir, hostname, tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type CommandResult, root } from "./support/command.ts";
import { bareEnvironment, start } from "./support/npm.ts";

const folder = mkdtempSync(join(tmpdir(), "fencegen-build-"));
const [here, there, moved] = ["here", "in a folder/with a longer name", "moved"].map((name) => join(folder, name)) as [
  string,
  string,
  string,
];
const parts = [
  ".fencegen.yaml",
  "CHANGELOG.md",
  "README.md",
  "chips",
  "generator",
  "out",
  "package.json",
  "templates",
  "test/examples",
  "test/litmus",
  "test/provenance/unnoticed.txt",
  // To which the guide leads, and what it shows.
  "test/simulator/masters",
  "test/stability",
  "test/toolchain/hal",
  "test/toolchain/use",
  "tsconfig.json",
];
const codeCaches = ["command.generate.cache", "command.validate.cache"];
let checked: CommandResult;

beforeAll(async () => {
  for (const tree of [here, there]) {
    mkdirSync(tree, { recursive: true });
    for (const part of parts) cpSync(join(root, part), join(tree, part), { recursive: true });
    symlinkSync(join(root, "node_modules"), join(tree, "node_modules"));
  }
  // What an earlier build left is no part of this one.
  mkdirSync(join(here, "dist/types"), { recursive: true });
  writeFileSync(join(here, "dist/types/old.d.ts"), "");
  const env = bareEnvironment(join(folder, "home"));
  const elsewhere = { ...env, TZ: "Asia/Kathmandu", LC_ALL: "tr_TR.UTF-8" };
  const [built, run] = await Promise.all([
    start(process.execPath, [join(here, "generator/build/build.mjs")], "/", elsewhere),
    start("npm", ["run", "check"], there, env),
  ]);
  expect(built).toEqual({ code: 0, stdout: "", stderr: "" });
  checked = run;
}, 180_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("a script that needs dist/ says that it is missing, builds it and goes on", () => {
  expect(checked).toMatchObject({ code: 0, stderr: expect.stringMatching(/^There is no dist\/ yet: .*\n/) });
  expect(checked.stderr).toContain("Everything is up to date.");
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  const needsBuild = /^node generator\/build\/build-if-missing\.mjs && /;
  for (const name of ["generate", "check", "typecheck", "setup", "bench"]) expect(scripts[name]).toMatch(needsBuild);
});

it("a script builds it as well where a file of it is missing, and only then", async () => {
  const env = bareEnvironment(join(folder, "home"));
  const build = () => start(process.execPath, [join(there, "generator/build/build-if-missing.mjs")], folder, env);
  expect(await build()).toEqual({ code: 0, stdout: "", stderr: "" });
  const file = "generated/templates.js";
  rmSync(join(there, "dist", file));
  expect(await build()).toEqual({
    code: 0,
    stdout: "",
    stderr: `There is no dist/${file}: \`npm run build\` runs first.\n`,
  });
  expect(filesIn(join(there, "dist"))).toContain(file);
}, 120_000);

it("a second build is the same to the last byte", () => {
  const files = filesIn(join(here, "dist"));
  expect(files).toEqual(
    expect.arrayContaining(["command.js", "fencegen.js", "index.mjs", "types/index.d.ts", ...codeCaches]),
  );
  expect(filesIn(join(there, "dist"))).toEqual(files);
  for (const file of files) {
    if (codeCaches.includes(file)) continue;
    const [one, other] = [here, there].map((tree) => readFileSync(join(tree, "dist", file)));
    expect(one!.equals(other!), file).toBe(true);
  }
});

it("a build names nothing of the machine that it was made on, not even in the code cache", () => {
  const names = [here, there, root, homedir(), hostname()].filter((name) => name.length > 3);
  for (const tree of [here, there]) {
    for (const file of filesIn(join(tree, "dist"))) {
      const bytes = readFileSync(join(tree, "dist", file));
      for (const name of names)
        for (const encoding of ["utf8", "utf16le"] as const)
          expect(bytes.includes(Buffer.from(name, encoding)), `${name} in ${file}`).toBe(false);
    }
  }
});

it("a stack trace names the bundle, and no place where it was built", async () => {
  renameSync(here, moved);
  const fault = join(folder, "fault.cjs");
  writeFileSync(fault, 'process.stdout.write = () => { throw new Error("a fault of ours"); };');
  const args = ["--require", fault, join(moved, "dist/fencegen.js"), "--help"];
  const { code, stderr } = await start(process.execPath, args, folder, bareEnvironment(join(folder, "home")));
  expect(code).toBe(70);
  expect(stderr).toMatch(/^ +at .*\bfencegen\/dist\/command\.js:\d+:\d+/m);
  for (const place of [here, there, root]) expect(stderr).not.toContain(place);
});

function filesIn(of: string): string[] {
  return readdirSync(of, { recursive: true, withFileTypes: true })
    .flatMap((entry) => (entry.isFile() ? [relative(of, join(entry.parentPath, entry.name))] : []))
    .sort();
}
