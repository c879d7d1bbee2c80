// Where no sound fence follows from the facts, none is made: the chip is refused at the fact, with the reason.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { codes } from "../../generator/diagnostics/codes.ts";
import { fencegen, temporaryFolder } from "../support/command.ts";
import { planOf } from "../support/pipeline.ts";
import { type TestChip, testChip, testMechanism } from "../support/test-chip.ts";

const only = (operation: string) => testMechanism({ operations: `\n      operation: ${operation}` });
const write = "sequence: [write: { register: CLEAN, value: address }]";
const override = (use: string, fence = "release", at = "last") =>
  `barrierOverrides: [{ fence: ${fence}, at: ${at}, use: "${use}", reason: Somebody said so. }]`;
const uncached = {
  coreCaches: "[]",
  mechanisms: " []",
  regions: "\n  RAM: { base: 0, cachedBy: none, size: 64KiB }",
};

const strict = "{ kind: physical, uncachedAddress: wrong }";

/** A mechanism of range commands whose register for the size has so many bits. */
const narrow = (bits: number, limits = "", register = "END", value = "size-bytes") => {
  const range = (name: string, effect: string) =>
    `\n      ${name}: { effect: ${effect}, unit: range, ${limits} sequence: [write: { register: START, value: first-line }, write: { register: END, value: ${value} }, write: { register: CLEAN, value: ${effect.length} }] }`;
  const operations = range("clean", "clean") + range("clean-invalidate", "clean-and-invalidate");
  const text = testMechanism({
    operations,
    address: strict,
    ordering: "{ accessClass: device-write, doneWhen: ordered }",
  });
  return text.replace(new RegExp(`(${register}: \\{ offset: 0x[0-9A-F]+)(, bits: 32)?`), `$1, bits: ${bits}`);
};

