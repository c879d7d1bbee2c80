// Where masters see memory at other addresses than the CPU.
import { expect, it } from "vitest";
import { renderOutputs } from "../../generator/pipeline.ts";
import { deviceAddresses } from "../../generator/semantics/memory-map.ts";
import { planOf } from "../support/pipeline.ts";
import { testChip } from "../support/test-chip.ts";

const regions = `
  RAM: { base: 0x2000_0000, size: 64KiB, cachedBy: all }
  Window: { base: 0x9000_0000, size: 64KiB, cachedBy: none, aliasOf: RAM }
  Flash: { base: 0, size: 64KiB, cachedBy: all }`;

function seen(offset: string) {
  const dma = `\n  DMA: { reaches: [RAM, Window], snoops: none, deviceAddressOffset: ${offset} }`;
  const { planned } = planOf("test-chip", {
    "chips/test-chip.yaml": testChip({ regions, dma }),
  });
  const { chip } = planned!;
  return { planned: planned!, places: deviceAddresses(chip, chip.dma[0]!) };
}

it("adds one number to the address of all memory that the master reaches", () => {
  expect(seen("0x4000_0000").places).toEqual([
    { region: "RAM", first: 0x6000_0000n },
    { region: "Window", first: 0xd000_0000n },
  ]);
});

it("wraps at the width of the CPU's addresses", () => {
  expect(seen("{ Window: 0x9000_0000 }").places).toEqual([{ region: "Window", first: 0x2000_0000n }]);
});

it("says nothing of memory that the master does not reach, or sees where the CPU does", () => {
  expect(seen("{ Flash: 0x1000_0000, RAM: 0 }").places).toEqual([]);
});

it("prints them beside what the master reaches", () => {
  const { planned } = seen("{ Window: 0x9000_0000 }");
  const outputs = renderOutputs([planned], [], { traitPath: "a::DmaFence", licence: ["One line."] });
  const text = (path: string) => outputs.find((each) => each.path === path)!.content;
  expect(text("rust/src/test_chip.rs")).toContain(
    "/// DMA: reads and writes RAM, Window. It sees Window at 0x2000_0000.\n",
  );
  expect(text("typescript/test-chip.ts")).toContain("// It sees Window at 0x2000_0000.\n    DMA: {");
});
