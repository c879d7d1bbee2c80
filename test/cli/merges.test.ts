// What git makes of two branches, and what generate makes of that: as chips/README.md advises, word for word.
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, expect, it } from "vitest";
import { keepingHost, base as project, pullRequests } from "../compare/pull-requests.ts";
import { root, temporaryFolder } from "../support/command.ts";
import { inProcess } from "../support/in-process.ts";
import { testChip } from "../support/test-chip.ts";

const readme = readFileSync(join(root, "chips/README.md"), "utf8");
const section = /^## When two branches meet\n([\s\S]*?)^## /m.exec(readme)![1]!;
const advised = (language: string) => new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\`$`, "m").exec(section)![1]!;

type Files = Readonly<Record<string, string | null>>;

const chip = (id: string, more: (text: string) => string = (text) => text) => ({
  [`chips/${id}.yaml`]: more(testChip().replace("chip: test-chip", `chip: ${id}`)),
});
const settings = { ".fencegen.yaml": "tables: [CHIPS.md]\n" };
const table = {
  "CHIPS.md": "# Chips\n\nBelow are all chips.\n\n<!-- fencegen:chips -->\n<!-- /fencegen:chips -->\n\nThe end.\n",
};

/** A repository in which two branches each change something and are to be merged. */
class Meeting {
  readonly folder = temporaryFolder();
  readonly host = keepingHost();

  constructor(config: Readonly<Record<string, string>> = {}) {
    this.git("init", "--quiet", "--initial-branch=main");
    const always = { "user.name": "t", "user.email": "t@t", "commit.gpgsign": "false" };
    for (const [name, value] of Object.entries({ ...always, ...config })) this.git("config", name, value);
  }

  git(...args: string[]): string {
    return execFileSync("git", args, { cwd: this.folder, encoding: "utf8", stdio: "pipe" });
  }

  write(files: Files): void {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(this.folder, path, ".."), { recursive: true });
      if (text === null) this.git("rm", "--quiet", path);
      else writeFileSync(join(this.folder, path), text);
    }
  }

  read(path: string): string {
    return readFileSync(join(this.folder, path), "utf8");
  }

  fencegen(...args: string[]) {
    return inProcess(args, this.folder, this.host);
  }

  async commit(files: Files): Promise<void> {
    this.write(files);
    expect((await this.fencegen("generate")).code).toBe(0);
    this.git("add", "--all");
    this.git("commit", "--quiet", "--message=Change");
  }

  /** What was there before both, what the branch does that is checked out, and what `other-branch` does. */
  async branches(base: Files, ours: Files, theirs: Files): Promise<void> {
    await this.commit(base);
    this.git("switch", "--quiet", "--create", "other-branch");
    await this.commit(theirs);
    this.git("switch", "--quiet", "main");
    await this.commit(ours);
  }

  /** Whether git sees conflicts, and in which files. */
  merge(): readonly string[] {
    spawnSync("git", ["merge", "--quiet", "--no-edit", "other-branch"], { cwd: this.folder });
    return this.git("diff", "--name-only", "--diff-filter=U").split("\n").filter(Boolean);
  }

  /** All outputs, and the tables. */
  outputs(): Readonly<Record<string, string>> {
    const names = readdirSync(join(this.folder, "out"), { recursive: true, withFileTypes: true });
    const paths = names.filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name));
    const own = paths.map((path) => path.slice(this.folder.length + 1)).sort();
    return Object.fromEntries([...own, "CHIPS.md"].map((path) => [path, this.read(path)]));
  }
}

/** What is generated where the files were never in two branches. */
async function generatedFrom(files: Files): Promise<Readonly<Record<string, string>>> {
  const alone = new Meeting();
  alone.write(files);
  expect(await alone.fencegen("generate")).toMatchObject({ code: 0, stderr: "" });
  return alone.outputs();
}

const base = { ...settings, ...table, ...chip("m") };
const twoFences = (text: string) => text.replace("snoops: none", "snoops: all");

