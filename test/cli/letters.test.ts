// Names that only capitals tell apart, which the disks of Windows and macOS do not.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryFolder } from "../support/command.ts";
import { hastyDisk, testHost } from "../support/host.ts";
import { inProcess } from "../support/in-process.ts";
import { testChip } from "../support/test-chip.ts";

const host = testHost(hastyDisk);

function project(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "chips"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

it.each(["test-chip", "Test-Chip"])(
  "two descriptions of which one is called Test-Chip.yaml are an error, with the id %s",
  async (id) => {
    const folder = project({
      "chips/test-chip.yaml": testChip(),
      "chips/Test-Chip.yaml": testChip().replace("chip: test-chip", `chip: ${id}`),
    });
    const { code, stdout } = await inProcess(["generate", "--json"], folder, host);
    const { diagnostics } = JSON.parse(stdout) as { diagnostics: { code: string; path: string }[] };
    expect(code).toBe(1);
    const found = diagnostics.filter(({ path }) => path === "chips/Test-Chip.yaml").map((each) => each.code);
    expect(found).toContain(id === "test-chip" ? "rule/id-differs-from-file" : "schema/wrong-value");
  },
);

it.each([
  ["src/fence.rs", "src/Fence.rs"],
  ["Src/fence.rs", "src/fence.rs"],
])("outputs at %s and %s are an error, and nothing is written", async (fence, masters) => {
  const folder = project({
    "chips/test-chip.yaml": testChip(),
    ".fencegen.yaml": `rust:\n  files:\n    fence: { file: ${fence} }\n    masters: { file: ${masters} }\n    shared: { file: "src/{name}.rs" }\n`,
  });
  const { code, stderr } = await inProcess(["generate"], folder, host);
  expect(code).toBe(1);
  expect(stderr).toContain(
    "output/same-file: several files of the chip test-chip would be here where a disk takes small letters for capitals",
  );
  expect(await inProcess(["check"], folder, host)).toMatchObject({ code: 1 });
});

it.each(["con", "aux", "nul", "com1", "lpt9"])("no chip is called %s, which is a device on Windows", async (id) => {
  const folder = project({ [`chips/${id}.yaml`]: testChip().replace("chip: test-chip", `chip: ${id}`) });
  const { code, stderr } = await inProcess(["generate"], folder, host);
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining("rule/reserved-id") });
});
