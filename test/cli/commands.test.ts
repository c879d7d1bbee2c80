// What holds for every command: help, wrong usage, JSON, streams and colours.
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { commands } from "../../generator/cli/commands.ts";
import { codes } from "../../generator/diagnostics/codes.ts";
import { fencegen, root, temporaryFolder } from "../support/command.ts";
import { testChip } from "../support/test-chip.ts";

const chips = readdirSync(join(root, "chips")).flatMap((name) => /^(?!sources\.)(.*)\.yaml$/.exec(name)?.[1] ?? []);
const json = (...args: string[]) => JSON.parse(fencegen([...args, "--json"]).stdout) as Record<string, never>;

it("lists every command, once", () => {
  const { code, stdout, stderr } = fencegen(["--help"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  for (const { name } of commands) expect(stdout.match(new RegExp(`^  ${name} `, "gm"))).toHaveLength(1);
});

describe.each(commands.map(({ name }) => name))("%s --help", (name) => {
  it("shows the usage, the options and examples", () => {
    const { code, stdout, stderr } = fencegen([name, "--help"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(new RegExp(`^Usage: fencegen ${name}\\b`));
    expect(stdout).toMatch(new RegExp(`\\nExamples:\\n {2}fencegen ${name}\\b.* # \\S`));
    expect(stdout).toMatch(/\n {2}--json /);
    expect(stdout).toContain("Exit codes: 0 fine");
  });
});

it("help of a command is what --help of it shows, and of an unknown one says which was meant", () => {
  expect(fencegen(["help", "plan"])).toEqual(fencegen(["plan", "--help"]));
  expect(fencegen(["help", "help"])).toEqual(fencegen(["--help"]));
  expect(fencegen(["help", "pla"])).toMatchObject({
    code: 64,
    stderr: expect.stringContaining("there is no command `pla`; did you mean `plan`?"),
  });
});

it("tells its version", () => {
  expect(fencegen(["--version"]).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

it.each([
  [["generat"], "did you mean `generate`?"],
  [["frobnicate"], "there is no command `frobnicate`"],
  [["generate", "--froce"], "did you mean `--force`?"],
  [["check", "--force"], "Unknown option '--force'"],
  [["plan", "stm32h744"], "did you mean `stm32h743`?"],
  [["plan", "no-chip-like-this"], `known are ${chips.sort().join(", ")}`],
  [["plan", "stm32h7"], "did you mean `stm32h723`, `stm32h743` or `stm32h7rs`?"],
  [["generate", "--for"], "did you mean `--force`?"],
  [["generate", "nrf52841"], "did you mean `nrf52840`?"],
  [["plan"], "usage: fencegen plan <chip>"],
  [["plan", "rp2040", "nrf52840"], "usage: fencegen plan <chip>"],
  [["check", "rp2040"], "usage: fencegen check"],
  [["generate", "--out"], "argument missing"],
])("wrong usage, %j, says so", (args, message) => {
  const { code, stdout, stderr } = fencegen(args);
  expect(stderr).toContain(message);
  expect({ code, stdout }).toEqual({ code: 64, stdout: "" });
});

it("without a command, shows how to use it", () => {
  const { code, stdout } = fencegen([]);
  expect(stdout).toContain("Usage: fencegen <command>");
  expect(code).toBe(64);
});

const isMaintained = (chip: Record<string, unknown>) => (chip["mechanisms"] as []).length > 0;
/** All of it; a core may be refused beside others. */
const isRefused = (chip: Record<string, unknown>) => (chip["fences"] as []).length === 0;

describe("list", () => {
  it("has an entry with the documented keys for each chip", () => {
    const answer = json("list") as unknown as { chips: Record<string, unknown>[] };
    expect(Object.keys(answer)).toEqual(["schemaVersion", "chips", "moreShipped", "diagnostics"]);
    expect(answer).toMatchObject({ schemaVersion: 1, moreShipped: 0 });
    expect(answer.chips.map(({ id }) => id)).toEqual(chips.sort());
    for (const chip of answer.chips) {
      expect(chip).toEqual({
        id: expect.any(String),
        title: expect.any(String),
        vendor: expect.any(String),
        cores: expect.arrayContaining([expect.any(String)]),
        isa: expect.arrayContaining([expect.any(String)]),
        rustTargets: expect.arrayContaining([expect.any(String)]),
        coherent: expect.any(Boolean),
        mechanisms: expect.any(Array),
        lineBytes: isMaintained(chip) ? expect.any(Number) : expect.toBeOneOf([null, expect.any(Number)]),
        fences: expect.any(Array),
        onlyAssembled: (chip["isa"] as string[]).includes("xtensa") ? chip["fences"] : [],
        refused: expect.any(Array),
        boards: [],
        dmaMasters: expect.any(Array),
        tockCrates: expect.any(Array),
        targetNotes: expect.any(Array),
        outputs: isRefused(chip)
          ? []
          : expect.arrayContaining([
              expect.stringMatching(/^out\/rust\/src\/\w+\.rs$/),
              `out/typescript/${chip["id"]}.ts`,
            ]),
      });
      expect(isMaintained(chip)).toBe(!chip["coherent"] && !isRefused(chip));
    }
  });

  it("is a table for people, one line for each chip, on standard output", () => {
    const { code, stdout, stderr } = fencegen(["list"]);
    expect(code).toBe(0);
    // What is particular about a target is said beside the table.
    expect(stderr).toMatch(/^(\S+: .*\n)*$/);
    const [head, ...rows] = stdout.trimEnd().split("\n");
    expect(head).toMatch(/^chip +vendor/);
    expect(rows.map((row) => row.split(" ")[0])).toEqual(chips.sort());
  });

  it("says what comes with fencegen, in a project and where there is none", () => {
    const cwd = temporaryFolder();
    const all = fencegen(["list", "--shipped"], { cwd });
    expect(all.code).toBe(0);
    const [, ...rows] = all.stdout.trimEnd().split("\n");
    expect(rows.map((row) => row.split(" ")[0])).toEqual(chips.sort());
    const ways = "`fencegen list --shipped` shows them all, `fencegen generate <chip>` takes one.\n";
    const none = fencegen(["list"], { cwd });
    expect(none).toMatchObject({ code: 1, stdout: "" });
    expect(none.stderr).toContain(`\n${chips.length} chips come with fencegen: ${ways}`);
    writeFileSync(join(cwd, ".fencegen.yaml"), "shipped: [rp2040]\n");
    const one = fencegen(["list"], { cwd });
    expect(one).toMatchObject({ code: 0, stdout: expect.stringMatching(/^chip [^\n]*\nrp2040 [^\n]*\n$/) });
    expect(one.stderr).toContain(`${chips.length - 1} more chips come with fencegen: ${ways}`);
    expect(fencegen(["list", "--shipped", "--chips", "chips"], { cwd }).code).toBe(0);
    expect(fencegen(["list", "--shipped", "--chips", "other"], { cwd }).code).toBe(64);
  });
});

describe("plan", () => {
  it.each(["zynq7000", "nrf52840"])("has the documented keys for %s", (chip) => {
    const answer = json("plan", chip) as unknown as { fences: Record<string, Record<string, unknown>[]>[] };
    expect(Object.keys(answer)).toEqual([
      "schemaVersion",
      "chip",
      "memories",
      "possiblyReached",
      "fences",
      "diagnostics",
    ]);
    expect(answer).toMatchObject({ schemaVersion: 1, chip });
    for (const fence of answer.fences) {
      expect(fence).toMatchObject({ name: expect.stringMatching(/DmaFence$/), core: expect.any(String) });
      expect(fence["obligations"]!.length).toBeGreaterThan(0);
      for (const step of [...fence["release"]!, ...fence["acquire"]!]) {
        expect(step).toMatchObject({
          kind: expect.any(String),
          reason: expect.any(String),
          sources: expect.any(Array),
        });
      }
    }
  });

  it("says of a refused core why, and what to do instead", () => {
    const { code, stdout } = fencegen(["plan", "k210"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/refused \(plan\/no-maintenance\)[\s\S]*uncached alias/);
    expect(json("plan", "k210")).toMatchObject({ fences: [], refused: [{ code: "plan/no-maintenance" }] });
  });

  it("says the same to people", () => {
    const { code, stdout, stderr } = fencegen(["plan", "stm32h743"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const word of ["Stm32h743DmaFence", "release", "acquire", "relies on", "dsb sy", "DCCMVAC"])
      expect(stdout).toContain(word);
  });

  it("says how it reads what a description leaves out, and what no source says", () => {
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, "chips"));
    const project = (regions: string, dma: string, coreCaches?: string) => {
      writeFileSync(join(cwd, "chips/test-chip.yaml"), testChip({ regions, dma, ...(coreCaches && { coreCaches }) }));
      const validated = fencegen(["validate", "chips/test-chip.yaml"], { cwd }).stderr;
      return { planned: fencegen(["plan", "test-chip"], { cwd }).stdout, validated };
    };
    const place = (base: string, more = "") => `{ base: ${base}, size: 4KiB${more} }`;
    const regions = `
  A: { base: { test-core: 0x1000, masters: 0x1000 }, size: 4KiB }
  C: ${place("0x3000", ", cachedBy: all")}
  D: ${place("0x5000", ", cachedBy: [L1D]")}
  E: ${place("0x7000", ", cachedBy: none")}`;
    const { planned, validated } = project(
      regions,
      "\n  DMA: { reaches: [A, C, D], mayReach: [E] }\n  Reader: { mayRead: [C], reads: [A] }",
    );
    expect(planned.split("\n\n")[0]!.split("\n")).toEqual([
      "test-chip, as its description is read",
      "  may be held by every cache of the cores that see it (`cachedBy: all`, also where it is left out): A, C",
      "  may be held by L1D: D",
      "  held by no cache: E",
      "  possibly reached, no source says whether (`mayReach`, `mayRead`; no permission): DMA: E; Reader: C (reading)",
    ]);
    expect(validated).toMatch(
      /: valid\.\ntest-chip: every cache of the cores that see it may hold A, as `cachedBy` is left out\.\n$/,
    );
    // Where there is no cache, or nothing is left open, there is nothing to say.
    const without = project(`\n  A: ${place("0")}`, "\n  DMA: { reaches: [A] }", "[]");
    expect(without.planned).toMatch(/^TestChipDmaFence /);
    expect(without.validated).toMatch(/: valid\.\n$/);
  });
});

it("a folder that is not there is a problem of the input", () => {
  for (const args of [["generate"], ["check"], ["list"], ["plan", "mine", "--chips", "nowhere"]]) {
    const { code, stderr } = fencegen(args, { cwd: temporaryFolder() });
    expect(stderr, args.join(" ")).not.toContain("bug");
    expect([1, 64]).toContain(code);
  }
});

describe("colours", () => {
  const coloured = (env: Record<string, string>) =>
    fencegen(["validate", "-"], { input: "chip: x\n", env }).stderr.includes("\u001b[");

  it.each<[Record<string, string>, boolean]>([
    [{}, false],
    [{ FORCE_COLOR: "1" }, true],
    [{ FORCE_COLOR: "0" }, false],
    [{ NO_COLOR: "1" }, false],
  ])("%j", (env, expected) => {
    expect(coloured(env)).toBe(expected);
  });
});

it("a chip that is named does not fail for a neighbour, and all chips do", () => {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, "chips"));
  writeFileSync(join(cwd, "chips/test-chip.yaml"), testChip());
  writeFileSync(
    join(cwd, "chips/broken.yaml"),
    testChip().replace("chip: test-chip", "chip: broken").replace("RAM", "ROM"),
  );
  for (const command of ["plan", "facts", "verify", "generate"]) {
    const { code, stderr } = fencegen([command, "test-chip"], { cwd });
    expect([command, code, stderr]).toEqual([command, 0, ""]);
  }
  for (const command of ["verify", "generate"]) {
    const { code, stderr } = fencegen([command], { cwd });
    expect([command, code]).toEqual([command, 1]);
    expect(stderr).toContain("chips/broken.yaml");
  }
});

interface Failure {
  readonly schemaVersion: number;
  readonly error: { readonly code: string; readonly message: string };
}

describe("wrong usage with --json is one object with a code and a message", () => {
  it.each([
    [["--json"], "no command `--json`"],
    [["generat", "--json"], "no command `generat`"],
    [["generate", "--froce", "--json"], "--froce"],
    [["plan", "--json"], "usage: fencegen plan"],
    [["plan", "--json", "no-such-chip"], "no chip is called `no-such-chip`"],
    [["litmus", "--json"], "usage: fencegen litmus"],
    [["facts", "--json"], "facts: name a chip"],
    [["facts", "--against", "a.svd", "--json"], "facts: --against needs one chip"],
    [["facts", "stm32h743", "--sources", "--coverage", "--json"], "facts: ask for one of --sources and --coverage"],
    [["generate", "--json", "--out"], "argument missing"],
  ])("%j", (args, message) => {
    const { code, stdout, stderr } = fencegen(args);
    const { error, schemaVersion } = JSON.parse(stdout) as Failure;
    expect({ code, schemaVersion }).toEqual({ code: 64, schemaVersion: 1 });
    expect(error).toEqual({
      code: "usage/wrong-command-line",
      message: expect.stringContaining(message),
      ...codes["usage/wrong-command-line"],
    });
    expect(stderr).toContain(message);
  });

  it("but not for an argument that only looks like the option", () => {
    expect(fencegen(["check", "--", "--json"])).toMatchObject({ code: 64, stdout: "" });
  });
});

it("a bug of ours is one object as well, and the trace is on the log", () => {
  const folder = temporaryFolder();
  const plant = join(folder, "plant.cjs");
  writeFileSync(
    plant,
    `const path = require("node:path");
    const { resolve } = path;
    path.resolve = (...parts) => {
      if (parts.at(-1) === "chips") throw new TypeError("planted");
      return resolve(...parts);
    };`,
  );
  const { code, stdout, stderr } = fencegen(["list", "--json"], { env: { NODE_OPTIONS: `--require ${plant}` } });
  expect(JSON.parse(stdout)).toEqual({
    schemaVersion: 1,
    error: { code: "bug/exception", message: "TypeError: planted", ...codes["bug/exception"] },
    diagnostics: [],
  });
  expect(code).toBe(70);
  expect(stderr).toMatch(/please report it[\s\S]*\n +at /);
});
