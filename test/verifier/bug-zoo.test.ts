// The bug zoo: each mistake planted in a fence, and the verifier must find it.
import { afterAll, expect, it } from "vitest";
import { verifyFence } from "../../generator/verifier/verify-fence.ts";
import { type ZooRow, zoo } from "./bug-zoo.ts";
import { judge, planSubject } from "./subject.ts";

const counts = { reproduced: 0, partly: 0, explained: 0 };

it("has every row once, with something to say about it", () => {
  expect(new Set(zoo.map(({ id }) => id)).size).toBe(zoo.length);
  for (const { link, model, what, partly, because } of zoo) {
    expect(link).toMatch(/^https:\/\//);
    expect(what).toMatch(/^[A-Z].*[.?]$/);
    // Only what a model of memory can show has no reservations.
    expect(model === "yes").toBe(partly === undefined && because === undefined);
  }
});

it.each(zoo)("$id $class: $what", (row) => {
  if (row.because) {
    expect(row.breaks).toBeUndefined();
    counts.explained++;
    return;
  }
  show(row);
  counts[row.partly ? "partly" : "reproduced"]++;
});

function show({ fence, change, breaks, superfluous, reproduce, states }: ZooRow): void {
  if (breaks) {
    const broken = reproduce?.() ?? judge(fence!, change).broken;
    expect(broken).toEqual(expect.arrayContaining([...breaks]));
    // The same fence without the mistake.
    if (fence && !fence.facts) expect(judge(fence, sound).broken).toEqual([]);
    return;
  }
  const { plan, chip, core } = planSubject(fence!);
  if (states) {
    expect(plan.obligations.find(({ kind }) => kind === "regions")!.text).toMatch(states);
    return;
  }
  const more = { ...plan, release: superfluous!.release!(plan.release, core) };
  const verdict = verifyFence(more, chip, core);
  expect(verdict).toMatchObject({ sound: true, necessary: false });
  const found = verdict.steps.filter(({ verdict }) => verdict === "superfluous");
  expect(found.map(({ fence }) => fence)).toContain("release");
  // Nothing of it is superfluous without what was put in.
  expect(verifyFence(plan, chip, core)).toMatchObject({ sound: true, necessary: true });
}

const sound = {};

afterAll(() => {
  const { reproduced, partly, explained } = counts;
  console.log(`bug zoo: ${reproduced} reproduced, ${partly} in part, ${explained} explained, of ${zoo.length}`);
});
