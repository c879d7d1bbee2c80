// What a Promela model is made from and says; what Spin makes of it is in test/toolchain/promela.test.ts.
import { describe, expect, it } from "vitest";
import type { ResolvedCore } from "../../generator/model/chip.ts";
import { coreOf } from "../../generator/plan/plan-chip.ts";
import { barrierOf } from "../../generator/promela/barriers.ts";
import type { StepPlace } from "../../generator/promela/fence-items.ts";
import { promelaModel } from "../../generator/promela/model.ts";
import { NotExpressed } from "../../generator/promela/not-expressed.ts";
import { scenariosOf } from "../../generator/promela/scenarios.ts";
import { portsOf } from "../../generator/promela/world.ts";
import { fenceUnderTest } from "../../generator/verifier/fence-under-test.ts";
import { scenarioName } from "../../generator/verifier/scenario.ts";
import { planOf, shippedChips } from "../support/pipeline.ts";
import { testChip, testMechanism } from "../support/test-chip.ts";

const fences = shippedChips.flatMap((id) => {
  const { planned } = planOf(id);
  return planned!.fences.map((plan) => ({ plan, chip: planned!.chip, core: coreOf(planned!.chip, plan) }));
});

it.each(fences)("tries the scenarios of $plan.name that the verifier tries", ({ plan, chip, core }) => {
  const names = scenariosOf(portsOf(chip, core, plan), plan).map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  // Memory at two addresses, lines of unlike sizes and rings whose master gives no descriptor back have no model here.
  const tried = fenceUnderTest(plan, chip, core).scenarios.filter(
    ({ alias, start, status }) => alias === undefined && (start !== "descriptor" || status === "descriptor"),
  );
  const alike = tried.map(({ unlike: _, ...scenario }) => scenarioName(scenario));
  expect(names.sort()).toEqual([...new Set(alike)].sort());
});

