// What machines and drivers are refused, by name.
import { describe, expect, it } from "vitest";
import {
  type Barrier,
  DecodedMachine,
  type FenceMachine,
  isOrdered,
  LineError,
  MasterDmaFence,
  RecordingMachine,
  requireOwnLines,
  UnsupportedError,
} from "../../generator/index.ts";
import { RzFiveDmaFence } from "../../out/typescript/rz-five.ts";
import { Stm32h743DmaFence } from "../../out/typescript/stm32h743.ts";

describe("requireOwnLines", () => {
  it.each([
    [0x2400_0000n, 32],
    [0x2400_0020n, 0],
    [0x2400_0021n, 0],
  ])("passes a buffer at %s of %s bytes", (address, lengthBytes) => {
    requireOwnLines(Stm32h743DmaFence, { address, lengthBytes });
  });

  it("names the end that is in a line of others", () => {
    const check = (address: bigint, lengthBytes: number) => () =>
      requireOwnLines(Stm32h743DmaFence, { address, lengthBytes });
    expect(check(0x2400_0004n, 28)).toThrow(
      new LineError("the buffer starts at 0x24000004, within a line of 32 bytes"),
    );
    expect(check(0x2400_0000n, 33)).toThrow(new LineError("the buffer ends at 0x24000021, within a line of 32 bytes"));
    expect(check(0x2400_0000n, -1)).toThrow(RangeError);
  });
});

describe("MasterDmaFence", () => {
  it("is for an access that there is", () => {
    const make = (access: "read") => () =>
      new MasterDmaFence(Stm32h743DmaFence, new RecordingMachine(), "BDMA", access);
    expect(make("both" as "read")).toThrow("a master reads or writes; it does not both");
    expect(make("read")).not.toThrow();
  });
});

describe("DecodedMachine", () => {
  class Empty extends DecodedMachine {}

  it("refuses what is not overridden, and says what to override", () => {
    const release = () => new Stm32h743DmaFence(new Empty()).release({ address: 0x2400_0000n, lengthBytes: 4 });
    expect(release).toThrow(UnsupportedError);
    expect(release).toThrow("Empty has no model of barriers (dsb sy): override onBarrier");
  });

  it("cannot answer with lines of a size that the register does not say", () => {
    const question = {
      kind: "line-size",
      lowBit: 16,
      bits: 4,
      unitBytes: 4,
      smallestBytes: 16,
      largestBytes: 64,
    } as const;
    const sized = (bytes: number) =>
      new (class extends DecodedMachine {
        protected override onLineSize(): number {
          return bytes;
        }
      })();
    expect(sized(64).readSystemRegister("", question)).toBe(4n << 16n);
    for (const bytes of [2, 24, Number.NaN])
      expect(() => sized(bytes).readSystemRegister("", question)).toThrow(RangeError);
  });
});

describe("isOrdered", () => {
  it("is what a barrier keeps in order", () => {
    const machine = new RecordingMachine();
    new Stm32h743DmaFence(machine).release({ address: 0x2400_0000n, lengthBytes: 4 });
    const barrier = machine.meanings[0] as Barrier;
    expect(isOrdered(barrier, "write", "maintenance")).toBe(true);
    expect(isOrdered({ ...barrier, later: ["read"] }, "write", "maintenance")).toBe(false);
    expect(isOrdered({ ...barrier, earlier: ["read"] }, "write", "maintenance")).toBe(false);
  });
});

describe("a machine that throws", () => {
  it("has its interrupts put back", () => {
    const calls: string[] = [];
    const machine = new (class extends RecordingMachine {
      override maskInterrupts(): void {
        calls.push("mask");
      }
      override restoreInterrupts(): void {
        calls.push("restore");
      }
      override maintain(): void {
        throw new Error("bus fault");
      }
    })();
    const release = () => new RzFiveDmaFence(machine).release({ address: 0x5000_0000n, lengthBytes: 64 });
    expect(release).toThrow("bus fault");
    expect(calls).toEqual(["mask", "restore"]);
  });
});

/** Fences do not wait: what would have to be waited for does not compile. */
const refused = {
  machine: class extends RecordingMachine {
    // @ts-expect-error a method that returns a promise
    override async compilerBarrier(): Promise<void> {}
  },
  decoded: class extends DecodedMachine {
    // @ts-expect-error likewise
    protected override async onBarrier(): Promise<void> {}
  },
  // @ts-expect-error likewise
  store: (async () => {}) satisfies FenceMachine["compilerBarrier"],
};
void refused;
