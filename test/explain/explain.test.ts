// A fence in words says nothing that the plan does not: every step once, every obligation once, and only numbers of steps that are there.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { codes } from "../../generator/diagnostics/codes.ts";
import { differenceOf, pairs } from "../../generator/explain/difference.ts";
import { explainFence } from "../../generator/explain/fence.ts";
import { stepKinds } from "../../generator/explain/step-kinds.ts";
import { toldFence } from "../../generator/explain/told-fence.ts";
import { load } from "../../generator/load-folders.ts";
import { planDescription } from "../../generator/pipeline.ts";
import { coreOf } from "../../generator/plan/plan-chip.ts";
import { stepTitle } from "../../generator/program/words.ts";
import { root } from "../support/command.ts";
import { inProcess } from "../support/in-process.ts";

const loaded = load({ chipsFolder: join(root, "chips"), shippedFolder: join(root, "chips"), shown: (path) => path });
const planned = loaded.chips.flatMap((chip) => planDescription(chip, loaded) ?? []);
const fences = planned.flatMap(({ chip, fences: plans }) => plans.map((plan) => ({ name: plan.name, chip, plan })));
const fenceOf = (name: string) => {
  const { chip, plan } = fences.find((each) => each.name === name)!;
  return { plan, explained: explainFence(chip, plan) };
};

it("knows the chips", () => {
  expect(planned.length).toBeGreaterThan(readdirSync(join(root, "chips")).length / 2);
});

it.each(fences)("$name: its steps and promises, each once, and no other", ({ chip, plan }) => {
  const { clauses, ofEachBuffer, once, caches } = explainFence(chip, plan);
  expect(clauses.map(({ clause }) => clause)).toEqual(["release", "acquire"]);
  for (const { clause, steps, enough, danger } of clauses) {
    expect(steps.map(({ does }) => does)).toEqual(plan[clause].map(stepTitle));
    expect(steps.map(({ step }) => step)).toEqual(plan[clause].map((_, index) => `${clause}:${index + 1}`));
    for (const [number] of enough.matchAll(/\b\d+\b/g)) expect(Number(number)).toBeLessThanOrEqual(steps.length);
    // Where lines are maintained, something could go wrong with lines; where none are, only with the order.
    const maintains = plan[clause].some(({ kind }) => kind.startsWith("maintain-"));
    expect(/only order|is left is order/.test(danger)).toBe(!maintains);
  }
  expect([...ofEachBuffer, ...once].sort()).toEqual(plan.obligations.map(({ text }) => text).sort());
  expect(caches).toHaveLength(coreOf(chip, plan).caches.length);
});

describe("in words", () => {
  it("a cache that DMA does not see", () => {
    const { explained } = fenceOf("Stm32h743DmaFence");
    expect(explained.caches[0]).toMatch(/^L1D may hold .*does not see it there: there may be dirty lines/);
    expect(explained.clauses.map(({ enough }) => enough)).toEqual([
      "Nothing is maintained too early (step 2). After step 3 memory has every byte of the buffer, and no dirty line of it is left. Step 4 lets nothing later begin before that is done.",
      "Nothing is maintained too early (step 2). After step 3 no line from before the end of the transfer is left, so that the next read gives what memory has. Step 4 lets nothing later begin before that is done.",
    ]);
  });

  it("no cache in the way: only order", () => {
    const { explained } = fenceOf("Rp2040DmaFence");
    expect(explained.clauses.map(({ enough }) => enough)).toEqual([
      "Step 1: every store to the buffer comes before what starts DMA, and there is nowhere else that the data could stay.",
      "Step 1: every read of the buffer comes after the read that saw the end, and finds what DMA wrote.",
    ]);
  });
});

it("every kind of step that a plan has is explained", () => {
  const kinds = new Set(fences.flatMap(({ plan }) => [...plan.release, ...plan.acquire].map(({ kind }) => kind)));
  for (const kind of kinds) expect(stepKinds[kind]).toMatch(/\.$/);
});

describe("two chips", () => {
  it("with the same steps differ in none", () => {
    const { plan } = fenceOf("Stm32h743DmaFence");
    const { release, acquire, promises } = differenceOf(toldFence(plan), toldFence(plan));
    expect([...release, ...acquire].every(({ of }) => of === "both")).toBe(true);
    expect(promises).toEqual([]);
  });

  it("show each step of either, in its order", () => {
    const [one, other] = [fenceOf("Stm32h743DmaFence").plan, fenceOf("Zynq7000DmaFence").plan];
    const { release } = differenceOf(toldFence(one), toldFence(other));
    for (const plan of [one, other])
      expect(release.filter(({ of }) => of === "both" || of === plan.name).map(({ does }) => does)).toEqual(
        plan.release.map(stepTitle),
      );
    expect(release.map(({ of }) => of)).toContain("both");
  });

  it("with other numbers of fences leave some alone", () => {
    const { plan } = fenceOf("Stm32h743DmaFence");
    expect(pairs([plan], [])).toEqual([[plan, undefined]]);
    expect(pairs([], [plan])).toEqual([[undefined, plan]]);
  });
});

describe("the command", () => {
  it.each([
    [["explain", "stm32h7"], "did you mean `stm32h723`, `stm32h743` or `stm32h7rs`?"],
    [["explain", "maintain-line"], "no chip and no step is called `maintain-line`; did you mean `maintain-lines`?"],
    [
      ["explain", "rule/unknown-memmory"],
      "there is no code `rule/unknown-memmory`; did you mean `rule/unknown-memory`?",
    ],
    [
      ["explain", "nonsense"],
      "no chip and no step is called `nonsense`; codes have a slash, such as `rule/unknown-memory`, and steps are",
    ],
    [["explain", "stm32h743:release:3"], "the step stands behind its chip: `fencegen explain stm32h743 release:3`"],
    [["explain", "stm32h743", "release:9"], "no fence of the chip has a step `release:9`"],
    [["compare", "stm32h743"], "usage: fencegen compare <chip> <other chip>"],
  ])("%j says what was meant", async (args, message) => {
    const { code, stdout, stderr } = await inProcess(args, root);
    expect({ code, stdout }).toEqual({ code: 64, stdout: "" });
    expect(stderr).toContain(message);
  });

  it("explains every code", async () => {
    for (const [code, { why, mend }] of Object.entries(codes)) {
      const { stdout } = await inProcess(["explain", code], root);
      expect(stdout).toContain(why);
      expect(stdout).toContain(mend);
    }
  });

  it("one step alone", async () => {
    const { stdout } = await inProcess(["explain", "stm32h743", "release:3"], root);
    expect(stdout).toContain("    3. for each line of 32 bytes, L1D: ");
    expect(stdout).not.toContain("    2. ");
    // What holds for the whole fence stands where all of it is asked for.
    expect(stdout).not.toContain("caches");
    expect(stdout).not.toContain("and once");
    expect(stdout.split("\n").length).toBeLessThan(12);
    expect(stdout).toContain("`fencegen plan stm32h743` has its sources");
  });

  it("of a refused chip, why it is", async () => {
    const { code, stdout } = await inProcess(["explain", "k210"], root);
    expect(code).toBe(0);
    expect(stdout).toMatch(/refused \(/);
  });
});
