// Caches of the other cores of a cluster: when they are there, what reaches them, and that executions with them can be taken again.
import { describe, expect, it } from "vitest";
import { coreOf, planChip } from "../../generator/plan/plan-chip.ts";
import { fullEffort } from "../../generator/verifier/effort.ts";
import { fenceUnderTest } from "../../generator/verifier/fence-under-test.ts";
import { mutantsOf } from "../../generator/verifier/mutants.ts";
import { judgeMutant } from "../../generator/verifier/necessity.ts";
import { replay } from "../../generator/verifier/replay.ts";
import { verifyFence } from "../../generator/verifier/verify-fence.ts";
import { planOf } from "../support/pipeline.ts";
import { testChip, testMechanism } from "../support/test-chip.ts";

const mechanism = (otherCores: string) =>
  testMechanism({
    operations: `
      clean-line: { effect: clean, sequence: [write: { register: CLEAN, value: address }] }
      clean-invalidate-line: { effect: clean-and-invalidate, sequence: [write: { register: CLEAN_INVALIDATE, value: address }] }`,
    ordering: `{ accessClass: maintenance, doneWhen: completed, afterEarlierSameLine: true, beforeLaterSameLine: true${otherCores} }`,
  });

function planned(otherCores: string, count = "\n    count: 2") {
  const text = testChip({ architecture: "armv8-a", mechanisms: mechanism(otherCores) }).replace(
    "\n    rustTargets",
    `${count}\n    rustTargets`,
  );
  const { chip, fences } = planOf("test-chip", { "chips/test-chip.yaml": text }).planned!;
  const plan = fences[0]!;
  const barriers = plan.acquire.flatMap((step) => (step.kind === "barrier" ? [step.instruction] : []));
  const kinds = plan.obligations.map(({ kind }) => kind).filter((kind) => kind.startsWith("other-cores"));
  return { chip, plan, barriers, kinds };
}

it.each<[string, string, string, string[], string[]]>([
  ["one core", "", "\n    count: 1", ["dmb sy"], []],
  ["operations that nobody says reach others", "", "\n    count: 2", ["dmb sy"], ["other-cores-off"]],
  [
    "operations that reach them at once",
    ", otherCores: { effect: at-once, source: test-manual 1 }",
    "\n    count: 2",
    ["dmb sy"],
    [],
  ],
  [
    "operations that reach them once completed",
    ", otherCores: { effect: once-completed, if: Bit 6 is 1., source: test-manual 1 }",
    "\n    count: 2",
    ["dmb sy", "dsb sy"],
    ["other-cores-reached"],
  ],
  [
    "operations of which that is not read",
    ", otherCores: { effect: at-once, source: unverified }",
    "\n    count: 2",
    ["dmb sy"],
    ["other-cores-off"],
  ],
])("%s", (_, otherCores, count, expected, promises) => {
  const { chip, plan, barriers, kinds } = planned(otherCores, count);
  expect({ barriers, kinds }).toEqual({ barriers: expected, kinds: promises });
  expect(verifyFence(plan, chip, chip.cores[0]!)).toMatchObject({ sound: true, necessary: true, reachable: true });
});

describe("cores of one kind that have entries of their own", () => {
  /** What is asked about other cores. @param cluster of the kind of core */
  const promised = (counts: readonly (number | undefined)[], cluster: string) => {
    const core = `
    core:
        core: test-core
        title: Test core
        architecture: armv8-a${cluster}
        caches: [{ name: L1D, lineBytes: 32, writePolicy: write-back, maintenance: test-mechanism, source: test-manual 1 }]
    rustTargets: [aarch64-unknown-none]`;
    const entries = counts.map(
      (count, index) => `\n  - name: C${index}${count === undefined ? "" : `\n    count: ${count}`}${core}`,
    );
    const text = testChip({ mechanisms: mechanism("") }).replace(
      /cores:[\s\S]*?(?=mechanisms:)/,
      `cores:${entries.join("")}\n`,
    );
    const { planned: result, diagnostics } = planOf("test-chip", { "chips/test-chip.yaml": text });
    expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    return result!.fences.map((plan) => {
      expect(verifyFence(plan, result!.chip, coreOf(result!.chip, plan))).toMatchObject({
        sound: true,
        necessary: true,
      });
      return plan.obligations.some(({ kind }) => kind === "other-cores-off");
    });
  };
  const coherent = "\n        cluster: { coherent: true, source: test-manual 1 }";
  const incoherent = "\n        cluster: { coherent: false, source: test-manual 1 }";

  it.each<[string, (number | undefined)[], string, boolean[]]>([
    ["are coherent where their kind is built so", [1, 1], coherent, [true, true]],
    ["may be where nobody says", [1, 1], "", [true, true]],
    ["also where one entry says no number", [1, undefined], "", [true, true]],
    ["are not where their kind is not", [1, 1], incoherent, [false, false]],
    ["are one where no entry says a number", [undefined, undefined], "", [false, false]],
    ["are one where there is one entry", [1], coherent, [false]],
  ])("%s", (_, counts, cluster, expected) => {
    expect(promised(counts, cluster)).toEqual(expected);
  });
});

it("an execution with another core is taken again as it was found", () => {
  const { chip } = planned(", otherCores: { effect: once-completed, source: test-manual 1 }");
  const [plan] = planChip(chip).fences;
  const fence = fenceUnderTest(plan!, chip, coreOf(chip, plan!));
  const last = mutantsOf(plan!, coreOf(chip, plan!)).findLast(({ change }) => change === "removed")!;
  const { counterexample, name } = judgeMutant(fence, last, fullEffort).result;
  const request = {
    fence: plan!.name,
    change: name,
    scenario: counterexample!.scenario,
    schedule: counterexample!.schedule,
  };
  expect(replay(chip, request)).toMatch(/inbound broken[\s\S]*L1D of another core/);
});
