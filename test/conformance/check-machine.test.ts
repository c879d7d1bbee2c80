// The check of machines, on fencegen's own: the simulator passes it, whatever a seed decides, and with lines of each size that a
// core may name. Machines with mistakes in them are in test/examples/machines.test.ts.
import { describe, expect, it } from "vitest";
import { checkMachine, MachineCheckError, SimulatedMachine } from "../../generator/index.ts";
import { possibleLineBytes } from "../../generator/plan/line-size.ts";
import { planOf } from "../support/pipeline.ts";
import { testChip } from "../support/test-chip.ts";

/** Chips without a cache, with operations by lines, by ranges, of a whole cache, with masking, and with a completion of their own. */
const ids = ["rp2040", "kinetis-k66", "litex-vexriscv", "th1520", "stm32h743"];

/** Where there are many memories, some of those that differ: an adversary needs many schedules for each. */
const some: Readonly<Record<string, readonly string[]>> = {
  "kinetis-k66": ["SDRAM (code bus)", "SRAM_U"],
  stm32h743: ["AXI SRAM", "SRAM4"],
};

describe.each(ids)("the simulated %s", (id) => {
  const { chip } = planOf(id).planned!;

  it("passes in program order", () => {
    const { wrong, missed } = checkMachine(
      chip,
      (options) => new SimulatedMachine(chip, { ...options, order: "program" }),
    );
    expect({ wrong, missed }).toEqual({ wrong: [], missed: [] });
  });

  it("passes under an adversary, and shows as much", () => {
    const tried = some[id] ? { memories: some[id] } : {};
    const inOrder = checkMachine(
      chip,
      (options) => new SimulatedMachine(chip, { ...options, order: "program" }),
      tried,
    );
    const { wrong, missed, shown } = checkMachine(chip, (options) => new SimulatedMachine(chip, options), tried);
    expect({ wrong, missed }).toEqual({ wrong: [], missed: [] });
    expect(shown).toEqual(inOrder.shown);
    expect(shown.length > 0).toBe(chip.cores.some(({ caches }) => caches.length > 0) && id !== "rp2040");
  });
});

/** On these, what a barrier has completed must be done when a line is fetched, or nothing shows. */
it.each(["bcm2837", "x86-64-pc"])("in each method of the fences of %s some mistake shows", (id) => {
  const { chip, fences } = planOf(id).planned!;
  const { shown } = checkMachine(chip, (options) => new SimulatedMachine(chip, { ...options, order: "program" }), {
    attempts: 1,
  });
  for (const { name } of fences.filter(({ lineBytes }) => lineBytes !== undefined))
    for (const method of ["release", "acquire"])
      expect(shown.filter((mistake) => mistake.startsWith(`${name}, ${method} `))).not.toEqual([]);
});

describe("fences that cannot be checked", () => {
  it("are named with the reason, beside those that can", () => {
    const { chip } = planOf("rp2350").planned!;
    const { unchecked, tried } = checkMachine(
      chip,
      (options) => new SimulatedMachine(chip, { ...options, order: "program" }),
      { attempts: 1, masters: ["XIP streaming"] },
    );
    expect(unchecked.map(({ fence }) => fence)).toEqual(["Rp2350ArmCoherentDmaFence", "Rp2350RiscvCoherentDmaFence"]);
    expect(unchecked[0]!.why).toBe("cannot be checked without its masters DMA");
    expect(tried.length).toBeGreaterThan(0);
  });
});

describe("a core that says how large its lines are", () => {
  const text = testChip({
    architecture: "armv8-a",
    coreCaches:
      "[{ name: L1D, lineBytes: { smallest: 16, largest: 64, readFrom: architecture }, writePolicy: write-back, maintenance: aarch64-dc }]",
    mechanisms: " []",
  });
  const { chip, fences } = planOf("test-chip", { "chips/test-chip.yaml": text }).planned!;

  it("is asked by each fence", () => {
    expect(possibleLineBytes(fences[0]!).length).toBeGreaterThan(2);
    const { wrong, shown } = checkMachine(
      chip,
      (options) => new SimulatedMachine(chip, { ...options, order: "program" }),
    );
    expect(wrong).toEqual([]);
    expect(shown.length).toBeGreaterThan(3);
  });

  it("must say what the machine does", () => {
    // Its lines are larger than it says, so that every second one is left out.
    const Liar = class extends SimulatedMachine {
      override readSystemRegister(instruction: string): bigint {
        return super.readSystemRegister(instruction) + (1n << 16n);
      }
    };
    expect(() => checkMachine(chip, (options) => new Liar(chip, { ...options, order: "program" }))).toThrow(
      MachineCheckError,
    );
  });
});

describe("what is no machine", () => {
  const { chip } = planOf("rp2040").planned!;
  const good = () => new SimulatedMachine(chip, { seed: 1 });

  it("is told which method is missing", () => {
    const forgetful = () => Object.assign(good(), { dmaWrite: undefined }) as unknown as SimulatedMachine;
    expect(() => checkMachine(chip, forgetful)).toThrow(
      new TypeError("a machine that is checked has a method dmaWrite"),
    );
  });

  it("is not found in no attempts", () => {
    for (const attempts of [0, -1, Number.NaN])
      expect(() => checkMachine(chip, good, { attempts })).toThrow(RangeError);
  });
});
