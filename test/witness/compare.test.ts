// A description beside a witness: what agrees, what differs, and which differences are known.
import { describe, expect, it } from "vitest";
import { compareWithWitness } from "../../generator/witness/compare.ts";
import { coreOf } from "../../generator/witness/compare-cores.ts";
import type { Witness } from "../../generator/witness/witness.ts";
import { chipOf } from "../resolve/resolved.ts";
import { type TestChip, testChip } from "../support/test-chip.ts";

const nothing: Witness = {
  ...{ path: "x", kind: "linux-tree", title: "x", cores: [], levels: [], memories: [], statesMemories: false },
  ...{ unplacedCaches: [], unsizedMemories: [], masters: [], registers: [] },
};
const ram = { name: "ram", base: 0x2000_0000n, sizeBytes: 0x1_0000n, use: "ram", place: "/ram" } as const;
const dma = { name: "dma", words: ["dma"], isCoherent: false, isStated: true, isController: true, place: "/dma" };
const level = {
  ...{ level: 1, ofCore: ["test-core"], lineBytes: 32, sizeBytes: undefined, ways: undefined, registers: undefined },
  place: "/cpu",
};

function findings(witness: Partial<Witness>, parts: TestChip = {}): string[] {
  return compareWithWitness(chipOf(testChip(parts)), { ...nothing, ...witness }).map(
    ({ verdict, fact, here, there }) => `${verdict}: ${fact}: ${here?.value ?? "-"} | ${there?.value ?? "-"}`,
  );
}

describe("cores", () => {
  const ids = ["cortex-m7", "cortex-m0plus", "sifive-u54", "thead-c906"].map((id) => ({ id, alsoCalled: ["made,up"] }));

  it.each([
    ["CM7", "cortex-m7"],
    ["Cortex-M7", "cortex-m7"],
    ["CM0PLUS", "cortex-m0plus"],
    ["CM0+", "cortex-m0plus"],
    ["arm,cortex-m7", "cortex-m7"],
    ["sifive,u54", "sifive-u54"],
    ["thead,c906", "thead-c906"],
    ["made,up", "cortex-m7"],
    ["CM4", undefined],
    ["arm,cortex-m70", undefined],
  ])("%s is %s", (name, id) => {
    expect(coreOf([name], ids)?.id).toBe(id);
  });

  it("agree, differ, or are of the other core", () => {
    const core = (name: string, count?: number) => ({ cores: [{ names: [name], count, place: "/cpu" }] });
    expect(findings(core("test-core"))).toEqual(["agrees: core: test-core | test-core"]);
    expect(findings(core("arm,other"))).toEqual(["differs: core: test-core | arm,other"]);
    const both = { cores: [...core("test-core").cores, ...core("arm,other").cores] };
    expect(findings(both)).toEqual([
      "agrees: core: test-core | test-core",
      "only there: core arm,other: - | arm,other",
    ]);
  });
});

describe("memories of a pack's devices", () => {
  const of = (...sizes: readonly bigint[]) => {
    const devices = sizes.map((sizeBytes) => [{ ...ram, sizeBytes }]);
    return findings({ kind: "pack", statesMemories: true, memoriesOfDevices: devices }, {});
  };

  it("are right as one of them has it", () => {
    expect(of(0x1_0000n, 0x2_0000n)).toEqual([
      "agrees: memory RAM: 0x2000_0000 + 64KiB | 0x2000_0000 + 128KiB or 0x2000_0000 + 64KiB",
    ]);
  });

  it("differ where none has it so", () => {
    expect(of(0x4000n, 0x8000n)).toEqual([
      "differs: memory RAM: 0x2000_0000 + 64KiB | 0x2000_0000 + 16KiB or 0x2000_0000 + 32KiB",
    ]);
  });
});