describe("the advice of chips/README.md", () => {
  it.each([
    ["with the lines for .gitattributes", advised("gitattributes")],
    ["without them", ""],
  ])("is right word for word, %s", async (_, attributes) => {
    const meeting = new Meeting();
    await meeting.branches({ ...base, ".gitattributes": attributes }, chip("x"), chip("y", twoFences));
    const bin = join(temporaryFolder(), "bin");
    mkdirSync(bin);
    // What `npx` runs in a project that has fencegen installed.
    writeFileSync(
      join(bin, "npx"),
      `#!/bin/sh\n[ "$1" = fencegen ] || exit 127\nshift\nexec '${process.execPath}' '${join(root, "dist/fencegen.js")}' "$@"\n`,
    );
    chmodSync(join(bin, "npx"), 0o755);
    const results = advised("sh")
      .trimEnd()
      .split("\n")
      .map((line) => {
        const env = { ...process.env, PATH: `${bin}${delimiter}${process.env["PATH"]}` };
        const { status, stderr, stdout } = spawnSync("sh", ["-c", line], {
          cwd: meeting.folder,
          encoding: "utf8",
          env,
        });
        return { line, status, said: `${stdout}${stderr}` };
      });
    const [merge, generate, ...others] = results;
    expect(merge).toMatchObject({ line: "git merge other-branch", status: attributes === "" ? 1 : expect.any(Number) });
    expect(generate).toMatchObject({ line: "npx fencegen generate", status: 0 });
    expect(generate!.said).not.toMatch(/error|warning|hand/);
    for (const each of others) expect(each).toMatchObject({ status: 0 });
    expect(meeting.git("status", "--porcelain")).toBe("");
    expect(meeting.git("rev-list", "--parents", "--max-count=1", "HEAD").trim().split(" ")).toHaveLength(3);
    expect((await meeting.fencegen("check")).code).toBe(0);
    const files = { ...base, ...chip("x"), ...chip("y", twoFences) };
    expect(meeting.outputs()).toEqual(await generatedFrom(files));
  });

  it("says for .gitattributes what this repository has", () => {
    const own = readFileSync(join(root, ".gitattributes"), "utf8").split("\n");
    expect(own.filter((line) => line.includes("merge=")).join("\n")).toBe(advised("gitattributes").trimEnd());
  });
});

/** Four chips, three of them on a core of the project's own. */
const onOwnCore: Files = { ...settings, ...table, ...project };
const changed = (path: string, ...[from, to]: readonly [string | RegExp, string]): Files => {
  const text = project[path]!.replace(from, to);
  expect(text).not.toBe(project[path]);
  return { [path]: text };
};
const lines64 = () => changed("chips/cores/own-core.yaml", "lineBytes: 32", "lineBytes: 64");
const titled = () => changed("chips/cores/own-core.yaml", "title: Core of our own", "title: Other core");
const gamma = pullRequests["new chip"]!;

const meetings: Readonly<Record<string, () => { base: Files; ours: Files; theirs: Files; conflicts: RegExp }>> = {
  "each adds a chip, at the same place": () => ({
    base,
    ours: chip("x"),
    theirs: chip("y", twoFences),
    conflicts: /manifest\.json/,
  }),
  "one adds a chip, the other changes the chip before it": () => ({
    base,
    ours: chip("x"),
    theirs: chip("m", twoFences),
    conflicts: /manifest\.json/,
  }),
  "both change the same chip in different places": () => ({
    base: onOwnCore,
    ours: changed("chips/alpha.yaml", "title: Alpha", "title: Other"),
    theirs: changed("chips/alpha.yaml", "  DMA: {", "  Other: {"),
    conflicts: /manifest\.json/,
  }),
  "both add the same chip, and each another": () => ({
    base,
    ours: { ...chip("x"), ...chip("y") },
    theirs: { ...chip("x"), ...chip("z") },
    conflicts: /manifest\.json/,
  }),
  "one changes a core of three chips, the other adds one": () => ({
    base: onOwnCore,
    ours: lines64(),
    theirs: gamma,
    conflicts: /manifest\.json/,
  }),
  "both change a core of three chips": () => ({
    base: onOwnCore,
    ours: lines64(),
    theirs: titled(),
    conflicts: /manifest\.json/,
  }),
  "one removes a chip that the other changes by its core": () => ({
    base: onOwnCore,
    ours: lines64(),
    theirs: { "chips/beta.yaml": null },
    conflicts: /rust\/src\/beta\.rs/,
  }),
};

describe.each([
  ["no advice", { attributes: "", style: "merge" }],
  ["lines of both, and three versions in a conflict", { attributes: advised("gitattributes"), style: "diff3" }],
])("with %s", (_, { attributes, style }) => {
  it.each(Object.entries(meetings))("%s: generate writes what follows from both", async (__, made) => {
    const { base, ...each } = made();
    const meeting = new Meeting({ "merge.conflictStyle": style });
    await meeting.branches({ ...base, ".gitattributes": attributes }, each.ours, each.theirs);
    const conflicts = meeting.merge();
    if (attributes === "") expect(conflicts.join(" ")).toMatch(each.conflicts);
    expect(conflicts.filter((path) => path.startsWith("chips/"))).toEqual([]);
    const stale = await meeting.fencegen("check");
    expect(stale.stderr).not.toMatch(/ (error|warning) /);
    const { code, stderr } = await meeting.fencegen("generate");
    expect(stderr).not.toMatch(/ (error|warning) |hand/);
    expect(code).toBe(0);
    expect(await meeting.fencegen("check")).toMatchObject({ code: 0 });
    const chips = readdirSync(join(meeting.folder, "chips"), { recursive: true, encoding: "utf8" });
    const described = chips.filter((name) => name.endsWith(".yaml")).map((name) => `chips/${name}`);
    const now = Object.fromEntries(described.map((path) => [path, meeting.read(path)]));
    expect(meeting.outputs()).toEqual(await generatedFrom({ ...settings, ...table, ...now }));
  });
});

