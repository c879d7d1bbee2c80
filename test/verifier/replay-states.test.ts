// Every counterexample of every shipped fence, taken again step by step as data: the trace is made from the same steps, and what
// they show of the machine agrees with itself. Nothing here names a chip.
import { describe, expect, it } from "vitest";
import { counterexampleSchedules } from "../../generator/verifier/counterexample-schedules.ts";
import { changesOf, findChange, isLinkName, linkNameOf } from "../../generator/verifier/fence-change.ts";
import { firstCounterexample } from "../../generator/verifier/first-counterexample.ts";
import { counterexampleNamed, counterexampleOf, named, replayNamed } from "../../generator/verifier/replay-named.ts";
import type { Replay, ReplayedCopy } from "../../generator/verifier/replayed.ts";
import { scenarioIds } from "../../generator/verifier/scenario-id.ts";
import { decodeSchedule } from "../../generator/verifier/schedule-text.ts";
import { traceText } from "../../generator/verifier/trace.ts";
import { distinctFences } from "../support/shipped-fences.ts";

const fences = distinctFences();

it("looks at many fences", () => {
  expect(fences.length).toBeGreaterThan(40);
});

describe.each(fences)("%s", (_, fence) => {
  it("has a name of its own for each change and each scenario, which can stand in a link", () => {
    const names = changesOf(fence).map((change) => linkNameOf(change, fence.plan));
    expect(new Set(names).size).toBe(names.length);
    for (const [index, name] of names.entries()) {
      expect(name).toMatch(/^[\w.~=-]+$/);
      expect(isLinkName(name), name).toBe(true);
      expect(linkNameOf(findChange(fence, name)!, fence.plan), name).toBe(names[index]);
    }
    const ids = [...scenarioIds(fence.scenarios).values()];
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[\w.~-]+$/);
  });

  it("shows in each counterexample, step by step, what the trace says", () => {
    let shown = 0;
    for (const change of changesOf(fence)) {
      const name = linkNameOf(change, fence.plan);
      const { result } = firstCounterexample(fence, change);
      const found = named(result);
      if (result.kind !== "counterexample" || found.kind !== "counterexample") continue;
      shown++;
      expect(decodeSchedule(found.schedule)).toEqual(result.counterexample.schedule);
      const replay = replayNamed(fence, { change: name, scenario: found.scenario, schedule: found.schedule });
      if ("doesNotReplay" in replay) expect.fail(`${name}: ${replay.doesNotReplay}`);
      const { schedule: _, ...example } = result.counterexample;
      expect(counterexampleOf(replay), name).toEqual(example);
      expect(traceText(counterexampleOf(replay))).toBe(traceText(result.counterexample));
      expect(replay.steps.length).toBe(result.counterexample.schedule.length);
      expect(replay.steps.map(({ violates }) => violates).filter(Boolean)).toEqual([found.property]);
      expect(replay.steps.at(-1)!.violates).toBe(found.property);
      expectConsistent(replay);
    }
    // A fence of a compiler barrier alone has nothing that could be missed.
    const isEmpty = changesOf(fence).every((change) => change.kind !== "step");
    expect(shown > 0 || isEmpty).toBe(true);
  });
});

/** What must hold of the machine between any two steps, whatever the chip is. */
function expectConsistent({ initial, steps, accesses, lines }: Replay): void {
  let before = initial;
  for (const { action, state } of steps) {
    for (const [index, line] of state.lines.entries()) {
      expect(line.levels.length).toBe(lines[index]!.levels.length);
      expect(line.front.length).toBe(lines[index]!.front.length);
      expect(line.memory.isDirty).toBe(false);
      for (const copy of [...line.levels, ...line.front, line.memory]) expectStatus(copy);
    }
    if (action.agent === "CPU") {
      const { access, what, overtakes } = action;
      expect(before.accesses[access]).not.toBe("done");
      expect(state.accesses[access]).toBe(what === "issue" ? "in flight" : "done");
      for (const earlier of overtakes) {
        expect(earlier).toBeLessThan(access);
        expect(before.accesses[earlier]).not.toBe("done");
      }
      const { expected, kind } = accesses[access]!;
      if (kind === "load") expect(expected).toBeDefined();
    }
    for (const store of state.storeBuffer) expect(state.accesses[store]).toBe("overtaken");
    // Nothing that was done comes back.
    for (const [access, progress] of before.accesses.entries())
      if (progress === "done") expect(state.accesses[access]).toBe("done");
    before = state;
  }
}

function expectStatus({ status, isDirty, cells }: ReplayedCopy): void {
  const isOld = cells.some((cell) => cell?.isOld);
  const isAbsent = cells.every((cell) => cell === undefined);
  expect(status).toBe(isAbsent ? "absent" : isOld ? "stale" : isDirty ? "dirty" : "clean");
  if (isAbsent) expect(isDirty).toBe(false);
}

it("has the schedules of all changes in one structure, which replays", () => {
  const [, fence] = fences[0]!;
  const all = counterexampleSchedules([fence]);
  expect(Object.keys(all)).toEqual([fence.plan.name]);
  const findings = Object.entries(all[fence.plan.name]!);
  expect(findings.map(([change]) => change)).toEqual(changesOf(fence).map((each) => linkNameOf(each, fence.plan)));
  const shown = findings.flatMap(([change, finding]) => (finding.length === 3 ? [[change, ...finding] as const] : []));
  expect(shown.length).toBeGreaterThan(0);
  for (const [change, scenario, schedule, property] of shown)
    expect(replayNamed(fence, { change, scenario, schedule })).toMatchObject({ property });
});

describe("what fits no execution", () => {
  const [, fence] = fences[0]!;
  const good = () => {
    const change = changesOf(fence).find((each) => counterexampleNamed(fence, each).kind === "counterexample")!;
    const found = counterexampleNamed(fence, change);
    if (found.kind !== "counterexample") throw new Error("no counterexample");
    return { change: linkNameOf(change, fence.plan), scenario: found.scenario, schedule: found.schedule };
  };

  it.each([
    ["a change", { change: "without=release.99" }, /there is no change/],
    ["a scenario", { scenario: "i1wrbin.nobody.nowhere" }, /there is no scenario/],
    ["a text that is no schedule", { schedule: "0-0" }, /is no schedule/],
    ["a step that cannot be taken", { schedule: "Z" }, /step 1 of the schedule is not possible/],
  ])("says so of %s", (_, wrong, message) => {
    const found = replayNamed(fence, { ...good(), ...wrong });
    expect("doesNotReplay" in found && found.doesNotReplay).toMatch(message);
  });
});
