// A project that is set up: what is written, what stays as it is, and that what was written works.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { root, temporaryFolder } from "../support/command.ts";
import { faultyDisk } from "../support/faulty-disk.ts";
import { hastyDisk, testHost } from "../support/host.ts";
import { inProcess } from "../support/in-process.ts";

const host = testHost(hastyDisk);
const read = (folder: string, path: string) => readFileSync(join(folder, path), "utf8");
const own = [
  "--new",
  "my-board",
  ...["--vendor", "Me", "--core", "cortex-m7", "--coherent", "no", "--cache", "none"],
  ...["--memory", "RAM=0x2400_0000+512KiB", "--master", "DMA", "--target", "thumbv7em-none-eabihf"],
];

/** A folder in which fencegen is installed, and what else is named. */
function project(...packages: string[]): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(root, join(folder, "node_modules/fencegen"));
  for (const name of packages) symlinkSync(join(root, "node_modules", name), join(folder, "node_modules", name));
  return folder;
}

function filesIn(folder: string): string[] {
  return (readdirSync(folder, { recursive: true }) as string[])
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => !path.startsWith("node_modules") && /\.\w+$/.test(path) && !/^\.\w+$/.test(path))
    .sort();
}

const node = (folder: string, ...args: string[]) => {
  const { NODE_TEST_CONTEXT: _, FORCE_COLOR: __, ...env } = process.env;
  const options = { cwd: folder, encoding: "utf8", env: { ...env, NO_COLOR: "1" } } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, args, options);
  return { code: status, said: `${stdout}${stderr}` };
};

it("with a shipped chip: settings, editor, workflow and test, and the next three commands", async () => {
  const folder = project();
  const { code, stdout, stderr } = await inProcess(["init", "stm32h743"], folder, host);
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: `wrote .fencegen.yaml
wrote .vscode/settings.json
wrote .github/workflows/fencegen.yml
wrote test/stm32h743-driver.test.mjs
`,
  });
  expect(stderr).toBe(`
Next:
  npx fencegen generate
  npx fencegen verify
  node --test test/stm32h743-driver.test.mjs
`);
  expect(filesIn(folder)).toEqual([
    ".fencegen.yaml",
    ".github/workflows/fencegen.yml",
    ".vscode/settings.json",
    "test/stm32h743-driver.test.mjs",
  ]);
  expect(parse(read(folder, ".fencegen.yaml"))).toEqual({ shipped: ["stm32h743"] });
  const [, schema] = /\$schema=(\S+)/.exec(read(folder, ".fencegen.yaml"))!;
  const { "yaml.schemas": schemas } = JSON.parse(read(folder, ".vscode/settings.json")) as {
    "yaml.schemas": Record<string, string>;
  };
  for (const path of [schema!, ...Object.keys(schemas)]) expect(existsSync(join(folder, path)), path).toBe(true);
  const { jobs } = parse(read(folder, ".github/workflows/fencegen.yml")) as {
    jobs: { fencegen: { steps: { run?: string }[] } };
  };
  expect(jobs.fencegen.steps.flatMap(({ run }) => run ?? [])).toEqual([
    "npm ci",
    "npx fencegen check --format github",
    "npx fencegen verify --format github",
    "node --test test/stm32h743-driver.test.mjs",
  ]);
  // What it says comes next does what it should.
  expect(await inProcess(["generate"], folder, host)).toMatchObject({ code: 0 });
  expect(await inProcess(["check", "--format", "github"], folder, host)).toMatchObject({ code: 0 });
  expect(await inProcess(["verify"], folder, host)).toMatchObject({ code: 0 });
}, 60_000);

it("the editor's settings are those of chips/README.md, with the schemas that are installed", async () => {
  const folder = project();
  await inProcess(["init", "rp2040"], folder, host);
  const [, printed] = /```json\n(\{\n {2}"yaml\.schemas"[\s\S]*?)```/.exec(read(root, "chips/README.md"))!;
  expect(read(folder, ".vscode/settings.json").replaceAll("node_modules/fencegen/dist/schema", "out/schema")).toBe(
    printed,
  );
});