/** What is wrong, its code, what the message says, and the text of the line that it is reported at. */
const refusals: readonly (readonly [string, TestChip, string, RegExp, string])[] = [
  [
    "a cache without maintenance",
    { coreCaches: "[{ name: L1D, lineBytes: 32, writePolicy: write-back }]" },
    "plan/no-maintenance",
    /`DMA` reaches `RAM` without seeing L1D/,
    "DMA: {",
  ],
  ...[
    "",
    "takesCleanVictims: true, ",
    "takesCleanVictims: false, source: unverified, ",
    "takesCleanVictims: unknown, ",
  ].map((victims): (typeof refusals)[number] => [
    `an outer level with operations of its own, of which it says ${victims || "nothing"}`,
    {
      caches: `\n  - { name: L2, ${victims}lineBytes: 32, writePolicy: write-back, maintenance: outer }`,
      mechanisms: testMechanism() + testMechanism({ id: "outer" }).replaceAll("base: 0x4000_0000", "base: 0x5000_0000"),
    },
    "plan/clean-victims",
    /L2 may take clean lines that L1D evicts/,
    "DMA: {",
  ]),
  [
    "a register that takes less than a line",
    { mechanisms: narrow(4) },
    "plan/narrow-register",
    /`clean` of Test mechanism takes less than one line at once/,
    "DMA: {",
  ],
  [
    "a size from which more is taken than it may have",
    { mechanisms: narrow(32, "", "END", "{ of: size-bytes, subtract: 33 }") },
    "plan/narrow-register",
    /takes more from the size than one line has/,
    "DMA: {",
  ],
  [
    "a command that takes less than a line",
    { mechanisms: narrow(32, "mostBytes: 16,") },
    "plan/narrow-register",
    /takes less than one line at once/,
    "DMA: {",
  ],
  [
    "windows that are smaller than a line",
    { mechanisms: narrow(32, "windowBytes: 16,") },
    "plan/narrow-register",
    /may not cross a multiple of 16 bytes/,
    "DMA: {",
  ],
  [
    "a register that takes a part of an address",
    { mechanisms: narrow(24, "", "START") },
    "plan/narrow-register",
    /START of Test mechanism has 24 bits, and addresses of `RAM` at 0x2000_0000 do not fit/,
    "DMA: {",
  ],
  [
    // More of the kind: missed-lines.test.ts.
    "a size by more than a line",
    { mechanisms: narrow(32, "", "END", "{ of: size-bytes, shiftRight: 6 }") },
    "plan/misses-lines",
    /`clean` of Test mechanism shifts `size-bytes` by 6 bits, and what it maintains comes in units of 32/,
    "DMA: {",
  ],
  [
    "a register that takes a part of an end",
    { mechanisms: narrow(16, "", "END", "end") },
    "plan/narrow-register",
    /END of Test mechanism has 16 bits/,
    "DMA: {",
  ],
  [
    "a number of lines of ranges that are aligned to more",
    { mechanisms: narrow(32, "alignmentBytes: 128,", "END", "size-lines") },
    "plan/not-acted-on",
    /takes a number of lines, and a range must be aligned to more than a line/,
    "DMA: {",
  ],
  [
    "a cache without maintenance that DMA only reads past",
    {
      coreCaches: "[{ name: L1D, lineBytes: 32, writePolicy: write-back }]",
      dma: "\n  DMA: { reads: [RAM], snoops: none }",
    },
    "plan/no-maintenance",
    /`DMA` reaches `RAM`/,
    "DMA: {",
  ],
  [
    "memory whose order takes an instruction that not every processor of the target has",
    {
      ...uncached,
      architecture: "x86",
      rustTarget: "i586-unknown-none",
      regions: "\n  RAM: { base: 0, size: 64KiB, cachedBy: none, memoryType: write-combining }",
    },
    "plan/no-barrier",
    /orders device-read before read .*`lfence` needs sse2, which not every processor has that i586-unknown-none runs on/,
    "- core:",
  ],
  [
    "a barrier that does nothing on the core, where nothing else gives the order",
    {
      ...uncached,
      architecture: "riscv",
      coreMore: `
    differs:
      barriers:
        - { instruction: "fence {earlier}, {later}", earlier: [], later: [], source: manual 1 }
        - { instruction: fence.tso, earlier: [], later: [], source: manual 1 }`,
      more: "sources: { manual: { document: The core's manual } }",
    },
    "plan/no-barrier",
    /orders write before device-read .*`fence {earlier}, {later}` does nothing on Test core/,
    "- core:",
  ],
  [
    "memory of which nobody knows whether a cache holds it, behind a core without caches",
    {
      ...{ coreCaches: "[]", mechanisms: " []" },
      regions:
        "\n  SRAM: { base: 0, size: 64KiB, cachedBy: none }\n  OCTOSPI: { base: 0x9000_0000, size: 64KiB, cachedBy: unknown }",
      dma: "\n  DMA: { reaches: [SRAM, OCTOSPI], snoops: none }",
    },
    "plan/caching-unknown",
    /whether a cache holds `OCTOSPI` is not known, and `DMA` reaches it/,
    "OCTOSPI: {",
  ],
  [
    "memory of which nobody knows what caches it, although every level that is described could be maintained",
    {
      regions: "\n  RAM: { base: 0x2000_0000, size: 64KiB, cachedBy: unknown }",
      dma: "\n  DMA: { reads: [RAM], snoops: none }",
    },
    "plan/caching-unknown",
    /whether a cache holds `RAM` is not known/,
    "RAM: {",
  ],
  [
    "memory of which nobody knows what caches it, although the master sees every level that is described",
    {
      regions: "\n  RAM: { base: 0x2000_0000, size: 64KiB, cachedBy: unknown }",
      dma: "\n  DMA: { reaches: [RAM], snoops: all }",
    },
    "plan/caching-unknown",
    /whether a cache holds `RAM` is not known/,
    "RAM: {",
  ],
  [
    "a master of which nobody knows whether it sees the cache",
    { dma: "\n  DMA: { reaches: [RAM], snoops: unknown }" },
    "plan/snooping-unknown",
    /whether `DMA` sees L1D is not known, and it reaches `RAM`, which L1D caches/,
    "DMA: {",
  ],
  [
    "what a board found of a fence that the chip does not have",
    {
      more: "verifiedOn:\n  - { board: Mine, date: 2026-01-31, fence: OtherDmaFence, facts: 0123456789abcdef, result: right }",
    },
    "plan/unknown-fence",
    /no fence of the chip is called `OtherDmaFence`; it has TestChipDmaFence/,
    "OtherDmaFence",
  ],
  [
    "a register whose name means something else in assembly",
    { mechanisms: testMechanism().replaceAll(/\bCLEAN\b(?=[:,])/g, "VALUE_0") },
    "plan/same-register-name",
    /`VALUE_0` would be the operand `value_0`/,
    "- core:",
  ],
  [
    "a command to two controllers",
    {
      caches:
        "\n  - { name: L2, takesCleanVictims: { unless: It is not exclusive. }, lineBytes: 32, writePolicy: write-back, maintenance: outer }",
      mechanisms: testMechanism() + testMechanism({ id: "outer" }),
    },
    "plan/command-of-two",
    /of test-mechanism ends with what .* of outer consists of/,
    "- core:",
  ],
  [
    "a core that has no memory in common with a master",
    {
      regions: "\n  RAM: { base: { masters: 0x2000_0000 }, size: 64KiB }\n  TCM: { base: { cores: 0 }, size: 64KiB }",
    },
    "plan/no-shared-memory",
    /no DMA master reaches memory that Test core sees/,
    "- core:",
  ],
  [
    "a command to two controllers, of which bits alone are said",
    {
      caches:
        "\n  - { name: L2, takesCleanVictims: { unless: It is not exclusive. }, lineBytes: 32, writePolicy: write-back, maintenance: outer }",
      mechanisms: ["0x1", "0x3"]
        .map((bit, index) =>
          testMechanism({
            id: ["test-mechanism", "outer"][index]!,
            operations: `\n      all: { effect: clean-and-invalidate, unit: whole-cache, sequence: [modify: { register: CLEAN, set: ${bit} }] }`,
          }).replace("reentrancy: atomic", "reentrancy: shared-registers"),
        )
        .join(""),
    },
    "plan/command-of-two",
    /of test-mechanism ends with what .* of outer consists of/,
    "- core:",
  ],
  [
    "nothing that cleans",
    { mechanisms: only(`{ effect: invalidate, ${write} }`) },
    "plan/no-operation",
    /no operation that cleans a line/,
    "DMA: {",
  ],
  [
    "a level that it says holds no stores, which nobody has read, without maintenance",
    {
      coreCaches: "[{ name: L1D, lineBytes: 32, writePolicy: read-only, source: unverified }]",
      dma: "\n  DMA: { reads: [RAM], snoops: none }",
    },
    "plan/no-maintenance",
    /no way to maintain L1D is described; nobody has read that L1D is read-only$/,
    "DMA: {",
  ],
  [
    "a level that it says writes through, which nobody has read, and nothing that cleans",
    {
      coreCaches:
        "[{ name: L1D, lineBytes: 32, writePolicy: write-through, maintenance: test-mechanism, source: unverified }]",
      mechanisms: only(`{ effect: invalidate, ${write} }`),
    },
    "plan/no-operation",
    /no operation that cleans a line .*; nobody has read that L1D is write-through$/,
    "DMA: {",
  ],
  [
    "nothing that invalidates",
    { mechanisms: only(`{ effect: clean, ${write} }`) },
    "plan/no-operation",
    /no operation that drops a line/,
    "DMA: {",
  ],
  [
    "a clean that stops short of DMA",
    { mechanisms: only(`{ effect: clean-and-invalidate, reaches: unification, ${write} }`) },
    "plan/no-operation",
    /cleans a line up to where DMA looks/,
    "DMA: {",
  ],
  [
    // The same command cannot be for the one level and for the other.
    "operations of one level for two levels",
    {
      caches:
        "\n  - { name: L2, takesCleanVictims: { unless: It is not exclusive. }, lineBytes: 32, writePolicy: write-back, maintenance: test-mechanism }",
      mechanisms: only(`{ effect: clean-and-invalidate, reaches: this-level, ${write} }`),
    },
    "plan/no-operation",
    /cleans a line up to where DMA looks/,
    "DMA: {",
  ],
  [
    "an operation of one level for one of two levels that it could be for",
    {
      caches: "\n  - { name: L2, lineBytes: 32, writePolicy: write-back, maintenance: test-mechanism }",
      mechanisms: only(`{ effect: clean-and-invalidate, reaches: this-level, ${write} }`),
      regions: "\n  RAM: { base: 0x2000_0000, size: 64KiB, cachedBy: [L2] }",
    },
    "plan/no-operation",
    /cleans a line up to where DMA looks/,
    "DMA: {",
  ],
  [
    "a clean that forgets instead of writing",
    { mechanisms: only(`{ effect: discard-dirty, ${write} }`) },
    "plan/no-operation",
    /cleans a line/,
    "DMA: {",
  ],
  [
    // It would drop other data that is dirty.
    "only a whole-cache invalidate for a write-back cache",
    {
      mechanisms: testMechanism({
        operations: `\n      clean: { effect: clean, ${write} }\n      all: { effect: invalidate, unit: whole-cache, sequence: [write: { register: INVALIDATE, value: 1 }] }`,
      }),
    },
    "plan/no-operation",
    /drops a line without losing/,
    "DMA: {",
  ],
  [
    "an erratum that leaves nothing to clean with",
    {
      mechanisms: only(`{ effect: clean-and-invalidate, ${write} }`),
      coreMore: "\n    errata: [{ erratum: N 1, title: Broken., affects: all, withoutOperation: [operation] }]",
    },
    "plan/no-operation",
    /cleans a line/,
    "DMA: {",
  ],
  [
    // FENCE orders, and completes nothing.
    "no barrier that completes the operations",
    { architecture: "riscv" },
    "plan/no-barrier",
    /no barrier (completes|orders) (write before )?maintenance/,
    "core:",
  ],
  ["a DMB for a DSB", { more: override("dmb sy") }, "plan/override-too-weak", /`dmb sy` does not/, override("dmb sy")],
  [
    "a FENCE with too few bits",
    { architecture: "riscv", ...uncached, more: override("fence w, o") },
    "plan/override-too-weak",
    /`fence w, o` does not order/,
    override("fence w, o"),
  ],
  [
    "a barrier for too near observers",
    { architecture: "armv8-a", ...uncached, more: override("dmb ish", "acquire") },
    "plan/override-too-weak",
    /`dmb ish` does not order/,
    override("dmb ish", "acquire"),
  ],
  [
    "masked interrupts on an architecture that does not spell it",
    {
      architecture: "x86",
      mechanisms: testMechanism({
        operations: `\n      all: { effect: clean-and-invalidate, unit: whole-cache, sequence: [instruction: wbinvd] }`,
        more: "\n    execution: { interruptsMasked: true }",
      }),
    },
    "plan/no-assembly",
    /needs interrupts masked/,
    "DMA: {",
  ],
  [
    "a call into ROM",
    { mechanisms: only("{ effect: clean-and-invalidate, sequence: [call: Cache_WriteBack_Addr] }") },
    "plan/not-acted-on",
    /call into ROM/,
    "DMA: {",
  ],
  [
    "a guard around memory that software may map without the cache",
    {
      mechanisms: testMechanism({ address: strict }),
      regions: "\n  RAM: { base: 0x2000_0000, size: 64KiB, cachedBy: all, memoryType: configurable }",
    },
    "plan/not-acted-on",
    /software may map `RAM` so/,
    "RAM: {",
  ],
  [
    "a loop on an architecture that spells none",
    {
      architecture: "armv6-m",
      mechanisms: only('{ effect: clean-and-invalidate, sequence: [instruction: "clean {address}"] }'),
    },
    "plan/no-assembly",
    /a loop over lines/,
    "DMA: {",
  ],
  [
    "an address that is shifted in each line's operation, where that is not spelled",
    {
      architecture: "x86",
      mechanisms: only(
        "{ effect: clean-and-invalidate, sequence: [write: { register: CLEAN, value: { of: address, shiftRight: 4 } }] }",
      ),
    },
    "plan/no-assembly",
    /a way to change an address by `shiftRight`/,
    "DMA: {",
  ],
  [
    "a refusal that the planner does not find",
    {
      refused: '{ code: plan/no-maintenance, because: "There is no way." }',
    },
    "plan/not-refused",
    /a fence for Test core can be planned/,
    "refused:",
  ],
  [
    "an erratum that may hold or not, of which what it replaces is not known to be right where it does not",
    {
      coreMore:
        "\n    errata: [{ erratum: Nobody 1, title: T., affects: [r0p0], replaceOperation: { clean-line: clean-invalidate-line } }]",
      revision: "unknown",
    },
    "plan/unknown-revision",
    /whether erratum Nobody 1 holds is not known: where it does, `clean-line` goes wrong, and where it does not, `clean-invalidate-line` in its place may/,
    "core:",
  ],
  [
    "an erratum that may hold or not, of which nobody has read that what it replaces is right where it does not",
    {
      coreMore:
        "\n    errata: [{ erratum: Nobody 1, title: T., affects: [r0p0], replaceOperation: { clean-line: clean-invalidate-line }, replacementElsewhere: { is: right, source: unverified } }]",
    },
    "plan/unknown-revision",
    /whether erratum Nobody 1 holds is not known/,
    "core:",
  ],
  [
    "a refusal for another reason",
    {
      coreCaches: "[{ name: L1D, lineBytes: 32, writePolicy: write-back }]",
      refused: '{ code: plan/no-operation, because: "There is no way." }',
    },
    "plan/not-refused",
    /is refused with plan\/no-maintenance/,
    "refused:",
  ],
  [
    "a register width that the architecture cannot access",
    { mechanisms: testMechanism().replace("offset: 0x0 }", "offset: 0x0, widthBits: 64 }") },
    "plan/no-assembly",
    /a 64-bit store/,
    "DMA: {",
  ],
  [
    "a register that is wider than those of the core",
    {
      architecture: "riscv",
      mechanisms: testMechanism({ ordering: "{ accessClass: device-write, doneWhen: ordered }" }).replace(
        "CLEAN: { offset: 0x0 }",
        "CLEAN: { offset: 0x18, widthBits: 64 }",
      ),
    },
    "plan/no-assembly",
    /an access of 64 bits at once, and Test core has registers of 32/,
    "DMA: {",
  ],
];

