// From what an author writes to the model: defaults, references, errata by revision, and where each fact was read.
import { describe, expect, it } from "vitest";
import { type Addresses, everywhere } from "../../generator/model/viewers.ts";
import { testChip, testMechanism } from "../support/test-chip.ts";
import { chipOf, coreOf, levelOf, mechanismOf } from "./resolved.ts";

describe("what is left out", () => {
  it("of a chip is what changes nothing", () => {
    const chip = chipOf(testChip());
    expect(chip).toMatchObject({
      tockCrates: [],
      parameters: {},
      barrierOverrides: [],
      verifiedOn: [],
      dmaDomain: "full-system",
    });
    expect(chip.memories).toMatchObject([{ memoryType: "normal", aliasOf: undefined }]);
    expect(chip.dma).toMatchObject([
      {
        reads: [],
        snoops: { "": [] },
        alignmentBytes: 1,
        lengthMultipleBytes: 1,
        requires: [],
      },
    ]);
    expect(chip.cores).toMatchObject([{ name: "", count: undefined, refused: undefined, errata: [] }]);
  });

  it("of a cache is the side on which more can go wrong", () => {
    expect(levelOf()).toMatchObject({ speculativeFill: true, enabled: "always", lineSize: undefined });
  });

  it("is not what is said", () => {
    const chip = chipOf(
      testChip({
        regions: `
  RAM: { base: 0x2000_0000, size: { most: 256MiB }, cachedBy: all, memoryType: configurable }
  TCM: { base: 0x1000_0000, size: 64KiB, cachedBy: none }
  OCTOSPI: { base: 0x9000_0000, size: 64KiB, cachedBy: unknown }`,
        dma: `
  A: { reaches: [RAM], reads: [TCM], snoops: all, alignmentBytes: 4, lengthMultipleBytes: 0x8 }
  B: { reaches: [RAM], snoops: run-time }
  C: { reaches: [RAM], snoops: [L1D] }
  D: { reaches: [RAM], snoops: unknown }`,
        more: "dmaShareability: outer-shareable",
      }),
    );
    expect(chip.dmaDomain).toBe("outer-shareable");
    expect(chip.memories).toMatchObject([
      { addresses: everywhere(0x1000_0000n), sizeBytes: 0x1_0000n, isMost: false, cachedBy: [], cachingUnknown: false },
      {
        addresses: everywhere(0x2000_0000n),
        sizeBytes: 1n << 28n,
        isMost: true,
        cachedBy: "all",
        memoryType: "configurable",
      },
      { addresses: everywhere(0x9000_0000n), cachedBy: "all", cachingUnknown: true },
    ]);
    expect(chip.dma).toMatchObject([
      {
        reads: ["TCM"],
        snoops: { "": "all" },
        snoopingKnownAtRunTime: false,
        alignmentBytes: 4,
        lengthMultipleBytes: 8,
      },
      { snoops: { "": [] }, snoopingKnownAtRunTime: true },
      { snoops: { "": ["L1D"] }, snoopingKnownAtRunTime: false, snoopingUnknown: false },
      { snoops: { "": [] }, snoopingKnownAtRunTime: false, snoopingUnknown: true },
    ]);
  });
});

describe("a cache level", () => {
  const level = (facts: string) =>
    levelOf({ coreCaches: `[{ name: L1D, writePolicy: write-back, maintenance: test-mechanism, ${facts} }]` });

  it.each([
    ["32", { smallestLineBytes: 32, largestLineBytes: 32, lineSize: undefined }],
    ["{ smallest: 16, largest: 0x40 }", { smallestLineBytes: 16, largestLineBytes: 64, lineSize: undefined }],
    [
      "{ smallest: 16, largest: 64, readFrom: architecture }",
      { smallestLineBytes: 16, lineSize: { register: 0xe000_ed7cn, unitBytes: 4 } },
    ],
  ])("with lines of %s", (lineBytes, expected) => {
    expect(level(`lineBytes: ${lineBytes}`)).toMatchObject(expected);
  });

  it.each([
    ["true", true],
    ["unknown", true],
    ["false", false],
  ])("that fills by speculation: %s", (written, expected) => {
    expect(level(`lineBytes: 32, speculativeFill: ${written}`).speculativeFill).toBe(expected);
  });

  it("of the chip lies outside those of the core, and one without maintenance has none", () => {
    const { caches } = coreOf({ caches: "\n  - { name: L2, lineBytes: 64, writePolicy: write-back }" });
    expect(caches.map(({ name, mechanism }) => [name, mechanism?.id])).toEqual([
      ["L1D", "test-mechanism"],
      ["L2", undefined],
    ]);
  });
});

