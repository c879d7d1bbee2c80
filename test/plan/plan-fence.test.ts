// The steps that follow from the facts. Each expectation is what the manuals ask for (the reasons stand beside it), not
// what the planner happened to answer.
import { describe, expect, it } from "vitest";
import type { FencePlan } from "../../generator/plan/operation.ts";
import { fenceOf, planOf, titles } from "../support/pipeline.ts";
import { type TestChip, testChip, testMechanism } from "../support/test-chip.ts";

function fence(parts: TestChip, name?: string): FencePlan {
  return fenceOf("test-chip", { "chips/test-chip.yaml": testChip(parts) }, name);
}

/** The titles of a fence's steps, without the leading `return if the buffer is empty` of a fence that maintains. */
function steps(plan: FencePlan) {
  const { release, acquire } = titles(plan);
  const rest = (list: string[]) => list.filter((title) => title !== "return if the buffer is empty");
  return { release: rest(release), acquire: rest(acquire) };
}

const lines = (register: string, level = "L1D", bytes = 32) =>
  `for each line of ${bytes} bytes, ${level}: ${register} = address`;
const clean = lines("CLEAN (0x4000_0000)");
const invalidate = lines("INVALIDATE (0x4000_0004)");
const cleanInvalidate = lines("CLEAN_INVALIDATE (0x4000_0008)");

const uncached = {
  coreCaches: "[]",
  mechanisms: " []",
  regions: "\n  RAM: { base: 0x2000_0000, cachedBy: none, size: 64KiB }",
};
const cache = (facts: string) => `[{ name: L1D, lineBytes: 32, maintenance: test-mechanism, ${facts} }]`;
const operation = (name: string, effect: string, register: string) =>
  `\n      ${name}: { effect: ${effect}, sequence: [write: { register: ${register}, value: address }] }`;
const operations = {
  clean: operation("clean-line", "clean", "CLEAN"),
  invalidate: operation("invalidate-line", "invalidate", "INVALIDATE"),
  cleanInvalidate: operation("clean-invalidate-line", "clean-and-invalidate", "CLEAN_INVALIDATE"),
};

describe("without a cache, one barrier is the fence", () => {
  // Release orders stores to and loads from the buffer before any MMIO access; acquire the read of the status, by MMIO
  // or from memory, before loads and stores. An LD barrier holds loads before everything, ST only stores before stores.
  it.each([
    ["armv6-m", "dmb sy", "dmb sy"],
    ["armv7-m", "dmb sy", "dmb sy"],
    ["armv7-a", "dmb sy", "dmb sy"],
    ["armv8-a", "dmb sy", "dmb ld"],
    ["riscv", "fence rw, iow", "fence ir, rw"],
    ["x86", "compiler barrier, no instruction", "compiler barrier, no instruction"],
  ] as const)("%s", (architecture, release, acquire) => {
    const plan = fence({ architecture, ...uncached });
    expect(titles(plan)).toEqual({ release: [release], acquire: [acquire] });
    expect(plan).toMatchObject({ lineBytes: undefined, bufferAlignmentBytes: 1 });
  });

  // Stores to write-combining memory linger past later stores, until an SFENCE, and past later loads, until an MFENCE;
  // a register that starts DMA may be read. Software may choose such memory for a buffer.
  it.each(["write-combining", "configurable"])("x86 with memory that is %s", (memoryType) => {
    const regions = `\n  RAM: { base: 0, size: 64KiB, cachedBy: none, memoryType: ${memoryType} }`;
    const plan = fence({ architecture: "x86", ...uncached, regions });
    expect(titles(plan)).toEqual({ release: ["mfence"], acquire: ["lfence"] });
  });

  it("armv8-a on a core on which a barrier of its table does nothing", () => {
    const plan = fence({
      ...{ architecture: "armv8-a", ...uncached },
      coreMore: `
    differs: { barriers: [{ instruction: dmb ld, earlier: [], later: [], source: manual 1 }] }`,
      more: "sources: { manual: { document: The core's manual } }",
    });
    expect(titles(plan)).toEqual({ release: ["dmb sy"], acquire: ["dmb sy"] });
  });

  it.each([
    ["inner-shareable", "dmb ish", "dmb ishld"],
    ["outer-shareable", "dmb osh", "dmb oshld"],
    ["full-system", "dmb sy", "dmb ld"],
  ])("armv8-a with DMA masters in the %s domain", (domain, release, acquire) => {
    const plan = fence({ architecture: "armv8-a", ...uncached, more: `dmaShareability: ${domain}` });
    expect(titles(plan)).toEqual({ release: [release], acquire: [acquire] });
  });
});

