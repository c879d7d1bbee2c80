// What the package holds, and that it works where there is nothing else: packed, installed into an empty project without a
// network, and used as the guide's section on a project of one's own says.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { transformSync } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root } from "./support/command.ts";
import { bareEnvironment, run } from "./support/npm.ts";

const guide = readFileSync(join(root, "templates/site/pages/use-a-fence.md"), "utf8");
const section = /^## In a project of your own\n([\s\S]*)/m.exec(guide)![1]!;
const block = (language: string) => new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(section)![1]!;

const folder = mkdtempSync(join(tmpdir(), "fencegen-package-"));
const project = join(folder, "project");
const installed = join(project, "node_modules/fencegen");
const env = bareEnvironment(join(folder, "home"));
const inProject = (program: string, ...args: string[]) => run(program, args, project, env);

beforeAll(() => {
  mkdirSync(project);
  const packed = run("npm", ["pack", "--ignore-scripts", "--pack-destination", project], root, env);
  expect(packed.code, packed.stderr).toBe(0);
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the package", () => {
  it("is installed by the guide's first command, without a network and with nothing else", () => {
    const [install] = block("sh").split("\n");
    const [program, ...args] = install!.split(" ");
    const { code, stderr } = inProject(program!, ...args, "--offline", "--ignore-scripts");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(readdirSync(join(project, "node_modules")).sort()).toEqual([".bin", ".package-lock.json", "fencegen"]);
  });

  it("holds what is listed, and every description", () => {
    const listed = readFileSync(join(root, "test/package-files.txt"), "utf8").trimEnd().split("\n");
    const described = filesIn(join(root, "chips")).filter((path) => path.endsWith(".yaml"));
    expect(described.length).toBeGreaterThan(100);
    const classes = filesIn(join(root, "out/typescript")).filter((path) => path !== "index.ts");
    const ofClasses = classes.flatMap((path) => [".js", ".d.ts"].map((end) => `dist/chips/${path.slice(0, -3)}${end}`));
    const expected = [...listed, ...described.map((path) => `chips/${path}`), ...ofClasses];
    expect(filesIn(installed)).toEqual(expected.sort());
  });

  it("has no script that runs when it is installed", () => {
    const { scripts } = manifest(installed) as { scripts: Record<string, string> };
    for (const name of ["preinstall", "install", "postinstall"]) expect(scripts).not.toHaveProperty(name);
  });

  it("has the texts of its own licences and of those whose code is bundled", () => {
    expect(manifest(installed)).toMatchObject({ license: "MIT OR Apache-2.0" });
    expect(readFileSync(join(installed, "LICENSE-MIT"), "utf8")).toContain("Permission is hereby granted");
    expect(readFileSync(join(installed, "LICENSE-APACHE"), "utf8")).toContain("Apache License");
    const others = readFileSync(join(installed, "dist/THIRD-PARTY-LICENSES.txt"), "utf8");
    const named = [...others.matchAll(/^(\S+) (\d+\.\d+\.\d+) \(([^)]+)\)$/gm)].map(([, name, version]) => {
      expect(manifest(join(root, "node_modules", name!))).toMatchObject({ version });
      return name!;
    });
    // Whoever is said to be bundled in CONTRIBUTING.md, at least.
    const table = readFileSync(join(root, "CONTRIBUTING.md"), "utf8");
    const bundled = [...table.matchAll(/^\| `([^`]+)` \|.*\bbundled\b.*\|$/gm)].map((match) => match[1]!);
    expect(bundled.filter((name) => name !== "esbuild").length).toBeGreaterThan(3);
    expect(named).toEqual(expect.arrayContaining(bundled));
    for (const text of others.split(`\n${"-".repeat(80)}\n`).slice(1))
      expect(text).toMatch(/permission|redistribution/i);
  });

  it("names no address that is not there", () => {
    const { repository, bugs, homepage, author, funding } = manifest(installed);
    expect([repository, bugs, homepage, author, funding].filter((each) => each !== undefined)).toEqual([]);
    expect(readFileSync(join(installed, "SECURITY.md"), "utf8")).not.toMatch(/https?:|\S@\S+\.\w/);
    expect((manifest(installed)["keywords"] as string[]).length).toBeGreaterThan(3);
  });
});

describe("a project of one's own", () => {
  const chip = `chip: my-board
title: My board
vendor: Nobody
cores:
  - core: cortex-m7
    revision: r1p1
    rustTargets: [thumbv7em-none-eabihf]
memories:
  RAM: { base: 0x2400_0000, size: 512KiB, cachedBy: all }
masters:
  DMA: { reaches: [RAM], snoops: none }
`;

  it("has the modelines that an editor follows to the schemas", () => {
    const [, ofChips] = /The modeline is\s+then\s+`(\$schema=\S+)`/.exec(section)!;
    mkdirSync(join(project, "chips"));
    writeFileSync(join(project, "chips/my-board.yaml"), `# yaml-language-server: ${ofChips}\n${chip}`);
    writeFileSync(join(project, ".fencegen.yaml"), block("yaml"));
    for (const file of ["chips/my-board.yaml", ".fencegen.yaml"]) {
      const path = join(project, file);
      const [, schema] = /^# yaml-language-server: \$schema=(\S+)\n/.exec(readFileSync(path, "utf8"))!;
      expect(existsSync(resolve(dirname(path), schema!)), schema).toBe(true);
    }
  });

  it("generates its own chips on the shipped cores, with the guide's commands and settings", () => {
    const [, ...commands] = block("sh").trimEnd().split("\n");
    expect(commands.length).toBeGreaterThan(1);
    for (const command of commands) {
      const [program, ...args] = command.replace(/ +#.*/, "").split(" ");
      const { code, stderr } = inProject(program!, ...args);
      expect({ command, code, stderr }).toEqual({ command, code: 0, stderr: expect.not.stringContaining("error") });
    }
    const rust = readFileSync(join(project, "out/rust/src/my_board.rs"), "utf8");
    expect(rust).toMatch(/^\/\/ SPDX-License-Identifier: MIT\n/);
    expect(rust).toContain("crate::cortex_m7::CortexM7DmaFence");
    expect(readFileSync(join(project, "out/rust/src/cortex_m7.rs"), "utf8")).toContain("my_hal::dma::DmaFence");
    // The command is compiled at each start and leaves nothing behind.
    expect(filesIn(join(installed, "dist")).filter((path) => path.includes("cache"))).toEqual([]);
  });

  it("runs the emitted class on the library's simulator", () => {
    const emitted = readFileSync(join(project, "out/typescript/my-board.ts"), "utf8");
    writeFileSync(join(project, "my-board.mjs"), transformSync(emitted, { loader: "ts" }).code);
    writeFileSync(
      join(project, "drive.mjs"),
      `import { forSeeds, openChip, ScheduleError } from "fencegen";
import { MyBoardDmaFence } from "./my-board.mjs";

const chip = openChip("chips/my-board.yaml");
const buffer = { address: 0x2400_0100n, lengthBytes: 4 };
const exchange = (machine, fence) => {
  const engine = machine.engine("DMA");
  fence.release(buffer);
  engine.start({ write: { buffer, data: Uint8Array.of(5, 6, 7, 8) } });
  while (!engine.isDone()) machine.wait();
  fence.acquire(buffer);
  const got = machine.load(buffer.address, 4).join();
  if (got !== "5,6,7,8") throw new Error(got);
};
forSeeds(chip, (machine) => exchange(machine, new MyBoardDmaFence(machine)));
try {
  forSeeds(chip, (machine) => exchange(machine, { release() {}, acquire() {} }));
} catch (error) {
  console.log(error instanceof ScheduleError ? "needed" : error);
}
`,
    );
    expect(inProject(process.execPath, "drive.mjs")).toEqual({ code: 0, stdout: "needed\n", stderr: "" });
  });

  it("type-checks against the library's declarations alone", () => {
    writeFileSync(
      join(project, "use.ts"),
      `import { type DmaFence, openChip, RecordingMachine, replay, SimulatedMachine } from "fencegen";
import { MyBoardDmaFence } from "./out/typescript/my-board.ts";

export const chip = openChip("chips/my-board.yaml");
export const machine = new SimulatedMachine(chip, { seed: 1 });
export const fence: DmaFence = new MyBoardDmaFence(new RecordingMachine());
export const text: string = replay(chip, { fence: "a", scenario: "b", schedule: [] });
// @ts-expect-error the types are there, and not any
export const wrong: number = openChip("my-board");
`,
    );
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    const options = [
      "--noEmit",
      "--strict",
      "--allowImportingTsExtensions",
      "--module",
      "nodenext",
      "--target",
      "es2023",
    ];
    expect(inProject(process.execPath, tsc, ...options, "use.ts")).toEqual({ code: 0, stdout: "", stderr: "" });
  });
});

