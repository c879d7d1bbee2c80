// Caches in front of masters: what the master reads may be an old copy there, what it writes may stay there.
import { describe, expect, it } from "vitest";
import type { ResolvedChip } from "../../generator/model/chip.ts";
import type { FencePlan, FenceStep } from "../../generator/plan/operation.ts";
import { fullEffort } from "../../generator/verifier/effort.ts";
import { fenceUnderTest } from "../../generator/verifier/fence-under-test.ts";
import { mutantsOf } from "../../generator/verifier/mutants.ts";
import { judgeMutant } from "../../generator/verifier/necessity.ts";
import { replay } from "../../generator/verifier/replay.ts";
import { verifyFence } from "../../generator/verifier/verify-fence.ts";
import { planOf } from "../support/pipeline.ts";
import { testChip, testMechanism } from "../support/test-chip.ts";

const operations: Readonly<Record<string, string>> = {
  clean: "{ effect: clean, sequence: [write: { register: CLEAN, value: address }] }",
  invalidate: "{ effect: invalidate, sequence: [write: { register: INVALIDATE, value: address }] }",
  both: "{ effect: clean-and-invalidate, sequence: [write: { register: CLEAN_INVALIDATE, value: address }] }",
};
const ordering = "{ accessClass: device-write, doneWhen: ordered }";
const having = (id: string, names: readonly string[], base: string) =>
  testMechanism({
    id,
    operations: names.map((name) => `\n      ${id}-${name}: ${operations[name]}`).join(""),
    ordering,
  }).replace("0x4000_0000", base);

interface World {
  readonly coreCaches?: string;
  readonly writePolicy?: string;
  readonly lineBytes?: number;
  /** Operations of the mechanism of the cache in front. */
  readonly front?: readonly string[];
  readonly more?: string;
  readonly reach?: string;
  /** Where RAM is. */
  readonly memory?: string;
}

const l1d = "[{ name: L1D, lineBytes: 32, writePolicy: write-back, maintenance: l1 }]";

function described({
  coreCaches = l1d,
  writePolicy = "write-back",
  lineBytes = 16,
  front = ["clean", "invalidate", "both"],
  ...rest
}: World) {
  const { more = ", maintenance: front", reach = "reaches: [RAM]", memory = "0x2000_0000" } = rest;
  const cache = `{ name: GPU cache, lineBytes: ${lineBytes}, writePolicy: ${writePolicy}${more} }`;
  return {
    "chips/test-chip.yaml": testChip({
      coreCaches,
      regions: `\n  RAM: { base: ${memory}, size: 64KiB, cachedBy: all }`,
      mechanisms: having("l1", ["clean", "both"], "0x4000_0000") + having("front", front, "0x4001_0000"),
      dma: `\n  GPU: { ${reach}, snoops: none, caches: [${cache}] }`,
    }),
  };
}

function planned(world: World): { chip: ResolvedChip; plan: FencePlan } {
  const { chip, fences } = planOf("test-chip", described(world)).planned!;
  return { chip, plan: fences[0]! };
}

const operationsOf = (steps: readonly FenceStep[]) =>
  steps.flatMap((step) => ("operation" in step ? [step.operation] : []));