describe("one cache level that DMA does not see", () => {
  // No order is assumed between the operations and ordinary accesses, so a barrier stands on both sides of each pass.
  it("write-back: clean in release, clean and invalidate in acquire", () => {
    const plan = fence({});
    expect(titles(plan)).toEqual({
      release: ["return if the buffer is empty", "dsb sy", clean, "dsb sy"],
      acquire: ["return if the buffer is empty", "dsb sy", cleanInvalidate, "dsb sy"],
    });
    expect(plan).toMatchObject({ lineBytes: 32, bufferAlignmentBytes: 32 });
    expect(plan.obligations.map(({ kind }) => kind)).toContain("buffer-owns-its-lines");
  });

  it("configurable counts as write-back", () => {
    expect(steps(fence({ coreCaches: cache("writePolicy: configurable") }))).toEqual(steps(fence({})));
  });

  // Nothing is ever dirty: release needs its barrier only, and a plain invalidate loses nothing.
  it.each(["write-through", "read-only"])("%s: nothing to clean", (policy) => {
    const plan = fence({ coreCaches: cache(`writePolicy: ${policy}`) });
    expect(steps(plan)).toEqual({ release: ["dmb sy"], acquire: ["dsb sy", invalidate, "dsb sy"] });
    expect(plan.obligations.map(({ kind }) => kind)).not.toContain("buffer-owns-its-lines");
  });

  it("write-through, seen by DMA that only reads: nothing to maintain", () => {
    const dma = "\n  DMA: { reads: [RAM], snoops: none }";
    const plan = fence({ coreCaches: cache("writePolicy: write-through"), dma });
    expect(steps(plan)).toEqual({ release: ["dmb sy"], acquire: ["dmb sy"] });
  });

  it("write-back, seen by DMA that only reads: nothing to drop", () => {
    const plan = fence({ dma: "\n  DMA: { reads: [RAM], snoops: none }" });
    expect(steps(plan)).toEqual({ release: ["dsb sy", clean, "dsb sy"], acquire: ["dmb sy"] });
  });

  it("no combined operation: the edge lines are cleaned, and clean before any line is dropped", () => {
    const plan = fence({ mechanisms: testMechanism({ operations: operations.clean + operations.invalidate }) });
    expect(steps(plan).acquire).toEqual([
      "dsb sy",
      "for the first and the last line of 32 bytes, L1D: CLEAN (0x4000_0000) = address",
      "dsb sy",
      invalidate,
      "dsb sy",
    ]);
    expect(plan.obligations.map(({ kind }) => kind)).toContain("edge-lines-quiet");
  });

  it("only clean and invalidate in one: used for both", () => {
    const plan = fence({ mechanisms: testMechanism({ operations: operations.cleanInvalidate }) });
    expect(steps(plan)).toEqual({
      release: ["dsb sy", cleanInvalidate, "dsb sy"],
      acquire: ["dsb sy", cleanInvalidate, "dsb sy"],
    });
  });

  // Espressif's "clean" drops the dirty mark without writing, and an operation to the point of unification stops short.
  it("operations that do less are never taken for a clean", () => {
    const traps = `
      Cache_Clean_Addr: { effect: discard-dirty, sequence: [write: { register: START, value: address }] }
      clean-to-unification: { effect: clean, reaches: unification, sequence: [write: { register: END, value: address }] }`;
    const mechanisms = testMechanism({ operations: traps + operations.clean + operations.cleanInvalidate });
    expect(steps(fence({ mechanisms }))).toEqual(steps(fence({})));
  });

  it("an operation that the silicon needs twice is issued twice", () => {
    const twice = operations.clean.replace("effect: clean,", "effect: clean, repeat: 2,");
    const mechanisms = testMechanism({ operations: twice + operations.cleanInvalidate });
    expect(steps(fence({ mechanisms })).release).toContain(`${clean}; CLEAN (0x4000_0000) = address`);
  });

  it("off for ever: a barrier, and the promise that it stays off", () => {
    const plan = fence({ coreCaches: cache("writePolicy: write-back, enabled: never") });
    expect(steps(plan)).toEqual({ release: ["dmb sy"], acquire: ["dmb sy"] });
    expect(plan.obligations.map(({ kind }) => kind)).toContain("cache-stays-off");
  });

  // CTR.DminLine is the smallest line of all data caches of the core: stepping by it leaves out no line of any.
  it.each([
    ["armv7-m", "0xe000_ed7c"],
    ["armv7-a", "mrc p15, 0, {value}, c0, c0, 1"],
    ["armv8-a", "mrs {value}, ctr_el0"],
  ] as const)("lines whose size %s reads at run time: once, before the first use", (architecture, register) => {
    const line = "{ smallest: 16, largest: 128, readFrom: architecture }";
    const plan = fence({
      architecture,
      coreCaches: `[{ name: L1D, lineBytes: ${line}, writePolicy: write-back, maintenance: test-mechanism }]`,
      mechanisms: testMechanism({
        address: "{ kind: virtual, ignoredLowBits: 0, uncachedAddress: ignored }",
        operations: operations.clean + operations.invalidate,
      }),
    });
    for (const steps of [plan.release, plan.acquire]) {
      const asks = steps.flatMap(({ kind }, index) => (kind === "read-line-size" ? [index] : []));
      expect(asks).toEqual([1]);
      expect(steps.filter((step) => "operation" in step).every((step) => "bySizeRead" in step)).toBe(true);
    }
    expect(titles(plan).release[1]).toBe(`read the size of a line, 16 to 128 bytes: ${register}`);
    expect(plan).toMatchObject({ lineBytes: 16, bufferAlignmentBytes: 128 });
  });

  it("a size that is certain is not read", () => {
    const line = "{ smallest: 32, largest: 32, readFrom: architecture }";
    const plan = fence({
      coreCaches: `[{ name: L1D, lineBytes: ${line}, writePolicy: write-back, maintenance: test-mechanism }]`,
    });
    expect(steps(plan).release[1]).toBe(clean);
  });

  it("lines of unknown size: steps by the smallest, aligns to the largest", () => {
    const coreCaches = cache("writePolicy: write-back").replace("32", "{ smallest: 16, largest: 64 }");
    const plan = fence({ coreCaches });
    expect(steps(plan).release).toContain(lines("CLEAN (0x4000_0000)", "L1D", 16));
    expect(plan).toMatchObject({ lineBytes: 16, bufferAlignmentBytes: 64 });
  });

  it("a controller that wants more alignment than the line", () => {
    const dma = "\n  DMA: { reaches: [RAM], snoops: none, alignmentBytes: 128 }";
    expect(fence({ dma })).toMatchObject({ lineBytes: 32, bufferAlignmentBytes: 128 });
  });

  it("addresses must be aligned where the mechanism does not ignore their low bits", () => {
    const address = "{ kind: physical, ignoredLowBits: 0, uncachedAddress: ignored }";
    const plan = fence({ mechanisms: testMechanism({ address }) });
    expect(plan.release).toContainEqual(
      expect.objectContaining({ kind: "maintain-lines", firstAddress: "line-aligned" }),
    );
    expect(plan.obligations.map(({ kind }) => kind)).toContain("identity-mapping");
  });

  it("operations of several register accesses must not be interrupted by others", () => {
    const shared = testMechanism().replace("reentrancy: atomic", "reentrancy: shared-registers");
    expect(fence({ mechanisms: shared }).obligations.map(({ kind }) => kind)).toContain("not-reentrant");
    expect(fence({}).obligations.map(({ kind }) => kind)).not.toContain("not-reentrant");
  });
});

