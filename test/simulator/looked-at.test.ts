// What arrived in a buffer that a test does not look at is right with any fence, and the test is told so.
import { expect, it } from "vitest";
import { type DmaFence, forSeeds, type OwnershipLevels, type SimulatedMachine } from "../../generator/index.ts";
import { Stm32h743DmaFence } from "../../out/typescript/stm32h743.ts";
import { planOf } from "../support/pipeline.ts";

const { chip } = planOf("stm32h743").planned!;
const buffer = { address: 0x2400_0000n, lengthBytes: 8 };
type Driver = (machine: SimulatedMachine, fence: DmaFence) => void;

function findingsOf(driver: Driver, ownership: OwnershipLevels): string[] {
  const found: string[] = [];
  const run = driver as (machine: SimulatedMachine<"DMA1">, fence: DmaFence) => void;
  forSeeds(chip, run, { fence: Stm32h743DmaFence, seeds: 6, ownership, onFinding: ({ text }) => found.push(text) });
  return found;
}

const receive: Driver = (machine, fence) => {
  fence.release(buffer);
  machine.dmaWrite(buffer.address, [1, 2, 3, 4], "DMA1");
  fence.acquire(buffer);
};

const other = { address: 0x2400_0040n, lengthBytes: 4 };
const receiveOther: Driver = (machine, fence) => {
  fence.release(other);
  machine.dmaWrite(other.address, [5, 6, 7, 8], "DMA1");
  fence.acquire(other);
};

const toldOf = (where: string) =>
  `end of the run: DMA1 has written ${where}, and acquire has taken it back, and neither the driver has loaded nor a master has read a byte of what arrived with it (nothing-was-looked-at: a test looks at each buffer that arrived, or what is in it is right with any fence)`;
const told = toldOf("0x24000000 of the 4 bytes at 0x24000000");

it.each<[string, Driver]>([
  ["looks at nothing", receive],
  [
    "looks before anything arrives, and elsewhere",
    (machine, fence) => {
      machine.load(buffer.address, 8);
      receive(machine, fence);
      machine.load(buffer.address + 64n, 8);
    },
  ],
  [
    "looks at another buffer that arrived, before and after",
    (machine, fence) => {
      receiveOther(machine, fence);
      machine.load(other.address, 1);
      receive(machine, fence);
      machine.load(other.address, 1);
    },
  ],
  [
    "looks, receives again and does not look",
    (machine, fence) => {
      receive(machine, fence);
      machine.load(buffer.address, 4);
      receive(machine, fence);
    },
  ],
  [
    "looks at a descriptor that it polls, and not at the buffer",
    (machine, fence) => {
      const engine = machine.engine("DMA1");
      const descriptor = { address: 0x2400_0100n, lengthBytes: 16 };
      machine.store32(descriptor.address, Number(buffer.address));
      machine.store32(descriptor.address + 4n, 4);
      machine.store32(descriptor.address + 8n, 1);
      machine.store32(descriptor.address + 12n, 0);
      fence.release(descriptor);
      fence.release(buffer);
      engine.startDescriptor(descriptor.address, Uint8Array.of(1, 2, 3, 4));
      do {
        machine.wait();
        fence.acquire(descriptor);
      } while (machine.load32(descriptor.address + 12n) !== 1);
      fence.acquire(buffer);
    },
  ],
  [
    "hands it over once more without a look",
    (machine, fence) => {
      receive(machine, fence);
      fence.release(buffer);
    },
  ],
  [
    "only asks whose it is",
    (machine, fence) => {
      receive(machine, fence);
      expect(machine.whyNot("taken-back", buffer)).toBeUndefined();
    },
  ],
])("a test that %s is told so", (_, driver) => {
  for (const ownership of ["warn", "error"] as const) expect(findingsOf(driver, ownership)).toEqual([told]);
  expect(findingsOf(driver, "off")).toEqual([]);
  expect(findingsOf(driver, { "nothing-was-looked-at": "off" })).toEqual([]);
  expect(() => findingsOf(driver, { "nothing-was-looked-at": "error" })).toThrow(told);
});

it("each buffer is told of by itself", () => {
  const both: Driver = (machine, fence) => {
    receive(machine, fence);
    receiveOther(machine, fence);
  };
  expect(findingsOf(both, "warn")).toEqual([told, toldOf("0x24000040 of the 4 bytes at 0x24000040")]);
});

it("whose a buffer is has the same answer with a fence that does nothing", () => {
  const driver = (machine: SimulatedMachine<"DMA1">, fence: DmaFence) => {
    machine.load(buffer.address, 8);
    receive(machine, fence);
    expect(machine.whyNot("taken-back", buffer)).toBeUndefined();
  };
  const nothing = class extends Stm32h743DmaFence {
    override release(): void {}
    override acquire(): void {}
  };
  const found: string[] = [];
  forSeeds(chip, driver, { fence: nothing, seeds: 40, onFinding: ({ text }) => found.push(text) });
  expect(found).toEqual([told]);
});

it.each<[string, Driver]>([
  [
    "looks at one byte that arrived",
    (machine, fence) => {
      receive(machine, fence);
      machine.load(buffer.address + 2n, 1);
    },
  ],
  [
    "looks at both buffers that arrived",
    (machine, fence) => {
      receive(machine, fence);
      receiveOther(machine, fence);
      machine.load(buffer.address, 1);
      machine.load(other.address, 1);
    },
  ],
  [
    "takes back a buffer in parts and looks at one",
    (machine, fence) => {
      fence.release(buffer);
      machine.dmaWrite(buffer.address, [1, 2, 3, 4], "DMA1");
      fence.acquire({ ...buffer, lengthBytes: 2 });
      machine.load(buffer.address, 2);
      fence.acquire({ address: buffer.address + 2n, lengthBytes: 2 });
    },
  ],
  [
    "takes back two transfers at once and looks at one",
    (machine, fence) => {
      fence.release(buffer);
      machine.dmaWrite(buffer.address, [1, 2, 3, 4], "DMA1");
      machine.dmaWrite(buffer.address + 4n, [1, 2, 3, 4], "DMA2");
      fence.acquire(buffer);
      machine.load(buffer.address, 1);
    },
  ],
  [
    "lets a master write over what it did not look at, and looks then",
    (machine, fence) => {
      receive(machine, fence);
      receive(machine, fence);
      machine.load(buffer.address, 1);
    },
  ],
  [
    "sends what arrived",
    (machine, fence) => {
      receive(machine, fence);
      fence.release(buffer);
      machine.dmaRead(buffer.address, 4, "DMA2");
    },
  ],
  [
    "only sends",
    (machine, fence) => {
      machine.store(buffer.address, [1, 2, 3, 4]);
      fence.release(buffer);
      machine.dmaRead(buffer.address, 4, "DMA1");
      fence.acquire(buffer);
    },
  ],
  [
    "stores over all that arrived",
    (machine, fence) => {
      receive(machine, fence);
      machine.store(buffer.address, [9, 9, 9, 9]);
    },
  ],
  ["does nothing", () => {}],
])("a test that %s is not", (_, driver) => {
  expect(findingsOf(driver, "warn")).toEqual([]);
});
