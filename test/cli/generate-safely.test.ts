// What generate does not touch, what it does not take for an edit, and what it refuses.
import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { commands } from "../../generator/cli/commands.ts";
import type { Host } from "../../generator/cli/environment.ts";
import { hash } from "../../generator/disk/hash.ts";
import { fencegen, root, temporaryFolder } from "../support/command.ts";
import { testHost, testProcesses } from "../support/host.ts";
import { inProcess } from "../support/in-process.ts";
import { testChip } from "../support/test-chip.ts";

function addChip(cwd: string, id: string): void {
  mkdirSync(join(cwd, "chips"), { recursive: true });
  writeFileSync(join(cwd, `chips/${id}.yaml`), testChip().replace("chip: test-chip", `chip: ${id}`));
}

/** A project with these chips and what is generated from them. */
function generated(...ids: string[]): string {
  const cwd = temporaryFolder();
  for (const id of ids) addChip(cwd, id);
  expect(fencegen(["generate"], { cwd })).toMatchObject({ code: 0, stderr: "" });
  return cwd;
}

function tree(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1)).sort();
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(folder, path), "utf8")]));
}

/** Those that write there and those that only look. */
const takeOut = commands.filter(({ options }) => options.includes("out"));

describe("a folder that is no place for outputs", () => {
  it("is asked for by every command that has to do with outputs", () => {
    expect(takeOut.map(({ name }) => name)).toEqual([
      "generate",
      "check",
      "facts",
      "list",
      "verify",
      "watch",
      "diff",
      "schema",
      "site",
    ]);
  });

  const cwd = () => {
    const folder = temporaryFolder();
    addChip(join(folder, "a/b"), "one");
    return join(folder, "a/b");
  };

  it.each([[""], ["/"], [".."], ["../.."], ["."], ["chips"], ["chips/out"], ["../b/chips/../chips"]])(
    "--out %j is wrong usage",
    async (out) => {
      const folder = cwd();
      const before = tree(dirname(folder));
      for (const { name } of takeOut) {
        const { code, stderr } = await inProcess(
          [name, "--out", out, ...(name === "generate" ? ["--force"] : [])],
          folder,
        );
        expect({ name, code, stderr }).toEqual({
          name,
          code: 64,
          stderr: expect.stringMatching(new RegExp(`^fencegen: (${name}: )?--out`)),
        });
      }
      expect(tree(dirname(folder))).toEqual(before);
    },
  );

  it("the home folder, a link to the chips, and a folder that holds descriptions are wrong usage", () => {
    const folder = cwd();
    symlinkSync("chips", join(folder, "linked"));
    mkdirSync(join(folder, "other/chips"), { recursive: true });
    writeFileSync(join(folder, "other/chips/theirs.yaml"), "");
    for (const out of ["linked", "other", "../../home"]) {
      mkdirSync(join(folder, "../../home"), { recursive: true });
      for (const { name } of takeOut) {
        const result = fencegen([name, "--out", out], { cwd: folder, env: { HOME: join(folder, "../../home") } });
        expect({ name, ...result }).toMatchObject({ name, code: 64, stdout: "" });
      }
    }
  });

  it("is wrong usage before anything else is: also where the chips have problems", async () => {
    const folder = cwd();
    writeFileSync(join(folder, "chips/broken.yaml"), "{");
    for (const { name } of takeOut)
      expect({ name, ...(await inProcess([name, "--out", "/"], folder)) }).toMatchObject({
        name,
        code: 64,
        stdout: "",
      });
  });

  it.each(["generate", "check", "validate", "list"])('%s --chips "" is wrong usage', (command) => {
    const { code, stderr } = fencegen([command, "--chips", ""], { cwd: cwd() });
    expect({ code, stderr }).toMatchObject({ code: 64, stderr: expect.stringContaining("--chips") });
  });
});

describe("links", () => {
  it("that lead out of the output folder are refused, with and without --force", () => {
    for (const linked of ["rust", "rust/src", "typescript/one.ts", "manifest.json", ".fencegen"]) {
      const cwd = generated("one");
      const elsewhere = join(cwd, "elsewhere");
      if (existsSync(join(cwd, "out", linked))) renameSync(join(cwd, "out", linked), elsewhere);
      else mkdirSync(elsewhere);
      symlinkSync(elsewhere, join(cwd, "out", linked));
      addChip(cwd, "two");
      appendFileSync(join(cwd, "chips/one.yaml"), "\n");
      const before = tree(cwd);
      for (const more of [[], ["--force"]]) {
        const { code, stderr } = fencegen(["generate", ...more], { cwd });
        expect({ code, stderr }).toEqual({
          code: 1,
          stderr: expect.stringMatching(new RegExp(`^out/${linked} error output/link: is a link`, "m")),
        });
      }
      expect(tree(cwd)).toEqual(before);
    }
  });

  it("planted where an older fencegen prepared its files are left alone", () => {
    const cwd = generated("one");
    writeFileSync(join(cwd, "victim"), "mine\n");
    addChip(cwd, "two");
    for (const path of ["out/rust/src/two.rs.fencegen-new", "out/manifest.json.fencegen-new"])
      symlinkSync(join(cwd, "victim"), join(cwd, path));
    expect(fencegen(["generate"], { cwd })).toMatchObject({ code: 0, stderr: "" });
    expect(readFileSync(join(cwd, "victim"), "utf8")).toBe("mine\n");
  });

  it("as the output folder itself are followed", () => {
    const cwd = temporaryFolder();
    addChip(cwd, "one");
    mkdirSync(join(cwd, "elsewhere"));
    symlinkSync("elsewhere", join(cwd, "out"));
    expect(fencegen(["generate"], { cwd })).toMatchObject({ code: 0, stderr: "" });
    expect(existsSync(join(cwd, "elsewhere/rust/src/one.rs"))).toBe(true);
    expect(fencegen(["check"], { cwd }).code).toBe(0);
  });
});