describe("order between the operations and the accesses around them", () => {
  const ordering = (facts: string) => ({
    mechanisms: testMechanism({ ordering: `{ accessClass: maintenance, ${facts} }` }),
  });
  const automatic = "afterEarlierSameLine: true, beforeLaterSameLine: true";

  it.each<[string, TestChip, string[], string[]]>([
    // The stores are to the lines operated on, the status read is not; the loads after acquire are again.
    [
      "kept with accesses to the same line",
      ordering(`${automatic}, doneWhen: completed`),
      [clean, "dsb sy"],
      ["dsb sy", cleanInvalidate],
    ],
    [
      "on AArch64, DMB orders the operations and DSB completes them",
      { architecture: "armv8-a", ...ordering(`${automatic}, doneWhen: completed`) },
      [clean, "dsb sy"],
      ["dmb sy", cleanInvalidate],
    ],
    [
      "on AArch64, for masters in the outer-shareable domain",
      { architecture: "armv8-a", ...ordering("doneWhen: completed"), more: "dmaShareability: outer-shareable" },
      ["dmb osh", clean, "dsb osh"],
      ["dmb osh", cleanInvalidate, "dsb osh"],
    ],
    // A store to a register is an MMIO write for the barriers: a DMB is enough where being ordered means being done.
    [
      "stores to registers, done once they are ordered",
      { mechanisms: testMechanism({ ordering: "{ accessClass: device-write, doneWhen: ordered }" }) },
      ["dmb sy", clean, "dmb sy"],
      ["dmb sy", cleanInvalidate, "dmb sy"],
    ],
    // A cbo is a store for FENCE. The doorbell may be a read or a write; the status may be read from memory or MMIO.
    [
      "RISC-V stores",
      {
        architecture: "riscv",
        mechanisms: testMechanism({ ordering: `{ accessClass: write, ${automatic}, doneWhen: ordered }` }),
      },
      [clean, "fence w, iow"],
      ["fence ir, w", cleanInvalidate],
    ],
  ])("%s", (_, parts, release, acquire) => {
    expect(steps(fence(parts))).toEqual({ release, acquire });
  });

  // Memory that is not cached has no line whose maintenance would order anything: the fence itself must.
  it("memory without a line needs the barrier of a fence without maintenance as well", () => {
    const plan = fence({
      architecture: "riscv",
      mechanisms: testMechanism({ ordering: `{ accessClass: write, ${automatic}, doneWhen: ordered }` }),
      regions:
        "\n  RAM: { base: 0x2000_0000, cachedBy: all, size: 64KiB }\n  TCM: { base: 0, cachedBy: none, size: 64KiB }",
      dma: "\n  DMA: { reaches: [RAM, TCM], snoops: none }",
    });
    expect(steps(plan)).toEqual({
      release: [clean, "fence rw, iow"],
      acquire: ["fence ir, rw", cleanInvalidate],
    });
  });
});