describe.each(refusals)("%s", (_, parts, code, message, place) => {
  const text = testChip(parts);
  const { planned, diagnostics } = planOf("test-chip", { "chips/test-chip.yaml": text });

  it("is refused at the fact that it is about", () => {
    expect(planned).toBeUndefined();
    expect(diagnostics.map((diagnostic) => [diagnostic.code, diagnostic.severity])).toEqual([[code, "error"]]);
    expect(diagnostics[0]!.message).toMatch(message);
    expect(diagnostics[0]!.path).toBe("chips/test-chip.yaml");
    expect(text.split("\n")[diagnostics[0]!.range!.start.line - 1]).toContain(place);
  });
});

describe("an unknown fact on which no fence depends", () => {
  it.each<[string, TestChip]>([
    [
      "of memory that no master reaches",
      {
        regions:
          "\n  RAM: { base: 0x2000_0000, size: 64KiB, cachedBy: all }\n  TCM: { base: 0, size: 64KiB, cachedBy: unknown }",
      },
    ],
    [
      "of memory on a chip without DMA",
      { regions: "\n  RAM: { base: 0, size: 64KiB, cachedBy: unknown }", dma: " {}" },
    ],
    ["of a master that reaches nothing cached", { ...uncached, dma: "\n  DMA: { reaches: [RAM], snoops: unknown }" }],
    [
      "of a master that only reads past a cache that is never dirty",
      {
        coreCaches: "[{ name: L1D, lineBytes: 32, writePolicy: write-through }]",
        dma: "\n  DMA: { reads: [RAM], snoops: unknown }",
      },
    ],
  ])("refuses none: %s", (_, parts) => {
    const { planned, diagnostics } = planOf("test-chip", { "chips/test-chip.yaml": testChip(parts) });
    expect(diagnostics).toEqual([]);
    expect(planned!.fences).toHaveLength(1);
  });
});