describe("a file that lists all chips", () => {
  it("is known to be edited by a line more, less or other", () => {
    for (const edit of [
      (text: string) => `${text}// mine\n`,
      (text: string) => text.replace(/^.*one.*\n/m, ""),
      (text: string) => text.replace("one", "eno"),
    ]) {
      const cwd = generated("one", "two");
      const path = join(cwd, "out/rust/src/lib.rs");
      writeFileSync(path, edit(readFileSync(path, "utf8")));
      const { code, stderr } = fencegen(["generate"], { cwd });
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: expect.stringMatching(/^out\/rust\/src\/lib\.rs error output\/edited-by-hand/),
      });
    }
  });

  it("follows another licence without being taken for an edit", () => {
    const cwd = generated("one", "two");
    writeFileSync(join(cwd, ".fencegen.yaml"), "licence: [Other words.]\n");
    expect(fencegen(["generate"], { cwd })).toMatchObject({ code: 0, stderr: "" });
    expect(readFileSync(join(cwd, "out/rust/src/lib.rs"), "utf8")).toContain("// Other words.");
  });
});

describe("git merges", () => {
  const merge = (base: readonly string[], ours: string, theirs: string) => {
    const cwd = temporaryFolder();
    const git = (...args: string[]) =>
      execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@t", "-c", "commit.gpgsign=false", ...args], {
        cwd,
        encoding: "utf8",
        stdio: "pipe",
      });
    git("init", "-q", "-b", "main");
    cpSync(join(root, ".gitattributes"), join(cwd, ".gitattributes"));
    for (const id of base) addChip(cwd, id);
    const commit = () => {
      expect(fencegen(["generate"], { cwd })).toMatchObject({ code: 0, stderr: "" });
      git("add", "-A");
      git("commit", "-qm", "chips");
    };
    commit();
    git("switch", "-qc", "theirs");
    addChip(cwd, theirs);
    commit();
    git("switch", "-q", "main");
    addChip(cwd, ours);
    commit();
    git("merge", "-q", "--no-edit", "theirs");
    return cwd;
  };

  it.each([
    [["m"], "a", "z"],
    [["m"], "x", "y"],
    [["m"], "y", "x"],
    [["a", "z"], "m", "n"],
    [["a", "z"], "n", "m"],
  ])("of two branches that each add a chip to %j, %s and %s, have no conflict", (base, ours, theirs) => {
    const cwd = merge(base, ours, theirs);
    const entries = Object.keys(JSON.parse(readFileSync(join(cwd, "out/manifest.json"), "utf8")));
    const ofChips = entries.filter((name) => name.startsWith("chip ")).sort();
    expect(ofChips).toEqual([...base, ours, theirs].map((id) => `chip ${id}`).sort());
    expect(fencegen(["generate"], { cwd })).toMatchObject({ code: 0, stderr: expect.not.stringContaining("error") });
    const together = generated(...base, ours, theirs);
    expect(tree(join(cwd, "out"))).toEqual(tree(join(together, "out")));
  });
});

