// `fencegen diff` on scripted pull requests, each held against the report that is kept in golden/. After a change of the words:
// FENCEGEN_UPDATE_DIFFS=1 npx vitest run --config test/vitest.config.ts test/compare, and read what it writes.
import { renameSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { Comparison } from "../../generator/compare/comparison.ts";
import { hastyDisk, testHost } from "../support/host.ts";
import { inProcess } from "../support/in-process.ts";
import { golden, keepingHost, pullRequests, repository, withOutputs } from "./pull-requests.ts";

const expected: Readonly<Record<string, { readonly verdicts: Comparison["counts"]; readonly code: number }>> = {
  "line size": { verdicts: { "weaker but proven": 3, equivalent: 1, unchanged: 1 }, code: 0 },
  "line size unverified": { verdicts: { stronger: 3, equivalent: 1, unchanged: 1 }, code: 0 },
  "master no longer coherent": { verdicts: { "weaker but proven": 1, unchanged: 4 }, code: 0 },
  "no master coherent any more": { verdicts: { removed: 1, equivalent: 1, unchanged: 3 }, code: 0 },
  override: { verdicts: { stronger: 1, unchanged: 4 }, code: 0 },
  erratum: { verdicts: { stronger: 3, equivalent: 1, unchanged: 1 }, code: 0 },
  "new chip": { verdicts: { new: 1, unchanged: 5 }, code: 0 },
  "comments only": { verdicts: { unchanged: 5 }, code: 0 },
  "core refactored": { verdicts: { unchanged: 5 }, code: 0 },
  "wrong mechanism": { verdicts: { UNSOUND: 3, equivalent: 1, unchanged: 1 }, code: 1 },
  "broken mechanism": { verdicts: { refused: 4, unchanged: 1 }, code: 1 },
  "other licence": { verdicts: { unchanged: 5 }, code: 0 },
  "removed chip": { verdicts: { removed: 1, unchanged: 4 }, code: 0 },
  "misspelt setting and a chip cut short": { verdicts: { refused: 1, unchanged: 5 }, code: 1 },
};

it.each(Object.keys(pullRequests))("%s", async (name) => {
  const hasOutputs = withOutputs.includes(name);
  const { folder, change, git } = await repository(hasOutputs);
  change(pullRequests[name]!);
  if (hasOutputs) await inProcess(["generate"], folder, testHost(hastyDisk));
  const before = git("status", "--porcelain");
  const host = keepingHost();
  const text = await inProcess(["diff"], folder, host);
  expect(text.stderr).toBe("");
  const file = `${name.replaceAll(" ", "-")}.txt`;
  const shown = text.stdout.replaceAll(/\([0-9a-f]{10}\)/g, "(COMMIT)");
  expect(shown).toBe(golden(file, shown));
  const [above] = shown.split("─── below");
  expect(above!.trimEnd().split("\n").length).toBeLessThanOrEqual(40);
  const { counts } = JSON.parse((await inProcess(["diff", "--json"], folder, host)).stdout) as Comparison;
  expect(counts).toEqual(expected[name]!.verdicts);
  expect(text.code).toBe(expected[name]!.code);
  // Neither the index nor the work tree is touched.
  expect(git("status", "--porcelain")).toBe(before);
});

it("two branches that each add a chip, merged", async () => {
  const { folder, change, git } = await repository();
  const commit = (message: string) => {
    git("add", "--all");
    git("commit", "--quiet", `--message=${message}`);
  };
  const { "chips/gamma.yaml": gamma } = pullRequests["new chip"]!;
  git("checkout", "--quiet", "-b", "one");
  change({ "chips/gamma.yaml": gamma! });
  commit("One");
  git("checkout", "--quiet", "-b", "other", "main");
  change({ "chips/epsilon.yaml": gamma!.replaceAll("gamma", "epsilon").replaceAll("Gamma", "Epsilon") });
  commit("Other");
  git("merge", "--quiet", "--no-edit", "one");
  const { counts } = JSON.parse((await inProcess(["diff", "--json"], folder)).stdout) as Comparison;
  expect(counts).toEqual({ new: 2, unchanged: 5 });
  // Beside one of the branches, only what the other brought is new.
  const { counts: beside } = JSON.parse((await inProcess(["diff", "one", "--json"], folder)).stdout) as Comparison;
  expect(beside).toEqual({ new: 1, unchanged: 6 });
});

it("says nothing of what was wrong before as well", async () => {
  const { folder, change, git } = await repository();
  change(pullRequests["broken mechanism"]!);
  git("commit", "--quiet", "--all", "--message=Broken");
  change({ "chips/plain.yaml": null });
  const { code, stdout } = await inProcess(["diff", "HEAD", "--json"], folder);
  expect(code).toBe(0);
  expect((JSON.parse(stdout) as Comparison).counts).toEqual({ removed: 1 });
});

it("holds a new chip beside no other that has another core, and says so", async () => {
  const { folder, change } = await repository();
  const { "chips/gamma.yaml": gamma } = pullRequests["new chip"]!;
  change({ "chips/gamma.yaml": gamma!.replace("core: own-core", "core: cortex-m7") });
  const { code, stdout } = await inProcess(["diff"], folder);
  expect(code).toBe(0);
  expect(stdout).toContain("No other chip here has a fence for Arm Cortex-M7");
  expect(stdout).toContain("release, step 2, is new: dsb sy");
  expect(stdout).not.toMatch(/Nearest sibling|of before|It was there/);
});

it("puts a chip that comes with fencegen where the settings list it", async () => {
  const { folder, change } = await repository();
  change({ ".fencegen.yaml": "shipped: [nrf52840]\n" });
  const { stdout } = await inProcess(["diff", "--format", "github"], folder);
  expect(stdout).toMatch(/^::notice file=\.fencegen\.yaml,line=1,title=[^:]*::nrf52840 Nrf52840DmaFence: new\./m);
  expect(stdout).not.toContain("file=chips/nrf52840.yaml");
});

it("says in every form what is wrong beside the fences", async () => {
  const { folder, change } = await repository();
  change(pullRequests["misspelt setting and a chip cut short"]!);
  for (const format of ["markdown", "json", "github", "sarif"]) {
    const { code, stdout } = await inProcess(["diff", "--format", format], folder);
    expect(code).toBe(1);
    expect(stdout).toContain("schema/unknown-key");
    expect(stdout).toContain("yaml/syntax");
  }
});

it("gives the same answer from what was kept", async () => {
  const { folder, change } = await repository();
  change(pullRequests["line size"]!);
  const kept = new Map<string, object>();
  const host = keepingHost(kept);
  const first = await inProcess(["diff"], folder, host);
  expect(kept.size).toBeGreaterThan(2);
  expect(await inProcess(["diff"], folder, host)).toEqual(first);
  expect(await inProcess(["diff"], folder)).toEqual(first);
});

it("gives no answer that was kept of a master which is connected otherwise by now", async () => {
  const { folder, change, git } = await repository();
  const delta = pullRequests["master no longer coherent"]!["chips/delta.yaml"]!.replace(
    "\nmasters:",
    "\n  RAM2: { base: 0x3000_0000, size: 64KiB, cachedBy: none }\nmasters:",
  );
  const host = keepingHost();
  const gmac = (text: string) => ({ "chips/delta.yaml": delta.replace(/GMAC: .*/, `GMAC: ${text}`) });
  change(gmac("{ reaches: [RAM, RAM2], snoops: all }"));
  git("commit", "--quiet", "--all", "--message=Two memories");
  change(gmac("{ reaches: [RAM2], snoops: none }"));
  expect((await inProcess(["diff", "HEAD"], folder, host)).stdout).toContain("that goes wrong with it, and");
  change(gmac("{ reaches: [RAM, RAM2], snoops: none }"));
  const { stdout } = await inProcess(["diff", "HEAD"], folder, host);
  expect(stdout.replaceAll(/\s+/g, " ")).toContain("With GMAC it loses data");
  expect(stdout).toEqual((await inProcess(["diff", "HEAD"], folder)).stdout);
});

it.each<[string, (folder: string, git: (...argv: string[]) => string) => void]>([
  ["chips/delta.yaml", (folder) => moved(folder, "chips/delta.yaml", "../elsewhere")],
  ["chips/cores", (folder) => moved(folder, "chips/cores", "../elsewhere")],
  ["chips", (folder) => moved(folder, "chips", "elsewhere")],
  [
    "chips",
    (folder, git) => {
      git("rm", "-r", "--cached", "--quiet", "chips");
      for (const argv of [
        ["init", "--quiet"],
        ["add", "--all"],
        ["commit", "--quiet", "--message=Chips"],
      ])
        git("-C", join(folder, "chips"), ...argv);
    },
  ],
])("does not take for new what the base has behind a link or in a submodule: %s", async (path, make) => {
  const { folder, git } = await repository();
  make(folder, git);
  git("add", "--all");
  git("commit", "--quiet", "--message=Elsewhere");
  const { code, stderr, stdout } = await inProcess(["diff", "HEAD"], folder);
  expect(stdout).toBe("");
  expect(stderr).toMatch(new RegExp(`\`${path}\` is a (symbolic link|submodule), and what it leads to`));
  expect(code).toBe(64);
});

/** What was at a path lies elsewhere, and a link leads there. */
function moved(folder: string, path: string, to: string): void {
  renameSync(join(folder, path), join(folder, "elsewhere"));
  symlinkSync(to, join(folder, path));
}
