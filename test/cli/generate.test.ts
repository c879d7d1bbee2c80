// generate and check as users and CI run them.
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fencegen, root, temporaryFolder } from "../support/command.ts";
import { testChip } from "../support/test-chip.ts";

function read(folder: string): Record<string, string> {
  const names = (readdirSync(folder, { recursive: true }) as string[]).sort();
  return Object.fromEntries(
    // The site, which git ignores, lies there as well where somebody has written it.
    names
      .filter((name) => !/^site\b/.test(name))
      .flatMap((name) =>
        statSync(join(folder, name)).isFile() ? [[name, readFileSync(join(folder, name), "utf8")]] : [],
      ),
  );
}

/** A folder with chips of our own in chips/. */
function project(...ids: string[]): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "chips"));
  for (const id of ids)
    writeFileSync(join(folder, `chips/${id}.yaml`), testChip().replace("chip: test-chip", `chip: ${id}`));
  return folder;
}

describe("generating from a copy", () => {
  it("gives the committed bytes in another folder, time zone and locale", () => {
    const cwd = temporaryFolder(true);
    const env = { TZ: "Asia/Kathmandu", LC_ALL: "tr_TR.UTF-8", LANG: "tr_TR.UTF-8" };
    const { code, stderr } = fencegen(["generate", "--out", "elsewhere/fences"], { cwd, env });
    expect(stderr).toBe("");
    expect(code).toBe(0);
    expect(read(join(cwd, "elsewhere/fences"))).toEqual(read(join(root, "out")));
    const again = fencegen(["generate", "--out", "elsewhere/fences", "--json"], { cwd });
    expect(JSON.parse(again.stdout)).toEqual({ schemaVersion: 1, changes: [], diagnostics: [] });
  });
});

// What somebody adds who has a chip on a core that exists: one file.
const newChips = {
  "stm32f767.yaml": `chip: stm32f767
title: STM32F767
vendor: STMicroelectronics
cores:
  - core: cortex-m7
    revision: r1p0
    rustTargets: [thumbv7em-none-eabihf]
memories:
  DTCM: { base: 0x2000_0000, size: 128KiB, cachedBy: none }
  SRAM1-2: { base: 0x2002_0000, size: 384KiB, cachedBy: all }
masters:
  DMA1: { reaches: [DTCM, SRAM1-2], snoops: none }
`,
  "nrf52820.yaml": `chip: nrf52820
title: nRF52820
vendor: Nordic Semiconductor
cores:
  - core: cortex-m4
    rustTargets: [thumbv7em-none-eabihf]
memories:
  RAM: { base: 0x2000_0000, size: 128KiB, cachedBy: none }
masters:
  EasyDMA: { reaches: [RAM], snoops: none }
`,
};

it.each(Object.entries(newChips))("a new chip takes one file and changes no other chip's: %s", (name, text) => {
  const cwd = temporaryFolder(true);
  cpSync(join(root, "out"), join(cwd, "out"), { recursive: true });
  writeFileSync(join(cwd, "chips", name), text);
  const { code, stdout, stderr } = fencegen(["generate"], { cwd });
  const id = name.replace(".yaml", "");
  expect(stderr).toBe("");
  expect(stdout.trim().split("\n")).toEqual([
    "update out/manifest.json",
    "update out/rust/Cargo.toml",
    "update out/rust/src/lib.rs",
    `create out/rust/src/${id}.rs`,
    `create out/rust/src/${id}_masters.rs`,
    "update out/typescript/index.ts",
    `create out/typescript/${id}.ts`,
  ]);
  expect(code).toBe(0);
});