describe("a range command", () => {
  const command = (name: string, effect: string, code: number) => `
      ${name}:
        effect: ${effect}
        unit: range
        sequence:
          - write: { register: STATUS, value: 0x10 }
          - write: { register: START, value: first-line }
          - write: { register: END, value: last-byte }
          - write: { register: CLEAN, value: ${code} }
          - poll: { register: STATUS, mask: 1, until: clear }`;
  const mechanisms = (address: string, ordering: string) =>
    testMechanism({
      address,
      ordering,
      operations: command("clean", "clean", 2) + command("clean-invalidate", "clean-and-invalidate", 3),
    });
  const range = (code: number) =>
    `for the range of lines of 32 bytes, L1D: STATUS (0x4000_0014) = 0x10; START (0x4000_000c) = first-line; END (0x4000_0010) = last-byte; CLEAN (0x4000_0000) = 0x${code}; poll STATUS (0x4000_0014) until clear 0x1`;
  const regions =
    "\n  RAM: { base: 0x2000_0000, size: 64KiB, cachedBy: all }\n  TCM: { base: 0x1000_0000, size: 64KiB, cachedBy: none }";
  const both = "\n  DMA: { reaches: [RAM, TCM], snoops: none }";

  // The poll ends when the command has finished, so that its last read stands for the command: what follows need only
  // come after that read, even where nothing else would complete the operations.
  it("writes its registers in order, starts and waits; barriers stand around it", () => {
    const parts = mechanisms(
      "{ kind: physical, uncachedAddress: ignored }",
      "{ accessClass: device-write, doneWhen: completed }",
    );
    expect(steps(fence({ mechanisms: parts }))).toEqual({
      release: ["dmb sy", range(2), "dmb sy"],
      acquire: ["dmb sy", range(3), "dmb sy"],
    });
  });

  it("is kept from memory that it must not be given; such memory gets the barrier alone", () => {
    const parts = mechanisms(
      "{ kind: physical, uncachedAddress: wrong }",
      "{ accessClass: device-write, doneWhen: completed }",
    );
    const plan = fence({ mechanisms: parts, regions, dma: both });
    expect(titles(plan).release).toEqual([
      "return if the buffer is empty",
      "outside RAM only this:",
      "dmb sy",
      range(2),
      "dmb sy",
    ]);
    const guards = [...plan.release, ...plan.acquire].flatMap((step) => (step.kind === "region-guard" ? [step] : []));
    expect(guards.map(({ outside }) => outside.map((step) => "instruction" in step && step.instruction))).toEqual([
      ["dmb sy"],
      ["dmb sy"],
    ]);
    expect(guards[0]!.regions).toEqual([{ name: "RAM", base: 0x2000_0000n, sizeBytes: 0x1_0000n }]);
  });

  it.each([
    ["all reachable memory is cached", "wrong", "\n  DMA: { reaches: [RAM], snoops: none }"],
    ["other addresses are ignored", "ignored", both],
  ])("has no guard where %s", (_, uncachedAddress, dma) => {
    const parts = mechanisms(
      `{ kind: physical, uncachedAddress: ${uncachedAddress} }`,
      "{ accessClass: device-write, doneWhen: completed }",
    );
    const { release, acquire } = fence({ mechanisms: parts, regions, dma });
    expect([...release, ...acquire].map(({ kind }) => kind)).not.toContain("region-guard");
  });

  // RISC-V orders device reads only where the i bit is set: loads, and the doorbell, must not pass the last poll.
  it("on RISC-V, the poll comes before what follows", () => {
    const parts = mechanisms(
      "{ kind: physical, uncachedAddress: ignored }",
      "{ accessClass: device-write, doneWhen: ordered }",
    );
    expect(steps(fence({ architecture: "riscv", mechanisms: parts }))).toEqual({
      release: ["fence w, o", range(2), "fence ir, iow"],
      acquire: ["fence ir, o", range(3), "fence i, rw"],
    });
  });
});

