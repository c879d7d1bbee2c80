// How each answer is spelled, and which answers go together.
import { describe, expect, it } from "vitest";
import type { Core, Mechanism } from "#generated/descriptions.js";
import type { ResolvedChip } from "../../generator/model/chip.ts";
import { parseCache } from "../../generator/scaffold/cache-answers.ts";
import {
  answersFor,
  type Catalogue,
  type ChipAnswers,
  type CoreAnswer,
  type CoreChoice,
  clashesOf,
  parseId,
  parseText,
  parseYesOrNo,
} from "../../generator/scaffold/chip-answers.ts";
import {
  coresLike,
  parseCore,
  parseTarget,
  problemsOfCores,
  withTargets,
} from "../../generator/scaffold/core-answers.ts";
import { parseCachedBy, parseMaster, parseMemory } from "../../generator/scaffold/memory-answers.ts";

const described = (id: string, architecture: string) => ({ core: id, architecture, caches: [] }) as unknown as Core;
const chip = (...cores: readonly (readonly [string, string, ...string[]])[]) =>
  ({
    cores: cores.map(([id, architecture, ...rustTargets]) => ({
      ...{ id, architecture: { id: architecture }, rustTargets },
      targetArch: rustTargets.map((triple) => triple.split("-")[0]),
    })),
  }) as unknown as ResolvedChip;

const catalogue: Catalogue = {
  cores: new Map([
    ["m7", described("m7", "armv7-m")],
    ["m4", described("m4", "armv7-m")],
    ["a7", described("a7", "armv7-a")],
  ]),
  mechanisms: new Map(
    [
      { mechanism: "scb", registers: { DCCMVAC: { offset: 0 } }, base: "0xE000_EF50" },
      { mechanism: "pl310", registers: { SYNC: { offset: 0 } } },
      { mechanism: "instructions" },
    ].map((mechanism) => [mechanism.mechanism, mechanism as unknown as Mechanism]),
  ),
  targetArchitectures: new Map([
    ["armv7-m", [{ arch: "arm", triples: ["thumbv7*"] }]],
    ["armv7-a", [{ arch: "arm", triples: ["armv7*"] }]],
    ["riscv", ["riscv32", "riscv64"]],
  ]),
  chips: [
    chip(["m7", "armv7-m", "thumbv7em-none-eabi"], ["a7", "armv7-a", "armv7a-none-eabi"]),
    chip(["m7", "armv7-m", "thumbv7em-none-eabihf", "thumbv7em-none-eabi"]),
    chip(["m7", "armv7-m", "thumbv7em-none-eabihf", "thumbv7em-none-eabi"]),
    chip(["m3", "armv7-m", "thumbv7m-none-eabi"]),
    chip(["m33-secure", "armv8-m", "thumbv8m.main-none-eabi"]),
    chip(["r32", "riscv", "riscv32imac-unknown-none-elf"], ["r64", "riscv", "riscv64gc-unknown-none-elf"]),
  ],
};

it.each<[string, string | undefined]>([
  ["stm32h743", "stm32h743"],
  [" nxp-lmem ", "nxp-lmem"],
  ["8051", "8051"],
  ["STM32", undefined],
  ["a--b", undefined],
  ["-a", undefined],
  ["a-", undefined],
  ["a_b", undefined],
  ["", undefined],
])("the id %j: %s", (text, value) => {
  expect(parseId(text)).toEqual(value === undefined ? { problem: expect.any(String) } : { value });
});

it.each<[string, string | undefined]>([
  [" AXI SRAM ", "AXI SRAM"],
  ["ß 漢字 🙂", "ß 漢字 🙂"],
  ["  ", undefined],
  ["a\nb", undefined],
  ["a\tb", undefined],
  ["a\u202eb", undefined],
  ["a\u2028b", undefined],
  ["a\ud800", undefined],
])("the text %j: %j", (text, value) => {
  expect(parseText(text)).toEqual(value === undefined ? { problem: expect.any(String) } : { value });
});

it.each<[string, boolean | string | undefined]>([
  ["yes", true],
  ["Unknown", "unknown"],
  ["Y", true],
  [" no ", false],
  ["n", false],
  ["", undefined],
  ["yess", undefined],
])("%j, asked yes or no: %s", (text, value) => {
  expect(parseYesOrNo(text)).toEqual(value === undefined ? { problem: expect.any(String) } : { value });
});

