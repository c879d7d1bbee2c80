// The table of obligations: every kind has its row, and what several facts ask for is read once, in the order of the sections.
import { describe, expect, it } from "vitest";
import { obligationRules } from "../../generator/plan/obligations.ts";
import { fenceOf, planOf, shippedChips } from "../support/pipeline.ts";
import { testChip, testMechanism } from "../support/test-chip.ts";

const obligationsOf = (text: string) => fenceOf("test-chip", { "chips/test-chip.yaml": text }).obligations;
const kindsOf = (text: string) => obligationsOf(text).map(({ kind }) => kind);

describe("every kind", () => {
  it("arises on some described chip, or on one of our own", () => {
    const shipped = shippedChips.flatMap((id) => planOf(id).planned?.fences ?? []);
    const neverOn = testChip({
      coreCaches: "[{ name: L1D, lineBytes: 32, writePolicy: write-back, enabled: never, source: unverified }]",
    });
    const byLine = (name: string, effect: string, ...registers: readonly string[]) =>
      `\n      ${name}: { effect: ${effect}, sequence: [${registers.map((register) => `write: { register: ${register}, value: address }`).join(", ")}] }`;
    const twoCommands = testChip({
      mechanisms: testMechanism({
        operations: byLine("clean", "clean", "CLEAN") + byLine("both", "clean-and-invalidate", "CLEAN", "INVALIDATE"),
        more: "\n    execution: { interruptsMasked: true }",
      }),
    });
    const apart = byLine("front-clean", "clean", "CLEAN") + byLine("front-drop", "invalidate", "INVALIDATE");
    const behindCaches = (more: string, operations?: string) =>
      testChip({
        dma: `\n  GPU: { reaches: [RAM], caches: [{ name: GPU cache, lineBytes: 32, writePolicy: write-back, ${more} }] }`,
        mechanisms:
          testMechanism() +
          testMechanism({
            id: "front",
            ordering: "{ accessClass: device-write, doneWhen: completed }",
            ...(operations && { operations }),
          }).replace("0x4000_0000", "0x4001_0000"),
      });
    const largerOutside = testChip({
      caches:
        "\n  - { name: L2, takesCleanVictims: { unless: It is not exclusive. }, lineBytes: 64, writePolicy: write-back, maintenance: outer }",
      mechanisms: ["test-mechanism", "outer"]
        .map((id, index) =>
          testMechanism({
            id,
            operations: `
      clean: { effect: clean, sequence: [write: { register: CLEAN, value: address }] }
      drop: { effect: invalidate, sequence: [write: { register: INVALIDATE, value: address }] }`,
          }).replace("0x4000_0000", `0x400${index}_0000`),
        )
        .join(""),
    });
    const arisen = new Set([
      ...kindsOf(largerOutside),
      ...shipped.flatMap(({ obligations }) => obligations.map(({ kind }) => kind)),
      ...kindsOf(neverOn),
      ...kindsOf(twoCommands),
      ...kindsOf(behindCaches("maintenance: front")),
      ...kindsOf(behindCaches("maintenance: front", apart)),
      ...kindsOf(behindCaches("driverMaintains: The driver empties it.")),
    ]);
    expect([...arisen].sort()).toEqual(Object.keys(obligationRules).sort());
  });

  it.each(Object.entries(obligationRules))(
    "%s: the model can show that it is needed, or a sentence says why not",
    (_, { without }) => {
      if (without.kind === "environment") expect(without.because).toMatch(/^[a-z].{20,}[^.]$/);
      else expect(without.kind).not.toBe("");
    },
  );
});

it("is read from what the fence is for to what is rarely met", () => {
  const text = testChip({
    mechanisms: testMechanism({ more: "\n    requires: [{ text: Enable it., source: unverified }]" }),
    dma: "\n  DMA: { reaches: [RAM], snoops: none, alignmentBytes: 4, requires: [{ text: Clock it., source: unverified }] }",
    more: "parameters: { size: large }",
  });
  expect(kindsOf(text)).toEqual([
    ...["chip", "regions", "buffer-owns-its-lines", "mechanism", "device-memory"],
    ...["controller", "controller", "parameter"],
  ]);
});

it("of several facts with one sentence stands once, with the sources of all", () => {
  const requires = (source: string) => `requires: [{ text: Clock it., source: ${source} }]`;
  const text = testChip({
    dma: `
  A: { reaches: [RAM], snoops: none, ${requires("unverified by A")} }
  B: { reaches: [RAM], snoops: none, ${requires("unverified by B")} }`,
  });
  const [same, ...others] = obligationsOf(text).filter((each) => each.text.includes("Clock it."));
  expect(others).toEqual([]);
  expect(same!.text).toBe("For A and B: Clock it.");
  expect(same!.sources.map(({ place }) => place)).toEqual(["by A", "by B"]);
});

