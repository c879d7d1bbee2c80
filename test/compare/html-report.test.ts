// `fencegen diff --format html`: a page that stands alone, in which nothing is loaded and nothing runs, whatever a description says.
import { describe, expect, it } from "vitest";
import { comparisonHtml } from "../../generator/compare/print-html.ts";
import { inProcess } from "../support/in-process.ts";
import { dangersIn, elementsOfPage, reportsInBrowser } from "../support/report-page.ts";
import { barriersIn, overflowOf, withoutBrowser } from "../support/site.ts";
import { hostileComparison, hostileText } from "./hostile-comparison.ts";
import { keepingHost, pullRequests, repository } from "./pull-requests.ts";

const host = keepingHost();

async function report(name: keyof typeof pullRequests, format = "html") {
  const { folder, change } = await repository();
  change(pullRequests[name]!);
  return inProcess(["diff", "--format", format], folder, host);
}

it.each(Object.keys(pullRequests))("of %s is a page that loads nothing and runs nothing", async (name) => {
  const { stdout, stderr } = await report(name);
  expect(stderr).toBe("");
  expect(dangersIn(stdout)).toEqual([]);
  const ids = elementsOfPage(stdout).flatMap(({ attributes }) => attributes["id"] ?? []);
  expect(ids).toHaveLength(new Set(ids).size);
});

it("draws the execution of a fence that became unsound, and says each step as text as well", async () => {
  const { stdout, code } = await report("wrong mechanism");
  expect(code).toBe(1);
  const elements = elementsOfPage(stdout);
  const { groups } = JSON.parse((await report("wrong mechanism", "json")).stdout) as {
    groups: { verdict: string; executions: { counterexample: { events: { cpu: string }[] } }[] }[];
  };
  const [bad] = groups;
  expect(bad!.verdict).toBe("UNSOUND");
  const executions = groups.flatMap((group) => group.executions);
  expect(elements.filter(({ name }) => name === "svg")).toHaveLength(executions.length);
  for (const { cpu } of bad!.executions[0]!.counterexample.events)
    expect(stdout).toContain(cpu.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;"));
});

it("says of a fence that is weaker what would go wrong if the facts of the base were right", async () => {
  const { stdout } = await report("line size");
  expect(stdout).toContain("If the facts of the base were right, with ");
  expect(elementsOfPage(stdout).filter(({ name }) => name === "svg").length).toBeGreaterThan(0);
});

it("is the same to the last byte in another run", async () => {
  const commit = (text: string) => text.replaceAll(/\([0-9a-f]{10}\)/g, "");
  expect(commit((await report("line size")).stdout)).toBe(commit((await report("line size")).stdout));
});

it("has no place for what somebody put into a description", () => {
  const page = comparisonHtml(hostileComparison);
  expect(dangersIn(page)).toEqual([]);
  expect(page).not.toContain("<script");
  expect(page).toContain("&lt;script&gt;");
  const kinds = (text: string) => elementsOfPage(text).map(({ name }) => name);
  const harmless = JSON.parse(
    JSON.stringify(hostileComparison, (_, value: unknown) => (value === hostileText ? "text" : value)),
  ) as typeof hostileComparison;
  const plain = {
    ...harmless,
    groups: harmless.groups.map((group) => ({
      ...group,
      executions: group.executions.map((each) => ({ ...each, replay: () => ({ doesNotReplay: "" }) })),
    })),
  };
  // Backticks hold code, and are all that a text may make.
  expect(kinds(page).filter((name) => name !== "code")).toEqual(
    kinds(comparisonHtml(plain)).filter((name) => name !== "code"),
  );
});

it.each(["validate", "check", "verify"])("is a form that %s has not, and it says so", async (command) => {
  const { folder } = await repository();
  const { code, stdout, stderr } = await inProcess([command, "--format", "html"], folder);
  expect({ code, stdout }).toEqual({ code: 64, stdout: "" });
  expect(stderr).toContain(
    `${command}: there is no form \`html\`, which other commands have; there are text, markdown, json, github, sarif`,
  );
});

it("is in the help of diff alone", async () => {
  const help = async (command: string) => (await inProcess(["help", command], "/")).stdout;
  expect(await help("diff")).toContain("--format text|markdown|json|github|sarif|html");
  expect(await help("verify")).not.toContain("|html");
});

describe.skipIf(withoutBrowser)("in a browser", () => {
  const open = reportsInBrowser();
  const widths = [1280, 390] as const;
  const themes = ["light", "dark"] as const;
  it.each(widths.flatMap((width) => themes.map((theme) => ({ width, theme }))))(
    "is there for everybody at $width pixels, $theme",
    async (how) => {
      for (const name of ["wrong mechanism", "line size"]) {
        const { page, complaints } = await open((await report(name)).stdout, how);
        for (const summary of await page.locator("summary").all()) await summary.click();
        expect(await barriersIn(page)).toEqual([]);
        expect(await overflowOf(page)).toBe(0);
        expect(complaints).toEqual([]);
      }
      const { page, complaints } = await open(comparisonHtml(hostileComparison), how);
      expect(await overflowOf(page)).toBe(0);
      expect(complaints).toEqual([]);
    },
  );
});
