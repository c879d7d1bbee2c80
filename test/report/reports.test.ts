// The forms of findings, and what in a description, or in a path, might pass for something else in them.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Diagnostic, Diagnostics } from "../../generator/diagnostics/diagnostic.ts";
import { explainCode, explainedCodes, isExplained } from "../../generator/diagnostics/explain-code.ts";
import { verdictCodes } from "../../generator/diagnostics/verdict-codes.ts";
import { workflowCommands } from "../../generator/report/annotations.ts";
import type { Finding } from "../../generator/report/finding.ts";
import { block, details, fitting } from "../../generator/report/markdown.ts";
import { countedFindingsOf, findingsOf, problemsInMarkdown } from "../../generator/report/problems.ts";
import { sarifLog } from "../../generator/report/sarif.ts";
import { hostileText } from "../render/hostile.ts";
import { sarifRun, schemaErrors } from "./sarif-schema.ts";

const range = (line: number, column: number, endLine: number, endColumn: number) => ({
  start: { line, column },
  end: { line: endLine, column: endColumn },
});
const finding = (facts: Partial<Finding> = {}): Finding => ({
  code: "rule/unknown-memory",
  level: "error",
  message: "there is no memory `RAM`",
  place: { path: "chips/a.yaml", range: range(3, 5, 3, 8) },
  ...facts,
});
const problem = (facts: Partial<Diagnostic> = {}): Diagnostic => ({
  code: "rule/unknown-memory",
  severity: "error",
  message: "there is no memory `RAM`",
  why: "So.",
  mend: "Do.",
  path: "chips/a.yaml",
  range: range(3, 5, 3, 8),
  excerpt: "    RAM: x",
  ...facts,
});
const log = (findings: readonly Finding[]) => JSON.stringify(sarifLog(findings, { version: "1.2.3" }));

describe("annotations", () => {
  it("have the place of what is wrong, the last column counted in", () => {
    expect(workflowCommands([finding()], "fencegen validate")).toBe(
      "::error file=chips/a.yaml,line=3,col=5,endColumn=7,title=fencegen%3A rule/unknown-memory::there is no memory `RAM`",
    );
  });

  it.each<[what: string, place: Finding["place"], properties: string]>([
    ["of several lines have no columns", { path: "a", range: range(3, 5, 4, 2) }, "file=a,line=3,endLine=4,"],
    ["of nothing have one column", { path: "a", range: range(3, 5, 3, 5) }, "file=a,line=3,col=5,endColumn=5,"],
    ["of a line have the line", { path: "a", line: 7 }, "file=a,line=7,"],
    ["of a file have the file", { path: "a\\b" }, "file=a/b,"],
    ["of nothing at all have a title", undefined, ""],
  ])("%s", (_, place, properties) => {
    expect(workflowCommands([finding({ place })], "x")).toMatch(new RegExp(`^::error ${properties}title=`));
  });

  it("are ten of each kind at most, the worst first, and say how many more there are", () => {
    const many = ["notice", "warning", "error"].flatMap((level) =>
      Array.from({ length: 12 }, () => finding({ level: level as Finding["level"] })),
    );
    const lines = workflowCommands(many, "fencegen validate").split("\n");
    expect(lines.map((line) => /^::(\w+)/.exec(line)![1])).toEqual(
      ["error", "warning", "notice"].flatMap((level) => Array.from({ length: 10 }, () => level)),
    );
    expect(lines[9]).toBe("::error title=fencegen::3 more: run fencegen validate");
    expect(workflowCommands([], "fencegen validate")).toBe("");
  });

  it("are one line each, whatever stands in them", () => {
    fc.assert(
      fc.property(hostileText, hostileText, hostileText, (message, path, title) => {
        const text = workflowCommands([finding({ message, title, place: { path, line: 1 } })], "x");
        const [, properties, data] = /^::error (.*?)::(.*)$/s.exec(text)!;
        expect(text).not.toMatch(/[\r\n]/);
        expect(properties!.split(",")).toHaveLength(3);
        const decoded = data!.replaceAll("%0D", "\r").replaceAll("%0A", "\n").replaceAll("%25", "%");
        expect(decoded).toBe(message);
      }),
    );
  });
});

