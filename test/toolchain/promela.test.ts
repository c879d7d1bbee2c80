// A second witness: Spin explores the models that generator/promela/ prints, and must find of each scenario what the verifier
// finds, for the fence as planned and with each step left out. Of each mechanism that a shipped fence uses, one fence.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import type { ResolvedCore } from "../../generator/model/chip.ts";
import type { FencePlan, FenceStep } from "../../generator/plan/operation.ts";
import { coreOf } from "../../generator/plan/plan-chip.ts";
import { lower } from "../../generator/program/lower.ts";
import type { StepPlace } from "../../generator/promela/fence-items.ts";
import { promelaModel } from "../../generator/promela/model.ts";
import { type Scenario, scenariosOf } from "../../generator/promela/scenarios.ts";
import { type Port, portsOf } from "../../generator/promela/world.ts";
import { executionOf, fenceUnderTest } from "../../generator/verifier/fence-under-test.ts";
import { scenarioName } from "../../generator/verifier/scenario.ts";
import { judgeScenario } from "../../generator/verifier/soundness.ts";
import { root, temporaryFolder } from "../support/command.ts";
import { planOf, shippedChips } from "../support/pipeline.ts";
import { testChip, testMechanism } from "../support/test-chip.ts";
import { describeWithTools, toolchain } from "./support/tools.ts";

interface Fence {
  readonly chip: string;
  readonly plan: FencePlan;
  readonly mechanisms: readonly string[];
  readonly states: number;
  /** Descriptions of a chip that is made up. */
  readonly texts?: Readonly<Record<string, string>>;
}

type Outcome = "breaks a property" | "holds to its end" | "never ends";

/** A model with all scenarios and each step left out takes minutes to compile and to search: every so many of them do. */
const stride = 11;

const pinned = JSON.parse(readFileSync(join(root, "test/verifier/states.json"), "utf8")) as Record<
  string,
  Record<string, number>
>;
const fences = shippedChips.flatMap((chip) =>
  (planOf(chip).planned?.fences ?? []).map((plan): Fence => {
    const steps = [...plan.release, ...plan.acquire];
    const mechanisms = [...new Set(steps.flatMap((step) => ("operation" in step ? [step.mechanism] : [])))];
    return { chip, plan, mechanisms, states: pinned[chip]?.[plan.name] ?? Number.POSITIVE_INFINITY };
  }),
);
const witnesses = oneForEachMechanism(fences);

/** Those with several mechanisms first, then those with few states. */
function oneForEachMechanism(all: readonly Fence[]): Fence[] {
  const order = [...all].sort((a, b) => b.mechanisms.length - a.mechanisms.length || a.states - b.states);
  const covered = new Set<string>();
  return order.filter(({ mechanisms }) => {
    const isNew = mechanisms.some((each) => !covered.has(each));
    for (const each of mechanisms) covered.add(each);
    return isNew;
  });
}

/** The changes that a model of one line can show. */
function changesOf(plan: FencePlan): StepPlace[] {
  const isShown = ({ kind }: FenceStep) => !["return-if-empty", "read-line-size", "compiler-barrier"].includes(kind);
  return (["release", "acquire"] as const).flatMap((fence) =>
    plan[fence].flatMap((step, index) => (isShown(step) ? [{ fence, step: index + 1 }] : [])),
  );
}

/** Whether the step is an operation on the lines of a buffer at the port. */
function maintains(plan: FencePlan, { fence, step }: StepPlace, { region }: Port): boolean {
  const left = plan[fence][step - 1]!;
  if (!("operation" in left)) return false;
  return left.onlyIn?.some(({ base, sizeBytes }) => base <= region.base && region.base < base + sizeBytes) ?? true;
}

/** The port in which a master sees least of the caches, and rings and some others of its scenarios. */
function scenariosToTry(ports: readonly Port[], plan: FencePlan): Scenario[] {
  const [port] = [...ports].sort((a, b) => b.seesFrom - a.seesFrom || Number(b.writes) - Number(a.writes));
  return scenariosOf(ports, plan)
    .filter((scenario) => scenario.port === port && scenario.rounds === "one")
    .filter(
      ({ start, direction }, index) =>
        index % stride === 0 || (start === "descriptor" && direction !== "bidirectional"),
    );
}

