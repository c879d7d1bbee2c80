// Every shipped fence is proven: sound, with every step and obligation needed, and not vacuously. Nothing here names
// a chip, but states.json counts the states explored for each fence: a changed count is a changed model or plan, and
// the commit says why. `FENCEGEN_UPDATE_STATES=1 npx vitest run --config test/vitest.config.ts chips-verify` writes
// the file anew. A chip that is new has no count yet, and needs none.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { coreOf } from "../../generator/plan/plan-chip.ts";
import { planKey } from "../../generator/plan/plan-key.ts";
import { traceText } from "../../generator/verifier/trace.ts";
import { type FenceVerdict, verifyFence } from "../../generator/verifier/verify-fence.ts";
import { planOf, shippedChips } from "../support/pipeline.ts";

type Counts = Record<string, Record<string, number>>;

const path = join(import.meta.dirname, "states.json");
const pinned = JSON.parse(readFileSync(path, "utf8")) as Counts;
const counted: Counts = {};
/** By plan: fences with the same one are verified once. */
const verdicts = new Map<string, FenceVerdict>();

const withFences = shippedChips.filter((id) => planOf(id).planned!.fences.length > 0);

describe.each(withFences)("%s", (id) => {
  const { planned } = planOf(id);
  it.each(planned!.fences)("$name", (plan) => {
    const core = coreOf(planned!.chip, plan);
    const key = planKey(plan, planned!.chip, core);
    const verdict = verdicts.get(key) ?? verifyFence(plan, planned!.chip, core);
    verdicts.set(key, verdict);
    expect(verdict.counterexamples.map((example) => traceText(example))).toEqual([]);
    expect(
      verdict.steps
        .filter(({ verdict }) => verdict === "superfluous")
        .map(({ fence, step, change }) => `${fence}: ${step}: ${change}`),
    ).toEqual([]);
    expect(verdict.obligations.filter(({ verdict }) => verdict === "not needed")).toEqual([]);
    expect(verdict).toMatchObject({ sound: true, necessary: true, reachable: true });
    expect(verdict.mutants.killed).toBe(verdict.mutants.total);
    counted[id] = { ...counted[id], [plan.name]: verdict.states };
    const known = pinned[id]?.[plan.name];
    if (known !== undefined && !process.env["FENCEGEN_UPDATE_STATES"])
      expect(verdict.states, "states explored").toBe(known);
  });
});

it("pins no fence that is not there", () => {
  if (process.env["FENCEGEN_UPDATE_STATES"]) writeFileSync(path, `${JSON.stringify(counted, null, 2)}\n`);
  else expect(counted).toMatchObject(pinned);
});

afterAll(() => {
  const all = [...verdicts.values()].map(({ mutants }) => mutants);
  const sum = (of: "killed" | "total") => all.reduce((total, mutants) => total + mutants[of], 0);
  const counts = Object.entries(counted).flatMap(([id, fences]) =>
    Object.keys(fences).map((name) => pinned[id]?.[name]),
  );
  const unpinned = counts.filter((count) => count === undefined).length;
  if (unpinned > 0) console.log(`${unpinned} fences without a pinned number of states`);
  console.log(`mutants killed ${sum("killed")}/${sum("total")}, of ${verdicts.size} distinct fences`);
});