describe("the output folder", () => {
  it("follows the chips: one more, one less, and one alone", () => {
    const cwd = project("one", "two");
    expect(fencegen(["generate"], { cwd }).code).toBe(0);
    const both = read(join(cwd, "out"));
    rmSync(join(cwd, "chips/two.yaml"));
    const removed = fencegen(["generate"], { cwd });
    expect(removed.stdout).toContain("remove out/rust/src/two.rs\n");
    expect(removed.stdout).toContain("remove out/typescript/two.ts\n");
    expect(existsSync(join(cwd, "out/rust/src/two.rs"))).toBe(false);
    cpSync(join(cwd, "chips/one.yaml"), join(cwd, "chips/two.yaml"));
    writeFileSync(join(cwd, "chips/two.yaml"), testChip().replace("chip: test-chip", "chip: two"));
    const before = read(join(cwd, "out"));
    const alone = fencegen(["generate", "two"], { cwd });
    expect(alone.stdout).not.toContain("one");
    const after = read(join(cwd, "out"));
    expect(after).toEqual(both);
    expect(after["rust/src/one.rs"]).toBe(before["rust/src/one.rs"]);
  });

  it("keeps a hand-edited file and everything beside it, until --force", () => {
    const cwd = project("one", "two");
    fencegen(["generate"], { cwd });
    appendFileSync(join(cwd, "out/rust/src/one.rs"), "// by hand\n");
    writeFileSync(join(cwd, "chips/two.yaml"), testChip({ dma: " {}" }).replace("chip: test-chip", "chip: two"));
    const edited = read(join(cwd, "out"));
    const refused = fencegen(["generate"], { cwd });
    expect(refused.stderr).toMatch(/^out\/rust\/src\/one\.rs error output\/edited-by-hand: /);
    expect(refused.stderr).toContain("Nothing was written.");
    expect({ code: refused.code, stdout: refused.stdout }).toEqual({ code: 1, stdout: "" });
    expect(read(join(cwd, "out"))).toEqual(edited);
    const forced = fencegen(["generate", "--force"], { cwd });
    expect(forced.code).toBe(0);
    expect(forced.stdout).toContain("update out/rust/src/one.rs\n");
    expect(readFileSync(join(cwd, "out/rust/src/one.rs"), "utf8")).not.toContain("by hand");
  });

  it("keeps a file that somebody else put where an output goes", () => {
    const cwd = project("one");
    mkdirSync(join(cwd, "out/typescript"), { recursive: true });
    writeFileSync(join(cwd, "out/typescript/one.ts"), "mine\n");
    const { code, stderr } = fencegen(["generate"], { cwd });
    expect(stderr).toMatch(/^out\/typescript\/one\.ts error output\/in-the-way: /);
    expect(code).toBe(1);
    expect(read(join(cwd, "out"))).toEqual({ "typescript/one.ts": "mine\n" });
  });

  it("is left as it was where a file cannot be written", () => {
    const cwd = project("one");
    mkdirSync(join(cwd, "out/typescript/one.ts"), { recursive: true });
    const { code, stderr } = fencegen(["generate", "--force"], { cwd });
    expect(stderr).toContain("error output/not-a-file");
    expect(code).toBe(1);
    expect(read(join(cwd, "out"))).toEqual({});
    expect(readdirSync(join(cwd, "out"))).toEqual(["typescript"]);
  });
});

describe("check", () => {
  it("is content with what is committed", () => {
    const { code, stdout, stderr } = fencegen(["check"]);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "", stderr: "Everything is up to date.\n" });
  });

  it("prints what generate would change as a diff, and changes nothing", () => {
    const cwd = project("one", "two");
    fencegen(["generate"], { cwd });
    const path = join(cwd, "out/typescript/one.ts");
    const text = readFileSync(path, "utf8");
    writeFileSync(path, text.replace("dsb sy", "dmb sy"));
    rmSync(join(cwd, "chips/two.yaml"));
    const before = read(cwd);
    const { code, stdout, stderr } = fencegen(["check"], { cwd });
    expect(code).toBe(2);
    expect(stdout).toMatch(/^--- out\/typescript\/one\.ts\t?\n\+\+\+ out\/typescript\/one\.ts\t?\n@@ /m);
    expect(stdout).toMatch(/^- .*dmb sy.*\n\+ .*dsb sy/m);
    expect(stdout).toMatch(/^--- out\/typescript\/two\.ts\t?\n\+\+\+ \/dev\/null/m);
    expect(stderr).toMatch(/^\d+ stale\. Run `fencegen generate`/);
    expect(read(cwd)).toEqual(before);
  });

  it("says in JSON what is stale", () => {
    const { code, stdout } = fencegen(["check", "--json"], { cwd: project("one") });
    const answer = JSON.parse(stdout) as { stale: object[] };
    expect(code).toBe(2);
    expect(answer).toMatchObject({ schemaVersion: 1, diagnostics: [] });
    expect(answer.stale).toContainEqual({ kind: "create", path: "out/rust/src/one.rs" });
  });

  it("exits with 1 where the input has problems", () => {
    const cwd = project("one");
    appendFileSync(join(cwd, "chips/one.yaml"), "titel: x\n");
    expect(fencegen(["check"], { cwd }).code).toBe(1);
  });
});