describe("a whole-cache invalidate", () => {
  const invalidating = (uncachedAddress: string) =>
    fence({
      coreCaches: cache("writePolicy: write-through"),
      mechanisms: testMechanism({
        address: `{ kind: virtual, uncachedAddress: ${uncachedAddress} }`,
        operations:
          "\n      all: { effect: invalidate, unit: whole-cache, sequence: [write: { register: INVALIDATE, value: 1 }] }",
      }),
      regions:
        "\n  RAM: { base: 0x2000_0000, size: 64KiB, cachedBy: all }\n  TCM: { base: 0, size: 64KiB, cachedBy: none }",
      dma: "\n  DMA: { reaches: [RAM, TCM], snoops: none }",
    });
  const all = "for all of L1D: INVALIDATE (0x4000_0004) = 0x1";

  it("serves a write-through cache, for memory of every kind", () => {
    expect(steps(invalidating("ignored"))).toEqual({ release: ["dmb sy"], acquire: ["dsb sy", all, "dsb sy"] });
  });

  it("is left out for memory that the cache never holds, where operations are wrong there", () => {
    const guard = invalidating("wrong").acquire.find(({ kind }) => kind === "region-guard");
    expect(guard).toMatchObject({ regions: [{ name: "RAM" }] });
  });
});