describe("addresses for masters", () => {
  type Windows = readonly [seenAt: bigint, base: bigint][];
  const master = (windows: Windows) => ({
    ...{ ...dma, isCoherent: undefined },
    windows: windows.map(([seenAt, base]) => ({ seenAt, base, sizeBytes: 0x100_0000n, place: "/soc" })),
  });
  const between = (memories: Partial<Witness>, ...masters: Windows[]) =>
    findings({ ...memories, masters: masters.map(master) }, {}).filter((finding) => finding.includes("address of"));
  const at = (...masters: Windows[]) => between({ statesMemories: true, memories: [ram] }, ...masters);

  it("agree with what buses show", () => {
    expect(at([[0x2000_0000n, 0x2000_0000n]])).toEqual(["agrees: DMA: address of RAM: 0x2000_0000 | 0x2000_0000"]);
  });

  it("differ where a bus shows the memory at another, or not", () => {
    expect(at([[0n, 0x2000_0000n]])).toEqual(["differs: DMA: address of RAM: 0x2000_0000 | 0x0"]);
    expect(at([[0n, 0x8000_0000n]])).toEqual(["differs: DMA: address of RAM: 0x2000_0000 | not shown"]);
  });

  it("differ where one of several masters that are meant has it otherwise", () => {
    const same: Windows = [[0x2000_0000n, 0x2000_0000n]];
    expect(at(same, same)).toEqual(["agrees: DMA: address of RAM: 0x2000_0000 | 0x2000_0000"]);
    expect(at(same, [[0n, 0x2000_0000n]])).toEqual(["differs: DMA: address of RAM: 0x2000_0000 | 0x0"]);
  });

  it("are compared where the file leaves memory to the firmware, and not where it has other memory", () => {
    expect(between({ statesMemories: false, memories: [] }, [[0n, 0x8000_0000n]])).toEqual([
      "differs: DMA: address of RAM: 0x2000_0000 | not shown",
    ]);
    const other = { ...ram, base: 0x8000_0000n };
    expect(between({ statesMemories: true, memories: [other] }, [[0n, 0x8000_0000n]])).toEqual([]);
  });
});

describe("levels", () => {
  it("agree and differ in each of their facts", () => {
    const caches = "[{ name: L1D, lineBytes: 32, sizeBytes: 16KiB, ways: 4, writePolicy: write-through }]";
    const parts = { coreCaches: caches, mechanisms: " []" };
    expect(findings({ levels: [{ ...level, sizeBytes: 0x4000, ways: 4 }] }, parts)).toEqual([
      "agrees: L1D: line: 32 bytes | 32 bytes",
      "agrees: L1D: size: 16KiB | 16KiB",
      "agrees: L1D: ways: 4 | 4",
    ]);
    expect(findings({ levels: [{ ...level, lineBytes: 64, sizeBytes: 0x8000, ways: 8 }] }, parts)).toEqual([
      "differs: L1D: line: 32 bytes | 64 bytes",
      "differs: L1D: size: 16KiB | 32KiB",
      "differs: L1D: ways: 4 | 8",
    ]);
  });

  it("may lie within what is described", () => {
    const caches = "[{ name: L1D, lineBytes: { smallest: 16, largest: 64 }, writePolicy: write-through }]";
    const parts = { coreCaches: caches, mechanisms: " []" };
    expect(findings({ levels: [level] }, parts)).toEqual(["agrees: L1D: line: 16 to 64 bytes | 32 bytes"]);
    expect(findings({ levels: [{ ...level, lineBytes: 128 }] }, parts)).toEqual([
      "differs: L1D: line: 16 to 64 bytes | 128 bytes",
    ]);
  });

  it("that nobody described differ: a fence would leave them out", () => {
    expect(findings({ levels: [{ ...level, level: 2, lineBytes: 64 }] })).toEqual([
      "differs: data cache: L1D | level 2 with lines of 64 bytes",
    ]);
  });

  it("of another core say nothing", () => {
    expect(findings({ levels: [{ ...level, ofCore: ["arm,other"], lineBytes: 64 }] })).toEqual([]);
  });
});

