// Where regions lie, and what a DMA master reaches of them and where.
import { describe, expect, it } from "vitest";
import type { DmaController, Memory, Region, ResolvedChip } from "../../generator/model/chip.ts";
import { type Addresses, everywhere } from "../../generator/model/viewers.ts";
import {
  deviceAddresses,
  lastAddress,
  mayAccess,
  mayTouch,
  reachInWords,
  reachOf,
  regionAt,
  type SeenChip,
  seenBy,
  unreachedRegions,
} from "../../generator/semantics/memory-map.ts";

const region = (name: string, base: bigint, sizeBytes: bigint) => ({ name, base, sizeBytes }) as Region;
const master = (facts: Partial<DmaController>) =>
  ({
    name: "DMA",
    reaches: [],
    reads: [],
    writes: [],
    mayReach: [],
    mayRead: [],
    ...facts,
  }) as unknown as DmaController;
/** Out of order, with gaps. */
const regions = [
  region("last", 0x9000n, 0x100n),
  region("low", 0x1000n, 0x800n),
  region("open", 0x4000n, 0x1000n),
  region("high", 0x8000n, 0x1000n),
];
const named = (name: string) => regions.find((each) => each.name === name)!;

describe("a region", () => {
  it.each<[string, bigint]>([
    ["low", 0x17ffn],
    ["high", 0x8fffn],
  ])("%s ends at %s", (name, last) => {
    expect(lastAddress(named(name))).toBe(last);
  });

  it.each<[bigint, string | undefined]>([
    [0xfffn, undefined],
    [0x1000n, "low"],
    [0x17ffn, "low"],
    [0x1800n, undefined],
    [0x4000n, "open"],
    [0x4fffn, "open"],
    [0x5000n, undefined],
    [0x8000n, "high"],
    [0x9000n, "last"],
    [0x90ffn, "last"],
    [0x9100n, undefined],
  ])("at %s: %s", (address, name) => {
    expect(regionAt(address, regions)?.name).toBe(name);
  });
});

describe("a master", () => {
  const dma = master({ reaches: ["low"], reads: ["high"] });
  const unsure = master({ mayReach: ["low"], mayRead: ["high"] });

  it.each([
    ["low", true, "yes", "unknown"],
    ["low", false, "yes", "unknown"],
    ["high", false, "yes", "unknown"],
    ["high", true, "no", "no"],
    ["open", false, "no", "no"],
  ] as const)("of %s, writing %s: %s", (name, writes, expected, perhaps) => {
    expect(reachOf(dma, name, writes)).toBe(expected);
    expect(reachOf(unsure, name, writes)).toBe(perhaps);
    // A fence must be right for what is not known.
    expect(mayAccess(unsure, name, writes)).toBe(expected === "yes");
  });

  it.each([
    ["low", "no", "yes"],
    ["high", "unknown", "yes"],
    ["open", "unknown", "yes"],
  ] as const)("of %s, which it writes, reading it: %s", (name, reading, writing) => {
    const writer = master({ writes: ["low", "high", "open"], mayReach: ["high"], mayRead: ["open"] });
    expect([reachOf(writer, name, false), reachOf(writer, name, true)]).toEqual([reading, writing]);
    expect(mayTouch(writer, name)).toBe(true);
  });

  it("does in words what is known, and what nobody knows", () => {
    const reads = { reaches: ["A"], reads: ["B", "C"], mayReach: ["C", "D"], mayRead: ["E"] };
    expect(reachInWords(master(reads))).toBe(
      "reads and writes A; only reads B; reads C; no source says whether it writes C; no source says whether it reaches D; no source says whether it reads E",
    );
    const writes = { writes: ["A", "B", "C"], mayReach: ["B"], mayRead: ["C"] };
    expect(reachInWords(master(writes))).toBe("only writes A; writes B, C; no source says whether it reads B, C");
    expect(reachInWords(master({}))).toBe("");
  });

  it("leaves unreached what none of several reaches, not even to read or to write", () => {
    const chip = { regions } as unknown as SeenChip;
    const names = (...masters: DmaController[]) => unreachedRegions(chip, masters).map(({ name }) => name);
    expect(names(dma)).toEqual(["last", "open"]);
    expect(names(unsure)).toEqual(["last", "open"]);
    expect(names(dma, master({ reaches: ["open"] }))).toEqual(["last"]);
    expect(names(dma, master({ writes: ["open"] }))).toEqual(["last"]);
    // Without masters there is nothing to reach it with.
    expect(names()).toEqual([]);
  });
});

describe("what a core sees", () => {
  const memory = (name: string, addresses: Partial<Addresses>, aliasOf?: string) =>
    ({
      name,
      aliasOf,
      sizeBytes: 0x100n,
      addresses: { own: [], cores: undefined, masters: undefined, ...addresses },
    }) as unknown as Memory;
  const chip = {
    memories: [
      memory("both", everywhere(0x1000n)),
      memory("tcm", {
        own: [
          ["A", 0n],
          ["DMA", 0x9000n],
        ],
      }),
      memory("kind", {
        own: [
          ["cortex", 0x3000n],
          ["B", 0x4000n],
        ],
        masters: 0x5000n,
      }),
      memory("alias", { cores: 0x8000n }, "both"),
    ],
    dma: [master({ reaches: ["both", "tcm", "kind"], reads: ["alias"] }), master({ name: "other", reaches: ["kind"] })],
  } as unknown as ResolvedChip;
  const places = (name: string, id: string) => seenBy(chip, { name, id }).regions.map(({ name, base }) => [name, base]);

  it("is found by its name, then by its kind, then with all others", () => {
    expect(places("A", "cortex")).toEqual([
      ["both", 0x1000n],
      ["tcm", 0n],
      ["kind", 0x3000n],
      ["alias", 0x8000n],
    ]);
    expect(places("B", "cortex")).toEqual([
      ["both", 0x1000n],
      ["kind", 0x4000n],
      ["alias", 0x8000n],
    ]);
    expect(places("", "riscv")).toEqual([
      ["both", 0x1000n],
      ["alias", 0x8000n],
    ]);
  });

  it("limits what a master reaches for it", () => {
    const reach = (name: string) =>
      seenBy(chip, { name, id: "cortex" }).dma.map(({ reaches, reads }) => [...reaches, ...reads]);
    expect(reach("A")).toEqual([["both", "tcm", "kind", "alias"], ["kind"]]);
    expect(reach("B")).toEqual([["both", "kind", "alias"], ["kind"]]);
    const writer = { ...chip, dma: [master({ writes: ["tcm", "alias"] })] };
    expect(seenBy(writer, { name: "B", id: "cortex" }).dma[0]!.writes).toEqual(["alias"]);
  });

  it("is elsewhere for a master, at its own address, that of all masters, or that of the memory behind an alias", () => {
    const seen = seenBy(chip, { name: "A", id: "cortex" });
    const [dma, other] = seen.dma;
    expect(deviceAddresses(seen, dma!)).toEqual([
      { region: "tcm", first: 0x9000n },
      { region: "kind", first: 0x5000n },
      { region: "alias", first: 0x1000n },
    ]);
    expect(deviceAddresses(seen, other!)).toEqual([{ region: "kind", first: 0x5000n }]);
  });

  it("is nowhere by what every object has", () => {
    const named = { memories: [memory("toString", { masters: 1n })], dma: [] } as unknown as ResolvedChip;
    for (const id of ["toString", "constructor", "__proto__"])
      expect(seenBy(named, { name: "", id }).regions).toEqual([]);
  });
});
