// How each answer is spelled, and which answers go together.
import { describe, expect, it } from "vitest";
import type { Core } from "#generated/descriptions.js";
import type { ResolvedChip } from "../../generator/model/chip.ts";
import {
  type Catalogue,
  type CoreChoice,
  parseCore,
  parseId,
  parseMaster,
  parseRegion,
  parseTarget,
  parseText,
  parseYesOrNo,
  problemsOfCores,
  withTargets,
} from "../../generator/scaffold/chip-answers.ts";

const described = (id: string, architecture: string) => ({ core: id, architecture, caches: [] }) as unknown as Core;
const chip = (...cores: readonly (readonly [string, string, ...string[]])[]) =>
  ({
    cores: cores.map(([id, architecture, ...rustTargets]) => ({ id, architecture: { id: architecture }, rustTargets })),
  }) as unknown as ResolvedChip;

const catalogue: Catalogue = {
  cores: new Map([
    ["m7", described("m7", "armv7-m")],
    ["m4", described("m4", "armv7-m")],
    ["a7", described("a7", "armv7-a")],
  ]),
  targetArchitectures: new Map([
    ["armv7-m", ["arm"]],
    ["armv7-a", ["arm"]],
    ["riscv", ["riscv32", "riscv64"]],
  ]),
  chips: [
    chip(["m7", "armv7-m", "thumbv7em-none-eabi"], ["a7", "armv7-a", "armv7a-none-eabi"]),
    chip(["m7", "armv7-m", "thumbv7em-none-eabihf", "thumbv7em-none-eabi"]),
    chip(["m7", "armv7-m", "thumbv7em-none-eabihf", "thumbv7em-none-eabi"]),
    chip(["m3", "armv7-m", "thumbv7m-none-eabi"]),
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

it.each<[string, boolean | undefined]>([
  ["yes", true],
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
    ["m77", "did you mean `m7`?"],
    ["something", "no core `something` is described (`something@ARCHITECTURE` is for a new one)"],
    ["mine@armv9", "known are armv7-m, armv7-a, riscv"],
    ["m7@armv7-m", "is described already"],
    ["m7:m7", "`m7` is no name for a core"],
    ["m7:", "`` is no name for a core"],
    ["M7", "`M7` is no id"],
    ["mine@", "no architecture `` is described"],
  ])("%j is none: %s", (text, problem) => {
    expect(parseCore(text, catalogue)).toEqual({ problem: expect.stringContaining(problem) });
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

describe("a region", () => {
  const region = (name: string, base: bigint, sizeBytes: bigint, more: { isMost?: true; isUncached?: true } = {}) => ({
    ...{ name, base, sizeBytes, isMost: false, isUncached: false, ...more },
  });

  it.each([
    ["SDRAM=0x8000_0000+1GiB:most", region("SDRAM", 0x8000_0000n, 1n << 30n, { isMost: true })],
    ["TCM=0+4KiB:most:uncached", region("TCM", 0n, 4096n, { isMost: true, isUncached: true })],
    ["AXI SRAM=0x2400_0000+512KiB", region("AXI SRAM", 0x2400_0000n, 512n * 1024n)],
    [" DTCM = 0x20000000 + 128KiB:uncached ", region("DTCM", 0x2000_0000n, 128n * 1024n, { isUncached: true })],
    ["a=b+c:d=4096+1", region("a=b+c:d", 4096n, 1n)],
    ["top=0xFFFF_FFFF_FFFF_F000+4KiB", region("top", 0xffff_ffff_ffff_f000n, 4096n)],
  ])("%j", (text, value) => {
    expect(parseRegion(text)).toEqual({ value });
  });

  it.each([
    ["SRAM", "is not of the form NAME=BASE+SIZE[:most][:uncached]"],
    ["SRAM=0", "is not of the form"],
    ["SRAM=0+4KiB:cached", "is not of the form"],
    ["SRAM=0+4KiB:uncached:most", "is not of the form"],
    ["SRAM=0:uncached+4KiB", "is not of the form"],
    ["=0+1", "the name of the region"],
    ["SRAM=+1", "`` is no number of bytes or address"],
    ["SRAM=0+", "`` is no number of bytes or address"],
    ["SRAM=-1+1", "`-1` is no number"],
    ["SRAM=0x1_0000_0000_0000_0000+1", "does not fit into 64 bits"],
    ["SRAM=0xFFFF_FFFF_FFFF_F000+4097", "ends above the 64-bit address space"],
  ])("%j is none: %s", (text, problem) => {
    expect(parseRegion(text)).toEqual({ problem: expect.stringContaining(problem) });
  });
});

it.each<[string, object]>([
  ["DMA1", { value: { name: "DMA1", reaches: undefined } }],
  [" Ethernet = AXI SRAM , DTCM ", { value: { name: "Ethernet", reaches: ["AXI SRAM", "DTCM"] } }],
  ["DMA=A,A", { value: { name: "DMA", reaches: ["A"] } }],
  ["DMA=", { problem: expect.stringContaining("names no region") }],
  ["DMA=A,,B", { problem: expect.stringContaining("names no region") }],
  ["=A", { problem: expect.stringContaining("the name of the DMA master") }],
])("the master %j", (text, parsed) => {
  expect(parseMaster(text)).toEqual(parsed);
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

  it("are else those that most chips with the architecture list, or none", () => {
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
      ["thumbv7em-none-eabi", "armv7a-none-eabi"],
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