/** What Spin finds, by change and scenario. */
function askSpin(model: string, changes: number, scenarios: readonly Scenario[]): Outcome[][] {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, "model.pml"), model);
  // -o2: the number of the scenario is only printed, and would be left out of the state.
  started(toolchain.spin!, ["-a", "-o2", "-DEACH", "model.pml"], cwd);
  // Without optimisation: it takes less to search for a moment longer than to compile for several.
  const facts = ["-DSAFETY", "-DNOREDUCE", "-DPRINTF", "-DVECTORSZ=2048"];
  started(toolchain.gcc!, ["-O0", "-w", ...facts, "-o", "pan", "pan.c"], cwd);
  const text = started(join(cwd, "pan"), ["-m1000000", "-E", "-c0"], cwd);
  expect(text).not.toMatch(/max search depth too small|out of memory|Search not completed/);
  expect(text).toMatch(/errors: 0\b/);
  const found = new Set([...text.matchAll(/^\s*(change \d+ scenario \d+ outcome \d)$/gm)].map(([, each]) => each!));
  states += Number(/(\d+) states, stored/.exec(text)?.[1]);
  return Array.from({ length: changes }, (_, change) =>
    scenarios.map((_, scenario): Outcome => {
      const has = (outcome: number) => found.has(`change ${change} scenario ${scenario} outcome ${outcome}`);
      return has(1) ? "breaks a property" : has(2) ? "holds to its end" : "never ends";
    }),
  );
}

