// Where masters see memory at other addresses than the CPU.
import { expect, it } from "vitest";
import { renderOutputs } from "../../generator/pipeline.ts";
import { deviceAddresses, seenBy } from "../../generator/semantics/memory-map.ts";
import { planOf } from "../support/pipeline.ts";
import { testChip } from "../support/test-chip.ts";

function seen(ram: string, window: string) {
  const regions = `
  RAM: { base: ${ram}, size: 64KiB, cachedBy: all }
  Window: { base: ${window}, size: 64KiB, cachedBy: none, aliasOf: RAM }
  Flash: { base: { cores: 0, masters: 0x1000_0000 }, size: 64KiB, cachedBy: all }`;
  const dma = "\n  DMA: { reaches: [RAM, Window], snoops: none }";
  const { planned } = planOf("test-chip", { "chips/test-chip.yaml": testChip({ regions, dma }) });
  const chip = seenBy(planned!.chip, planned!.chip.cores[0]!);
  return { planned: planned!, places: deviceAddresses(chip, chip.dma[0]!) };
}

it("is what the memory's own entry says", () => {
  expect(
    seen("{ cores: 0x2000_0000, masters: 0x6000_0000 }", "{ cores: 0x9000_0000, DMA: 0xD000_0000 }").places,
  ).toEqual([
    { region: "RAM", first: 0x6000_0000n },
    { region: "Window", first: 0xd000_0000n },
  ]);
});

it("is, for an alias without one, that of the memory", () => {
  expect(seen("0x2000_0000", "{ cores: 0x9000_0000 }").places).toEqual([{ region: "Window", first: 0x2000_0000n }]);
});

it("says nothing of memory that the master does not reach, or sees where the CPU does", () => {
  expect(seen("0x2000_0000", "0x9000_0000").places).toEqual([]);
});

it("prints them beside what the master reaches", () => {
  const { planned } = seen("0x2000_0000", "{ cores: 0x9000_0000 }");
  const outputs = renderOutputs([planned], { traitPath: "a::DmaFence", licence: ["One line."] });
  const text = (path: string) => outputs.find((each) => each.path === path)!.content;
  expect(text("rust/src/test_chip_masters.rs")).toContain(
    'DMA "DMA": { reaches RAM, WINDOW; 0x2000_0000 is WINDOW; }\n',
  );
  expect(text("typescript/test-chip.ts")).toContain("// It sees Window at 0x2000_0000.\n    DMA: {");
});
