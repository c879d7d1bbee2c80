// A look is what was asked of the disk and what was seen; it is as seen until something is otherwise.
import { chmodSync, mkdirSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { isAsSeen, type Look, lookOf } from "../../generator/answers/looks.ts";
import { look, tellOfChange, watchDisk } from "../../generator/disk/looks.ts";
import { temporaryFolder } from "../support/command.ts";

afterEach(() => watchDisk(undefined));

function watched(work: () => void): { readonly looks: readonly Look[]; readonly changes: number } {
  const looks: Look[] = [];
  let changes = 0;
  watchDisk({ looked: (...each) => looks.push(lookOf(...each)), changed: () => changes++ });
  work();
  watchDisk(undefined);
  return { looks, changes };
}

type Question = Look[0];
const questions: readonly Question[] = ["entry", "target", "names", "realPath", "bytes", "ownBytes"];

/** What stands at the path, one after the other; each differs from the one before for some question. */
const states: Readonly<Record<string, (path: string) => void>> = {
  nothing: () => {},
  "a file": (path) => writeFileSync(path, "one"),
  "another text of the same length": (path) => writeFileSync(path, "two"),
  "a longer text": (path) => writeFileSync(path, "three"),
  "a folder": (path) => mkdirSync(path),
  "a folder with a file": (path) => {
    mkdirSync(path);
    writeFileSync(join(path, "x"), "");
  },
  "a link to a file": (path) => {
    writeFileSync(`${path}-target`, "one");
    symlinkSync(`${path}-target`, path);
  },
  "a link to nothing": (path) => symlinkSync(`${path}-nothing`, path),
};

/** As a user of the answer would compare: by what it says, or how it fails. */
function answer(question: Question, path: string): string {
  try {
    const seen = look(question, path, 100);
    return seen instanceof Uint8Array ? `bytes ${Buffer.from(seen).toString()}` : JSON.stringify(seen ?? null);
  } catch (error) {
    return `throws ${(error as NodeJS.ErrnoException).code}`;
  }
}

it.each(questions)("%s: is as seen exactly when the answer is the same", (question) => {
  for (const [before, makeBefore] of Object.entries(states))
    for (const [after, makeAfter] of Object.entries(states)) {
      const path = join(temporaryFolder(), "x");
      makeBefore(path);
      let first = "";
      const { looks } = watched(() => {
        first = answer(question, path);
      });
      expect(looks).toHaveLength(1);
      rmSync(path, { recursive: true, force: true });
      makeAfter(path);
      expect(isAsSeen(looks[0]!), `${before}, then ${after}`).toBe(answer(question, path) === first);
    }
});

it("sees a change of what may be read, and a limit", () => {
  const path = join(temporaryFolder(), "x");
  writeFileSync(path, "12345");
  const { looks } = watched(() => {
    expect(look("bytes", path, 4)).toMatchObject({ code: "io/too-large" });
    expect(() => look("ownBytes", path, 4)).toThrow(/EFBIG/);
    expect(String(look("bytes", path, 5))).toBe("12345");
  });
  expect(looks.map(isAsSeen)).toEqual([true, true, true]);
  writeFileSync(path, "1234");
  expect(looks.map(isAsSeen)).toEqual([false, false, false]);
  chmodSync(path, 0o000);
  unlinkSync(path);
  expect(looks.map(isAsSeen)).toEqual([false, false, false]);
});

it("tells of changes, and of nothing when nobody watches", () => {
  expect(watched(tellOfChange)).toEqual({ looks: [], changes: 1 });
  expect(() => tellOfChange()).not.toThrow();
});