describe("somebody else's chips", () => {
  it("use the shipped cores and mechanisms, and add their own", () => {
    const cwd = temporaryFolder();
    for (const name of ["cores", "mechanisms"]) mkdirSync(join(cwd, "board", name), { recursive: true });
    writeFileSync(join(cwd, "board/stm32f767.yaml"), newChips["stm32f767.yaml"]);
    writeFileSync(
      join(cwd, "board/own.yaml"),
      newChips["nrf52820.yaml"]
        .replaceAll("nrf52820", "own")
        .replace("cortex-m4", "own-core")
        .replace("none }", "all }"),
    );
    writeFileSync(
      join(cwd, "board/cores/own-core.yaml"),
      "core: own-core\ntitle: Own core\narchitecture: armv7-m\ncaches:\n  - { name: L1D, lineBytes: 16, writePolicy: write-back, maintenance: own-mechanism }\n",
    );
    writeFileSync(
      join(cwd, "board/mechanisms/own-mechanism.yaml"),
      `mechanism: own-mechanism
title: Own mechanism
address: { kind: physical, uncachedAddress: ignored }
base: 0x5000_0000
registers: { FLUSH: { offset: 0x200 } }
operations:
  flush: { effect: clean-and-invalidate, sequence: [write: { register: FLUSH, value: address }] }
ordering: { accessClass: device-write, doneWhen: completed }
`,
    );
    const { code, stderr } = fencegen(["generate", "--chips", "board", "--out", "fences"], { cwd });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const outputs = read(join(cwd, "fences"));
    expect(outputs["rust/src/own.rs"]).toContain("const FLUSH: usize = 0x5000_0200;");
    expect(outputs["rust/src/stm32f767.rs"]).toContain("= crate::cortex_m7::CortexM7DmaFence;");
    expect(outputs["rust/src/cortex_m7.rs"]).toContain("const DCCMVAC: usize = 0xE000_EF68;");
    expect(outputs["rust/src/own.rs"]).toContain("// @generated by fencegen from board/own.yaml,");
    expect(Object.keys(outputs).filter((path) => path.startsWith("typescript/"))).toEqual([
      "typescript/index.ts",
      "typescript/own.ts",
      "typescript/stm32f767.ts",
    ]);
  });
});

