// A test that looks at nothing that arrived passes with any fence, and is told so.
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

const told =
  "end of the run: DMA1 has written 0x24000000 of the 4 bytes at 0x24000000, and acquire has taken it back, and neither the driver has loaded nor a master has read a byte that arrived so (nothing-was-looked-at: a test looks at something that arrived, or passes with any fence)";

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
])("a test that %s is told so", (_, driver) => {
  for (const ownership of ["warn", "error"] as const) expect(findingsOf(driver, ownership)).toEqual([told]);
  expect(findingsOf(driver, "off")).toEqual([]);
  expect(findingsOf(driver, { "nothing-was-looked-at": "off" })).toEqual([]);
  expect(() => findingsOf(driver, { "nothing-was-looked-at": "error" })).toThrow(told);
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
