// Mistakes that others have made, or could: planted in a fence, each must come out as an execution that goes wrong.
import { describe, expect, it } from "vitest";
import { traceText } from "../../generator/verifier/trace.ts";
import {
  differentLines,
  espressif,
  pollElsewhere,
  rangeInLines,
  readOnlyInside,
  stDcache,
  twoLevels,
  twoOperations,
} from "./own-chips.ts";
import {
  all,
  barrier,
  type Change,
  judge,
  levelsSwapped,
  maintenance,
  movedBy,
  operation,
  type Subject,
  withoutBarrier,
  withoutMaintenance,
} from "./subject.ts";

const m7: Subject = { chip: "stm32h743", masters: ["Ethernet"] };
const pl310: Subject = { chip: "zynq7000", masters: ["GEM"] };
const k1: Subject = { chip: "spacemit-k1", masters: ["USB"] };
const rp2350: Subject = { chip: "rp2350" };
const a53: Subject = { chip: "imx8mm", masters: ["ENET"] };
const coherentRiscv: Subject = { chip: "qemu-rv32-virt" };

interface Trap {
  readonly name: string;
  readonly fence: Subject;
  readonly change: Change;
  readonly breaks: string;
  /** In which scenario, where only some show it. */
  readonly when?: RegExp;
  /** Events of the execution, in this order, among others. */
  readonly trace: readonly RegExp[];
}

