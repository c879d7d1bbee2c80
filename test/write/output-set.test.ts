// The output folder is changed as a set, and only where fencegen wrote before.
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { Diagnostics } from "../../generator/diagnostics/diagnostic.ts";
import { realDisk } from "../../generator/write/disk.ts";
import { parseManifest } from "../../generator/write/manifest.ts";
import { compareOutputs, type WantedOutputs, wantedFile } from "../../generator/write/output-set.ts";
import { tryUpdate } from "../../generator/write/update-outputs.ts";
import { temporaryFolder } from "../support/command.ts";
import { testProcesses } from "../support/host.ts";

const first = { "a.txt": "a\n", "deep/down/b.txt": "b\n", "deep/c.txt": "c\n" };
const old = new Date("2001-01-01T00:00:00Z");

let folder: string;
beforeEach(() => {
  folder = join(temporaryFolder(), "out");
});

const place = () => ({ folder, outside: [], disk: realDisk, shown: (path: string) => path });

/** One chip with these files, and other chips that are left as they are. */
function wanted(files: Readonly<Record<string, string>>, ...others: readonly string[]): WantedOutputs {
  return {
    chips: [{ id: "one", files: Object.entries(files).map(([path, content]) => wantedFile({ path, content })) }],
    others: others.map((path) => ({ id: path, formerPaths: [path] })),
    shared: () => [],
    partsOf: () => ({}),
  };
}

function compare(files: Readonly<Record<string, string>>, ...others: readonly string[]) {
  return compareOutputs(folder, wanted(files, ...others));
}

function write(files: Readonly<Record<string, string>>) {
  const diagnostics = new Diagnostics();
  const request = {
    place: place(),
    processes: testProcesses(),
    compare: () => compare(files),
    isOutdated: () => false,
    refuses: () => false,
  };
  const update = tryUpdate(request, diagnostics);
  if (update.kind !== "finished") throw new Error("nobody else is there");
  const changes = update.comparison.changes.map(({ kind, path }) => `${kind} ${path}`);
  return { done: update.outcome === "done" && !diagnostics.hasErrors, changes, problems: diagnostics.sorted() };
}

/** The paths of which the manifest knows. */
function listed(text: string): string[] {
  return [...parseManifest(text)!.chips.values()].flatMap((entry) => Object.keys(entry)).sort();
}

/** Every file below the folder with its text, and every empty folder. */
function content(): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return Object.fromEntries(
    entries.flatMap((entry) => {
      const path = join(entry.parentPath, entry.name);
      if (entry.isDirectory()) return readdirSync(path).length === 0 ? [[`${path.slice(folder.length + 1)}/`, ""]] : [];
      return [[path.slice(folder.length + 1), readFileSync(path, "utf8")]];
    }),
  );
}

/** Sets a time that no write would set. */
function age(): void {
  for (const path of Object.keys(content())) utimesSync(join(folder, path), old, old);
}

function touched(): string[] {
  return Object.keys(content()).filter((path) => statSync(join(folder, path)).mtimeMs !== old.getTime());
}

describe("writing", () => {
  it("creates folders, files and the manifest", () => {
    expect(write(first).changes).toEqual([
      "create a.txt",
      "create deep/c.txt",
      "create deep/down/b.txt",
      "create manifest.json",
    ]);
    const { "manifest.json": manifest, ...files } = content();
    expect(files).toEqual(first);
    expect(listed(manifest!)).toEqual(Object.keys(first).sort());
  });

  it("does nothing the second time", () => {
    write(first);
    age();
    expect(write(first)).toMatchObject({ done: true, changes: [] });
    expect(touched()).toEqual([]);
  });

  it("touches only what changes", () => {
    write(first);
    age();
    expect(write({ ...first, "deep/c.txt": "new\n" }).changes).toEqual(["update deep/c.txt", "update manifest.json"]);
    expect(touched().sort()).toEqual(["deep/c.txt", "manifest.json"]);
  });

  it("removes what it wrote before and nobody wants any more, and the folder that becomes empty", () => {
    write(first);
    writeFileSync(join(folder, "deep/mine.txt"), "mine\n");
    expect(write({ "a.txt": "a\n" }).changes).toEqual([
      "remove deep/c.txt",
      "remove deep/down/b.txt",
      "update manifest.json",
    ]);
    const { "manifest.json": _, ...files } = content();
    expect(files).toEqual({ "a.txt": "a\n", "deep/mine.txt": "mine\n" });
  });

  it("keeps what belongs to a chip that the run is not for", () => {
    const both: WantedOutputs = {
      chips: Object.entries(first).map(([path, content]) => ({ id: path, files: [wantedFile({ path, content })] })),
      others: [],
      shared: () => [],
      partsOf: () => ({}),
    };
    const request = {
      place: place(),
      processes: testProcesses(),
      compare: () => compareOutputs(folder, both),
      isOutdated: () => false,
      refuses: () => false,
    };
    tryUpdate(request, new Diagnostics());
    const { changes } = compare({ "a.txt": "a\n" }, "deep/c.txt");
    expect(changes.map(({ path }) => path)).toEqual(["deep/down/b.txt", "manifest.json"]);
    expect(listed(changes.find(({ path }) => path === "manifest.json")!.after!)).toEqual(["a.txt", "deep/c.txt"]);
  });

  it("writes again what somebody deleted", () => {
    write(first);
    rmSync(join(folder, "a.txt"));
    expect(compare(first)).toMatchObject({ editedByHand: [], inTheWay: [] });
    expect(write(first).changes).toEqual(["create a.txt"]);
  });
});

