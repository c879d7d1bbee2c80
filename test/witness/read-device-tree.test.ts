import { describe, expect, it } from "vitest";
import { Diagnostics } from "../../generator/diagnostics/diagnostic.ts";
import { readDeviceTree } from "../../generator/witness/read-device-tree.ts";
import type { Witness } from "../../generator/witness/witness.ts";
import { type BoardParts, boardTree, flattened, type WrittenNode } from "../support/flattened-tree.ts";

function witnessOf(tree: WrittenNode): Witness {
  const diagnostics = new Diagnostics();
  const witness = readDeviceTree(flattened(tree), "board.dtb", diagnostics);
  expect(diagnostics.sorted()).toEqual([]);
  return witness!;
}
const board = (parts: Partial<BoardParts> = {}) => witnessOf(boardTree(parts));

it("states cores, caches and memories, each with its node", () => {
  const { kind, title, cores, levels, memories, statesMemories } = board();
  expect({ kind, title, statesMemories }).toEqual({ kind: "linux-tree", title: "Test board", statesMemories: true });
  expect(cores).toEqual([{ names: ["arm,cortex-a53"], count: 2, place: "/cpus/cpu@0" }]);
  expect(levels).toEqual([
    {
      level: 1,
      ofCore: ["arm,cortex-a53"],
      lineBytes: 64,
      sizeBytes: 0x8000,
      ways: 4,
      registers: undefined,
      place: "/cpus/cpu@0",
    },
    {
      level: 2,
      ofCore: ["arm,cortex-a53"],
      lineBytes: 64,
      sizeBytes: 0x8_0000,
      ways: 16,
      registers: undefined,
      place: "/cpus/l2-cache",
    },
  ]);
  expect(memories).toEqual([
    { name: "memory@80000000", use: "board", base: 0x8000_0000n, sizeBytes: 0x4000_0000n, place: "/memory@80000000" },
    { name: "sram@900000", use: "ram", base: 0x90_0000n, sizeBytes: 0x4_0000n, place: "/soc/sram@900000" },
  ]);
});

it("takes a memory without a size, or without a node, for one that nobody knows", () => {
  expect(board({ memory: [0, 0] }).unsizedMemories).toEqual(["/memory@80000000"]);
  const { memories, unsizedMemories } = board({ memory: undefined });
  expect({ memories: memories.map(({ use }) => use), unsizedMemories }).toEqual({
    memories: ["ram"],
    unsizedMemories: [],
  });
});

describe("coherency", () => {
  const ethernet = (witness: Witness) => witness.masters.find(({ name }) => name.startsWith("ethernet"))?.isCoherent;

  it.each<[string, Partial<BoardParts>, boolean | undefined]>([
    ["Arm, not said", {}, false],
    ["Arm, said", { ethernet: { "dma-coherent": new Uint8Array() } }, true],
    ["of the bus", { bus: { ranges: new Uint8Array(), "dma-coherent": new Uint8Array() } }, true],
    ["RISC-V, not said", { core: ["sifive,u74", "riscv"] }, true],
    ["RISC-V, said", { core: ["sifive,u74", "riscv"], ethernet: { "dma-noncoherent": new Uint8Array() } }, false],
    ["another architecture", { core: ["mips,mips24Kc"] }, undefined],
    ["Zephyr", { chosen: { "zephyr,sram": "/soc/sram@900000" } }, undefined],
    [
      "Zephyr, of another tree",
      { chosen: { "zephyr,sram": "/soc/sram@900000" }, ethernet: { "dma-coherent": new Uint8Array() } },
      undefined,
    ],
  ])("%s", (_, parts, expected) => {
    expect(ethernet(board(parts))).toBe(expected);
  });

  it("is not asked of what has its data moved by another", () => {
    expect(board().masters.map(({ name, isController }) => [name, isController])).toEqual([
      ["dma-controller@30000000", true],
      ["ethernet@30010000", false],
    ]);
  });
});

