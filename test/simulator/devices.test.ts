// Devices that a test models: registers, words that are one access, interrupts, and transfers that are stopped.
import { describe, expect, it } from "vitest";
import { type DeviceTransfer, forSeeds, SimulatedMachine, SimulationError } from "../../generator/index.ts";
import { planOf } from "../support/pipeline.ts";

const { chip } = planOf("nrf52840").planned!;
const master = chip.dma[0]!.name;
const [base, ram] = [0x4000_0000n, 0x2000_0000n];

describe("registers", () => {
  it("are accessed in program order, at offsets and with widths", () => {
    forSeeds(
      chip,
      (machine) => {
        const seen: unknown[] = [];
        machine.device(master, {
          base,
          lengthBytes: 0x10,
          read: (offset, widthBits) => seen.push(["read", offset, widthBits]),
          write: (offset, value, widthBits) => void seen.push(["write", offset, value, widthBits]),
        });
        machine.writeRegister(base, 1n, 32);
        machine.writeRegister(base + 0xcn, 2n, 8);
        expect(machine.readRegister(base + 4n, 16)).toBe(3n);
        expect(seen).toEqual([
          ["write", 0, 1n, 32],
          ["write", 12, 2n, 8],
          ["read", 4, 16],
        ]);
      },
      { seeds: 48 },
    );
  });

  it("are polled until the device has done something", () => {
    forSeeds(
      chip,
      (machine) => {
        let isReady = 0;
        const device = machine.device(master, {
          base,
          lengthBytes: 4,
          read: () => isReady,
          write: () =>
            void device.run(function* (dma) {
              expect([...(yield dma.read(ram, { lengthBytes: 4 }))]).toEqual([1, 2, 3, 4]);
              isReady = 2;
            }),
        });
        machine.store(ram, [1, 2, 3, 4]);
        machine.barrier({ instruction: "dsb sy" });
        machine.writeRegister(base, 1n, 32);
        machine.pollRegister(base, 2n, "set", 32);
        expect(isReady).toBe(2);
      },
      { seeds: 48 },
    );
  });

  it("are those of one device", () => {
    const machine = new SimulatedMachine(chip, { seed: 1 });
    machine.device(master, { base, lengthBytes: 0x100 });
    const again = () => machine.device(master, { base: base + 0xfcn, lengthBytes: 4 });
    expect(again).toThrow(SimulationError);
    expect(again).toThrow(`the registers at 0x400000fc are those of ${master} already`);
    expect(() => machine.device(master, { base: 0n, lengthBytes: 0 })).toThrow("registers at 0 with 0 bytes are none");
    expect(() => machine.device("nobody", { base: 0n, lengthBytes: 4 })).toThrow(`${chip.id} has no DMA master nobody`);
    expect(machine.readRegister(base, 32)).toBe(0n);
    expect(() => machine.writeRegister(base + 0x100n, 1n, 32)).toThrow(RangeError);
  });
});

describe("words", () => {
  /** Every value that a load of a word gives while a device writes it twice. */
  const seen = (atomicBytes: 1 | 4) => {
    const values = new Set<number>();
    forSeeds(chip, (machine) => {
      machine.store32(ram, 0);
      machine.barrier({ instruction: "dsb sy" });
      const device = machine.device(master, { base, lengthBytes: 4 });
      device.run(function* (dma) {
        for (const value of [0x1111_1111, 0x2222_2222])
          yield dma.write(ram, new Uint8Array(Uint32Array.of(value).buffer), { atomicBytes });
      });
      for (let look = 0; look < 6; look++) values.add(machine.load32(ram));
    });
    return values;
  };

  it("are whole where they are one access on both sides", () => {
    expect([...seen(4)].sort()).toEqual([0, 0x1111_1111, 0x2222_2222]);
  });

  it("are torn where a master writes bytes", () => {
    expect(seen(1).size).toBeGreaterThan(3);
  });
});

describe("an interrupt", () => {
  it("comes once for each time that it was asked for, and not while it is masked", () => {
    forSeeds(
      chip,
      (machine) => {
        let taken = 0;
        const device = machine.device(master, { base, lengthBytes: 4 });
        machine.onInterrupt(master, () => {
          expect(machine.interruptsMasked()).toBe(false);
          taken++;
          machine.load(ram, 2);
        });
        device.run(function* (dma) {
          yield dma.write(ram, [1]);
          device.interrupt();
        });
        const before = machine.maskInterrupts();
        for (let passed = 0; passed < 20; passed++) machine.wait();
        expect(taken).toBe(0);
        machine.restoreInterrupts(before);
        while (taken === 0) machine.wait();
        for (let passed = 0; passed < 5; passed++) machine.wait();
        expect(taken).toBe(1);
      },
      { seeds: 48 },
    );
  });

  it("may come within a long load, and before it, and after it", () => {
    const places = new Set<number>();
    forSeeds(chip, (machine) => {
      const device = machine.device(master, { base, lengthBytes: 4 });
      let place: number | undefined;
      machine.onInterrupt(master, () => {
        place = machine.events.filter(({ kind }) => kind === "load").length;
      });
      device.run(function* (dma) {
        yield dma.write(ram + 0x100n, [1]);
        device.interrupt();
      });
      machine.store(ram, [1]);
      machine.load(ram, 32);
      while (place === undefined) machine.wait();
      places.add(place === 0 ? 0 : place < 32 ? 1 : 2);
    });
    expect([...places].sort()).toEqual([0, 1, 2]);
  });
});

it("leaves a transfer where it is when it is stopped", () => {
  const residuals = new Set<number>();
  forSeeds(chip, (machine) => {
    let moved = 0;
    let transfer: DeviceTransfer | undefined;
    const device = machine.device(master, {
      base,
      lengthBytes: 4,
      read: () => 16 - moved,
      write: () => transfer?.stop(),
    });
    transfer = device.run(function* (dma) {
      for (; moved < 16; moved++) yield dma.write(ram + BigInt(moved), [0xaa]);
    });
    machine.wait();
    machine.writeRegister(base, 0n, 32);
    const residual = Number(machine.readRegister(base, 32));
    residuals.add(residual);
    const count = machine.events.filter(({ kind }) => kind === "dma-write").length;
    for (let passed = 0; passed < 10; passed++) machine.wait();
    expect(machine.events.filter(({ kind }) => kind === "dma-write")).toHaveLength(count);
    expect(transfer.isEnded).toBe(true);
    expect(device.isRunning).toBe(false);
  });
  expect(residuals.size).toBeGreaterThan(3);
});
