// `fencegen selftest`: which fence, under which names the module calls it, and what is refused. What the module does is in
// test/toolchain/self-test.test.ts and, on simulated chips, in test/simulator/self-test.test.ts.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fencegen, root, temporaryFolder } from "../support/command.ts";
import { testChip } from "../support/test-chip.ts";

const selftest = (...args: string[]) => fencegen(["selftest", ...args]);
const usesIn = (rust: string) => rust.split("\n").filter((line) => /^use (?!core::)/.test(line));

it("prints a module that calls the emitted fence, and names the facts that the fence names", () => {
  const { code, stdout, stderr } = selftest("stm32h743");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(usesIn(stdout)).toEqual([
    "use fencegen_fences::DmaFence;",
    "use fencegen_fences::stm32h743::Stm32h743DmaFence as Fence;",
  ]);
  const [facts] = /facts sha256:\w+/.exec(readFileSync(join(root, "out/rust/src/stm32h743.rs"), "utf8"))!;
  expect(stdout).toContain(`const SUBJECT: &str = "stm32h743, Stm32h743DmaFence, ${facts}";`);
  expect(stdout).toContain("const SHARED: bool = false;");
  expect(stdout).toContain("const TELLS: bool = true;");
});

it("gives the same to programs", () => {
  const answer = JSON.parse(selftest("nrf52840", "--json").stdout);
  expect(answer).toEqual({
    schemaVersion: 1,
    chip: "nrf52840",
    fence: "Nrf52840DmaFence",
    facts: expect.stringMatching(/^[0-9a-f]{16}$/),
    rust: selftest("nrf52840").stdout,
    diagnostics: [],
  });
  expect(answer.rust).toContain("const TELLS: bool = false;");
});

it("names masters and memory where not all DMA needs the fence", () => {
  const { stdout } = selftest("zynq7000", "--fence", "Zynq7000DmaFence");
  const [expected] = /^\/\/! That must go wrong[\s\S]*?\n\n/m.exec(stdout)!;
  expect(expected.replaceAll(/\n(\/\/! )?/g, " ")).toContain(
    "transfers by DMAC, DevC, GEM, SDIO, S_AXI_GP, S_AXI_HP and USB in DDR and OCM, where a cache holds what DMA does not see.",
  );
  expect(selftest("zynq7000", "--fence", "Zynq7000CoherentDmaFence").stdout).toContain("const TELLS: bool = false;");
});

it("has whole lines where the fence asks for that", () => {
  const { stdout } = selftest("esp32-p4");
  expect(stdout).toContain("const LINE: usize = 128;");
  expect(stdout).toContain("const WHOLE: usize = 128;");
  expect(stdout).toContain("#[repr(C, align(128))]\n");
});

it.each([
  [["zynq7000"], "--fence must name one of the chip's fences: Zynq7000DmaFence, Zynq7000CoherentDmaFence"],
  [["stm32h743", "--fence", "X"], "no fence of the chip is called `X`; it has Stm32h743DmaFence"],
  [[], "usage: fencegen selftest <chip>"],
])("wrong usage, %j, says so", (args, message) => {
  const { code, stdout, stderr } = selftest(...args);
  expect({ code, stdout }).toEqual({ code: 64, stdout: "" });
  expect(stderr).toContain(message);
});

it("says why a chip has no fence to try", () => {
  const { code, stdout, stderr } = selftest("k210");
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toContain("refused (plan/no-maintenance)");
  expect(JSON.parse(selftest("k210", "--json").stdout)).toMatchObject({ chip: "k210", refused: [{}] });
});

describe("in a project", () => {
  const project = (settings: string) => {
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, "chips"));
    writeFileSync(join(cwd, "chips/test-chip.yaml"), testChip());
    writeFileSync(join(cwd, ".fencegen.yaml"), settings);
    return fencegen(["selftest", "test-chip"], { cwd });
  };

  it.each([
    [
      "traitPath: hal::dma::Fence\n",
      ["use fencegen_fences::test_chip::TestChipDmaFence as Fence;", "use hal::dma::Fence as DmaFence;"],
    ],
    [
      "traitPath: crate::dma::DmaFence\n",
      ["use fencegen_fences::dma::DmaFence;", "use fencegen_fences::test_chip::TestChipDmaFence as Fence;"],
    ],
    [
      'rust:\n  files:\n    fence: { file: "chips/{chip}/src/{name}.rs" }\n',
      ["use crate::test_chip::TestChipDmaFence as Fence;", "use kernel::platform::dma_fence::DmaFence;"],
    ],
  ])("%s", (settings, uses) => {
    const { code, stdout, stderr } = project(settings);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(usesIn(stdout)).toEqual(uses);
  });

  it("shows what is wrong with a description", () => {
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, "chips"));
    writeFileSync(join(cwd, "chips/test-chip.yaml"), testChip().replace("size: 64KiB", "size: many"));
    const { code, stdout, stderr } = fencegen(["selftest", "test-chip"], { cwd });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain("chips/test-chip.yaml:");
  });
});
