// Small cases from the manuals: what each says about order and about caches, and what follows where it says nothing.
import { describe, expect, it } from "vitest";
import type { Domain, OperationEffect, ResolvedCore } from "../../generator/model/chip.ts";
import { barrierFromText } from "../../generator/semantics/barrier.ts";
import type { Instruction, ProgramItem } from "../../generator/semantics/instruction.ts";
import { mechanismsOf, rulesOf } from "../../generator/semantics/instruction.ts";
import {
  cleanLevel,
  discardDirtyLevel,
  dmaRead,
  dmaWrite,
  emptyLine,
  evict,
  fill,
  invalidateLevel,
  type LevelRules,
  type LineState,
  loadCell,
  storeCell,
  toCell,
} from "../../generator/semantics/line-state.ts";
import { type MaintainInstruction, maintained } from "../../generator/semantics/maintain.ts";
import { orderProgram, type Precedence } from "../../generator/semantics/program-order.ts";
import { planSubject } from "./subject.ts";

/** Programs of one chip's core. Lines are numbered; the cells of a line are as many locations. */
function programsOf(chip: string, domain: Domain = "full-system") {
  const { core } = planSubject({ chip });
  const [mechanism, outer] = mechanismsOf(core);
  const rows = [...core.architecture.barriers, ...mechanismsOf(core).flatMap(({ barriers }) => barriers)];
  const operationOf = (from: typeof mechanism, effect: OperationEffect, line: number): Instruction => ({
    kind: "maintain",
    accessClass: from!.ordering.accessClass,
    location: undefined,
    line,
    rules: rulesOf(from!),
    effect,
    mayCleanToo: false,
    levels: [0],
    front: [],
    certain: true,
  });
  return {
    store: (line: number): Instruction => ({
      kind: "store",
      accessClass: "write",
      location: `line ${line}`,
      line,
      cell: 0,
      value: 1,
    }),
    load: (line: number): Instruction => ({
      kind: "load",
      accessClass: "read",
      location: `line ${line}`,
      line,
      cell: 0,
    }),
    clean: (line: number) => operationOf(mechanism, "clean", line),
    invalidate: (line: number) => operationOf(mechanism, "invalidate", line),
    outerClean: (line: number) => operationOf(outer, "clean", line),
    sync: (): Instruction => ({
      kind: "complete",
      accessClass: outer!.ordering.accessClass,
      location: undefined,
      line: undefined,
      rules: rulesOf(outer!),
    }),
    doorbell: (): Instruction => device("start", "device-write"),
    status: (): Instruction => device("status", "device-read"),
    barrier: (text: string): ProgramItem => {
      const effects = rows.flatMap((row) => barrierFromText(text, [row]) ?? []);
      if (effects.length === 0) throw new Error(`${chip} has no ${text}`);
      return { kind: "barrier", effects };
    },
    /** What the last access must wait for in the first. */
    order: (...program: ProgramItem[]): Precedence => precedence(core, domain, program),
  };
}

const device = (purpose: "start" | "status", accessClass: "device-write" | "device-read"): Instruction => ({
  kind: "device",
  device: "engine",
  purpose,
  accessClass,
  location: undefined,
  line: undefined,
});

function precedence(core: ResolvedCore, domain: Domain, program: readonly ProgramItem[]): Precedence {
  const { programOrder } = core.architecture;
  const ordered = orderProgram(program, { programOrder, domain, writeCombining: false });
  return ordered.precedence.at(-1)![0]!;
}

describe("RISC-V CMO (unprivileged manual, Cache-Management Operations, Memory Ordering)", () => {
  const { store, load, clean, invalidate, doorbell, status, barrier, order } = programsOf("spacemit-k1");

  it("orders an operation with earlier and later accesses that overlap its line", () => {
    expect(order(store(0), clean(0))).toBe("done");
    expect(order(load(0), invalidate(0))).toBe("done");
    expect(order(invalidate(0), load(0))).toBe("done");
    expect(order(invalidate(0), store(0))).toBe("done");
  });

  it("orders it with no other access", () => {
    expect(order(store(1), clean(0))).toBe("none");
    expect(order(invalidate(0), load(1))).toBe("none");
    expect(order(clean(0), doorbell())).toBe("none");
    expect(order(status(), invalidate(0))).toBe("none");
  });

  it("takes it for a write in FENCE, on both sides", () => {
    expect(order(clean(0), barrier("fence w, o"), doorbell())).toBe("done");
    expect(order(clean(0), barrier("fence r, o"), doorbell())).toBe("none");
    expect(order(status(), barrier("fence i, w"), invalidate(0))).toBe("done");
    expect(order(status(), barrier("fence i, r"), invalidate(0))).toBe("none");
    expect(order(store(1), barrier("fence w, w"), clean(0))).toBe("done");
  });
});

