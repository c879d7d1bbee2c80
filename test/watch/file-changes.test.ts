// Bursts of events become lists of what is another than before, without a clock.
import { expect, it } from "vitest";
import { differences, type FileChange, FileChanges } from "../../generator/watch/file-changes.ts";
import { Wakes } from "../../generator/watch/wakes.ts";

/** Files, and what happens to them while it is waited for quiet. */
function played(pauses: readonly ((files: Map<string, string>, wakes: Wakes) => void)[]) {
  const files = new Map([["a", "1"]]);
  const wakes = new Wakes();
  let paused = 0;
  const changes = new FileChanges(
    wakes,
    () => new Map(files),
    async () => pauses[paused++]?.(files, wakes),
  );
  return { files, wakes, changes, paused: () => paused };
}

async function told(changes: FileChanges): Promise<(readonly FileChange[])[]> {
  const all: (readonly FileChange[])[] = [];
  for await (const each of changes) all.push(each);
  return all;
}

it("tells what is added, changed and removed, in the order of the paths", () => {
  const before = new Map([
    ["c", "1"],
    ["b", "1"],
    ["a", "1"],
  ]);
  const now = new Map([
    ["d", "1"],
    ["b", "2"],
    ["a", "1"],
  ]);
  expect(differences(before, now)).toEqual([
    { kind: "changed", path: "b" },
    { kind: "removed", path: "c" },
    { kind: "added", path: "d" },
  ]);
});

it("a burst is told once, when it is quiet", async () => {
  const { files, wakes, changes } = played([
    (files, wakes) => {
      files.set("a", "");
      wakes.wake();
    },
    (files, wakes) => {
      files.set("a", "2");
      files.set("b", "1");
      wakes.wake();
    },
    () => {},
    (_, wakes) => wakes.end(),
  ]);
  wakes.wake();
  const all: (readonly FileChange[])[] = [];
  for await (const each of changes) {
    all.push(each);
    files.set("c", "1");
    wakes.wake();
  }
  expect(all).toEqual([
    [
      { kind: "changed", path: "a" },
      { kind: "added", path: "b" },
    ],
    [{ kind: "added", path: "c" }],
  ]);
});

it("what has the same text again has not changed, as have files that are of no interest", async () => {
  const { wakes, changes } = played([
    (files, wakes) => {
      files.delete("a");
      wakes.wake();
    },
    (files) => files.set("a", "1"),
    (_, wakes) => wakes.end(),
  ]);
  wakes.wake();
  const all = told(changes);
  // The first burst has ended when somebody waits again.
  await new Promise(setImmediate);
  wakes.wake();
  expect(await all).toEqual([]);
});

it("whoever writes without end keeps nobody waiting", async () => {
  const endless = Array.from({ length: 1000 }, (_, at) => (files: Map<string, string>, wakes: Wakes) => {
    files.set("a", `${at}`);
    wakes.wake();
  });
  const { wakes, changes, paused } = played(endless);
  wakes.wake();
  for await (const each of changes) {
    expect(each).toEqual([{ kind: "changed", path: "a" }]);
    wakes.end();
  }
  expect(paused()).toBeLessThan(50);
});

it("there is news where something may have changed, and has", () => {
  const { files, wakes, changes } = played([]);
  expect(changes.hasNews()).toBe(false);
  wakes.wake();
  expect(changes.hasNews()).toBe(false);
  files.set("a", "2");
  expect(changes.hasNews()).toBe(true);
});

it("ends for one who waits, and for one who begins to; what is closed is closed once", async () => {
  let closed = 0;
  const wakes = new Wakes(() => closed++);
  const waiting = wakes.next();
  wakes.end();
  wakes.end();
  expect(await waiting).toBe(false);
  wakes.wake();
  expect(await wakes.next()).toBe(false);
  await wakes.ended;
  expect(closed).toBe(1);
});
