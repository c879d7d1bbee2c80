// What an executed operation means for a line, by the facts of its mechanism.
import { describe, expect, it } from "vitest";
import type { Mechanism, Operation, ResolvedCore } from "../../generator/model/chip.ts";
import {
  barriersOf,
  completionOf,
  isDoneLater,
  maintenanceOf,
  mechanismsOf,
  rulesOf,
} from "../../generator/semantics/instruction.ts";
import { barrier, full } from "../support/barriers.ts";
import { complete, load, maintain, rules, store } from "../support/instructions.ts";

const operation = (name: string, facts: Partial<Operation> = {}) =>
  ({
    name,
    effect: "clean",
    mayCleanToo: false,
    to: "coherency",
    sequence: [],
    waits: false,
    ...facts,
  }) as unknown as Operation;
const mechanism = (instance: string, facts: Partial<Mechanism> = {}) =>
  ({
    instance,
    operations: [operation("clean")],
    ordering: rules().ordering,
    barriers: [],
    ...facts,
  }) as unknown as Mechanism;
const coreWith = (...mechanisms: readonly (Mechanism | undefined)[]) =>
  ({
    caches: mechanisms.map((mechanism) => ({ mechanism })),
    masterCaches: [],
    architecture: { barriers: [full] },
  }) as unknown as ResolvedCore;

describe("an operation on a line", () => {
  const inner = mechanism("inner");
  const outer = mechanism("outer");
  const core = coreWith(inner, inner, outer);
  const on = (of: Mechanism, facts: Partial<Operation> = {}, levels = [0, 1, 2], effective = true) =>
    maintenanceOf({ mechanism: of, operation: operation("clean", facts), effective }, 0, levels, core);

  it("acts on the levels of its mechanism that hold the line, counted among those", () => {
    expect(on(inner).levels).toEqual([0, 1]);
    expect(on(outer).levels).toEqual([2]);
    // The line is not in the first level.
    expect(on(inner, {}, [1, 2]).levels).toEqual([0]);
    expect(on(outer, {}, [1, 2]).levels).toEqual([1]);
    expect(on(outer, {}, [0]).levels).toEqual([]);
  });

  it("acts on the innermost of them only where it to no further", () => {
    expect(on(inner, { to: "this-level" }).levels).toEqual([0]);
    expect(on(outer, { to: "this-level" }).levels).toEqual([2]);
  });

  it.each<[Operation["to"], boolean, boolean]>([
    ["coherency", true, true],
    ["this-level", true, true],
    ["unification", true, false],
    ["coherency", false, false],
  ])("that to %s and was effective (%s) is certain: %s", (to, effective, certain) => {
    expect(on(inner, { to }, [0], effective).certain).toBe(certain);
  });

  it("counts as what its mechanism says", () => {
    const asWrite = mechanism("inner", { ordering: rules({ accessClass: "write" }).ordering });
    expect(on(asWrite).accessClass).toBe("write");
  });
});

describe("a mechanism has a completion", () => {
  const polling = operation("polls", { waits: true });

  it("where one is described, or its operations end with a wait", () => {
    const completion: Mechanism["completion"] = { sequence: [], waits: false, sources: [] };
    expect(rulesOf(mechanism("m")).hasCompletion).toBe(false);
    expect(rulesOf(mechanism("m", { completion })).hasCompletion).toBe(true);
    expect(rulesOf(mechanism("m", { operations: [operation("clean"), polling] })).hasCompletion).toBe(true);
    expect(completionOf(mechanism("m", { operations: [polling] }), "device-read").rules.hasCompletion).toBe(true);
  });

  it("for an operation only where that one polls", () => {
    const some = mechanism("m", { operations: [operation("clean"), polling] });
    expect(rulesOf(some, some.operations[0]).hasCompletion).toBe(false);
    expect(rulesOf(some, some.operations[1]).hasCompletion).toBe(true);
  });
});

it.each([
  ["a store", store(0), false],
  ["a load", load(0), false],
  ["an operation that is done when it is ordered", maintain(0, { doneWhen: "ordered" }), false],
  ["an operation that is done when it is completed", maintain(0, { doneWhen: "completed" }), true],
  ["a completion that is a write", complete("device-write"), true],
  ["a completion that is a barrier's", complete("maintenance"), true],
  ["a completion that polls", complete("device-read"), false],
])("%s is done later: %s", (_, access, later) => {
  expect(isDoneLater(access)).toBe(later);
});

it("mechanisms are told apart by their instance, and bring barriers of their own", () => {
  const [one, same, other] = [mechanism("at 0"), mechanism("at 0"), mechanism("at 4", { barriers: [barrier("sync")] })];
  const core = coreWith(one, undefined, same, other);
  expect(mechanismsOf(core).map(({ instance }) => instance)).toEqual(["at 0", "at 4"]);
  expect(barriersOf(core).map(({ instruction }) => instruction)).toEqual(["full", "sync"]);
});
