// The tables of chips in Markdown files: written by generate, covered by check, and only between their marks.
import { existsSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tableChanges } from "../../generator/cli/chip-tables.ts";
import type { CommandOptions, Environment } from "../../generator/cli/environment.ts";
import { knownChip } from "../../generator/project/known-chip.ts";
import type { PlannedChip } from "../../generator/render/render-outputs.ts";
import { hostility, withTexts } from "../render/hostile.ts";
import { fencegen, root, temporaryFolder } from "../support/command.ts";
import { inProcess } from "../support/in-process.ts";
import { planAllOf, planOf, shippedChips } from "../support/pipeline.ts";
import { testChip } from "../support/test-chip.ts";

function project(): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "chips"));
  writeFileSync(join(folder, "chips/test-chip.yaml"), testChip());
  writeFileSync(join(folder, ".fencegen.yaml"), "tables: [README.md]\n");
  writeFileSync(join(folder, "README.md"), "# Mine\n\n<!-- fencegen:chips -->\n<!-- /fencegen:chips -->\n\nThe end.\n");
  return folder;
}

it("lists the chips between the marks, and leaves the rest alone", () => {
  const folder = project();
  expect(fencegen(["check"], { cwd: folder }).code).toBe(2);
  expect(fencegen(["generate"], { cwd: folder }).code).toBe(0);
  const text = readFileSync(join(folder, "README.md"), "utf8");
  expect(text).toMatch(
    /^# Mine\n\n<!-- fencegen:chips -->\n\n1 chip with 1 fence\.\n[\s\S]*<!-- \/fencegen:chips -->\n\nThe end\.\n$/,
  );
  expect(text).toContain("| [Test chip](chips/test-chip.yaml) | Nobody | test-core | test-mechanism | 32 |");
  expect(fencegen(["check"], { cwd: folder }).code).toBe(0);
});

it("says what boards found", () => {
  const result = (found: string) =>
    `\n  - { board: B, date: 2026-01-31, fence: TestChipDmaFence, facts: 0123456789abcdef, result: ${found} }`;
  const folder = project();
  const more = `verifiedOn:${result("right")}${result("right")}${result("wrong")}`;
  writeFileSync(join(folder, "chips/test-chip.yaml"), testChip({ more }));
  expect(fencegen(["generate"], { cwd: folder }).code).toBe(0);
  expect(readFileSync(join(folder, "README.md"), "utf8")).toContain(
    "| test-mechanism (right on 2 boards, wrong on a board) | 32 |",
  );
  expect(fencegen(["list"], { cwd: folder }).stdout).toContain("right on 2 boards, wrong on a board");
});

it("a run with other folders, or for some chips, writes no table", () => {
  const folder = project();
  for (const more of [["--out", "elsewhere"], ["test-chip"]]) {
    expect(fencegen(["generate", ...more], { cwd: folder }).code).toBe(0);
    expect(readFileSync(join(folder, "README.md"), "utf8")).not.toContain("Test chip");
  }
});

it("asks for the marks where they are missing, and writes nothing", () => {
  const folder = project();
  writeFileSync(join(folder, "README.md"), "# Mine\n");
  const { code, stderr } = fencegen(["generate"], { cwd: folder });
  expect(code).toBe(1);
  expect(stderr).toContain("output/no-table");
});

