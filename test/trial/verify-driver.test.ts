// Drivers under all schedules: the right one on chips of several kinds, and each mistake with a schedule in which it shows.
import { describe, expect, it } from "vitest";
import {
  type DmaBuffer,
  type DmaFence,
  type DriverMachine,
  type DriverTrialOptions,
  descriptorBytes,
  forSeeds,
  NondeterministicDriverError,
  verifyDriver,
} from "../../generator/index.ts";
import { wordsOf } from "../../generator/simulator/trace/events.ts";
import { Esp32S3DmaFence } from "../../out/typescript/esp32-s3.ts";
import { KinetisK66DmaFence } from "../../out/typescript/kinetis-k66.ts";
import { Nrf52840DmaFence } from "../../out/typescript/nrf52840.ts";
import { QemuRv64VirtDmaFence } from "../../out/typescript/qemu-rv64-virt.ts";
import { Stm32h743DmaFence } from "../../out/typescript/stm32h743.ts";
import { X86Q35DmaFence } from "../../out/typescript/x86-q35.ts";
import { Zynq7000DmaFence } from "../../out/typescript/zynq7000.ts";
import { planOf } from "../support/pipeline.ts";
import { type FenceClass, without } from "./mistakes.ts";

interface Subject {
  readonly Fence: FenceClass;
  readonly master: string;
  readonly base: bigint;
}

const subjects: Readonly<Record<string, Subject>> = {
  stm32h743: { Fence: Stm32h743DmaFence, master: "MDMA", base: 0x2400_0100n },
  zynq7000: { Fence: Zynq7000DmaFence, master: "DMAC", base: 0x10_0100n },
  "esp32-s3": { Fence: Esp32S3DmaFence, master: "GDMA", base: 0x3c00_0100n },
  nrf52840: { Fence: Nrf52840DmaFence, master: "EasyDMA", base: 0x2000_0100n },
  "qemu-rv64-virt": { Fence: QemuRv64VirtDmaFence, master: "virtio-mmio", base: 0x8000_0100n },
  "kinetis-k66": { Fence: KinetisK66DmaFence, master: "ENET", base: 0x2000_0100n },
  "x86-q35": { Fence: X86Q35DmaFence, master: "PCI bus masters", base: 0x10_0100n },
};

type Driver = (machine: DriverMachine, fence: DmaFence) => void;

const chips = new Map(Object.keys(subjects).map((id) => [id, planOf(id).planned!.chip]));

const verify = (id: string, driver: Driver, options: Partial<DriverTrialOptions> = {}) =>
  verifyDriver(chips.get(id)!, driver, { fence: subjects[id]!.Fence, ...options });

/** The verdict, and what goes wrong, with what happened until then in words. */
const judged = (id: string, driver: Driver, options: Partial<DriverTrialOptions> = {}) => {
  const found = verify(id, driver, options);
  // The same once more, to the letter.
  expect(verify(id, driver, options)).toEqual(found);
  const { verdict, counterexample } = found;
  return { verdict, why: counterexample?.why, events: counterexample?.events.map(wordsOf) };
};

const byte = (id: string): DmaBuffer => ({ address: subjects[id]!.base, lengthBytes: 1 });

/** Starts a transfer, and waits for its end. */
function receive(machine: DriverMachine, id: string, buffer: DmaBuffer, data: readonly number[]): void {
  machine.dmaWrite(buffer.address, data, subjects[id]!.master);
}

/** Sends a byte, then receives one into the same buffer. */
const exchange =
  (id: string): Driver =>
  (machine, fence) => {
    const buffer = byte(id);
    machine.store(buffer.address, [1]);
    fence.release(buffer);
    expect(machine.dmaRead(buffer.address, 1, subjects[id]!.master)).toEqual([1]);
    fence.acquire(buffer);
    fence.release(buffer);
    receive(machine, id, buffer, [2]);
    fence.acquire(buffer);
    expect([...machine.load(buffer.address, 1)]).toEqual([2]);
  };

