// A first description from answers: what it says, that it is always valid, and how the answers are got.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { runCommandLine } from "../../generator/cli/commands.ts";
import { catalogueOf, draft } from "../../generator/cli/new.ts";
import { visible } from "../../generator/diagnostics/characters.ts";
import { plain } from "../../generator/diagnostics/format.ts";
import { wordsOfTheLanguage } from "../../generator/model/viewers.ts";
import { planDescription } from "../../generator/pipeline.ts";
import {
  type CacheAnswer,
  type ChipAnswers,
  type CoreChoice,
  type MasterAnswer,
  nameOf,
  parseText,
} from "../../generator/scaffold/chip-answers.ts";
import { parseCore, withTargets } from "../../generator/scaffold/core-answers.ts";
import { parseMaster, parseMemory } from "../../generator/scaffold/memory-answers.ts";
import { fencegen, root, temporaryFolder } from "../support/command.ts";
import { testHost } from "../support/host.ts";
import { loadWith, planOf } from "../support/pipeline.ts";

const flags = (changes: Readonly<Record<string, readonly string[]>> = {}) =>
  Object.entries({
    vendor: ["Acme"],
    core: ["cortex-m7"],
    cache: ["none"],
    memory: ["AXI SRAM=0x2400_0000+512KiB", "DTCM=0x20000000+128KiB:uncached"],
    master: ["DMA1", "Ethernet=AXI SRAM"],
    coherent: ["no"],
    ...changes,
  }).flatMap(([name, values]) => values.flatMap((value) => [`--${name}`, value]));

interface Answer {
  readonly file: string | null;
  readonly nearest: { readonly chip: string; readonly differences: readonly string[] } | null;
  readonly todos: number;
  readonly unknown: number;
  readonly diagnostics: readonly { readonly code: string; readonly severity: string }[];
}

interface Description {
  readonly chip: string;
  readonly cores: readonly object[];
  readonly caches?: readonly object[];
  readonly memories: Readonly<Record<string, object>>;
  readonly masters: Readonly<Record<string, object>>;
}

/** Runs the command in a folder of its own, and reads what it wrote. */
function describeChip(args: readonly string[] = flags(), cwd = temporaryFolder()) {
  const { code, stdout, stderr } = fencegen(["new", "my-chip", "--json", ...args], { cwd });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const answer = JSON.parse(stdout) as Answer;
  const text = readFileSync(join(cwd, "chips/my-chip.yaml"), "utf8");
  return { answer, text, value: parse(text) as Description, cwd };
}

/** Runs the command in this process; `answers` are what somebody at the terminal says in turn. */
function inProcess(
  args: readonly string[],
  answers?: readonly string[],
  folders = { workingFolder: temporaryFolder(), packageFolder: root },
) {
  const questions: string[] = [];
  const logged: string[] = [];
  const left = [...(answers ?? [])];
  const ask = async (question: string) => {
    questions.push(question);
    return left.shift();
  };
  const code = runCommandLine(["new", "my-chip", ...args], {
    ...folders,
    version: "0",
    host: testHost(),
    out: (text) => logged.push(text),
    log: (text) => logged.push(text),
    paint: plain,
    ask: answers && ask,
  });
  const path = join(folders.workingFolder, "chips/my-chip.yaml");
  return { code, questions, logged, left, path, text: () => readFileSync(path, "utf8") };
}

