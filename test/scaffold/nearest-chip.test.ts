// Which described chip to read beside a new description, and what differs.
import { describe, expect, it } from "vitest";
import type { CacheLevel, DmaController, Memory, ResolvedChip } from "../../generator/model/chip.ts";
import { everywhere } from "../../generator/model/viewers.ts";
import { planDescription } from "../../generator/pipeline.ts";
import { nearestChip } from "../../generator/scaffold/nearest-chip.ts";
import { loadWith } from "../support/pipeline.ts";

const level = (mechanism: string | undefined, facts: Partial<CacheLevel> = {}) =>
  ({
    ...{ name: "L1D", smallestLineBytes: 32, largestLineBytes: 32, writePolicy: "write-back" },
    mechanism: mechanism && { id: mechanism },
    ...facts,
  }) as CacheLevel;
const master = (name: string, seen: DmaController["snoops"][string] = []) =>
  ({ name, snoops: { "": seen } }) as unknown as DmaController;
const memory = (
  name: string,
  base: bigint,
  sizeBytes: bigint | undefined = 1024n,
  cachedBy: Memory["cachedBy"] = "all",
) => ({ name, addresses: everywhere(base), sizeBytes, cachedBy }) as Memory;

interface Facts {
  readonly vendor?: string;
  /** Core and architecture of each. */
  readonly cores?: readonly (readonly [string, string])[];
  readonly caches?: readonly CacheLevel[];
  readonly memories?: readonly Memory[];
  readonly dma?: readonly DmaController[];
}

function chip(id: string, facts: Facts = {}): ResolvedChip {
  const { vendor = "Nobody", cores = [["m7", "armv7-m"]], caches = [level("scb")] } = facts;
  const { memories = [memory("RAM", 0x2000_0000n)], dma = [master("DMA")] } = facts;
  return {
    ...{ id, title: id.toUpperCase(), vendor, memories: memories, dma },
    cores: cores.map(([core, architecture]) => ({ id: core, architecture: { id: architecture }, caches })),
  } as unknown as ResolvedChip;
}

describe("the nearest chip", () => {
  const far = { vendor: "Acme", memories: [memory("RAM", 0n)], dma: [master("Other", "all")] };

  it.each<[string, Facts, Facts, Facts]>([
    ["has the same core, whatever else differs", {}, { ...far, caches: [] }, { cores: [["m33", "armv7-m"]] }],
    [
      "has the same architecture where no core is the same",
      { cores: [["new", "armv7-m"]] },
      { ...far, cores: [["m33", "armv7-m"]] },
      { cores: [["a7", "armv7-a"]] },
    ],
    [
      "has the same core with a cache of its own, as some chip has it",
      { cores: [["m33", "armv8-m"]] },
      { ...far, cores: [["m33-non-secure", "armv8-m"]] },
      { cores: [["m55", "armv8-m"]] },
    ],
    [
      "is maintained alike, before its core has the very same description",
      { cores: [["m33", "armv8-m"]], caches: [level("dcache")] },
      { cores: [["m33-non-secure", "armv8-m"]], caches: [level("dcache")] },
      { cores: [["m33", "armv8-m"]], caches: [] },
    ],
    [
      "is of the same vendor in any spelling, before it is maintained alike",
      { vendor: "ACME", caches: [level("scb")] },
      { vendor: "Acme", caches: [level("pl310")] },
      {},
    ],
    [
      "has more of the cores, where both are of the vendor",
      {
        cores: [
          ["m7", "armv7-m"],
          ["m4", "armv7-m"],
        ],
      },
      {
        ...far,
        vendor: "Nobody",
        cores: [
          ["m7", "armv7-m"],
          ["m4-lmem", "armv7-m"],
        ],
      },
      {},
    ],
    [
      "is maintained alike",
      { caches: [level("scb")] },
      { vendor: "Acme", dma: [] },
      { vendor: "Acme", caches: [level("pl310")] },
    ],
    [
      "has any mechanism where nobody has said yet how the new one is maintained",
      { caches: [level(undefined, { writePolicy: "configurable" })] },
      { memories: [] },
      { caches: [], dma: [] },
    ],
    ["is coherent alike, before it has the same memory", {}, { memories: [] }, { dma: [master("DMA", "all")] }],
    [
      "has memory where the new one has",
      {},
      { memories: [memory("X", 0x2000_0000n)] },
      { memories: [memory("RAM", 0n)] },
    ],
    ["has the same levels", {}, {}, { caches: [level("scb", { smallestLineBytes: 16 })] }],
    [
      "has no other cores beside",
      {},
      {},
      {
        cores: [
          ["m7", "armv7-m"],
          ["m4", "armv7-m"],
        ],
      },
    ],
    ["is the one with the fewest differences at last", {}, {}, { dma: [master("X")] }],
  ])("%s", (_, own, near, other) => {
    const [z, a] = [chip("z", near), chip("a", other)];
    expect(nearestChip(chip("new", own), [z, a])!.id).toBe("z");
    expect(nearestChip(chip("new", own), [a, z])!.id).toBe("z");
  });

  it("begins with the same letters, before it is of the vendor as it was spelled", () => {
    const others = [
      chip("stm32h743", { vendor: "ST" }),
      chip("stm32u545", { vendor: "ST" }),
      chip("a", { vendor: "STM" }),
    ];
    expect(nearestChip(chip("stm32u585", { vendor: "STM" }), others)!.id).toBe("stm32u545");
    // Two letters may be chance.
    expect(nearestChip(chip("st5", { vendor: "STM" }), others)!.id).toBe("a");
  });

  it("is the first by its id where several are alike, and never the chip itself", () => {
    const others = ["b", "new", "a", "c"].map((id) => chip(id));
    expect(nearestChip(chip("new"), others)).toMatchObject({ id: "a", title: "A", vendor: "Nobody", differences: [] });
  });
});

