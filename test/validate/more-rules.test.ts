// Cases of rules beside their fixtures: each is a fact that a porter got wrong.
import { describe, expect, it } from "vitest";
import { loadDependents, loadWith, planOf, shippedText } from "../support/pipeline.ts";
import { testChip, testMechanism } from "../support/test-chip.ts";

const level = (facts: string) => `[{ name: L1D, lineBytes: 32, writePolicy: write-back, ${facts} }]`;

/** Operations that change bits of a register. */
const modifying = (clean: string, invalidate: string) =>
  testMechanism({
    operations: ["clean", "invalidate"]
      .map(
        (effect, index) =>
          `\n      ${effect}: { effect: ${effect}, unit: whole-cache, sequence: [modify: { register: CLEAN, ${[clean, invalidate][index]} }] }`,
      )
      .join(""),
  }).replace("reentrancy: atomic", "reentrancy: shared-registers");

it.each([
  [
    "a core that takes the place of a described one",
    { core: " { core: cortex-m7, title: Mine, architecture: armv7-m, caches: [] }" },
    "rule/duplicate-id",
    /described in .*cortex-m7/,
  ],
  [
    "a mechanism that takes the place of a described one",
    { mechanisms: testMechanism() + testMechanism({ id: "arm-scb" }).replace("0x4000_0000", "0x5000_0000") },
    "rule/duplicate-id",
    /described in .*arm-scb/,
  ],
  [
    "two mechanisms of one id",
    { mechanisms: testMechanism() + testMechanism().replace("0x4000_0000", "0x5000_0000") },
    "rule/duplicate-id",
    /another mechanism `test-mechanism` is defined above/,
  ],
  [
    "two levels of one core with one name",
    { coreCaches: `${level("maintenance: test-mechanism").slice(0, -1)}, ${level("enabled: always").slice(1)}` },
    "rule/duplicate-name",
    /two cache levels are called `L1D`/,
  ],
  [
    "a line as large as a cache",
    { coreCaches: level("maintenance: test-mechanism").replace("32", "32KiB") },
    "rule/line-not-power-of-two",
    /no size that a line has/,
  ],
  [
    "a line smaller than a word",
    { coreCaches: level("maintenance: test-mechanism").replace("32", "2") },
    "rule/line-not-power-of-two",
    /no size that a line has/,
  ],
  [
    "a size of a line beyond the bits of its register",
    {
      coreCaches: level("maintenance: test-mechanism").replace(
        "32",
        "{ smallest: 16, largest: 32, readFrom: { register: STATUS, lowBit: 6, bits: 3, unitBytes: 16 } }",
      ),
      mechanisms: testMechanism().replace("offset: 0x14 }", "offset: 0x14, bits: 8 }"),
    },
    "rule/no-line-size",
    /`STATUS` has 8 bits, and the field goes beyond them/,
  ],
  [
    "a register that takes less than the one in whose place an erratum puts it",
    {
      mechanisms: testMechanism().replace("START: { offset: 0xC }", "START: { offset: 0xC, bits: 16 }"),
      coreMore: "\n    errata: [{ erratum: E 1, title: Broken., affects: all, replaceRegister: { CLEAN: START } }]",
    },
    "rule/erratum-weakens-operation",
    /`START` takes 16 bits, and `CLEAN` 32/,
  ],
  [
    "a register of another width in the place of one",
    {
      mechanisms: testMechanism().replace("START: { offset: 0xC }", "START: { offset: 0xC, widthBits: 8 }"),
      coreMore: "\n    errata: [{ erratum: E 1, title: Broken., affects: all, replaceRegister: { CLEAN: START } }]",
    },
    "rule/erratum-weakens-operation",
    /an access of `START` has 8 bits, and one of `CLEAN` 32/,
  ],
  [
    "two operations of which the one sets all bits that the other does",
    { mechanisms: modifying("set: 0x1", "set: 0x3") },
    "rule/operations-alike",
    /what `invalidate` and `clean` execute may be the same/,
  ],
  [
    // A level of the chip lies behind all of its cores.
    "a level behind a core that cannot maintain it",
    { caches: "\n  - { name: L2, lineBytes: 64, writePolicy: write-back, maintenance: aarch64-dc }" },
    "rule/mechanism-of-other-architecture",
    /`aarch64-dc` is for armv8-a, and a core that has this level is armv7-m/,
  ],
])("%s", (_, parts, code, message) => {
  const { planned, diagnostics } = planOf("test-chip", { "chips/test-chip.yaml": testChip(parts) });
  expect(planned).toBeUndefined();
  expect(diagnostics.filter((diagnostic) => diagnostic.code === code).map((diagnostic) => diagnostic.message)).toEqual([
    expect.stringMatching(message),
  ]);
});