describe("SARIF", () => {
  it("is what the schema of the standard asks for, whatever stands in it", () => {
    fc.assert(
      fc.property(hostileText, hostileText, (message, path) => {
        sarifRun(log([finding({ message, place: { path, range: range(1, 1, 2, 1) } }), finding({ place: undefined })]));
      }),
      { numRuns: 60 },
    );
  });

  it("is not anything that the schema takes", () => {
    expect(schemaErrors({ version: "2.1.0", runs: [{ results: [] }] })).not.toEqual([]);
    const wrong = JSON.parse(log([finding()]).replace('"level":"error"', '"level":"fatal"')) as unknown;
    expect(schemaErrors(wrong).join()).toContain("level");
  });

  it("has the code of each rule, what it means, and where more is said", () => {
    const { tool, results } = sarifRun(log([finding(), finding({ code: "check/stale" }), finding()]));
    expect(tool.driver.rules).toMatchObject([
      { id: "check/stale", shortDescription: { text: verdictCodes["check/stale"].why } },
      { id: "rule/unknown-memory", help: { text: expect.stringContaining("fencegen explain rule/unknown-memory") } },
    ]);
    expect(results.map(({ ruleIndex }) => ruleIndex)).toEqual([1, 0, 1]);
  });

  it.each([
    ["chips/a b#1.yaml", "chips/a%20b%231.yaml"],
    ["chips\\a.yaml", "chips/a.yaml"],
    ["../x.yaml", "../x.yaml"],
    ["/home/me/x:y.yaml", "file:///home/me/x%3Ay.yaml"],
    ["C:\\me\\x.yaml", "file:///C:/me/x.yaml"],
    ["a:b.yaml", "a%3Ab.yaml"],
    ["<stdin>", "%3Cstdin%3E"],
  ])("has the path %s as %s", (path, uri) => {
    const { results } = sarifRun(log([finding({ place: { path } })]));
    expect(results[0]!.locations![0]!.physicalLocation).toEqual({ artifactLocation: { uri } });
  });

  it("has the region of a range, whose end is the column behind it", () => {
    const regions = [range(3, 5, 3, 8), range(3, 5, 4, 1)].map((each) =>
      finding({ place: { path: "a", range: each } }),
    );
    expect(sarifRun(log(regions)).results.map(({ locations }) => locations![0]!.physicalLocation.region)).toEqual([
      { startLine: 3, startColumn: 5, endColumn: 8 },
      { startLine: 3, startColumn: 5, endLine: 4, endColumn: 1 },
    ]);
  });

  it("says of a run that was interrupted that it was not whole", () => {
    const text = JSON.stringify(sarifLog([], { version: "1.2.3", isWhole: false }));
    expect(sarifRun(text).invocations).toEqual([{ executionSuccessful: false }]);
  });
});

describe("Markdown", () => {
  it("has a row for each problem, errors first, and each with its line", () => {
    const { opening, sections } = problemsInMarkdown([problem({ severity: "warning", path: "b.yaml" }), problem()]);
    expect(opening.filter((line) => line.includes(".yaml"))).toEqual([
      expect.stringContaining("❌ rule/unknown-memory | chips/a.yaml:3:5 |"),
      expect.stringContaining("⚠ rule/unknown-memory | b.yaml:3:5 |"),
    ]);
    expect(sections[0]).toContain("```\n    RAM: x\n```");
  });

  it("takes what is from a description for text", () => {
    fc.assert(
      fc.property(hostileText, hostileText, (message, path) => {
        const { opening, sections } = problemsInMarkdown([problem({ message, path, mend: message, excerpt: message })]);
        for (const row of opening.filter((line) => line.startsWith("|")))
          expect(row.match(/(?<!\\)\|/g)).toHaveLength(4);
        const outside = sections.join("").replace(/^(`{3,})\n[\s\S]*?\n\1$/gm, "");
        expect(outside.match(/(?<!\\)<\/?(details|summary)>/g)).toHaveLength(4);
        expect(outside.replaceAll(/<\/?(details|summary)>/g, "")).not.toMatch(/(?<!\\)<|(?<!\\)\[|(?<![\\a-z0-9])@/i);
      }),
    );
  });

  it("stays within what GitHub takes, and says what is left out", () => {
    const problems = Array.from({ length: 900 }, (_, index) =>
      problem({ message: `${"long ".repeat(60)}${index}`, path: `chips/${index}.yaml` }),
    );
    const { opening, sections } = problemsInMarkdown(problems);
    const text = fitting(opening.join("\n"), sections, "fencegen validate");
    expect(text.length).toBeLessThan(65_536);
    expect(text).toMatch(/\d+ more sections do not fit here; `fencegen validate` prints them/);
    expect(text).toContain("More does not fit here");
    expect(fitting("Short", [details("a", block("b"))], "x")).not.toContain("fit");
  });
});

describe("problems as findings", () => {
  const toDo = Array.from({ length: 5 }, (_, line) =>
    problem({ code: "rule/source-to-do", severity: "warning", range: range(line + 1, 1, line + 1, 2) }),
  );

  it("are each of them, or counted where they are alike", () => {
    expect(findingsOf([...toDo, problem()])).toHaveLength(6);
    const counted = countedFindingsOf([...toDo, problem()]);
    expect(counted.map(({ message }) => message.split("\n")[0])).toEqual([
      "5 places say `TODO` for a source",
      "there is no memory `RAM`",
    ]);
  });

  it("name the page that says more", () => {
    const diagnostics = new Diagnostics();
    diagnostics.report("output/link", { message: "is a link", path: "out/x" });
    expect(findingsOf(diagnostics.sorted())[0]!.message).toMatch(
      /^is a link\nwhy: .*\nmend: .*\nmore: fencegen explain output\/link$/,
    );
  });
});

it("every code of a finding can be explained, and is of one table", () => {
  expect(new Set(explainedCodes).size).toBe(explainedCodes.length);
  for (const code of Object.keys(verdictCodes)) {
    expect(code).toMatch(/^[a-z]+\/[a-z]+(-[a-z]+)*$/);
    expect(isExplained(code) && explainCode(code).why).toBeTruthy();
  }
  expect(isExplained("diff/unknown")).toBe(false);
});
