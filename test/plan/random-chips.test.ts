// Whatever a valid chip says, it is planned or refused; and what is planned holds together.
import fc from "fast-check";
import { expect, it } from "vitest";
import type { ResolvedCore } from "../../generator/model/chip.ts";
import { lineSizeQuestion } from "../../generator/plan/line-size.ts";
import type { FencePlan, FenceStep, Maintenance } from "../../generator/plan/operation.ts";
import { coreOf } from "../../generator/plan/plan-chip.ts";
import { allBarriers, isAtMost } from "../../generator/semantics/barrier.ts";
import { planOf } from "../support/pipeline.ts";
import { randomChip } from "../support/random-chips.ts";

it("a chip of any facts is planned or refused, and its plans hold together", () => {
  const seen = { planned: 0, refused: 0, maintaining: 0, guarded: 0, edges: 0, asking: 0 };
  fc.assert(
    fc.property(randomChip, (text) => {
      const { planned, diagnostics } = planOf("test-chip", { "chips/test-chip.yaml": text });
      const errors = diagnostics.filter(({ severity }) => severity === "error");
      expect(errors.map(({ code }) => code).filter((code) => !code.startsWith("plan/"))).toEqual([]);
      expect(planned === undefined).toBe(errors.length > 0);
      seen[planned ? "planned" : "refused"]++;
      for (const plan of planned?.fences ?? []) {
        const core = coreOf(planned!.chip, plan);
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
