// Verdicts are kept by what they rest on, explored on several threads and in several parts: the answer is the same in each way.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { fencegen, root, temporaryFolder } from "../support/command.ts";

const chips = ["nrf52840", "fe310-g002", "arty-e21", "apollo3"];

function project() {
  const folder = temporaryFolder();
  const cache = temporaryFolder();
  mkdirSync(join(folder, "chips"));
  for (const id of chips) copyFileSync(join(root, `chips/${id}.yaml`), join(folder, `chips/${id}.yaml`));
  const run = (args: readonly string[], env: Record<string, string> = {}) =>
    fencegen(["verify", ...args], { cwd: folder, env: { FENCEGEN_CACHE: cache, ...env } });
  const kept = () =>
    (readdirSync(cache, { recursive: true }) as string[])
      .filter((name) => /verdicts.*\.json$/.test(name))
      .map((name) => join(cache, name))
      .sort();
  return { folder, cache, run, kept };
}

it("says the same of one thread, of several, of parts that are put together, and of what was kept", () => {
  const given = project();
  const whole = given.run(["--no-cache", "--jobs", "1"]);
  expect(whole).toMatchObject({ code: 0 });
  expect(given.kept()).toEqual([]);
  expect(given.run(["--no-cache", "--jobs", "3"])).toEqual(whole);

  const parts = [1, 2, 3].map((part) => given.run(["--shard", `${part}/3`]));
  const lines = (text: string) => text.split("\n").filter((line) => /^[a-z0-9-]+ \w+DmaFence: /.test(line));
  expect(parts.flatMap(({ stdout }) => lines(stdout)).sort()).toEqual(lines(whole.stdout).sort());
  const kept = given.kept();
  expect(kept.length).toBeGreaterThan(1);
  const times = kept.map((path) => readFileSync(path));
  expect(given.run([])).toEqual(whole);
  // Everything was there already.
  expect(given.kept()).toEqual(kept);
  expect(kept.map((path) => readFileSync(path))).toEqual(times);
});

it("explores again what a fact changed, and not what a comment did", () => {
  const given = project();
  given.run([]);
  const before = given.kept();
  const path = join(given.folder, "chips/nrf52840.yaml");
  const text = readFileSync(path, "utf8");
  writeFileSync(path, `${text}# a comment\n`);
  expect(given.run([]).code).toBe(0);
  expect(given.kept()).toEqual(before);
  const override = '  - { fence: release, at: last, use: "dsb sy", reason: A test, source: unverified }';
  writeFileSync(path, text.replace(/^cores:$/m, `barrierOverrides:\n${override}\ncores:`));
  expect(given.run(["nrf52840"]).stdout).toContain("nrf52840 Nrf52840DmaFence");
  expect(given.kept().filter((each) => !before.includes(each))).toHaveLength(1);
});

it("takes a verdict that is torn, or that says something else, for none", () => {
  const given = project();
  const answer = given.run(["nrf52840"]);
  const [path] = given.kept() as [string];
  const whole = readFileSync(path, "utf8");
  const spoilers = [
    () => truncateSync(path, 1000),
    () => writeFileSync(path, whole.replace('"sound":true', '"sound":false')),
    () => writeFileSync(path, ""),
  ];
  for (const [index, spoil] of spoilers.entries()) {
    spoil();
    // Another command line each time: the whole answer to the last one is kept, too.
    expect(given.run(["nrf52840", "--jobs", `${index + 1}`])).toEqual(answer);
    expect(readFileSync(path, "utf8")).toBe(whole);
  }
});

it.each([
  ["--shard", "0/3"],
  ["--shard", "4/3"],
  ["--shard", "one"],
  ["--jobs", "0"],
  ["--jobs", "many"],
])("refuses %s %s", (flag, value) => {
  expect(project().run([flag, value])).toMatchObject({ code: 64, stderr: expect.stringContaining(value) });
});