/** Sends through a descriptor in memory, and polls it. */
const sendByDescriptor =
  (id: string): Driver =>
  (machine, fence) => {
    const buffer = byte(id);
    const descriptor = { address: buffer.address + 0x100n, lengthBytes: descriptorBytes };
    machine.store(buffer.address, [7]);
    for (const [index, word] of [Number(buffer.address), 1, 0, 0].entries())
      machine.store32(descriptor.address + BigInt(index * 4), word);
    fence.release(buffer);
    fence.release(descriptor);
    const engine = machine.engine(subjects[id]!.master);
    engine.startDescriptor(descriptor.address);
    for (;;) {
      fence.acquire(descriptor);
      if (machine.load(descriptor.address + 12n, 1)[0] === 1) break;
      fence.release(descriptor);
      machine.wait();
    }
    expect(engine.received).toEqual([7]);
  };

describe("a driver as it should be", () => {
  it.each(Object.keys(subjects))("is sound on %s", (id) => {
    expect(verify(id, exchange(id))).toEqual({ verdict: "sound", states: expect.any(Number) });
  });

  it("takes as many states as it did", () => {
    const states = Object.fromEntries(Object.keys(subjects).map((id) => [id, verify(id, exchange(id)).states]));
    expect(states).toMatchInlineSnapshot(`
      {
        "esp32-s3": 311,
        "kinetis-k66": 32,
        "nrf52840": 32,
        "qemu-rv64-virt": 32,
        "stm32h743": 134,
        "x86-q35": 127,
        "zynq7000": 618,
      }
    `);
  });

  it.each(["stm32h743", "nrf52840", "qemu-rv64-virt"])("polls a descriptor on %s, and comes to an end", (id) => {
    expect(verify(id, sendByDescriptor(id)).verdict).toBe("sound");
  });

  it("may have more bytes", () => {
    const id = "stm32h743";
    const buffer = { ...byte(id), lengthBytes: 4 };
    const driver: Driver = (machine, fence) => {
      fence.release(buffer);
      receive(machine, id, buffer, [1, 2, 3, 4]);
      fence.acquire(buffer);
      expect([...machine.load(buffer.address, 4)]).toEqual([1, 2, 3, 4]);
    };
    expect(verify(id, driver).verdict).toBe("sound");
  });
});

