// Each command, with each file that it reads in each wrong shape: it ends, with a documented exit code other than 70, and with
// `--json` prints exactly one object, whose problems have a code, a reason and a way to mend them.
import { spawnSync } from "node:child_process";
import {
  cpSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { codes } from "../../generator/diagnostics/codes.ts";
import { root, temporaryFolder } from "../support/command.ts";
import { hastyDisk, testHost } from "../support/host.ts";
import { inProcess } from "../support/in-process.ts";
import { testChip } from "../support/test-chip.ts";

const GiB = 2 ** 30;
const host = testHost(hastyDisk);

/** What stands in the place of a file; a folder of a name that ends in a slash is put there with its files. */
const shapes: Readonly<Record<string, (path: string) => void>> = {
  nothing: () => {},
  "a folder": (path) => mkdirSync(path),
  "a folder with something in it": (path) => mkdirSync(join(path, "more"), { recursive: true }),
  "a link to nothing": (path) => symlinkSync("nowhere", path),
  "a link to itself": (path) => symlinkSync(path, path),
  "a link to a file that cannot be read": (path) => symlinkSync("/proc/self/mem", path),
  "a link to a device": (path) => symlinkSync("/dev/zero", path),
  "a pipe": (path) => linkSync(join(packageFolder, "pipe"), path),
  empty: (path) => writeFileSync(path, ""),
  "no UTF-8": (path) => writeFileSync(path, Buffer.from([0xff, 0xfe, 0x80, 0xc0, 0x0a])),
  "half a file": (path) => writeFileSync(path, '{\n  "schemaVersion": 2,\n  "chip '),
  "a JSON null": (path) => writeFileSync(path, "null"),
  "a JSON object": (path) => writeFileSync(path, '{ "schemaVersion": 1, "__proto__": null, "constructor": {} }'),
  "deep JSON": (path) => writeFileSync(path, `${"[".repeat(100_000)}${"]".repeat(100_000)}`),
  "longer than a string can be": (path) => sparse(path, 0.6 * GiB),
  "longer than a buffer can be": (path) => sparse(path, 5 * GiB),
};

/** Takes no room on the disk. */
function sparse(path: string, bytes: number): void {
  writeFileSync(path, "");
  truncateSync(path, Math.floor(bytes));
}

const write = [["generate"], ["generate", "--force"], ["verify"]];
const read = [["validate"], ["list"], ["plan", "test-chip"], ["facts", "--coverage"]];
const litmus = ["litmus", "litmus.json"];
/** Commands that leave a project as it is, for the next one. */
const reading = new Set(["validate", "list", "plan", "facts", "check", "litmus"]);
const another = [
  "new",
  "other",
  "--core",
  "cortex-m4",
  "--coherent",
  "yes",
  "--memory",
  "RAM=0x20000000+64KiB",
  "--vendor",
  "V",
  "--master",
  "none",
];

const against = (path: string) => ["facts", "test-chip", "--against", path];

/** Which commands read which file; what a run that was interrupted leaves is part of each project that they are tried on. */
const files: readonly (readonly [path: string, commands: readonly (readonly string[])[]])[] = [
  ["chips", [...write, ...read, litmus, another]],
  ["chips/test-chip.yaml", [...write, ...read, litmus, another]],
  ["chips/other.yaml", [["generate"], another]],
  ["chips/architectures", [["generate"], ["list"], litmus]],
  ["chips/architectures/more.yaml", [["generate"], ["list"], litmus]],
  ["chips/.unsound.json", write],
  ["chips/.unsound.json.fencegen-new", [["verify"]]],
  [".fencegen.yaml", [...write, ["facts", "--coverage"]]],
  ["README.md", [["generate"], ["check"]]],
  ["litmus.json", [litmus]],
  ["board.dtb", [against("board.dtb"), ["new", "other", "--from", "board.dtb"]]],
  ["chip.svd", [against("chip.svd"), ["new", "other", "--from", "chip.svd"]]],
  ["pack.pdsc", [against("pack.pdsc"), against("pack.pdsc#DEVICE")]],
  ["out", write],
  ["out/manifest.json", write],
  ["out/rust", write],
  ["out/rust/src/test_chip.rs", write],
  ["out/rust/src/lib.rs", write],
  ["out/typescript/index.ts", write],
  ["out/.fencegen", write],
  ["out/.fencegen/journal", write],
  ["out/.fencegen/journal.new", [["generate"]]],
  ["out/.fencegen/lock", [["generate"], ["check"]]],
  ["out/.fencegen/lock/owner", [["generate"], ["check"]]],
  ["out/.fencegen/staged", [["generate"]]],
  ["out/.fencegen/staged/0", [["generate"]]],
];

/** A chip whose fence is barriers alone, for a master that only reads: the fewest executions to verify. */
const chip = testChip({
  coreCaches: "[]",
  mechanisms: " []",
  dma: "\n  DMA: { reads: [RAM], snoops: none }",
});
const template: Readonly<Record<string, string>> = {
  "chips/test-chip.yaml": chip,
  ".fencegen.yaml": "tables: [README.md]\n",
  "README.md": "<!-- fencegen:chips -->\n<!-- /fencegen:chips -->\n",
  "litmus.json": JSON.stringify([{ arch: "AArch64", name: "none", threads: [[]], exists: {} }]),
};

/** Of what comes with fencegen all that the project and `new` refer to, and no more: each run reads all that is there. */
const shipped = [
  ...["architectures/armv7-m.yaml", "architectures/armv8-a.yaml", "cores/cortex-m4.yaml"],
  ...["sources.yaml", "nrf52840.yaml"],
];

/** The project as it is when everything is right: folders, and files with what stands in them. */
const project: { readonly files: Map<string, Buffer>; readonly folders: string[] } = { files: new Map(), folders: [] };
let packageFolder = "";

beforeAll(async () => {
  packageFolder = mkdtempSync(join(tmpdir(), "fencegen-test-"));
  expect(spawnSync("mkfifo", [join(packageFolder, "pipe")]).status).toBe(0);
  for (const path of shipped) cpSync(join(root, "chips", path), join(packageFolder, "chips", path));
  const folder = mkdtempSync(join(tmpdir(), "fencegen-test-"));
  for (const [path, text] of Object.entries(template)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  expect(await run(["generate"], folder)).toMatchObject({ code: 0 });
  for (const path of (readdirSync(folder, { recursive: true }) as string[]).sort())
    if (statSync(join(folder, path)).isDirectory()) project.folders.push(path);
    else project.files.set(path, readFileSync(join(folder, path)));
  rmSync(folder, { recursive: true });
});

afterAll(() => rmSync(packageFolder, { recursive: true, force: true }));

function run(command: readonly string[], cwd: string) {
  return inProcess(command, cwd, host, packageFolder);
}

/** The project with something else in the place of one path. */
function projectWith(path: string, place: (path: string) => void): string {
  const cwd = temporaryFolder();
  const isKept = (each: string) => each !== path && !each.startsWith(`${path}/`);
  for (const folder of project.folders) if (isKept(folder)) mkdirSync(join(cwd, folder));
  for (const [file, content] of project.files) if (isKept(file)) writeFileSync(join(cwd, file), content);
  mkdirSync(dirname(join(cwd, path)), { recursive: true });
  place(join(cwd, path));
  return cwd;
}

interface Answer {
  readonly schemaVersion: number;
  readonly error?: object;
  readonly diagnostics?: readonly { readonly code: keyof typeof codes; readonly message: string }[];
}

describe.each(files)("%s", (path, commands) => {
  it.each(Object.entries(shapes))("%s", { timeout: 120_000 }, async (_, place) => {
    let unchanged: string | undefined;
    for (const command of commands) {
      const cwd = unchanged ?? projectWith(path, place);
      unchanged = reading.has(command[0]!) ? cwd : undefined;
      const { code, stdout, stderr } = await run([...command, "--json"], cwd);
      const { schemaVersion, diagnostics = [], error } = JSON.parse(stdout || "{}") as Answer;
      expect({ code, schemaVersion }, `${command.join(" ")}: ${stderr}`).toEqual({
        // A chip that nothing describes any more cannot be asked for.
        code: expect.toBeOneOf(error ? [64] : [0, 1, 2]),
        schemaVersion: 1,
      });
      for (const problem of diagnostics) expect(problem).toMatchObject(pick(codes[problem.code]));
      const isError = diagnostics.some((problem) => codes[problem.code].severity === "error");
      if (isError) expect({ command, code }).toEqual({ command, code: 1 });
      // What says that it is done is done.
      if (command[0] === "generate" && code === 0) {
        const after = await run(["check"], cwd);
        expect({ command, code: after.code, text: after.stdout + after.stderr }).toMatchObject({ command, code: 0 });
      }
    }
  });
});

function pick({ severity, why }: (typeof codes)[keyof typeof codes]) {
  return { severity, why, mend: expect.any(String) };
}
