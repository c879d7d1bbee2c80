// What every command says with --json has the form that the schema of its answers promises to programs.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, it } from "vitest";
import { commands } from "../../generator/cli/commands.ts";
import type { Host } from "../../generator/cli/environment.ts";
import { root, temporaryFolder } from "../support/command.ts";
import { boardTree, flattened } from "../support/flattened-tree.ts";
import { testHost } from "../support/host.ts";
import { inProcess } from "../support/in-process.ts";
import { testChip } from "../support/test-chip.ts";
import { misread } from "../verifier/own-chips.ts";

const folder = join(root, "generator/schema/answers");
const names = readdirSync(folder).map((name) => name.replace(/\.schema\.json$/, ""));
const schemas = names.map((name) => JSON.parse(readFileSync(join(folder, `${name}.schema.json`), "utf8")) as object);
const ajv = new Ajv2020({
  schemas,
  allErrors: true,
  strict: true,
  strictRequired: false,
  allowUnionTypes: true,
  strictTypes: false,
});

async function answers(
  schema: string,
  args: readonly string[],
  cwd: string,
  host: Host = testHost(),
): Promise<Record<string, unknown>> {
  const { stdout } = await inProcess([...args, "--json"], cwd, host);
  const answer = JSON.parse(stdout) as Record<string, unknown>;
  const validate = ajv.getSchema(`${schema}.schema.json`)!;
  validate(answer);
  expect({ args, errors: validate.errors }).toEqual({ args, errors: null });
  return answer;
}

/** A folder with a chip of its own, as it is or changed. */
function project(text = testChip()): string {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, "chips"));
  writeFileSync(join(cwd, "chips/test-chip.yaml"), text);
  return cwd;
}

const unknownKey = testChip().replace("\ntitle:", "\ntitel:");

it("there is a schema for every command, and every schema asks for the diagnostics", () => {
  const prefix = (name: string) => names.some((each) => each === name || each.startsWith(`${name}-`));
  expect(
    commands.filter(({ name, options }) => options.includes("json") && !prefix(name)).map(({ name }) => name),
  ).toEqual([]);
  for (const schema of schemas as { title: string; required?: string[] }[])
    if (schema.title !== "What answers have in common.") expect(schema.required, schema.title).toContain("diagnostics");
});

it.each<[schema: string, args: string[]]>([
  ["list", ["list"]],
  ["plan", ["plan", "zynq7000"]],
  ["explain", ["explain", "zynq7000"]],
  ["explain", ["explain", "zynq7000", "release:3"]],
  ["explain", ["explain", "k210"]],
  ["explain", ["explain", "rule/unknown-memory"]],
  ["explain", ["explain", "diff/stronger"]],
  ["explain", ["explain", "maintain-lines"]],
  ["compare", ["compare", "stm32h743", "zynq7000"]],
  ["error", ["explain", "rule/unknown-memmory"]],
  ["plan", ["plan", "rz-five"]],
  ["plan", ["plan", "k210"]],
  ["facts", ["facts", "stm32h743"]],
  ["facts-coverage", ["facts", "--coverage", "stm32h743"]],
  ["facts-document", ["facts", "--document", "rm0433", "stm32h743"]],
  ["facts-sources", ["facts", "--sources", "stm32h743"]],
  ["selftest", ["selftest", "stm32h743"]],
  ["selftest", ["selftest", "k210"]],
  ["verify", ["verify", "rp2040"]],
  ["verify-promela", ["verify", "--promela", "stm32h743"]],
  ["picture", ["picture", "stm32h743", "--without", "acquire:2"]],
  ["picture", ["picture", "stm32h743", "--without", "acquire:1"]],
  ["picture", ["picture", "k210"]],
  ["litmus", ["litmus", "test/litmus/x86-64.json"]],
  ["doctor", ["doctor"]],
  ["completion", ["completion", "bash"]],
  ["error", ["plan"]],
  ["error", ["plan", "no-chip"]],
  ["error", ["list", "--frobnicate"]],
])("%s is what %j answers", async (schema, args) => {
  await answers(schema, args, root);
});

it.each<[schema: string, args: string[], text: string]>([
  ["check", ["check"], testChip()],
  ["generate", ["generate"], testChip()],
  [
    "new",
    ["new", "other", "--core", "cortex-m7", "--vendor", "V", "--memory", "RAM=0x2000_0000+64KiB", "--master", "DMA"],
    testChip(),
  ],
  ["error", ["new", "other", "--core", "no-core"], testChip()],
  ["init", ["init", "stm32h743"], testChip()],
  ["init", ["init", "k210", "--new", "test-chip"], testChip()],
  ["validate", ["validate"], testChip()],
  ["schema", ["schema"], testChip()],
  ["schema", ["schema"], unknownKey],
  ["validate", ["validate"], unknownKey],
  ["generate", ["generate"], unknownKey],
  ["check", ["check"], unknownKey],
  ["plan", ["plan", "test-chip"], unknownKey],
  ["facts", ["facts", "test-chip"], unknownKey],
  ["verify", ["verify"], unknownKey],
  ["verify", ["verify", "--trace"], misread],
  ["list", ["list"], unknownKey],
])("%s is what %j answers in a project, also where it has problems", async (schema, args, text) => {
  const { diagnostics } = await answers(schema, args, project(text));
  if (text === unknownKey) expect(diagnostics).not.toEqual([]);
});

it("verify is what a run that was interrupted answers", async () => {
  const asked = AbortSignal.abort();
  const host = { ...testHost(), interruption: () => ({ stop: asked, letGo: () => {} }) };
  const { notJudged } = await answers("verify", ["verify"], project(), host);
  expect(notJudged).toHaveLength(1);
});

it("diff is what a comparison of two folders answers", async () => {
  const before = project(testChip().replace("lineBytes: 32", "lineBytes: 64"));
  const { groups } = await answers("diff", ["diff", before, project()], root);
  expect(groups).not.toEqual([]);
});

it("facts-against is what a comparison with a device tree answers", async () => {
  const cwd = project();
  writeFileSync(join(cwd, "board.dtb"), flattened(boardTree({})));
  const { witnesses } = await answers("facts-against", ["facts", "test-chip", "--against", "board.dtb"], cwd);
  expect(witnesses).toHaveLength(1);
});

it("a value of another form does not pass", () => {
  const validate = ajv.getSchema("validate.schema.json")!;
  expect(validate({ schemaVersion: 1, valid: "yes", diagnostics: [] })).toBe(false);
  expect(validate({ schemaVersion: 1, valid: true })).toBe(false);
  expect(validate({ schemaVersion: 1, valid: true, diagnostics: [{ code: "yaml/syntax" }] })).toBe(false);
});
