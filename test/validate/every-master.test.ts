// What is said of every master is reported where it is said, whichever master it is wrong for.
import { expect, it } from "vitest";
import { marksOf } from "../support/marks.ts";
import { planOf } from "../support/pipeline.ts";
import { testChip } from "../support/test-chip.ts";

const low = "{ base: 0x2000_0000, size: 64KiB }";

it.each<[string, string, string, string]>([
  [
    "a memory beyond the bits of the addresses of one of them",
    `\n  RAM: ${low}\n  High: { base: 0x8000_0000, size: 64KiB }`,
    "\n  DMA1: { addressBits: 30 }\n  DMA2: {}",
    "everyMaster:\n  reaches: [RAM, High]\n#                ^ rule/beyond-master-addresses",
  ],
  [
    "a memory without an address for one of them",
    `\n  RAM: ${low}\n  Own: { base: { test-core: 0x3000_0000, DMA1: 0x3000_0000 }, size: 64KiB }`,
    "\n  DMA1, DMA3: {}\n  DMA2: { reaches: [RAM] }",
    "everyMaster:\n  reaches: [RAM, Own]\n#                ^ rule/no-address-for-master",
  ],
  [
    "a memory that one of them reads twice",
    `\n  RAM: ${low}`,
    "\n  DMA1: { reads: [RAM] }\n  DMA2: {}",
    "everyMaster:\n  reads: [RAM]\n  mayRead: [RAM]\n#           ^ rule/reach-stated-twice",
  ],
  [
    "a memory that nobody describes",
    `\n  RAM: ${low}`,
    "\n  DMA1: {}",
    "everyMaster:\n  reaches: [RAM, ROM]\n#                ^ rule/unknown-memory",
  ],
  [
    "what nobody knows of the caches",
    `\n  RAM: ${low}`,
    "\n  DMA1: {}\n  DMA2: { snoops: none }",
    "everyMaster:\n  reaches: [RAM]\n  snoops: unknown\n#         ^ plan/snooping-unknown",
  ],
  [
    "what is found out at run time",
    `\n  RAM: ${low}`,
    "\n  DMA1, DMA2: {}",
    "everyMaster:\n  reaches: [RAM]\n  snoops: run-time\n#         ^ plan/ignored-fact",
  ],
])("%s", (_, regions, dma, more) => {
  const text = testChip({ regions, dma, more });
  const { diagnostics } = planOf("test-chip", { "chips/test-chip.yaml": text });
  const found = diagnostics.map(({ code, range }) => ({ code, line: range!.start.line, column: range!.start.column }));
  expect([...new Set(found.map((each) => JSON.stringify(each)))]).toEqual(
    marksOf(text).map((each) => JSON.stringify(each)),
  );
});

it("what a master says for itself is reported there", () => {
  const text = testChip({
    regions: `\n  RAM: ${low}`,
    dma: "\n  DMA1:\n    snoops: unknown\n#           ^ plan/snooping-unknown\n  DMA2: { snoops: none }",
    more: "everyMaster: { reaches: [RAM], snoops: unknown }",
  });
  const { diagnostics } = planOf("test-chip", { "chips/test-chip.yaml": text });
  expect(diagnostics.map(({ code, range }) => ({ code, ...range!.start }))).toEqual(marksOf(text));
});