describe("a mistake is found", () => {
  it("release left out", () => {
    const id = "stm32h743";
    const driver: Driver = (machine) => {
      machine.store(byte(id).address, [1]);
      machine.dmaRead(byte(id).address, 1, subjects[id]!.master);
    };
    expect(judged(id, driver, { ownership: "off" })).toMatchInlineSnapshot(`
      {
        "events": [
          "store 1 to 0x24000100, pending",
          "start MDMA by a write: 0x24000100+1",
          "MDMA reads 171 from 0x24000100",
        ],
        "verdict": "unsound",
        "why": "MDMA reads 171 from 0x24000100, where 1 was written last before its start",
      }
    `);
    expect(judged(id, driver).why).toContain("which was never released");
  });

  it.each(["stm32h743", "nrf52840", "qemu-rv64-virt"])("acquire left out on %s, by a load that comes early", (id) => {
    const driver: Driver = (machine, fence) => {
      fence.release(byte(id));
      receive(machine, id, byte(id), [2]);
      machine.load(byte(id).address, 1);
    };
    const { verdict, why, events } = judged(id, driver, { ownership: "off" });
    expect({ verdict, why }).toEqual({
      verdict: "unsound",
      why: expect.stringMatching(/^the load of .* gives \d+, where 2 was written last$/),
    });
    expect(events!.filter((each) => each.includes("performed early"))).toHaveLength(1);
  });

  it("acquire left out: the rule is said, and not what the load that breaks it finds", () => {
    const id = "stm32h743";
    const driver: Driver = (machine, fence) => {
      const buffer = { ...byte(id), lengthBytes: 2 };
      fence.release(buffer);
      receive(machine, id, buffer, [2, 3]);
      machine.load(buffer.address, 2);
    };
    const { why, events } = judged(id, driver);
    expect(why).toBe(
      "load of 2 bytes at 0x24000100: MDMA has written 0x24000100 of the 2 bytes at 0x24000100, and acquire has not taken it back since its end was seen (load-while-out: what a master writes is loaded after its end has been seen and acquire has taken it back)",
    );
    expect(events!.at(-1)).toBe("load of 2 bytes at 0x24000100, refused: load-while-out");
    expect(judged(id, driver, { ownership: { "load-while-out": "warn" } }).why).toMatch(/^the load of/);
  });

  it("what happened until a rule is broken, or the driver throws, is told", () => {
    const id = "stm32h743";
    const driver: Driver = (machine) => {
      machine.store(byte(id).address, [1]);
      machine.barrier({ instruction: "dsb sy" } as never);
      machine.dmaRead(byte(id).address, 1, subjects[id]!.master);
    };
    expect(judged(id, driver).events).toEqual([
      "store 1 to 0x24000100",
      "dsb sy",
      "start of MDMA, refused: not-released",
    ]);
    const early: Driver = (machine, fence) => {
      fence.release(byte(id));
      machine.engine(subjects[id]!.master).start({ write: { buffer: byte(id), data: Uint8Array.of(2) } });
      machine.store(byte(id).address + 64n, [1]);
      fence.acquire(byte(id));
    };
    expect(judged(id, early).events).toEqual([
      "release(1 byte at 0x24000100)",
      "dsb sy",
      "DCCMVAC of the line at 0x24000100, begun",
      "DCCMVAC of the line at 0x24000100, done",
      "dsb sy",
      "start MDMA by a write: 0x24000100+1",
      "store 1 to 0x24000140",
      "acquire(1 byte at 0x24000100), refused: acquire-before-end",
    ]);
    const throwing: Driver = (machine, fence) => {
      machine.store(byte(id).address, [1]);
      fence.release(byte(id));
      throw new Error("out of order");
    };
    expect(judged(id, throwing)).toMatchObject({ why: "out of order", events: { length: 6 } });
  });

  it("acquire left out where it matters to nobody but the rule", () => {
    const id = "x86-q35";
    const driver: Driver = (machine, fence) => {
      fence.release(byte(id));
      receive(machine, id, byte(id), [2]);
      machine.load(byte(id).address, 1);
    };
    expect(judged(id, driver).why).toContain("load-while-out");
    expect(judged(id, driver, { ownership: "off" }).verdict).toBe("sound");
  });

  it.each(["stm32h743", "nrf52840", "qemu-rv64-virt"])("acquire without its first barrier on %s", (id) => {
    const fence = without(subjects[id]!.Fence, "acquire", ({ index }) => index === 0);
    const { verdict, why, events } = judged(id, exchange(id), { fence });
    expect({ verdict, why }).toEqual({ verdict: "unsound", why: expect.stringMatching(/, where 2 was written last$/) });
    // What acquire holds back is performed before the engine has written: the lines, or without any the load itself.
    const early = events!.findLastIndex((each) => /^DCCIMVAC .*done$|performed early$/.test(each));
    expect(early).toBeGreaterThan(0);
    expect(early).toBeLessThan(events!.findIndex((each) => each.includes(" writes 2 to ")));
  });

  it("a start before release", () => {
    const id = "stm32h743";
    const driver: Driver = (machine, fence) => {
      const engine = machine.engine(subjects[id]!.master);
      machine.store(byte(id).address, [1]);
      engine.start({ read: byte(id) });
      fence.release(byte(id));
      while (!engine.isDone()) machine.wait();
    };
    expect(judged(id, driver, { ownership: "off" })).toMatchObject({
      verdict: "unsound",
      why: expect.stringMatching(/^MDMA reads \d+ from 0x24000100, where 1 was written last before its start$/),
    });
  });

  it("lines that acquire does not invalidate", () => {
    const id = "stm32h743";
    const fence = without(subjects[id]!.Fence, "acquire", ({ method }) => method === "writeRegister");
    const { verdict, why, events } = judged(id, exchange(id), { fence });
    expect({ verdict, why }).toMatchObject({ verdict: "unsound", why: expect.stringMatching(/^the load of/) });
    expect(events!.at(-1)).toMatch(/^load 0x24000100 gives \d+$/);
  });

  it("two descriptors in one line", () => {
    const id = "stm32h743";
    const [one, other] = [byte(id), { address: byte(id).address + 16n, lengthBytes: 1 }];
    const driver: Driver = (machine, fence) => {
      const engine = machine.engine(subjects[id]!.master);
      fence.release(one);
      engine.start({ write: { buffer: one, data: Uint8Array.of(2) } });
      machine.store(other.address, [5]);
      fence.release(other);
      while (!engine.isDone()) machine.wait();
      fence.acquire(one);
      machine.load(one.address, 1);
    };
    expect(judged(id, driver).why).toContain("shared-line");
    const { why, events } = judged(id, driver, { ownership: "off" });
    expect(why).toMatch(/^the load of 0x24000100 gives \d+, where 2 was written last$/);
    expect(events!.some((each) => each.includes("MDMA writes 2"))).toBe(true);
  });

  it.each<[string, string, Driver]>([
    [
      "a descriptor that was not released",
      "0x24000200, to which the driver has stored since it was released",
      (machine, fence) => {
        const buffer = byte("stm32h743");
        fence.release(buffer);
        fence.release({ address: 0x2400_0200n, lengthBytes: descriptorBytes });
        for (const [index, word] of [Number(buffer.address), 1, 1, 0].entries())
          machine.store32(0x2400_0200n + BigInt(index * 4), word);
        machine.engine("MDMA").startDescriptor(0x2400_0200n, Uint8Array.of(2));
      },
    ],
    [
      "what a descriptor names and was not released",
      "MDMA is to write 0x24000100 of the 1 byte at 0x24000100, which was never released",
      (machine, fence) => {
        for (const [index, word] of [0x2400_0100, 1, 1, 0].entries())
          machine.store32(0x2400_0200n + BigInt(index * 4), word);
        fence.release({ address: 0x2400_0200n, lengthBytes: descriptorBytes });
        machine.engine("MDMA").startDescriptor(0x2400_0200n, Uint8Array.of(2));
      },
    ],
  ])("%s", (_, why, driver) => {
    const found = judged("stm32h743", driver);
    expect(found.why).toContain(why);
    expect(found.why).toContain("not-released");
    // As the simulator says it.
    const { chip } = planOf("stm32h743").planned!;
    const run = () =>
      forSeeds(chip, (machine, fence) => driver(machine as DriverMachine, fence), {
        ...{ fence: Stm32h743DmaFence, ownership: "error", seeds: 1 },
      });
    expect(run).toThrow(why);
  });

  it("a neighbour's data that acquire drops", () => {
    const id = "stm32h743";
    // DCIMVAC in the place of DCCIMVAC: what is dirty is lost.
    const fence = class extends Stm32h743DmaFence {
      readonly #machine;
      constructor(machine: ConstructorParameters<typeof Stm32h743DmaFence>[0]) {
        super(machine);
        this.#machine = machine;
      }
      override acquire({ address }: DmaBuffer): void {
        this.#machine.barrier({ instruction: "dsb sy" } as never);
        this.#machine.writeRegister(0xe000_ef5cn, address & ~31n, 32);
        this.#machine.barrier({ instruction: "dsb sy" } as never);
      }
    };
    const driver: Driver = (machine, given) => {
      const engine = machine.engine(subjects[id]!.master);
      machine.store(byte(id).address, [1]);
      given.release(byte(id));
      engine.start({ read: byte(id) });
      machine.store(byte(id).address + 16n, [9]);
      while (!engine.isDone()) machine.wait();
      given.acquire(byte(id));
    };
    expect(judged(id, driver).verdict).toBe("sound");
    expect(judged(id, driver, { fence })).toMatchObject({
      verdict: "unsound",
      why: expect.stringMatching(/^when all is done, the CPU finds \d+ at 0x24000110, where 9 was written last$/),
    });
  });

  it("what the driver itself finds wrong", () => {
    const id = "nrf52840";
    const driver: Driver = (machine) => {
      machine.store(byte(id).address, [1]);
      throw new Error("out of order");
    };
    expect(judged(id, driver)).toMatchObject({ verdict: "unsound", why: "out of order" });
  });

  it("a wait for nothing", () => {
    const id = "nrf52840";
    const driver: Driver = (machine) => {
      const engine = machine.engine(subjects[id]!.master);
      while (!engine.isDone()) machine.wait();
    };
    expect(judged(id, driver).why).toMatch(/^the driver waits for nothing: it reads the status of EasyDMA/);
  });
});