const traps: readonly Trap[] = [
  {
    name: "`fence ir, r` does not hold cbo.inval back",
    fence: k1,
    change: { acquire: all(operation("cbo.inval"), barrier(0, "fence ir, r")) },
    breaks: "inbound",
    trace: [/acquire: cbo\.inval/, /writes 2/, /see the end/, /load in the buffer gives 1, not 2/],
  },
  {
    name: "`fence ir, r` does not hold cbo.flush back",
    fence: k1,
    change: { acquire: barrier(0, "fence ir, r") },
    breaks: "inbound",
    trace: [/acquire: cbo\.flush/, /writes 2/, /see the end/, /load in the buffer gives 1, not 2/],
  },
  {
    name: "Cortex-M7: DMB before the cleaning leaves the store in the store buffer",
    fence: m7,
    change: { release: barrier(0, "dmb sy") },
    breaks: "outbound",
    trace: [/release: DCCMVAC takes effect/, /store 1 in the buffer/, /start round 1/, /reads 0/],
  },
  {
    name: "Cortex-M7: DMB after the cleaning does not wait for it",
    fence: m7,
    change: { release: barrier(-1, "dmb sy") },
    breaks: "outbound",
    trace: [/store 1 in the buffer +L1D \[1 0\] dirty/, /start round 1/, /reads 0/],
  },
  {
    name: "Cortex-M7: DMB before the invalidation does not hold it back",
    fence: m7,
    change: { acquire: barrier(0, "dmb sy") },
    breaks: "inbound",
    trace: [/acquire: DCCIMVAC takes effect/, /writes 2/, /see the end/, /load in the buffer gives 1, not 2/],
  },
  {
    name: "Cortex-M7: DMB after the invalidation does not wait for it",
    fence: m7,
    change: { acquire: barrier(-1, "dmb sy") },
    breaks: "inbound",
    trace: [
      /release: DCCMVAC takes effect +L1D \[1 0\]/,
      /writes 2/,
      /see the end/,
      /load in the buffer gives 1, not 2/,
    ],
  },
  {
    name: "T-Head: th.dcache.cpal1 stops at the first level",
    fence: { chip: "allwinner-d1", masters: ["EMAC"] },
    change: { release: operation("th.dcache.cpal1") },
    breaks: "outbound",
    trace: [/store 1 in the buffer +L1D \[1 0\] dirty/, /release: th\.dcache\.cpal1 takes effect$/, /reads 0/],
  },
  {
    name: "Espressif: CLEAN takes the mark away and writes nothing",
    fence: espressif,
    change: { release: operation("clean") },
    // Shorter than for DMA to read it: the CPU's own read comes late and finds the line dropped.
    breaks: "earlier reads",
    trace: [/release: clean takes effect +L1D \[1 0\]$/, /L1D evicts: L1D -$/, /load in the buffer gives 0, not 1/],
  },
  {
    name: "two levels: the inner one dropped first is filled again from the outer",
    fence: pl310,
    change: { acquire: levelsSwapped },
    breaks: "inbound",
    trace: [
      /writes 2/,
      /see the end/,
      /acquire: DCCIMVAC takes effect +L1D -$/,
      /L1D fills: L1D \[1 0\]$/,
      /acquire: CLEAN_INV_LINE_PA takes effect +L2 -$/,
      /load in the buffer gives 1, not 2/,
    ],
  },
  {
    name: "invalidated before inbound DMA only: the line is filled again meanwhile",
    fence: m7,
    change: { release: operation("DCCIMVAC"), acquire: withoutMaintenance() },
    breaks: "inbound",
    trace: [/release: DCCIMVAC takes effect +L1D - +\[1 0\]/, /L1D fills/, /writes 2/, /gives 1, not 2/],
  },
  {
    name: "release without a clean: DMA reads what was there before",
    fence: m7,
    change: { release: withoutMaintenance() },
    breaks: "outbound",
    trace: [/store 1 in the buffer +L1D \[1 0\] dirty/, /start round 1/, /reads 0/],
  },
  {
    name: "release without a clean: the dirty line is written over what DMA wrote",
    fence: m7,
    change: { release: withoutMaintenance() },
    breaks: "inbound",
    trace: [
      /L1D \[1 0\] dirty/,
      /writes 2/,
      /L1D evicts: L1D - +\[1 0\]|DCCIMVAC takes effect +L1D - +\[1 0\]/,
      /gives 1/,
    ],
  },
  {
    name: "clean and invalidate in acquire, nothing cleaned in release",
    fence: { chip: "bcm2837", masters: ["DMA"] },
    change: { release: withoutMaintenance() },
    breaks: "inbound",
    trace: [/dirty/, /writes 2/, /\[1 0\]/, /gives 1, not 2/],
  },
  {
    name: "PL310: without the barrier before its operations, the first level is cleaned too late",
    fence: pl310,
    change: { release: withoutBarrier(1) },
    breaks: "outbound",
    trace: [/release: CLEAN_LINE_PA takes effect/, /start round 1/, /reads 0/],
  },
  {
    name: "PL310: without the barrier after the sync, DMA starts before it has finished",
    fence: pl310,
    change: { release: withoutBarrier(-1) },
    breaks: "outbound",
    trace: [/start round 1/, /reads 0/],
  },
  {
    name: "PL310: without the sync, a barrier waits for the write to the register only",
    fence: pl310,
    change: { release: (steps) => steps.filter(({ kind }) => kind !== "complete-maintenance") },
    breaks: "outbound",
    trace: [/release: CLEAN_LINE_PA$/, /start round 1/, /reads 0/],
  },
  {
    name: "PL310: without the barrier after the sync of acquire, the first level is dropped too early",
    fence: pl310,
    change: { acquire: withoutBarrier(1) },
    breaks: "inbound",
    trace: [/acquire: DCCIMVAC takes effect/, /acquire: CLEAN_INV_LINE_PA takes effect/, /gives 1, not 2/],
  },
  {
    name: "RISC-V: `fence w, iorw` lets an earlier read see what DMA writes",
    fence: coherentRiscv,
    change: { release: barrier(0, "fence w, iorw") },
    breaks: "earlier reads",
    trace: [/start round 1/, /writes 2/, /load in the buffer gives 2, not 1/],
  },
  {
    name: "RISC-V: `fence ir, r` lets a later write be seen by DMA, or lost to it",
    fence: coherentRiscv,
    change: { acquire: barrier(0, "fence ir, r") },
    breaks: "later writes",
    trace: [/store 4|store 7/, /reads 4|writes 2/],
  },
  {
    name: "a plain invalidate of a shared line loses what the neighbour stored",
    fence: m7,
    change: { acquire: operation("DCIMVAC") },
    breaks: "neighbour",
    when: /^outbound/,
    trace: [/neighbour stores 9 +L1D \[\d 9\] dirty/, /acquire: DCIMVAC takes effect +L1D -$/],
  },
  {
    name: "a start by an MMIO read is not held back by an order for device writes only",
    fence: k1,
    change: { release: barrier(0, "fence w, o") },
    breaks: "outbound",
    when: /started by (MMIO read|store|descriptor)/,
    trace: [/start round 1/, /reads 0/],
  },
  {
    name: "RISC-V: `fence rw, io` lets the store that starts DMA overtake the data",
    fence: coherentRiscv,
    change: { release: barrier(0, "fence rw, io") },
    breaks: "memory start",
    when: /started by store/,
    trace: [/start round 1/, /reads 0/],
  },
  {
    name: "Zicbom: so does `fence w, io`, and the descriptor of a ring is sent before its buffer",
    fence: k1,
    change: { release: barrier(0, "fence w, io") },
    breaks: "memory start",
    when: /started by (store|descriptor)/,
    trace: [/start round 1|give the descriptor/, /reads 0/],
  },
  {
    name: "RP2350: what DMA left dirty in the cache that it sees is lost where only the edges are cleaned",
    fence: rp2350,
    change: {
      acquire: (steps) =>
        steps.map((step) => (step.kind === "maintain-lines" && step.isBeforeDrop ? { ...step, lines: "edges" } : step)),
    },
    breaks: "inbound",
    trace: [/\[2 \d\] dirty/, /load in the buffer gives \d, not 2/],
  },
  {
    name: "Cortex-A53: without the last DSB a load is served from another core, which dropped nothing yet",
    fence: a53,
    change: { acquire: withoutBarrier(1) },
    breaks: "inbound",
    trace: [
      /L1D of another core fills/,
      /writes 2/,
      /acquire: dc civac takes effect/,
      /load in the buffer gives 1, not 2/,
    ],
  },
  {
    name: "a status in memory is no device input: `fence i, rw` does not order it",
    fence: coherentRiscv,
    change: { acquire: barrier(0, "fence i, rw") },
    breaks: "inbound",
    when: /end seen in memory/,
    trace: [/load in the buffer gives 1, not 2/],
  },
];