describe("with flags", () => {
  it("writes the answers as facts that nobody has looked up", () => {
    const { value, text } = describeChip();
    expect(value).toEqual({
      chip: "my-chip",
      title: "MY-CHIP",
      vendor: "Acme",
      cores: [
        {
          core: "cortex-m7",
          rustTargets: ["thumbv7em-none-eabihf", "thumbv7em-none-eabi"],
        },
      ],
      memories: {
        "AXI SRAM": { base: "0x2400_0000", size: "512KiB", cachedBy: "all" },
        DTCM: { base: "0x2000_0000", size: "128KiB", cachedBy: "none" },
      },
      masters: {
        DMA1: { reaches: ["AXI SRAM", "DTCM"], snoops: "none" },
        Ethernet: { reaches: ["AXI SRAM"], snoops: "none" },
      },
      evidence: {
        cores: expect.stringMatching(/^TODO/),
        memories: expect.stringMatching(/^TODO/),
        masters: expect.stringMatching(/^TODO/),
      },
      sources: {},
    });
    expect(text).toMatch(/^# yaml-language-server: \$schema=\S+\n# /);
    expect(text).toMatch(/[^\n]\n$/);
    for (const word of ["lines of 32 bytes", "arm-scb", "revision", "snoops", "errata", "# sources:"])
      expect(text).toContain(word);
  });

  it("says the same as one JSON object and to people", () => {
    const { answer, cwd } = describeChip();
    expect(Object.keys(answer)).toEqual(["schemaVersion", "file", "nearest", "todos", "unknown", "diagnostics"]);
    expect(answer).toMatchObject({ schemaVersion: 1, file: "chips/my-chip.yaml", todos: 3, unknown: 0 });
    expect(new Set(answer.diagnostics.map(({ code }) => code))).toEqual(new Set(["rule/source-to-do"]));
    const { code, stdout, stderr } = fencegen(["new", "my-chip", "--force", ...flags()], { cwd });
    expect(code).toBe(0);
    expect(stdout).toContain(`wrote chips/my-chip.yaml\nThe nearest described chip is ${answer.nearest!.chip}, `);
    for (const difference of answer.nearest!.differences) expect(stdout).toContain(`  - ${difference}\n`);
    expect(stderr).toContain("3 facts with `TODO` for a source");
    for (const next of ["validate chips/my-chip.yaml", "plan my-chip", "verify my-chip", "generate"])
      expect(stderr).toContain(`fencegen ${next}`);
  });

  it("gives a description that validate and plan accept, and whose TODOs validate reports", () => {
    const { cwd } = describeChip();
    const validated = fencegen(["validate", "chips/my-chip.yaml"], { cwd });
    expect(validated.code).toBe(0);
    expect(validated.stderr.match(/warning rule\/source-to-do/g)).toHaveLength(1);
    expect(validated.stderr).toMatch(
      /^chips\/my-chip\.yaml:\d+:\d+ warning [^\n]*: 3 places say `TODO`[^\n]*\n\n3 warnings \(1 shown\)\n/,
    );
    const verbose = fencegen(["validate", "--verbose", "chips/my-chip.yaml"], { cwd });
    expect(verbose.code).toBe(0);
    expect(verbose.stderr.match(/warning rule\/source-to-do/g)).toHaveLength(3);
    expect(verbose.stderr).toMatch(/\n3 warnings\n/);
    expect(JSON.parse(fencegen(["validate", "--json"], { cwd }).stdout).diagnostics).toHaveLength(3);
    const { code, stdout } = fencegen(["plan", "my-chip"], { cwd });
    expect(code).toBe(0);
    expect(stdout).toContain("for each line of 32 bytes, L1D: DCCMVAC");
  });

  it("writes the same bytes every time", () => {
    expect(describeChip().text).toBe(describeChip().text);
  });

  it("sends editors to the schema: beside chips/ in this repository, else in the installed package", async () => {
    expect(describeChip().text.split("\n")[0]).toBe(
      "# yaml-language-server: $schema=../node_modules/fencegen/dist/schema/chip.schema.json",
    );
    const repository = temporaryFolder(true);
    const run = inProcess(flags(), undefined, { workingFolder: repository, packageFolder: repository });
    expect(await run.code).toBe(0);
    expect(run.text().split("\n")[0]).toBe("# yaml-language-server: $schema=../dist/schema/chip.schema.json");
  });

  it("takes several cores by name, with the targets of each", () => {
    const core = ["cortex-a7:A7", "cortex-m4:M4"];
    const { value } = describeChip(flags({ core }));
    expect(value.cores).toEqual([
      { core: "cortex-a7", name: "A7", rustTargets: expect.arrayContaining(["armv7a-none-eabi"]) },
      {
        core: "cortex-m4",
        name: "M4",
        rustTargets: expect.arrayContaining(["thumbv7em-none-eabi"]),
      },
    ]);
    const target = ["A7:armv7a-none-eabihf", "M4:thumbv7em-none-eabi"];
    expect(describeChip(flags({ core, target })).value.cores).toMatchObject([
      { rustTargets: ["armv7a-none-eabihf"] },
      { rustTargets: ["thumbv7em-none-eabi"] },
    ]);
  });

  it("takes memory of a core without a data cache as not cached", () => {
    const { value } = describeChip(
      flags({ core: ["cortex-m4"], memory: ["SRAM=0x2000_0000+1GiB:most"], master: ["DMA1"] }),
    );
    expect(value.memories).toMatchObject({ SRAM: { cachedBy: "none", size: { most: "1GiB" } } });
  });

  it("takes a chip without DMA, which needs no answer on coherency", () => {
    expect(describeChip(flags({ master: ["none"], coherent: [] })).value.masters).toEqual({});
  });

  it("describes the caches between the cores and memory", () => {
    const { value, cwd, answer } = describeChip(
      flags({
        core: ["cortex-m33"],
        cache: ["DCACHE1=16:configurable:stm32-dcache@0x4003_1400"],
        memory: ["SRAM=0x2000_0000+768KiB:uncached", "OCTOSPI=0x9000_0000+256MiB:most:cached-by DCACHE1"],
        master: ["GPDMA1"],
      }),
    );
    expect(answer).toMatchObject({ unknown: 0, todos: 4 });
    expect(value.caches).toEqual([
      {
        ...{ name: "DCACHE1", lineBytes: 16, writePolicy: "configurable", source: expect.stringMatching(/^TODO/) },
        maintenance: { mechanism: "stm32-dcache", base: "0x4003_1400" },
      },
    ]);
    expect(Object.values(value.memories)).toMatchObject([{ cachedBy: "none" }, { cachedBy: ["DCACHE1"] }]);
    const { code, stdout } = fencegen(["plan", "my-chip"], { cwd });
    expect(code).toBe(0);
    expect(stdout).toContain("DCACHE1");
  });

  it("describes what one core has for itself, and what masters only read, only write or perhaps reach", () => {
    const { value, text, cwd } = describeChip(
      flags({
        core: ["cortex-m7:M7", "cortex-m4:M4"],
        cache: ["L3=32:arm-scb", "M4:LMEM=32:nxp-lmem@0xE008_2000"],
        memory: [
          "DTCM=M7@0x3000_0000,masters@0x6000_0000+64KiB:uncached",
          "ITCM=M4@0+64KiB:uncached",
          "SRAM=0x2400_0000+64KiB",
        ],
        master: ["DMA1", "LCD=SRAM:reads", "Trace=SRAM:writes", "USB=DTCM:unknown"],
      }),
    );
    expect(value).toMatchObject({
      cores: [{ name: "M7" }, { name: "M4", caches: [{ name: "LMEM", lineBytes: 32 }] }],
      caches: [{ name: "L3" }],
      memories: {
        DTCM: { base: { M7: "0x3000_0000", masters: "0x6000_0000" } },
        ITCM: { base: { M4: 0 } },
        SRAM: { base: "0x2400_0000" },
      },
      masters: {
        // What has no address for masters is nothing that one of them reaches.
        DMA1: { reaches: ["DTCM", "SRAM"] },
        LCD: { reads: ["SRAM"] },
        Trace: { writes: ["SRAM"] },
        USB: { mayReach: ["DTCM"] },
      },
    });
    expect(value.cores[0]).not.toHaveProperty("caches");
    expect(fencegen(["plan", "my-chip"], { cwd }).code).toBe(0);
    // What no flag says is in a comment, as a line that is right when it is put below `memories`.
    const lines = [...text.matchAll(/^# ( {2}(?:TCM|SRAM2).*)$/gm)].map(([, line]) => line!.slice(2));
    expect(lines).toHaveLength(3);
    for (const more of [lines.slice(0, 1), lines.slice(1)]) {
      const told = text.replace("\nmemories:\n", `\nmemories:\n${more.map((line) => `  ${line}\n`).join("")}`);
      const { diagnostics } = planOf("my-chip", { "chips/my-chip.yaml": told });
      expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    }
  });

  it("says of one core that there is no fence, and has that of the other", () => {
    const { value, cwd } = describeChip(
      flags({
        core: ["cortex-m7:M7", "cortex-m4:M4"],
        cache: ["M7:L2=32"],
        memory: ["ITCM=M4@0+64KiB", "SRAM=0x2400_0000+64KiB"],
        master: ["DMA1", "DMA2=SRAM"],
      }),
    );
    expect(value.cores).toMatchObject([{ refused: { code: "plan/no-maintenance" } }, { name: "M4" }]);
    expect(value.cores[1]).not.toHaveProperty("refused");
    const { fences } = JSON.parse(fencegen(["plan", "my-chip", "--json"], { cwd }).stdout) as { fences: object[] };
    expect(fences).toHaveLength(1);
  });

  it("names for a Cortex-M3 the target that runs on it", () => {
    const { value } = describeChip(flags({ core: ["cortex-m3"] }));
    expect(value.cores).toMatchObject([{ rustTargets: ["thumbv7m-none-eabi"] }]);
  });

  it("says that there is no fence yet where none follows, and plan agrees", () => {
    const { value, cwd } = describeChip(flags({ core: ["sifive-u74"] }));
    expect(value.cores[0]).toMatchObject({
      refused: { code: "plan/no-maintenance", because: expect.stringContaining("L1D"), source: "TODO" },
    });
    expect(JSON.parse(fencegen(["plan", "my-chip", "--json"], { cwd }).stdout)).toMatchObject({ fences: [] });
    expect(describeChip(flags({ core: ["sifive-u74"], coherent: ["yes"] })).value.cores[0]).not.toHaveProperty(
      "refused",
    );
  });

  it("assumes no absence of caches for a core that nobody has described", () => {
    const { value } = describeChip(flags({ core: ["my-core@armv7-m"] }));
    expect(value.cores[0]).toMatchObject({
      core: { core: "my-core", architecture: "armv7-m", caches: [{ name: "L1D" }] },
      refused: { code: "plan/no-maintenance" },
    });
  });
});

describe("what nobody answered", () => {
  const octospi = {
    core: ["cortex-m33"],
    memory: ["SRAM=0x2000_0000+768KiB:uncached", "OCTOSPI=0x9000_0000+256MiB"],
    master: ["GPDMA1"],
  };

  it.each<[string, Readonly<Record<string, readonly string[]>>, readonly string[]]>([
    ["which caches there are, behind a core without any", { ...octospi, cache: [] }, ["cachedBy: unknown"]],
    ["which caches there are, beside those of the core", { cache: [] }, ["cachedBy: unknown"]],
    ["said to be unknown", { ...octospi, cache: ["unknown"] }, ["cachedBy: unknown"]],
    ["which caches there are, of coherent masters", { cache: [], coherent: ["yes"] }, ["cachedBy: unknown"]],
    ["whether masters see the caches", { coherent: [] }, ["snoops: unknown", "snoops: unknown"]],
    [
      "of one memory",
      { memory: ["A=0+1KiB:cached-by unknown", "B=0x1000+1KiB"], master: ["DMA"] },
      ["cachedBy: unknown"],
    ],
  ])("is unknown and refused at its place until it is known: %s", (_, changes, places) => {
    const { answer, text, value, cwd } = describeChip(flags(changes));
    expect(answer.unknown).toBe(places.length);
    // The refusal is not one that the description expects: it would pass for an answer.
    expect(value.cores[0]).not.toHaveProperty("refused");
    for (const command of [["validate"], ["plan", "my-chip"], ["generate"]]) {
      const { code, stdout } = fencegen([...command, "--json"], { cwd });
      expect([command, code]).toEqual([command, command[0] === "plan" ? code : 1]);
      const { diagnostics } = JSON.parse(stdout) as {
        diagnostics: {
          code: string;
          severity: string;
          why: string;
          mend: string;
          range: { start: { line: number; column: number } };
        }[];
      };
      const errors = diagnostics.filter(({ severity }) => severity === "error");
      expect(
        errors.map(({ range: { start } }) => {
          const line = text.split("\n")[start.line - 1]!;
          return /\w+: $/.exec(line.slice(0, start.column - 1))![0] + /^\w+/.exec(line.slice(start.column - 1))![0];
        }),
      ).toEqual(places);
      for (const { code, why, mend } of errors) {
        expect(code).toMatch(/^plan\/(caching|snooping)-unknown$/);
        expect(why).toContain("no");
        expect(mend).toMatch(/^Look in /);
      }
    }
    expect(existsSync(join(cwd, "out"))).toBe(false);
  });

  it("is asked for once more when the description is written, which is no failure", async () => {
    const run = inProcess(flags({ ...octospi, cache: [] }));
    expect(await run.code).toBe(0);
    const said = run.logged.join("\n");
    expect(said).toContain("error plan/caching-unknown: whether a cache holds `OCTOSPI` is not known");
    expect(said).toContain("1 fact `unknown`");
  });

  it("on which nothing depends is not asked for", () => {
    const plain = { core: ["cortex-m4"], memory: ["SRAM=0x2000_0000+64KiB"], master: ["DMA1"], coherent: [] };
    expect(describeChip(flags(plain)).value.masters).toMatchObject({ DMA1: { snoops: "none" } });
    expect(
      describeChip(flags({ master: ["none"], cache: [], coherent: [] })).answer.diagnostics.map(({ code }) => code),
    ).not.toContain("plan/caching-unknown");
  });

  it("follows from an answer: a fence as soon as the last is there", () => {
    const { cwd, text } = describeChip(flags({ ...octospi, cache: [] }));
    expect(fencegen(["validate"], { cwd }).code).toBe(1);
    writeFileSync(join(cwd, "chips/my-chip.yaml"), text.replace("cachedBy: unknown", "cachedBy: none"));
    expect(fencegen(["validate"], { cwd }).code).toBe(0);
  });

  it("says of chips with this core which have a cache, where the answer is that there is none", async () => {
    const run = inProcess(flags(octospi));
    expect(await run.code).toBe(0);
    expect(run.logged.join("\n")).toMatch(/No data cache is described\. [^\n]*stm32u545[^\n]*look once more/);
  });

  it("says so of the core that has none, and not of a chip without DMA", async () => {
    const two = inProcess(flags({ core: ["cortex-m7:M7", "cortex-m4:M4"] }));
    expect(await two.code).toBe(0);
    const said = two.logged.join("\n");
    expect(said).toMatch(/No data cache of M4 is described\. [^\n]*imxrt1176/);
    expect(said).not.toContain("No data cache is described");
    expect(said).not.toContain("cache of M7");
    const alone = inProcess(flags({ ...octospi, master: ["none"] }));
    expect(await alone.code).toBe(0);
    expect(alone.logged.join("\n")).not.toContain("No data cache");
  });
});

it.each<[string, Readonly<Record<string, readonly string[]>>, string]>([
  ["an unknown core", { core: ["cortex-m77"] }, "no core `cortex-m77` is described; did you mean `cortex-m7` or "],
  ["a core cut short", { core: ["m33"] }, "no core `m33` is described; did you mean `cortex-m33`?"],
  ["a cache without a line", { cache: ["L2"] }, "`L2` is not of the form [CORE:]NAME=LINE[:POLICY]["],
  ["a cache beside none", { cache: ["none", "L2=32"] }, "`none` is not of the form [CORE:]NAME=LINE"],
  ["a cache of no core", { cache: ["M7:L2=32"] }, "no core is called `M7`, which `L2` would be of"],
  ["a viewer that is none", { memory: ["A=M4@0+1KiB"], master: ["none"] }, "`M4`"],
  ["a memory without an address for its master", { memory: ["A=cores@0+1KiB"], master: ["D=A"] }, "`D` reaches `A`"],
  ["an unknown mechanism", { cache: ["L2=32:pl301"] }, "no mechanism `pl301` is described; did you mean `pl310`?"],
  ["a mechanism of another architecture", { cache: ["L2=64:aarch64-dc"] }, "aarch64-dc"],
  ["a line that is none", { cache: ["L2=33"] }, "is not a power of two"],
  ["a cache with the name of the core's", { cache: ["L1D=32"] }, "two cache levels are called `L1D`"],
  ["an unknown cache", { memory: ["SRAM=0+1KiB:cached-by L3"], master: ["DMA"] }, "no cache level `L3`"],
  [
    "an unknown architecture",
    { core: ["mine@armv7-x"] },
    "no architecture `armv7-x` is described; did you mean `armv7-a`?",
  ],
  ["a described core as a new one", { core: ["cortex-m7@armv7-m"] }, "`cortex-m7` is described already"],
  ["several cores without names", { core: ["cortex-m7", "cortex-m4"] }, "each needs a name: `cortex-m7:Name`"],
  ["one name twice", { core: ["cortex-m7:M", "cortex-m4:M"] }, "two cores are called `M`"],
  ["a name that is none", { core: ["cortex-m7:m7"] }, "`m7` is no name for a core"],
  ["a target of another architecture", { target: ["aarch64-unknown-none"] }, "is no target of any of the cores"],
  ["a target of no core", { target: ["M4:thumbv7em-none-eabi"] }, "no core is called `M4`"],
  ["a target that is none", { target: ["pdp11"] }, "`pdp11` is no Rust target triple"],
  ["a memory without a base", { memory: ["SRAM"] }, "`SRAM` is not of the form NAME=BASE+SIZE[:most][:uncached]"],
  ["a memory without a size", { memory: ["SRAM=0"] }, "where the board decides, SIZE is the most that there can be"],
  ["a base that is no number", { memory: ["SRAM=here+1"] }, "`here` is no number of bytes or address"],
  ["a unit that is none", { memory: ["SRAM=0+64KB"] }, "`64KB` is no number of bytes or address"],
  ["too large a number", { memory: ["SRAM=0x1_0000_0000_0000_0000+1"] }, "does not fit into 64 bits"],
  ["a memory past the end", { memory: ["SRAM=0xFFFF_FFFF_FFFF_F000+64KiB"] }, "ends above the 64-bit address space"],
  ["a memory without bytes", { memory: ["SRAM=0+0"] }, "`SRAM` has no bytes"],
  ["overlapping memories", { memory: ["A=0+64KiB", "B=0x8000+4KiB"] }, "overlaps `A`"],
  ["one memory twice", { memory: ["A=0+1", "A=8+1"] }, "the key `A` stands here a second time"],
  ["an invisible character", { memory: ["A\u202eB=0+1"] }, "characters that cannot be seen"],
  ["a name with a comma", { memory: ["A, B=0+1"] }, "a name holds no comma"],
  ["an empty vendor", { vendor: [" "] }, "--vendor: the text is empty"],
  ["an unknown memory", { master: ["DMA1=SRAM9"] }, "`DMA1` reaches `SRAM9`, which is not described"],
  ["one master twice", { master: ["DMA1", "DMA1"] }, "the key `DMA1` stands here a second time"],
  ["an empty list", { master: ["DMA1=AXI SRAM,"] }, "names no memory where one is expected"],
  ["neither yes nor no", { coherent: ["maybe"] }, "`maybe` is neither yes nor no"],
])("wrong usage: %s", async (_, changes, message) => {
  const run = inProcess(flags(changes));
  expect(await run.code).toBe(64);
  expect(run.logged.join("\n")).toContain(message);
  expect(existsSync(dirname(run.path))).toBe(false);
});

it("names every problem of the flags at once", () => {
  const { stderr } = fencegen(["new", "my-chip", "--core", "x y", "--memory", "A", "--coherent", "maybe"]);
  for (const flag of ["--core: ", "--memory: ", "--coherent: "]) expect(stderr).toContain(flag);
});

it("without a terminal, names every flag that is missing", () => {
  const missing = (...args: string[]) => {
    const { code, stdout, stderr } = fencegen(["new", "my-chip", ...args]);
    expect({ code, stdout }).toEqual({ code: 64, stdout: "" });
    return [...stderr.matchAll(/^ {2}(--\w+)/gm)].map(([, flag]) => flag);
  };
  expect(missing()).toEqual(["--vendor", "--core", "--memory", "--master"]);
  expect(missing("--vendor", "Acme", "--master", "none")).toEqual(["--core", "--memory"]);
  // Nobody has described a chip with this core, and its architecture is of two widths.
  expect(missing(...flags({ core: ["mine@riscv"] }))).toEqual(["--target"]);
});

it.each(["My-Chip", "a--b", "../x", "x.yaml"])("the id %s is none", (id) => {
  const { code, stderr } = fencegen(["new", id, ...flags()]);
  expect(stderr).toContain("is no id");
  expect(code).toBe(64);
});

describe("a chip that is there", () => {
  it("is not overwritten without --force", () => {
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, "chips"));
    const path = join(cwd, "chips/my-chip.yaml");
    writeFileSync(path, "mine, and not even YAML: [");
    const { code, stdout, stderr } = fencegen(["new", "my-chip", ...flags()], { cwd });
    expect(stderr).toMatch(/^chips\/my-chip\.yaml error output\/exists: /);
    expect(stderr).toContain("Nothing was written.");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(readFileSync(path, "utf8")).toBe("mine, and not even YAML: [");
    const asJson = fencegen(["new", "my-chip", "--json", ...flags()], { cwd });
    expect(JSON.parse(asJson.stdout)).toMatchObject({
      file: null,
      nearest: null,
      diagnostics: [{ code: "output/exists" }],
    });
    expect(describeChip([...flags(), "--force"], cwd).value.chip).toBe("my-chip");
    expect(readdirSync(join(cwd, "chips"))).toEqual(["my-chip.yaml"]);
  });

  it("is not described a second time beside a file of another name", () => {
    const { cwd, text } = describeChip();
    writeFileSync(join(cwd, "chips/other-name.yml"), text.replace("chip: my-chip", "chip: other-chip"));
    const { code, stderr } = fencegen(["new", "other-chip", ...flags(), "--force"], { cwd });
    expect(stderr).toContain("chips/other-name.yml error output/exists");
    expect(code).toBe(1);
    expect(readdirSync(join(cwd, "chips")).sort()).toEqual(["my-chip.yaml", "other-name.yml"]);
  });
});

it("a folder that cannot be written is named, and nothing stays behind", () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, "chips"), "a file");
  const { code, stderr } = fencegen(["new", "my-chip", ...flags()], { cwd });
  expect(stderr).toContain("error io/cannot-write");
  expect(code).toBe(1);
  expect(readdirSync(cwd)).toEqual(["chips"]);
});