describe("an empty folder with the package alone", () => {
  const fresh = join(folder, "fresh");

  it("is a project after init, of which generate, check, verify and the driver's test pass", () => {
    mkdirSync(fresh);
    const tarball = readdirSync(project).find((name) => name.endsWith(".tgz"))!;
    const inFresh = (program: string, ...args: string[]) => run(program, args, fresh, env);
    const installs = ["install", "--save-dev", "--offline", "--ignore-scripts", join(project, tarball)];
    expect(inFresh("npm", ...installs)).toMatchObject({ code: 0 });
    const { code, stdout, stderr } = inFresh("npx", "fencegen", "init", "stm32h743");
    expect({ code, written: stdout.match(/^wrote /gm) }).toEqual({ code: 0, written: Array(4).fill("wrote ") });
    const [, next] = /^Next:\n([\s\S]*)/m.exec(stderr)!;
    const commands = next!.trim().split(/\n\s+/);
    expect(commands).toHaveLength(3);
    for (const command of [...commands, "npx fencegen check"]) {
      const [program, ...args] = command.split(" ");
      expect({ command, ...inFresh(program!, ...args) }).toMatchObject({ command, code: 0 });
    }
    // As Git would have it: nothing of the machine, and only the chip that was asked for.
    expect(filesIn(join(fresh, "out/typescript"))).toEqual(["index.ts", "stm32h743.ts"]);
    for (const path of filesIn(fresh).filter((each) => !/^(node_modules|package)/.test(each)))
      expect(readFileSync(join(fresh, path), "utf8"), path).not.toContain(folder);
  });
});

