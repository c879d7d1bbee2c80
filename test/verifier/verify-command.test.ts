// What `fencegen verify` prints, when it fails, and what it remembers.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { planKey } from "../../generator/plan/plan-key.ts";
import { fencegen, root, temporaryFolder } from "../support/command.ts";
import { testChip } from "../support/test-chip.ts";
import { misread, rangeMechanism, superfluousBarrier } from "./own-chips.ts";
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
    expect(property).toEqual({
      name: expect.any(String),
      scenario: expect.any(String),
      holds: true,
      states: expect.any(Number),
    });
  expect(new Set(properties.map((property) => (property as { name: string }).name))).toEqual(
    new Set([
      "outbound",
      "inbound",
      "untouched",
      "earlier reads",
      "later writes",
      "memory start",
      "neighbour",
      "footprint",
    ]),
  );
  expect(steps).toHaveLength(2);
  for (const step of steps)
    expect(step).toMatchObject({
      step: "dmb sy",
      verdict: "property",
      counterexample: { property: expect.any(String), events: expect.any(Array) },
    });
});

it("notes what no execution needs, and fails for it only where somebody asks", () => {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, "chips"));
  writeFileSync(join(cwd, "chips/test-chip.yaml"), superfluousBarrier);
  const [noted, strict] = [["verify"], ["verify", "--strict"]].map((args) => fencegen(args, { cwd }));
  expect([noted!.code, strict!.code]).toEqual([0, 1]);
  expect(noted!.stdout).toMatch(/sound, not all necessary, reachable/);
  expect(strict!.stdout).toMatch(/sound, NOT NECESSARY, reachable/);
});

it("says how many fences are distinct, and what the model does not contain", () => {
  const { code, stdout } = fencegen(["verify", "qemu-rv32-virt", "qemu-rv64-virt"]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^2 fences, 1 of them distinct; mutants killed (\d+)\/\1\.$/m);
  expect(stdout).toMatch(/^The model does not contain:\n- /m);
});

