// `fencegen verify --promela`: which fence, which scenarios, which step, and what is refused.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fencegen, temporaryFolder } from "../support/command.ts";
import { testChip } from "../support/test-chip.ts";

const verify = (...args: string[]) => fencegen(["verify", "--promela", ...args]);

it("prints one model, and says what is in others", () => {
  const { code, stdout, stderr } = verify("stm32h743");
  expect(code).toBe(0);
  expect(stdout).toContain("Stm32h743DmaFence: the fence as planned.");
  expect(stdout).toContain("inline check(holds) { assert(holds) }");
  expect(stderr).toMatch(
    /^not in this model: \d+ scenarios of DMA1 in Flash; --scenario "DMA1 in Flash" prints them$/m,
  );
});

it("takes the scenarios that are asked for, and leaves a step out", () => {
  const { code, stdout, stderr } = verify(
    "stm32h743",
    ...["--scenario", "BDMA in SRAM4", "--scenario", "outbound, two rounds"],
    ...["--without", "release:3", "--json"],
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const { scenarios, otherPorts, promela, fence } = JSON.parse(stdout);
  expect(fence).toBe("Stm32h743DmaFence");
  expect(scenarios).toHaveLength(12);
  for (const name of scenarios) expect(name).toMatch(/^outbound, two rounds, .*BDMA in SRAM4$/);
  expect(otherPorts).toEqual([]);
  expect(promela).toContain("release step 3 left out");
  expect(promela).not.toContain("release 3: DCCMVAC");
});

it("asks which fence is meant where a chip has several", () => {
  const { code, stderr } = verify("zynq7000");
  expect(code).toBe(64);
  expect(stderr).toContain("--fence must name one of the chip's fences: Zynq7000DmaFence, Zynq7000CoherentDmaFence");
  expect(verify("zynq7000", "--fence", "Zynq7000CoherentDmaFence").stdout).toContain("Zynq7000CoherentDmaFence: ");
});

it("refuses what it cannot express, with a code", () => {
  const { code, stdout, stderr } = verify("stm32h743", "--without", "release:1");
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toContain("promela/not-expressed");
  expect(stderr).toContain("leaving out release 1: a buffer without bytes has no line to follow");
  const { diagnostics } = JSON.parse(verify("stm32h743", "--without", "release:1", "--json").stdout);
  expect(diagnostics).toMatchObject([
    { code: "promela/not-expressed", path: expect.stringContaining("stm32h743.yaml") },
  ]);
});

it("prints nothing for a chip without a fence", () => {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, "chips"));
  writeFileSync(join(cwd, "chips/test-chip.yaml"), testChip().replace("vendor: Nobody", "vendor: 7"));
  const { code, stdout } = fencegen(["verify", "--promela", "test-chip"], { cwd });
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
});

describe("a command line that cannot be meant", () => {
  it.each([
    [["--promela"], "verify --promela takes one chip"],
    [["--promela", "stm32h743", "--fence", "X"], "no fence of the chip is called `X`; it has Stm32h743DmaFence"],
    [
      ["--promela", "stm32h743", "--scenario", "sideways"],
      "no scenario of the fence has all of --scenario in its name",
    ],
    [["--promela", "stm32h743", "--without", "3"], "--without names a step, such as release:3, and not `3`"],
    [["--promela", "stm32h743", "--without", "acquire:9"], "acquire of Stm32h743DmaFence has 4 steps, and no step 9"],
    [["stm32h743", "--without", "release:3"], "verify: --without goes with --promela"],
  ])("%j", (args, message) => {
    const { code, stderr } = fencegen(["verify", ...args]);
    expect(code).toBe(64);
    expect(stderr).toContain(message);
  });
});
