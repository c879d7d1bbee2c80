// What the machine's own methods promise: caches that are told to act, options, and errors.
import { describe, expect, it } from "vitest";
import { type MachineOptions, ScheduleError, SimulatedMachine, SimulationError } from "../../generator/index.ts";
import { planOf } from "../support/pipeline.ts";

const { chip } = planOf("stm32h743").planned!;
const zynq = planOf("zynq7000").planned!.chip;
const [DCCIMVAC, address] = [0xe000_ef70n, 0x2400_0000n];

describe.each(["fill", "evict"] as const)("%s", (act) => {
  it("comes after maintenance that a barrier has completed", () => {
    const machine = new SimulatedMachine(chip, { seed: 1, order: "program" });
    machine.store(address, [1]);
    machine.writeRegister(DCCIMVAC, address, 32);
    machine.barrier({ instruction: "dsb sy" });
    machine[act](address);
    machine.dmaWrite(address, [2], "DMA1");
    // What was fetched behind the barrier stays: nothing is left to drop it.
    expect([...machine.load(address, 1)]).toEqual([act === "fill" ? 1 : 2]);
  });

  it("may come before maintenance that no barrier has completed", () => {
    const machine = new SimulatedMachine(chip, { seed: 1, order: "program" });
    machine.store(address, [1]);
    machine.writeRegister(DCCIMVAC, address, 32);
    machine.barrier({ instruction: "dmb sy" });
    machine[act](address);
    machine.barrier({ instruction: "dsb sy" });
    machine.dmaWrite(address, [2], "DMA1");
    expect([...machine.load(address, 1)]).toEqual([2]);
  });
});

describe("what a manual leaves open", () => {
  const afterWrite = (leftOpen: "first" | "last") => {
    const machine = new SimulatedMachine(zynq, { seed: 1, order: "program", leftOpen });
    machine.dmaWrite(0x20_0000n, [7], "S_AXI_ACP");
    return machine.dmaRead(0x20_0000n, 1, "GEM");
  };

  it("is always decided alike, where that is asked for", () => {
    // A write through the coherency port goes to memory, or stays in L2, past which the GEM reads.
    expect(afterWrite("first")).toEqual([7]);
    expect(afterWrite("last")).toEqual([0]);
  });
});

describe("options", () => {
  it.each<[unknown, string]>([
    [{ seed: Number.NaN }, "a seed is a whole number, not NaN"],
    [{ seed: 1.5 }, "a seed is a whole number, not 1.5"],
    [{ seed: 1, order: "programm" }, "no order is called programm; there is any, program"],
    [{ seed: 1, leftOpen: "both" }, "no leftOpen is called both; there is seed, first, last"],
    [{ seed: 1, lineBytes: { L1D: 33 } }, "lines of L1D have 32 bytes, not 33"],
    [{ seed: 1, lineBytes: { L2: 32 } }, "no cache is called L2; there is L1D"],
    [{ seed: 1, memories: ["SRAM9"] }, "no memory is called SRAM9; there is "],
  ])("%j are refused", (options, says) => {
    expect(() => new SimulatedMachine(chip, options as MachineOptions)).toThrow(RangeError);
    expect(() => new SimulatedMachine(chip, options as MachineOptions)).toThrow(says);
  });
});

describe("errors", () => {
  it("have names", () => {
    const machine = new SimulatedMachine(chip, { seed: 1 });
    const caught = [new SimulationError("text"), new ScheduleError(1, machine, "reason")];
    expect(caught.map(({ name }) => name)).toEqual(["SimulationError", "ScheduleError"]);
  });
});

describe("interrupts", () => {
  it("stay masked where a pair of calls stands within another", () => {
    const machine = new SimulatedMachine(planOf("rz-five").planned!.chip, { seed: 1 });
    const outer = machine.maskInterrupts();
    machine.restoreInterrupts(machine.maskInterrupts());
    expect(machine.interruptsMasked()).toBe(true);
    machine.restoreInterrupts(outer);
    expect(machine.interruptsMasked()).toBe(false);
  });
});
