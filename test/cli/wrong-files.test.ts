// Every file that the command reads, in every wrong shape: a documented exit code, a problem with a code, one JSON object, and
// never 70.

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/command.ts";
import { inProcess } from "../support/in-process.ts";
import { testChip } from "../support/test-chip.ts";
import { misread } from "../verifier/own-chips.ts";

interface Answer {
  readonly schemaVersion: number;
  readonly diagnostics?: readonly { readonly code: string }[];
}

/** Runs the command for people and for programs: both exit alike, and the second prints one object. */
async function both(args: readonly string[], cwd: string) {
  const { code, stdout } = await inProcess([...args, "--json"], cwd);
  const answer = JSON.parse(stdout) as Answer;
  const people = await inProcess(args, cwd);
  expect(people.code, people.stderr).toBe(code);
  expect(answer.schemaVersion).toBe(1);
  return { code, answer, stderr: people.stderr };
}

/** A project with one chip, and one file more. */
function project(path?: string, place: (path: string) => void = () => {}): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "chips"));
  writeFileSync(join(folder, "chips/test-chip.yaml"), testChip());
  if (path) place(join(folder, path));
  return folder;
}

const shapes: Readonly<Record<string, (path: string) => void>> = {
  "a folder": (path) => mkdirSync(path),
  "a folder with something in it": (path) => mkdirSync(join(path, "more"), { recursive: true }),
  "a link to nothing": (path) => symlinkSync("nowhere", path),
  "a link to itself": (path) => symlinkSync(path, path),
  "a pipe that nobody writes to": (path) => expect(spawnSync("mkfifo", [path]).status).toBe(0),
  empty: (path) => writeFileSync(path, ""),
  "no JSON": (path) => writeFileSync(path, "{"),
  "no text": (path) => writeFileSync(path, Buffer.from([0xff, 0xfe, 0, 0x80])),
  "too large": (path) => writeFileSync(path, `${" ".repeat(1024 * 1024)}{}`),
};
const values: readonly string[] = [
  "null",
  "1",
  '"text"',
  "[]",
  "{}",
  '{ "schemaVersion": 2, "unsound": {} }',
  '{ "schemaVersion": 1 }',
  '{ "schemaVersion": 1, "unsound": null }',
  '{ "schemaVersion": 1, "unsound": [] }',
  '{ "schemaVersion": 1, "unsound": "text" }',
  '{ "schemaVersion": 1, "unsound": { "0123456789abcdef": 1 } }',
  '{ "schemaVersion": 1, "unsound": { "0123456789abcdef": "outbound", "__proto__": null } }',
  '{ "schemaVersion": 1, "unsound": { "constructor": "outbound" } }',
  '{ "schemaVersion": 1, "unsound": { "0123456789abcde\ufffd": "outbound" } }',
];