describe("what an older fencegen left", () => {
  /** The manifest as it was before: a hash for every file. */
  function makeOlder(cwd: string): void {
    const { "manifest.json": _, ...files } = tree(join(cwd, "out"));
    const hashes = Object.fromEntries(Object.entries(files).map(([path, text]) => [path, hash(text)]));
    writeFileSync(join(cwd, "out/manifest.json"), `${JSON.stringify({ schemaVersion: 1, files: hashes }, null, 2)}\n`);
  }

  it("a manifest of its form is read, and replaced", () => {
    const cwd = generated("one", "two");
    const expected = tree(join(generated("one"), "out"));
    makeOlder(cwd);
    rmSync(join(cwd, "chips/two.yaml"));
    expect(fencegen(["generate"], { cwd })).toMatchObject({ code: 0, stderr: "" });
    expect(tree(join(cwd, "out"))).toEqual(expected);
  });

  it("edits are known with it, and the others' files are kept by a run for one chip", () => {
    const cwd = generated("one", "two");
    const expected = tree(join(cwd, "out"));
    makeOlder(cwd);
    expect(fencegen(["generate", "one"], { cwd })).toMatchObject({ code: 0, stderr: "" });
    const kept = tree(join(cwd, "out"));
    for (const path of ["rust/src/two.rs", "typescript/two.ts"]) expect(kept[path], path).toBe(expected[path]);
    // Such a manifest does not say whose a file is: what a run for one chip left out is there again after a whole one.
    expect(fencegen(["generate"], { cwd }).code).toBe(0);
    expect(tree(join(cwd, "out"))).toEqual(expected);
    makeOlder(cwd);
    appendFileSync(join(cwd, "out/typescript/index.ts"), "// mine\n");
    expect(fencegen(["generate"], { cwd }).stderr).toMatch(/^out\/typescript\/index\.ts error output\/edited-by-hand/);
  });

  it("files that it prepared go, whole or in part; somebody else's of the same name stay", () => {
    const cwd = generated("one");
    const text = readFileSync(join(cwd, "out/rust/src/one.rs"), "utf8");
    const ours = {
      "out/rust/src/one.rs.fencegen-new": text.slice(0, 30),
      "out/rust/src/gone.rs.fencegen-new": text,
      "out/typescript/one.ts.fencegen-new": "",
      "out/manifest.json.fencegen-new": '{\n  "schemaVersion": 1,\n  "files": {\n    "rust/Car',
    };
    const others = { "out/rust/src/lib.rs.fencegen-new": "mine\n", "out/rust/Cargo.toml.fencegen-new": "{}\n" };
    for (const [path, content] of Object.entries({ ...ours, ...others })) writeFileSync(join(cwd, path), content);
    expect(fencegen(["generate"], { cwd })).toMatchObject({ code: 0, stderr: "" });
    for (const path of Object.keys(ours)) expect(existsSync(join(cwd, path)), path).toBe(false);
    for (const [path, content] of Object.entries(others)) expect(readFileSync(join(cwd, path), "utf8")).toBe(content);
  });
});

describe("the lock", () => {
  const put = (cwd: string, owner: object) => {
    mkdirSync(join(cwd, "out/.fencegen/lock"), { recursive: true });
    writeFileSync(join(cwd, "out/.fencegen/lock/owner"), JSON.stringify(owner));
  };
  const token = "00000000-0000-4000-8000-000000000000";

  const alive = 4711;
  /** Of a process that lives, which this one is told of; `pause` is what happens meanwhile instead of waiting. */
  const host = (pause: Host["pause"]): Host => ({ ...testHost(), processes: testProcesses([alive]), pause });

  it("of a process that lives is waited for, and then said who holds it", async () => {
    const cwd = generated("one");
    const before = tree(join(cwd, "out"));
    put(cwd, { token, id: alive, host: hostname(), start: null, since: 1000 - 7000 });
    addChip(cwd, "two");
    const pauses: number[] = [];
    const result = await inProcess(
      ["generate"],
      cwd,
      host(async (milliseconds) => {
        pauses.push(milliseconds);
      }),
    );
    expect(result).toEqual({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(
        new RegExp(`^out error output/locked: process ${alive} on .* has been writing here for 7 s`),
      ),
    });
    expect(tree(join(cwd, "out"))).toMatchObject(before);
    // Longer than any run takes, and not for ever.
    const total = pauses.reduce((sum, each) => sum + each, 0);
    expect(total).toBeGreaterThan(5000);
    expect(total).toBeLessThan(15_000);
  });

  it("of a process that ends meanwhile is taken at the next try", async () => {
    const cwd = generated("one");
    put(cwd, { token, id: alive, host: hostname(), start: null, since: 1000 });
    addChip(cwd, "two");
    let pauses = 0;
    const result = await inProcess(
      ["generate"],
      cwd,
      host(async () => {
        if (++pauses === 3) rmSync(join(cwd, "out/.fencegen/lock"), { recursive: true });
      }),
    );
    expect({ ...result, pauses }).toMatchObject({ code: 0, pauses: 3 });
    expect(readdirSync(join(cwd, "out"))).not.toContain(".fencegen");
  });

  it.each([
    ["has died", { id: 2 ** 30 }],
    ["had the number before another", { id: process.pid, start: "some other time" }],
    ["ran on another machine long ago", { id: process.pid, host: "elsewhere.invalid", since: 0 }],
  ])("of a process that %s is taken over", (_, owner) => {
    const cwd = generated("one");
    put(cwd, { token, host: hostname(), start: null, since: 0, ...owner });
    addChip(cwd, "two");
    expect(fencegen(["generate"], { cwd })).toMatchObject({ code: 0, stderr: "" });
    expect(readdirSync(join(cwd, "out"))).not.toContain(".fencegen");
  });
});

it("a manifest that cannot be read is said to be broken, and written anew", () => {
  const cwd = generated("one");
  const before = tree(join(cwd, "out"));
  writeFileSync(join(cwd, "out/manifest.json"), "nonsense");
  const { code, stderr } = fencegen(["generate"], { cwd });
  expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining("output/broken-manifest") });
  expect(tree(join(cwd, "out"))).toEqual(before);
});