describe("a core", () => {
  it.each<[string, Partial<CoreChoice>]>([
    ["m7", { id: "m7", spelling: "m7", architecture: "armv7-m", name: undefined }],
    [" m7:M7 ", { id: "m7", spelling: "m7", name: "M7" }],
    ["mine@riscv", { id: "mine", spelling: "mine@riscv", architecture: "riscv", facts: undefined, name: undefined }],
    ["mine@riscv:Big", { id: "mine", spelling: "mine@riscv", architecture: "riscv", name: "Big" }],
  ])("%j", (text, value) => {
    expect(parseCore(text, catalogue)).toMatchObject({ value });
  });

  it("that is described brings its facts", () => {
    expect(parseCore("a7", catalogue)).toMatchObject({ value: { facts: catalogue.cores.get("a7") } });
  });

  it.each([
    ["m77", "did you mean `m7` or "],
    [
      "none-of-that-kind",
      "no core `none-of-that-kind` is described (`none-of-that-kind@ARCHITECTURE` is for a new one)",
    ],
    ["mine@armv9", "known are armv7-m, armv7-a, riscv"],
    ["m7@armv7-m", "is described already"],
    ["m7:m7", "`m7` is no name for a core"],
    ["m7:", "`` is no name for a core"],
    ["M7", "`M7` is no id"],
    ["mine@", "no architecture `` is described"],
  ])("%j is none: %s", (text, problem) => {
    expect(parseCore(text, catalogue)).toEqual({ problem: expect.stringContaining(problem) });
  });

  it("that is misspelt or cut short may mean several, the nearest first", () => {
    const cores = new Map(["cortex-m3", "cortex-m33", "cortex-m7", "cortex-a35"].map((id) => [id, {} as Core]));
    const like = (text: string) => coresLike(text, { ...catalogue, cores });
    expect(like("cortexm3")).toEqual(["cortex-m3", "cortex-m33", "cortex-m7"]);
    expect(like("M33")).toEqual(["cortex-m33"]);
    expect(like("a35:A35")).toEqual(["cortex-a35"]);
    expect(like("x")).toEqual([]);
    expect(like("pentium")).toEqual([]);
  });

  it("needs a name of its own where there are several", () => {
    const core = (id: string, name?: string) => ({ id, name }) as CoreChoice;
    expect(problemsOfCores([core("m7")])).toEqual([]);
    expect(problemsOfCores([core("m7", "A"), core("m7", "B")])).toEqual([]);
    expect(problemsOfCores([core("m7", "A"), core("m4"), core("a7", "A")])).toEqual([
      expect.stringContaining("`m4:Name`"),
      "two cores are called `A`",
    ]);
  });
});

describe("a cache", () => {
  const cache = (name: string, line: readonly [bigint, bigint], writePolicy: string, maintenance?: object) => ({
    ...{ name, smallestLineBytes: line[0], largestLineBytes: line[1], writePolicy, maintenance },
  });

  it.each([
    ["L2=32", cache("L2", [32n, 32n], "configurable")],
    [" System cache = 32-64 : write-through ", cache("System cache", [32n, 64n], "write-through")],
    ["L2=0x20:scb", cache("L2", [32n, 32n], "configurable", { mechanism: "scb", base: undefined })],
    ["M7:L2=32", { ...cache("L2", [32n, 32n], "configurable"), core: "M7" }],
    ["cortex-m7: L2 =32:scb", { ...cache("L2", [32n, 32n], "configurable", { mechanism: "scb" }), core: "cortex-m7" }],
    ["L2=32:scb@0x4000", cache("L2", [32n, 32n], "configurable", { mechanism: "scb", base: 0x4000n })],
    [
      "L2=32:write-back:pl310@0xF8F0_2000",
      cache("L2", [32n, 32n], "write-back", { mechanism: "pl310", base: 0xf8f0_2000n }),
    ],
    [
      "L2=32:read-only:instructions",
      cache("L2", [32n, 32n], "read-only", { mechanism: "instructions", base: undefined }),
    ],
  ])("%j", (text, value) => {
    expect(parseCache(text, catalogue)).toEqual({ value });
  });

  it.each([
    ["L2", "is not of the form [CORE:]NAME=LINE[:POLICY][:MECHANISM[@BASE]]"],
    ["=32", "the name of the cache"],
    ["L2=", "is not of the form"],
    ["L2=wide", "`wide` is no number of bytes"],
    ["L2=32-", "`` is no number of bytes"],
    ["L2=32:write-bakc:scb", "`write-bakc` is no write policy; there are write-back, write-through,"],
    ["L2=32:write-back:scb:more", "is not of the form"],
    ["L2=32:pl301@0x0", "no mechanism `pl301` is described; did you mean `pl310`?"],
    ["L2=32:write-back:something", "no mechanism `something` is described; known are scb, pl310, instructions"],
    ["L2=32:pl310", "the registers of `pl310` need an address: `pl310@BASE`"],
    ["L2=32:pl310@here", "`here` is no number of bytes or address"],
    ["L2=32:instructions@0x10", "`instructions` has no registers"],
  ])("%j is none: %s", (text, problem) => {
    expect(parseCache(text, catalogue)).toEqual({ problem: expect.stringContaining(problem) });
  });
});