describe("a fence for a master behind a cache", () => {
  it.each<[string, World, string[], string[]]>([
    ["of its own write-back cache", {}, ["l1-clean", "front-both"], ["front-clean", "l1-both"]],
    [
      "of its own write-back cache, with nothing that keeps what it drops",
      { front: ["clean", "invalidate"] },
      ["l1-clean", "front-invalidate"],
      ["front-clean", "l1-both"],
    ],
    ["that writes through", { writePolicy: "write-through" }, ["l1-clean", "front-invalidate"], ["l1-both"]],
    ["that it only reads through", { writePolicy: "read-only" }, ["l1-clean", "front-invalidate"], ["l1-both"]],
    ["for a core without a cache", { coreCaches: "[]" }, ["front-both"], ["front-clean"]],
    ["that only reads", { reach: "reads: [RAM]" }, ["l1-clean", "front-invalidate"], []],
    ["with one operation for both", { front: ["both"] }, ["l1-clean", "front-both"], ["front-both", "l1-both"]],
  ])("%s is sound, and each step is needed", (_, world, release, acquire) => {
    const { chip, plan } = planned(world);
    expect({ release: operationsOf(plan.release), acquire: operationsOf(plan.acquire) }).toEqual({ release, acquire });
    const verdict = verifyFence(plan, chip, chip.cores[0]!);
    expect(verdict.properties.filter(({ holds }) => !holds)).toEqual([]);
    expect(verdict.steps.filter(({ verdict: how }) => how === "superfluous")).toEqual([]);
    expect(verdict.obligations.filter(({ verdict: how }) => how === "not needed")).toEqual([]);
    expect(verdict).toMatchObject({ sound: true, necessary: true, reachable: true });
  });

  it("is no mere barrier, as it would be if the cache were not there", () => {
    const { chip, plan } = planned({ coreCaches: "[]" });
    const without = planOf("test-chip", {
      "chips/test-chip.yaml": testChip({
        coreCaches: "[]",
        mechanisms: "",
        dma: "\n  GPU: { reaches: [RAM] }",
      }).replace("mechanisms:\n", ""),
    }).planned!.fences[0]!;
    expect(operationsOf([...without.release, ...without.acquire])).toEqual([]);
    const executed = { ...plan, release: without.release, acquire: without.acquire };
    const verdict = verifyFence(executed, chip, chip.cores[0]!);
    expect(verdict.sound).toBe(false);
    expect([...new Set(verdict.properties.filter(({ holds }) => !holds).map(({ name }) => name))]).toEqual(
      expect.arrayContaining(["outbound", "inbound"]),
    );
  });

  it("shows the cache in counterexamples, which can be taken again", () => {
    const { chip, plan } = planned({});
    const fence = fenceUnderTest(plan, chip, chip.cores[0]!);
    const index = plan.release.findIndex((step) => "operation" in step && step.operation === "front-both");
    const removed = mutantsOf(plan, chip.cores[0]!).find(
      ({ fence: method, change, step }) => change === "removed" && method === "release" && step === index,
    )!;
    const { counterexample, name } = judgeMutant(fence, removed, fullEffort).result;
    const request = {
      fence: plan.name,
      change: name,
      scenario: counterexample!.scenario,
      schedule: counterexample!.schedule,
    };
    expect(replay(chip, request)).toMatch(/outbound broken[\s\S]*GPU cache at 0 fills/);
  });
});