describe("two levels", () => {
  const outer =
    "\n  - { name: L2, takesCleanVictims: { unless: It is not exclusive. }, lineBytes: 64, writePolicy: write-back, maintenance: outer-mechanism }";
  const elsewhere = testMechanism({ id: "outer-mechanism" }).replace("0x4000_0000", "0x5000_0000");
  const both =
    testMechanism() + elsewhere.replaceAll(/\b(?=(CLEAN|INVALIDATE|CLEAN_INVALIDATE|START|END|STATUS)\b)/g, "OUTER_");

  // Clean inner before outer, or the outer level misses what the inner one holds; drop outer before inner, or the inner
  // one is filled again with what the outer one still holds. The operations of a pass have completed before the next.
  it("are cleaned from the inside out and dropped from the outside in", () => {
    const plan = fence({ caches: outer, mechanisms: both });
    expect(steps(plan)).toEqual({
      release: ["dsb sy", clean, "dsb sy", lines("OUTER_CLEAN (0x5000_0000)", "L2", 64), "dsb sy"],
      acquire: ["dsb sy", lines("OUTER_CLEAN_INVALIDATE (0x5000_0008)", "L2", 64), "dsb sy", cleanInvalidate, "dsb sy"],
    });
    expect(plan.bufferAlignmentBytes).toBe(64);
  });

  it("take one pass by the smaller line where the operations reach both", () => {
    const caches = outer.replace("outer-mechanism", "test-mechanism");
    expect(steps(fence({ caches }))).toEqual({
      release: ["dsb sy", lines("CLEAN (0x4000_0000)", "L1D and L2"), "dsb sy"],
      acquire: ["dsb sy", lines("CLEAN_INVALIDATE (0x4000_0008)", "L1D and L2"), "dsb sy"],
    });
  });

  // The invalidate of an inner level that is never dirty goes through the outer one, where the master leaves its data.
  it("lose no line of an outer one that needs no maintenance and has the same mechanism", () => {
    const plan = fence({
      coreCaches: cache("writePolicy: write-through"),
      caches: outer.replace("outer-mechanism", "test-mechanism"),
      dma: "\n  DMA: { reaches: [RAM], snoops: [L2] }",
    });
    expect(steps(plan).acquire).toContain(cleanInvalidate);
  });

  // Where the registers are the same, a command for one level could be for the other: test/plan/refusals.test.ts.
  it("take two passes where each has registers of its own, whether the operations reach one level or both", () => {
    const thisLevel = testMechanism().replaceAll("{ effect:", "{ reaches: this-level, effect:");
    const passes = (plan: FencePlan) => plan.release.flatMap((step) => ("levels" in step ? [step.levels] : []));
    const caches = outer.replace("outer-mechanism", "{ mechanism: test-mechanism, base: 0x5000_0000 }");
    expect(passes(fence({ caches, mechanisms: thisLevel }))).toEqual([["L1D"], ["L2"]]);
    expect(passes(fence({ caches }))).toEqual([["L1D"], ["L2"]]);
  });

  it("need only the inner one maintained for DMA that snoops the outer one", () => {
    const dma = "\n  DMA: { reaches: [RAM], snoops: [L2] }";
    expect(steps(fence({ caches: outer, mechanisms: both, dma }))).toEqual(steps(fence({})));
  });

  it("need none for DMA that snoops the inner one, since it sees everything outside it too", () => {
    const dma = "\n  DMA: { reaches: [RAM], snoops: [L1D] }";
    const plan = fence({ caches: outer, mechanisms: both, dma });
    expect(steps(plan)).toEqual({ release: ["dmb sy"], acquire: ["dmb sy"] });
    expect(plan.obligations.map(({ kind }) => kind)).toContain("coherency");
  });

  it("are maintained where one of them caches the buffer's region", () => {
    const regions =
      "\n  RAM: { base: 0x2000_0000, cachedBy: all, size: 64KiB }\n  OCM: { base: 0x3000_0000, cachedBy: [L1D], size: 64KiB }";
    const only = (region: string) =>
      steps(
        fence({
          caches: outer,
          mechanisms: both,
          regions,
          dma: `\n  DMA: { reaches: [${region}], snoops: none }`,
        }),
      );
    expect(only("OCM")).toEqual(steps(fence({})));
    expect(only("OCM, RAM")).toEqual(only("RAM"));
  });

  it("write-through inside write-back: the outer one is cleaned, both are dropped", () => {
    const plan = fence({ coreCaches: cache("writePolicy: write-through"), caches: outer, mechanisms: both });
    expect(steps(plan)).toEqual({
      release: ["dsb sy", lines("OUTER_CLEAN (0x5000_0000)", "L2", 64), "dsb sy"],
      acquire: ["dsb sy", lines("OUTER_CLEAN_INVALIDATE (0x5000_0008)", "L2", 64), "dsb sy", invalidate, "dsb sy"],
    });
  });

  it("end with the completion sequence of each controller, before the barrier that waits for it", () => {
    const sync = "\n    completion: { sequence: [write: { register: STATUS, value: 0 }] }";
    const mechanisms =
      testMechanism() + testMechanism({ id: "outer-mechanism", more: sync }).replace("0x4000", "0x5000");
    const { release, acquire } = steps(fence({ caches: outer, mechanisms }));
    const completion = [expect.stringMatching(/STATUS \(0x5000_0014\) = 0x0$/), "dsb sy"];
    expect(release.slice(-2)).toEqual(completion);
    expect(acquire.slice(2, 4)).toEqual(completion);
  });
});