it.each<[string, object]>([
  [" all ", { value: "all" }],
  ["none", { value: "none" }],
  ["unknown", { value: "unknown" }],
  ["L1D, L2,L1D", { value: ["L1D", "L2"] }],
  ["L1D,", { problem: expect.stringContaining("names no cache") }],
  ["", { problem: expect.stringContaining("names no cache") }],
])("what caches a memory, %j", (text, parsed) => {
  expect(parseCachedBy(text)).toEqual(parsed);
});

describe("a memory", () => {
  const seen = (name: string, ...viewers: readonly (readonly [string, bigint])[]) =>
    memory(name, viewers[0]![1], 1n, {
      cachedBy: "none",
      seenBy: viewers.map(([viewer, base]) => ({ viewer, base })),
    });
  const memory = (name: string, base: bigint, sizeBytes: bigint, more: object = {}) => ({
    ...{ name, base, sizeBytes, isMost: false, cachedBy: undefined },
    ...more,
  });

  it.each([
    ["SRAM=0x2000_0000+64KiB", memory("SRAM", 0x2000_0000n, 64n * 1024n)],
    [" DTCM = 0x20000000 + 128KiB:uncached ", memory("DTCM", 0x2000_0000n, 128n * 1024n, { cachedBy: "none" })],
    ["SDRAM=0+512MiB:most", memory("SDRAM", 0n, 1n << 29n, { isMost: true })],
    ["SDRAM=0+512MiB:most:uncached", memory("SDRAM", 0n, 1n << 29n, { isMost: true, cachedBy: "none" })],
    ["OCM=0+256KiB:cached-by L1D", memory("OCM", 0n, 1n << 18n, { cachedBy: ["L1D"] })],
    ["DDR=0+1GiB:most:cached-by L1D, L2", memory("DDR", 0n, 1n << 30n, { isMost: true, cachedBy: ["L1D", "L2"] })],
    ["RAM=0+1:cached-by unknown", memory("RAM", 0n, 1n, { cachedBy: "unknown" })],
    ["a=b+c:d=4096+1", memory("a=b+c:d", 4096n, 1n)],
    ["top=0xFFFF_FFFF_FFFF_F000+4KiB", memory("top", 0xffff_ffff_ffff_f000n, 4096n)],
    ["TCM=M7@0x2000_0000+1:uncached", seen("TCM", ["M7", 0x2000_0000n])],
    ["TCM= M7 @ 0x2000_0000 , DMA @1@0x5000+1:uncached", seen("TCM", ["M7", 0x2000_0000n], ["DMA @1", 0x5000n])],
    ["TCM=cores@0,masters@16+1:uncached", seen("TCM", ["cores", 0n], ["masters", 16n])],
  ])("%j", (text, value) => {
    expect(parseMemory(text)).toEqual({ value });
  });

  it.each([
    ["", "the answer is empty: `NAME=`, `BASE` and `+SIZE` are missing, as in SRAM=0x2000_0000+64KiB"],
    ["SRAM", "is not of the form NAME=BASE+SIZE[:most][:uncached]: `BASE` and `+SIZE` are missing"],
    ["128K", ": `NAME=` and `BASE` are missing"],
    ["SRAM=0", ": `+SIZE` is missing"],
    ["SRAM=", ": `BASE` and `+SIZE` are missing"],
    ["0x2000_0000+64KiB", ": `NAME=` is missing"],
    ["SRAM=0x2000_0000", "SIZE is the most that there can be, and `:most` says so"],
    ["SRAM=0+1:cached", "is not of the form"],
    ["SRAM=0:uncached+4KiB", "is not of the form"],
    ["SRAM=0+1:uncached:most", "is not of the form"],
    ["SRAM=0+1:cached-by L1D,", "names no cache where one is expected"],
    ["=0+1", "the name of the memory"],
    ["SRAM=+1", "`` is no number of bytes or address"],
    ["SRAM=0+", "`` is no number of bytes or address"],
    ["SRAM=-1+1", "`-1` is no number"],
    ["SRAM=0x1_0000_0000_0000_0000+1", "does not fit into 64 bits"],
    ["SRAM=0xFFFF_FFFF_FFFF_F000+4097", "ends above the 64-bit address space"],
    ["SRAM=M7@0,M4@0xFFFF_FFFF_FFFF_F000+4097", "ends above the 64-bit address space"],
    ["SRAM=M7@0,0x10+1", "`0x10` is not of the form VIEWER@BASE"],
    ["SRAM=@0+1", "`@0` is not of the form VIEWER@BASE"],
    ["SRAM=M7@here+1", "`here` is no number of bytes or address"],
    ["SRAM=M7@0,M7@1+1", "`M7` would see the memory at two addresses"],
  ])("%j is none: %s", (text, problem) => {
    expect(parseMemory(text)).toEqual({ problem: expect.stringContaining(problem) });
  });
});