it("two unknown facts are shown at once", () => {
  const text = testChip({
    regions: "\n  RAM: { base: 0x2000_0000, size: 64KiB, cachedBy: unknown }",
    dma: "\n  DMA: { reaches: [RAM], snoops: unknown }",
  });
  const { diagnostics } = planOf("test-chip", { "chips/test-chip.yaml": text });
  expect(diagnostics.map(({ code }) => code)).toEqual(["plan/caching-unknown", "plan/snooping-unknown"]);
});

describe("a fact that fencegen does not act on, and need not", () => {
  it.each<[string, TestChip, RegExp]>([
    ["snooping", { dma: "\n  DMA: { reaches: [RAM], snoops: run-time }" }, /`DMA` snoops is known at run time/],
    [
      "threshold",
      {
        coreCaches:
          "[{ name: L1D, lineBytes: 32, writePolicy: write-back, maintenance: test-mechanism, wholeCacheThresholdBytes: 4KiB }]",
      },
      /at any length/,
    ],
  ])("is a warning: %s", (_, parts, message) => {
    const { planned, diagnostics } = planOf("test-chip", { "chips/test-chip.yaml": testChip(parts) });
    expect(planned).toBeDefined();
    expect(diagnostics.map(({ code, severity }) => [code, severity])).toEqual([["plan/ignored-fact", "warning"]]);
    expect(diagnostics[0]!.message).toMatch(message);
  });
});