describe("differences", () => {
  it.each<[string, Facts, Facts, string[]]>([
    ["of the vendor", { vendor: "Acme" }, {}, ["Vendor: Acme; on old Nobody."]],
    [
      "of cores and architectures",
      { cores: [["a7", "armv7-a"]] },
      {},
      ["Cores: a7; on old m7.", "Architectures: armv7-a; on old armv7-m."],
    ],
    [
      "of levels",
      { caches: [level("scb", { largestLineBytes: 64 })] },
      { caches: [] },
      [
        "Cache levels: L1D (lines of 32 to 64 bytes, scb); on old none.",
        "Coherency: DMA does not see the caches; on old no data cache.",
      ],
    ],
    [
      "of what masters see, and which there are",
      { dma: [master("A", "all"), master("B")] },
      { dma: [master("B", ["L1D"]), master("C", "all")] },
      [
        "Coherency: some DMA masters see caches; on old DMA sees caches.",
        "Not on old: the DMA masters A.",
        "Only on old: the DMA masters C.",
      ],
    ],
    [
      "of DMA at all",
      { dma: [] },
      {},
      ["Coherency: no DMA; on old DMA does not see the caches.", "Only on old: the DMA masters DMA."],
    ],
    [
      "of memories, which are the same where they start at the same place",
      { memories: [{ ...memory("SRAM", 0n), isMost: true }, memory("TCM", 0x10n, 64n, []), memory("X", 0x20n)] },
      { memories: [memory("RAM", 0n, 2048n), memory("DTCM", 0x10n, 64n, ["L1D"]), memory("Y", 0x30n)] },
      [
        "Memory SRAM (0x0), RAM on old: at most 1KiB, cached; there 2KiB, cached.",
        "Memory TCM (0x10), DTCM on old: 64, not cached; there 64, cached by L1D.",
        "Memory X (0x20): no memory of old starts there.",
        "Only on old: the memories Y (0x30).",
      ],
    ],
    ["not of the names of memories", { memories: [memory("A", 0n)] }, { memories: [memory("B", 0n)] }, []],
  ])("%s", (_, own, old, expected) => {
    expect(nearestChip(chip("new", own), [chip("old", old)])!.differences).toEqual(expected);
  });
});

describe("among the shipped chips", () => {
  const loaded = loadWith({});
  const chips = loaded.chips.flatMap((chip) => planDescription(chip, loaded)?.chip ?? []);

  it("the nearest is the chip of which the new one is a copy, and then nothing differs", () => {
    for (const chip of chips) {
      const twin = nearestChip({ ...chip, id: "my-chip" }, chips)!;
      expect(twin.differences, chip.id).toEqual([]);
    }
  });

  it("is none where no other chip is described", () => {
    expect(nearestChip(chips[0]!, [chips[0]!])).toBeUndefined();
  });
});
