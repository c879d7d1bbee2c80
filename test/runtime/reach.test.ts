// A buffer that a DMA master cannot reach is an error that names chip, memory and master.

import {
  type DmaReach,
  openChip,
  ReachError,
  RecordingMachine,
  reachOf,
  refuseUndescribed,
  refuseUnreached,
  requireReach,
  SimulatedMachine,
} from "fencegen";
import { describe, expect, it } from "vitest";
import { Nrf52840DmaFence } from "../../out/typescript/nrf52840.ts";
import { Stm32f429DmaFence } from "../../out/typescript/stm32f429.ts";
import { Stm32h5NonSecureDmaFence } from "../../out/typescript/stm32h5.ts";
import { Stm32h743DmaFence } from "../../out/typescript/stm32h743.ts";

const at = (address: bigint, lengthBytes = 64) => ({ address, lengthBytes });

describe("a generated class", () => {
  const fence = new Stm32f429DmaFence(new RecordingMachine());

  it("refuses memory that no master reaches", () => {
    for (const method of ["release", "acquire"] as const) {
      expect(() => fence[method](at(0x1000_0000n))).toThrow(ReachError);
      expect(() => fence[method](at(0x1000_0000n))).toThrow(
        "STM32F429: none of DMA1, DMA2, DMA2D, Ethernet DMA, LCD-TFT controller DMA, USB OTG HS DMA reaches CCM data RAM (0x10000000)",
      );
    }
    expect(() => new Nrf52840DmaFence(new RecordingMachine()).release(at(0x1000n))).toThrow(
      "nRF52840: none of CryptoCell, EasyDMA reaches Flash (0x1000)",
    );
  });

  it("refuses a buffer that only ends there, and none that is empty or lies in memory that is not described", () => {
    expect(() => fence.release(at(0x0fff_fff0n))).toThrow(ReachError);
    // Both ends are beside it, in memory that is not described.
    expect(() => fence.release(at(0x0fff_fff0n, 0x2_0000))).toThrow("reaches CCM data RAM (0x10000000)");
    fence.release(at(0x1000_0000n, 0));
    fence.release(at(0x2000_0000n));
    fence.release(at(0xd000_0000n));
  });
});

describe("requireReach", () => {
  const { reach } = Stm32h743DmaFence;

  it("knows what each master reads and writes", () => {
    requireReach(reach, "DMA1", "write", at(0x2400_0000n));
    requireReach(reach, "DMA2D", "read", at(0x0800_0000n));
    requireReach(reach, "DMA1", "read", at(0x0800_0000n));
    expect(reachOf(reach, "SDMMC2", "write", at(0x3800_0000n))).toBe("unknown");
    requireReach(reach, "MDMA", "write", at(0x2000_0000n));
    expect(() => requireReach(reach, "DMA1", "write", at(0x0800_0000n))).toThrow(
      "STM32H743: DMA1 cannot write Flash (0x8000000)",
    );
    expect(() => requireReach(reach, "DMA1", "read", at(0x2000_0000n))).toThrow(
      "STM32H743: DMA1 cannot read DTCM (0x20000000)",
    );
    expect(() => requireReach(reach, "BDMA", "read", at(0x2400_0000n))).toThrow("BDMA cannot read AXI SRAM");
    expect(() => requireReach(reach, "DMA1", "read", at(0x5000_0000n))).toThrow("memory that is not described");
    // From the AXI SRAM to SRAM1-3, over what lies between them.
    expect(() => requireReach(reach, "DMA1", "read", at(0x2400_0000n, 0xc00_0040))).toThrow(
      "memory that is not described (0x24080000)",
    );
    // @ts-expect-error a typo does not compile
    expect(() => requireReach(reach, "DMA9", "read", at(0x2400_0000n))).toThrow(
      /no DMA master DMA9; it has BDMA, DMA1/,
    );
  });

  it("is asked for some masters only where a fence is for some", () => {
    expect(() => refuseUnreached(reach, at(0x2000_0000n), ["DTCM"], ["DMA1", "BDMA"])).toThrow(
      "none of DMA1, BDMA reaches DTCM",
    );
    refuseUnreached(reach, at(0x2000_0000n), []);
  });
});

describe("reachOf", () => {
  const reach: DmaReach = {
    chip: "Chip",
    regions: { RAM: [0x1000n, 0x1fffn], ROM: [0x2000n, 0x2fffn], Far: [0x8000n, 0x8fffn], Own: [0x9000n, 0x9fffn] },
    masters: { DMA: { reaches: ["RAM"], mayReach: ["Far"], mayRead: ["ROM"] } },
  };

  it.each([
    ["what is known", 0x1000n, 0x1000, "yes", "yes"],
    ["what is not", 0x8000n, 1, "unknown", "unknown"],
    ["what is known not to be written", 0x2000n, 1, "unknown", "no"],
    ["what is not reached", 0x9000n, 1, "no", "no"],
    ["no memory", 0x3000n, 1, "undescribed", "undescribed"],
    ["no bytes", 0x3000n, 0, "yes", "yes"],
    ["two memories, one of which is not known", 0x1fffn, 2, "unknown", "no"],
    ["memory and what lies behind it", 0x8fffn, 2, "no", "no"],
    ["memory that is not known and what lies before it", 0x7fffn, 2, "undescribed", "undescribed"],
    ["all there is", 0n, 0x1_0000, "no", "no"],
  ] as const)("%s", (_, address, lengthBytes, read, write) => {
    expect(reachOf(reach, "DMA", "read", { address, lengthBytes })).toBe(read);
    expect(reachOf(reach, "DMA", "write", { address, lengthBytes })).toBe(write);
  });

  it("is not taken for yes by a check", () => {
    expect(() => requireReach(reach, "DMA", "read", at(0x8000n))).toThrow(
      "Chip: DMA is not known to read Far (0x8000)",
    );
    expect(() => reachOf(reach, "Other", "read", at(0n))).toThrow("no DMA master Other");
    // Of memory that a fence names, each byte is refused, and no other.
    expect(() => refuseUnreached(reach, at(0x8ff0n, 0x20), ["Own"])).toThrow("none of DMA reaches Own (0x9000)");
    refuseUnreached(reach, at(0x8ff0n, 0x10), ["Own"]);
    refuseUnreached(reach, at(0x9000n, 0), ["Own"]);
    refuseUnreached(reach, at(0xa000n), ["Own"]);
  });

  it("takes nothing for an access but to read and to write", () => {
    // @ts-expect-error a typo does not compile
    expect(() => reachOf(reach, "DMA", "wirte", at(0x1000n))).toThrow(RangeError);
  });
});

describe("a fence that is wrong for memory that is not described", () => {
  it("refuses it", () => {
    const fence = new Stm32h5NonSecureDmaFence(new RecordingMachine());
    expect(() => fence.release(at(0x5000_0000n))).toThrow("STM32H573: no memory is described at 0x50000000");
    fence.release(at(0x9000_0000n));
    fence.release(at(0x5000_0000n, 0));
    const { reach } = Stm32h5NonSecureDmaFence;
    expect(() => refuseUndescribed(reach, at(0xafff_fff0n))).toThrow("no memory is described at 0xafff");
  });
});

it("the simulator refuses a transfer in memory that its master does not reach", () => {
  const machine = new SimulatedMachine(openChip("stm32h743"), { seed: 1 });
  expect(() => machine.engine("BDMA").start({ read: at(0x2400_0000n, 4) })).toThrow(
    "stm32h743: BDMA cannot read AXI SRAM (0x24000000)",
  );
});