describe("a promise about a master", () => {
  const text = testChip({
    dma: `
  Coherent:
    reaches: [RAM]
    snoops: all
    requires: [{ text: See it., onlyWhere: coherent }, { text: Do not see it., onlyWhere: maintained }, { text: Clock it. }]
  Other: { reaches: [RAM], snoops: none }`,
  });
  const asked = (name: string) =>
    fenceOf("test-chip", { "chips/test-chip.yaml": text }, name).obligations.flatMap((each) =>
      each.kind === "controller" && each.text.startsWith("For ") ? [each.text] : [],
    );

  it("is asked of the fences that rely on what it is about", () => {
    expect(asked("TestChipDmaFence")).toEqual(["For Coherent: Do not see it.", "For Coherent: Clock it."]);
    expect(asked("TestChipCoherentDmaFence")).toEqual(["For Coherent: See it.", "For Coherent: Clock it."]);
    const alone = obligationsOf(text.replace("snoops: all", "snoops: none")).map((each) => each.text);
    expect(alone).toContain("For Coherent: Do not see it.");
    expect(alone).not.toContain("For Coherent: See it.");
  });
});

describe("a buffer is released before it is acquired", () => {
  const released = (operations: string) =>
    kindsOf(testChip({ mechanisms: testMechanism({ operations }) })).includes("released-first");
  const line = (name: string, effect: string) =>
    `\n      ${name}: { effect: ${effect}, sequence: [write: { register: ${name}, value: address }] }`;

  it("where acquire drops lines without writing them back", () => {
    expect(released(line("CLEAN", "clean") + line("INVALIDATE", "invalidate"))).toBe(true);
    expect(released(line("CLEAN", "clean") + line("CLEAN_INVALIDATE", "clean-and-invalidate"))).toBe(false);
  });
});

describe("registers are mapped as memory of devices", () => {
  const mapped = (parts: Parameters<typeof testChip>[0]) =>
    obligationsOf(testChip(parts)).flatMap(({ kind, text }) => (kind === "device-memory" ? [text] : []));

  it("those of the masters, and of controllers that are nothing but registers", () => {
    expect(mapped({ architecture: "armv8-a" })).toEqual([
      expect.stringMatching(/^The registers of DMA masters are mapped as Device memory/),
    ]);
    const ordering = "{ accessClass: device-write, doneWhen: ordered }";
    expect(mapped({ mechanisms: testMechanism({ ordering }) })).toEqual([
      expect.stringMatching(
        /^The registers of DMA masters and test-mechanism are mapped as Device or Strongly-ordered memory/,
      ),
    ]);
  });
});

describe("memory at several addresses is used at one of them", () => {
  const memory = (cached: string, alias: string) =>
    testChip({
      regions: `
  RAM: { base: 0x2000_0000, size: 4KiB, cachedBy: ${cached} }
  RAM again: { base: 0x3000_0000, size: 4KiB, cachedBy: ${alias}, aliasOf: RAM }
  TCM: { base: 0x1000_0000, size: 4KiB, cachedBy: all }`,
      dma: "\n  DMA: { reaches: [RAM, TCM], snoops: none }",
    });
  const why = (text: string) =>
    obligationsOf(text).flatMap(({ kind, text }) =>
      kind === "address-handed-over" ? [text.replace(/^.*?: |(?<=\.) .*$/g, "")] : [],
    );

  // A cache that is looked up by address holds two lines for the same bytes.
  it.each([
    ["is cached at both", "all", "all", ["a cache takes each address for memory of its own."]],
    ["is cached at one", "all", "none", ["they are not cached alike."]],
    ["is cached at the other", "none", "all", ["they are not cached alike."]],
    ["is cached at none", "none", "none", []],
  ])("that %s", (_, cached, alias, expected) => {
    expect(why(memory(cached, alias))).toEqual(expected);
  });
});

describe("of a chip that lists no master", () => {
  const textsOf = (coreCaches: string) =>
    obligationsOf(testChip({ dma: " {}", coreCaches, mechanisms: " []" })).map(({ text }) => text);

  it("the fence maintains no cache, and relies on there being none that needs it", () => {
    expect(textsOf("[{ name: L1D, lineBytes: 32, writePolicy: write-back }]")).toContainEqual(
      expect.stringMatching(/^No DMA master accesses memory that L1D caches;/),
    );
  });

  it("nothing is said where no cache is on", () => {
    const off = "[{ name: L1D, lineBytes: 32, writePolicy: write-back, enabled: never, source: unverified }]";
    for (const caches of ["[]", off]) expect(textsOf(caches).join()).not.toContain("No DMA master");
  });
});

describe("the promise that a memory stays uncached", () => {
  const uncached = (writePolicy: string, master: string) =>
    kindsOf(
      testChip({
        coreCaches: `[{ name: L1D, lineBytes: 32, writePolicy: ${writePolicy}, enabled: unknown }]`,
        regions: "\n  RAM: { base: 0x2000_0000, size: 64KiB, cachedBy: none }",
        dma: `\n  DMA: { ${master}, mayReach: [], snoops: none }`,
        mechanisms: " []",
      }),
    ).includes("memory-attributes");

  it("is asked for where a copy could hide what DMA wrote, or keep what the CPU did", () => {
    expect(uncached("write-back", "reaches: [RAM]")).toBe(true);
    expect(uncached("write-back", "reaches: [], reads: [RAM]")).toBe(true);
    expect(uncached("write-through", "reaches: [RAM]")).toBe(true);
    expect(uncached("write-through", "reaches: [], writes: [RAM]")).toBe(true);
  });

  // Found among chips of random facts: verify called it a promise for nothing.
  it("is not asked for where every store goes through, and DMA only reads", () => {
    expect(uncached("write-through", "reaches: [], reads: [RAM]")).toBe(false);
  });
});
