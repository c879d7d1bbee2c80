// Machines of emulators whose addresses are numbers: what 32 bits hold passes both ways, and nothing else does.
import { describe, expect, it } from "vitest";
import { buffer32, type FenceMachine32, fromMachine32, type MaintenanceKind, over } from "../../generator/index.ts";
import { Stm32h743DmaFence } from "../../out/typescript/stm32h743.ts";

class Numbers implements FenceMachine32 {
  readonly calls: unknown[][] = [];
  reads = 0;
  barrier(...args: unknown[]): void {
    this.calls.push(["barrier", ...args]);
  }
  compilerBarrier(): void {}
  maintain(...args: unknown[]): void {
    this.calls.push(["maintain", ...args]);
  }
  readSystemRegister(): number {
    return this.reads;
  }
  writeRegister(...args: unknown[]): void {
    this.calls.push(["writeRegister", ...args]);
  }
  readRegister(): number {
    return this.reads;
  }
  pollRegister(...args: unknown[]): void {
    this.calls.push(["pollRegister", ...args]);
  }
  maskInterrupts(): unknown {
    return "before";
  }
  restoreInterrupts(before: unknown): void {
    this.calls.push(["restoreInterrupts", before]);
  }
}

const clean: MaintenanceKind = {
  kind: "maintenance",
  effect: "clean",
  mechanism: "m",
  levels: ["L1D"],
  accessClass: "maintenance",
  doneBy: "barrier",
};

describe("a machine of numbers", () => {
  it("executes a fence, and is told the lines as numbers", () => {
    const machine = new Numbers();
    new Stm32h743DmaFence(fromMachine32(machine)).release(buffer32(0x2400_0010, 32));
    const writes = machine.calls.filter(([name]) => name === "writeRegister");
    expect(writes.map(([, address, value, width]) => [address, value, width])).toEqual([
      [0xe000_ef68, 0x2400_0010, 32],
      [0xe000_ef68, 0x2400_0030, 32],
    ]);
    expect(writes[0]![4]).toMatchObject({ effect: "clean", first: 0x2400_0010, last: 0x2400_0010 });
    expect(machine.calls.filter(([name]) => name === "barrier")).toHaveLength(2);
  });

  it("gets what it returned back, and whole-cache operations without lines", () => {
    const machine = new Numbers();
    const wide = fromMachine32(machine);
    wide.restoreInterrupts(wide.maskInterrupts());
    wide.maintain("flush", undefined, clean);
    wide.pollRegister(4n, 1n, "clear", 8);
    expect(machine.calls).toEqual([
      ["restoreInterrupts", "before"],
      ["maintain", "flush", undefined, clean],
      ["pollRegister", 4, 1, "clear", 8],
    ]);
  });

  it.each([
    [-1, 0xffff_ffffn],
    [-(2 ** 31), 0x8000_0000n],
    [2 ** 32 - 1, 0xffff_ffffn],
  ])("may answer %s", (reads, value) => {
    const machine = Object.assign(new Numbers(), { reads });
    expect(fromMachine32(machine).readRegister(0n, 32)).toBe(value);
    expect(fromMachine32(machine).readSystemRegister("", {} as never)).toBe(value);
  });

  it.each([2 ** 32, -(2 ** 31) - 1, 1.5, Number.NaN, undefined as unknown as number])("may not answer %s", (reads) => {
    const machine = Object.assign(new Numbers(), { reads });
    expect(() => fromMachine32(machine).readRegister(0n, 32)).toThrow(RangeError);
  });

  it("takes and answers no more than a register holds", () => {
    const machine = Object.assign(new Numbers(), { reads: 0x1ff });
    const wide = fromMachine32(machine);
    expect(() => wide.readRegister(0n, 8)).toThrow("511 is no value of 8 bits");
    expect(wide.readRegister(0n, 16)).toBe(0x1ffn);
    expect(() => wide.writeRegister(0n, 0x1_0000n, 16)).toThrow(RangeError);
    expect(() => wide.writeRegister(1n << 32n, 0n, 32)).toThrow(RangeError);
    expect(() => wide.writeRegister(0n, 0n, 64)).toThrow(RangeError);
    expect(() => wide.maintain("m", 0n, over(clean, 0n, 1n << 32n))).toThrow(RangeError);
    expect(machine.calls).toEqual([]);
  });
});

describe("a buffer at a number", () => {
  it("may be at a negative one, as 32-bit arithmetic has them", () => {
    expect(buffer32(-16, 16)).toEqual({ address: 0xffff_fff0n, lengthBytes: 16 });
    expect(buffer32(0xffff_fff0, 16)).toEqual({ address: 0xffff_fff0n, lengthBytes: 16 });
  });

  it.each([
    [2 ** 32 + 16, 4],
    [-(2 ** 31) - 1, 4],
    [1.5, 4],
    [Number.NaN, 4],
    [-16, 17],
    [0, -1],
  ])("is none at %s with %s bytes", (address, lengthBytes) => {
    expect(() => buffer32(address, lengthBytes)).toThrow(RangeError);
  });
});

describe("a fence of a 32-bit core", () => {
  it("refuses a buffer that ends beyond its addresses before it does anything", () => {
    const machine = new Numbers();
    const fence = new Stm32h743DmaFence(fromMachine32(machine));
    expect(() => fence.release({ address: 0xffff_fff0n, lengthBytes: 64 })).toThrow(
      "address 0xfffffff0: no bigint (0x1000n) in 32 bits",
    );
    expect(() => fence.acquire({ address: 1n << 32n, lengthBytes: 0x10 })).toThrow(RangeError);
    expect(machine.calls).toEqual([]);
    fence.release({ address: 0xffff_fff0n, lengthBytes: 16 });
    expect(machine.calls).not.toEqual([]);
  });
});