describe("memories", () => {
  const memories = (...list: Witness["memories"][number][]) => ({ memories: list, statesMemories: true });

  it("agree, differ, and are only here or there", () => {
    expect(findings(memories(ram))).toEqual(["agrees: memory RAM: 0x2000_0000 + 64KiB | 0x2000_0000 + 64KiB"]);
    expect(findings(memories({ ...ram, sizeBytes: 0x2_0000n }))).toEqual([
      "differs: memory RAM: 0x2000_0000 + 64KiB | 0x2000_0000 + 128KiB",
    ]);
    expect(findings(memories({ ...ram, sizeBytes: 0x8000n }))).toEqual([
      "differs: memory RAM: 0x2000_0000 + 64KiB | 0x2000_0000 + 32KiB",
    ]);
    expect(findings(memories({ ...ram, base: 0x3000_0000n, use: "flash" }))).toEqual([
      "only here: memory RAM: 0x2000_0000 + 64KiB | -",
      "only there: memory ram: - | 0x3000_0000 + 64KiB, flash or ROM",
    ]);
  });

  it("may be one here and banks there, or banks here and one there", () => {
    const bank = { ...ram, sizeBytes: 0x8000n };
    expect(findings(memories(bank, { ...bank, base: 0x2000_8000n }))).toEqual([
      "agrees: memory RAM: 0x2000_0000 + 64KiB | 0x2000_0000 + 32KiB, 0x2000_8000 + 32KiB",
    ]);
    const regions = `
  A: { base: 0x2000_0000, size: 32KiB }
  B: { base: 0x2000_8000, size: 32KiB }`;
    expect(
      findings(memories(ram), { regions, dma: "\n  DMA: { reaches: [A, B] }" }).map((each) => each.split(":")[0]),
    ).toEqual(["agrees", "agrees"]);
  });

  it("of a board are a part of what there can be, and never more", () => {
    const regions = "\n  RAM: { base: 0x2000_0000, size: { most: 64KiB } }";
    const board = { ...ram, use: "board" } as const;
    const verdict = (sizeBytes: bigint, parts: TestChip) =>
      findings(memories({ ...board, sizeBytes }), parts)[0]!.split(":")[0];
    for (const parts of [{ regions }, {}]) {
      expect(verdict(0x8000n, parts)).toBe("agrees");
      expect(verdict(0x2_0000n, parts)).toBe("differs");
    }
  });

  it("agree in so many words where a file says a part of them", () => {
    const because = (sizeBytes: bigint) =>
      compareWithWitness(chipOf(testChip({})), { ...nothing, ...memories({ ...ram, use: "board", sizeBytes }) })[0]!
        .because;
    expect(because(0x8000n)).toContain("within");
    expect(because(0x1_0000n)).toBeUndefined();
  });

  it("are not asked of a file that says nothing of memory", () => {
    expect(findings({ statesMemories: false })).toEqual([]);
  });

  it("have no registers within them", () => {
    const uart = { name: "UART", base: 0x2000_ff00n, sizeBytes: 0x400n, place: "line 7" };
    expect(findings({ registers: [uart] })).toEqual([
      "differs: memory RAM: registers: none within 0x2000_0000 + 64KiB | UART at 0x2000_ff00 + 1KiB",
    ]);
    expect(findings({ registers: [{ ...uart, base: 0x2001_0000n }] })).toEqual([
      "agrees: memories: registers: none within a memory | 1 ranges elsewhere",
    ]);
  });
});

describe("masters", () => {
  it("agree and differ in what they see, and are only here or there", () => {
    expect(findings({ masters: [dma] })).toEqual(["agrees: DMA: snoops: none | not coherent"]);
    expect(findings({ masters: [{ ...dma, isCoherent: true }] })).toEqual(["differs: DMA: snoops: none | coherent"]);
    expect(findings({ masters: [{ ...dma, name: "gpu", words: ["gpu"] }] })).toEqual([
      "only here: master DMA: described | -",
      "only there: master gpu: - | a DMA controller",
    ]);
  });

  it("of several of a name differ where one does", () => {
    expect(findings({ masters: [dma, { ...dma, isCoherent: true }] })).toEqual([
      "differs: DMA: snoops: none | coherent",
    ]);
  });

  it("of a name that the file has are that one alone, whatever function others share with it", () => {
    const words = (name: string) => ({ name, words: [name, "ethernet", "fec"], place: `/${name}` });
    const masters = [
      { ...dma, ...words("fec1"), isCoherent: true },
      { ...dma, ...words("fec2"), isCoherent: false },
      { ...dma, ...words("fec3"), isCoherent: true },
    ];
    const of = (...names: readonly string[]) => {
      const entries = names.map((name) => `  ${name}: { reaches: all }`).join("\n");
      return findings({ masters }, { dma: `\n${entries}` });
    };
    expect(of("FEC1", "FEC2", "FEC3")).toEqual([
      "differs: FEC1: snoops: none | coherent",
      "agrees: FEC2: snoops: none | not coherent",
      "differs: FEC3: snoops: none | coherent",
    ]);
    // One that no entry is called as is still held beside those of its function.
    expect(of("FEC2")).toEqual(["differs: FEC2: snoops: none | coherent"]);
  });

  it("that say nothing of coherency are met without a word", () => {
    expect(findings({ masters: [{ ...dma, isCoherent: undefined }] })).toEqual([]);
  });
});