describe("beyond a bound nothing is called sound", () => {
  const id = "stm32h743";

  it("a large buffer", () => {
    const buffer = { ...byte(id), lengthBytes: 64 };
    const driver: Driver = (machine, fence) => {
      fence.release(buffer);
      receive(machine, id, buffer, new Array(64).fill(1));
    };
    const undecided = "a transfer moves 64 bytes; 24 are explored at most";
    expect(verify(id, driver)).toMatchObject({ verdict: "undecided", undecided });
  });

  it.each<[string, string, Driver]>([
    [
      "a transfer that nobody released",
      `0x${subjects[id]!.base.toString(16)} of the 25 bytes at .*, which was never released .not-released`,
      (machine) => {
        machine.store(subjects[id]!.base, new Uint8Array(25));
        machine.dmaRead(subjects[id]!.base, 25, "MDMA");
      },
    ],
    [
      "a descriptor of one",
      "which was never released .not-released",
      (machine, fence) => {
        machine.store(subjects[id]!.base, new Uint8Array(25));
        const descriptor = { address: subjects[id]!.base + 0x100n, lengthBytes: descriptorBytes };
        for (const [index, word] of [Number(subjects[id]!.base), 25, 0, 0].entries())
          machine.store32(descriptor.address + BigInt(index * 4), word);
        fence.release(descriptor);
        machine.engine("MDMA").startDescriptor(descriptor.address);
      },
    ],
    [
      "a long store to what a master has",
      "the driver has not seen its end .store-while-out",
      (machine, fence) => {
        fence.release(byte(id));
        machine.engine("MDMA").start({ write: { buffer: byte(id), data: Uint8Array.of(1) } });
        machine.store(byte(id).address, new Uint8Array(500));
      },
    ],
  ])("no rule of ownership: %s", (_, why, driver) => {
    const { verdict, counterexample } = verify(id, driver);
    expect({ verdict, why: counterexample?.why }).toEqual({
      verdict: "unsound",
      why: expect.stringMatching(new RegExp(why)),
    });
    expect(verify(id, driver, { ownership: "off" }).verdict).not.toBe("sound");
  });

  it("no option that there is not", () => {
    const mistyped = { mostSttes: 5 } as Partial<DriverTrialOptions>;
    expect(() => verify(id, exchange(id), mistyped)).toThrow(
      "a trial has no option mostSttes; it has fence, core, lineBytes, ownership, mostStates, mostAccesses, mostPending",
    );
  });

  it("a large buffer of which a descriptor tells", () => {
    const buffer = { ...byte(id), lengthBytes: 25 };
    const driver: Driver = (machine, fence) => {
      machine.store(buffer.address, [1]);
      fence.release(buffer);
      const descriptor = { address: buffer.address + 0x100n, lengthBytes: descriptorBytes };
      for (const [index, word] of [Number(buffer.address), 25, 0, 0].entries())
        machine.store32(descriptor.address + BigInt(index * 4), word);
      fence.release(descriptor);
      machine.engine("MDMA").startDescriptor(descriptor.address);
    };
    const undecided = "a transfer moves 25 bytes; 24 are explored at most";
    expect(verify(id, driver)).toMatchObject({ verdict: "undecided", undecided });
  });

  it("states, accesses, and what is pending", () => {
    expect(verify(id, exchange(id), { mostStates: 20 }).undecided).toBe("there are more than 20 states (mostStates)");
    expect(verify(id, exchange(id), { mostAccesses: 5 }).undecided).toContain("mostAccesses");
    const stores: Driver = (machine) => {
      for (let index = 0; index < 4; index++) machine.store(byte(id).address + BigInt(index * 64), [1]);
    };
    expect(verify(id, stores).verdict).toBe("sound");
    expect(verify(id, stores, { mostPending: 2 }).undecided).toContain("mostPending");
    expect(() => verify(id, stores, { mostStates: 0 })).toThrow(RangeError);
  });

  it.each<[string, Driver]>([
    ["stores 64 KiB", (machine) => machine.store(subjects[id]!.base, new Uint8Array(65_536))],
    ["releases 64 KiB", (_, fence) => fence.release({ address: subjects[id]!.base, lengthBytes: 65_536 })],
  ])("at once where the driver %s", (_, driver) => {
    const { verdict, states, undecided } = verify(id, driver);
    expect({ verdict, states }).toEqual({ verdict: "undecided", states: 0 });
    expect(undecided).toContain("a run has more than 400 accesses and barriers (mostAccesses)");
  });

  it("what a test models itself", () => {
    const driver = (machine: unknown) => (machine as { device(): void }).device();
    expect(verify(id, driver as Driver).undecided).toBe(
      "a device that the test models (device) is not explored; forSeeds tries it under many schedules",
    );
  });

  it("a driver that gives up after a few looks is followed there", () => {
    const driver: Driver = (machine, fence) => {
      const engine = machine.engine(subjects[id]!.master);
      fence.release(byte(id));
      engine.start({ write: { buffer: byte(id), data: Uint8Array.of(2) } });
      for (let looks = 0; !engine.isDone(); looks++) if (looks === 3) throw new Error("timeout");
    };
    expect(verify(id, driver)).toMatchObject({ verdict: "unsound", counterexample: { why: "timeout" } });
  });
});