describe.each([
  ["type left out", "{}"],
  ["a module", '{ "type": "module" }'],
  ["CommonJS", '{ "type": "commonjs" }'],
])("a package.json with %s", (_, text) => {
  it.each([
    ["stm32h743", 2],
    ["rp2040", 1],
    ["alif-ensemble", 2],
  ])(
    "has a test for Node's own runner that passes, on %s",
    async (id, tests) => {
      const folder = project();
      writeFileSync(join(folder, "package.json"), text);
      await inProcess(["init", id], folder, host);
      const { code, said } = node(folder, "--test", `test/${id}-driver.test.mjs`);
      expect({ code, said }).toEqual({ code: 0, said: expect.stringContaining(`# pass ${tests}\n`) });
    },
    120_000,
  );

  it("has a test for vitest that passes, where that is installed, with the class that generate writes", async () => {
    const folder = project("vitest");
    writeFileSync(join(folder, "package.json"), text);
    expect(await inProcess(["init", ...own], folder, host)).toMatchObject({ code: 0 });
    expect(await inProcess(["generate"], folder, host)).toMatchObject({ code: 0 });
    const { code, said } = node(folder, join(root, "node_modules/vitest/vitest.mjs"), "run");
    expect({ code, said }).toEqual({ code: 0, said: expect.stringMatching(/my-board-driver\.test\.mts \(2 tests\)/) });
  }, 120_000);
});

it("a test that its fence does not make pass fails", async () => {
  const folder = project();
  await inProcess(["init", "stm32h743"], folder, host);
  const path = join(folder, "test/stm32h743-driver.test.mjs");
  const text = readFileSync(path, "utf8");
  const calls = text.split("    fence.acquire(buffer);\n");
  expect(calls).toHaveLength(3);
  // Behind the transfer that writes.
  writeFileSync(path, `${calls[0]}    fence.acquire(buffer);\n${calls[1]}${calls[2]}`);
  expect(node(folder, "--test", path)).toMatchObject({ code: 1, said: expect.stringContaining("ScheduleError") });
});

it("a package of a monorepo finds what is installed above it, and has no workflow where GitHub would not look", async () => {
  const top = project("vitest");
  mkdirSync(join(top, ".git"));
  const folder = join(top, "packages/driver");
  mkdirSync(folder, { recursive: true });
  const { code, stdout, stderr } = await inProcess(["init", "rp2040"], folder, host);
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: "wrote .fencegen.yaml\nwrote .vscode/settings.json\nwrote test/rp2040-driver.test.mts\n",
  });
  expect(stderr).toContain("No workflow: GitHub looks for those at ../..");
  const [, schema] = /\$schema=(\S+)/.exec(read(folder, ".fencegen.yaml"))!;
  expect(existsSync(join(folder, schema!))).toBe(true);
  const said = node(folder, join(root, "node_modules/vitest/vitest.mjs"), "run");
  expect(said).toMatchObject({ code: 0, said: expect.stringContaining("rp2040-driver.test.mts (1 test)") });
}, 60_000);

describe("nothing that is there", () => {
  it.each([[".fencegen.yaml"], [".vscode/settings.json"], [".github/workflows/fencegen.yml"]])(
    "is written over: %s",
    async (path) => {
      const folder = project();
      mkdirSync(join(folder, path, ".."), { recursive: true });
      writeFileSync(join(folder, path), "# mine\n");
      const { code, stdout, stderr } = await inProcess(["init", "rp2040"], folder, host);
      expect(code).toBe(0);
      expect(stderr).toContain(`${path} is there, and stays as it is.\n`);
      expect(stdout).not.toContain(path);
      expect(read(folder, path)).toBe("# mine\n");
      // Settings that do not list the chip: what comes next does it.
      expect(stderr).toContain(`npx fencegen generate${path === ".fencegen.yaml" ? " rp2040" : ""}\n`);
    },
  );

  it("is written over, nor asked about, by a second run; a link is something as well", async () => {
    const folder = project("vitest");
    symlinkSync("nowhere", join(folder, ".fencegen.yaml"));
    expect(await inProcess(["init", ...own], folder, host)).toMatchObject({ code: 0 });
    expect(existsSync(join(folder, "nowhere"))).toBe(false);
    const before = filesIn(folder).map((path) => [path, existsSync(join(folder, path)) && read(folder, path)]);
    const again = await inProcess(["init", "--new", "my-board"], folder, host);
    expect(again).toMatchObject({ code: 0, stdout: "" });
    expect(again.stderr.match(/ is there, and stays as it is\.$/gm)).toHaveLength(5);
    expect(filesIn(folder).map((path) => [path, existsSync(join(folder, path)) && read(folder, path)])).toEqual(before);
  });
});