describe("at a terminal", () => {
  it("asks for everything, one question each, and gives what flags give", async () => {
    const run = inProcess(
      [],
      [
        ...["Acme", "", "cortex-m7", "", "", "none"],
        ...["AXI SRAM=0x2400_0000+512KiB", "", "DTCM=0x20000000+128KiB:uncached", ""],
        ...["DMA1", "Ethernet=AXI SRAM", "", "no"],
      ],
    );
    expect(await run.code).toBe(0);
    expect(run.left).toEqual([]);
    expect(run.questions[0]).toBe("Vendor: ");
    expect(run.questions[1]).toContain("[MY-CHIP]");
    expect(run.questions[4]).toContain("[thumbv7em-none-eabihf, thumbv7em-none-eabi]");
    expect(run.questions[5]).toContain("[unknown]");
    expect(run.questions[7]).toBe(
      "Which caches may hold AXI SRAM: all, none, unknown, or names with commas (L1D) [all]: ",
    );
    expect(run.questions.at(-1)).toContain("[unknown]");
    expect(run.logged[0]).toContain("`?` explains a question");
    expect(run.logged[1]).toMatch(/^Described cores: .*cortex-m7, /);
    const withFlags = inProcess(
      flags({ memory: ["AXI SRAM=0x2400_0000+512KiB:cached-by all", "DTCM=0x20000000+128KiB:uncached"] }),
    );
    await withFlags.code;
    expect(run.text()).toBe(withFlags.text());
  });

  it("asks only for what no flag says", async () => {
    const run = inProcess(flags({ vendor: [], title: ["My chip"], target: ["thumbv7em-none-eabi"] }), ["Acme"]);
    expect(await run.code).toBe(0);
    expect(run.questions).toEqual(["Vendor: "]);
  });

  it("takes no answer on caches for not knowing", async () => {
    const octospi = { core: ["cortex-m33"], memory: ["OCTOSPI=0x9000_0000+256MiB"], master: ["DMA"], title: ["T"] };
    const run = inProcess(flags({ ...octospi, cache: [], coherent: [] }), ["", "", ""]);
    expect(await run.code).toBe(0);
    expect(run.questions.slice(1)).toEqual([
      expect.stringMatching(/^Cache between the cores and memory.*\[unknown\]: $/),
      expect.stringMatching(/^Do the DMA masters see.*\[unknown\]: $/),
    ]);
    expect(parse(run.text())).toMatchObject({
      memories: { OCTOSPI: { cachedBy: "unknown" } },
      masters: { DMA: { snoops: "unknown" } },
    });
  });

  it("asks for the parts of a cache, or takes them at once", async () => {
    const rest = {
      core: ["cortex-m33"],
      title: ["T"],
      memory: ["A=0+1KiB"],
      master: ["DMA"],
      target: ["thumbv8m.main-none-eabi"],
    };
    const single = inProcess(flags({ ...rest, cache: [] }), [
      ...["DCACHE", "wide", "33", "", "stm32-dcache@0x4003_1400"],
      // The line is checked with the whole.
      ...["<", "<", "16", "", "stm32-dcach", "stm32-dcache", "stm32-dcache@0x4003_1400", ""],
    ]);
    expect(await single.code).toBe(0);
    expect(single.left).toEqual([]);
    const said = single.logged.join("\n");
    for (const why of ["no number of bytes", "not a power of two", "did you mean `stm32-dcache`?", "need an address"])
      expect(said).toContain(why);
    expect(said).toMatch(/\nDescribed mechanisms: .*stm32-dcache/);
    const whole = inProcess(flags({ ...rest, cache: [] }), ["DCACHE=16:stm32-dcache@0x4003_1400", ""]);
    expect(await whole.code).toBe(0);
    expect(whole.text()).toBe(single.text());
    expect(parse(whole.text())).toMatchObject({
      caches: [{ name: "DCACHE", lineBytes: 16, writePolicy: "configurable" }],
      memories: { A: { cachedBy: "all" } },
    });
  });

  it("asks again until an answer is legal, and says why", async () => {
    const run = inProcess(
      flags({ title: ["T"], target: ["thumbv7em-none-eabi"], memory: [], master: [], coherent: [] }),
      [
        ...["", "none", "SRAM", "SRAM=0x2000_0000+64KiB", "L9", "all", "No", "B=0x2000_8000+4KiB", "SRAM=0+1", ""],
        ...["", "no", "DMA1=SRAM9", "DMA1", "none", "DMA1", ""],
        ...["perhaps", "yes"],
      ],
    );
    expect(await run.code).toBe(0);
    expect(run.left).toEqual([]);
    const said = run.logged.join("\n");
    for (const why of [
      "the answer is empty: `NAME=`, `BASE` and `+SIZE` are missing",
      "`none` is no memory: name one, such as SRAM=0x2000_0000+64KiB",
      "`SRAM` is not of the form NAME=BASE+SIZE[:most][:uncached]: `BASE` and `+SIZE` are missing",
      "`No` is no memory: where there is no other, press Enter alone",
      "`no` is no DMA master: name one, such as DMA1, or say `none` for a chip without DMA",
      "`none` is no DMA master: where there is no other, press Enter alone",
      "no cache level `L9`",
      "overlaps `SRAM`",
      "stands here a second time",
      "the answer is empty: name one, such as DMA1",
      "which is not described",
      "stands here a second time",
      "neither yes nor no",
    ])
      expect(said).toContain(why);
    expect(parse(run.text())).toMatchObject({ masters: { DMA1: { reaches: ["SRAM"], snoops: "all" } } });
  });

  it("offers the nearest core for one that nobody has described", async () => {
    const run = inProcess(flags({ core: [], title: ["T"] }), ["cortexm7", "", "", ""]);
    expect(await run.code).toBe(0);
    expect(run.questions[1]).toContain("[cortex-m7]");
    expect(run.logged.join("\n")).toContain("did you mean `cortex-m7` or ");
    expect(parse(run.text())).toMatchObject({ cores: [{ core: "cortex-m7" }] });
  });

  it("asks for what a flag says in a way that will not do", async () => {
    const wrong = {
      core: ["cortexm7"],
      cache: ["L2"],
      memory: ["A", "B=0+1"],
      master: ["D="],
      coherent: ["maybe"],
      title: ["T"],
    };
    const run = inProcess(flags(wrong), ["cortex-m7", "", "", "none", "A=0+1KiB", "", "", "DMA", "", "no"]);
    expect(await run.code).toBe(0);
    expect(run.left).toEqual([]);
    for (const flag of ["--core: ", "--cache: ", "--memory: ", "--master: ", "--coherent: "])
      expect(run.logged[0]).toContain(flag);
    expect(parse(run.text())).toMatchObject({ vendor: "Acme", memories: { A: {} }, masters: { DMA: {} } });
  });

  it("asks again for lists of flags that do not go together", async () => {
    const clash = {
      memory: ["A=0+64KiB", "B=0x8000+4KiB"],
      master: ["D=A"],
      title: ["T"],
      target: ["thumbv7em-none-eabi"],
    };
    const run = inProcess(flags(clash), ["none", "A=0+1KiB", "", "", "D", ""]);
    expect(await run.code).toBe(0);
    expect(run.left).toEqual([]);
    expect(run.logged.join("\n")).toContain("overlaps `A`");
    expect(parse(run.text())).toMatchObject({ vendor: "Acme", memories: { A: {} }, masters: { D: {} } });
  });

  it("asks for targets where those of the flags are of no core", async () => {
    const run = inProcess(flags({ core: [], title: ["T"], target: ["aarch64-unknown-none"] }), ["cortex-m7", "", ""]);
    expect(await run.code).toBe(0);
    expect(run.logged.join("\n")).toContain("`aarch64-unknown-none` is no target of any of the cores");
    expect(parse(run.text())).toMatchObject({
      cores: [{ rustTargets: ["thumbv7em-none-eabihf", "thumbv7em-none-eabi"] }],
    });
  });

  it("explains each question when asked to", async () => {
    const answers = [
      ...["Acme", "T", "none of these", "mine", "armv7-m", "", "thumbv7em-none-eabi"],
      ...["L2", "32", "write-back", "unknown", "", "A=0+1KiB", "all", "", "DMA", "", "no"],
    ];
    const run = inProcess(
      [],
      answers.flatMap((answer) => ["?", answer]),
    );
    expect(await run.code).toBe(0);
    expect(run.left).toEqual([]);
    // Each question twice: explained, and then answered.
    expect(run.questions.filter((_, index) => index % 2 === 0)).toEqual(
      run.questions.filter((_, index) => index % 2 === 1),
    );
    const plain = inProcess([], answers);
    expect(await plain.code).toBe(0);
    const explanations = run.logged.filter((text) => !plain.logged.includes(text));
    expect(explanations).toHaveLength(answers.length);
    for (const text of explanations) expect(text).toMatch(/^[\s\S]{20,}\.$/);
    expect(run.text()).toBe(plain.text());
  });

  it.each(["<", "back", " < "])("goes back to the question before, as often as %j is said", async (back) => {
    const run = inProcess(flags({ title: [], core: [], memory: [], master: [], coherent: [] }), [
      ...["The title", "cortex-m7", "", back, back, back],
      ...["Title", "cortex-m4", "", ""],
      ...["A=0+1KiB", "B=0x1000+1KiB", "", "DMA", back, back, "C=0x2000+1KiB", "", "DMA=C", ""],
    ]);
    expect(await run.code).toBe(0);
    expect(run.left).toEqual([]);
    expect(parse(run.text())).toMatchObject({
      ...{ title: "Title", cores: [{ core: "cortex-m4" }] },
      memories: { A: {}, B: {}, C: {} },
      masters: { DMA: { reaches: ["C"] } },
    });
    expect(run.questions.slice(2, 7).map((question) => question.split(/[ ,]/)[0])).toEqual([
      ...["Another", "Rust", "Another", "Core", "Title"],
    ]);
  });

  it("cannot go back from the first question, and says so", async () => {
    const run = inProcess(flags({ title: [], target: ["thumbv7em-none-eabi"] }), ["<", "T"]);
    expect(await run.code).toBe(0);
    expect(run.logged).toContain("This is the first question.");
    expect(parse(run.text())).toMatchObject({ title: "T" });
  });

  it("takes none of these, for a core to be described", async () => {
    const run = inProcess(flags({ core: [], title: ["T"] }), [
      ...["none of these", "cortex-m7", "my-core", "armv7", "armv7-m", ""],
      ...["riscv64gc-unknown-none-elf", "thumbv7em-none-eabi"],
    ]);
    expect(await run.code).toBe(0);
    expect(run.left).toEqual([]);
    expect(parse(run.text())).toMatchObject({
      cores: [{ core: { core: "my-core", architecture: "armv7-m" }, rustTargets: ["thumbv7em-none-eabi"] }],
    });
  });

  it("asks for names where there are several cores", async () => {
    const run = inProcess(flags({ core: [], title: ["T"] }), [
      ...["cortex-m7", "cortex-m4:M4", "M4", "", "cortex-m33:M4", "cortex-m7", "m7", "Second", "none of these", "mine"],
      ...["armv7-m", "", "", "", "", "", ""],
    ]);
    expect(await run.code).toBe(0);
    expect(run.left).toEqual([]);
    const said = run.logged.join("\n");
    expect(said).toContain("two cores are called `M4`");
    expect(said).toContain("`m7` is no name for a core");
    // The usual name is offered, unless another core has it.
    expect(run.questions.filter((question) => question.startsWith("Name that tells"))).toEqual([
      ...["cortex-m7", "cortex-m7"].map((id) => `Name that tells ${id} from the other cores [M7]: `),
      ...["cortex-m7", "cortex-m7"].map((id) => `Name that tells ${id} from the other cores: `),
      "Name that tells mine from the other cores [Mine]: ",
    ]);
    expect(run.questions.filter((question) => question.startsWith("Rust targets of cortex-m7"))).toEqual([
      expect.stringContaining("cortex-m7 (M7),"),
      expect.stringContaining("cortex-m7 (Second),"),
    ]);
    expect(parse(run.text())).toMatchObject({
      cores: [{ name: "M7" }, { name: "M4" }, { name: "Second" }, { name: "Mine", core: { core: "mine" } }],
    });
  });

  it("asks which of several cores see a memory and have a cache, and where masters see it", async () => {
    const core = ["cortex-m7:M7", "cortex-m4:M4"];
    const target = ["thumbv7em-none-eabi"];
    const run = inProcess(flags({ title: ["T"], core, target, cache: [], memory: [], master: [] }), [
      ...["L2", "32", "", "arm-scb", "M9", "M7", "M4:LMEM=32:nxp-lmem@0xE008_2000", ""],
      // Two memories at one address are told apart by who sees them.
      ...["DTCM=0+64KiB", "M9", "M7", "there", "0x5000_0000", "none"],
      ...["ITCM=0+64KiB", "M4", "none", "none", "RAM=0x1000_0000+64KiB", "M7, M4", "", ""],
      ...["SRAM=0x2000_0000+64KiB", "", "", "ROM=M4@0x3000_0000+64KiB", "", "", "DMA1", "LCD=SRAM:reads", ""],
    ]);
    expect(await run.code).toBe(0);
    expect(run.left).toEqual([]);
    const said = run.logged.join("\n");
    for (const why of ["which `L2` would be of", "no core is called `M9`", "`there` is no number of bytes"])
      expect(said).toContain(why);
    const withFlags = inProcess(
      flags({
        ...{ title: ["T"], core, target, cache: ["M7:L2=32:arm-scb", "M4:LMEM=32:nxp-lmem@0xE008_2000"] },
        memory: [
          "DTCM=M7@0,masters@0x5000_0000+64KiB:uncached",
          "ITCM=M4@0+64KiB:uncached",
          "RAM=M7@0x1000_0000,M4@0x1000_0000,masters@0x1000_0000+64KiB",
          "SRAM=0x2000_0000+64KiB",
          "ROM=M4@0x3000_0000+64KiB",
        ],
        master: ["DMA1", "LCD=SRAM:reads"],
      }),
    );
    expect(await withFlags.code).toBe(0);
    expect(run.text()).toBe(withFlags.text());
  });

  it("explains the questions on several cores", async () => {
    const answers = [
      ...["Acme", "T", "cortex-m7", "cortex-m4", "M7", "M4", "", "", "", "L2", "32", "", "arm-scb", "M7", ""],
      ...["A=0+1KiB", "M7", "same", "all", "", "none"],
    ];
    const run = inProcess(
      [],
      answers.flatMap((answer) => ["?", answer]),
    );
    expect(await run.code).toBe(0);
    const plain = inProcess([], answers);
    expect(await plain.code).toBe(0);
    const explanations = run.logged.filter((text) => !plain.logged.includes(text));
    expect(explanations).toHaveLength(answers.length);
    for (const text of explanations) expect(text).toMatch(/^[\s\S]{20,}\.$/);
    expect(run.text()).toBe(plain.text());
  });

  it("writes nothing when the input ends before the last question", async () => {
    const run = inProcess([], ["Acme", ""]);
    expect(await run.code).toBe(64);
    expect(run.logged.join("\n")).toContain("nothing was written");
    expect(run.text).toThrow("ENOENT");
  });
});

