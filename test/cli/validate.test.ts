import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { fencegen, root, temporaryFolder } from "../support/command.ts";
import { marksOf } from "../support/marks.ts";
import { testChip } from "../support/test-chip.ts";

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
      const [, excerpt, carets, why, mend, page, ...more] = report.split("\n");
      const gutter = `  ${line} | `;
      expect(excerpt).toBe(gutter + text.split("\n")[line - 1]);
      expect(carets).toMatch(/^ +\| *\^+$/);
      expect(carets!.indexOf("^") - gutter.length + 1).toBe(column);
      expect(why).toMatch(/^ {2}why: [A-Z].*\.$/);
      expect(mend).toMatch(/^ {2}mend: \S/);
      expect(page).toMatch(/^ {2}more: fencegen explain [a-z]+\/[a-z-]+$/);
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

it("takes a file from elsewhere in the place of the one that describes the same chip", () => {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, "chips"));
  for (const path of ["chips/test-chip.yaml", "test-chip.yaml"]) writeFileSync(join(cwd, path), testChip());
  expect(fencegen(["validate", "test-chip.yaml"], { cwd })).toMatchObject({ code: 0 });
  writeFileSync(join(cwd, "chips/other.yaml"), testChip());
  const { code, stderr } = fencegen(["validate", "chips/other.yaml"], { cwd });
  expect(code).toBe(1);
  expect(stderr).toContain("rule/duplicate-id");
});

it.each<[string, (list: string) => void]>([
  ["cannot be parsed", (list) => writeFileSync(list, "sources: [\n")],
  ["cannot be read", (list) => mkdirSync(list)],
])("says once what is wrong with a list of sources of one's own that is named and %s", (_, make) => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "chips"));
  make(join(folder, "chips/sources.yaml"));
  const { stderr } = fencegen(["validate", "chips/sources.yaml"], { cwd: folder });
  expect(stderr.match(/^chips\/sources\.yaml.* error /gm)).toHaveLength(1);
});

it("says how to begin where there is no folder of chips", () => {
  const cwd = temporaryFolder();
  const { code, stderr } = fencegen(["validate"], { cwd });
  expect(code).toBe(1);
  expect(stderr).toMatch(/^chips error io\/cannot-read: there is no such folder/);
  expect(stderr).toContain("--chips DIR");
});

it("leaves warnings to validate where plan was asked", () => {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, "chips"));
  writeFileSync(join(cwd, "chips/test-chip.yaml"), testChip().replace("vendor: ", "family: A family\nvendor: "));
  const { code, stderr } = fencegen(["plan", "test-chip"], { cwd });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "1 warning: `fencegen validate` shows it.\n" });
});

it("sums up no verdicts where nothing could be judged", () => {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, "chips"));
  writeFileSync(join(cwd, "chips/test-chip.yaml"), testChip().replace("title:", "titel:"));
  expect(fencegen(["verify", "test-chip"], { cwd })).toMatchObject({ code: 1, stdout: "" });
});

