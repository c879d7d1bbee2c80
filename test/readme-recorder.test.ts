import { RecordingMachine } from "fencegen";
import { expect, test } from "vitest";
import { Stm32h743DmaFence } from "../out/typescript/stm32h743.ts";

test("the buffer is handed over before DMA starts", () => {
  const machine = new RecordingMachine();
  const fence = new Stm32h743DmaFence(machine);

  // The driver under test: 40 bytes, 8 bytes into a line, so that two lines must be cleaned.
  fence.release({ address: 0x2400_0108n, lengthBytes: 40 });
  machine.writeRegister(0x4002_0010n, 1n, 32);

  expect(machine.lines()).toEqual([
    "dsb sy",
    "write32 0xe000ef68 = 0x24000108",
    "write32 0xe000ef68 = 0x24000128",
    "dsb sy",
    "write32 0x40020010 = 0x1",
  ]);
});