describe("two entries that define a core of one id", () => {
  const entry = (name: string, title: string) => `
  - name: ${name}
    core: { core: own, title: ${title}, architecture: armv7-m, caches: [] }
    rustTargets: [thumbv7em-none-eabi]`;
  const codesOf = (cores: string) =>
    planOf("test-chip", {
      "chips/test-chip.yaml": testChip({ mechanisms: " []" }).replace(/cores:.*(?=mechanisms:)/s, `cores:${cores}\n`),
    }).diagnostics.map(({ code, message }) => [code, message]);

  it("are two worlds of it where they are the same", () => {
    expect(codesOf(entry("A", "Own") + entry("B", "Own"))).toEqual([]);
  });

  it("are refused where they differ", () => {
    expect(codesOf(entry("A", "Own") + entry("B", "Other"))).toEqual([
      ["rule/duplicate-id", "another core `own` is defined above"],
    ]);
  });
});

// What cannot be compared counts as affected: a fence that does more is right on silicon that does not need it.
it.each([
  ["r0p0", true],
  ["R0P0", true],
  ["r00p0", true],
  ["r0p0-00rel0", true],
  ["unknown", true],
  ["rev 0.0", true],
  ["r9p9", false],
])("silicon of revision %s is affected by an erratum of r0p0: %s", (revision, affected) => {
  const coreMore = `
    errata: [{ erratum: E1, title: Something., affects: [r0p0], obligation: Start-up code sees to it. }]`;
  const { planned } = planOf("test-chip", {
    "chips/test-chip.yaml": testChip({ coreMore, revision: `"${revision}"` }),
  });
  expect(planned!.fences[0]!.obligations.some(({ kind }) => kind === "erratum")).toBe(affected);
});

describe("where an architecture says how large a line is", () => {
  const codesOf = (change: (text: string) => string) => {
    const path = "chips/architectures/armv7-m.yaml";
    const { diagnostics } = loadDependents(path, change(shippedText(path)));
    return diagnostics.sorted().flatMap(({ code, path: file }) => (file === path ? [code] : []));
  };

  it.each<[string, (text: string) => string, string[]]>([
    ["the field lies within the register", (text) => text, []],
    ["it does not", (text) => text.replace("lowBit: 16", "lowBit: 29"), ["rule/no-line-size"]],
    [
      "the register is at no multiple of its width",
      (text) => text.replace("0xE000_ED7C", "0xE000_ED7D"),
      ["rule/register-misaligned"],
    ],
  ])("%s", (_, change, codes) => {
    expect(codesOf(change)).toEqual(codes);
  });
});

it("a level's size is one that the architecture's register can say", () => {
  const architecture = "chips/architectures/armv7-m.yaml";
  const { diagnostics } = loadWith({
    [architecture]: shippedText(architecture).replace("unitBytes: 4", "unitBytes: 64"),
    "chips/test-chip.yaml": testChip({
      coreCaches: level("maintenance: test-mechanism").replace(
        "32",
        "{ smallest: 32, largest: 64, readFrom: architecture }",
      ),
    }),
  });
  const own = diagnostics.sorted().filter(({ path }) => path === "chips/test-chip.yaml");
  expect(own.map(({ code, message }) => [code, message])).toEqual([
    ["rule/no-line-size", "no value of the field in armv7-m says 32 bytes"],
  ]);
});

describe("what a master only reads, beside what it reaches", () => {
  const memory =
    "\n  RAM: { base: 0x2000_0000, size: 64KiB, cachedBy: all }\n  ROM: { base: 0, size: 64KiB, cachedBy: all }";
  const codesOf = (everyMaster: string, own: string) =>
    planOf("test-chip", {
      "chips/test-chip.yaml": testChip({
        regions: memory,
        dma: `\n  DMA: { ${own} }`,
        more: `everyMaster: { ${everyMaster} }`,
      }),
    }).diagnostics.map(({ code, message }) => `${code} ${message}`);
  const twice = "rule/reach-stated-twice `ROM` is listed under `reaches` of `DMA` already";

  it.each<[string, string, string, string[]]>([
    ["is all the rest", "snoops: none", "reaches: [RAM], reads: all", []],
    ["may be said of every master, and more of one", "reads: [ROM]", "reaches: [RAM, ROM]", []],
    ["may be all memory of every master, and more of one", "reads: all", "reaches: [RAM]", []],
    ["has no effect beside all of one", "snoops: none", "reaches: all, reads: [ROM]", [twice]],
    ["has no effect beside all of every master", "reaches: all", "reads: [ROM]", [twice]],
    ["has no effect beside what every master reaches", "reaches: [RAM, ROM]", "reads: [ROM]", [twice]],
    ["is nothing that every master only reads, where one reaches all", "reads: [ROM]", "reaches: all", [twice]],
  ])("%s", (_, everyMaster, own, expected) => {
    expect(codesOf(everyMaster, own)).toEqual(expected);
  });
});

it.each([
  ["a bit that the one sets and the other clears", "set: 0x1, clear: 0x2", "set: 0x3"],
  ["a bit that each sets", "set: 0x1", "set: 0x2"],
])("operations that change bits are told apart by %s", (_, clean, invalidate) => {
  const { diagnostics } = planOf("test-chip", {
    "chips/test-chip.yaml": testChip({ mechanisms: modifying(clean, invalidate) }),
  });
  expect(diagnostics.map(({ code }) => code)).not.toContain("rule/operations-alike");
});