describe("what a file that is named rests on", () => {
  const chip = (id: string) => `chip: ${id}
title: T
vendor: V
cores: [{ core: cortex-m4, rustTargets: [thumbv7em-none-eabi] }]
memories: { RAM: { base: 0x2000_0000, size: 64KiB, cachedBy: none } }
masters: { DMA: { reaches: [RAM] } }
evidence: { cores: ours 1, memories: ours 2, masters: ours 3 }
`;
  const project = (files: Readonly<Record<string, string>>) => {
    const cwd = temporaryFolder();
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(cwd, path)), { recursive: true });
      writeFileSync(join(cwd, path), text);
    }
    return cwd;
  };
  const list = "sources: { ours: { document: Ours } }\n";
  const validated = (cwd: string, path: string) => {
    const { code, stdout } = fencegen(["validate", "--json", path], { cwd });
    const { diagnostics } = JSON.parse(stdout) as { diagnostics: { path: string; code: string }[] };
    return { code, problems: diagnostics.map(({ path, code }) => `${path} ${code}`) };
  };

  it.each([
    ["beside it", "other/mine.yaml", chip("mine")],
    [
      "beside the folder of its kind",
      "other/cores/mine.yaml",
      "core: mine\ntitle: T\narchitecture: armv7-m\ncaches: []\nnoCacheSource: ours 1\n",
    ],
  ])("is a list of sources %s, wherever the chips are", (_, path, text) => {
    for (const more of [{}, { "chips/sources.yaml": "sources: { theirs: { document: Theirs } }\n" }])
      expect(validated(project({ [path]: text, "other/sources.yaml": list, ...more }), path)).toEqual({
        code: 0,
        problems: [],
      });
    expect(validated(project({ [path]: text }), path).problems).toContain(`${path} rule/unknown-source`);
  });

  it("is shown where it has errors: nothing follows from a file that rests on them", () => {
    for (const path of ["chips/mine.yaml", "other/mine.yaml"]) {
      const sources = `${dirname(path)}/sources.yaml`;
      const broken = (text: string) => validated(project({ [path]: chip("mine"), [sources]: text }), path);
      expect(broken("sources: { ours: { document: Ours, colour: red } }\n")).toEqual({
        code: 1,
        problems: [`${sources} schema/unknown-key`],
      });
      // Only one problem, although every citation is of a key that is not declared as it must be.
      expect(broken("sources: { ours: [Ours] }\n").problems).toEqual([`${sources} schema/wrong-value`]);
      expect(broken("sources: {").problems).toContain(`${sources} yaml/syntax`);
      expect(broken("source: { ours: { document: Ours } }\n").problems).toContain(`${sources} schema/unknown-kind`);
    }
  });

  it("are two lists that disagree", () => {
    const other = list.replace("Ours", "Theirs");
    const cwd = project({ "other/mine.yaml": chip("mine"), "other/sources.yaml": other, "chips/sources.yaml": list });
    expect(validated(cwd, "other/mine.yaml").problems).toEqual(["other/sources.yaml rule/duplicate-name"]);
  });

  it("are none of the other files", () => {
    const cwd = project({
      "chips/mine.yaml": chip("mine"),
      "chips/sources.yaml": list,
      "chips/bad.yaml": "chip: bad\n",
    });
    expect(validated(cwd, "chips/mine.yaml")).toEqual({ code: 0, problems: [] });
  });
});

it.each([
  ["source: { ours: { document: Ours } }", "1:1", "Did you mean `sources:`?"],
  ["title: T\nchips: mine", "2:1", "Did you mean `chip:`?"],
  ["board: mine", "1:1", "Start the file with `chip:`"],
  ["sources:\n  Ours: { document: Ours }", "2:3", "Lower-case letters, digits and hyphens"],
  ["sources:\n  ours: {}", "2:3", "Add `document` or `repository`."],
  ["sources:\n  ours: { document: Ours, repository: o/r }", "2:3", "Leave all but one of them out."],
])("a list of sources with a mistake, %j, has it at %s", (input, place, mend) => {
  const { stderr } = fencegen(["validate", "-"], { input: `${input}\n`, cwd: temporaryFolder() });
  expect(stderr).toMatch(new RegExp(`^<stdin>:${place} error `));
  expect(stderr).toContain(`  mend: ${mend}`);
  expect(stderr).toMatch(/\n1 error\n$/);
});

it.each([
  ['"RAM,ROM": unverified', "memories", "Write `RAM, ROM`: between names stand a comma and one blank."],
  ['"ROM,  RAM": { place: unverified }', "memories", "Write `ROM, RAM`: between names stand a comma and one blank."],
])("names of evidence that are not parted as names are: %s", (entry, section, mend) => {
  const input = `chip: mine
title: T
vendor: V
cores: [{ core: cortex-m4, rustTargets: [thumbv7em-none-eabi] }]
memories: { "RAM, ROM": { base: 0x2000_0000, size: 64KiB, cachedBy: none } }
masters: {}
evidence:
  ${section}:
    ${entry}
`;
  const { stderr } = fencegen(["validate", "-"], { input });
  expect(stderr).toContain("<stdin>:9:5 error rule/comma-in-name: ");
  expect(stderr).toContain(`mend: ${mend}`);
});