describe("what is promised", () => {
  const kindsOf = ({ plan }: { plan: FencePlan }) => plan.obligations.map(({ kind }) => kind);

  const driven = ", driverMaintains: The driver invalidates the GPU's cache (bit 0 of CTRL) before each start.";

  it("is what the driver does, where no mechanism is described", () => {
    const { chip, plan } = planned({ more: driven });
    expect(operationsOf([...plan.release, ...plan.acquire])).toEqual(["l1-clean", "l1-both"]);
    const textsOf = (wanted: string) => plan.obligations.filter(({ kind }) => kind === wanted).map(({ text }) => text);
    expect(textsOf("driver-maintains")).toEqual([
      "The driver invalidates the GPU's cache (bit 0 of CTRL) before each start.",
    ]);
    expect(textsOf("master-lines-acquired")).toEqual([
      expect.stringMatching(/GPU writes for no other buffer to the 16-byte lines of GPU cache in which a buffer lies/),
    ]);
    const verdict = verifyFence(plan, chip, chip.cores[0]!);
    expect(verdict).toMatchObject({ sound: true, necessary: true });
    expect(verdict.obligations.filter(({ verdict: how }) => how === "needed").map(({ kind }) => kind)).toEqual([
      "driver-maintains",
      "master-lines-acquired",
      "buffer-owns-its-lines",
    ]);
  });

  it.each<[string, string, string]>([
    ["a core without a cache", "[]", "buffer-owns-its-lines"],
    ["a core with lines as large", l1d.replace("32", "128"), "buffer-owns-its-lines"],
    ["a core with smaller ones", l1d, "buffer-fills-its-lines"],
  ])("counts the lines of a cache that its driver maintains, for %s", (_, coreCaches, kind) => {
    const { chip, plan } = planned({ coreCaches, more: driven, lineBytes: 128 });
    const { text } = plan.obligations.find((each) => each.kind === kind)!;
    expect(text).toMatch(/\b128\b/);
    const verdict = verifyFence(plan, chip, chip.cores[0]!);
    expect(verdict).toMatchObject({ sound: true, necessary: true, reachable: true });
    expect(verdict.obligations.find((each) => each.kind === kind)).toMatchObject({
      verdict: "needed",
      counterexample: { property: "neighbour" },
    });
    // Without that promise the data beside the buffer is lost.
    const bare = { ...plan, obligations: plan.obligations.filter((each) => each.kind !== kind) };
    expect(verifyFence(bare, chip, chip.cores[0]!).properties.filter(({ holds }) => !holds)).not.toEqual([]);
  });

  it("is that it stays off, where it is never on", () => {
    const { chip, plan } = planned({ more: ", enabled: never, maintenance: front" });
    expect(operationsOf([...plan.release, ...plan.acquire])).toEqual(["l1-clean", "l1-both"]);
    const verdict = verifyFence(plan, chip, chip.cores[0]!);
    expect(verdict.obligations.find(({ kind }) => kind === "cache-stays-off")).toMatchObject({ verdict: "needed" });
  });

  it("is that descriptors lie elsewhere, where what is dropped there is lost: a master may have begun, and ended, by then", () => {
    const { chip, plan } = planned({ front: ["clean", "invalidate"] });
    const verdict = verifyFence(plan, chip, chip.cores[0]!);
    expect(verdict.obligations.find(({ kind }) => kind === "descriptors-elsewhere")).toMatchObject({
      verdict: "needed",
      counterexample: { property: "memory start" },
    });
    const bare = { ...plan, obligations: plan.obligations.filter(({ kind }) => kind !== "descriptors-elsewhere") };
    const broken = verifyFence(bare, chip, chip.cores[0]!).properties.filter(({ holds }) => !holds);
    expect(new Set(broken.map(({ name }) => name))).toEqual(new Set(["memory start"]));
    expect(kindsOf(planned({}))).not.toContain("descriptors-elsewhere");
  });

  it("is that the master writes beside no buffer that is released: what it writes to another one would be dropped", () => {
    const { chip, plan } = planned({});
    const { text } = plan.obligations.find(({ kind }) => kind === "master-lines-acquired")!;
    expect(text).toMatch(/^While a buffer is released, GPU writes nothing beside it in the 16-byte lines/);
    const { obligations, properties } = verifyFence(plan, chip, chip.cores[0]!);
    const { counterexample } = obligations.find(({ kind }) => kind === "master-lines-acquired")!;
    expect(counterexample).toMatchObject({ property: "neighbour" });
    expect(counterexample!.events.map(({ device }) => device)).toContain("writes 9 to another buffer");
    // Two buffers in one line are right where both are released first.
    const together = properties.filter(({ scenario }) => scenario.includes("by the master meanwhile"));
    expect(new Set(together.map(({ name, holds }) => `${name} ${holds}`))).toContain("neighbour true");
    expect(together.every(({ holds }) => holds)).toBe(true);
  });

  it("is that what the master wrote beside the buffer was acquired, where its cache holds dirty lines", () => {
    expect(kindsOf(planned({}))).toContain("master-lines-acquired");
    expect(kindsOf(planned({ writePolicy: "write-through" }))).not.toContain("master-lines-acquired");
  });
});

describe("caches of two masters", () => {
  it.each([
    ["write-back", "{ accessClass: device-write, doneWhen: ordered }"],
    ["write-back, done late", "{ accessClass: device-write, doneWhen: completed }"],
  ])("%s, are maintained one after the other with no barrier between them", (_, frontOrdering) => {
    const own = (name: string, maintenance: string) =>
      `{ reaches: [RAM], caches: [{ name: ${name}, lineBytes: 32, writePolicy: write-back, maintenance: ${maintenance} }] }`;
    const texts = {
      "chips/test-chip.yaml": testChip({
        coreCaches: l1d,
        mechanisms:
          having("l1", ["clean", "both"], "0x4000_0000") +
          having("gpu", ["clean", "invalidate"], "0x4001_0000").replace(ordering, frontOrdering) +
          having("npu", ["clean", "invalidate"], "0x4002_0000").replace(ordering, frontOrdering),
        dma: `\n  GPU: ${own("GPU cache", "gpu")}\n  NPU: ${own("NPU cache", "npu")}`,
      }),
    };
    const { chip, fences } = planOf("test-chip", texts).planned!;
    const [plan] = fences;
    const shape = (steps: readonly FenceStep[]) =>
      steps.flatMap((step) => ("operation" in step ? [step.operation] : step.kind === "barrier" ? ["|"] : []));
    expect(shape(plan!.release)).toEqual(["|", "l1-clean", "|", "npu-invalidate", "gpu-invalidate", "|"]);
    expect(shape(plan!.acquire)).toEqual(["|", "gpu-clean", "npu-clean", "|", "l1-both", "|"]);
    const verdict = verifyFence(plan!, chip, chip.cores[0]!);
    expect(verdict.steps.filter(({ verdict: how }) => how === "superfluous")).toEqual([]);
    expect(verdict).toMatchObject({ sound: true, necessary: true, reachable: true });
  });
});

