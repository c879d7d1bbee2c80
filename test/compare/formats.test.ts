// The forms in which a comparison is printed, and what in a description might pass for something else in them.
import { join } from "node:path";
import { expect, it } from "vitest";
import type { Comparison, Group } from "../../generator/compare/comparison.ts";
import { comparisonFindings } from "../../generator/compare/comparison-findings.ts";
import { comparisonMarkdown } from "../../generator/compare/print-markdown.ts";
import { comparisonText } from "../../generator/compare/print-text.ts";
import { type Paint, plain } from "../../generator/diagnostics/format.ts";
import { openChip, replay } from "../../generator/index.ts";
import { workflowCommands } from "../../generator/report/annotations.ts";
import { sarifLog } from "../../generator/report/sarif.ts";
import { readExecutionHash } from "../../generator/verifier/execution-link.ts";
import { traceText } from "../../generator/verifier/trace.ts";
import { sarifRun } from "../report/sarif-schema.ts";
import { fencegen } from "../support/command.ts";
import { inProcess } from "../support/in-process.ts";
import { hostileComparison } from "./hostile-comparison.ts";
import { base, type Files, golden, pullRequests, repository } from "./pull-requests.ts";

const withoutCommit = (text: string) => text.replaceAll(/\([0-9a-f]{10}(\\?)\)/g, "(COMMIT$1)");

it.each([
  ["markdown", "line-size.md"],
  ["github", "line-size.commands"],
  ["sarif", "line-size.sarif"],
  ["html", "line-size.html"],
])("prints %s", async (format, file) => {
  const { folder, change } = await repository();
  change(pullRequests["line size"]!);
  const { stdout, code } = await inProcess(["diff", "--format", format], folder);
  expect(code).toBe(0);
  const shown = withoutCommit(stdout);
  expect(shown).toBe(golden(file, shown));
  if (format === "sarif") sarifRun(stdout);
});

it("is the same JSON by both of its names", async () => {
  const { folder, change } = await repository();
  change(pullRequests["removed chip"]!);
  const answers = await Promise.all(
    [["--json"], ["--format", "json"]].map((more) => inProcess(["diff", ...more], folder)),
  );
  expect(answers[0]).toEqual(answers[1]);
  expect(JSON.parse(answers[0]!.stdout)).toMatchObject({
    schemaVersion: 1,
    counts: { removed: 1 },
    groups: [{ verdict: "removed", chip: "beta", place: { path: "chips/beta.yaml", line: 1 } }],
  });
});

it.each([
  [["--format", "markdwn"], "did you mean `markdown`?"],
  [["--format", "pdf"], "there are text, markdown, json, github, sarif, html"],
  [["--format", "sarif", "--json"], "are two forms"],
  [["no-such-revision"], "no folder and no revision is called `no-such-revision`"],
  [["--upload-pack=x"], "Unknown option"],
  [["nowhere", "chips"], "there is no folder `nowhere`"],
])("wrong usage, %j, says so", async (argv, message) => {
  const { folder } = await repository();
  const { code, stdout, stderr } = await inProcess(["diff", ...argv], folder);
  expect(stderr).toContain(message);
  expect(code).toBe(64);
  // What asks for JSON gets some.
  if (!argv.includes("--json")) expect(stdout).toBe("");
});

const [group] = hostileComparison.groups as readonly [Group];
const comparison = hostileComparison;

it.each(["text", "markdown", "html", "json"])("has links to the project's site as %s", async (format) => {
  const { folder, change } = await repository();
  change({ ...pullRequests["wrong mechanism"]!, ".fencegen.yaml": "siteUrl: https://example.org/fences/\n" });
  const { stdout } = await inProcess(["diff", "--format", format], folder);
  const text = stdout.replaceAll("&amp;", "&");
  const page = "https://example.org/fences/fence/AlphaDmaFence.html";
  const links = [page, `${page}#change=none&scenario=o1wrbin.DMA.RAM&schedule=00000001&step=8`];
  const written = {
    text: links.map((link) => ` ${link}\n`),
    markdown: links.map((link) => `<${link}>`),
    html: links.map((link) => `<a href="${link}">${link}</a>`),
    json: links.map((link) => JSON.stringify(link)),
  }[format]!;
  for (const each of written) expect(text).toContain(each);
});