describe("masters of different coherency", () => {
  const dma =
    "\n  ACP: { reaches: [RAM], snoops: all }\n  HP: { reaches: [RAM], snoops: none }\n  Any: { reaches: [RAM], snoops: run-time }";

  it("get one fence that is right for all and a narrower one for those that see the cache", () => {
    const { planned } = planOf("test-chip", { "chips/test-chip.yaml": testChip({ dma }) });
    expect(planned!.fences.map(({ name, controllers, forAllDma }) => ({ name, controllers, forAllDma }))).toEqual([
      { name: "TestChipDmaFence", controllers: ["ACP", "Any", "HP"], forAllDma: true },
      { name: "TestChipCoherentDmaFence", controllers: ["ACP"], forAllDma: false },
    ]);
    expect(steps(fence({ dma }))).toEqual(steps(fence({})));
    expect(steps(fence({ dma }, "TestChipCoherentDmaFence"))).toEqual({ release: ["dmb sy"], acquire: ["dmb sy"] });
  });

  it("get one fence where all of them see the cache", () => {
    const all = "\n  ACP: { reaches: [RAM], snoops: all }";
    const { planned } = planOf("test-chip", { "chips/test-chip.yaml": testChip({ dma: all }) });
    expect(planned!.fences.map(({ name }) => name)).toEqual(["TestChipDmaFence"]);
  });
});

it("each kind of core gets a fence of its own, with its own barriers and caches", () => {
  const text = testChip()
    .replace("  - core:\n", "  - name: Big\n    core:\n")
    .replace("cores:", "cores:\n  - { name: Small, core: cortex-m4, rustTargets: [thumbv7em-none-eabi] }");
  const { planned } = planOf("test-chip", { "chips/test-chip.yaml": text });
  expect(planned!.fences.map((plan) => [plan.name, plan.core, steps(plan).release])).toEqual([
    ["TestChipSmallDmaFence", "cortex-m4", ["dmb sy"]],
    ["TestChipBigDmaFence", "test-core", ["dsb sy", clean, "dsb sy"]],
  ]);
});

it("no fence is for masters alone that see every cache and reach nothing there", () => {
  const { planned, diagnostics } = planOf("test-chip", {
    "chips/test-chip.yaml": testChip({
      regions: `
  RAM: { base: 0x2000_0000, size: 64KiB, cachedBy: all }
  Far: { base: { masters: 0x3000_0000 }, size: 64KiB, cachedBy: all }`,
      dma: `
  DMA: { reaches: [RAM], snoops: none }
  GPU: { reaches: [Far], snoops: all }`,
    }),
  });
  expect(diagnostics).toEqual([]);
  expect(planned!.fences.map(({ name }) => name)).toEqual(["TestChipDmaFence"]);
});

describe("a barrier override", () => {
  const override = (fence: string, at: string, use: string) =>
    `barrierOverrides: [{ fence: ${fence}, at: ${at}, use: "${use}", reason: The bus bridge buffers writes }]`;

  it("that is stronger takes the place, with its reason", () => {
    const plan = fence({ ...uncached, more: override("release", "last", "dsb sy") });
    expect(titles(plan)).toEqual({ release: ["dsb sy"], acquire: ["dmb sy"] });
    expect(plan.release[0]!.reason).toContain("The bus bridge buffers writes.");
  });

  it("gives its reason to its own barrier alone", () => {
    const { release } = fence({ more: override("release", "last", "dsb sy") });
    const barriers = release.filter((step) => step.kind === "barrier");
    expect(barriers.map(({ instruction, reason }) => [instruction, reason.includes("The bus bridge")])).toEqual([
      ["dsb sy", false],
      ["dsb sy", true],
    ]);
  });

  it("of each place stays where a fence has one barrier", () => {
    const two = (first: string, last: string) =>
      `barrierOverrides:\n  - { fence: release, at: first, use: "${first}", reason: One }\n  - { fence: release, at: last, use: "${last}", reason: Two }`;
    const reasons = (more: string) =>
      fence({ ...uncached, more }).release.map((step) => [
        step.kind === "barrier" && step.instruction,
        ...(step.reason.match(/One|Two/g) ?? []),
      ]);
    expect(reasons(two("dsb sy", "dmb sy"))).toEqual([
      ["dsb sy", "One"],
      ["dmb sy", "Two"],
    ]);
    expect(reasons(two("dsb sy", "dsb sy"))).toEqual([["dsb sy", "One", "Two"]]);
  });

  it("may stand where the facts need none", () => {
    const facts = "{ accessClass: maintenance, afterEarlierSameLine: true, doneWhen: completed }";
    const more = override("release", "first", "dmb sy");
    const plan = fence({ mechanisms: testMechanism({ ordering: facts }), more });
    expect(steps(plan).release).toEqual(["dmb sy", clean, "dsb sy"]);
  });
});