describe("a known difference", () => {
  const more = (evidence: string) => `evidence: ${evidence}\nsources: { tree: { repository: o/r } }`;
  const known = (says: string, fact = "") => `differs: { ${fact}source: tree@1 a.dts, says: ${says}, because: Why. }`;

  it("is one of the same fact that says the same", () => {
    const wrong = { memories: [{ ...ram, sizeBytes: 0x2_0000n }], statesMemories: true };
    const verdict = (evidence: string, witness: Partial<Witness>) =>
      findings(witness, { more: more(evidence) })[0]!.split(":")[0];
    expect(verdict(`{ memories: { RAM: { place: tree@1 m.c, ${known("0x2000_0000 + 128KiB")} } } }`, wrong)).toBe(
      "known",
    );
    expect(verdict(`{ memories: { RAM: { place: tree@1 m.c, ${known("0x20000000 + 128KiB")} } } }`, wrong)).toBe(
      "known",
    );
    expect(verdict(`{ memories: { RAM: { place: tree@1 m.c, ${known("0x2000_0000 + 256KiB")} } } }`, wrong)).toBe(
      "differs",
    );
    expect(
      verdict(`{ masters: { DMA: { snoops: tree@1 m.c, ${known("coherent")} } } }`, {
        masters: [{ ...dma, isCoherent: true }],
      }),
    ).toBe("known");
    const line = { levels: [{ ...level, lineBytes: 16 }] };
    expect(verdict(`{ cores: { test-core: { ${known("16", "fact: 'L1D: line', ")} } } }`, line)).toBe("known");
    expect(verdict(`{ cores: { test-core: { ${known("16", "fact: 'L1D: ways', ")} } } }`, line)).toBe("differs");
  });

  it("of main memory is known of every board, however much it has", () => {
    const regions = "\n  RAM: { base: 0x2000_1000, size: { most: 60KiB } }";
    const evidence = `{ memories: { RAM: { place: tree@1 m.c, ${known("0x2000_0000 + 64KiB")} } } }`;
    const verdict = (base: bigint, sizeBytes: bigint, use: "board" | "ram" = "board", size = "{ most: 60KiB }") => {
      const memories = [{ ...ram, use, base, sizeBytes }];
      const parts = { regions: regions.replace("{ most: 60KiB }", size), more: more(evidence) };
      return findings({ memories, statesMemories: true }, parts)[0]!.split(":")[0];
    };
    expect(verdict(0x2000_0000n, 0x1_0000n)).toBe("known");
    expect(verdict(0x2000_0000n, 0x8000n)).toBe("known");
    expect(verdict(0x2000_2000n, 0x8000n)).toBe("agrees");
    // Nobody knows of a board that has more, or that has it elsewhere.
    expect(verdict(0x2000_0000n, 0x2_0000n)).toBe("differs");
    expect(verdict(0x1fff_f000n, 0x8000n)).toBe("differs");
    // What the chip has is as large as it is.
    expect(verdict(0x2000_0000n, 0x1_0000n, "ram", "60KiB")).toBe("known");
    expect(verdict(0x2000_0000n, 0x8000n, "ram", "60KiB")).toBe("differs");
  });

  it("of a place is the same, however it is written", () => {
    const wrong = { memories: [{ ...ram, sizeBytes: 0x2_0000n }], statesMemories: true };
    const evidence = `{ memories: { RAM: { place: tree@1 m.c, ${known("536870912 + 0x20000")} } } }`;
    expect(findings(wrong, { more: more(evidence) })[0]).toMatch(/^known/);
  });

  it("is none that nobody has read, and another one is named", () => {
    const memories = [{ ...ram, sizeBytes: 0x2_0000n }];
    const found = (evidence: string) => {
      const chip = chipOf(testChip({ more: more(`{ memories: { RAM: { ${evidence} } } }`) }));
      return compareWithWitness(chip, { ...nothing, memories, statesMemories: true })[0];
    };
    const unread = known("0x2000_0000 + 128KiB").replace("tree@1 a.dts", "unverified");
    expect(found(unread)).toMatchObject({ verdict: "differs", because: expect.stringContaining("cites no source") });
    const other = { verdict: "differs", because: expect.stringContaining("a.dts says 0x2000_0000 + 32KiB") };
    expect(found(known("0x2000_0000 + 32KiB"))).toMatchObject(other);
  });

  it("is none where nobody has read what the description says instead", () => {
    const line = (source: string) => {
      const coreCaches = `[{ name: L1D, lineBytes: 64, writePolicy: write-through, source: ${source}, ${known("32")} }]`;
      const parts = { coreCaches, mechanisms: " []", more: "sources: { tree: { repository: o/r } }" };
      return compareWithWitness(chipOf(testChip(parts)), { ...nothing, levels: [level] })[0];
    };
    expect(line("tree@1 trm.c")).toMatchObject({ verdict: "known" });
    const because = expect.stringContaining("cites no source for what it says instead");
    expect(line("unverified")).toMatchObject({ verdict: "differs", because });
    const snoops = (source: string) =>
      findings(
        { masters: [{ ...dma, isCoherent: true }] },
        { more: more(`{ masters: { DMA: { snoops: ${source}, ${known("coherent")} } } }`) },
      )[0];
    expect(snoops("tree@1 trm.c")).toMatch(/^known/);
    expect(snoops("unverified")).toMatch(/^differs/);
  });

  it("is stale where the file says what another entry has of it", () => {
    const both = ["32", "16"].map((says) => `{ source: tree@1 a.dts, says: ${says}, because: Why. }`);
    const coreCaches = `[{ name: L1D, lineBytes: 64, writePolicy: write-through, source: tree@1 trm.c, differs: [${both.join(", ")}] }]`;
    const parts = { coreCaches, mechanisms: " []", more: "sources: { tree: { repository: o/r } }" };
    const verdicts = (path: string) =>
      compareWithWitness(chipOf(testChip(parts)), { ...nothing, path, levels: [level] }).map(({ verdict }) => verdict);
    expect(verdicts("a.dtb")).toEqual(["known", "stale"]);
    expect(verdicts("b.dtb")).toEqual(["known"]);
  });

  it("may stand at a level", () => {
    const coreCaches = `[{ name: L1D, lineBytes: 32, writePolicy: write-through, ${known("16")} }]`;
    const parts = { coreCaches, mechanisms: " []", more: "sources: { tree: { repository: o/r } }" };
    const [found] = compareWithWitness(chipOf(testChip(parts)), { ...nothing, levels: [{ ...level, lineBytes: 16 }] });
    expect(found).toMatchObject({ verdict: "known", because: "Why." });
  });

  it("is stale where the file that it names has it no longer", () => {
    const same = { memories: [ram], statesMemories: true };
    const verdicts = (source: string, witness: Partial<Witness>) => {
      const evidence = `{ memories: { RAM: { differs: { source: tree@1 ${source}, says: 0x2000_0000 + 128KiB, because: Why. } } } }`;
      const chip = chipOf(testChip({ more: more(evidence) }));
      return compareWithWitness(chip, { ...nothing, ...witness })
        .filter(({ fact }) => fact === "memory RAM")
        .map(({ verdict }) => verdict);
    };
    const board = { ...same, path: "of/a-board.dtb" };
    expect(verdicts("dts/a-board.dts (memory@20000000)", board)).toEqual(["stale"]);
    // Another board may agree, and what boards share is in each of their trees.
    expect(verdicts("dts/b-board.dts", board)).toEqual(["agrees"]);
    expect(verdicts("dts/chip.dtsi:10-12", board)).toEqual(["stale"]);
    expect(verdicts("dts/chip.dtsi", { ...board, kind: "zephyr-tree" })).toEqual(["agrees"]);
    expect(verdicts("CHIP.svd:7", { ...same, kind: "svd", path: "chip.svd" })).toEqual(["stale"]);
    expect(verdicts("Maker.Chip.pdsc", { ...same, kind: "pack", path: "Maker.Chip.pdsc#ONE" })).toEqual(["stale"]);
    expect(verdicts("CHIP.svd", board)).toEqual(["agrees"]);
    // The file says nothing of the fact any more.
    expect(verdicts("dts/a-board.dts", { path: "a-board.dtb" })).toEqual(["stale"]);
    expect(verdicts("dts/chip.dtsi", { path: "a-board.dtb" })).toEqual([]);
  });

  it("that is stale says what the description has of it", () => {
    const coreCaches = `[{ name: L1D, lineBytes: 32, writePolicy: write-through, ${known("16")} }]`;
    const parts = { coreCaches, mechanisms: " []", more: "sources: { tree: { repository: o/r } }" };
    const [found] = compareWithWitness(chipOf(testChip(parts)), { ...nothing, path: "a.dtb", levels: [level] });
    expect(found).toMatchObject({ verdict: "stale", because: "By the description, a.dts says 16." });
  });
});