describe("conflicts that only a person can resolve", () => {
  it("in a description have a problem of their own, at the place, and nothing is written", async () => {
    const meeting = new Meeting();
    const titled = (title: string) => chip("m", (text) => text.replace(/^title: .*$/m, `title: ${title}`));
    await meeting.branches(base, titled("Ours"), titled("Theirs"));
    expect(meeting.merge()).toContain("chips/m.yaml");
    const before = meeting.outputs();
    for (const command of ["generate", "check", "validate"]) {
      const { code, stderr } = await meeting.fencegen(command);
      expect(code).toBe(1);
      expect(stderr).toMatch(/^chips\/m\.yaml:\d+:1 error yaml\/conflict: .*`HEAD` and that of `other-branch`$/m);
      expect(stderr.match(/ error /g)).toHaveLength(1);
      expect(stderr).toContain("<<<<<<< HEAD");
    }
    expect(meeting.outputs()).toEqual(before);
  });

  it("half in a table are told of, and the text beside it is kept", async () => {
    const meeting = new Meeting();
    const beside = (text: string) => ({ "CHIPS.md": table["CHIPS.md"].replace("Below are all chips.", text) });
    await meeting.branches(
      base,
      { ...beside("Our words."), ...chip("x") },
      { ...beside("Their words."), ...chip("y"), ...chip("z") },
    );
    expect(meeting.merge()).toContain("CHIPS.md");
    const text = meeting.read("CHIPS.md");
    const { code, stderr } = await meeting.fencegen("generate");
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^CHIPS\.md:3:1 error output\/conflict: /),
    });
    expect(meeting.read("CHIPS.md")).toBe(text);
  });

  it("an edit by hand is still one, also beside a conflict in another file", async () => {
    const meeting = new Meeting();
    await meeting.branches(base, chip("x"), chip("y"));
    meeting.merge();
    writeFileSync(join(meeting.folder, "out/typescript/m.ts"), "// mine\n");
    const { code, stderr } = await meeting.fencegen("generate");
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^out\/typescript\/m\.ts error output\/edited-by-hand/),
    });
  });
});

describe("generate for one chip of a merge", () => {
  it("leaves the others for a run for all", async () => {
    const meeting = new Meeting();
    await meeting.branches(onOwnCore, lines64(), titled());
    meeting.merge();
    expect(await meeting.fencegen("generate", "beta")).toMatchObject({ code: 0 });
    const { code, stderr } = await meeting.fencegen("generate");
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.not.stringMatching(/ error |hand/) });
    expect((await meeting.fencegen("check")).code).toBe(0);
  });
});

describe("what plans were found unsound", () => {
  const unsound = (...keys: string[]) =>
    `${JSON.stringify({ schemaVersion: 1, unsound: Object.fromEntries(keys.map((key) => [key.repeat(16), 'p, "q"'])) }, null, 2)}\n`;

  it.each([["merge=union"], ["merge"]])("is remembered from both branches, with %s", async (attribute) => {
    const meeting = new Meeting();
    const attributes = { ".gitattributes": `chips/.unsound.json ${attribute}\n` };
    await meeting.commit({ ...base, ...attributes, "chips/.unsound.json": unsound("0") });
    meeting.git("switch", "--quiet", "--create", "other-branch");
    await meeting.commit({ "chips/.unsound.json": unsound("0", "a") });
    meeting.git("switch", "--quiet", "main");
    await meeting.commit({ "chips/.unsound.json": unsound("0", "b") });
    meeting.merge();
    expect(meeting.read("chips/.unsound.json").includes("<<<<<<<")).toBe(attribute !== "merge=union");
    expect(await meeting.fencegen("generate")).toMatchObject({ code: 0, stderr: "Everything is up to date.\n" });
    expect((await meeting.fencegen("verify", "m")).code).toBe(0);
    expect(meeting.read("chips/.unsound.json")).toBe(unsound("0", "a", "b"));
  });

  it.each<[what: string, change: (text: string) => string]>([
    ["more was changed than a merge does", (text) => text.replace("{\n", "{\n<<<<<<< HEAD\n  mine\n")],
    ["it ends too early", (text) => text.slice(0, text.lastIndexOf("    "))],
    ["an entry is torn", (text) => text.replace('": "p', '"')],
  ])("is not guessed where %s", async (_, change) => {
    const meeting = new Meeting();
    meeting.write({ ...base, "chips/.unsound.json": change(unsound("0", "a", "b")) });
    expect(await meeting.fencegen("generate")).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^chips\/\.unsound\.json error verdicts\/unreadable/),
    });
  });
});