describe("errata", () => {
  const erratum = (effect: string, affects = "all") =>
    `\n    errata: [{ erratum: Nobody 1, title: It is broken., affects: ${affects}, ${effect} }]`;
  const affected = (effect: string, affects?: string, revision?: string) =>
    steps(fence({ coreMore: erratum(effect, affects), ...(revision && { revision }) }));
  const replaced = affected("replaceOperation: { clean-line: clean-invalidate-line }");

  it("replace an operation", () => {
    expect(replaced.release).toEqual(["dsb sy", cleanInvalidate, "dsb sy"]);
  });

  // Where it was read that what stands in its place is right on all silicon.
  it.each([
    ["unknown revision counts as affected", undefined, true],
    ["revision that is called unknown counts as affected", "unknown", true],
    ["listed revision is affected", "r0p1", true],
    ["other revision is not", "r1p0", false],
  ])("%s", (_, revision, isAffected) => {
    const result = affected(
      "replaceOperation: { clean-line: clean-invalidate-line }, replacementElsewhere: { is: right }",
      "[r0p0, r0p1]",
      revision,
    );
    expect(result).toEqual(isAffected ? replaced : steps(fence({})));
  });

  it("forbid an operation: the edge lines are cleaned on their own", () => {
    const { acquire } = affected("withoutOperation: [clean-invalidate-line]");
    expect(acquire).toContain("for the first and the last line of 32 bytes, L1D: CLEAN (0x4000_0000) = address");
    expect(acquire).not.toContain(cleanInvalidate);
  });

  it("redirect a register", () => {
    const { release } = affected("replaceRegister: { CLEAN: END }");
    expect(release).toContain(lines("END (0x4000_0010)"));
  });

  it("demand that everything has completed before maintenance, which order alone would not", () => {
    const ordering =
      "{ accessClass: maintenance, afterEarlierSameLine: true, beforeLaterSameLine: true, doneWhen: completed }";
    const parts: TestChip = { architecture: "armv8-a", mechanisms: testMechanism({ ordering }) };
    expect(steps(fence(parts))).toEqual({ release: [clean, "dsb sy"], acquire: ["dmb sy", cleanInvalidate] });
    expect(steps(fence({ ...parts, coreMore: erratum("completionBeforeMaintenance: true") }))).toEqual({
      release: ["dsb sy", clean, "dsb sy"],
      acquire: ["dsb sy", cleanInvalidate],
    });
  });

  it("demand that also where the first level needs nothing, of what maintains the next one", () => {
    const coreCaches = `[
      { name: L1D, lineBytes: 32, writePolicy: write-through, maintenance: aarch64-dc },
      { name: L2, lineBytes: 32, writePolicy: write-back, takesCleanVictims: false, maintenance: aarch64-dc }]`;
    const parts = { coreCaches, architecture: "armv8-a", dma: "\n  DMA: { reads: [RAM] }" } as const;
    const clean = "for each line of 32 bytes, L2: dc cvac, {address}";
    expect(steps(fence(parts)).release).toEqual([clean, "dsb sy"]);
    expect(steps(fence({ ...parts, coreMore: erratum("completionBeforeMaintenance: true") })).release).toEqual([
      "dsb sy",
      clean,
      "dsb sy",
    ]);
  });

  it("put their obligation into the fence's", () => {
    const plan = fence({ coreMore: erratum("obligation: Bit 0 is set.") });
    expect(plan.obligations).toContainEqual(expect.objectContaining({ kind: "erratum", text: "Bit 0 is set." }));
  });
});

describe("an operation by a register that is wider than those of the core", () => {
  const chip = (rustTarget: string) => ({
    architecture: "riscv" as const,
    rustTarget,
    coreCaches:
      "[{ name: L1D, lineBytes: 64, writePolicy: write-back, maintenance: { mechanism: sifive-ccache, base: 0x0201_0000 } }]",
    mechanisms: " []",
  });
  const flush = (register: string) => `for each line of 64 bytes, L1D: ${register}; fence iorw, iorw`;

  it("gives way to one that the core can execute", () => {
    const { release, acquire } = steps(fence(chip("riscv32imac-unknown-none-elf")));
    expect(release).toContain(flush("FLUSH32 (0x0201_0240) = address >> 4"));
    expect(acquire).toContain(flush("FLUSH32 (0x0201_0240) = address >> 4"));
  });

  it("is used where the core can execute it", () => {
    expect(steps(fence(chip("riscv64gc-unknown-none-elf"))).release).toContain(
      flush("FLUSH64 (0x0201_0200) = address"),
    );
  });
});