// The warning has its cases above, differing architectures theirs in shared-fence.test.ts; what the verifier finds is not the planner's.
const notRefusals = ["plan/ignored-fact", "plan/found-unsound", "plan/shared-fence-differs"];

it.each(Object.keys(codes).filter((code) => code.startsWith("plan/") && !notRefusals.includes(code)))(
  "%s has a case",
  (code) => {
    expect(refusals.map((refusal) => refusal[2])).toContain(code);
  },
);

it("a refusal that the description expects is the result", () => {
  const text = testChip({
    coreCaches: "[{ name: L1D, lineBytes: 32, writePolicy: write-back }]",
    refused: '{ code: plan/no-maintenance, because: "Use the alias." }',
  });
  const { planned, diagnostics } = planOf("test-chip", { "chips/test-chip.yaml": text });
  expect(diagnostics).toEqual([]);
  expect(planned!.fences).toEqual([]);
  expect(planned!.refused).toMatchObject([{ code: "plan/no-maintenance", because: "Use the alias." }]);
  expect(planned!.refused[0]!.problems[0]!.message).toMatch(/no way to maintain L1D/);
});

it("nothing is written for any chip while one is refused", () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "chips"));
  writeFileSync(join(folder, "chips/test-chip.yaml"), testChip({ coreCaches: refusals[0]![1].coreCaches! }));
  writeFileSync(join(folder, "chips/fine.yaml"), testChip().replace("chip: test-chip", "chip: fine"));
  for (const args of [["generate"], ["generate", "--force"], ["generate", "test-chip"]]) {
    const { code, stdout, stderr } = fencegen(args, { cwd: folder });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain("plan/no-maintenance");
    expect(existsSync(join(folder, "out"))).toBe(false);
  }
  expect(readdirSync(folder)).toEqual(["chips"]);
});