describe("Cortex-M7 (generic user guide, ARM DUI 0646, 4.8.7)", () => {
  const { store, load, clean, invalidate, doorbell, status, barrier, order } = programsOf("stm32h743");

  it("needs a DSB before an operation, even for its own line", () => {
    expect(order(store(0), clean(0))).toBe("none");
    expect(order(store(0), barrier("dmb sy"), clean(0))).toBe("none");
    expect(order(store(0), barrier("dsb sy"), clean(0))).toBe("done");
    expect(order(status(), barrier("dmb sy"), invalidate(0))).toBe("none");
    expect(order(status(), barrier("dsb sy"), invalidate(0))).toBe("done");
  });

  it("needs a DSB after it", () => {
    expect(order(clean(0), doorbell())).toBe("none");
    expect(order(clean(0), barrier("dmb sy"), doorbell())).toBe("none");
    expect(order(clean(0), barrier("dsb sy"), doorbell())).toBe("done");
    expect(order(invalidate(0), barrier("dsb sy"), load(0))).toBe("done");
  });

  it("needs none between operations: one DSB completes them all", () => {
    expect(order(clean(0), clean(1), clean(2), barrier("dsb sy"), doorbell())).toBe("done");
  });
});

describe("Armv8-A (ARM DDI 0487, DC by address; ordering and completion of cache maintenance)", () => {
  const { store, load, clean, invalidate, doorbell, status, barrier, order } = programsOf("bcm2837");

  it("keeps an operation in order with accesses of its line", () => {
    expect(order(store(0), clean(0))).toBe("done");
    expect(order(invalidate(0), load(0))).toBe("done");
    expect(order(store(1), clean(0))).toBe("none");
    expect(order(invalidate(0), load(1))).toBe("none");
  });

  it("has DMB order it, and only DSB complete it", () => {
    expect(order(status(), barrier("dmb sy"), invalidate(0))).toBe("done");
    expect(order(clean(0), barrier("dmb sy"), doorbell())).toBe("issued");
    expect(order(clean(0), barrier("dsb sy"), doorbell())).toBe("done");
    // Neither LD nor ST orders maintenance.
    expect(order(clean(0), barrier("dsb st"), doorbell())).toBe("none");
  });

  it("reaches DMA with OSH or SY, as the chip's masters need, and never with ISH", () => {
    expect(order(store(0), barrier("dmb ish"), doorbell())).toBe("none");
    expect(order(store(0), barrier("dmb osh"), doorbell())).toBe("none");
    const outer = programsOf("bcm2837", "outer-shareable");
    expect(outer.order(outer.store(0), outer.barrier("dmb osh"), outer.doorbell())).toBe("done");
    expect(outer.order(outer.clean(0), outer.barrier("dsb ish"), outer.doorbell())).toBe("none");
  });
});

// thead-extension-spec, xtheadcmo and xtheadsync: th.sync orders everything; of FENCE and of accesses to the same
// line the text says nothing, so nothing is assumed.
describe("T-Head (thead-extension-spec, XTheadCmo and XTheadSync)", () => {
  const { store, load, clean, invalidate, doorbell, status, barrier, order } = programsOf("allwinner-d1");

  it("orders nothing without a sync of its own", () => {
    expect(order(store(0), clean(0))).toBe("none");
    expect(order(invalidate(0), load(0))).toBe("none");
    expect(order(store(0), barrier("fence iorw, iorw"), clean(0))).toBe("none");
    expect(order(clean(0), barrier("fence iorw, iorw"), doorbell())).toBe("none");
  });

  it("orders and completes with th.sync.s; th.sync stays within the core", () => {
    expect(order(store(0), barrier("th.sync.s"), clean(0))).toBe("done");
    expect(order(clean(0), barrier("th.sync.s"), doorbell())).toBe("done");
    expect(order(status(), barrier("th.sync.s"), invalidate(0))).toBe("done");
    expect(order(clean(0), barrier("th.sync"), doorbell())).toBe("none");
  });
});

describe("PL310 (L2C-310, ARM DDI 0246, 3.3.10 and CACHE_SYNC)", () => {
  const { clean, outerClean, sync, doorbell, barrier, order } = programsOf("zynq7000");

  it("is told of its operations in the order of the accesses to its registers", () => {
    expect(order(outerClean(0), sync())).toBe("issued");
  });

  it("has finished only when its sync has", () => {
    expect(order(outerClean(0), barrier("dsb sy"), doorbell())).toBe("issued");
    expect(order(sync(), barrier("dmb sy"), doorbell())).toBe("issued");
    expect(order(sync(), barrier("dsb sy"), doorbell())).toBe("done");
  });

  it("needs the first level to have finished before", () => {
    expect(order(clean(0), outerClean(0))).toBe("none");
    expect(order(clean(0), barrier("dmb sy"), outerClean(0))).not.toBe("done");
    expect(order(clean(0), barrier("dsb sy"), outerClean(0))).toBe("done");
  });
});

// Lines of one cell, so that a state reads as memory and what each level holds.
const level = (writePolicy: LevelRules["writePolicy"]): LevelRules => ({
  ...{ writePolicy, speculativeFill: true, takesCleanVictims: false },
});
const clean = (value: number) => ({ dirty: false, cells: [value] });
const dirty = (value: number) => ({ dirty: true, cells: [value] });
const line = (memory: number, ...levels: LineState["levels"]): LineState => ({ memory: [memory], levels, front: [] });