it.each(fences)("has a model of each port of $plan.name", ({ plan, chip, core }) => {
  const ports = portsOf(chip, core, plan);
  const all = scenariosOf(ports, plan);
  for (const port of ports) {
    const scenarios = all.filter((scenario) => scenario.port === port);
    const text = promelaModel(plan, chip, core, { scenarios, changes: [undefined] });
    for (const { name } of port.levels) expect(text).toContain(`/* ${name}: `);
    for (const { name } of scenarios)
      expect(text.replaceAll(/\s+(\* )?/g, " ")).toContain(name.replaceAll(/\s+/g, " "));
    // Nothing of a description stands outside of a comment but in names.
    expect(text.replaceAll(/\/\*[\s\S]*?\*\//g, "")).toMatch(/^[\x20-\x7e\n]*$/);
  }
});

/** The model of a test chip's fence, all scenarios of its first port. */
function modelOf(text: string, leftOut?: StepPlace): string {
  const { planned, diagnostics } = planOf("test-chip", { "chips/test-chip.yaml": text });
  const plan = planned?.fences[0];
  if (!plan) throw new Error(diagnostics.map(({ message }) => message).join("; "));
  const core = coreOf(planned.chip, plan);
  const ports = portsOf(planned.chip, core, plan);
  const scenarios = scenariosOf(ports, plan).filter(({ port }) => port === ports[0]);
  return promelaModel(plan, planned.chip, core, { scenarios, changes: [leftOut] });
}

describe("a text of a description", () => {
  it("does not get out of its comment", () => {
    const regions = `\n  "RAM */ active proctype x() { skip } /*": { base: 0x2000_0000, size: 64KiB, cachedBy: all }`;
    const dma = `\n  "DMA */ #include <x>": { reaches: ["RAM */ active proctype x() { skip } /*"], snoops: none }`;
    const text = modelOf(testChip({ regions, dma }));
    expect(text).toContain("RAM * / active proctype x() { skip } / *");
    expect(text.replaceAll(/\/\*[\s\S]*?\*\//g, "")).not.toMatch(/proctype x|include/);
  });

  it("does not stand for another level whose name is spelt alike", () => {
    const level = (name: string) =>
      `{ name: ${name}, lineBytes: 32, writePolicy: write-back, maintenance: test-mechanism }`;
    const text = testChip({ coreCaches: `[${level("L1D")}, ${level('"l1-d"')}, ${level("L1-D")}]` });
    expect(() => modelOf(text)).toThrow(NotExpressed);
    expect(() => modelOf(text)).toThrow("`l1-d` and `L1-D` would have one name in a model");
  });
});

it("leaves out no step whose absence a model of one line would not show", () => {
  expect(() => modelOf(testChip(), { fence: "release", step: 1 })).toThrow(NotExpressed);
  expect(() => modelOf(testChip(), { fence: "release", step: 1 })).toThrow(
    "leaving out release 1: a buffer without bytes has no line to follow",
  );
});

it("has no model of a master with a cache of its own", () => {
  const caches = "[{ name: GPU cache, lineBytes: 32, writePolicy: write-back, maintenance: test-mechanism }]";
  const mechanisms = testMechanism({ ordering: "{ accessClass: device-write, doneWhen: completed }" });
  const text = testChip({ coreCaches: "[]", mechanisms, dma: `\n  GPU: { reaches: [RAM], caches: ${caches} }` });
  expect(() => modelOf(text)).toThrow(NotExpressed);
  expect(() => modelOf(text)).toThrow("accesses of GPU go through a cache of its own, GPU cache");
});

it("has the order that a barrier gives, and loses it with the barrier", () => {
  const { release } = planOf("test-chip", { "chips/test-chip.yaml": testChip() }).planned!.fences[0]!;
  const barrier = release.findIndex(({ kind }) => kind === "barrier") + 1;
  const operation = (text: string) => /:: atomic \{ waiting\(release_1_\d+_\d+\)(.*) ->/.exec(text)?.[1];
  expect(operation(modelOf(testChip()))).toContain("done(store_1)");
  expect(operation(modelOf(testChip(), { fence: "release", step: barrier }))).not.toContain("store_1");
});

it("takes an operation of two commands for two, of which the second comes after the first", () => {
  const operations = `
      clean-line: { effect: clean, sequence: [write: { register: CLEAN, value: address }] }
      both: { effect: clean-and-invalidate, sequence: [write: { register: CLEAN, value: address }, write: { register: INVALIDATE, value: address }] }`;
  const ordering = "{ accessClass: maintenance, doneWhen: completed }";
  const text = modelOf(testChip({ mechanisms: testMechanism({ operations, ordering }) }));
  const accesses = [...text.matchAll(/^ \* {3}(acquire_1_\w+): acquire \d+: ([^:\n]*? \([a-z-]+\)) of /gm)].map(
    ([, name, what]) => [name, what],
  );
  // Those of a ring have a program of their own.
  expect(accesses.slice(0, 2).map(([, what]) => what)).toEqual(["clean-line (clean)", "the end of both (invalidate)"]);
  const [[first], [second]] = accesses as [[string], [string]];
  expect(text).toContain(`waiting(${second}) && `);
  expect(new RegExp(`atomic \\{ waiting\\(${second}\\)(.*) ->`).exec(text)![1]).toContain(`done(${first})`);
});

describe("a barrier", () => {
  const coreOfChip = (id: string): ResolvedCore => planOf(id).planned!.chip.cores[0]!;

  it("orders by the letters of its instruction what the letters stand for", () => {
    expect(barrierOf("fence iw, ro", coreOfChip("qemu-rv32-virt"), "full-system")?.rows).toEqual([
      { earlier: ["device-read", "write"], later: ["read", "device-write"], completes: [] },
    ]);
    expect(barrierOf("fence.tso", coreOfChip("qemu-rv32-virt"), "full-system")?.rows).toHaveLength(2);
    expect(barrierOf("fence x, y", coreOfChip("qemu-rv32-virt"), "full-system")).toBeUndefined();
  });

  it("orders nothing for masters that its domain does not include", () => {
    const core = coreOfChip("zynqmp");
    expect(barrierOf("dmb ish", core, "inner-shareable")?.rows).not.toEqual([]);
    expect(barrierOf("dmb ish", core, "outer-shareable")?.rows).toEqual([]);
  });
});