describe("a file outside of the project is refused where the settings name it, and not written:", () => {
  const marks = "<!-- fencegen:chips -->\n<!-- /fencegen:chips -->\n";

  /** A project in a folder with a file beside it. */
  function beside(): { readonly folder: string; readonly outside: string } {
    const above = temporaryFolder();
    const folder = join(above, "project");
    renameSync(project(), folder);
    writeFileSync(join(above, "notes.md"), marks);
    return { folder, outside: join(above, "notes.md") };
  }

  it.each<[what: string, name: (outside: string) => string, link?: readonly [to: string, at: string]]>([
    ["above", () => "../notes.md"],
    ["by a way through", () => "chips/../../notes.md"],
    ["absolute", (outside) => outside],
    ["the folder itself", () => "chips/.."],
    ["behind a linked folder", () => "docs/notes.md", ["..", "docs"]],
    ["behind a link that is the file", () => "more.md", ["../notes.md", "more.md"]],
    ["behind a link to itself", () => "loop/notes.md", ["loop", "loop"]],
  ])("%s", async (_, name, link) => {
    const { folder, outside } = beside();
    if (link) symlinkSync(link[0], join(folder, link[1]));
    writeFileSync(join(folder, ".fencegen.yaml"), `tables:\n  - README.md\n  - ${JSON.stringify(name(outside))}\n`);
    for (const command of ["check", "generate"]) {
      const { code, stderr } = await inProcess([command], folder);
      expect(code).toBe(1);
      expect(stderr).toMatch(/^\.fencegen\.yaml:3:5 error output\/outside: /);
    }
    expect(readFileSync(outside, "utf8")).toBe(marks);
    expect(existsSync(join(folder, "out"))).toBe(false);
  });

  it("but one behind a link within the project is the project's", async () => {
    const folder = project();
    mkdirSync(join(folder, "documents"));
    symlinkSync("documents", join(folder, "docs"));
    writeFileSync(join(folder, "documents/notes.md"), marks);
    writeFileSync(join(folder, ".fencegen.yaml"), "tables: [./docs/notes.md]\n");
    expect(await inProcess(["generate"], folder)).toMatchObject({ code: 0 });
    expect(readFileSync(join(folder, "documents/notes.md"), "utf8")).toContain("](../chips/test-chip.yaml)");
  });
});

it("chips/README.md names every chip, and every folder of Tock's that one is for", () => {
  const chips = readFileSync(join(root, "chips/README.md"), "utf8");
  for (const id of shippedChips) {
    expect(chips).toContain(`](${id}.yaml)`);
    for (const crate of planOf(id).planned!.chip.tockCrates)
      expect(chips).toMatch(new RegExp(`\\| [^|]*\\b${crate}\\b[^|]*\\|`));
  }
});

it("whatever a description says, a table has the same rows and cells", () => {
  const folder = temporaryFolder();
  const marks = (kind: string) => `<!-- fencegen:chips${kind} -->\n<!-- /fencegen:chips -->\n`;
  writeFileSync(join(folder, ".fencegen.yaml"), "tables: [README.md]\n");
  writeFileSync(join(folder, "README.md"), `${marks("")}\n${marks(" in full")}`);
  const { loaded, planned } = planAllOf({});
  const some = planned.filter(({ chip, refused }) => refused.length > 0 || /^(?:stm32|x86|nrf5)/.test(chip.id));
  const tables = (chips: readonly PlannedChip[]) => {
    const [change] = tableChanges(
      chips.map((chip) => knownChip(chip, [], [], [])),
      [],
      loaded.diagnostics,
      { chips: "chips" } as CommandOptions,
      { workingFolder: folder, packageFolder: root, host: {} } as unknown as Environment,
    );
    return (change as { readonly after: string }).after.split("\n");
  };
  const form = (line: string) =>
    line.startsWith("|") ? line.replace(/\\./g, "").split("|").length : line.replace(/^(- \*\*).*$/, "$1");
  const honest = tables(some);
  expect(honest.length).toBeGreaterThan(2 * some.length);
  fc.assert(
    fc.property(hostility, (change) => {
      const lines = tables(some.map((chip) => withTexts(chip, change)));
      expect(lines.map(form)).toEqual(honest.map(form));
      // Nothing is live but what the tables themselves link to.
      for (const line of lines.filter((text) => text.startsWith("|")))
        expect(line.replace(/\\[!-/:-@[-`{-~]/g, "").replace(/`[^`|]*`/g, "")).not.toMatch(
          /<|:\/\/|\]\((?![\w./%~-]+\))/,
        );
    }),
    { numRuns: 30 },
  );
});