it.each<[string, Addresses]>([
  ["0x2000_0000", { own: [], cores: 0x2000_0000n, masters: 0x2000_0000n }],
  ["{ cores: 0x2000_0000 }", { own: [], cores: 0x2000_0000n, masters: undefined }],
  [
    "{ test-core: 0x2000_0000, DMA: 0x10, masters: 0x20 }",
    {
      own: [
        ["DMA", 0x10n],
        ["test-core", 0x2000_0000n],
      ],
      cores: undefined,
      masters: 0x20n,
    },
  ],
])("a memory at %s", (base, addresses) => {
  const regions = `
  RAM: { base: 0x1000_0000, size: 64KiB, cachedBy: all }
  Other: { base: ${base}, size: 64KiB, cachedBy: none }`;
  expect(chipOf(testChip({ regions })).memories.find(({ name }) => name === "Other")!.addresses).toEqual(addresses);
});

it("a barrier is spelled in one way, whatever way the author took", () => {
  const more = "barrierOverrides: [{ fence: release, at: last, use: 'fence w,o', reason: It is., source: unverified }]";
  expect(chipOf(testChip({ architecture: "riscv", more })).barrierOverrides[0]!.use).toBe("fence w, o");
});

describe("an erratum", () => {
  const erratum = (name: string, affects: string, effect = "obligation: Do it.") =>
    `{ erratum: ${name}, title: It is broken., affects: ${affects}, ${effect} }`;
  const controller = (revision?: string) =>
    `[{ name: L1D, lineBytes: 32, writePolicy: write-back, maintenance: { mechanism: test-mechanism${revision ? `, revision: ${revision}` : ""} } }]`;
  /** Of the core, the chip and the cache controller, each for r0p0. */
  const errata = ([core, chip, cache]: readonly (string | undefined)[]) =>
    coreOf({
      coreCaches: controller(cache),
      coreMore: `\n    errata: [${erratum("Core 1", "[r0p0]")}]`,
      ...(core && { revision: core }),
      mechanisms: testMechanism({ more: `\n    errata: [${erratum("Cache 1", "[r0p0]")}]` }),
      more: `errata: [${erratum("Chip 1", "[r0p0]")}]${chip ? `\nrevision: ${chip}` : ""}`,
    }).errata.map(({ id, certain, mechanism }) => [id, certain, mechanism]);

  it.each<[string, (string | undefined)[], unknown[][]]>([
    [
      "of an unknown revision counts, and is not certain",
      [],
      [
        ["Core 1", false, undefined],
        ["Chip 1", false, undefined],
        ["Cache 1", false, "test-mechanism"],
      ],
    ],
    ["of the core is about the core's revision", ["r0p0", "r1p0", "r1p0"], [["Core 1", true, undefined]]],
    ["of the chip is about the chip's", ["r1p0", "r0p0", "r1p0"], [["Chip 1", true, undefined]]],
    ["of the cache controller is about that one's", ["r1p0", "r1p0", "r0p0"], [["Cache 1", true, "test-mechanism"]]],
    ["of none of them is left out", ["r1p0", "r1p0", "r1p0"], []],
  ])("%s", (_, revisions, expected) => {
    expect(errata(revisions)).toEqual(expected);
  });

  // What helps on some silicon may be wrong on other.
  it.each([
    ["known to be affected", "r0p0", ["Speed"]],
    ["known to be free of it", "r1p0", []],
    ["unknown", undefined, []],
    ["called unknown", "unknown", []],
  ])("that harms speed only counts for a revision that is known to be affected: %s", (_, revision, expected) => {
    const coreMore = `\n    errata: [${erratum("Speed", "[r0p0]", "harms: speed, obligation: Do it.")}]`;
    expect(coreOf({ coreMore, ...(revision && { revision }) }).errata.map(({ id }) => id)).toEqual(expected);
  });

  it("of a controller that maintains two levels is listed once", () => {
    const level = (name: string) =>
      `{ name: ${name}, lineBytes: 32, writePolicy: write-back, maintenance: test-mechanism }`;
    const mechanisms = testMechanism({ more: `\n    errata: [${erratum("Cache 1", "all")}]` });
    const { errata } = coreOf({ coreCaches: `[${level("L1D")}, ${level("L2")}]`, mechanisms });
    expect(errata.map(({ id }) => id)).toEqual(["Cache 1"]);
  });

  it("has no other effect than what is said", () => {
    const [plain, full] = coreOf({
      coreMore: `\n    errata: [${erratum("A", "all")}, ${erratum("B", "all", "completionBeforeMaintenance: true")}]`,
    }).errata;
    const none = { replaceOperation: {}, withoutOperation: [], replaceRegister: {} };
    expect(plain).toMatchObject({ ...none, completionBeforeMaintenance: false, obligation: "Do it." });
    expect(full).toMatchObject({ ...none, completionBeforeMaintenance: true, obligation: undefined });
  });
});