describe("files of others", () => {
  it("that were edited are named, whether they would be replaced or removed", () => {
    write(first);
    writeFileSync(join(folder, "a.txt"), "edited\n");
    writeFileSync(join(folder, "deep/c.txt"), "edited\n");
    const { "deep/c.txt": _, ...fewer } = first;
    expect(compare(fewer)).toMatchObject({ editedByHand: ["a.txt", "deep/c.txt"], inTheWay: [] });
  });

  it("are no edit where they say what would be written anyway", () => {
    write(first);
    writeFileSync(join(folder, "a.txt"), "new\n");
    expect(compare({ ...first, "a.txt": "new\n" }).editedByHand).toEqual([]);
  });

  it("that stand in the way are named, folders too", () => {
    mkdirSync(join(folder, "deep/c.txt"), { recursive: true });
    writeFileSync(join(folder, "a.txt"), "mine\n");
    expect(compare(first)).toMatchObject({
      editedByHand: [],
      inTheWay: ["a.txt"],
      obstacles: [{ path: "deep/c.txt", kind: "folder" }],
    });
  });

  it.each([
    ["is no JSON", "nonsense"],
    ["is of another version", '{ "schemaVersion": 2, "files": {} }'],
    ["has no list", '{ "schemaVersion": 1, "files": null }'],
    ["is something else", "[]"],
  ])("are safe where the manifest %s", (_, manifest) => {
    write(first);
    writeFileSync(join(folder, "manifest.json"), manifest);
    expect(compare({ ...first, "a.txt": "new\n" }).inTheWay).toEqual(["a.txt"]);
  });

  it("are safe outside the folder, whatever the manifest says", () => {
    write(first);
    const outside = join(folder, "../outside.txt");
    writeFileSync(outside, "a\n");
    const manifest = readFileSync(join(folder, "manifest.json"), "utf8");
    writeFileSync(join(folder, "manifest.json"), manifest.replace('"a.txt"', '"../outside.txt"'));
    write({});
    expect(readFileSync(outside, "utf8")).toBe("a\n");
  });
});

describe("a write that fails", () => {
  it.each([
    ["in an empty folder", {}],
    ["over an older set", { "a.txt": "older\n", "deep/gone.txt": "gone\n" }],
  ])("leaves everything as it was, %s", (_, before) => {
    mkdirSync(join(folder, "deep/c.txt"), { recursive: true });
    write(before);
    const files = content();
    const { done, problems } = write(first);
    expect(done).toBe(false);
    expect(problems.map(({ code, path }) => [code, path])).toEqual([["output/not-a-file", join(folder, "deep/c.txt")]]);
    expect(content()).toEqual(files);
  });

  it("is reported where the folder itself cannot be made", () => {
    writeFileSync(folder, "a file\n");
    const { done, problems } = write(first);
    expect(done).toBe(false);
    expect(problems.map(({ code }) => code)).toEqual(["io/cannot-write"]);
    expect(readFileSync(folder, "utf8")).toBe("a file\n");
  });
});

describe("asked whether there is any change", () => {
  /** The files that a comparison reads, beside what it says. */
  function lookedAt(files: Readonly<Record<string, string>>) {
    const read: string[] = [];
    const noting =
      <T>(look: (path: string) => T) =>
      (path: string) => {
        read.push(path.slice(folder.length + 1));
        return look(path);
      };
    const disk = { ...realDisk, hash: noting(realDisk.hash), read: noting(realDisk.read) };
    return { comparison: compareOutputs(folder, wanted(files), disk, true), read };
  }

  it("looks at no file where the manifest says so", () => {
    write(first);
    const { comparison, read } = lookedAt({ ...first, "a.txt": "another\n" });
    expect(comparison.changes.map(({ path }) => path)).toEqual(["manifest.json"]);
    expect(read.filter((path) => path in first)).toEqual([]);
  });

  it("looks at all of them where the manifest stays, and finds one that somebody changed", () => {
    write(first);
    expect(lookedAt(first)).toMatchObject({ comparison: { changes: [] } });
    writeFileSync(join(folder, "deep/c.txt"), "edited\n");
    const { comparison, read } = lookedAt(first);
    expect(comparison.changes.map(({ path }) => path)).toEqual(["deep/c.txt"]);
    expect(Object.keys(first).filter((path) => !read.includes(path))).toEqual([]);
  });

  it("tells of an obstacle in the place of the folder", () => {
    writeFileSync(folder, "a file\n");
    expect(lookedAt(first).comparison.obstacles).toEqual([{ path: "", kind: "file", isOnTheWay: true }]);
  });
});