it("links only what the page of a fence shows, which replays to what is printed", async () => {
  for (const name of ["line size unverified", "wrong mechanism"]) {
    const { folder, change } = await repository();
    change(pullRequests[name]!);
    const { groups } = JSON.parse((await inProcess(["diff", "--json"], folder)).stdout) as Comparison;
    const executions = groups.flatMap((each) => each.executions.map((execution) => ({ ...execution, of: each })));
    const linked = executions.filter(({ seenAt }) => seenAt !== undefined);
    expect(linked.length).toBeGreaterThan(0);
    for (const { seenAt, counterexample, of } of linked) {
      const [page, hash] = seenAt!.split("#");
      expect(page).toBe(of.page);
      const link = readExecutionHash(hash!)!;
      expect(link.step).toBe(counterexample.schedule.length);
      const chip = openChip(join(folder, `chips/${of.chip}.yaml`));
      const request = { ...link, fence: of.fence, scenario: link.scenario!, schedule: link.schedule! };
      const shown = replay(chip, request)
        .split("\n")
        .slice(1)
        .map((line) => line.trim());
      const trace = traceText(counterexample)
        .split("\n")
        .slice(1)
        .map((line) => line.trim());
      expect(shown.slice(0, trace.length)).toEqual(trace);
    }
  }
});

it("links nothing of a fence that is no more", async () => {
  const { folder, change } = await repository();
  change(pullRequests["removed chip"]!);
  expect((await inProcess(["diff", "--json"], folder)).stdout).not.toContain("out/site/");
});

