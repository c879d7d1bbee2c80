// The recorder that driver tests use, through a generated fence and on its own.
import { expect, it } from "vitest";
import { type Barrier, type LineSize, RecordingMachine } from "../../generator/index.ts";

const everything = ["read", "write", "device-read", "device-write", "maintenance"] as const;
const dsb: Barrier = {
  kind: "barrier",
  instruction: "dsb sy",
  earlier: everything,
  later: everything,
  completes: everything,
  domain: "full-system",
};
const question: LineSize = {
  kind: "line-size",
  lowBit: 16,
  bits: 4,
  unitBytes: 4,
  smallestBytes: 16,
  largestBytes: 128,
};

it("remembers each call with its operands, in order", () => {
  const machine = new RecordingMachine();
  machine.barrier(dsb);
  machine.compilerBarrier();
  machine.maintain("dc cvac, {address}", 0x1000n);
  machine.maintain("th.dcache.call");
  machine.writeRegister(0xe000_ef68n, 0x2000_0000n, 32);
  expect(machine.readRegister(0x10n, 8)).toBe(0n);
  machine.pollRegister(0x20n, 0x8n, "set", 16);
  expect(machine.operations).toEqual([
    { kind: "barrier", instruction: "dsb sy" },
    { kind: "compiler-barrier" },
    { kind: "maintain", instruction: "dc cvac, {address}", address: 0x1000n },
    { kind: "maintain", instruction: "th.dcache.call", address: undefined },
    { kind: "write-register", address: 0xe000_ef68n, value: 0x2000_0000n, widthBits: 32 },
    { kind: "read-register", address: 0x10n, widthBits: 8 },
    { kind: "poll-register", address: 0x20n, mask: 0x8n, until: "set", widthBits: 16 },
  ]);
  expect(machine.lines()).toEqual([
    "dsb sy",
    "compiler barrier",
    "dc cvac, 0x1000",
    "th.dcache.call",
    "write32 0xe000ef68 = 0x20000000",
    "read8 0x10",
    "poll16 0x20 & 0x8 until set",
  ]);
});

it("answers with the values that it was given, by address or by instruction", () => {
  const machine = new RecordingMachine(
    new Map<bigint | string, bigint>([
      [0x10n, 5n],
      ["mrs {value}, ctr_el0", 0x4_0000n],
    ]),
  );
  expect([machine.readRegister(0x10n, 32), machine.readRegister(0x14n, 32)]).toEqual([5n, 0n]);
  expect(machine.readSystemRegister("mrs {value}, ctr_el0", question)).toBe(0x4_0000n);
  expect(machine.lines()).toEqual(["read32 0x10", "read32 0x14", "mrs {value}, ctr_el0"]);
});

it("starts empty, each on its own", () => {
  new RecordingMachine().compilerBarrier();
  expect(new RecordingMachine().lines()).toEqual([]);
});
