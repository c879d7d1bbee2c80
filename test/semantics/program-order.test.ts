// Which of two accesses must wait for the other, and until when.
import { describe, expect, it } from "vitest";
import type { AccessClass, Barrier, ProgramOrder } from "../../generator/model/chip.ts";
import { deviceAccess, type Instruction, type ProgramItem } from "../../generator/semantics/instruction.ts";
import {
  isKeptByArchitecture,
  mustComplete,
  type OrderRules,
  orderProgram,
  type Precedence,
  precedenceOf,
} from "../../generator/semantics/program-order.ts";
import { accessClasses, full, near, stores, wait } from "../support/barriers.ts";
import { complete, device, load, maintain, store } from "../support/instructions.ts";

const nothingKept: OrderRules = { programOrder: [], domain: "full-system", writeCombining: false };
const fence = (...effects: readonly Barrier[]): ProgramItem => ({ kind: "barrier", effects });
const words = (device: string) => deviceAccess(device, "read", "status", "status word");

describe("without a barrier", () => {
  it.each<[string, Instruction, Instruction, Precedence]>([
    ["accesses of different addresses are free", store(0), store(1), "none"],
    ["and those of different cells of a line", store(0, 0), store(0, 1), "none"],
    ["a store keeps behind a store of its address", store(0), store(0), "done"],
    ["a store keeps behind a load of its address", load(0), store(0), "done"],
    ["a load keeps behind a load of its address", load(0), load(0), "done"],
    ["a load passes a store of its address, whose value it takes", store(0), load(0), "none"],
    ["a device's word in memory is an address too", words("a"), words("b"), "done"],
    ["one device's registers keep their order", device("dma", "device-read"), device("dma"), "issued"],
    ["two devices' do not", device("dma"), device("uart"), "none"],
    [
      "instructions that barriers see as such accesses are none",
      maintain(0, { accessClass: "device-write", byRegisters: false }),
      maintain(1, { accessClass: "device-write", byRegisters: false }),
      "none",
    ],
    [
      "one controller's operations by registers do",
      maintain(0, { accessClass: "device-write" }),
      maintain(1, { accessClass: "device-write" }),
      "issued",
    ],
    [
      "two controllers' do not",
      maintain(0, { accessClass: "device-write" }),
      maintain(1, { accessClass: "device-write", instance: "other" }),
      "none",
    ],
    ["nor those that are no registers", maintain(0), maintain(1), "none"],
    [
      "a poll has waited for its controller's operations",
      maintain(0, { accessClass: "device-write" }),
      complete("device-read"),
      "done",
    ],
    [
      "a write to its controller has not",
      maintain(0, { accessClass: "device-write" }),
      complete("device-write"),
      "issued",
    ],
    [
      "nor does another read of the controller wait",
      maintain(0, { accessClass: "device-write", instance: "dma" }),
      device("dma", "device-read"),
      "issued",
    ],
  ])("%s", (_, earlier, later, expected) => {
    expect(precedenceOf(earlier, [], later, nothingKept)).toBe(expected);
  });
});

describe("an operation on a line of other accesses", () => {
  const after = { afterEarlierSameLine: true };
  const before = { beforeLaterSameLine: true };

  it.each<[string, Instruction, Instruction, Precedence]>([
    ["nothing stated, nothing ordered", store(0), maintain(0), "none"],
    ["nor the other way", maintain(0), load(0), "none"],
    ["waits for a store of its line", store(0, 1), maintain(0, after), "done"],
    ["waits for a load of its line", load(0), maintain(0, after), "done"],
    ["and not for one of another line", store(1), maintain(0, after), "none"],
    ["waits for its own mechanism's operation there", maintain(0), maintain(0, after), "done"],
    ["and for no other mechanism's", maintain(0, { instance: "other" }), maintain(0, after), "none"],
    ["makes a load of its line wait until it is done", maintain(0, before), load(0, 1), "done"],
    ["and none of another line", maintain(0, before), load(1), "none"],
    ["the earlier side says nothing of the later one", maintain(0, after), load(0), "none"],
    ["the later side says nothing of the earlier one", store(0), maintain(0, before), "none"],
  ])("%s", (_, earlier, later, expected) => {
    expect(precedenceOf(earlier, [], later, nothingKept)).toBe(expected);
  });

  it("is no matter of lines where an access has none", () => {
    const everywhere = complete("maintenance", after);
    expect(precedenceOf(device("dma"), [], { ...maintain(0, after), line: undefined }, nothingKept)).toBe("none");
    expect(precedenceOf(store(0), [], everywhere, nothingKept)).toBe("none");
  });
});