describe.each(traps)("$name", ({ fence, change, breaks, when = /./, trace }) => {
  it(`breaks ${breaks}`, () => {
    const { broken, counterexamples } = judge(fence, change);
    expect(broken).toContain(breaks);
    const example = counterexamples.find(({ property, scenario }) => property === breaks && when.test(scenario));
    const lines = traceText(example!).split("\n").slice(2);
    expect(lines.length).toBeLessThanOrEqual(25);
    let from = 0;
    for (const event of trace) {
      const found = lines.findIndex((line, index) => index >= from && event.test(line));
      expect(found, `${event} from line ${from + 1} on in\n${lines.join("\n")}`).not.toBe(-1);
      from = found + 1;
    }
    // Where only some scenarios show it, the others do not.
    if (when.source !== "." && breaks !== "neighbour")
      expect(counterexamples.filter(({ scenario }) => !when.test(scenario)).map(({ scenario }) => scenario)).toEqual(
        [],
      );
  });
});

it("STM32 range end taken as exclusive maintains a line beside the buffer", () => {
  const exclusive = maintenance((executed) => executed.map((each, index) => (index === 1 ? movedBy(each, 1n) : each)));
  expect(judge(stDcache).broken).toEqual([]);
  expect(judge(stDcache, { executes: { release: exclusive } }).broken).toEqual(["footprint"]);
  expect(judge(stDcache, { executes: { acquire: exclusive } }).broken).toEqual(["footprint"]);
});

it.each([m7, pl310, k1, coherentRiscv, espressif])("$chip breaks nothing as it is planned", (fence) => {
  expect(judge(fence).broken).toEqual([]);
});

// What the shipped chips do not have, and the model must not take for a mistake.
it.each(
  Object.entries({ stDcache, rangeInLines, differentLines, readOnlyInside, pollElsewhere, twoOperations, twoLevels }),
)("%s breaks nothing as it is planned", (_, fence) => {
  expect(judge(fence).broken).toEqual([]);
});