describe("registers of controllers of one kind are told apart", () => {
  const level = (name: string, base: string) =>
    `{ name: ${name}, lineBytes: 32, writePolicy: write-back, maintenance: { mechanism: test-mechanism, base: ${base} } }`;
  const core = (id: string, name: string, levels: readonly string[]) => `
  - core:
      core: ${id}
      title: Core
      architecture: armv7-m
      caches: [${levels.join(", ")}]
    name: ${name}
    rustTargets: [thumbv7em-none-eabi]`;
  const names = (...cores: readonly (readonly string[])[]) => {
    const text = testChip().replace(
      /cores:[\s\S]*?(?=mechanisms:)/,
      `cores:${cores.map((levels, index) => core(`core-${index}`, `C${index}`, levels)).join("")}\n`,
    );
    return chipOf(text).cores.map(({ caches }) =>
      caches.map(({ mechanism }) => {
        const [item] = mechanism!.operations.find(({ name }) => name === "clean-line")!.sequence;
        return item?.kind === "write" ? `${item.register.name} ${item.register.address.toString(16)}` : undefined;
      }),
    );
  };
  const [one, other] = ["0x4000_0000", "0x5000_0000"];

  const byName = (name: string) =>
    `{ name: ${name}, lineBytes: 32, writePolicy: write-back, maintenance: test-mechanism }`;

  it.each<[string, string[][], string[][]]>([
    [
      "also where one is where its own description says",
      [[byName("L1"), level("L2", other)]],
      [["L1_CLEAN 40000000", "L2_CLEAN 50000000"]],
    ],
    [
      "not where one address is spelled in two ways",
      [[level("L1", one), level("L2", "0x40000000"), byName("L3")]],
      [["CLEAN 40000000", "CLEAN 40000000", "CLEAN 40000000"]],
    ],
    ["not at all where there is one", [[level("L1", one)]], [["CLEAN 40000000"]]],
    [
      "not where two levels have the same one",
      [[level("L1", one), level("L2", one)]],
      [["CLEAN 40000000", "CLEAN 40000000"]],
    ],
    [
      "by the level where a core has two",
      [[level("L1", one), level("L2", other)]],
      [["L1_CLEAN 40000000", "L2_CLEAN 50000000"]],
    ],
    [
      "by the core where each has one of its own",
      [[level("L1", one)], [level("L1", other)]],
      [["C0_CLEAN 40000000"], ["C1_CLEAN 50000000"]],
    ],
    [
      "not where the cores share one",
      [[level("L1", one)], [level("L1", one)]],
      [["CLEAN 40000000"], ["CLEAN 40000000"]],
    ],
    [
      "by core and level where each has several",
      [
        [level("L1", one), level("L2", other)],
        [level("L1", "0x6000_0000"), level("L2", "0x7000_0000")],
      ],
      [
        ["C0_L1_CLEAN 40000000", "C0_L2_CLEAN 50000000"],
        ["C1_L1_CLEAN 60000000", "C1_L2_CLEAN 70000000"],
      ],
    ],
  ])("%s", (_, cores, expected) => {
    expect(names(...cores)).toEqual(expected);
  });
});

