// Each result that an operation may have, where manuals leave some open.
import { expect, it } from "vitest";
import type { LevelRules, LineCopy, LineState } from "../../generator/semantics/line-state.ts";
import { type MaintainInstruction, maintained } from "../../generator/semantics/maintain.ts";
import { maintain } from "../support/instructions.ts";

const clean = (cell: number): LineCopy => ({ dirty: false, cells: [cell] });
const dirty = (cell: number): LineCopy => ({ dirty: true, cells: [cell] });
const line = (memory: number, ...levels: readonly (LineCopy | undefined)[]): LineState => ({
  memory: [memory],
  levels,
  front: [],
});
const none = undefined;
const both = [0, 1];
/** The inner copy is newer than the outer one, and that is newer than memory. */
const state = line(1, dirty(3), dirty(2));

it.each<[string, Partial<MaintainInstruction>, LineState[]]>([
  [
    "a clean writes through all its levels and keeps the copies",
    { effect: "clean", levels: both },
    [line(3, clean(3), clean(3))],
  ],
  ["a clean of the inner level ends in the outer one", { effect: "clean", levels: [0] }, [line(1, clean(3), dirty(3))]],
  ["a clean of the outer level leaves the inner one", { effect: "clean", levels: [1] }, [line(2, dirty(3), clean(2))]],
  ["an invalidate loses what was dirty", { effect: "invalidate", levels: both }, [line(1, none, none)]],
  ["an invalidate of one level shows the next", { effect: "invalidate", levels: [0] }, [line(1, none, dirty(2))]],
  [
    "an invalidate that may clean too does either",
    { effect: "invalidate", levels: both, mayCleanToo: true },
    [line(1, none, none), line(3, none, none)],
  ],
  ["a clean and invalidate writes first", { effect: "clean-and-invalidate", levels: both }, [line(3, none, none)]],
  [
    "and moves the inner level's copy outwards",
    { effect: "clean-and-invalidate", levels: [0] },
    [line(1, none, dirty(3))],
  ],
  [
    "a discard writes nothing and keeps the copies",
    { effect: "discard-dirty", levels: both },
    [line(1, clean(3), clean(2))],
  ],
  [
    "an uncertain one may do nothing as well",
    { effect: "clean", levels: both, certain: false },
    [state, line(3, clean(3), clean(3))],
  ],
  [
    "an uncertain invalidate that may clean too has three results",
    { effect: "invalidate", levels: both, mayCleanToo: true, certain: false },
    [state, line(1, none, none), line(3, none, none)],
  ],
  ["an operation on no level of the line does nothing", { effect: "clean-and-invalidate", levels: [] }, [state]],
])("%s", (_, facts, results) => {
  expect(maintained(state, maintain(0, {}, facts) as MaintainInstruction)).toEqual(results);
});

it("what is cleaned passes levels by their policy", () => {
  const rules: LevelRules[] = (["write-back", "write-through"] as const).map((writePolicy) => ({
    ...{ writePolicy, speculativeFill: true, takesCleanVictims: false },
  }));
  const before = line(1, dirty(3), clean(1));
  expect(maintained(before, maintain(0), rules)).toEqual([line(3, clean(3), clean(3))]);
  expect(maintained(before, maintain(0))).toEqual([line(1, clean(3), dirty(3))]);
});