function started(program: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, encoding: "utf8", maxBuffer: 1 << 26 });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${error?.message ?? stdout + stderr}`);
  return stdout;
}

/** What the verifier finds of the same. */
function askVerifier(
  { chip: id, plan, texts }: Fence,
  changes: readonly (StepPlace | undefined)[],
  scenarios: readonly Scenario[],
  change: (core: ResolvedCore) => ResolvedCore = (core) => core,
) {
  const { chip } = planOf(id, texts).planned!;
  const subject = fenceUnderTest(plan, chip, change(coreOf(chip, plan)));
  const program = lower(plan);
  const own = new Map(subject.scenarios.map((scenario) => [scenarioName(scenario), scenario]));
  return changes.map((change) => {
    const execute = change
      ? executionOf({ ...program, [change.fence]: program[change.fence].filter((_, at) => at + 1 !== change.step) })
      : subject.execute;
    return scenarios.map(({ name }): Outcome => {
      const { broken, reached, undecided } = judgeScenario(subject, own.get(name)!, execute).result;
      expect(undecided).toBeUndefined();
      return broken ? "breaks a property" : reached ? "holds to its end" : "never ends";
    });
  });
}

let states = 0;
let verdicts = 0;
let broken = 0;
let brokenSteps = 0;

describeWithTools("what Spin finds", ["spin", "gcc"], () => {
  it.each(witnesses)("$plan.name, with $mechanisms", (fence) => {
    const { chip } = planOf(fence.chip).planned!;
    const core = coreOf(chip, fence.plan);
    const scenarios = scenariosToTry(portsOf(chip, core, fence.plan), fence.plan);
    const changes = [undefined, ...changesOf(fence.plan)];
    const ours = askVerifier(fence, changes, scenarios);
    const theirs = askSpin(promelaModel(fence.plan, chip, core, { scenarios, changes }), changes.length, scenarios);
    const differing = changes.flatMap((change, at) =>
      scenarios.flatMap(({ name }, index) => {
        const [one, other] = [ours[at]![index], theirs[at]![index]];
        const left = change ? `without ${change.fence} ${change.step}` : "as planned";
        return one === other ? [] : [`${left}, ${name}: the verifier says it ${one}, Spin ${other}`];
      }),
    );
    expect(differing).toEqual([]);
    // Both kinds of verdict are there: no scenario of the fence goes wrong, and without a step that it needs some does.
    const all = theirs.flat();
    expect(new Set(theirs[0])).toEqual(new Set(["holds to its end"]));
    const unnoticed = changes.filter((_, at) => !theirs[at]!.includes("breaks a property"));
    expect(unnoticed.filter((change) => change && maintains(fence.plan, change, scenarios[0]!.port))).toEqual([]);
    verdicts += all.length;
    broken += all.filter((outcome) => outcome === "breaks a property").length;
    brokenSteps += changes.length - unnoticed.length;
  });

  it.each([
    ["whose handlers may come in between", "", "edge-lines-quiet"],
    ["under masked interrupts", "\n    execution: { interruptsMasked: true }", "edge-lines-quiet-elsewhere"],
  ])("an operation of two commands, of which the first is one by itself, %s", (_, more, kind) => {
    const operations = `
      clean-line: { effect: clean, sequence: [write: { register: CLEAN, value: address }] }
      both: { effect: clean-and-invalidate, sequence: [write: { register: CLEAN, value: address }, write: { register: INVALIDATE, value: address }] }`;
    const ordering = "{ accessClass: maintenance, doneWhen: completed }";
    const texts = { "chips/test-chip.yaml": testChip({ mechanisms: testMechanism({ operations, ordering, more }) }) };
    const { chip, fences: all } = planOf("test-chip", texts).planned!;
    const promised = all[0]!;
    // With its promise, and in a world in which it is not kept.
    const bare = { ...promised, obligations: promised.obligations.filter((each) => each.kind !== kind) };
    const [kept, broken] = [promised, bare].map((plan) => {
      const core = coreOf(chip, plan);
      const [port] = portsOf(chip, core, plan);
      const scenarios = scenariosOf([port!], plan).filter(
        ({ direction, rounds, start, status, after }) =>
          direction === "outbound" &&
          rounds === "one" &&
          start === "MMIO write" &&
          status === "register" &&
          after === "only writes",
      );
      const changes = [undefined, ...changesOf(plan).filter(({ fence }) => fence === "acquire")];
      const theirs = askSpin(promelaModel(plan, chip, core, { scenarios, changes }), changes.length, scenarios);
      const ours = askVerifier({ chip: "test-chip", plan, texts, mechanisms: [], states: 0 }, changes, scenarios);
      expect(theirs).toEqual(ours);
      return theirs[0]!;
    });
    expect(new Set(kept)).toEqual(new Set(["holds to its end"]));
    expect(broken).toContain("breaks a property");
  });

  it("would show a verifier that takes the cache for another", () => {
    const fence = [...witnesses].sort((a, b) => a.states - b.states)[0]!;
    const { chip } = planOf(fence.chip).planned!;
    const core = coreOf(chip, fence.plan);
    const scenarios = scenariosToTry(portsOf(chip, core, fence.plan), fence.plan);
    const changes = changesOf(fence.plan);
    const isWrong = askVerifier(fence, changes, scenarios, (right) => ({
      ...right,
      caches: right.caches.map((level) => ({ ...level, writePolicy: "read-only" })),
    }));
    const theirs = askSpin(promelaModel(fence.plan, chip, core, { scenarios, changes }), changes.length, scenarios);
    expect(theirs).not.toEqual(isWrong);
  });

  it("does not depend on how the model is asked: the assertion fails as it is printed", () => {
    const { plan, chip: id } = witnesses.at(-1)!;
    const { chip } = planOf(id).planned!;
    const core = coreOf(chip, plan);
    const scenarios = scenariosToTry(portsOf(chip, core, plan), plan);
    const step = changesOf(plan).find(({ fence, step }) => "operation" in plan[fence][step - 1]!)!;
    const errors = [undefined, step].map((change) => {
      const cwd = temporaryFolder();
      writeFileSync(join(cwd, "model.pml"), promelaModel(plan, chip, core, { scenarios, changes: [change] }));
      started(toolchain.spin!, ["-a", "model.pml"], cwd);
      started(toolchain.gcc!, ["-O0", "-w", "-DSAFETY", "-DNOREDUCE", "-o", "pan", "pan.c"], cwd);
      return /assertion violated|errors: 0\b/.exec(started(join(cwd, "pan"), ["-m1000000", "-E"], cwd))?.[0];
    });
    expect(errors).toEqual(["errors: 0", "assertion violated"]);
  });
});

it("asks about every mechanism that stands in a shipped fence", () => {
  const used = new Set(fences.flatMap(({ mechanisms }) => mechanisms));
  expect(new Set(witnesses.flatMap(({ mechanisms }) => mechanisms))).toEqual(used);
});

afterAll(() => {
  if (verdicts > 0)
    console.log(
      `Spin agrees in ${verdicts} verdicts on ${witnesses.length} fences, ${broken} of them that a property breaks, for ${brokenSteps} steps; ${states} states`,
    );
});
