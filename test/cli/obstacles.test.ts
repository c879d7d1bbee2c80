// What stands where fencegen has a file or a folder and is none: said by every command that meets it, with what to do, never
// read, and never replaced.
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, lstatSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { codes } from "../../generator/diagnostics/codes.ts";
import { temporaryFolder } from "../support/command.ts";
import { hastyDisk, testHost } from "../support/host.ts";
import { inProcess } from "../support/in-process.ts";
import { testChip } from "../support/test-chip.ts";

/** What can stand there, and what is said of it where a file should be. */
const things: Readonly<Record<string, (path: string) => void>> = {
  "a named pipe": (path) => execFileSync("mkfifo", [path]),
  "a socket": (path) => {
    const script = "require('net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))";
    spawnSync(process.execPath, ["-e", script, path]);
    expect(lstatSync(path).isSocket()).toBe(true);
  },
  "a folder": (path) => mkdirSync(join(path, "more"), { recursive: true }),
  "a file": (path) => writeFileSync(path, "mine"),
  "a link": (path) => symlinkSync("nowhere", path),
};

const writing = [["generate"], ["generate", "--force"]];
const every = [...writing, ["check"], ["verify"]];

/** Which command meets it; a fence's files are compared by `verify`, and only a run that writes needs its private folder. */
const files: readonly (readonly [path: string, commands: readonly (readonly string[])[]])[] = [
  ["out/manifest.json", [...writing, ["check"]]],
  ["out/rust/src/test_chip.rs", every],
  ["out/typescript/index.ts", [...writing, ["check"]]],
  ["out/.fencegen/journal", writing],
  ["out/.fencegen/journal.new", writing],
  ["out/.fencegen/lock/owner", writing],
  ["out/.fencegen/staged/0", writing],
  ["README.md", [...writing, ["check"]]],
];
const folders: typeof files = [
  ["out", [...writing, ["check"]]],
  ["out/rust", every],
  ["out/rust/src", every],
  ["out/.fencegen", writing],
  ["out/.fencegen/lock", writing],
  ["out/.fencegen/staged", writing],
];

const made: { folder?: string } = {};

beforeAll(async () => {
  made.folder = mkdtempSync(join(tmpdir(), "fencegen-test-"));
  mkdirSync(join(made.folder, "chips"));
  const barriersOnly = {
    coreCaches: "[]",
    mechanisms: " []",
    dma: "\n  - { name: DMA, reaches: [RAM], snoops: none }",
  };
  writeFileSync(join(made.folder, "chips/test-chip.yaml"), testChip(barriersOnly));
  writeFileSync(join(made.folder, ".fencegen.yaml"), "tables: [README.md]\n");
  writeFileSync(join(made.folder, "README.md"), "<!-- fencegen:chips -->\n<!-- /fencegen:chips -->\n");
  expect(await inProcess(["generate"], made.folder)).toMatchObject({ code: 0 });
});

afterAll(() => rmSync(made.folder!, { recursive: true, force: true }));

/** The project with something else in the place of a file or folder. */
function projectWith(path: string, put: (path: string) => void): string {
  const cwd = temporaryFolder();
  cpSync(made.folder!, cwd, { recursive: true });
  rmSync(join(cwd, path), { recursive: true, force: true });
  mkdirSync(dirname(join(cwd, path)), { recursive: true });
  put(join(cwd, path));
  return cwd;
}

describe.each([...files.map((row) => [...row, "file"] as const), ...folders.map((row) => [...row, "folder"] as const)])(
  "in place of %s",
  (path, commands, wanted) => {
    it.each(Object.keys(things).filter((thing) => thing !== `a ${wanted}`))("%s", async (thing) => {
      // The output folder itself may be a link.
      if (path === "out" && thing === "a link") return;
      const cwd = projectWith(path, things[thing]!);
      for (const command of commands) {
        const { code, stdout, stderr } = await inProcess([...command, "--json"], cwd, testHost(hastyDisk));
        const { diagnostics } = JSON.parse(stdout) as { diagnostics: object[] };
        const isOutputLink = thing === "a link" && !path.startsWith("out/.fencegen/");
        const expected = isOutputLink ? "output/link" : "output/not-a-file";
        expect({ command, code, diagnostics }, stderr).toEqual({
          command,
          code: 1,
          diagnostics: [
            {
              ...codes[expected],
              code: expected,
              message: isOutputLink ? "is a link" : `is ${thing}, no ${wanted}`,
              path,
            },
          ],
        });
      }
      expect(lstatSync(join(cwd, path)).isFile()).toBe(thing === "a file");
    });
  },
);

it("a stranger among what a run prepares is named and left alone", async () => {
  for (const path of ["out/.fencegen/staged/notes.txt", "out/.fencegen/lock/notes.txt"]) {
    const cwd = projectWith(path, things["a file"]!);
    writeFileSync(join(cwd, "chips/test-chip.yaml"), `${testChip()}\n`);
    const { code, stderr } = await inProcess(["generate", "--force"], cwd);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining(`${path} error output/not-a-file: is none`),
    });
    expect(lstatSync(join(cwd, path)).isFile()).toBe(true);
  }
});
