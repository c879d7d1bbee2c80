// That the system tells of what happens in a folder. Each test waits for an event, however long that takes, and for no time.
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { watchFolders } from "../../generator/watch/watch-folders.ts";
import { temporaryFolder } from "../support/command.ts";

function watching(folder: string, isPolled = false) {
  const wakes = watchFolders({
    folders: [folder],
    isPolled,
    cannotWatch: (reason) => expect.unreachable(reason),
  });
  onTestFinished(() => wakes.end());
  return wakes;
}

it.each<[what: string, happens: (folder: string) => void]>([
  ["a new file", (folder) => writeFileSync(join(folder, "new"), "")],
  ["another text", (folder) => writeFileSync(join(folder, "old"), "2")],
  [
    "a file that takes the place of another, as editors save",
    (folder) => renameSync(join(folder, "../beside"), join(folder, "old")),
  ],
  ["a file that is gone", (folder) => rmSync(join(folder, "old"))],
])("tells of %s", async (_, happens) => {
  const parent = temporaryFolder();
  const folder = join(parent, "watched");
  mkdirSync(folder);
  writeFileSync(join(folder, "old"), "1");
  writeFileSync(join(parent, "beside"), "2");
  const wakes = watching(folder);
  happens(folder);
  expect(await wakes.next()).toBe(true);
});

it("waits for a folder that is not there yet, two levels deep, and for one that takes its place", async () => {
  const parent = temporaryFolder();
  const folder = join(parent, "chips/cores");
  const wakes = watching(folder);
  mkdirSync(folder, { recursive: true });
  expect(await wakes.next()).toBe(true);
  // Until it is this folder that is watched, and all events of its making are over.
  await toldOf(join(folder, "a"), wakes);
  renameSync(folder, join(parent, "other"));
  mkdirSync(folder);
  await toldOf(join(folder, "b"), wakes);
});

it("by the clock as well", async () => {
  const wakes = watching(join(temporaryFolder(), "not there"), true);
  expect(await wakes.next()).toBe(true);
});

/** Writes the file again and again until that alone is told of; more events of before may still come meanwhile. */
async function toldOf(path: string, wakes: ReturnType<typeof watching>): Promise<void> {
  for (let quiet = false; !quiet; ) {
    quiet = true;
    for (let turns = 0; turns < 20; turns++) {
      await new Promise(setImmediate);
      if (wakes.take()) quiet = false;
    }
  }
  writeFileSync(path, "");
  expect(await wakes.next()).toBe(true);
}