describe("a bus", () => {
  const sram = (bus: BoardParts["bus"], chosen: BoardParts["chosen"] = {}) =>
    board({ bus, chosen }).memories.find(({ name }) => name.startsWith("sram"))?.base;

  it("moves addresses by its ranges", () => {
    expect(sram({ ranges: [0x90_0000, 0x1090_0000, 0x10_0000] })).toBe(0x1090_0000n);
    expect(sram({ ranges: [0, 0x1000_0000, 0x10_0000] })).toBeUndefined();
  });

  it("without ranges has none for the root, but those of the bus above in Zephyr's trees", () => {
    expect(sram({})).toBeUndefined();
    expect(sram({}, { "zephyr,sram": "/soc/sram@900000" })).toBe(0x90_0000n);
  });
});

it("takes offsets below a block of registers for no addresses", () => {
  const slcr = {
    name: "slcr@40000000",
    properties: {
      compatible: ["syscon", "simple-mfd"],
      reg: [0x4000_0000, 0x1000],
      "#address-cells": [1],
      "#size-cells": [1],
      ranges: new Uint8Array(),
    },
    children: [
      { name: "clkc@100", properties: { reg: [0x100, 0x100] } },
      { name: "pinctrl@40000700", properties: { reg: [0x4000_0700, 0x100] } },
    ],
  };
  const cells = { "#address-cells": [1], "#size-cells": [1] };
  expect(witnessOf({ properties: cells, children: [slcr] }).registers.map(({ name }) => name)).toEqual([
    "slcr@40000000",
    "pinctrl@40000700",
  ]);
});

it("knows masters by the labels that a tree for overlays keeps", () => {
  const tree = boardTree();
  const symbols = { name: "__symbols__", properties: { gem0: "/soc/ethernet@30010000" } };
  const { masters } = witnessOf({ ...tree, children: [...tree.children!, symbols] });
  expect(masters.find(({ name }) => name === "gem0")?.words).toEqual(["gem0", "ethernet", "gem"]);
});

/** A core with this as the chain of its outer caches. */
function chain(
  levels: readonly Readonly<Record<string, string | readonly number[]>>[],
  end: readonly number[] = [],
): WrittenNode {
  const next = (at: number) => (at < levels.length ? [at + 1] : end);
  const link = (handle: readonly number[]) => (handle.length > 0 ? { "next-level-cache": handle } : {});
  const cpu = { name: "cpu@0", properties: { compatible: "arm,cortex-a7", reg: [0], ...link(next(0)) } };
  const caches = levels.map((properties, at) => ({
    name: `cache${at}`,
    properties: { compatible: "cache", phandle: [at + 1], ...properties, ...link(next(at + 1)) },
  }));
  return { children: [{ name: "cpus", children: [cpu, ...caches] }] };
}

describe("coherency over an interconnect", () => {
  const cells = { "#address-cells": [1], "#size-cells": [1] };
  const provider = (at: number, more: NonNullable<WrittenNode["properties"]>): WrittenNode => ({
    name: `icc@${at}`,
    properties: { reg: [at, 1], phandle: [at], "#interconnect-cells": [1], ...more },
  });
  function coherencyOf(names: readonly string[], entries: readonly number[], ofBus: string, ofProvider: string) {
    const flag = (name: string) => ({ [name]: new Uint8Array() });
    const ethernet = { compatible: "t,eth", reg: [0x100, 1], interconnects: entries, "interconnect-names": names };
    return witnessOf({
      properties: cells,
      children: [
        { name: "cpus", children: [{ name: "cpu@0", properties: { compatible: "arm,cortex-a53" } }] },
        provider(7, {}),
        provider(8, flag(ofProvider)),
        {
          name: "soc",
          properties: { ...cells, ranges: new Uint8Array(), ...flag(ofBus) },
          children: [{ name: "ethernet@100", properties: ethernet }],
        },
      ],
    }).masters.map(({ isCoherent, isStated }) => ({ isCoherent, isStated }));
  }

  it("is that of the interconnect, which Linux asks in place of the bus", () => {
    const stated = (isCoherent: boolean) => [{ isCoherent, isStated: true }];
    expect(coherencyOf(["dma-mem"], [8, 1], "dma-coherent", "dma-noncoherent")).toEqual(stated(false));
    expect(coherencyOf(["write", "dma-mem"], [7, 1, 8, 1], "dma-coherent", "dma-noncoherent")).toEqual(stated(false));
    expect(coherencyOf(["dma-mem", "write"], [7, 1, 8, 1], "dma-coherent", "dma-noncoherent")).toEqual([
      { isCoherent: false, isStated: false },
    ]);
    expect(coherencyOf(["write"], [8, 1], "dma-coherent", "dma-noncoherent")).toEqual(stated(true));
    expect(coherencyOf(["dma-mem"], [9, 1], "dma-coherent", "dma-noncoherent")).toEqual(stated(true));
  });
});

