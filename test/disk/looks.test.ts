// A look is what was asked of the disk and what was seen; it is as seen until something is otherwise.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
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
  "a longer text with the same beginning": (path) => writeFileSync(path, "one and more"),
  "an empty file": (path) => writeFileSync(path, ""),
  // As much as is read at a time.
  "a long text": (path) => writeFileSync(path, "long".repeat(64 * 1024)),
  "that text and more": (path) => writeFileSync(path, `${"long".repeat(64 * 1024)}er`),
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
  "a link to a folder": (path) => {
    mkdirSync(`${path}-folder`, { recursive: true });
    symlinkSync(`${path}-folder`, path);
  },
  "a link to a device that reads as empty": (path) => symlinkSync("/dev/null", path),
  // Nobody writes to it.
  "a pipe": (path) => execFileSync("mkfifo", [path]),
};

/** As a user of the answer would compare: by what it says, or how it fails. */
function answer(question: Question, path: string): string {
  try {
    const seen = look(question, path, 1_000_000);
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

it("takes no pipe for a file, whatever somebody writes into it", async () => {
  const path = join(temporaryFolder(), "x");
  writeFileSync(path, "one");
  const { looks } = watched(() => ["bytes" as const, "ownBytes" as const].map((question) => answer(question, path)));
  for (const each of looks) {
    rmSync(path);
    execFileSync("mkfifo", [path]);
    // Waits until it can write, and holds the pipe open until it is told to go.
    const writer = spawn("sh", ["-c", `exec 3<>"$1"; printf one >&3; echo ready; read _`, "sh", path]);
    await once(writer.stdout, "data");
    expect(isAsSeen(each)).toBe(false);
    writer.stdin.end();
    await once(writer, "exit");
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