describe("what is no driver", () => {
  const id = "nrf52840";

  it("one that does something else each time", () => {
    let calls = 0;
    const driver: Driver = (machine, fence) => {
      machine.store(byte(id).address, [calls++]);
      fence.release(byte(id));
      machine.dmaRead(byte(id).address, 1, subjects[id]!.master);
    };
    expect(() => verify(id, driver)).toThrow(NondeterministicDriverError);
    expect(() => verify(id, driver)).toThrow(
      /its access 1 differs: it was `store \d+ to 0x20000100`, then it was `store \d+ to 0x20000100`/,
    );
  });

  it("one that returns a promise", () => {
    const driver = async (machine: DriverMachine) => machine.wait();
    // @ts-expect-error a promise is not nothing
    const run = () => verifyDriver(chips.get(id)!, driver, { fence: Nrf52840DmaFence });
    expect(run).toThrow(/^the driver returned a promise/);
  });

  it("an unknown master does not type-check", () => {
    const run = () =>
      // @ts-expect-error the chip has no such master
      verifyDriver(chips.get(id)!, (machine) => machine.engine("DMA9"), { fence: Nrf52840DmaFence });
    expect(run).toBeDefined();
  });
});

it("refuses what means nothing, and calls no driver unsound for it", () => {
  const { chip } = planOf("nrf52840").planned!;
  const driver = () => {};
  const fence = Nrf52840DmaFence;
  expect(() => verifyDriver(chip, driver, { fence, ownership: "eror" as never })).toThrow(RangeError);
  expect(() => verifyDriver(chip, driver, { fence, ownership: { "not-relesed": "error" } as never })).toThrow(
    RangeError,
  );
  expect(() => verifyDriver(chip, undefined as never, { fence })).toThrow("driver is undefined");
  expect(() => verifyDriver(chip, driver, { fence: undefined as never })).toThrow("fence is undefined");
});