describe("the emitted files", () => {
  const rust = "out/rust/src/rp2040.rs";
  const masters = "out/rust/src/rp2040_masters.rs";
  /** Where its instructions are. */
  const shared = "out/rust/src/cortex_m.rs";
  const typeScript = "out/typescript/rp2040.ts";
  const all = [rust, masters, typeScript, shared];

  /** A project with the files as they are committed, of which some are changed; undefined leaves one out. */
  function project(changed: Readonly<Record<string, ((text: string) => string) | undefined>> = {}): string {
    const cwd = temporaryFolder(true);
    for (const path of all) {
      const change = path in changed ? changed[path] : (text: string) => text;
      if (!change) continue;
      mkdirSync(dirname(join(cwd, path)), { recursive: true });
      writeFileSync(join(cwd, path), change(readFileSync(join(root, path), "utf8")));
    }
    return cwd;
  }

  const verified = (cwd: string) => {
    const { code, stdout, stderr } = fencegen(["verify", "rp2040", "--json"], { cwd });
    const { results, diagnostics } = JSON.parse(stdout) as Report & { readonly diagnostics?: readonly object[] };
    const { emittedFiles, emittedClassAgrees } = results[0]!;
    return { code, stderr, emittedFiles, emittedClassAgrees, diagnostics };
  };
  const states = (ofRust: string, ofTypeScript: string, ofMasters = "agrees", ofShared = ofMasters) => [
    { path: "rust/src/rp2040.rs", state: ofRust },
    { path: "rust/src/rp2040_masters.rs", state: ofMasters },
    { path: "typescript/rp2040.ts", state: ofTypeScript },
    { path: "rust/src/cortex_m.rs", state: ofShared },
  ];
  const words = (cwd: string) => fencegen(["verify", "rp2040"], { cwd }).stdout.split(";")[0];
  const proven = "rp2040 Rp2040DmaFence: sound, necessary, reachable";

  it("agree", () => {
    const cwd = project();
    expect(words(cwd)).toBe(`${proven}, files agree`);
    expect(verified(cwd)).toEqual({
      ...{ code: 0, stderr: "", diagnostics: [] },
      ...{ emittedFiles: states("agrees", "agrees"), emittedClassAgrees: true },
    });
  });

  it("need not be there", () => {
    const without = project(Object.fromEntries(all.map((path) => [path, undefined])));
    expect(words(without)).toBe(`${proven}, files not generated`);
    expect(verified(without)).toEqual({
      ...{ code: 0, stderr: "", diagnostics: [] },
      ...{ emittedFiles: states("not generated", "not generated", "not generated"), emittedClassAgrees: undefined },
    });
    const half = project({ [rust]: undefined });
    expect(words(half)).toBe(`${proven}, not generated: rust/src/rp2040.rs`);
    expect(verified(half)).toMatchObject({
      ...{ code: 0, emittedFiles: states("not generated", "agrees"), emittedClassAgrees: true },
    });
  });

  it.each([
    { path: shared, emittedFiles: states("agrees", "agrees", "agrees", "differs"), emittedClassAgrees: true },
    { path: typeScript, emittedFiles: states("agrees", "differs"), emittedClassAgrees: false },
  ])("fail where a step of $path is another, at its place", ({ path, emittedFiles, emittedClassAgrees }) => {
    const text = readFileSync(join(root, path), "utf8");
    const at = text.lastIndexOf("dmb sy");
    expect(at).not.toBe(-1);
    const before = text.slice(0, at + 1).split("\n");
    const cwd = project({ [path]: () => `${text.slice(0, at)}dsb sy${text.slice(at + 6)}` });
    const place = { line: before.length, column: before.at(-1)!.length + 1 };
    expect(verified(cwd)).toEqual({
      ...{ code: 1, stderr: "", emittedFiles, emittedClassAgrees },
      diagnostics: [expect.objectContaining({ code: "output/differs", path, range: { start: place, end: place } })],
    });
    const { code, stdout, stderr } = fencegen(["verify", "rp2040"], { cwd });
    expect(code).toBe(1);
    expect(stdout).toContain(`${proven}, FILES DIFFER;`);
    expect(stderr).toMatch(
      new RegExp(`^${path}:${place.line}:${place.column} error output/differs: .*\n  why: .*\n  mend: .*generate`),
    );
  });

  it("are not run, whatever they hold", () => {
    const cwd = project();
    const mark = join(cwd, "ran");
    const code = `require("node:fs").writeFileSync(${JSON.stringify(mark)}, "");`;
    for (const text of [
      `${code}\nexport class Rp2040DmaFence { release() { ${code} } acquire() { ${code} } }\n`,
      `process.mainModule.${code}\nthrow new Error("thrown");\n`,
      "while (true) {}\n",
    ]) {
      writeFileSync(join(cwd, typeScript), text);
      expect(verified(cwd)).toMatchObject({ code: 1, emittedClassAgrees: false });
    }
    expect(existsSync(mark)).toBe(false);
  });

  it("fail where something stands in their place that is no file", () => {
    const cwd = project({ [rust]: undefined });
    mkdirSync(join(cwd, rust), { recursive: true });
    const { code, diagnostics } = verified(cwd);
    expect(code).toBe(1);
    expect(diagnostics).toEqual([
      expect.objectContaining({
        ...{ code: "output/not-a-file", path: rust, message: "is a folder, no file" },
      }),
    ]);
  });

  it("are compared as the project's settings print them", () => {
    const cwd = temporaryFolder(true);
    const settings = (text: string) => writeFileSync(join(cwd, ".fencegen.yaml"), text);
    const names = 'traitPath: my_hal::dma::DmaFence\nlicence: ["SPDX-License-Identifier: MIT"]\n';
    settings(`${names}optimize: size\n`);
    expect(fencegen(["generate", "bcm2835"], { cwd }).code).toBe(0);
    const run = () => fencegen(["verify", "bcm2835"], { cwd });
    expect(run()).toMatchObject({ code: 0, stdout: expect.stringContaining("files agree") });
    settings(names);
    const { code, stdout, stderr } = run();
    expect({ code, stdout }).toEqual({ code: 1, stdout: expect.stringContaining("FILES DIFFER") });
    // Only the Rust depends on it.
    expect(stderr).toContain("out/rust/src/bcm2835.rs");
    expect(stderr).not.toContain("out/typescript/bcm2835.ts");
  });

  it("are not compared where the project's settings are wrong, because nobody knows how they should look", () => {
    const cwd = project({ [rust]: (text) => `${text}\n` });
    writeFileSync(join(cwd, ".fencegen.yaml"), "optimise: speed\n");
    const { code, stdout, stderr } = fencegen(["verify", "rp2040"], { cwd });
    expect({ code, stdout }).toEqual({ code: 1, stdout: expect.stringContaining("files not compared") });
    expect(stderr).toContain(".fencegen.yaml:1:1");
    expect(stderr).not.toContain("output/differs");
  });
});

const wrongFact = misread;
const rightFact = testChip({ mechanisms: rangeMechanism("last-byte") });

it("a chip whose facts are wrong is found unsound, refused until it is right, and then written", () => {
  const folder = temporaryFolder();
  const path = join(folder, "chips/test-chip.yaml");
  mkdirSync(dirname(path));
  writeFileSync(path, wrongFact);
  const found = fencegen(["verify"], { cwd: folder });
  expect(found.code).toBe(1);
  expect(found.stdout).toMatch(/^test-chip TestChipDmaFence: NOT SOUND/m);
  expect(found.stdout).toMatch(/^ +\w+( \w+)? broken: outbound, /m);
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
