// Lines in the middle of a long access are followed as wholes, those of a very long one some at a time. What a driver does wrong with some of
// them alone is found all the same, and whose each byte is, is known of every byte.
import { describe, expect, it } from "vitest";
import { SimulatedMachine } from "../../generator/index.ts";
import { isSampled } from "../../generator/simulator/memory/sampling.ts";
import { Nrf52840DmaFence } from "../../out/typescript/nrf52840.ts";
import { Stm32h743DmaFence } from "../../out/typescript/stm32h743.ts";
import { planOf } from "../support/pipeline.ts";

const { chip } = planOf("stm32h743").planned!;
const buffer = { address: 0x2400_0400n, lengthBytes: 1500 };
const lines = Math.ceil(buffer.lengthBytes / 32);
const sent = Uint8Array.from({ length: buffer.lengthBytes }, (_, index) => index * 7);
const got = Uint8Array.from({ length: buffer.lengthBytes }, (_, index) => index * 13 + 1);

/** Whether the fence forgets a line of the buffer. @param line counted from its start */
type Forgets = (call: "release" | "acquire", line: number) => boolean;

/** The fence of a chip that maintains lines by registers, with some of them left out. */
function forgetful(machine: SimulatedMachine, forgets: Forgets): Stm32h743DmaFence {
  let call: "release" | "acquire" = "release";
  const partly = new Proxy(machine, {
    get: (target, name: keyof SimulatedMachine & string) => {
      const method: unknown = target[name];
      if (typeof method !== "function") return method;
      return (...args: unknown[]) => {
        const line = name === "writeRegister" ? Number((args[1] as bigint) - buffer.address) / 32 : -1;
        return line >= 0 && forgets(call, line) ? undefined : method.apply(target, args);
      };
    },
  });
  const fence = new Stm32h743DmaFence(partly);
  const method = (name: "release" | "acquire") => (whole: typeof buffer) => {
    call = name;
    fence[name](whole);
  };
  return { release: method("release"), acquire: method("acquire") } as Stm32h743DmaFence;
}

function exchange(
  machine: SimulatedMachine,
  fence: Pick<Stm32h743DmaFence, "release" | "acquire">,
  master: string,
  at: bigint,
): void {
  const own = { ...buffer, address: at };
  machine.store(at, sent);
  fence.release(own);
  expect(machine.dmaRead(at, own.lengthBytes, master)).toEqual([...sent]);
  machine.dmaWrite(at, got, master);
  fence.acquire(own);
  expect([...machine.load(at, own.lengthBytes)]).toEqual([...got]);
}

function failing(forgets: Forgets, seeds: number): number[] {
  return Array.from({ length: seeds }, (_, index) => index + 1).filter((seed) => {
    const machine = new SimulatedMachine(chip, { seed });
    try {
      exchange(machine, forgetful(machine, forgets), "Ethernet", buffer.address);
      return false;
    } catch {
      return true;
    }
  });
}

describe("1,500 bytes", () => {
  it("are exchanged rightly under every schedule tried", () => {
    expect(failing(() => false, 48)).toEqual([]);
  });

  it("are so on a chip without caches, from an odd address on", () => {
    const nrf = planOf("nrf52840").planned!.chip;
    for (let seed = 1; seed <= 48; seed++) {
      const machine = new SimulatedMachine(nrf, { seed });
      exchange(machine, new Nrf52840DmaFence(machine), Nrf52840DmaFence.masters[0], 0x2000_0103n);
    }
  });

  it.each<[string, Forgets]>([
    ["cleans every second line", (call, line) => call === "release" && line % 2 === 1],
    [
      "cleans all but three lines before the last",
      (call, line) => call === "release" && line >= lines - 4 && line < lines - 1,
    ],
    ["cleans all but one line in the middle", (call, line) => call === "release" && line === 23],
    ["invalidates every second line", (call, line) => call === "acquire" && line % 2 === 1],
    [
      "invalidates all but three lines before the last",
      (call, line) => call === "acquire" && line >= lines - 4 && line < lines - 1,
    ],
    ["invalidates all but one line in the middle", (call, line) => call === "acquire" && line === 23],
  ])("go wrong within 20 seeds with a fence that %s", (_, forgets) => {
    expect(failing(forgets, 20).length).toBeGreaterThan(0);
  });
});

