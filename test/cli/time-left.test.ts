// How long is left, from what is done: no clock is asked.
import { expect, it } from "vitest";
import { durationText, timeLeft } from "../../generator/cli/time-left.ts";

it("knows nothing before something is finished", () => {
  expect(timeLeft({ finished: [], running: [{ effort: 4, milliseconds: 9000 }], waiting: [4] })).toBeUndefined();
});

it("goes by the effort of what is left, and by how fast the rest went", () => {
  const finished = [{ effort: 4, milliseconds: 2000 }];
  expect(timeLeft({ finished, running: [{ effort: 6, milliseconds: 1000 }], waiting: [2] })).toEqual({
    running: [2000],
    total: 3000,
  });
});

it("gives what waits to the thread that is free first, what is large before the rest", () => {
  const finished = [{ effort: 1, milliseconds: 1000 }];
  const running = [
    { effort: 5, milliseconds: 1000 },
    { effort: 2, milliseconds: 1000 },
  ];
  // The second thread is free after 1 s and takes 4 s; the first after 4 s and takes 1 s.
  expect(timeLeft({ finished, running, waiting: [1, 4] })).toEqual({ running: [4000, 1000], total: 5000 });
});

it("sees that it goes slower where what is running takes longer than it should", () => {
  const finished = [{ effort: 1, milliseconds: 1000 }];
  const { running, total } = timeLeft({ finished, running: [{ effort: 1, milliseconds: 9000 }], waiting: [2] })!;
  expect(running).toEqual([0]);
  // 10 s for an effort of 2 at least.
  expect(total).toBe(10_000);
});

it.each([
  [0, "less than 1 s"],
  [999, "less than 1 s"],
  [1499, "1 s"],
  [59_600, "1 min"],
  [130_000, "2 min 10 s"],
  [600_000, "10 min"],
  [3_650_000, "61 min"],
])("spells %d milliseconds", (milliseconds, text) => {
  expect(durationText(milliseconds)).toBe(text);
});
