// The examples are what they are for: `checkMachine` finds nothing in them, and finds each mistake that is made in one.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Rp2040DmaFence } from "fencegen/chips/rp2040";
import type { Barrier, Maintenance } from "fencegen/runtime";
import { checkMachine, MachineCheckError, openChip } from "fencegen/simulator";
import { describe, expect, it } from "vitest";
import { root } from "../support/command.ts";
import { DataViewMachine } from "./data-view-machine.ts";
import { Rp2040Machine } from "./rp2040js-machine.ts";
import { CacheMachine } from "./stm32h743-cache.ts";

const [rp2040, stm32h743] = [openChip("rp2040"), openChip("stm32h743")];
const found = (check: () => unknown): string => {
  try {
    check();
  } catch (error) {
    if (error instanceof MachineCheckError) return error.message;
    throw error;
  }
  throw new Error("nothing was found");
};

describe("an RP2040 of rp2040js", () => {
  it("is one, in fewer than 55 lines", () => {
    expect(checkMachine(rp2040, () => new Rp2040Machine(), { memories: ["SRAM"] }).wrong).toEqual([]);
    expect(linesOf("rp2040js-machine.ts")).toBeLessThan(55);
  });

  it("whose DMA moves a byte less is none", () => {
    const Short = class extends Rp2040Machine {
      override dmaWrite(address: bigint, bytes: readonly number[]): void {
        super.dmaWrite(address, bytes.slice(0, Math.max(1, bytes.length - 1)));
      }
    };
    expect(found(() => checkMachine(rp2040, () => new Short(), { memories: ["SRAM"] }))).toMatch(
      /the CPU loads 0 at 0x2000009f, not \d+/,
    );
  });

  it("that knows no barrier says what to override", () => {
    const Deaf = class extends Rp2040Machine {
      override barrier(...barriers: readonly Barrier[]): void {
        throw new Error(`no ${barriers[0]!.instruction}`);
      }
    };
    expect(found(() => checkMachine(rp2040, () => new Deaf()))).toContain("no dmb sy");
  });
});

describe("a cache in front of memory", () => {
  it("is that of an STM32H743, in fewer than 77 lines", () => {
    const { wrong, missed, shown } = checkMachine(stm32h743, () => new CacheMachine());
    expect({ wrong, missed }).toEqual({ wrong: [], missed: [] });
    expect(shown).toContain("Stm32h743DmaFence, release 4: weakened to dmb sy");
    expect(linesOf("stm32h743-cache.ts")).toBeLessThan(77);
  });

  it.each<[string, typeof CacheMachine, RegExp]>([
    [
      "does what it is told at once",
      class extends CacheMachine {
        protected override onMaintenance(operation: Maintenance): void {
          super.onMaintenance(operation);
          super.onBarrier({ ...dsb, completes: [operation.accessClass] });
        }
      },
      /needs no barrier where `dsb sy` stands/,
    ],
    [
      "completes at any barrier",
      class extends CacheMachine {
        protected override onBarrier(barrier: Barrier): void {
          super.onBarrier({ ...barrier, completes: ["maintenance"] });
        }
      },
      /treats any barrier as completing: `dmb sy` completes no .*maintenance.*\n +Stm32h743DmaFence, release 4: weakened to dmb sy/,
    ],
    [
      "takes every operation for the strongest",
      class extends CacheMachine {
        protected override onMaintenance(operation: Maintenance): void {
          super.onMaintenance({ ...operation, effect: "clean-and-invalidate" });
        }
      },
      /treats clean of L1D as clean-and-invalidate of L1D/,
    ],
    [
      "maintains a line too many",
      class extends CacheMachine {
        protected override onMaintenance(operation: Maintenance): void {
          super.onMaintenance({ ...operation, first: operation.first! - 32n, last: operation.last! + 32n });
        }
      },
      /maintains lines for which clean-and-invalidate of L1D was never issued/,
    ],
    [
      "has no cache",
      class extends CacheMachine {
        override store(address: bigint, bytes: readonly number[]): void {
          this.dmaWrite(address, bytes);
        }
        override load(address: bigint, lengthBytes: number): number[] {
          return this.dmaRead(address, lengthBytes);
        }
      },
      /has no lines that differ from memory/,
    ],
    [
      "invalidates what it should clean",
      class extends CacheMachine {
        protected override onMaintenance(operation: Maintenance): void {
          super.onMaintenance({ ...operation, effect: "invalidate" });
        }
      },
      /Wrong with the chip's own fence: DMA reads what the CPU stored/,
    ],
    [
      "takes an address for that of its line's start",
      class extends CacheMachine {
        protected override onMaintenance(operation: Maintenance): void {
          if (operation.first! % 32n === 0n) super.onMaintenance(operation);
        }
      },
      /a buffer that shares lines/,
    ],
  ])("that %s is none", (_, Machine, says) => {
    expect(found(() => checkMachine(stm32h743, () => new Machine()))).toMatch(says);
  });
});

const dsb: Barrier = { kind: "barrier", instruction: "", earlier: [], later: [], completes: [], domain: "full-system" };

describe("a DataView", () => {
  it("is the memory of a chip without caches, and its user sees what a driver executed", () => {
    const machine = new DataViewMachine(new DataView(new ArrayBuffer(64)), 0x2000_0000n);
    const fence = new Rp2040DmaFence(machine);
    machine.store(0x2000_0000n, [1, 2, 3]);
    fence.release({ address: 0x2000_0000n, lengthBytes: 3 });
    expect(machine.dmaRead(0x2000_0000n, 3)).toEqual([1, 2, 3]);
    expect(machine.executed).toEqual(["dmb sy"]);
    const large = () => new DataViewMachine(new DataView(new ArrayBuffer(0x4_2000)), 0x2000_0000n);
    const { wrong, remarks } = checkMachine(rp2040, large, { memories: ["SRAM"] });
    expect({ wrong, remarks }).toEqual({ wrong: [], remarks: [expect.stringContaining("no mistake in it shows")] });
    expect(linesOf("data-view-machine.ts")).toBeLessThan(60);
  });

  it("of less memory than the chip has is told what to leave out", () => {
    const small = () => new DataViewMachine(new DataView(new ArrayBuffer(0x1000)), 0x2000_0000n);
    expect(found(() => checkMachine(rp2040, small))).toMatch(
      /without some of the chip's memories or masters.*`memories`/,
    );
  });

  it("is not that of a chip with a cache", () => {
    const large = () => new DataViewMachine(new DataView(new ArrayBuffer(0x8_0000)), 0x2400_0000n);
    const check = () => checkMachine(stm32h743, large, { memories: ["AXI SRAM"] });
    expect(found(check)).toContain("has no model of cache maintenance (clean of L1D)");
  });
});

function linesOf(name: string): number {
  return readFileSync(join(root, "test/examples", name), "utf8")
    .trimEnd()
    .split("\n").length;
}
