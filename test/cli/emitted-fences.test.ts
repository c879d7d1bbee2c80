// The comparison of a file that lies in the output folder with what is printed.
import { execFileSync } from "node:child_process";
import { mkdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { compareEmitted, type EmittedFile } from "../../generator/cli/emitted-fences.ts";
import { Below } from "../../generator/write/below.ts";
import { realDisk } from "../../generator/write/disk.ts";
import { temporaryFolder } from "../support/command.ts";

const content = "// Grüße\nline two\nline three\n";
const path = "typescript/a.ts";

function compared(put: (file: string, folder: string) => void): EmittedFile {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "typescript"));
  put(join(folder, path), folder);
  return compareEmitted(new Below(folder, realDisk), { path, content });
}

const compareText = (text: string | Buffer) => compared((file) => writeFileSync(file, text));

it("agrees with what is the same to the last byte", () => {
  expect(compareText(content)).toEqual({ path, state: "agrees" });
});

it.each<[string, string | Buffer, number, number]>([
  ["another character", content.replace("two", "tWo"), 2, 7],
  ["a character less at the end", content.slice(0, -1), 3, 11],
  ["a line more", `${content}\n`, 4, 1],
  ["much more", content + "x".repeat(1_000_000), 4, 1],
  ["nothing", "", 1, 1],
  ["other ends of lines", content.replaceAll("\n", "\r\n"), 1, 9],
  ["a mark of its encoding", `\uFEFF${content}`, 1, 1],
  // ü and ö have their first byte in common.
  ["a character whose bytes are partly the same", content.replace("ü", "ö"), 1, 6],
  ["a difference behind characters of several bytes", content.replace("ße", "ss"), 1, 7],
  ["bytes that are no text", Buffer.concat([Buffer.from("// Gr"), Buffer.from([0xff])]), 1, 6],
])("finds where it differs: %s", (_, text, line, column) => {
  expect(compareText(text)).toEqual({ path, state: "differs", firstDifference: { line, column } });
});

it("does not take bytes that no reader can tell apart for the same", () => {
  const printed = { path: "a", content: "\uFFFD" };
  const folder = temporaryFolder();
  writeFileSync(join(folder, "a"), Buffer.from([0xff]));
  expect(compareEmitted(new Below(folder, realDisk), printed).state).toBe("differs");
});

describe("what is not there", () => {
  it("a file, or the folder that it would be in, is not generated", () => {
    expect(compared(() => {})).toEqual({ path, state: "not generated" });
    const below = new Below(join(temporaryFolder(), "out"), realDisk);
    expect(compareEmitted(below, { path, content }).state).toBe("not generated");
  });
});

describe("what is no file", () => {
  it.each<[string, (file: string) => void, string]>([
    ["a folder", (file) => mkdirSync(file), "folder"],
    ["a pipe that nobody writes to", (file) => execFileSync("mkfifo", [file]), "pipe"],
    ["a link to a device without end", (file) => symlinkSync("/dev/zero", file), "link"],
    ["a link to itself", (file) => symlinkSync(file, file), "link"],
    ["a link to nothing", (file) => symlinkSync("nowhere", file), "link"],
  ])("%s differs", (_, put, kind) => {
    expect(compared(put)).toEqual({ path, state: "differs", obstacle: { path, kind, isOnTheWay: false } });
  });

  it("and what is no folder: the same text behind a link to elsewhere is not read", () => {
    const put = (way: (folder: string) => void) =>
      compared((file, folder) => {
        writeFileSync(file, content);
        renameSync(join(folder, "typescript"), join(folder, "elsewhere"));
        way(join(folder, "typescript"));
      });
    const obstacle = (kind: string) => ({ path: "typescript", kind, isOnTheWay: true });
    const differs = (kind: string) => ({ path, state: "differs", obstacle: obstacle(kind) });
    expect(put((folder) => symlinkSync("elsewhere", folder))).toEqual(differs("link"));
    expect(put((folder) => writeFileSync(folder, ""))).toEqual(differs("file"));
    expect(
      compared((file, folder) => {
        writeFileSync(join(folder, "same.ts"), content);
        symlinkSync("../same.ts", file);
      }),
    ).toMatchObject({ state: "differs", obstacle: { kind: "link" } });
  });
});
