import { type DmaFence, forSeeds, openChip, ScheduleError, type SimulatedMachine } from "fencegen";
import { expect, test } from "vitest";
import { Stm32h743DmaFence } from "../out/typescript/stm32h743.ts";

const chip = openChip("stm32h743");
const buffer = { address: 0x2400_0100n, lengthBytes: 4 };

// The driver under test. It sends a request and receives the reply into the same buffer.
function exchange(machine: SimulatedMachine, fence: DmaFence): void {
  const engine = machine.engine("Ethernet");
  const waitForEnd = () => {
    while (!engine.isDone()) machine.wait();
  };

  machine.store(buffer.address, [1, 2, 3, 4]);
  fence.release(buffer);
  engine.start({ read: buffer });
  waitForEnd();
  fence.acquire(buffer);
  expect([...engine.received]).toEqual([1, 2, 3, 4]);

  fence.release(buffer);
  engine.start({ write: { buffer, data: Uint8Array.of(5, 6, 7, 8) } });
  waitForEnd();
  fence.acquire(buffer);
  expect([...machine.load(buffer.address, 4)]).toEqual([5, 6, 7, 8]);
}

test("the driver is right under every schedule tried", () => {
  forSeeds(chip, exchange, { fence: Stm32h743DmaFence });
});

test("without the fence some schedule goes wrong", () => {
  const noFence = { release() {}, acquire() {} };
  expect(() => forSeeds(chip, (machine) => exchange(machine, noFence))).toThrow(ScheduleError);
});
