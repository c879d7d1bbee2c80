// The tables of chips in Markdown files: written by generate, covered by check, and only between their marks.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { tableChanges } from "../../generator/cli/chip-tables.ts";
import type { CommandOptions, Environment } from "../../generator/cli/environment.ts";
import type { PlannedChip } from "../../generator/render/render-outputs.ts";
import { hostility, withTexts } from "../render/hostile.ts";
import { fencegen, root, temporaryFolder } from "../support/command.ts";
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

it("the README names every chip, and chips/README.md every folder of Tock's that a chip is for", () => {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  const chips = readFileSync(join(root, "chips/README.md"), "utf8");
  for (const id of shippedChips) {
    expect(readme).toContain(`](chips/${id}.yaml)`);
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
      chips,
      loaded,
      { chips: "chips" } as CommandOptions,
      { workingFolder: folder, host: {} } as Environment,
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
