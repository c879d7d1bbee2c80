// Whatever a valid chip says, it is planned or refused; and what is planned holds together.
import fc from "fast-check";
import { expect, it } from "vitest";
import type { ResolvedCore } from "../../generator/model/chip.ts";
import { lineSizeQuestion } from "../../generator/plan/line-size.ts";
import type { FencePlan, FenceStep, Maintenance } from "../../generator/plan/operation.ts";
import { allBarriers, isAtMost } from "../../generator/semantics/barrier.ts";
import { planOf } from "../support/pipeline.ts";
import { testChip, testMechanism } from "../support/test-chip.ts";

const pick = <T>(...values: T[]) => fc.constantFrom(...values);
const effects = ["clean", "invalidate", "clean-and-invalidate", "discard-dirty"];

const usual = ["clean", "invalidate"]
  .map(
    (effect, index) =>
      `\n      op-${index}: { effect: ${effect}, sequence: [write: { register: ${effect.toUpperCase()}, value: address }] }`,
  )
  .join("");

const unusual = fc
  .uniqueArray(
    fc.record({
      effect: pick(...effects),
      unit: pick("line", "line", "range", "whole-cache"),
      reaches: pick("coherency", "coherency", "this-level", "unification"),
      end: pick("last-byte", "end", "size-bytes", "size-lines"),
      poll: fc.boolean(),
    }),
    { minLength: 1, maxLength: 5, selector: ({ effect, unit }) => effect + unit },
  )
  .map((list) =>
    list
      .map(({ effect, unit, reaches, end, poll }, index) => {
        const written = { line: "address", "whole-cache": "1", range: "first-line" }[unit]!;
        const until = unit === "range" ? `write: { register: END, value: ${end} }` : "";
        const wait = poll ? "poll: { register: STATUS, mask: 1, until: clear }" : "";
        // What is executed must tell the operations apart.
        const command = `write: { register: CLEAN_INVALIDATE, value: ${index} }`;
        const items = [`write: { register: CLEAN, value: ${written} }`, until, command, wait].filter(Boolean);
        return `\n      op-${index}: { effect: ${effect}, unit: ${unit}, reaches: ${reaches}, sequence: [${items.map((item) => `{ ${item} }`).join(", ")}] }`;
      })
      .join(""),
  );

const operations = fc.oneof(fc.constant(usual), unusual);

const mechanism = (id: string) =>
  fc
    .record({
      operations,
      kind: pick("virtual", "physical"),
      anyByteOfLine: fc.boolean(),
      uncachedAddress: pick("ignored", "wrong"),
      accessClass: pick("maintenance", "write", "device-write"),
      doneWhen: pick("ordered", "completed"),
      keys: fc.subarray(["afterEarlierSameLine: true", "beforeLaterSameLine: true", "earlierMustComplete: true"]),
    })
    .map((parts) =>
      testMechanism({
        id,
        operations: parts.operations,
        address: `{ kind: ${parts.kind}, anyByteOfLine: ${parts.anyByteOfLine}, uncachedAddress: ${parts.uncachedAddress} }`,
        ordering: `{ ${[`accessClass: ${parts.accessClass}`, `doneWhen: ${parts.doneWhen}`, ...parts.keys].join(", ")} }`,
      }),
    );

const level = (name: string, maintenance: string) =>
  fc
    .record({
      policy: pick("write-back", "write-back", "write-through", "read-only", "configurable"),
      lineBytes: pick(
        "16",
        "32",
        "64",
        "{ smallest: 16, largest: 64 }",
        "{ smallest: 16, largest: 64, readFrom: architecture }",
      ),
      enabled: pick("always", "always", "unknown", "never"),
      maintained: pick(true, true, true, false),
    })
    .map(
      ({ policy, lineBytes, enabled, maintained }) =>
        `{ name: ${name}, lineBytes: ${lineBytes}, writePolicy: ${policy}, enabled: ${enabled}${maintained ? `, maintenance: ${maintenance}` : ""} }`,
    );

/** The others say nothing of their lines, which a rule tells the author. */
const withLineSize = (caches: string, architecture: string) =>
  ["armv7-m", "armv7-a", "armv8-a"].includes(architecture) ? caches : caches.replace(", readFrom: architecture", "");

