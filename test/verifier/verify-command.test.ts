// What `fencegen verify` prints, when it fails, and what it remembers.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { planKey } from "../../generator/plan/plan-key.ts";
import { fencegen, root, temporaryFolder } from "../support/command.ts";
import { testChip } from "../support/test-chip.ts";
import { rangeMechanism } from "./own-chips.ts";
import { planSubject } from "./subject.ts";

interface Report {
  readonly schemaVersion: number;
  readonly results: readonly Record<string, unknown>[];
}

/** The generated files, by path. */
function outputs(folder: string): Record<string, string> {
  const paths = readdirSync(join(folder, "out"), { recursive: true, withFileTypes: true }).flatMap((entry) =>
    entry.isFile() ? [join(entry.parentPath, entry.name)] : [],
  );
  return Object.fromEntries(paths.map((path) => [path, readFileSync(path, "utf8")]));
}

it("prints what is documented as JSON", () => {
  const { code, stdout, stderr } = fencegen(["verify", "rp2040", "--json"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const { schemaVersion, results } = JSON.parse(stdout) as Report;
  expect(schemaVersion).toBe(1);
  expect(results).toHaveLength(1);
  expect(results[0]).toMatchObject({
    chip: "rp2040",
    fence: "Rp2040DmaFence",
    sound: true,
    necessary: true,
    obligations: expect.arrayContaining([
      { kind: "regions", text: expect.any(String), verdict: "environment", because: expect.any(String) },
    ]),
    mutants: { total: 2, killed: 2 },
    states: expect.any(Number),
    milliseconds: expect.any(Number),
  });
  const { properties, steps } = results[0] as { properties: unknown[]; steps: unknown[] };
  for (const property of properties)
    expect(property).toEqual({ name: expect.any(String), scenario: expect.any(String), holds: true });
  expect(new Set(properties.map((property) => (property as { name: string }).name))).toEqual(
    new Set(["outbound", "inbound", "untouched", "earlier reads", "later writes", "neighbour", "footprint"]),
  );
  expect(steps).toHaveLength(2);
  for (const step of steps)
    expect(step).toMatchObject({
      step: "dmb sy",
      verdict: "property",
      counterexample: { property: expect.any(String), events: expect.any(Array) },
    });
});

it("says how many fences are distinct, and what the model does not contain", () => {
  const { code, stdout } = fencegen(["verify", "qemu-rv32-virt", "qemu-rv64-virt"]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^2 fences, 1 of them distinct; mutants killed (\d+)\/\1\.$/m);
  expect(stdout).toMatch(/^The model does not contain:\n- /m);
});

it("fails for an emitted class that executes something else", () => {
  const cwd = temporaryFolder(true);
  const file = join(cwd, "out/typescript/rp2040.ts");
  mkdirSync(dirname(file), { recursive: true });
  const text = readFileSync(join(root, "out/typescript/rp2040.ts"), "utf8");
  const at = text.lastIndexOf("dmb sy");
  expect(at).not.toBe(-1);
  writeFileSync(file, text);
  expect(fencegen(["verify", "rp2040"], { cwd }).stdout).toContain("class agrees");
  writeFileSync(file, `${text.slice(0, at)}dsb sy${text.slice(at + 6)}`);
  const { code, stdout } = fencegen(["verify", "rp2040"], { cwd });
  expect(code).toBe(1);
  expect(stdout).toContain("CLASS DIFFERS");
});

// The end is counted in units of two lines, so that it may stop short: a description cannot be told from a right one by its form.
const wrongFact = testChip({ mechanisms: rangeMechanism("{ of: end, shiftRight: 6 }") });
const rightFact = testChip({ mechanisms: rangeMechanism("last-byte") });

it("a chip whose facts are wrong is found unsound, refused until it is right, and then written", () => {
  const folder = temporaryFolder();
  const path = join(folder, "chips/test-chip.yaml");
  mkdirSync(dirname(path));
  writeFileSync(path, wrongFact);
  const found = fencegen(["verify"], { cwd: folder });
  expect(found.code).toBe(1);
  expect(found.stdout).toMatch(/^test-chip TestChipDmaFence: NOT SOUND/m);
  expect(found.stdout).toMatch(/^ +\w+( \w+)? broken: .*(first|last) line/m);
  expect(found.stdout).toMatch(/^ +CPU +cache +memory +device$/m);
  expect(found.stdout).toMatch(/^ +\d+ +store 1 in the buffer +L1D \[1 \d\] dirty$/m);

  const refused = fencegen(["generate"], { cwd: folder });
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain("plan/found-unsound");
  expect(existsSync(join(folder, "out"))).toBe(false);

  writeFileSync(path, rightFact);
  expect(fencegen(["verify"], { cwd: folder }).code).toBe(0);
  expect(fencegen(["generate"], { cwd: folder }).code).toBe(0);
});

it("generate refuses a plan that was found unsound, and writes nothing", () => {
  const cwd = temporaryFolder(true);
  cpSync(join(root, "out"), join(cwd, "out"), { recursive: true });
  const { plan, chip, core } = planSubject({ chip: "rp2040" });
  const unsound = { [planKey(plan, chip, core)]: "outbound" };
  writeFileSync(join(cwd, "chips/.unsound.json"), JSON.stringify({ schemaVersion: 1, unsound }));
  // There would be something to write.
  const file = join(cwd, "chips/stm32f429.yaml");
  writeFileSync(file, readFileSync(file, "utf8").replace("title: STM32F429", "title: STM32F429x"));
  const before = outputs(cwd);
  const { code, stdout, stderr } = fencegen(["generate"], { cwd });
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(/chips\/rp2040\.yaml:\d+:\d+.*plan\/found-unsound/);
  expect(stderr).toContain("Rp2040DmaFence breaks the property `outbound`");
  expect(outputs(cwd)).toEqual(before);
});
