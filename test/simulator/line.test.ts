// What is found to have been done earlier is as if it had been done then, or is not done at all.
import fc from "fast-check";
import { expect, it } from "vitest";
import type { SizedLine } from "../../generator/semantics/line-sizes.ts";
import {
  dmaWrite,
  emptyLine,
  evict,
  fill,
  invalidateLevel,
  type LineState,
  loadCell,
  storeCell,
} from "../../generator/semantics/line-state.ts";
import { type Act, Line } from "../../generator/simulator/memory/line.ts";

const rules = { writePolicy: "write-back", speculativeFill: true, takesCleanVictims: false } as const;
const side = (count: number) => ({
  sized: Array.from({ length: count }, (_, level) => ({ level, lineBytes: 4 })),
  entries: Array.from({ length: count }, (_, level) => ({ level, lineBytes: 4, offsetBytes: 0 })),
  rules: Array.from({ length: count }, () => rules),
});
const sized: SizedLine = { lineBytes: 4, levels: side(2), front: side(0) };
const place = { base: 0n, lines: 1, index: 0, region: {} as never, sized, views: [[0, 1]] };
const start = emptyLine([0, 0, 0, 0], 2);
const all = [rules, rules];

const act: fc.Arbitrary<Act> = fc.oneof(
  fc.nat(1).map(
    (level): Act =>
      (state) =>
        fill(state, level, all),
  ),
  fc.nat(1).map(
    (level): Act =>
      (state) =>
        evict(state, level, all)[0]!,
  ),
  fc.nat(1).map(
    (level): Act =>
      (state) =>
        invalidateLevel(state, level),
  ),
  fc.tuple(fc.nat(3), fc.nat(9)).map(
    ([cell, value]): Act =>
      (state) =>
        storeCell(state, cell, value, all),
  ),
  fc.tuple(fc.nat(3), fc.nat(9)).map(
    ([cell, value]): Act =>
      (state) =>
        dmaWrite(
          state,
          [0, 1, 2, 3].map((at) => (at === cell ? value : undefined)),
          2,
        )[0]!,
  ),
);

it("is as if it had been done then, where nothing that was read would have been otherwise", () => {
  let [done, refused] = [0, 0];
  fc.assert(
    fc.property(
      fc.array(fc.record({ act, isRead: fc.boolean(), cell: fc.nat(3) }), { minLength: 1, maxLength: 12 }),
      act,
      fc.nat(12),
      (steps, late, chosen) => {
        const time = chosen % (steps.length + 1);
        const line = new Line(place, start);
        const reads: { readonly time: number; readonly cell: number; readonly value: number }[] = [];
        for (const [index, { act: each, isRead, cell }] of steps.entries()) {
          line.change(index + 1, each, true);
          if (!isRead) continue;
          const value = loadCell(line.state, cell);
          reads.push({ time: index + 1, cell, value });
          line.observe(index + 1, (state) => loadCell(state, cell) === value);
        }
        const before = line.state;
        const wasDone = line.changeEarlier(time, late);

        // The same from the beginning, with the late one in its place.
        const acts = steps.map(({ act: each }) => each);
        const states: LineState[] = [start];
        for (const [index, each] of acts.entries()) {
          if (index === time) states[index] = late(states[index]!);
          states.push(each(states[index]!));
        }
        if (time === acts.length) states[time] = late(states[time]!);
        const isAsRead = reads.every(
          (read) => read.time <= time || loadCell(states[read.time]!, read.cell) === read.value,
        );

        expect(wasDone).toBe(isAsRead);
        expect(line.state).toEqual(wasDone ? states.at(-1) : before);
        for (const read of reads.filter((each) => each.time < time))
          expect(loadCell(line.stateAt(read.time), read.cell)).toBe(read.value);
        if (wasDone) done++;
        else refused++;
      },
    ),
    { numRuns: 2000 },
  );
  expect(Math.min(done, refused)).toBeGreaterThan(100);
});