describe("64 KiB, of which lines are followed in stretches", () => {
  const long = { address: buffer.address, lengthBytes: 65_536 };
  const bytes = Uint8Array.from({ length: long.lengthBytes }, (_, index) => index * 7 + (index >> 8));
  const machineWith = (seed: number, forgets: Forgets) => {
    const machine = new SimulatedMachine(chip, { seed });
    return { machine, fence: forgetful(machine, forgets) };
  };
  /** Whether the exchange went wrong; its parts begin and end at odd places in the buffer. */
  const isWrong = (seed: number, forgets: Forgets) => {
    const { machine, fence } = machineWith(seed, forgets);
    const part = { address: long.address + 20_001n, lengthBytes: 9_000 };
    machine.store(long.address, bytes);
    fence.release(long);
    const sentBytes = machine.dmaRead(long.address, long.lengthBytes, "Ethernet");
    machine.dmaWrite(part.address, bytes.subarray(0, part.lengthBytes), "Ethernet");
    fence.acquire(long);
    const loaded = machine.load(long.address, long.lengthBytes);
    return loaded.some((byte, index) => {
      const within = index - Number(part.address - long.address);
      const isPart = within >= 0 && within < part.lengthBytes;
      return byte !== bytes[isPart ? within : index] || sentBytes[index] !== bytes[index];
    });
  };
  const seeds = Array.from({ length: 12 }, (_, index) => index + 1);

  it("are exchanged rightly", () => {
    expect(seeds.filter((seed) => isWrong(seed, () => false))).toEqual([]);
  }, 30_000);

  it.each<[string, Forgets]>([
    ["cleans all but one line", (call, line) => call === "release" && line === 1000],
    ["invalidates all but one line", (call, line) => call === "acquire" && line === 750],
  ])(
    "go wrong soon with a fence that %s",
    (_, forgets) => {
      expect(seeds.some((seed) => isWrong(seed, forgets))).toBe(true);
    },
    30_000,
  );

  it("have an event for each line that is maintained, filled or evicted", () => {
    const { machine, fence } = machineWith(2, () => false);
    machine.store(long.address, bytes);
    fence.release(long);
    machine.finish();
    const cleaned = machine.events.flatMap((event) =>
      event.kind === "maintenance" && event.phase !== "begun" ? [event.address] : [],
    );
    const all = Array.from({ length: long.lengthBytes / 32 }, (_, line) => long.address + BigInt(line * 32));
    expect(cleaned.toSorted()).toEqual(all);
    expect(machine.events.every((event) => !("lengthBytes" in event) || event.lengthBytes === 32)).toBe(true);
  });
});

it("knows whose a byte in the middle is", () => {
  const machine = new SimulatedMachine(chip, { seed: 1, ownership: "error" });
  const fence = machine.watch(new Stm32h743DmaFence(machine));
  machine.store(buffer.address, sent);
  fence.release(buffer);
  machine.engine("Ethernet").start({ read: buffer });
  expect(() => machine.store(buffer.address + 701n, [1])).toThrow(/Ethernet reads 0x240006bd of .*store-while-out/);
  expect(() => machine.store(buffer.address + 1500n, [1])).not.toThrow();
});

it.each([1, 2, 3, 4, 5, 6, 7, 8])("knows the bytes of a line of which a part is accessed, under seed %i", (seed) => {
  const machine = new SimulatedMachine(chip, { seed });
  const middle = buffer.address + 700n;
  const expected = [...sent];
  machine.store(buffer.address, sent);
  // A load takes what it finds of the long store, done or not, and what comes after it.
  expect([...machine.load(middle, 3)]).toEqual(expected.slice(700, 703));
  machine.store(middle, [1, 2]);
  expected.splice(700, 2, 1, 2);
  expect([...machine.load(buffer.address, buffer.lengthBytes)]).toEqual(expected);
  const fence = new Stm32h743DmaFence(machine);
  fence.release(buffer);
  expect(machine.dmaRead(buffer.address, buffer.lengthBytes, "Ethernet")).toEqual(expected);
  expect(machine.events.filter((event) => event.kind === "dma-read")).toHaveLength(buffer.lengthBytes);
});

it("follows each line of 1,500 bytes byte by byte under some of 200 seeds, and few under each", () => {
  const middle = lines - 2;
  const seeds = Array.from({ length: 200 }, (_, index) => index + 1);
  const numbers = Array.from({ length: middle }, (_, index) => Number(buffer.address / 32n) + 1 + index);
  for (const number of numbers) expect(seeds.some((seed) => isSampled(seed, number, middle))).toBe(true);
  const perSeed = seeds.map((seed) => numbers.filter((number) => isSampled(seed, number, middle)).length);
  expect(Math.max(...perSeed)).toBeLessThan(10);
});
