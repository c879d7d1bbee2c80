// The schemas that come with fencegen, as yaml-language-server takes them: what it offers where, and what it says of it.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "../support/command.ts";
import { offeredAt, problemsOf, shownAt } from "./language-server.ts";

const schemaOf = (kind: string) => join(root, `dist/schema/${kind}.schema.json`);

/** Where the cursor stands, what is offered there among others with what is said of it, and what is not. */
const places: readonly (readonly [
  what: string,
  kind: string,
  text: string,
  offered: Readonly<Record<string, RegExp>>,
  not: string,
])[] = [
  ["cores", "chip", "cores:\n  - core: ▮\n", { "cortex-m7": /^Arm Cortex-M7/, "sifive-u74": /U74/ }, "stm32h743"],
  ["cores, in braces", "chip", "cores: [{ core: cortex▮ }]\n", { "cortex-m7": /^Arm Cortex-M7/ }, "stm32h743"],
  [
    "Rust targets",
    "chip",
    "cores:\n  - core: cortex-m7\n    rustTargets:\n      - ▮\n",
    { "thumbv7em-none-eabihf": /\bRuns on Arm Cortex-M/ },
    "cortex-m7",
  ],
  ["Rust targets, in brackets", "core", "rustTargets: [▮]\n", { "riscv32imc-unknown-none-elf": /^Runs on/ }, "riscv"],
  ["memories", "chip", "masters:\n  DMA:\n    writes: [▮]\n", { DTCM: /^Memory of / }, "L1D"],
  ["memories, as a list", "chip", "masters:\n  DMA:\n    mayReach:\n      - ▮\n", { DTCM: /^Memory of / }, "L1D"],
  ["words for all memories", "chip", "masters:\n  DMA:\n    writes: ▮\n", { all: /^Every memory/ }, "L1D"],
  ["cache levels", "chip", "memories:\n  RAM:\n    cachedBy: [▮]\n", { L1D: /^Level of / }, "DTCM"],
  ["words for all levels", "chip", "memories:\n  RAM:\n    cachedBy: ▮\n", { none: /^No cache ever/ }, "DTCM"],
  ["mechanisms", "chip", "caches:\n  - maintenance: ▮\n", { pl310: /PL310/ }, "stm32h743"],
  [
    "mechanisms with a base",
    "core",
    "caches:\n  - maintenance:\n      mechanism: ▮\n",
    { "arm-scb": /System Control Block/ },
    "cortex-m7",
  ],
  ["architectures", "core", "architecture: ▮\n", { "armv7-m": /^Armv7-M$/ }, "cortex-m7"],
  ["sources", "chip", "evidence:\n  cores: ▮\n", { rm0433: /RM0433/, unverified: /nobody has read/ }, "manual 2.1"],
  [
    "operations that an erratum replaces",
    "core",
    "errata:\n  - replaceOperation:\n      ▮\n",
    { DCCMVAC: /^/, DCCIMVAC: /^/ },
    "cortex-m7",
  ],
  [
    "operations in their place",
    "core",
    "errata:\n  - replaceOperation:\n      DCCMVAC: ▮\n",
    { DCCIMVAC: /^Clean-and-invalidate of / },
    "cortex-m7",
  ],
  [
    "operations that must not be used",
    "mechanism",
    "errata:\n  - withoutOperation: [▮]\n",
    { DCIMVAC: /Invalidate of/ },
    "L1D",
  ],
  [
    "refusals",
    "chip",
    "cores:\n  - refused:\n      code: ▮\n",
    { "plan/no-maintenance": /no way is described/ },
    "yaml/syntax",
  ],
  ["barriers", "chip", "barrierOverrides:\n  - use: ▮\n", { "dsb sy": /^Barrier of Armv/ }, "dsb"],
  [
    "who sees a memory",
    "chip",
    "memories:\n  RAM:\n    base:\n      ▮\n",
    { masters: /^/, cores: /^/, CM7: /^/ },
    "DTCM",
  ],
  [
    "meanings of values",
    "mechanism",
    "operations:\n  clean:\n    effect: ▮\n",
    { "discard-dirty": /without writing/ },
    "line",
  ],
  ["examples", "chip", "revision: ▮\n", { unknown: /^/ }, "stm32h743"],
];

it.each(places)("%s are offered", async (_, kind, text, offered, not) => {
  const found = await offeredAt(text, schemaOf(kind));
  for (const [name, documentation] of Object.entries(offered)) {
    expect([...found.keys()]).toContain(name);
    expect(found.get(name)).toMatch(documentation);
  }
  expect([...found.keys()]).not.toContain(not);
});

it("keys, ids and values say what they are", async () => {
  const at = (text: string) => shownAt(text, schemaOf("chip"));
  expect(await at("memories:\n  RAM: { cached▮By: none }\n")).toContain("may hold its lines");
  expect(await at("cores:\n  - core: cortex-▮m7\n")).toContain("Arm Cortex-M7");
  expect(await at("memories:\n  RAM: { memoryType: configu▮rable }\n")).toContain("a fence is right for both");
});

describe("what is wrong", () => {
  it("is left to fencegen where it is a name", async () => {
    const text = readFileSync(join(root, "test/fixtures/examples/fixture-chip.yaml"), "utf8");
    expect(await problemsOf(text, schemaOf("chip"))).toEqual([]);
    for (const [right, wrong] of [
      ["core: cortex-m7", "core: cortex-m77"],
      ["reads: [SDRAM, Video]", "reads: [SDRAM, Vdeo]"],
      ["cachedBy: [L1D, L2]", "cachedBy: [L1D, L3]"],
      ["mechanism: pl310", "mechanism: pl311"],
      ["cores: manual 1", "cores: manul 1"],
    ] as const) {
      expect(text).toContain(right);
      expect(await problemsOf(text.replace(right, wrong), schemaOf("chip"))).toEqual([]);
    }
  });

  it("is shown where it is a key or a value of few", async () => {
    const problems = await problemsOf("memories: { RAM: { memoryTyp: normal, cachedBy: al } }\n", schemaOf("chip"));
    expect(problems.join("\n")).toMatch(/memoryTyp/);
    expect(problems.join("\n")).toMatch(/none/);
  });
});

/** One of each kind; all of them would take long. */
const shipped = ["stm32h743", "cores/cortex-a53", "mechanisms/pl310", "architectures/riscv", "sources"];

it.each(shipped)(
  "the server finds nothing wrong with chips/%s.yaml, and its modeline leads to a schema",
  async (name) => {
    const text = readFileSync(join(root, `chips/${name}.yaml`), "utf8");
    const [modeline, path] = /^# yaml-language-server: \$schema=(\S+)\n/.exec(text)!;
    const schema = join(root, "chips", name, "..", path!);
    expect(readdirSync(join(schema, ".."))).toContain(schema.split("/").at(-1));
    expect(await problemsOf(text.slice(modeline.length), schema)).toEqual([]);
  },
);