it.each<[string, object]>([
  ["DMA1", { value: { name: "DMA1", reaches: undefined } }],
  [" Ethernet = AXI SRAM , DTCM ", { value: { name: "Ethernet", reaches: ["AXI SRAM", "DTCM"] } }],
  ["DMA=A,A", { value: { name: "DMA", reaches: ["A"] } }],
  ["LCD=A:reads", { value: { name: "LCD", reaches: ["A"], access: "reads" } }],
  [" LCD : reads", { value: { name: "LCD : reads", reaches: undefined } }],
  ["LCD:reads", { value: { name: "LCD", reaches: undefined, access: "reads" } }],
  ["Trace=A,B:writes", { value: { name: "Trace", reaches: ["A", "B"], access: "writes" } }],
  ["USB=A:unknown", { value: { name: "USB", reaches: ["A"], access: "mayReach" } }],
  ["DMA=", { problem: expect.stringContaining("names no memory") }],
  ["DMA=A,,B", { problem: expect.stringContaining("names no memory") }],
  ["=A", { problem: expect.stringContaining("the name of the DMA master") }],
])("the master %j", (text, parsed) => {
  expect(parseMaster(text)).toEqual(parsed);
});

describe("of several cores", () => {
  const core = (id: string, name: string | undefined) => ({ id, name }) as CoreAnswer;
  const [m7, m4] = [core("cortex-m7", "M7"), core("cortex-m4", "M4")];
  const memory = (name: string, ...viewers: readonly string[]) => ({
    ...{ name, base: 0n, sizeBytes: 1n, isMost: false, cachedBy: undefined },
    seenBy: viewers.length === 0 ? undefined : viewers.map((viewer) => ({ viewer, base: 0n })),
  });
  const level = (name: string, of?: string) => ({
    ...{ name, core: of, smallestLineBytes: 32n, largestLineBytes: 32n },
    ...{ writePolicy: "write-back" as const, maintenance: undefined },
  });
  const answers = {
    cores: [m7, m4],
    caches: [level("Own", "M7"), level("Other", "M4"), level("All")],
    memories: [memory("Own", "M7", "masters"), memory("Other", "cortex-m4"), memory("All")],
    masters: [
      { name: "A", reaches: undefined },
      { name: "B", reaches: ["Own", "Other"] },
      { name: "C", reaches: ["Other"] },
    ],
  } as unknown as ChipAnswers;

  it("one alone has what it has and sees, and the masters that reach any of that", () => {
    const { cores, caches, memories, masters } = answersFor(m7, answers);
    expect(cores).toEqual([m7]);
    expect((caches as readonly { readonly name: string }[]).map(({ name }) => name)).toEqual(["Own", "All"]);
    expect(memories.map(({ name }) => name)).toEqual(["Own", "All"]);
    expect(masters.map(({ name, reaches }) => [name, reaches])).toEqual([
      ["A", undefined],
      ["B", ["Own"]],
    ]);
    expect(answersFor(m4, answers).memories.map(({ seenBy }) => seenBy?.map(({ viewer }) => viewer))).toEqual([
      ["masters"],
      ["cortex-m4"],
      undefined,
    ]);
    expect(answersFor(m7, { ...answers, caches: "unknown" }).caches).toBe("unknown");
  });

  it("none is called as the core of a level is", () => {
    expect(clashesOf(answers)).toEqual([]);
    expect(clashesOf({ ...answers, cores: [m7] })).toEqual(["no core is called `M4`, which `Other` would be of"]);
    expect(clashesOf({ cores: [core("cortex-m7", undefined)], caches: [level("L2", "cortex-m7")] })).toEqual([]);
    expect(clashesOf({ ...answers, caches: "unknown" })).toEqual([]);
  });
});

