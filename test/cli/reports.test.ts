// `validate`, `check`, `verify` and `diff` answer in the same forms.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { sarifRun } from "../report/sarif-schema.ts";
import { temporaryFolder } from "../support/command.ts";
import { hastyDisk, testHost } from "../support/host.ts";
import { inProcess } from "../support/in-process.ts";
import { testChip } from "../support/test-chip.ts";
import { misread, superfluousBarrier } from "../verifier/own-chips.ts";

function project(text = testChip()): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "chips"));
  writeFileSync(join(folder, "chips/test-chip.yaml"), text);
  return folder;
}

const run = (folder: string, ...args: readonly string[]) => inProcess(args, folder, testHost(hastyDisk));
const unknownKey = testChip().replace("\ntitle:", "\ntitel:");
const reporting = [["validate"], ["check"], ["verify"], ["diff", ".", "."]];

it.each(reporting)("%s is the same JSON by both of its names", async (...args) => {
  const folder = project();
  const [one, other] = [await run(folder, ...args, "--json"), await run(folder, ...args, "--format", "json")];
  const withoutTimes = (text: string) => text.replaceAll(/"milliseconds": \d+/g, '"milliseconds": 0');
  expect(withoutTimes(one.stdout)).toBe(withoutTimes(other.stdout));
  expect(JSON.parse(one.stdout)).toMatchObject({ schemaVersion: 1 });
});

it.each(reporting)("%s knows no other forms, and not two at once", async (...args) => {
  const folder = project();
  for (const [more, message] of [
    [["--format", "sarf"], "there is no form `sarf`; did you mean `sarif`?"],
    [["--format", "sarif", "--json"], "--json and --format sarif are two forms"],
  ] as const)
    expect(await run(folder, ...args, ...more)).toMatchObject({ code: 64, stderr: expect.stringContaining(message) });
});

it.each(reporting)("%s is valid SARIF, also where nothing is wrong and where much is", async (...args) => {
  for (const text of [testChip(), unknownKey, misread]) {
    const folder = project(text);
    const { stdout, stderr, code } = await run(folder, ...args, "--format", "sarif");
    expect([code, stderr]).toEqual([expect.any(Number), ""]);
    const { results, tool } = sarifRun(stdout);
    for (const { help } of tool.driver.rules) expect(help.text).toContain("fencegen explain ");
    for (const { locations } of results)
      expect(locations![0]!.physicalLocation.artifactLocation.uri).toMatch(/^(chips|out)\//);
  }
});

it("validate names a problem at its place, in each form", async () => {
  const folder = project(unknownKey);
  const line = unknownKey.split("\n").findIndex((each) => each.startsWith("titel:")) + 1;
  const { stdout: sarif, code } = await run(folder, "validate", "--format", "sarif");
  expect(code).toBe(1);
  const { results } = sarifRun(sarif);
  expect(results.find(({ ruleId }) => ruleId === "schema/unknown-key")).toMatchObject({
    level: "error",
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: "chips/test-chip.yaml" },
          region: { startLine: line, startColumn: 1, endColumn: 6 },
        },
      },
    ],
  });
  const { stdout: commands } = await run(folder, "validate", "--format", "github");
  expect(commands).toContain(
    `::error file=chips/test-chip.yaml,line=${line},col=1,endColumn=5,title=fencegen%3A schema/unknown-key::`,
  );
  const { stdout: markdown } = await run(folder, "validate", "--format", "markdown");
  expect(markdown).toMatch(/^### fencegen validate\n\n\*\*\d+ errors?/);
  expect(markdown).toContain(`❌ schema/unknown-key | chips/test-chip.yaml:${line}:1 |`);
  expect((await run(project(), "validate", "--format", "github")).stdout).toBe("");
});

it("check names each output that is stale where it first differs", async () => {
  const folder = project();
  await run(folder, "generate");
  const path = join(folder, "out/rust/src/test_chip.rs");
  const lines = readFileSync(path, "utf8").split("\n");
  writeFileSync(path, lines.with(4, "// ``` <b> changed").join("\n"));
  const answer = await run(folder, "check", "--format", "sarif");
  expect(answer.code).toBe(2);
  expect(sarifRun(answer.stdout).results).toMatchObject([
    {
      ruleId: "check/stale",
      level: "error",
      locations: [
        { physicalLocation: { artifactLocation: { uri: "out/rust/src/test_chip.rs" }, region: { startLine: 5 } } },
      ],
    },
  ]);
  const { stdout: commands } = await run(folder, "check", "--format", "github");
  expect(commands).toMatch(
    /^::error file=out\/rust\/src\/test_chip\.rs,line=5,title=fencegen%3A check\/stale::is out of/,
  );
  const { stdout: markdown } = await run(folder, "check", "--format", "markdown");
  expect(markdown).toContain("**1 stale**");
  expect(markdown).toContain("❌ is out of date");
  expect(markdown).toMatch(/^````diff\n[\s\S]*^-\/\/ ``` <b> changed$[\s\S]*^````$/m);
});

it("verify names a fence that is not sound at its chip, and shows the execution in Markdown", async () => {
  const folder = project(misread);
  const { stdout: sarif, code } = await run(folder, "verify", "--format", "sarif");
  expect(code).toBe(1);
  const line = misread.split("\n").findIndex((each) => each.startsWith("chip:")) + 1;
  const { results } = sarifRun(sarif);
  expect(results.find(({ ruleId }) => ruleId === "verify/unsound")).toMatchObject({
    level: "error",
    message: { text: expect.stringMatching(/^test-chip \w+: not sound\nThe property /) },
    locations: [
      { physicalLocation: { artifactLocation: { uri: "chips/test-chip.yaml" }, region: { startLine: line } } },
    ],
  });
  const { stdout: commands } = await run(folder, "verify", "--format", "github");
  expect(commands.split("\n")[0]).toContain("title=fencegen%3A not sound::test-chip ");
  const { stdout: markdown } = await run(folder, "verify", "--format", "markdown");
  expect(markdown).toContain("❌ not sound");
  expect(markdown).toMatch(/<details><summary>not sound: test-chip \w+<\/summary>\n\n```\n/);
  expect(markdown).toMatch(
    /\n```\n\n```mermaid\nsequenceDiagram\n {2}participant p0 as CPU\n[\s\S]*broken[\s\S]*\n```\n/,
  );
});

it("verify warns of what no execution needs, and with --strict fails for it", async () => {
  const folder = project(superfluousBarrier);
  const ofStrict = async (...more: string[]) => {
    const { stdout, code } = await run(folder, "verify", "--format", "sarif", ...more);
    const found = sarifRun(stdout).results.filter(({ ruleId }) => ruleId === "verify/not-necessary");
    return [code, found.map(({ level }) => level)];
  };
  expect(await ofStrict()).toEqual([0, ["warning"]]);
  expect(await ofStrict("--strict")).toEqual([1, ["error"]]);
});

it("verify prints a model for Spin in no other form", async () => {
  const { code, stderr } = await run(project(), "verify", "--promela", "test-chip", "--format", "sarif");
  expect([code, stderr]).toEqual([64, expect.stringContaining("--promela prints a model or JSON")]);
});
