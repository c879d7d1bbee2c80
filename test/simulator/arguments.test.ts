// What makes no sense is an error that says so, and a run that waits for nothing ends.
import { describe, expect, expectTypeOf, it } from "vitest";
import {
  type DmaBuffer,
  type DmaFence,
  forSeeds,
  ScheduleError,
  SimulatedMachine,
  SimulationError,
  type Transfer,
  verifyDriver,
} from "../../generator/index.ts";
import { Nrf52840DmaFence } from "../../out/typescript/nrf52840.ts";
import { Stm32h743DmaFence } from "../../out/typescript/stm32h743.ts";
import { planOf } from "../support/pipeline.ts";

const { chip } = planOf("stm32h743").planned!;
const address = 0x2400_0000n;
const machine = () => new SimulatedMachine(chip, { seed: 1 });

describe("seeds", () => {
  it.each([0, -1, Number.NaN, 1.5])("%d of them try nothing", (seeds) => {
    expect(() => forSeeds(chip, () => {}, { seeds })).toThrow(RangeError);
    expect(() => forSeeds(chip, () => {}, { seeds })).toThrow(`seeds: ${seeds} tries nothing`);
  });

  it("begin at a whole number", () => {
    expect(() => forSeeds(chip, () => {}, { from: Number.NaN })).toThrow("a seed is a whole number, not NaN");
  });
});

it.each<[number | undefined, string]>([
  [0x2400_0100, "address 0x24000100: no bigint (0x1000n) in 64 bits"],
  [undefined, "address 0xundefined"],
])("the address %s is no bigint, and is told how it is written", (wrong, message) => {
  const one = machine();
  const passed = wrong as unknown as bigint;
  expect(() => one.store(passed, [1])).toThrow(message);
  expect(() => one.engine("DMA1").start({ read: { address: passed, lengthBytes: 1 } })).toThrow(message);
});

describe("lengths", () => {
  it.each([Number.NaN, -1, 0.5])("of %d bytes are none", (lengthBytes) => {
    const buffer = { address, lengthBytes };
    expect(() => machine().load(address, lengthBytes)).toThrow(RangeError);
    expect(() => machine().engine("DMA1").start({ read: buffer })).toThrow(RangeError);
    expect(() =>
      machine()
        .engine("DMA1")
        .start({ write: { buffer, data: new Uint8Array() } }),
    ).toThrow(RangeError);
    expect(() => machine().dmaRead(address, lengthBytes, "DMA1")).toThrow(
      `lengthBytes ${lengthBytes} is no whole number from 0 on`,
    );
  });

  it("of data are not beyond the buffer's", () => {
    const transfer: Transfer = { write: { buffer: { address, lengthBytes: 4 }, data: new Uint8Array(5) } };
    expect(() => machine().engine("DMA1").start(transfer)).toThrow(RangeError);
    expect(() => machine().engine("DMA1").start(transfer)).toThrow("5 bytes are to be written to a buffer of 4");
  });

  it("of data are not beyond those of the buffer that a descriptor names", () => {
    const one = machine();
    one.store(address, new Uint8Array(Uint32Array.of(Number(address) + 64, 4, 1, 0).buffer));
    for (const line of [address, address + 64n]) one.evict(line);
    const engine = one.engine("DMA1");
    const run = () => {
      one.barrier({ instruction: "dsb sy" });
      one.evict(address);
      engine.startDescriptor(address, new Uint8Array(5));
      while (!engine.isDone()) one.wait();
    };
    expect(run).toThrow("5 bytes are to be written to a buffer of 4");
  });

  it("of a transfer are not none at all", () => {
    expect(() => machine().engine("DMA1").start({})).toThrow("this one does nothing");
  });
});

it("has one engine for each master", () => {
  const one = machine();
  one.engine("DMA1").start({ write: { buffer: { address, lengthBytes: 1 }, data: Uint8Array.of(1) } });
  while (!one.engine("DMA1").isDone()) one.wait();
  expect(one.engine("DMA1")).toBe(one.engine("DMA1"));
});

describe("a run that waits for nothing", () => {
  it("ends where an engine was never started", () => {
    const run = () => {
      const one = machine();
      while (!one.engine("DMA1").isDone()) one.wait();
    };
    expect(run).toThrow(SimulationError);
    expect(run).toThrow("the driver waits for nothing: no DMA master is running; DMA1 was never started");
  });

  it("ends where a driver polls memory that nobody writes", () => {
    const run = () => {
      const one = machine();
      one.store(address, [0]);
      while (one.load(address, 1)[0] !== 1);
    };
    expect(run).toThrow("the driver waits for nothing: no DMA master is running");
  });

  it("ends after the calls that it may take", () => {
    const one = new SimulatedMachine(chip, { seed: 1, mostCalls: 50 });
    const run = () => {
      for (;;) one.store(address, [1]);
    };
    expect(run).toThrow("the run has not ended after 50 calls");
    expect(() => new SimulatedMachine(chip, { seed: 1, mostCalls: 0 })).toThrow(RangeError);
  });
});