it("escapes in Markdown whatever is from a description", () => {
  const text = comparisonMarkdown(comparison);
  const outside = text.replace(/^(`{3,})\w*\n[\s\S]*?\n\1$/gm, "");
  expect(outside).not.toMatch(/(?<!\\)<script|(?<!\\)@everyone|(?<!\\)\[a|(?<!\\)`c/);
  expect(outside.match(/(?<!\\)<\/summary>/g)).toHaveLength(outside.match(/(?<!\\)<summary>/g)!.length);
  for (const summary of outside.matchAll(/<summary>(.*)<\/summary>/g)) expect(summary[1]).not.toMatch(/[<>]/);
  for (const row of outside.match(/^\|.*\|$/gm)!) expect(row.match(/(?<!\\)\|/g)).toHaveLength(4);
});

it("ends no workflow command early, and begins no second one", () => {
  const lines = workflowCommands(comparisonFindings(comparison), "fencegen diff").split("\n");
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatch(/^::error file=[^:,]*,line=1,title=fencegen%3A schema\/unknown-key::/);
  expect(lines[1]).toMatch(/^::error file=chips\/a%2Cb%3Ac%25\.yaml,line=3,title=fencegen%3A UNSOUND::/);
});

it("annotates ten of each kind, the last of which says how many more there are", () => {
  const many = { ...comparison, groups: Array.from({ length: 30 }, () => group) };
  const lines = workflowCommands(comparisonFindings(many), "fencegen diff").split("\n");
  expect(lines).toHaveLength(10);
  expect(lines[9]).toContain("22 more");
});

it("is valid SARIF, and names each rule that results have", () => {
  const run = sarifRun(JSON.stringify(sarifLog(comparisonFindings(comparison), { version: "1.2.3" })));
  expect(run.results).toMatchObject([
    { ruleId: "schema/unknown-key", ruleIndex: 1, level: "error" },
    { ruleId: "diff/unsound", ruleIndex: 0, level: "error" },
  ]);
  expect(run.tool.driver.rules.map(({ id }) => id)).toEqual(["diff/unsound", "schema/unknown-key"]);
});

it("stays within what GitHub takes, and says what is left out", () => {
  const hunk = {
    path: "a",
    line: 1,
    lines: Array.from({ length: 200 }, (_, index) => `+${"x".repeat(60)}${index}`),
    also: [],
  };
  const outputs = { files: 20, changedLines: 4000, hunks: Array.from({ length: 20 }, () => hunk) };
  const text = comparisonMarkdown({ ...comparison, outputs });
  expect(text.length).toBeLessThan(65_536);
  expect(text).toMatch(/\d+ more sections do not fit here/);
  const groups = Array.from({ length: 2000 }, (_, index) => ({ ...group, chip: `chip${index}` }));
  expect(comparisonMarkdown({ ...comparison, groups }).length).toBeLessThan(65_536);
});

it("has forty lines above the fold at most, however much there is", () => {
  const groups = Array.from({ length: 30 }, (_, index) => ({
    ...group,
    chip: `chip${index}`,
    because: Array(9).fill("A sentence.") as string[],
  }));
  const [above] = comparisonText({ ...comparison, groups }, plain).split("─── below");
  expect(above!.trimEnd().split("\n").length).toBeLessThanOrEqual(40);
});

const numbers = { red: 31, green: 32, yellow: 33, cyan: 36, dim: 2, bold: 1 } as const;
const colourful: Paint = (style, text) => `\u001b[${numbers[style]}m${text}\u001b[0m`;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the introducer of a colour
const withoutColours = (text: string) => text.replaceAll(/\u001b\[\d+m/g, "");

it("colours verdicts and lines as git does, and lets no colour of a description through", () => {
  const outputs = {
    files: 1,
    changedLines: 2,
    hunks: [{ path: "a", line: 1, lines: [" k", "-o\u001b[31m", "+n"], also: [] }],
  };
  const evil = { ...group, because: ["red \u001b[31m here"], chip: "c\u001b[2J" };
  const coloured = comparisonText({ ...comparison, groups: [evil], outputs }, colourful);
  expect(coloured).toContain("\u001b[31mUNSOUND\u001b[0m");
  expect(coloured).toContain("\n k\n\u001b[31m-o<U+001B>[31m\u001b[0m\n\u001b[32m+n\u001b[0m");
  expect(withoutColours(coloured)).not.toContain("\u001b");
  expect(withoutColours(coloured)).toBe(comparisonText({ ...comparison, groups: [evil], outputs }, plain));
});

it.each([40, 72, 160])("is %d columns wide on such a terminal, but for executions and outputs", (columns) => {
  const groups = [{ ...group, because: Array(9).fill("A sentence of several words.") as string[], executions: [] }];
  const outputs = { files: 0, changedLines: 0, hunks: [] };
  const lines = comparisonText({ ...comparison, groups, outputs }, plain, columns).split("\n");
  const widest = Math.max(...lines.filter((line) => !line.startsWith("───")).map((line) => line.length));
  expect(widest).toBeLessThanOrEqual(columns);
  expect(widest).toBeGreaterThan(columns - 25);
});

it("of the command has colours and a width where somebody asks for them", async () => {
  const { folder, change } = await repository();
  change(pullRequests["removed chip"]!);
  const text = (env: Record<string, string>) => fencegen(["diff"], { cwd: folder, env }).stdout;
  const painted = text({ FORCE_COLOR: "1", COLUMNS: "50" });
  expect(painted).toContain("\u001b[33mremoved\u001b[0m");
  const [above] = text({ NO_COLOR: "1", COLUMNS: "50" }).split("───");
  expect(above).not.toContain("\u001b");
  for (const line of above!.split("\n")) expect(line.length).toBeLessThanOrEqual(50);
  expect(withoutColours(painted).startsWith(above!)).toBe(true);
  expect(text({})).not.toContain("\u001b");
});

it("compares two folders without git", async () => {
  const { folder, change } = await repository();
  const other = await repository();
  change(pullRequests["removed chip"]!);
  const { stdout, code } = await inProcess(["diff", other.folder, folder, "--json"], "/");
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ base: other.folder, head: folder, counts: { removed: 1, unchanged: 4 } });
  expect(Object.keys(base)).toContain("chips/beta.yaml");
});

it("compares a project in a folder of the repository, also one that the base has not", async () => {
  const { folder, change, git } = await repository();
  const nested = (files: Files) =>
    Object.fromEntries(Object.entries(files).map(([path, text]) => [`board/${path}`, text]));
  change(nested(base));
  const board = join(folder, "board");
  const counts = async () => (JSON.parse((await inProcess(["diff", "--json"], board)).stdout) as Comparison).counts;
  expect(await counts()).toEqual({ new: 5 });
  git("add", "--all");
  git("commit", "--quiet", "--message=Board");
  change(nested(pullRequests["removed chip"]!));
  expect(await counts()).toEqual({ removed: 1, unchanged: 4 });
});

it("compares with what had errors as with nothing, and says so", async () => {
  const { folder, change, git } = await repository();
  change(pullRequests["broken mechanism"]!);
  git("commit", "--quiet", "--all", "--message=Broken");
  change({ "chips/mechanisms/own-cache.yaml": base["chips/mechanisms/own-cache.yaml"]! });
  const { stdout, code } = await inProcess(["diff"], folder);
  expect(code).toBe(0);
  expect(stdout).toContain("Its description had errors before");
});
