// Arbitraries of `fencegen/fast-check`: what they make is what a master reaches, all of it can come, and a fence is right for it.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type BufferOptions, dmaBuffer, dmaTransfer } from "../generator/fast-check.ts";
import { type DmaFence, type DmaFenceClass, forSeeds, reachOf, type SimulatedMachine } from "../generator/index.ts";
import { Nrf52840DmaFence } from "../out/typescript/nrf52840.ts";
import { Rp2040DmaFence } from "../out/typescript/rp2040.ts";
import { Stm32h743DmaFence } from "../out/typescript/stm32h743.ts";
import { planOf } from "./support/pipeline.ts";

const classes: [string, DmaFenceClass][] = [
  ["stm32h743", Stm32h743DmaFence],
  ["nrf52840", Nrf52840DmaFence],
  ["rp2040", Rp2040DmaFence],
];

describe.each(classes)("of %s", (id, Fence) => {
  it.each(["read", "write"] as const)(
    "buffers are what the master is known to %s, at most as long as asked",
    (access) => {
      fc.assert(
        fc.property(dmaBuffer(Fence, access, { mostBytes: 40 }), ({ master, buffer }) => {
          expect(reachOf(Fence.reach, master, access, buffer)).toBe("yes");
          expect(buffer.lengthBytes).toBeGreaterThan(0);
          expect(buffer.lengthBytes).toBeLessThanOrEqual(40);
        }),
      );
    },
  );

  it("every memory comes, with every master that reaches it", () => {
    const made = fc.sample(dmaBuffer(Fence, "write"), { numRuns: 2000, seed: 1 });
    const found = new Set(made.map(({ master, buffer }) => `${master} ${regionOf(Fence, buffer.address)}`));
    const known = Fence.masters.flatMap((master) =>
      Object.entries(Fence.reach.regions).flatMap(([name, [address]]) =>
        reachOf(Fence.reach, master, "write", { address, lengthBytes: 1 }) === "yes" ? [`${master} ${name}`] : [],
      ),
    );
    expect([...found].sort()).toEqual([...new Set(known)].sort());
  });

  it("the chip's fence is right for each transfer, under schedules", () => {
    const { chip } = planOf(id).planned!;
    fc.assert(
      fc.property(dmaTransfer(Fence, { mostBytes: 40 }), fc.nat(1000), (each, from) => {
        const test = (machine: SimulatedMachine, fence: DmaFence) => exchange(machine, fence, each);
        forSeeds(chip, test, { fence: Fence, from, seeds: 3, ownership: "error" });
      }),
      { numRuns: 60 },
    );
  });
});

it("makes aligned and misaligned buffers, and only whole lines where that is asked", () => {
  const isWhole = ({ buffer }: { readonly buffer: { readonly address: bigint; readonly lengthBytes: number } }) =>
    buffer.address % 32n === 0n && buffer.lengthBytes % 32 === 0;
  const any = fc.sample(dmaBuffer(Stm32h743DmaFence, "write"), { numRuns: 400, seed: 1 });
  expect(any.filter(isWhole).length).toBeGreaterThan(100);
  expect(any.filter((each) => !isWhole(each)).length).toBeGreaterThan(100);
  const whole = fc.sample(dmaBuffer(Stm32h743DmaFence, "write", { lines: "whole" }), { numRuns: 400, seed: 1 });
  expect(whole.filter((each) => !isWhole(each))).toEqual([]);
  expect(new Set(whole.map(({ buffer }) => buffer.lengthBytes))).toEqual(new Set([32, 64, 96]));
});

it("makes transfers out of memory, into it, short ones, and copies between lines of their own", () => {
  const made = fc.sample(dmaTransfer(Stm32h743DmaFence), { numRuns: 400, seed: 1 });
  const kinds = made.map(({ transfer: { read, write } }) => {
    if (read && write) {
      const [first, second] = read.address < write.buffer.address ? [read, write.buffer] : [write.buffer, read];
      expect((first.address + BigInt(first.lengthBytes) - 1n) / 32n < second.address / 32n).toBe(true);
    }
    const isShort = write && write.data.length < write.buffer.lengthBytes;
    return `${read ? "read" : ""}${write ? "write" : ""}${isShort ? " short" : ""}`;
  });
  expect(new Set(kinds)).toEqual(new Set(["read", "write", "write short", "readwrite"]));
});

it("finds a driver that releases only whole lines within a buffer, and makes the case small", () => {
  const { chip } = planOf("stm32h743").planned!;
  const driver = (machine: SimulatedMachine, fence: DmaFence, [address, lengthBytes]: [bigint, number]) => {
    machine.store(address, new Array(lengthBytes).fill(1));
    const whole = Math.floor(lengthBytes / 32) * 32;
    fence.release({ address, lengthBytes: whole });
    machine.dmaRead(address, lengthBytes, "DMA1");
  };
  const buffers = dmaBuffer(Stm32h743DmaFence, "read", { masters: ["DMA1"], memories: ["AXI SRAM"] });
  const found = fc.check(
    fc.property(buffers, ({ buffer: { address, lengthBytes } }) => {
      const test = (machine: SimulatedMachine, fence: DmaFence) => driver(machine, fence, [address, lengthBytes]);
      forSeeds(chip, test, { fence: Stm32h743DmaFence, seeds: 1, ownership: "error" });
    }),
  );
  expect(found.failed).toBe(true);
  expect(found.counterexample?.[0]).toEqual({ master: "DMA1", buffer: { address: 0x2400_0000n, lengthBytes: 1 } });
});

it("refuses what there is none of", () => {
  const make = (options: BufferOptions<(typeof Stm32h743DmaFence.masters)[number]>) => () =>
    dmaBuffer(Stm32h743DmaFence, "write", options);
  expect(make({ memories: ["SDRAM 9"] })).toThrow(/has no memory SDRAM 9; it has /);
  expect(make({ masters: ["BDMA"], memories: ["AXI SRAM"] })).toThrow("no such master writes any such memory");
  expect(make({ longest: 8 } as never)).toThrow(
    "a buffer has no option longest; it has masters, memories, mostBytes, lines",
  );
  expect(() => fc.sample(make({ mostBytes: 0 })())).toThrow("mostBytes: 0");
  expect(() => fc.sample(make({ mostBytes: 31, lines: "whole" })())).toThrow("less than a line, of 32 bytes");
});

/** Sends or receives as a driver does, and looks whether each side found what the other one had written. */
function exchange(
  machine: SimulatedMachine,
  fence: DmaFence,
  {
    master,
    transfer,
  }: { readonly master: string; readonly transfer: { readonly read?: Buffer; readonly write?: Write } },
): void {
  const { read, write } = transfer;
  const sent = Array.from({ length: read?.lengthBytes ?? 0 }, (_, index) => index + 1);
  if (read) {
    machine.store(read.address, sent);
    fence.release(read);
  }
  if (write) fence.release(write.buffer);
  machine.engine(master).start(transfer);
  while (!machine.engine(master).isDone()) machine.wait();
  if (read) expect([...machine.engine(master).received]).toEqual(sent);
  if (!write) return;
  fence.acquire(write.buffer);
  expect([...machine.load(write.buffer.address, write.data.length)]).toEqual([...write.data]);
}

interface Buffer {
  readonly address: bigint;
  readonly lengthBytes: number;
}

interface Write {
  readonly buffer: Buffer;
  readonly data: Uint8Array;
}

function regionOf({ reach }: DmaFenceClass, address: bigint): string | undefined {
  return Object.entries(reach.regions).find(([, [first, last]]) => address >= first && address <= last)?.[0];
}
