// What a load takes and leaves behind, and what a completion waits for.
import { describe, expect, it } from "vitest";
import { afterLoad, effectOn, forwardedStore, waitsForEndOf } from "../../generator/semantics/cpu.ts";
import type { Instruction } from "../../generator/semantics/instruction.ts";
import { emptyLine, type LevelRules } from "../../generator/semantics/line-state.ts";
import { complete, device, load, maintain, store } from "../support/instructions.ts";

describe("a load takes from a store of its own that nobody else can see yet", () => {
  const [a, b, c] = [1, 2, 3].map((value) => store(0, 0, value)) as [Instruction, Instruction, Instruction];

  it.each<[string, readonly Instruction[], number, readonly number[], Instruction | undefined]>([
    ["the only one", [a, load(0)], 1, [], a],
    ["the newest of several", [a, b, load(0)], 2, [], b],
    ["none from a store after it", [a, load(0), b], 1, [], a],
    ["none where that is the only one", [load(0), a], 0, [], undefined],
    ["none once it was performed", [a, load(0)], 1, [0], undefined],
    ["an older one only where that is the one not performed", [a, b, load(0)], 2, [1], a],
    ["over a load of the same address", [a, load(0), load(0)], 2, [1], a],
    ["none from another line", [store(1), load(0)], 1, [], undefined],
    ["none from another cell of the line", [store(0, 1), load(0)], 1, [], undefined],
    ["the newest, whatever stands between", [a, b, c, maintain(0), device("dma"), store(1), load(0)], 6, [], c],
  ])("%s", (_, program, at, performed, expected) => {
    expect(forwardedStore(program, at, (index) => performed.includes(index))).toBe(expected);
  });
});

describe("the line after a load", () => {
  const level = (speculativeFill: boolean): LevelRules => ({
    ...{ writePolicy: "write-back", speculativeFill, takesCleanVictims: false },
  });
  const miss = emptyLine([5], 2);
  const clean = { dirty: false, cells: [5] };
  const dirty = { dirty: true, cells: [7] };

  it.each<[string, LevelRules[], readonly (typeof clean | undefined)[]]>([
    [
      "a level that fills by itself is not filled by the load as well",
      [level(true), level(true)],
      [undefined, undefined],
    ],
    ["a level that fills for nothing else is", [level(false), level(false)], [clean, clean]],
    ["each by its own rule", [level(true), level(false)], [undefined, clean]],
    ["each by its own rule, the other way round", [level(false), level(true)], [clean, undefined]],
  ])("%s", (_, levels, expected) => {
    expect(afterLoad(miss, levels, false)).toEqual([{ memory: [5], levels: expected, front: [] }]);
  });

  it("holds what is further out, in every level that it fills, and leaves a copy as it is", () => {
    const all = [level(false), level(false), level(false)];
    const state = { memory: [5], levels: [undefined, undefined, dirty], front: [] };
    const filled = { dirty: false, cells: [7] };
    expect(afterLoad(state, all, false)).toEqual([{ memory: [5], levels: [filled, filled, dirty], front: [] }]);
  });

  it("may be either, for a load that took its value from a store; once where both are the same", () => {
    const filled = { memory: [5], levels: [clean, clean], front: [] };
    const [both, hit] = [[level(false), level(false)], { memory: [5], levels: [dirty, dirty], front: [] }];
    expect(afterLoad(miss, both, true)).toEqual([miss, filled]);
    expect(afterLoad(hit, both, true)).toEqual([hit]);
    expect(afterLoad(miss, [level(true), level(true)], true)).toEqual([miss]);
  });
});

it("a store and an operation change the line, an access to a device and a completion do not", () => {
  const levels: LevelRules[] = [{ writePolicy: "write-back", speculativeFill: true, takesCleanVictims: false }];
  const state = { memory: [5], levels: [{ dirty: true, cells: [7] }], front: [] };
  const copy = (value: number, dirty: boolean) => [{ dirty, cells: [value] }];
  expect(effectOn(state, store(0, 0, 9), levels)).toEqual([{ memory: [5], levels: copy(9, true), front: [] }]);
  expect(effectOn(state, maintain(0), levels)).toEqual([{ memory: [7], levels: copy(7, false), front: [] }]);
  expect(effectOn(state, device("dma"), levels)).toEqual([state]);
  expect(effectOn(state, complete("device-write"), levels)).toEqual([state]);
});

it.each([
  ["an operation of its own mechanism", maintain(0, { instance: "L2" }), true],
  ["no other's", maintain(0, { instance: "L1" }), false],
  ["no store", store(0), false],
  ["no completion", complete("device-write", { instance: "L2" }), false],
])("a completion waits for the end of %s", (_, earlier, waits) => {
  expect(waitsForEndOf(complete("device-write", { instance: "L2" }), earlier)).toBe(waits);
  expect(waitsForEndOf(device("L2"), earlier)).toBe(false);
});
