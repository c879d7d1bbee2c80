// How far `verify` has come, on a terminal and in a pipe, by a clock that the test sets.
import { expect, it } from "vitest";
import { FenceProgress, inPlace, type Onlooker } from "../../generator/cli/fence-progress.ts";
import { type Paint, plain } from "../../generator/diagnostics/format.ts";
import type { FenceVerdict } from "../../generator/verifier/verify-fence.ts";

const verdict = (facts: Partial<FenceVerdict> = {}): FenceVerdict => ({
  ...{ fence: "F", sound: true, necessary: true, reachable: true, properties: [], counterexamples: [] },
  ...{ obligations: [], steps: [], mutants: { total: 0, killed: 0 }, states: 1 },
  ...facts,
});
const fences = [
  { name: "alpha AlphaDmaFence", effort: 4 },
  { name: "beta BetaDmaFence", effort: 2 },
  { name: "gamma\u001b[2J GammaDmaFence", effort: 2 },
];

function watched({ isTerminal, room }: { readonly isTerminal: boolean; readonly room?: Onlooker["room"] }) {
  const clock = { now: 5000 };
  const said: string[] = [];
  const shown: (readonly string[])[] = [];
  const ticks = new Set<() => void>();
  const onlooker: Onlooker = {
    now: () => clock.now,
    say: (line) => said.push(line),
    every(_, work) {
      ticks.add(work);
      return () => ticks.delete(work);
    },
    ...(isTerminal && { replace: (lines: readonly string[]) => shown.push(lines) }),
    room,
  };
  const after = (milliseconds: number) => {
    clock.now += milliseconds;
    for (const tick of ticks) tick();
  };
  return { onlooker, said, shown, ticks, after };
}

it("shows a line for each fence at work, with the time left, and nothing at the end", () => {
  const { onlooker, said, shown, ticks, after } = watched({ isTerminal: true });
  const progress = new FenceProgress(fences, onlooker, plain);
  const { begun } = progress.during(undefined);
  begun!(0);
  begun!(1);
  after(2000);
  expect(shown.at(-1)).toEqual([
    "alpha AlphaDmaFence: exploring for 2 s",
    "beta BetaDmaFence: exploring for 2 s",
    "0 of 3 fences explored",
  ]);
  expect(progress.done(1, verdict())).toBe(2000);
  begun!(2);
  after(1000);
  expect(shown.at(-1)).toEqual([
    "alpha AlphaDmaFence: exploring for 3 s, about 1 s left",
    "gamma<U+001B>[2J GammaDmaFence: exploring for 1 s, about 1 s left",
    "1 of 3 fences explored, about 1 s left",
  ]);
  progress.end();
  expect(shown.at(-1)).toEqual([]);
  expect(ticks.size).toBe(0);
  expect(said).toEqual([]);
});

it("takes no more of the terminal than there is, and colours by the paint alone", () => {
  const { onlooker, shown } = watched({ isTerminal: true, room: { lines: 3, columns: 21 } });
  const paint: Paint = (style, text) => `<${style}>${text}`;
  const { begun } = new FenceProgress(fences, onlooker, paint).during(undefined);
  begun!(0);
  begun!(1);
  expect(shown.at(-1)).toEqual(["<dim>alpha AlphaDmaFence:", "<dim>0 of 3 fences explor"]);
});

it("says in a pipe which fence is finished, how, and how long the rest may take", () => {
  const { onlooker, said, shown, ticks, after } = watched({ isTerminal: false });
  const progress = new FenceProgress(fences, onlooker, plain);
  const { begun } = progress.during(undefined);
  begun!(0);
  after(4000);
  progress.done(0, verdict());
  begun!(1);
  after(500);
  progress.done(1, verdict({ sound: false, undecided: "too large" }));
  begun!(2);
  progress.done(2, verdict({ sound: false, properties: [{ name: "p", scenario: "s", holds: false, states: 1 }] }));
  progress.end();
  expect(said).toEqual([
    "1/3 alpha AlphaDmaFence: sound, took 4 s, about 4 s left",
    "2/3 beta BetaDmaFence: undecided, took less than 1 s, about 2 s left",
    "3/3 gamma<U+001B>[2J GammaDmaFence: NOT SOUND, took less than 1 s",
  ]);
  expect([shown, ticks.size]).toEqual([[], 0]);
});

it("replaces lines on a terminal by those that follow, and writes nothing where they are the same", () => {
  const written: string[] = [];
  const replace = inPlace((text) => written.push(text));
  replace([]);
  replace(["a", "b"]);
  replace(["a", "b"]);
  replace(["c"]);
  replace([]);
  expect(written).toEqual(["a\nb\n", "\u001b[2A\r\u001b[Jc\n", "\u001b[1A\r\u001b[J"]);
});