describe("tests that return promises", () => {
  const failing = async () => {
    await Promise.resolve();
    throw new Error("too late");
  };

  it("are awaited", async () => {
    const failed = forSeeds(chip, failing);
    expectTypeOf(failed).toEqualTypeOf<Promise<void>>();
    await expect(failed).rejects.toThrow(ScheduleError);
    await expect(failed).rejects.toThrow("with seed 1: too late");
  });

  it("run with every seed, one after the other", async () => {
    const seen: number[] = [];
    let running = 0;
    await forSeeds(
      chip,
      async (one) => {
        expect(++running).toBe(1);
        await Promise.resolve();
        seen.push(one.seed);
        running--;
      },
      { seeds: 3, from: 5 },
    );
    expect(seen).toEqual([5, 6, 7]);
  });

  it("are told apart by type", () => {
    expectTypeOf(forSeeds(chip, () => {}, { seeds: 1 })).toEqualTypeOf<void>();
  });
});

describe("an error of a schedule", () => {
  it("has its name, its seed and what happened", () => {
    const run = () =>
      forSeeds(chip, (one) => {
        one.store(address, [7]);
        throw new Error("reason");
      });
    const error = caught(run) as ScheduleError;
    expect(error.name).toBe("ScheduleError");
    expect(String(error)).toMatch(/^ScheduleError: with seed 1: reason/);
    expect(error.seed).toBe(1);
    expect(error.events.every(({ agent }) => ["CPU", "cache", "DMA"].includes(agent))).toBe(true);
    expect((error.cause as Error).message).toBe("reason");
  });
});

it("knows the names of masters by the class of a fence", () => {
  forSeeds(
    chip,
    (one, fence) => {
      expectTypeOf(one.engine).parameter(0).toEqualTypeOf<(typeof Stm32h743DmaFence.masters)[number]>();
      // @ts-expect-error the chip has no such master
      expect(() => one.engine("DMA9")).toThrow("stm32h743 has no DMA master DMA9; it has ");
      const buffer = { address, lengthBytes: 4 };
      one.store(address, [1, 2, 3, 4]);
      fence.release(buffer);
      expect(one.dmaRead(address, 4, "DMA1")).toEqual([1, 2, 3, 4]);
    },
    { fence: Stm32h743DmaFence, seeds: 24 },
  );
});

function caught(run: () => void): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