describe("targets", () => {
  const core = (id: string, architecture: string, name?: string) => ({ id, architecture, name }) as CoreChoice;
  const targets = (cores: readonly CoreChoice[], ...texts: readonly string[]) => {
    const answers = texts.map((text) => (parseTarget(text) as { value: Parameters<typeof withTargets>[1][0] }).value);
    const { cores: with_, problems } = withTargets(cores, answers, catalogue);
    return { targets: with_.map(({ rustTargets }) => rustTargets), problems };
  };
  const [m7, a7] = [core("m7", "armv7-m", "M7"), core("a7", "armv7-a", "A7")];

  it.each([
    ["thumbv7em-none-eabi", { coreName: undefined, triple: "thumbv7em-none-eabi" }],
    [" M7:thumbv7em-none-eabi ", { coreName: "M7", triple: "thumbv7em-none-eabi" }],
  ])("%j", (text, value) => {
    expect(parseTarget(text)).toEqual({ value });
  });

  it.each(["pdp11", "", "M7:", "thumbv7em none", "thumbv7em-none-eabi]"])("%j is none", (text) => {
    expect(parseTarget(text)).toEqual({ problem: expect.stringContaining("is no Rust target triple") });
  });

  it("that nobody gives are those that most chips with the core list, in their order", () => {
    expect(targets([m7]).targets).toEqual([["thumbv7em-none-eabihf", "thumbv7em-none-eabi"]]);
  });

  it("are also those of a chip that builds on the core", () => {
    expect(targets([core("m3", "armv7-m")]).targets).toEqual([["thumbv7m-none-eabi"]]);
    expect(targets([core("m33", "armv8-m")]).targets).toEqual([["thumbv8m.main-none-eabi"]]);
  });

  it("are else what runs on every core of the architecture, whatever other cores have", () => {
    expect(targets([core("mine", "armv7-m")]).targets).toEqual([["thumbv7m-none-eabi"]]);
    expect(targets([core("mine", "armv6-m")]).targets).toEqual([["thumbv6m-none-eabi"]]);
    expect(targets([core("mine", "armv8-m")]).targets).toEqual([["thumbv8m.base-none-eabi"]]);
  });

  it("are else those that most chips with the architecture list, if it is one of one width", () => {
    expect(targets([core("mine", "armv7-a")]).targets).toEqual([["armv7a-none-eabi"]]);
    expect(targets([core("mine", "riscv")]).targets).toEqual([[]]);
  });

  it("are for the core that is named, and else for every core that they fit", () => {
    const riscv = core("mine", "riscv", "R");
    expect(targets([m7, riscv], "M7:thumbv7m-none-eabi", "riscv32imac-unknown-none-elf")).toEqual({
      ...{ targets: [["thumbv7m-none-eabi"], ["riscv32imac-unknown-none-elf"]], problems: [] },
    });
    expect(targets([m7, a7], "thumbv7em-none-eabi", "A7:armv7a-none-eabi").targets).toEqual([
      ["thumbv7em-none-eabi"],
      ["armv7a-none-eabi"],
    ]);
    const second = core("other", "armv7-m", "M4");
    expect(targets([m7, second], "thumbv7em-none-eabi", "M4:thumbv7m-none-eabi").targets).toEqual([
      ["thumbv7em-none-eabi"],
      ["thumbv7em-none-eabi", "thumbv7m-none-eabi"],
    ]);
    expect(targets([m7], "thumbv7m-none-eabi", "thumbv7m-none-eabi").targets).toEqual([["thumbv7m-none-eabi"]]);
  });

  it("that no core can have are a problem each", () => {
    const given = ["M4:thumbv7em-none-eabi", "M7:riscv32imac-unknown-none-elf", "x86_64-unknown-none"];
    expect(targets([m7], ...given).problems).toEqual([
      "no core is called `M4`",
      "`riscv32imac-unknown-none-elf` is no target of armv7-m",
      "`x86_64-unknown-none` is no target of any of the cores",
    ]);
  });
});