const cachedBy = pick("all", "all", "none", "[L1D]", "[L2]");
const chips = fc
  .record({
    architecture: pick("armv6-m", "armv7-m", "armv7-m", "armv7-a", "armv8-a", "riscv", "x86"),
    inner: level("L1D", "inner"),
    outer: level("L2", "outer"),
    innerMechanism: mechanism("inner"),
    outerMechanism: mechanism("outer"),
    cachedBy: fc.tuple(cachedBy, cachedBy),
    memoryType: pick("normal", "normal", "write-combining"),
    controllers: fc.array(
      fc
        .record({
          reaches: pick("[A]", "[B]", "[A, B]", "[]"),
          reads: pick("[]", "[A]"),
          snoops: pick("none", "none", "all", "[L1D]", "[L2]", "run-time"),
        })
        .filter(({ reaches, reads }) => reaches !== reads),
      { maxLength: 3 },
    ),
    domain: pick("inner-shareable", "outer-shareable", "full-system"),
  })
  .map((parts) =>
    testChip({
      architecture: parts.architecture as "riscv",
      coreCaches: `[${withLineSize(parts.inner, parts.architecture)}]`,
      caches: `\n  - ${withLineSize(parts.outer, parts.architecture)}`,
      mechanisms: parts.innerMechanism + parts.outerMechanism,
      regions: `
  - { name: A, base: 0x2000_0000, size: 64KiB, cachedBy: ${parts.cachedBy[0]}, memoryType: ${parts.memoryType} }
  - { name: B, base: 0x3000_0000, size: 64KiB, cachedBy: ${parts.cachedBy[1]} }`,
      dma: parts.controllers.length
        ? parts.controllers
            .map(
              ({ reaches, reads, snoops }, index) =>
                `\n  - { name: DMA${index}, reaches: ${reaches}, reads: ${reads}, snoops: ${snoops} }`,
            )
            .join("")
        : " []",
      more: `dmaShareability: ${parts.domain}`,
    }),
  );

it("a chip of any facts is planned or refused, and its plans hold together", () => {
  const seen = { planned: 0, refused: 0, maintaining: 0, guarded: 0, edges: 0, asking: 0 };
  fc.assert(
    fc.property(chips, (text) => {
      const { planned, diagnostics } = planOf("test-chip", { "chips/test-chip.yaml": text });
      const errors = diagnostics.filter(({ severity }) => severity === "error");
      expect(errors.map(({ code }) => code).filter((code) => !code.startsWith("plan/"))).toEqual([]);
      expect(planned === undefined).toBe(errors.length > 0);
      seen[planned ? "planned" : "refused"]++;
      for (const plan of planned?.fences ?? []) {
        const core = planned!.chip.cores.find(({ id }) => id === plan.core)!;
        for (const steps of [plan.release, plan.acquire]) holdsTogether(steps, core);
        comparesToLines(plan);
        seen.maintaining += Number(plan.lineBytes !== undefined);
        seen.guarded += Number(plan.release[1]?.kind === "region-guard");
        seen.asking += Number(lineSizeQuestion(plan) !== undefined);
        seen.edges += Number(plan.acquire.some((step) => step.kind === "maintain-lines" && step.lines === "edges"));
      }
    }),
    { numRuns: 400 },
  );
  // The random chips are worth something only if they reach all of these.
  for (const [what, times] of Object.entries(seen)) expect(times, what).toBeGreaterThan(0);
});

function holdsTogether(steps: readonly FenceStep[], core: ResolvedCore): void {
  expect(steps.length).toBeGreaterThan(0);
  const kinds = steps.map(({ kind }) => kind);
  const maintains = kinds.some((kind) => kind.startsWith("maintain-"));
  // An empty buffer has no line; and a fence without maintenance always runs its barrier.
  expect(kinds.indexOf("return-if-empty")).toBe(maintains ? 0 : -1);
  expect(kinds.lastIndexOf("region-guard")).toBeLessThan(2);
  expect(kinds.includes("compiler-barrier") ? kinds : ["compiler-barrier"]).toEqual(["compiler-barrier"]);
  for (const step of steps) {
    expect(step.reason).toMatch(/^[A-Z].*\.$/s);
    if ("effect" in step) expect(step.effect).not.toBe("discard-dirty");
    if (step.kind === "barrier") isNoWeakerThanItself(step, core);
  }
  // Edge lines are cleaned before any line is dropped, and all lines of their level are dropped later.
  const passes = steps.filter((step): step is Maintenance => "levels" in step);
  const isEdges = (step: Maintenance) => step.kind === "maintain-lines" && step.lines === "edges";
  const firstDrop = passes.findIndex((step) => !isEdges(step));
  for (const [index, step] of passes.entries()) {
    if (!isEdges(step)) continue;
    expect(index).toBeLessThan(firstDrop);
    const dropped = passes
      .slice(firstDrop)
      .some((other) => JSON.stringify(other.levels) === JSON.stringify(step.levels));
    expect(dropped).toBe(true);
  }
}

/** What a step says of its barrier is what the architecture's row says of that instruction. */
function isNoWeakerThanItself(step: Extract<FenceStep, { kind: "barrier" }>, core: ResolvedCore): void {
  const rows = allBarriers([
    ...core.architecture.barriers,
    ...core.caches.flatMap(({ mechanism }) => mechanism?.barriers ?? []),
  ]);
  const row = rows.find(({ instruction }) => instruction === step.instruction);
  expect(row).toBeDefined();
  const effect = { ...step, sources: [] };
  expect(isAtMost(effect, row!) && isAtMost(row!, effect)).toBe(true);
}

function comparesToLines({ release, acquire, lineBytes, bufferAlignmentBytes }: FencePlan): void {
  const passes = [...release, ...acquire].flatMap((step) => ("lineBytes" in step ? [step.lineBytes] : []));
  for (const bytes of passes) {
    expect(bytes).toBeGreaterThanOrEqual(lineBytes!);
    expect(bufferAlignmentBytes % bytes).toBe(0);
  }
}