describe(".unsound.json is", () => {
  const wrong = [
    ...Object.entries(shapes),
    ...values.map((text) => [text, (path: string) => writeFileSync(path, text)] as const),
  ];

  it.each(wrong)("%s: nothing is generated, and verify leaves it as it is", async (_, place) => {
    const folder = project("chips/.unsound.json", place);
    for (const command of ["verify", "generate", "check"]) {
      const { code, answer, stderr } = await both([command], folder);
      expect({ command, code, codes: answer.diagnostics?.map((each) => each.code) }).toEqual({
        command,
        code: 1,
        codes: ["verdicts/unreadable"],
      });
      expect(stderr).toContain("chips/.unsound.json error verdicts/unreadable: ");
    }
    expect(existsSync(join(folder, "out"))).toBe(false);
    expect(readdirSync(join(folder, "chips")).sort()).toEqual([".unsound.json", "test-chip.yaml"]);
  });

  it("one that remembers plans of no fence: verify of all chips keeps them and says how many", async () => {
    const unsound = { "0123456789abcdef": "outbound", fedcba9876543210: "inbound" };
    const text = JSON.stringify({ schemaVersion: 1, unsound });
    const folder = project("chips/.unsound.json", (path) => writeFileSync(path, text));
    const { code, answer, stderr } = await both(["verify"], folder);
    expect({ code, ...answer }).toMatchObject({ code: 0, unsoundOfNoFence: 2 });
    expect(answer.diagnostics).toEqual([]);
    expect(stderr).toMatch(/^chips\/\.unsound\.json also remembers 2 unsound plans of no fence [^\n]*\n$/);
    expect(readFileSync(join(folder, "chips/.unsound.json"), "utf8")).toBe(text);
    // A run for some chips knows nothing of the others' fences.
    const one = await both(["verify", "test-chip"], folder);
    expect(one.answer).not.toHaveProperty("unsoundOfNoFence");
    expect(one.stderr).toBe("");
    unsoundIn(folder);
    expect((await both(["verify"], folder)).code).toBe(1);
    const kept = JSON.parse(readFileSync(join(folder, "chips/.unsound.json"), "utf8")) as { unsound: object };
    expect(kept.unsound).toMatchObject(unsound);
    expect(Object.keys(kept.unsound)).toHaveLength(3);
  });

  it("one that cannot be written: verify says so", async () => {
    // In the place of the file that is written first lies a folder.
    const folder = project("chips/.unsound.json.fencegen-new", (path) =>
      mkdirSync(join(path, "more"), { recursive: true }),
    );
    const { code, answer } = await both(["verify"], unsoundIn(folder));
    expect(code).toBe(1);
    expect(answer.diagnostics?.map((each) => each.code)).toEqual(["verdicts/cannot-write"]);
  });

  it("a link: it is replaced, and what it leads to is not written", async () => {
    const folder = project();
    const outside = join(folder, "outside.json");
    writeFileSync(outside, '{ "schemaVersion": 1, "unsound": {} }');
    symlinkSync(outside, join(folder, "chips/.unsound.json"));
    expect((await both(["verify"], unsoundIn(folder))).code).toBe(1);
    expect(readFileSync(outside, "utf8")).toBe('{ "schemaVersion": 1, "unsound": {} }');
    expect(readFileSync(join(folder, "chips/.unsound.json"), "utf8")).toContain('"schemaVersion": 1');
  });
});

/** A chip whose fence goes wrong. */
function unsoundIn(folder: string): string {
  writeFileSync(join(folder, "chips/test-chip.yaml"), misread);
  return folder;
}

describe(".fencegen.yaml is", () => {
  const wrong: readonly [what: string, place: (path: string) => void, code: string][] = [
    ["a folder", shapes["a folder"]!, "io/not-a-file"],
    ...["1", "text", "[]", "[1]", "- a", "true"].map((text): (typeof wrong)[number] => [
      text,
      (path) => writeFileSync(path, text),
      "schema/wrong-value",
    ]),
    ...[
      "licence: 1",
      "licence: []",
      "licence: [1]",
      "licence: {}",
      "traitPath: [a]",
      "traitPath: 'a b'",
      "sourcedFactsPercent: many",
      "sourcedFactsPercent: 101",
      "sourcedFactsPercent: .nan",
      "tables: README.md",
      "tables: [1]",
      "tables: [[a]]",
      "optimize: no",
      "optimize: { size: 1 }",
    ].map((text): (typeof wrong)[number] => [text, (path) => writeFileSync(path, text), "schema/wrong-value"]),
    ["an unknown key", (path) => writeFileSync(path, "licences: [a]"), "schema/unknown-key"],
    ["a key like a part of every object", (path) => writeFileSync(path, "constructor: 1"), "schema/unknown-key"],
    ["another such key", (path) => writeFileSync(path, "__proto__: 1"), "schema/unknown-key"],
    ["no YAML", (path) => writeFileSync(path, "{"), "yaml/syntax"],
    ["a key twice", (path) => writeFileSync(path, "optimize: size\noptimize: speed\n"), "yaml/duplicate-key"],
    ["two documents", (path) => writeFileSync(path, "---\n{}\n---\n{}\n"), "yaml/syntax"],
    ["a table that is a folder", (path) => writeFileSync(path, "tables: [chips]"), "output/not-a-file"],
    ["a table that is not there", (path) => writeFileSync(path, "tables: [nowhere.md]"), "output/no-table"],
  ];

  it.each(wrong)("%s", async (_, place, code) => {
    const folder = project(".fencegen.yaml", place);
    for (const command of ["generate", "check"]) {
      const { code: exit, answer, stderr } = await both([command], folder);
      expect({ command, exit }).toEqual({ command, exit: 1 });
      expect(answer.diagnostics?.map((each) => each.code)).toContain(code);
      expect(stderr).toContain(` error ${code}: `);
    }
    expect(existsSync(join(folder, "out"))).toBe(false);
    expect([0, 1]).toContain((await both(["facts", "--coverage"], folder)).code);
  });
});