describe("a chip of one's own", () => {
  it("is described as `new` does it, and its test needs a runner for TypeScript", async () => {
    const folder = project();
    const { code, stdout, stderr } = await inProcess(["init", ...own], folder, host);
    expect(code).toBe(0);
    expect(stdout).toContain("wrote chips/my-board.yaml\n");
    expect(stderr).toContain("npm install --save-dev vitest");
    expect(stderr).toContain(
      "Next:\n  npx fencegen validate chips/my-board.yaml\n  npx fencegen plan my-board\n  npx fencegen generate\n",
    );
    const other = project();
    await inProcess(["new", ...own.slice(1)], other, host);
    expect(read(folder, "chips/my-board.yaml")).toBe(read(other, "chips/my-board.yaml"));
  });

  it("that waits for an answer has no test yet, and is told why, what to look up and what comes then", async () => {
    const folder = project("vitest");
    const open = own.map((word, at) => (own[at - 1] === "--coherent" ? "unknown" : word));
    const { code, stdout, stderr } = await inProcess(["init", ...open], folder, host);
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/^The nearest described chip is /) });
    expect(stderr).toContain("chips/my-board.yaml has 3 facts with `TODO` for a source: ");
    const why = "whether `DMA` sees L1D is not known, and it reaches `RAM`, which L1D caches";
    const mended = "`npx fencegen init my-board` writes the test once that is mended";
    const note = `No test of a driver: my-board has no fence as it is described: ${why}. ${mended}.\n`;
    expect(stderr).toContain(note);
    expect(stdout).not.toContain("test/");
    expect((await inProcess(["init", "my-board"], folder, host)).stderr).toContain(note);
    const path = join(folder, "chips/my-board.yaml");
    writeFileSync(path, read(folder, "chips/my-board.yaml").replace("snoops: unknown", "snoops: none"));
    const again = await inProcess(["init", "my-board"], folder, host);
    expect(again).toMatchObject({ code: 0, stdout: "wrote test/my-board-driver.test.mts\n" });
  });

  it("is not called as a shipped one of the same project", async () => {
    const folder = project();
    const argv = ["init", "stm32h743", ...own.map((word) => (word === "my-board" ? "stm32h743" : word))];
    const { code, stderr } = await inProcess(argv, folder, host);
    expect({ code, files: filesIn(folder) }).toEqual({ code: 64, files: [] });
    expect(stderr).toContain("stm32h743 comes with fencegen; give the chip of your own another id");
  });

  it("without the answers is wrong usage where nobody can be asked, and nothing is written", async () => {
    const folder = project();
    const { code, stderr } = await inProcess(["init", "--new", "my-board"], folder, host);
    expect({ code, stderr }).toEqual({ code: 64, stderr: expect.stringContaining("--core ID") });
    expect(filesIn(folder)).toEqual([]);
  });
});

it("asks for nothing where there is no terminal, and says what a chip is called that is not there", async () => {
  const folder = project();
  expect(await inProcess(["init"], folder, host)).toMatchObject({
    code: 0,
    stdout: "wrote .fencegen.yaml\nwrote .vscode/settings.json\nwrote .github/workflows/fencegen.yml\n",
  });
  const unknown = await inProcess(["init", "stm32h74"], project(), host);
  expect(unknown).toMatchObject({ code: 64, stderr: expect.stringContaining("did you mean `stm32h743`?") });
});

it.each([
  ["k210", "has no fence as it is described: The DMA masters are taken not to see the data cache"],
  ["earlgrey", "no DMA master of earlgrey both reads and writes"],
])("%s has no test of a driver, and the reason is said", async (id, why) => {
  const { code, stdout, stderr } = await inProcess(["init", id], project(), host);
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining(why) });
  expect(stdout).not.toContain("test/");
});

it("leaves nothing of a set that the disk has no room for", async () => {
  const counting = faultyDisk();
  await inProcess(["init", "rp2040"], project(), testHost(counting.disk));
  const firstRename = counting.steps.indexOf("rename");
  expect(firstRename).toBeGreaterThan(3);
  for (let at = 0; at < firstRename; at += 2) {
    const folder = project();
    const { code, stderr } = await inProcess(["init", "rp2040"], folder, testHost(faultyDisk("is full", at).disk));
    expect(code).toBe(1);
    expect(stderr).toContain("Nothing was written.");
    expect(filesIn(folder).filter((path) => !path.startsWith("out/"))).toEqual([]);
  }
});