describe("where a fact was read", () => {
  const sources = `sources:
  manual: { document: Manual, revision: B }
  plain: { document: Leaflet }
  code: { repository: owner/name }`;
  const cited = (source: string) => {
    const evidence = source && `evidence: { memories: { RAM: ${source} } }\n`;
    return chipOf(testChip({ more: evidence + sources })).memories[0]!.sourcesOf;
  };
  const document = (title: string, place: string) => ({
    ...{ document: title, place, verified: true, kind: "document" },
  });
  const nowhere = (place: string) => ({ document: "", place, verified: false, kind: "none" });

  it.each<[string, object[]]>([
    ["", []],
    ["manual 2.3 Memory map", [document("Manual, B", "2.3 Memory map")]],
    ["plain", [document("Leaflet", "")]],
    ["code@13ba9da a.h:1-2", [{ ...document("owner/name at 13ba9da", "a.h:1-2"), kind: "repository" }]],
    ["unverified", [nowhere("")]],
    ["unverified for the order", [nowhere("for the order")]],
    ["TODO memory map", [nowhere("TODO memory map")]],
    ["[manual 1, plain 2]", [document("Manual, B", "1"), document("Leaflet", "2")]],
  ])("from %j, for every fact of the entry", (source, expected) => {
    expect(cited(source)).toEqual({ place: expected, cachedBy: expected });
  });

  it("for one fact and not for the other, where they are told apart", () => {
    expect(cited("{ place: manual 1 }")).toEqual({ place: [document("Manual, B", "1")], cachedBy: [] });
  });

  it("means the document of the file that says it, before one of the chip with the same key", () => {
    const coreCaches =
      "[{ name: L1D, lineBytes: 32, writePolicy: write-back, maintenance: { mechanism: test-mechanism, source: manual 3 }, source: manual 1 }]";
    const core = coreOf({
      coreCaches,
      coreMore: "\n    sources: { manual: { document: Core manual } }",
      caches: "\n  - { name: L2, lineBytes: 32, writePolicy: write-back, source: manual 2 }",
      mechanisms: testMechanism({
        ordering: "{ accessClass: maintenance, doneWhen: completed, source: manual 4 }",
        more: "\n    sources: { manual: { document: Controller manual } }",
      }),
      more: sources,
    });
    const [inner, outer] = core.caches as [(typeof core.caches)[0], (typeof core.caches)[0]];
    expect(inner.sourcesOf.lineBytes).toEqual([document("Core manual", "1")]);
    expect(inner.maintenanceSources).toEqual([document("Core manual", "3")]);
    expect(inner.mechanism!.ordering.sources).toEqual([document("Controller manual", "4")]);
    expect(outer.sourcesOf.lineBytes).toEqual([document("Manual, B", "2")]);
  });

  it("is the chip's document where the core and the controller stand in the chip's file", () => {
    const ordering = "{ accessClass: maintenance, doneWhen: completed, source: plain 5 }";
    expect(mechanismOf({ mechanisms: testMechanism({ ordering }), more: sources }).ordering.sources).toEqual([
      document("Leaflet", "5"),
    ]);
  });
});
