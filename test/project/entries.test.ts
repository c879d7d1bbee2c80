// How what is known of descriptions is kept between runs: each file on which they rest once.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { hash } from "../../generator/disk/hash.ts";
import { type Entry, entriesIn, FileHashes, keptForm } from "../../generator/project/entries.ts";
import { temporaryFolder } from "../support/command.ts";

const texts: Readonly<Record<string, string>> = { "one.yaml": "one", "two.yaml": "two", "core.yaml": "core" };
const core = { path: "core.yaml", hash: hash("core") };
const entryOf = (path: string): Entry => ({
  hash: hash(texts[path]!),
  // Equal, and not the same list.
  restsOn: [{ ...core }],
  warnings: [],
  chip: undefined,
});
const entries = new Map(["one.yaml", "two.yaml"].map((path) => [path, entryOf(path)]));

function hashesIn(folder: string): FileHashes {
  return new FileHashes(new Map(Object.keys(texts).map((path) => [path, join(folder, path)])));
}

function written(changed: Readonly<Record<string, string>> = {}): string {
  const folder = temporaryFolder();
  for (const [path, text] of Object.entries({ ...texts, ...changed })) writeFileSync(join(folder, path), text);
  return folder;
}

describe("entries", () => {
  it("come back as they were kept, and share what they rest on", () => {
    const kept = JSON.parse(JSON.stringify(keptForm(entries)));
    expect(kept).toMatchObject({ files: [core], lists: [[0]] });
    const back = entriesIn(kept);
    expect(JSON.parse(JSON.stringify([...back]))).toEqual(JSON.parse(JSON.stringify([...entries])));
    expect(back.get("one.yaml")!.restsOn).toBe(back.get("two.yaml")!.restsOn);
    expect(keptForm(back)).toEqual(keptForm(entries));
  });

  it("keep two states of a file apart", () => {
    const later = new Map([
      ...entries,
      ["two.yaml", { ...entryOf("two.yaml"), restsOn: [{ ...core, hash: hash("x") }] }],
    ]);
    expect(entriesIn(keptForm(later))).toEqual(later);
  });

  it("are true until their file or one on which they rest holds something else", () => {
    const areTrue = (folder: string) => {
      const hashes = hashesIn(folder);
      return [...entriesIn(keptForm(entries))].map(([path, entry]) => hashes.isStillTrue(entry, path));
    };
    expect(areTrue(written())).toEqual([true, true]);
    expect(areTrue(written({ "one.yaml": "edited" }))).toEqual([false, true]);
    expect(areTrue(written({ "core.yaml": "edited" }))).toEqual([false, false]);
  });

  it("of another form are none", () => {
    expect(entriesIn(undefined).size).toBe(0);
    expect(entriesIn({ "one.yaml": entryOf("one.yaml") }).size).toBe(0);
  });
});