it("takes an address of no words for none, and not for 0", () => {
  const memory = { name: "memory@80000000", properties: { device_type: "memory", reg: [0x8000_0000, 0x1000] } };
  const { memories, unsizedMemories } = witnessOf({
    properties: { "#address-cells": [0], "#size-cells": [1] },
    children: [memory],
  });
  expect({ memories, unsizedMemories }).toEqual({ memories: [], unsizedMemories: ["/memory@80000000"] });
});

describe("outer caches", () => {
  it("are of a core if one of its kind has them, and each of those that differ", () => {
    const cpu = (at: number, next: number) => ({
      name: `cpu@${at}`,
      properties: { compatible: "arm,cortex-a53", reg: [at], "next-level-cache": [next] },
    });
    const cache = (phandle: number, line: number, next: Readonly<Record<string, readonly number[]>> = {}) => ({
      name: `cache${phandle}`,
      properties: { phandle: [phandle], "cache-line-size": [line], ...next },
    });
    const levelsOf = (...children: readonly WrittenNode[]) =>
      witnessOf({ children: [{ name: "cpus", children }] }).levels.map(
        ({ level, lineBytes, place }) => `${level}: ${lineBytes} ${place}`,
      );
    const third = cache(9, 64);
    expect(levelsOf(cpu(0, 7), cpu(1, 8), cache(7, 64), cache(8, 128, { "next-level-cache": [9] }), third)).toEqual([
      "2: 64 /cpus/cache7",
      "2: 128 /cpus/cache8",
      "3: 64 /cpus/cache9",
    ]);
    expect(levelsOf(cpu(0, 7), cpu(1, 8), cache(7, 64), cache(8, 64))).toEqual(["2: 64 /cpus/cache7"]);
  });

  it("have the number that they say, or that of their place", () => {
    const levelsOf = (tree: WrittenNode) => witnessOf(tree).levels.map(({ level }) => level);
    expect(levelsOf(chain([{}, {}]))).toEqual([2, 3]);
    expect(levelsOf(chain([{ "cache-level": [2] }, { "cache-level": [4] }]))).toEqual([2, 4]);
  });

  it.each<[string, WrittenNode, string, string]>([
    [
      "a circle",
      chain([{}, {}], [1]),
      "witness/malformed",
      "has a circle of caches: /cpus/cache0 stands behind itself",
    ],
    [
      "a number out of order",
      chain([{ "cache-level": [3] }, { "cache-level": [3] }]),
      "witness/malformed",
      "says that the cache /cpus/cache1 is of level 3, and has it behind one of level 3",
    ],
    ["first of level 1", chain([{ "cache-level": [1] }]), "witness/malformed", "of level 1"],
    [
      "17 of them",
      chain(Array.from({ length: 17 }, () => ({}))),
      "witness/beyond-limit",
      "more than 16 levels of cache",
    ],
  ])("are refused: %s", (_, tree, code, message) => {
    const diagnostics = new Diagnostics();
    expect(readDeviceTree(flattened(tree), "board.dtb", diagnostics)).toBeUndefined();
    expect(diagnostics.sorted()).toMatchObject([{ code, message: expect.stringContaining(message) }]);
  });

  it("are of every core where none names its next", () => {
    const cpu = { name: "cpu@0", properties: { compatible: "arm,cortex-a9", reg: [0] } };
    const properties = { compatible: "arm,pl310-cache", reg: [0x1000, 0x1000], "cache-unified": new Uint8Array() };
    const controller = (level: number) => ({
      name: "cache@1000",
      properties: { ...properties, "cache-level": [level] },
    });
    const cells = { "#address-cells": [1], "#size-cells": [1] };
    const tree = (level: number) => ({
      properties: cells,
      children: [{ name: "cpus", children: [cpu] }, controller(level)],
    });
    expect(witnessOf(tree(2)).levels).toMatchObject([
      { level: 2, ofCore: ["arm,cortex-a9"], registers: { base: 0x1000n }, place: "/cache@1000" },
    ]);
    expect(witnessOf(tree(1)).levels).toEqual([]);
  });

  /** Two caches of a system, which no core names, beside a core that names its own if it has one. */
  function beside(first: number, second: number, own?: number) {
    const cache = (level: number) => ({ "cache-unified": new Uint8Array(), "cache-level": [level] });
    const link = own === undefined ? {} : { "next-level-cache": [7] };
    const cpu = { name: "cpu@0", properties: { compatible: "arm,cortex-a9", reg: [0], ...link } };
    const inner = own === undefined ? [] : [{ name: "l2", properties: { ...cache(own), phandle: [7] } }];
    const outer = [first, second].map((level, at) => ({ name: `cache${at}`, properties: cache(level) }));
    const { levels, unplacedCaches } = witnessOf({
      children: [{ name: "cpus", children: [cpu, ...inner] }, ...outer],
    });
    return [levels.map(({ level, place }) => `${level} ${place}`), unplacedCaches.map((each) => each.split(" ")[0])];
  }

  it("that nobody names are told apart by their levels, in which they follow what a core names", () => {
    expect(beside(3, 2)).toEqual([["2 /cache1", "3 /cache0"], []]);
    expect(beside(3, 4, 2)).toEqual([["2 /cpus/l2", "3 /cache0", "4 /cache1"], []]);
  });

  it("that nobody names and nothing tells apart are nobody's, and named", () => {
    expect(beside(2, 2)).toEqual([[], ["/cache0", "/cache1"]]);
    expect(beside(2, 3, 2)).toEqual([["2 /cpus/l2", "3 /cache1"], ["/cache0"]]);
  });
});