describe("what no type checker has seen", () => {
  const at = 0x2400_0100n;
  it.each<[string, () => unknown, RegExp | string]>([
    ["a byte that is none", () => machine().store(at, [999]), /a byte is a whole number from 0 to 255, and not 999/],
    ["a text in the place of bytes", () => machine().store(at, "hello" as never), /and not h/],
    ["a word that is none", () => machine().store32(at, undefined as never), /a word of 32 bits .* and not undefined/],
    ["words of three bytes", () => machine().load(at, 6, { atomicBytes: 3 as never }), /atomicBytes: 3 is none of/],
    [
      "no buffer",
      () =>
        machine()
          .watch(new Stm32h743DmaFence(machine()))
          .release(null as never),
      /and not null/,
    ],
    [
      "a hand-over that there is not",
      () => machine().whyNot("handedover" as never, { address: at, lengthBytes: 4 }),
      /handed-over or taken-back/,
    ],
    [
      "a transfer without data",
      () =>
        machine()
          .engine("DMA1")
          .start({ write: { buffer: { address: at, lengthBytes: 4 } } as never }),
      /a transfer that writes has `data`/,
    ],
    [
      "an option of a store that there is not",
      () => machine().store(at, [1], { atomicByte: 4 } as never),
      "an access has no option atomicByte; it has atomicBytes",
    ],
    [
      "an option of a load that there is not",
      () => machine().load(at, 4, { atomic: 4 } as never),
      "an access has no option atomic; it has atomicBytes",
    ],
    [
      "a part of a transfer that there is not",
      () =>
        machine()
          .engine("DMA1")
          .start({ reads: {} } as never),
      "a transfer has no option reads; it has read, write",
    ],
    [
      "an option of a master's access that there is not",
      () => {
        const run = machine();
        const device = run.device("DMA1", { base: 0x4000_0000n, lengthBytes: 4 });
        device.run(function* (dma) {
          yield dma.read(at, { lengthBytes: 4, atomicByte: 4 } as never);
        });
        run.finish();
      },
      "an access of a master has no option atomicByte; it has atomicBytes, order, isDescriptor",
    ],
    [
      "an option of a claim that there is not",
      () => {
        const run = machine();
        const device = run.device("DMA1", { base: 0x4000_0000n, lengthBytes: 4 });
        device.run(function* (dma) {
          dma.claim({ address: at, lengthBytes: 4 }, "read", { isDescriptors: true } as never).end();
          yield* [];
        });
        run.finish();
      },
      "a claim has no option isDescriptors; it has isDescriptor, isFoundByBit, isContinued",
    ],
    [
      "an option of a machine that there is not",
      () => new SimulatedMachine(chip, { seed: 1, memory: ["AXI SRAM"] } as never),
      "a machine has no option memory; it has seed, order, leftOpen, core, lineBytes, mostCalls, ownership, memories",
    ],
    [
      "an option of many schedules that there is not",
      () => forSeeds(chip, () => {}, { seedz: 3 } as never),
      /^forSeeds has no option seedz; it has fence, seeds, from,/,
    ],
    [
      "levels of ownership that are none",
      () => new SimulatedMachine(chip, { seed: 1, ownership: true as never }),
      /^ownership: true/,
    ],
    ["lines of no cache", () => new SimulatedMachine(chip, { seed: 1, lineBytes: null as never }), /^lineBytes: null/],
    [
      "a name for a chip",
      () => new SimulatedMachine("stm32h743" as never, { seed: 1 }),
      /^the chip is stm32h743; it is what `openChip`/,
    ],
    [
      "a name for a chip under many schedules",
      () => forSeeds("stm32h743" as never, () => {}),
      /^the chip is stm32h743/,
    ],
    ["no test", () => forSeeds(chip, undefined as never), "the test is undefined, and no function"],
    [
      "a fence for its class",
      () => forSeeds(chip, () => {}, { fence: new Stm32h743DmaFence(machine()) as never }),
      /^fence is no class/,
    ],
    [
      "a test that nobody runs",
      () =>
        forSeeds(
          chip,
          function* () {
            yield 1;
          } as never,
          { seeds: 1 },
        ),
      /the test is a generator function: called, it runs nothing/,
    ],
    [
      "a driver that nobody runs",
      () => verifyDriver(chip, async function* () {} as never, { fence: Stm32h743DmaFence }),
      /^the driver is a generator function: called, it runs nothing/,
    ],
    [
      "a driver that fails later",
      () => verifyDriver(chip, (async () => Promise.reject(new Error("later"))) as never, { fence: Stm32h743DmaFence }),
      /^the driver returned a promise/,
    ],
    ["one seed for all of them", () => forSeeds(chip, () => {}, { seed: 3 } as never), /^forSeeds has no option seed;/],
    [
      "a core that there is not",
      () => new SimulatedMachine(chip, { seed: 1, core: "m5" }),
      /^stm32h743 has no core m5; it has cortex-m7$/,
    ],
    [
      "a handler of an interrupt that an engine does not raise",
      () => {
        const run = machine();
        run.engine("DMA1");
        run.onInterrupt("DMA1", () => {});
      },
      "the engine of DMA1 raises no interrupt, so that what handles it (onInterrupt) is never called: model DMA1 with `device`",
    ],
    [
      "an engine whose interrupt is handled",
      () => {
        const run = machine();
        run.onInterrupt("DMA1", () => {});
        run.engine("DMA1");
      },
      "the engine of DMA1 raises no interrupt",
    ],
    ["a handler for a master that there is not", () => machine().onInterrupt("DMA9", () => {}), /no DMA master DMA9/],
  ])("%s", (_, act, message) => {
    expect(act).toThrow(message);
  });

  it.each<[string, (fence: DmaFence, buffer: DmaBuffer) => void]>([
    ["release", (fence, buffer) => fence.release(buffer)],
    ["acquire", (fence, buffer) => fence.acquire(buffer)],
  ])("%s of a buffer in no memory, on a chip without caches", (_, call) => {
    const { chip: without } = planOf("nrf52840").planned!;
    const buffer = { address: 0x2003_fff0n, lengthBytes: 64 };
    const run = () => forSeeds(without, (_, fence) => call(fence, buffer), { fence: Nrf52840DmaFence, seeds: 1 });
    expect(run).toThrow("nrf52840: no memory holds 0x20040000");
    const { verdict, counterexample } = verifyDriver(without, (_, fence) => call(fence, buffer), {
      fence: Nrf52840DmaFence,
    });
    expect([verdict, counterexample?.why]).toEqual(["unsound", "nrf52840: no memory holds 0x20040000"]);
  });

  it("something that is thrown and has no text", () => {
    const driver = () => {
      throw Object.create(null);
    };
    expect(() => forSeeds(chip, driver)).toThrow("with seed 1: something was thrown that has no text");
    expect(verifyDriver(chip, driver, { fence: Stm32h743DmaFence }).counterexample?.why).toBe(
      "something was thrown that has no text",
    );
  });

  it("what a driver does to the objects later is nothing that an engine sees", () => {
    const data = Uint8Array.of(1, 2, 3, 4);
    const buffer = { address: at, lengthBytes: 4 };
    const run = machine();
    run.engine("MDMA").start({ write: { buffer, data } });
    data.fill(9);
    buffer.address = at + 64n;
    while (!run.engine("MDMA").isDone()) run.wait();
    const written = run.events.flatMap((event) => (event.kind === "dma-write" ? [[event.address, event.value]] : []));
    expect(written.sort(([a], [b]) => Number(a) - Number(b))).toEqual(
      [1, 2, 3, 4].map((value, i) => [at + BigInt(i), value]),
    );
  });
});