const loaded = loadWith({});
const chips = loaded.chips.flatMap((chip) => planDescription(chip, loaded)?.chip ?? []);
const catalogue = catalogueOf(loaded, chips);

describe("the nearest chip", () => {
  it.each<[string, Readonly<Record<string, readonly string[]>>, (id: string) => void]>([
    ["has the same core", {}, (id) => expect(planOf(id).planned!.chip.cores[0]!.id).toBe("cortex-m7")],
    [
      "has the same architecture where the core is new",
      { core: ["cortex-a8"] },
      (id) => expect(planOf(id).planned!.chip.cores[0]!.architecture.id).toBe("armv7-a"),
    ],
    [
      "is of the same vendor where cores are the same",
      { vendor: ["nxp"], core: ["cortex-m7"] },
      (id) => expect(planOf(id).planned!.chip.vendor).toBe("NXP"),
    ],
    [
      "is of the family, although its cores have caches of their own",
      { vendor: ["STMicroelectronics"], core: ["cortex-m33"], title: ["STM32U585"] },
      (id) => expect(planOf(id).planned!.chip.vendor).toBe("STMicroelectronics"),
    ],
  ])("%s", (_, changes, judge) => {
    judge(describeChip(flags(changes)).answer.nearest!.chip);
  });

  it.each([
    ["stm32u585", "STMicroelectronics", "cortex-m33", "stm32u545"],
    ["stm32h562", "ST", "cortex-m33", "stm32h5"],
    ["esp32-c6", "Espressif", "mine@riscv", "esp32-c5"],
    ["imx8mp", "NXP", "cortex-a53", "imx8mm"],
    ["nrf54l15", "Nordic", "cortex-m33", "nrf54h20"],
  ])("to %s by %s with %s is %s", (id, vendor, core, expected) => {
    const cwd = temporaryFolder();
    const target = core.includes("@") ? ["riscv32imac-unknown-none-elf"] : [];
    const { code, stdout } = fencegen(["new", id, "--json", ...flags({ vendor: [vendor], core: [core], target })], {
      cwd,
    });
    expect(code).toBe(0);
    expect(JSON.parse(stdout).nearest.chip).toBe(expected);
  });
});