/** What is said in SECURITY.md of the programs themselves. */
describe.each(["dist/command.js", "dist/simulator.mjs"])("%s", (path) => {
  const text = readFileSync(join(root, path), "utf8");
  const parts = [
    ...text.matchAll(/(?:\brequire\w*|\bimport|\bgetBuiltinModule)\(\s*["'`](?:node:)?([\w/-]+)["'`]\s*\)/g),
    ...text.matchAll(/\bfrom\s*["'](?:node:)?([\w/-]+)["']/g),
  ].map((match) => match[1]!.split("/")[0]!);

  it("uses only those parts of Node that it needs, and none that reaches the network", () => {
    // What only stands in texts: names of helpers in ajv's, and the import in a snippet that the command prints.
    const used = [...new Set(parts)].filter((name) => !["ajv", "fencegen"].includes(name)).sort();
    expect(used).toContain("fs");
    const allowed = {
      "dist/command.js": [
        "buffer",
        "child_process",
        "crypto",
        "fs",
        "os",
        "path",
        "process",
        "readline",
        "url",
        "util",
        "v8",
        "worker_threads",
        "zlib",
      ],
      "dist/simulator.mjs": ["buffer", "crypto", "fs", "module", "path", "process", "url"],
    }[path]!;
    expect(used.filter((name) => !allowed.includes(name))).toEqual([]);
    expect(text).not.toMatch(/\b(fetch|WebSocket|EventSource|XMLHttpRequest)\s*\(/);
  });

  it("evaluates no text", () => {
    expect(text).not.toMatch(/\bnew Function\b|\bFunction\(|[^.\w]eval\(|runIn(?:This|New)?Context|\bimport\((?!["'])/);
  });
});

function manifest(of: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(of, "package.json"), "utf8")) as Record<string, unknown>;
}

/** Relative, with forward slashes, sorted. */
function filesIn(of: string): string[] {
  return readdirSync(of, { recursive: true, withFileTypes: true })
    .flatMap((entry) =>
      entry.isFile() ? [relative(of, join(entry.parentPath, entry.name)).replaceAll("\\", "/")] : [],
    )
    .sort();
}
