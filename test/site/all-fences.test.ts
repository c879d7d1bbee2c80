// What the page of every shipped fence ships, without a browser: the script gives the same fence, and a sample of schedules replays there to
// what is replayed of the fence as it was planned. Nothing here names a chip.
import { runInThisContext } from "node:vm";
import { describe, expect, it } from "vitest";
import type { ResolvedChip, ResolvedCore } from "../../generator/model/chip.ts";
import { stepSentence } from "../../generator/picture/sentence.ts";
import type { FencePlan } from "../../generator/plan/operation.ts";
import { coreOf } from "../../generator/plan/plan-chip.ts";
import { planKey } from "../../generator/plan/plan-key.ts";
import { stepCode } from "../../generator/render/step-code.ts";
import { findingsOf } from "../../generator/site/fence/findings.ts";
import { literal } from "../../generator/site/fence/literal.ts";
import { firstShown, shownOf } from "../../generator/site/fence/shown.ts";
import type { SiteProject } from "../../generator/site/project.ts";
import { changesOf, linkNameOf } from "../../generator/verifier/fence-change.ts";
import { fenceUnderTest } from "../../generator/verifier/fence-under-test.ts";
import { effortOf } from "../../generator/verifier/judge.ts";
import { counterexampleNamed, replayNamed } from "../../generator/verifier/replay-named.ts";
import { verifyFence } from "../../generator/verifier/verify-fence.ts";
import { planOf, shippedChips } from "../support/pipeline.ts";

interface Planned {
  readonly plan: FencePlan;
  readonly chip: ResolvedChip;
  readonly core: ResolvedCore;
  readonly plans: readonly FencePlan[];
}

const planned = shippedChips.flatMap((id) => {
  const { planned: of } = planOf(id);
  const plans = of?.fences ?? [];
  return plans.map((plan): Planned => ({ plan, chip: of!.chip, core: coreOf(of!.chip, plan), plans }));
});
/** Fences that are the same to the model. */
const alike = new Map<string, readonly Planned[]>();
for (const each of planned) {
  const key = planKey(each.plan, each.chip, each.core);
  alike.set(key, [...(alike.get(key) ?? []), each]);
}
const distinct = [...alike.values()].map(([first]): [string, Planned] => [first!.plan.name, first!]);

it("looks at many fences", () => {
  expect(distinct.length).toBeGreaterThan(40);
});

describe.each(distinct)("%s", (_, { plan, chip, core, plans }) => {
  it("is the same by its script, and replays there", () => {
    const text = literal({ plan, chip, core });
    expect(text).toMatch(/^[\x20-\x7e]*$/);
    expect(text).not.toContain("<");
    const task = runInThisContext(`(${text})`) as Pick<Planned, "plan" | "chip" | "core">;
    expect(task.chip.cores).toContain(task.core);
    const [own, shipped] = [fenceUnderTest(plan, chip, core), fenceUnderTest(task.plan, task.chip, task.core)];
    const names = changesOf(own).map((change) => linkNameOf(change, plan));
    expect(changesOf(shipped).map((change) => linkNameOf(change, task.plan))).toEqual(names);
    // A sample: every change of every fence is replayed in test/verifier/.
    const changes = changesOf(own).filter((_each, index, all) => index % 11 === 1 || index === all.length - 1);
    for (const change of changes) {
      const found = counterexampleNamed(own, change);
      if (found.kind !== "counterexample") continue;
      const request = { change: linkNameOf(change, plan), ...found };
      const replay = replayNamed(shipped, request);
      expect(replay).toEqual(replayNamed(own, request));
      if (!("steps" in replay)) throw new Error(replay.doesNotReplay);
      const last = stepSentence(replay, replay.steps.length);
      expect(last.toLowerCase()).toContain(`${found.property} is broken.`.toLowerCase());
      for (const step of replay.steps.keys()) expect(stepSentence(replay, step + 1)).toMatch(/^\w.*\.$/);
    }
  });

  it("has code for each of its steps in both languages, which stands in what is emitted", () => {
    const code = stepCode(chip, plans, plan);
    for (const method of ["release", "acquire"] as const) {
      expect(code[method]).toHaveLength(plan[method].length);
      for (const [index, { rust, typeScript }] of code[method].entries()) {
        expect(typeScript.length).toBeGreaterThan(0);
        if (plan[method][index]!.kind !== "compiler-barrier") expect(rust.length).toBeGreaterThan(0);
      }
    }
  });
});

describe("findings", () => {
  const pairs = [...alike.values()]
    .filter((all) => all.length > 1 && all[0]!.plan.lineBytes !== undefined)
    .sort(([a], [b]) => effortOf(a!) - effortOf(b!))
    .slice(0, 2);

  it("has pairs of fences that are the same to the model", () => {
    expect(pairs).toHaveLength(2);
  });

  it.each(pairs.map((all) => [all[0]!, all[1]!] as const))(
    "are carried over from a fence that is the same to the model, by own names",
    (first, second) => {
      const verdict = verifyFence(first.plan, first.chip, first.core);
      const siteOf = ({ plan, core }: Planned) => ({
        ...{ plan, core, verdict: { ...verdict, fence: plan.name } },
        exploredFor: { chip: first.chip.id, fence: first.plan.name },
      });
      const chips = [first, second].map((each) => ({ chip: each.chip, fences: [siteOf(each)] }));
      const project = { chips } as unknown as SiteProject;
      for (const each of [first, second]) {
        const found = findingsOf(project, each.chip, siteOf(each));
        const fence = fenceUnderTest(each.plan, each.chip, each.core);
        expect(Object.keys(found.findings)).toEqual(changesOf(fence).map((change) => linkNameOf(change, each.plan)));
        for (const change of changesOf(fence)) {
          const name = linkNameOf(change, each.plan);
          const anew = counterexampleNamed(fence, change);
          const shown =
            anew.kind === "counterexample"
              ? [anew.scenario, anew.schedule, anew.property]
              : [anew.kind, change.kind === "none" ? "no scenario goes wrong" : anew.because];
          expect(found.findings[name], name).toEqual(shown);
        }
        expect(firstShown(found.findings)).toMatch(/^without=release\.\d$/);
        const whole = replayNamed(fence, shownOf(found, "none")!);
        expect(whole).toMatchObject({ property: undefined });
      }
    },
  );
});

describe("a literal", () => {
  it("keeps numbers of any size, odd names and texts, and what is one object", () => {
    const one = { a: 1n << 70n };
    const value = { one, two: [one, null, true, -0.5], __proto__x: "</script>\u2028\ud800", "1a": {} };
    const read = runInThisContext(`(${literal(value)})`) as typeof value;
    expect(read).toEqual(value);
    expect(read.two[0]).toBe(read.one);
    const named = JSON.parse('{"__proto__":{"x":1}}') as object;
    expect(Object.keys(runInThisContext(`(${literal(named)})`) as object)).toEqual(["__proto__"]);
  });

  it.each([[new Map()], [new Set()], [() => 1], [Symbol("x")], [{ a: new Date(0) }]])("refuses %s", (value) => {
    expect(() => literal(value)).toThrow(TypeError);
  });
});