describe("across a barrier", () => {
  const strict = { earlierMustComplete: true };
  const atOnce = { doneWhen: "ordered" } as const;

  it.each<[string, Instruction, Barrier, Instruction, Precedence]>([
    ["what it orders is ordered, and a store is done when it is issued", store(0), full, load(1), "done"],
    ["what it does not know is not", load(0), stores, store(1), "none"],
    ["nor for observers that it does not reach", store(0), near, store(1), "none"],
    ["nor an operation that it does not name", store(0), full, maintain(1), "none"],
    ["an operation at work is only issued after a barrier that orders", maintain(0), ordering(), load(1), "issued"],
    ["and done after one that completes", maintain(0), wait, load(1), "done"],
    [
      "and not where its mechanism has a completion of its own",
      maintain(0, { hasCompletion: true }),
      wait,
      load(1),
      "issued",
    ],
    ["one that is done when it is issued is done", maintain(0, atOnce), ordering(), load(1), "done"],
    ["a completion that was written is on its way", complete("device-write"), full, load(1), "issued"],
    ["until a barrier completes it", complete("device-write", { hasCompletion: true }), wait, load(1), "done"],
    ["a completion that polled is over", complete("device-read"), full, load(1), "done"],
    ["a strict operation does not wait for mere order", store(0), ordering(), maintain(1, strict), "none"],
    ["but for completion", store(0), wait, maintain(1, strict), "done"],
  ])("%s", (_, earlier, barrier, later, expected) => {
    expect(precedenceOf(earlier, [fence(barrier)], later, nothingKept)).toBe(expected);
  });

  /** Orders everything and completes nothing. */
  function ordering(): Barrier {
    return { ...wait, completes: [] };
  }

  it("the strongest of several counts, and an access between them is no barrier", () => {
    const between = [fence(wait), store(3), fence(ordering())];
    expect(precedenceOf(maintain(0), between, load(1), nothingKept)).toBe("done");
    expect(precedenceOf(maintain(0), [store(3)], load(1), nothingKept)).toBe("none");
  });

  it("an instruction with two rows orders what either does, and nothing across them", () => {
    const loads: Barrier = { ...stores, earlier: ["read"], later: ["read", "write"] };
    const tso = fence(stores, loads);
    const across = (earlier: Instruction, later: Instruction) => precedenceOf(earlier, [tso], later, nothingKept);
    expect([across(store(0), store(1)), across(load(0), store(1)), across(store(0), load(1))]).toEqual([
      ...["done", "done", "none"],
    ]);
  });

  it("must complete where order is not enough: for a strict operation, or an access that is done later", () => {
    expect(mustComplete(store(0), maintain(0, strict))).toBe(true);
    expect(mustComplete(maintain(0), load(0))).toBe(true);
    expect(mustComplete(complete("device-write"), load(0))).toBe(true);
    expect(mustComplete(complete("device-read"), load(0))).toBe(false);
    expect(mustComplete(store(0), maintain(0))).toBe(false);
  });
});

describe("a program", () => {
  it("is its accesses, each with what it waits for; a barrier counts between those around it only", () => {
    const program = [store(0), store(1), fence(full), load(2), store(3)];
    const { accesses, precedence } = orderProgram(program, nothingKept);
    expect(accesses).toEqual([store(0), store(1), load(2), store(3)]);
    expect(precedence).toEqual([[], ["none"], ["done", "done"], ["done", "done", "none"]]);
  });
});

describe("what the architecture keeps in order by itself", () => {
  const programOrder: readonly ProgramOrder[] = [
    { earlier: ["read"], later: accessClasses, notForWriteCombining: false, of: undefined, sources: [] },
    { earlier: ["write"], later: ["device-write"], notForWriteCombining: true, of: undefined, sources: [] },
  ];

  it.each<[AccessClass, AccessClass, boolean, boolean]>([
    ["read", "device-write", false, true],
    ["read", "device-write", true, true],
    ["write", "device-write", false, true],
    ["write", "device-write", true, false],
    ["write", "read", false, false],
  ])("%s before %s, write-combining %s: %s", (earlier, later, writeCombining, kept) => {
    expect(isKeptByArchitecture(earlier, later, { programOrder, writeCombining })).toBe(kept);
  });

  it("holds the later one until the earlier one is issued, without a barrier", () => {
    const rules = { ...nothingKept, programOrder };
    expect(precedenceOf(load(0), [], store(1), rules)).toBe("issued");
    expect(precedenceOf(store(0), [], device("dma"), { ...rules, writeCombining: true })).toBe("none");
  });
});