describe("whatever the legal answers are", () => {
  const odd = [
    "a: b",
    "- x",
    "#",
    "'",
    '"',
    "\\",
    "{a}",
    "[b], c",
    "&a",
    "*a",
    "!t",
    "null",
    "yes",
    "0x10",
    "1e3",
    "~",
    "@",
    "`",
    "%",
    "|",
    "ß→漢字🙂",
    "a #b",
    "all",
    "none",
    "TODO",
    ".inf",
    "<<",
  ];
  const text = fc
    .oneof(
      fc.constantFrom(...odd),
      fc.string({ unit: "binary", minLength: 1, maxLength: 12 }),
      fc.string({ unit: "grapheme", minLength: 1 }),
    )
    .map((raw) => parseText(raw))
    .filter((parsed) => "value" in parsed)
    .map((parsed) => (parsed as { value: string }).value)
    // What no description may contain, the validation of what was written refuses, as that of any other.
    .filter((value) => visible(value) === value && !value.includes("\u{FFFD}"));
  const name = text.filter((value) => !value.includes(",") && !wordsOfTheLanguage.has(value));
  const spelledCores = [
    ...catalogue.cores.keys(),
    ...[...catalogue.targetArchitectures.keys()].map((architecture) => `new-${architecture}-core@${architecture}`),
  ];
  const cores = fc.uniqueArray(fc.constantFrom(...spelledCores), { minLength: 1, maxLength: 3 }).map((spelled) => {
    const choices = spelled.map((core, index) => parseCore(spelled.length > 1 ? `${core}:C${index}` : core, catalogue));
    const { cores } = withTargets(
      choices.map((choice) => (choice as { value: CoreChoice }).value),
      [],
      catalogue,
    );
    // Where nothing follows from the core, somebody names them.
    const named: Readonly<Record<string, string>> = { riscv: "riscv64gc-unknown-none-elf", x86: "x86_64-unknown-none" };
    return cores.map((core) =>
      core.rustTargets.length > 0 ? core : { ...core, rustTargets: [named[core.architecture]!] },
    );
  });
  const level: fc.Arbitrary<CacheAnswer> = fc
    .tuple(text, fc.constantFrom(8n, 32n, 64n), fc.constantFrom(1n, 2n), fc.constantFrom("write-back", "configurable"))
    .map(([name, smallestLineBytes, factor, writePolicy]) => ({
      ...{ name: `Level ${name}`, smallestLineBytes, largestLineBytes: smallestLineBytes * factor, writePolicy },
      maintenance: undefined,
    }));
  const caches = fc.oneof(
    fc.constantFrom("unknown" as const, []),
    fc.uniqueArray(level, { maxLength: 2, selector: ({ name }) => name }),
  );
  // Four memories, each in a GiB of its own, fit into the addresses of any core.
  const size = fc.oneof(fc.constantFrom(1n, 1024n, 3n << 20n, 1n << 29n), fc.bigInt(1n, 1n << 29n));
  const memories = fc.uniqueArray(
    fc.record({
      /** Seen by the first core and the masters alone, or by all. */
      isPrivate: fc.boolean(),
      ...{ name, offset: fc.bigInt(0n, 1n << 28n), sizeBytes: size, isMost: fc.boolean() },
      cachedBy: fc.constantFrom(undefined, "all" as const, "none" as const, "unknown" as const),
    }),
    {
      maxLength: 4,
      selector: ({ name }) => name,
    },
  );
  const answers: fc.Arbitrary<ChipAnswers> = fc
    .record({
      ...{ title: text, vendor: text, cores, memories, caches },
      isCoherent: fc.constantFrom(true, false, "unknown" as const),
    })
    .chain((most) => {
      const viewers = [nameOf(most.cores[0]!), "masters"];
      const placed = most.memories.map(({ offset, isPrivate, ...memory }, index) => {
        const base = (BigInt(index) << 30n) + offset;
        return { ...memory, base, seenBy: isPrivate ? viewers.map((viewer) => ({ viewer, base })) : undefined };
      });
      const names = placed.map(({ name }) => name);
      // A master without memory is refused.
      const reach = fc.option(fc.subarray(names, { minLength: Math.min(1, names.length) }), { nil: undefined });
      const access = fc.constantFrom<MasterAnswer["access"][]>(undefined, "reads", "writes", "mayReach");
      const masters = fc.uniqueArray(fc.record({ name, reaches: reach, access }), {
        maxLength: names.length > 0 ? 3 : 0,
        selector: ({ name }) => name,
      });
      return masters.map((masters) => ({ ...most, id: "my-chip", memories: placed, masters }));
    });

  /** Masters that are told apart by letters or digits: another two are refused, as in any description. */
  const hasNamesOfItsOwn = ({ masters }: { readonly masters: readonly { readonly name: string }[] }) => {
    const names = masters.map(({ name }) => name.replace(/[^A-Za-z0-9]+/g, "").toLowerCase());
    return new Set(names).size === names.length;
  };

  it("the description validates with no other problem than its TODOs, is planned, and says what was answered", () => {
    fc.assert(
      fc.property(answers.filter(hasNamesOfItsOwn), (given) => {
        const { text, chip, planned, errors } = draft(given, "s.json", "chips/my-chip.yaml", loaded);
        // What is unknown is all that is refused.
        for (const { code } of errors) expect(code).toMatch(/^plan\/(caching|snooping)-unknown$/);
        expect(text).toBe(draft(given, "s.json", "chips/my-chip.yaml", loaded).text);
        expect(text).not.toMatch(/\r| \n/);
        const { title, vendor, memories, dma } = chip!;
        expect({ title, vendor }).toEqual({ title: given.title, vendor: given.vendor });
        expect(
          memories.map(({ name, addresses, sizeBytes, isMost }) => ({
            name,
            base: addresses.cores ?? addresses.own[0]![1],
            seenBy: addresses.own.map(([viewer]) => viewer),
            sizeBytes,
            isMost,
          })),
        ).toEqual(
          given.memories.map(({ name, base, sizeBytes, isMost, seenBy }) => ({
            ...{ name, base, sizeBytes, isMost },
            seenBy: seenBy?.slice(0, 1).map(({ viewer }) => viewer) ?? [],
          })),
        );
        expect(
          dma.map(({ name, ...facts }) => ({
            name,
            does: (["reaches", "reads", "writes", "mayReach"] as const).flatMap((access) =>
              facts[access].length > 0 ? [[access, facts[access]]] : [],
            ),
          })),
        ).toEqual(
          given.masters
            .map(({ name, reaches, access = "reaches" }) => ({
              name,
              does: [[access, reaches ?? given.memories.map(({ name }) => name)]],
            }))
            .sort((a, b) => (a.name < b.name ? -1 : 1)),
        );
        const says = (fact: string) =>
          text.split("\n").some((line) => !line.includes("#") && line.includes(`${fact}: unknown`));
        if (errors.length > 0) expect(says("cachedBy") || says("snoops")).toBe(true);
        // A fence for every core, unless the description says why there is none.
        for (const core of errors.length > 0 ? [] : given.cores)
          expect(
            planned!.fences.some((fence) => fence.core === core.id) ||
              planned!.refused.some((refused) => refused.core === core.id),
          ).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it("has no other warning than its TODOs", () => {
    const [first] = fc.sample(answers, { numRuns: 1, seed: 1 });
    const { text } = draft(first!, "s.json", "chips/my-chip.yaml", loaded);
    const { diagnostics } = planOf("my-chip", { "chips/my-chip.yaml": text });
    const warnings = diagnostics.filter(
      ({ path, severity }) => path === "chips/my-chip.yaml" && severity === "warning",
    );
    expect(new Set(warnings.map(({ code }) => code))).toEqual(new Set(["rule/source-to-do"]));
  });

  it("names survive the spelling of flags", () => {
    fc.assert(
      fc.property(
        name,
        fc.bigInt(0n, (1n << 64n) - 1n),
        fc.boolean(),
        fc.boolean(),
        (name, base, isMost, isUncached) => {
          const spelled = `${name}=0x${base.toString(16)}+1${isMost ? ":most" : ""}${isUncached ? ":uncached" : ""}`;
          const cachedBy = isUncached ? "none" : undefined;
          expect(parseMemory(spelled)).toEqual({ value: { name, base, sizeBytes: 1n, isMost, cachedBy } });
          const privately = spelled.replace(/=0x([0-9a-f]+\+1(?:$|:))/, "=M7@0x$1");
          expect(parseMemory(privately)).toMatchObject({ value: { name, base, seenBy: [{ viewer: "M7", base }] } });
          if (!name.includes("=")) expect(parseMaster(name)).toEqual({ value: { name, reaches: undefined } });
        },
      ),
    );
  });
});