describe(".fencegen.yaml", () => {
  it("chooses the trait and the licence of every generated file", () => {
    const cwd = project("one");
    writeFileSync(
      join(cwd, ".fencegen.yaml"),
      "traitPath: my_hal::Fence\nlicence:\n  - Copyright Somebody.\n  - Ask before use.\n",
    );
    expect(fencegen(["generate"], { cwd }).code).toBe(0);
    const { "manifest.json": _, ...outputs } = read(join(cwd, "out"));
    expect(outputs["rust/src/one.rs"]).toContain("use my_hal::Fence as DmaFence;");
    for (const [path, text] of Object.entries(outputs)) {
      expect(text, path).toMatch(/^(\/\/|#) Copyright Somebody\.\n(\/\/|#) Ask before use\.\n/);
      expect(text, path).not.toMatch(/Tock Contributors|SPDX/);
    }
  });

  it("puts single files into a tree, and refuses two in one place", () => {
    const cwd = project("one", "two");
    const settings = (file: string) =>
      writeFileSync(join(cwd, ".fencegen.yaml"), `rust: { files: { fence: { file: ${file} } } }\n`);
    settings("dma_fence.rs");
    const refused = fencegen(["generate"], { cwd });
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toMatch(
      /^out\/dma_fence\.rs error output\/same-file: a file of the chip one and one of the chip two /,
    );
    settings('"chips/{chip}/src/dma_fence.rs"');
    expect(fencegen(["generate"], { cwd }).code).toBe(0);
    const paths = Object.keys(read(join(cwd, "out"))).filter((path) => path.endsWith(".rs"));
    expect(paths.sort()).toEqual(["chips/one/src/dma_fence.rs", "chips/two/src/dma_fence.rs"]);
    for (const wrong of ["../x.rs", "/x.rs", "a/../x.rs", "x.txt", ".x.rs"]) {
      settings(`"${wrong}"`);
      expect(fencegen(["generate"], { cwd }).stderr, wrong).toContain("schema/");
    }
  });

  it.each([
    ["files: { fence: { file: '{name}.rs' } }, traitCrate: ../kernel", /4:50 .*no manifest/],
    ["files: { fence: { file: '{name}.rs' }, masters: { file: '{name}.rs' } }", /4:48 .*a place `shared`/],
    [
      "files: { fence: { file: '{name}.rs' }, masters: { file: '{name}.rs' }, shared: { file: '{name}.rs' } }, masters: false",
      /4:48 .*no tables of masters/,
    ],
    ["files: { fence: { file: '{name}.rs' }, shared: { file: '{name}.rs' } }, buffers: false", /4:48 .*share nothing/],
    [
      "files: { fence: { file: '{name}.rs' }, architecture: { cortex_m77: { file: a.rs } } }",
      /4:64 .*did you mean `cortex_m7`\?/,
    ],
    // A core whose fence is each chip's own.
    ["files: { fence: { file: '{name}.rs' }, architecture: { cortex_a9: { file: a.rs } } }", /4:64 .*no chips share/],
  ])("says what has no effect: %s", (settings, problem) => {
    const cwd = project("one");
    writeFileSync(join(cwd, ".fencegen.yaml"), `# One\n# line\n# more\nrust: { ${settings} }\n`);
    const { code, stderr } = fencegen(["generate"], { cwd });
    expect(code).toBe(1);
    expect(stderr).toMatch(problem);
    expect(stderr.match(/error output\/setting-without-effect/g)).toHaveLength(1);
    expect(existsSync(join(cwd, "out"))).toBe(false);
  });

  it.each([
    "traitPath: DmaFence",
    "traitPath: 'self::DmaFence'",
    "traitPath: 'my_hal::super::DmaFence'",
    "rust: { files: { fence: { file: 'a/{nam}.rs' } } }",
    "rust: { files: { fence: { file: 'a/{name}.rs', module: 'a::{core}' } } }",
    "rust: { files: { fence: { file: '{name}.rs' }, shared: { file: '{chip}/{name}.rs' } } }",
    "rust: { files: { fence: { file: '{name}.rs' }, architecture: { cortex_m: { file: '{chip}.rs' } } } }",
  ])("refuses what would stand in a file as it is: %s", (settings) => {
    const cwd = project("one");
    writeFileSync(join(cwd, ".fencegen.yaml"), `${settings}\n`);
    const { code, stderr } = fencegen(["generate"], { cwd });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^\.fencegen\.yaml:1:\d+ error schema\/wrong-value: /m);
    expect(existsSync(join(cwd, "out"))).toBe(false);
  });

  it("has its mistakes shown at their places", () => {
    const cwd = project("one");
    writeFileSync(join(cwd, ".fencegen.yaml"), "traitPath: not a path\nlicense: [x]\n");
    const { code, stderr } = fencegen(["generate"], { cwd });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^\.fencegen\.yaml:1:12 error schema\/wrong-value/m);
    expect(stderr).toMatch(
      /^\.fencegen\.yaml:2:1 error schema\/unknown-key: .*\n.*\n.*\n.*\n {2}mend: Did you mean `licence`\?/m,
    );
    expect(existsSync(join(cwd, "out"))).toBe(false);
  });

  it("may be empty", () => {
    const cwd = project("one");
    writeFileSync(join(cwd, ".fencegen.yaml"), "# nothing yet\n");
    expect(fencegen(["generate"], { cwd })).toMatchObject({ code: 0, stderr: "" });
  });
});