describe("one line", () => {
  const both = [level("write-back"), level("write-back")];

  it("takes a store in the innermost write-back level and nowhere else", () => {
    expect(storeCell(emptyLine([0], 2), 0, 1, both)).toEqual(line(0, dirty(1), undefined));
    expect(storeCell(line(0, undefined, clean(5)), 0, 1, both)).toEqual(line(0, dirty(1), clean(5)));
  });

  it("passes a store on through a write-through level, which keeps a copy only if it had one", () => {
    expect(storeCell(line(0, clean(0)), 0, 1, [level("write-through")])).toEqual(line(1, clean(1)));
    expect(storeCell(line(0, undefined), 0, 1, [level("write-through")])).toEqual(line(1, undefined));
    const mixed = [level("write-through"), level("write-back")];
    expect(storeCell(line(0, clean(0), undefined), 0, 1, mixed)).toEqual(line(0, clean(1), dirty(1)));
  });

  it("drops a read-only copy on a store", () => {
    expect(storeCell(line(0, clean(0)), 0, 1, [level("read-only")])).toEqual(line(1, undefined));
  });

  it("is written to the next level when evicted dirty, and forgotten when clean", () => {
    expect(evict(line(0, dirty(1), clean(0)), 0)).toEqual([line(0, undefined, dirty(1))]);
    expect(evict(line(0, undefined, dirty(1)), 1)).toEqual([line(1, undefined, undefined)]);
    expect(evict(line(0, clean(1), undefined), 0)).toEqual([line(0, undefined, undefined)]);
  });

  it("goes on through a next level that holds nothing dirty", () => {
    const outer = (policy: LevelRules["writePolicy"]) => [level("write-back"), level(policy)];
    expect(evict(line(0, dirty(1), clean(0)), 0, outer("write-through"))).toEqual([line(1, undefined, clean(1))]);
    expect(cleanLevel(line(0, dirty(1), clean(0)), 0, outer("read-only"))).toEqual(line(1, clean(1), undefined));
  });

  it("is filled clean from the next level that has it", () => {
    expect(fill(line(0, undefined, dirty(1)), 0)).toEqual(line(0, clean(1), dirty(1)));
    expect(fill(line(0, undefined, undefined), 0)).toEqual(line(0, clean(0), undefined));
    expect(fill(line(0, dirty(1), undefined), 0)).toEqual(line(0, dirty(1), undefined));
  });

  it("is seen by a master from its port outwards", () => {
    const state = line(0, dirty(1), clean(2));
    expect([loadCell(state, 0), dmaRead(state, 0, 0), dmaRead(state, 0, 1), dmaRead(state, 0, 2)]).toEqual([
      1, 1, 2, 0,
    ]);
    expect(dmaWrite(state, toCell(0, 9), 1)).toEqual([line(9, dirty(1), clean(9))]);
    expect(dmaWrite(state, toCell(0, 9), 2)).toEqual([line(9, dirty(1), clean(2))]);
  });

  it("is cleaned into the next level, dropped, or robbed of its mark", () => {
    expect(cleanLevel(line(0, dirty(1), undefined), 0)).toEqual(line(0, clean(1), dirty(1)));
    expect(cleanLevel(line(0, clean(1)), 0)).toEqual(line(0, clean(1)));
    expect(invalidateLevel(line(0, dirty(1)), 0)).toEqual(line(0, undefined));
    expect(discardDirtyLevel(line(0, dirty(1)), 0)).toEqual(line(0, clean(1)));
  });
});

describe("one operation", () => {
  const operation = (effect: OperationEffect, more: Partial<MaintainInstruction> = {}): MaintainInstruction => ({
    kind: "maintain",
    accessClass: "maintenance",
    location: undefined,
    line: 0,
    rules: {
      instance: "test",
      hasCompletion: false,
      byRegisters: true,
      ordering: planSubject({ chip: "stm32h743" }).core.caches[0]!.mechanism!.ordering,
    },
    effect,
    mayCleanToo: false,
    levels: [0, 1],
    front: [],
    certain: true,
    ...more,
  });

  it("cleans from the inside out and drops from the outside in", () => {
    expect(maintained(line(0, dirty(1), clean(0)), operation("clean"))).toEqual([line(1, clean(1), clean(1))]);
    const dropped = line(1, undefined, undefined);
    expect(maintained(line(0, dirty(1), clean(0)), operation("clean-and-invalidate"))).toEqual([dropped]);
    expect(maintained(line(0, clean(1), clean(1)), operation("invalidate"))).toEqual([line(0, undefined, undefined)]);
  });

  it("may clean where the manual lets an invalidate do so", () => {
    expect(maintained(line(0, dirty(1), undefined), operation("invalidate", { mayCleanToo: true }))).toEqual([
      line(0, undefined, undefined),
      line(1, undefined, undefined),
    ]);
  });

  it("may do nothing where it reaches an inner point only", () => {
    const state = line(0, dirty(1), undefined);
    expect(maintained(state, operation("clean", { certain: false }))).toContainEqual(state);
  });
});