describe("one cache of several masters", () => {
  const cache = "[{ name: System cache, lineBytes: 32, writePolicy: write-back, maintenance: front }]";
  const shared = (masters: string, more = "") => ({
    "chips/test-chip.yaml": testChip({
      coreCaches: "[]",
      mechanisms: having("front", ["clean", "invalidate", "both"], "0x4001_0000"),
      dma: masters,
      more,
    }),
  });

  it.each([
    ["under a key of them", shared(`\n  GPU, NPU: { reaches: [RAM], caches: ${cache} }`)],
    [
      "under every master",
      shared("\n  GPU: { reaches: [RAM] }\n  NPU: { reaches: [RAM] }", `everyMaster: { caches: ${cache} }`),
    ],
  ])("%s, is maintained once", (_, texts) => {
    const { planned, diagnostics } = planOf("test-chip", texts);
    expect(diagnostics).toEqual([]);
    const { chip, fences } = planned!;
    expect(chip.cores[0]!.masterCaches.map(({ name, masters }) => ({ name, masters }))).toEqual([
      { name: "System cache", masters: ["GPU", "NPU"] },
    ]);
    const [plan] = fences;
    expect(operationsOf(plan!.release)).toEqual(["front-both"]);
    expect(operationsOf(plan!.acquire)).toEqual(["front-clean"]);
    expect(plan!.obligations.find(({ kind }) => kind === "master-lines-acquired")!.text).toContain(
      "GPU and NPU write nothing beside it in the 32-byte lines",
    );
    expect(verifyFence(plan!, chip, chip.cores[0]!)).toMatchObject({ sound: true, necessary: true, reachable: true });
  });

  it("is not one of masters that see different caches of the cores", () => {
    const own = `
  GPU: { reaches: [RAM] }
  NPU: { reaches: [RAM], snoops: all }`;
    const texts = shared(own, `everyMaster: { caches: ${cache} }`);
    const withCache = {
      "chips/test-chip.yaml": texts["chips/test-chip.yaml"]
        .replace("caches: []", `caches: ${l1d}`)
        .replace("mechanisms:", `mechanisms:${having("l1", ["clean", "both"], "0x4000_0000")}`),
    };
    const refused = planOf("test-chip", withCache).diagnostics;
    expect(refused.map(({ code, message }) => `${code} ${message}`)).toEqual([
      "plan/not-acted-on System cache is one cache of `GPU` and `NPU`, which do not see the same of the cores' caches: a cache has one port",
    ]);
  });

  it("is told from two of one name, with what to write", () => {
    const twice = shared(`\n  GPU: { reaches: [RAM], caches: ${cache} }\n  NPU: { reaches: [RAM], caches: ${cache} }`);
    const [problem] = planOf("test-chip", twice).diagnostics;
    expect(problem).toMatchObject({
      code: "rule/duplicate-name",
      mend: expect.stringContaining("under a key with their names"),
    });
  });
});

describe("a chip is refused", () => {
  it.each<[string, World, string]>([
    ["whose cache in front of a master nothing maintains", { more: "" }, "plan/no-maintenance"],
    ["whose cache cannot be dropped", { front: ["clean"] }, "plan/no-operation"],
    ["whose mechanism maintains caches on both sides", { more: ", maintenance: l1" }, "plan/not-acted-on"],
    [
      "whose master has another cache, which the driver maintains",
      {
        more: ", maintenance: front }, { name: Outer, lineBytes: 16, writePolicy: write-back, driverMaintains: The driver empties it.",
      },
      "plan/clean-victims",
    ],
    [
      "whose master sees the memory at other addresses",
      { memory: "{ cores: 0x2000_0000, masters: 0x3000_0000 }" },
      "plan/not-acted-on",
    ],
  ])("%s", (_, world, code) => {
    expect(planOf("test-chip", described(world)).diagnostics.map((problem) => problem.code)).toContain(code);
  });
});
