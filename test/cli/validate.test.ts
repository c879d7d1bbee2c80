import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fencegen, root, temporaryFolder } from "../support/command.ts";
import { marksOf } from "../support/marks.ts";

const file = "test/fixtures/five-mistakes.yaml";
const text = readFileSync(join(root, file), "utf8");
const marks = marksOf(text);

describe.each([
  ["a file", [file], file],
  ["standard input", ["-"], "<stdin>"],
])("five mistakes in %s", (_, args, shown) => {
  const { code, stdout, stderr } = fencegen(["validate", ...args], { input: text });
  const reports = stderr.split("\n\n").slice(0, -1);

  it("are five positioned diagnostics and nothing else", () => {
    expect(reports.map((report) => report.split(": ")[0])).toEqual(
      marks.map((mark) => `${shown}:${mark.line}:${mark.column} error ${mark.code}`),
    );
    expect(stderr).toMatch(/\n5 errors\n$/);
    expect(stdout).toBe("");
    expect(code).toBe(1);
  });

  it("each show the line with a caret below the place, why it matters and how to mend it", () => {
    for (const [index, report] of reports.entries()) {
      const { line, column } = marks[index]!;
      const [, excerpt, carets, why, mend, ...more] = report.split("\n");
      const gutter = `  ${line} | `;
      expect(excerpt).toBe(gutter + text.split("\n")[line - 1]);
      expect(carets).toMatch(/^ +\| *\^+$/);
      expect(carets!.indexOf("^") - gutter.length + 1).toBe(column);
      expect(why).toMatch(/^ {2}why: [A-Z].*\.$/);
      expect(mend).toMatch(/^ {2}mend: \S/);
      expect(more).toEqual([]);
    }
  });

  it("are in JSON what they are in text", () => {
    const json = fencegen(["validate", "--json", ...args], { input: text });
    const answer = JSON.parse(json.stdout) as { diagnostics: { code: string; range: { start: object } }[] };
    expect(answer).toMatchObject({ schemaVersion: 1, valid: false });
    expect(answer.diagnostics.map(({ code, range }) => ({ code, ...range.start }))).toEqual(marks);
    expect(json.stderr).toBe("");
    expect(json.code).toBe(1);
  });
});

it("accepts everything that is shipped, on the log only", () => {
  const { code, stdout, stderr } = fencegen(["validate"]);
  expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
  expect(stderr).toMatch(/^\d+ files: valid\.\n$/);
});

it("shows refusals of the planner too", () => {
  const input = readFileSync(join(root, "chips/stm32h743.yaml"), "utf8").replace(/^notes:.*\n/m, "");
  expect(fencegen(["validate", "-"], { input }).code).toBe(0);
  const cached = input.replace(
    "memories:",
    "caches: [{ name: L2, takesCleanVictims: { unless: It is not exclusive. }, lineBytes: 32, writePolicy: write-back }]\nmemories:",
  );
  const { code, stderr } = fencegen(["validate", "-"], { input: cached });
  expect(stderr).toContain("error plan/no-maintenance: `BDMA` reaches `SRAM4` without seeing L2");
  expect(code).toBe(1);
});

it("names a file that cannot be read", () => {
  const { code, stderr } = fencegen(["validate", "no/such.yaml"], { cwd: temporaryFolder() });
  expect(stderr).toMatch(/^no\/such\.yaml error io\/cannot-read: cannot be read \(ENOENT\)/);
  expect(code).toBe(1);
});

it("says when a file's id belongs to a shipped description", () => {
  const cwd = temporaryFolder();
  cpSync(join(root, "chips/cores/cortex-m4.yaml"), join(cwd, "cortex-m4.yaml"));
  const { code, stderr } = fencegen(["validate", "cortex-m4.yaml"], { cwd });
  expect(stderr).toMatch(/^cortex-m4\.yaml:2:7 error rule\/duplicate-id/);
  expect(code).toBe(1);
});
