// A kept answer is given again while nothing has changed that it rests on, and never afterwards: each kind of change once.
import { spawnSync } from "node:child_process";
import { hash } from "node:crypto";
import {
  appendFileSync,
  closeSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { fencegen, root, temporaryFolder } from "../support/command.ts";

const mark = "[kept] ";

/** With the sum that fencegen would give it. */
function writeKept(path: string, body: string): void {
  writeFileSync(path, `${hash("sha256", `${basename(path)}\n${body}`, "base64url")}\n${body}`);
}

/** A project with one chip, and a core, a mechanism and sources of its own; its outputs are written, and its cache is beside it. */
function project() {
  const folder = temporaryFolder();
  const at = (path: string) => join(folder, path);
  const cache = temporaryFolder();
  for (const each of ["chips/cores", "chips/mechanisms"]) mkdirSync(at(each), { recursive: true });
  for (const path of ["sources.yaml", "cores/cortex-m7.yaml", "mechanisms/arm-scb.yaml", "stm32f7.yaml"])
    copyFileSync(join(root, "chips", path), at(`chips/${path}`));
  writeFileSync(at(".fencegen.yaml"), "optimize: size\n");
  const run = (args: readonly string[], env: Record<string, string> = {}) =>
    fencegen(args, { cwd: folder, env: { FENCEGEN_CACHE: cache, CI: "", ...env } });
  expect(run(["generate"])).toMatchObject({ code: 0 });
  const kept = () =>
    (readdirSync(cache, { recursive: true }) as string[])
      .filter((name) => name.endsWith(".json"))
      .map((name) => join(cache, name));
  /** Changes what is kept so that an answer that is taken from it can be told from one that is worked out. */
  const markKept = () => {
    for (const path of kept()) {
      const [, text] = readFileSync(path, "utf8").split("\n") as [string, string];
      const body = text.replace('"said":[[', `"said":[[2,"${mark}"],[`);
      writeKept(path, body);
    }
  };
  return { folder, at, run, kept, markKept };
}

type Project = ReturnType<typeof project>;

/** Runs it until the answer is kept, and marks that. */
function runAndMark({ run, markKept }: Project, args: readonly string[]): void {
  run(args);
  markKept();
  expect(run(args).stderr).toContain(mark);
}

const append = (path: string) => (given: Project) => appendFileSync(given.at(path), "# a comment\n");
const changes: Readonly<Record<string, (given: Project) => void>> = {
  "the chip": append("chips/stm32f7.yaml"),
  "the core": append("chips/cores/cortex-m7.yaml"),
  "the mechanism": append("chips/mechanisms/arm-scb.yaml"),
  "the sources": append("chips/sources.yaml"),
  "the settings": ({ at }) => writeFileSync(at(".fencegen.yaml"), "optimize: speed\n"),
  "settings that are gone": ({ at }) => unlinkSync(at(".fencegen.yaml")),
  "an output": append("out/rust/src/stm32f7.rs"),
  "an output that is gone": ({ at }) => unlinkSync(at("out/typescript/stm32f7.ts")),
  "an output that is a link": ({ at }) => {
    renameSync(at("out/typescript/stm32f7.ts"), at("elsewhere.ts"));
    symlinkSync(at("elsewhere.ts"), at("out/typescript/stm32f7.ts"));
  },
  "the manifest": append("out/manifest.json"),
  "another chip": ({ at }) => copyFileSync(join(root, "chips/nrf52840.yaml"), at("chips/nrf52840.yaml")),
  "another core": ({ at }) => copyFileSync(join(root, "chips/cores/cortex-m4.yaml"), at("chips/cores/own-m4.yaml")),
  "a verdict": ({ at }) =>
    writeFileSync(at("chips/.unsound.json"), '{ "schemaVersion": 1, "unsound": { "0123456789abcdef": "release" } }'),
  "a list of chips that is another": ({ at }) => writeFileSync(at("chips/README.md"), "no table\n"),
};

describe.each([["check"], ["validate"]])("%s", (...args) => {
  const readsOutputs = args[0] === "check";
  const ofOutputs = ["an output", "an output that is gone", "an output that is a link", "the manifest", "a verdict"];
  const ofSettings = ["the settings", "settings that are gone", "a list of chips that is another"];
  const cases = Object.entries(changes).filter(
    ([name]) => readsOutputs || ![...ofOutputs, ...ofSettings].includes(name),
  );

  it.each(cases)("looks again after a change of %s", (_, change) => {
    const given = project();
    runAndMark(given, args);
    change(given);
    const answer = given.run(args);
    expect(answer.stderr).not.toContain(mark);
    expect(answer).toEqual(given.run([...args, "--no-cache"]));
    // And the new answer is kept in its turn.
    expect(given.run(args)).toEqual(answer);
  });
});

it("answers again after a change that nothing rests on", () => {
  const given = project();
  copyFileSync(join(root, "chips/nrf52840.yaml"), given.at("chips/nrf52840.yaml"));
  const plan = ["plan", "stm32f7"];
  runAndMark(given, plan);
  // Another chip, of which only the name is looked at.
  appendFileSync(given.at("chips/nrf52840.yaml"), "# a comment\n");
  expect(given.run(plan).stderr).toContain(mark);
});

it("gives what the run gave: both streams, in their order, and the code", () => {
  const given = project();
  appendFileSync(given.at("chips/stm32f7.yaml"), "colour: green\n");
  for (const args of [["validate"], ["validate", "--json"], ["plan", "stm32f7"], ["list"]]) {
    const first = given.run(args);
    const files = given.kept().length;
    expect(given.run(args), args.join(" ")).toEqual(first);
    expect(given.kept()).toHaveLength(files);
  }
  expect(given.run(["validate"]).code).toBe(1);
});

it("asks anew for other colours, another folder and other arguments", () => {
  const given = project();
  runAndMark(given, ["validate"]);
  expect(given.run(["validate"], { FORCE_COLOR: "1" }).stderr).not.toContain(mark);
  expect(given.run(["validate", "--json"]).stderr).not.toContain(mark);
  const other = temporaryFolder();
  cpSync(given.folder, other, { recursive: true });
  expect(fencegen(["validate"], { cwd: other }).stderr).not.toContain(mark);
});

it("is in no folder of the project in CI, unless one is named", () => {
  const given = project();
  mkdirSync(given.at("node_modules"));
  const run = (env: Record<string, string>) =>
    fencegen(["validate"], { cwd: given.folder, env: { FENCEGEN_CACHE: "", ...env } });
  run({ CI: "true" });
  expect(readdirSync(given.at("node_modules"))).toEqual([]);
  run({ CI: "" });
  expect(readdirSync(given.at("node_modules/.cache"))).toEqual(["fencegen"]);
});

it("is not asked with --no-cache, by `check` in CI, or where there is to be no cache", () => {
  const given = project();
  runAndMark(given, ["check"]);
  expect(given.run(["check", "--no-cache"]).stderr).not.toContain(mark);
  expect(given.run(["check"], { CI: "true" }).stderr).not.toContain(mark);
  expect(given.run(["check"], { FENCEGEN_CACHE: "off" }).stderr).not.toContain(mark);
  expect(given.run(["check"]).stderr).toContain(mark);
});

it.each<[string, (path: string) => void]>([
  ["torn", (path) => truncateSync(path, readFileSync(path).length >> 1)],
  ["empty", (path) => truncateSync(path)],
  ["changed", (path) => writeFileSync(path, readFileSync(path, "utf8").replace('"code":0', '"code":1'))],
  ["of another form", (path) => writeKept(path, "[]")],
  ["no JSON", (path) => writeKept(path, "{")],
])("takes an entry that is %s for none", (_, spoil) => {
  const given = project();
  runAndMark(given, ["check"]);
  const [path] = given.kept() as [string];
  spoil(path);
  const answer = given.run(["check"]);
  expect(answer).toMatchObject({ code: 0 });
  expect(answer.stderr).not.toContain(mark);
});

it("keeps nothing of a run that wrote, and nothing of standard input", () => {
  const given = project();
  const before = given.kept().length;
  unlinkSync(given.at("out/typescript/stm32f7.ts"));
  expect(given.run(["generate"]).stdout).toContain("create");
  given.run(["validate", "-"]);
  expect(given.kept()).toHaveLength(before);
});

it("takes no entry for another whose name it got", () => {
  const given = project();
  given.run(["list"]);
  const [ofList] = given.kept().filter((path) => path.includes("/answers/")) as [string];
  runAndMark(given, ["validate"]);
  const [ofValidate] = given.kept().filter((path) => path.includes("/answers/") && path !== ofList) as [string];
  const whole = given.run(["validate", "--no-cache"]);
  copyFileSync(ofList, ofValidate);
  expect(given.run(["validate"])).toEqual(whole);
});

it("removes only what it has kept itself from a folder in which there is more", () => {
  const given = project();
  const cache = temporaryFolder();
  const others = [
    "projects/mine/notes.txt",
    "answers/list.txt",
    "comparisons/0123456789/a.json",
    "projects/0123abcd/a.txt",
  ];
  const ofOtherBuild = "answers/89abcdef/0123456789abcdef0123456789abcdef.json";
  for (const path of [...others, ofOtherBuild]) {
    mkdirSync(join(cache, dirname(path)), { recursive: true });
    writeFileSync(join(cache, path), "text");
  }
  appendFileSync(given.at("chips/stm32f7.yaml"), "# a comment\n");
  for (const args of [["list"], ["validate"], ["generate"]]) given.run(args, { FENCEGEN_CACHE: cache });
  const left = readdirSync(cache, { recursive: true }) as string[];
  expect(left).toEqual(expect.arrayContaining(others));
  expect(left).not.toContain(dirname(ofOtherBuild));
});

it("is of no account to `check` in CI, not even what is known of chips", () => {
  const given = project();
  for (const path of given.kept().filter((each) => each.includes("/projects/"))) {
    const [, body] = readFileSync(path, "utf8").split("\n") as [string, string];
    // As if each file should hold nothing.
    writeKept(path, body.replaceAll(/"hash":"[0-9a-f]{64}"/g, `"hash":"${hash("sha256", "", "hex")}"`));
  }
  expect(given.run(["check", "--json"]).code).toBe(2);
  expect(given.run(["check", "--json"], { CI: "true" })).toMatchObject({ code: 0 });
});

it.skipIf(!existsSync("/dev/full"))(
  "says in a line that no answer can be written, whether it is a kept one or not",
  () => {
    const given = project();
    const full = openSync("/dev/full", "w");
    for (const _ of ["first", "again"]) {
      const { status, stderr } = spawnSync(process.execPath, [join(root, "dist/fencegen.js"), "list", "--json"], {
        cwd: given.folder,
        stdio: ["ignore", full, "pipe"],
        encoding: "utf8",
      });
      expect(stderr).toMatch(/^fencegen: the (standard output|answer) cannot be written \(ENOSPC\)\n$/);
      expect(status).toBe(1);
    }
    closeSync(full);
  },
);
