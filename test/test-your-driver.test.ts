// The walk-through of chips/test-your-driver.md, word for word: in a project that has the package, under vitest and under Node's own runner.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { transformSync } from "esbuild";
import { afterAll, beforeAll, expect, it } from "vitest";
import { root } from "./support/command.ts";
import { bareEnvironment, run } from "./support/npm.ts";

const page = readFileSync(join(root, "chips/test-your-driver.md"), "utf8");
/** What the page says in order: a file, a change to one, or what a run prints. */
const blocks = [...page.matchAll(/(?:`([\w.-]+\.ts)`:\n\n)?```(ts|diff|text)\n([\s\S]*?)```/g)].map(
  ([, file, language, text]) => ({ file, language, text: text! }),
);
const folder = mkdtempSync(join(tmpdir(), "fencegen-driver-"));
const project = join(folder, "project");
const env = { ...bareEnvironment(join(folder, "home")), NO_COLOR: "1" };

beforeAll(() => {
  mkdirSync(project);
  const packed = run("npm", ["pack", "--ignore-scripts", "--pack-destination", folder], root, env);
  expect(packed.code, packed.stderr).toBe(0);
  const file = join(folder, readdirSync(folder).find((name) => name.endsWith(".tgz"))!);
  writeFileSync(join(project, "package.json"), '{ "type": "module" }');
  expect(run("npm", ["install", file, "--ignore-scripts"], project, env)).toMatchObject({ code: 0 });
  // Nothing came along with it: who wants the matchers has vitest.
  expect(readdirSync(join(project, "node_modules")).filter((name) => !name.startsWith("."))).toEqual(["fencegen"]);
  for (const name of ["vitest", "fast-check", "@types"])
    symlinkSync(join(root, "node_modules", name), join(project, "node_modules", name));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("is played as it is told", () => {
  expect(blocks.map(({ file, language }) => file ?? language)).toEqual([
    "rx-ring.ts",
    "ethernet.ts",
    "rx-ring.test.ts",
    "text",
    "rx-ring.ts",
    "text",
    "rx-ring.ts",
    "text",
    "send.test.ts",
    "rx-ring.node-test.ts",
    "rx-ring.property.test.ts",
  ]);
  for (const { file, language, text } of blocks) {
    if (language === "ts") writeFileSync(join(project, file!), text);
    if (language === "diff")
      writeFileSync(join(project, file!), changed(readFileSync(join(project, file!), "utf8"), text));
    if (language !== "text") continue;
    const { stdout, stderr } = vitest("rx-ring.test.ts");
    const printed = `${stdout}${stderr}`.split("\n");
    const wanted = text.trimEnd().split("\n");
    const first = printed.indexOf(wanted[0]!);
    expect(printed.slice(first, first + wanted.length), printed.slice(0, 40).join("\n")).toEqual(wanted);
  }
});

it("has a driver that is explored", () => {
  const { code, stdout, stderr } = vitest("send.test.ts");
  expect(code, stdout + stderr).toBe(0);
});

it("has a property that holds, with matchers and arbitraries of the package", () => {
  const { code, stdout, stderr } = vitest("rx-ring.property.test.ts");
  expect(code, stdout + stderr).toBe(0);
});

it("writes a failing trial into one file", () => {
  const [, snippet] = /```js\n([\s\S]*?)```/.exec(page)!;
  const script = `import { writeFileSync } from "node:fs";
import { forSeeds, openChip, reportHtml, ScheduleError } from "fencegen/simulator";
const [chip, trial, options] = [openChip("stm32h743"), () => { throw new Error("lost a frame"); }, {}];
${snippet}`;
  writeFileSync(join(project, "report.mjs"), script);
  const { code, stderr } = run(process.execPath, ["report.mjs"], project, env);
  expect(code).toBe(1);
  expect(stderr).toContain("ScheduleError: with seed 1: lost a frame");
  expect(readFileSync(join(project, "rx-ring.html"), "utf8")).toContain('<p class="lead">lost a frame</p>');
});

it("type-checks as a strict project", () => {
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const how = ["--module", "nodenext", "--target", "es2023", "--allowImportingTsExtensions", "--skipLibCheck"];
  const files = readdirSync(project).filter((name) => name.endsWith(".ts"));
  const args = [tsc, "--ignoreConfig", "--noEmit", "--strict", ...how, "--types", "node", ...files];
  expect(run(process.execPath, args, project, env)).toEqual({ code: 0, stdout: "", stderr: "" });
});

it("runs under Node's own runner, where nothing of vitest is there", () => {
  for (const name of ["vitest", "fast-check", "@types"]) rmSync(join(project, "node_modules", name));
  // Node 20 strips no types.
  for (const name of ["rx-ring", "ethernet", "rx-ring.node-test"]) {
    const { code } = transformSync(readFileSync(join(project, `${name}.ts`), "utf8"), {
      loader: "ts",
      target: "es2022",
    });
    writeFileSync(join(project, `${name}.mjs`), code.replace(/from "(\.\/[\w.-]+)\.ts"/g, 'from "$1.mjs"'));
  }
  const { code, stdout, stderr } = run(process.execPath, ["--test", "rx-ring.node-test.mjs"], project, env);
  expect(code, stdout + stderr).toBe(0);
  expect(stdout).toMatch(/^(?:#|ℹ) pass 1$/m);
});

function vitest(file: string) {
  return run(process.execPath, ["node_modules/vitest/vitest.mjs", "run", file], project, env);
}

/** A text with a change made to it, which names each line that goes and those around, once. */
function changed(text: string, diff: string): string {
  const lines = diff.trimEnd().split("\n");
  const side = (sign: string) =>
    lines.flatMap((line) => (line[0] === sign || line[0] === " " ? [`${line.slice(1)}\n`] : [])).join("");
  expect(text.split(side("-"))).toHaveLength(2);
  return text.replace(side("-"), () => side("+"));
}