it("reads no `reg` of cells that cannot be", () => {
  const odd = {
    name: "bus",
    properties: { "#address-cells": [0xffff_ffff], "#size-cells": [0], ranges: [1, 2, 3] },
    children: [{ name: "dma@1", properties: { reg: [1, 2, 3], "#dma-cells": [1] } }],
  };
  expect(witnessOf({ children: [odd] }).masters).toEqual([]);
});

it("gives up on a tree that asks for more than any needs", () => {
  const ranges = Array.from({ length: 3 * 60_000 }, (_, at) => at + 0x100_0000);
  const child = (at: number): WrittenNode => ({ name: `n@${at}`, properties: { reg: [0, 1], "#dma-cells": [1] } });
  const tree: WrittenNode = {
    properties: { "#address-cells": [1], "#size-cells": [1] },
    children: [
      {
        name: "bus",
        properties: { "#address-cells": [1], "#size-cells": [1], ranges },
        children: Array.from({ length: 200 }, (_, at) => child(at)),
      },
    ],
  };
  const diagnostics = new Diagnostics();
  expect(readDeviceTree(flattened(tree), "board.dtb", diagnostics)).toBeUndefined();
  expect(diagnostics.sorted().map(({ code }) => code)).toEqual(["witness/beyond-limit"]);
});
