// A schedule is short to read: accesses to neighbouring bytes with nothing in between are one line, and others are not.
import { expect, it } from "vitest";
import { eventTable } from "../../generator/simulator/trace/event-table.ts";
import type { MachineEvent } from "../../generator/simulator/trace/events.ts";
import { rowsOf, wordsOfRow } from "../../generator/simulator/trace/rows.ts";

const at = (index: number) => 0x100n + BigInt(index);
const load = (index: number, value = index, isEarly = false): MachineEvent => ({
  ...{ time: 1, agent: "CPU", kind: "load", address: at(index), value, isEarly },
});
const store = (index: number, kind: "store" | "store-called" = "store"): MachineEvent => ({
  ...{ time: 1, agent: "CPU", kind, address: at(index), value: index },
});
const dma = (kind: "dma-read" | "dma-write", index: number, master = "ETH"): MachineEvent => ({
  ...{ time: 1, agent: "DMA", master, kind, address: at(index), value: index },
});
const barrier: MachineEvent = { time: 1, agent: "CPU", kind: "barrier", text: "dsb" };
const told = (...events: readonly MachineEvent[]) => rowsOf(events).map(wordsOfRow);

it("neighbouring bytes of one kind are one line, in whatever order they came", () => {
  expect(told(load(0), load(1), load(2))).toEqual(["load 3 bytes at 0x100 gives 0, 1, 2"]);
  expect(told(...[2, 3, 0, 1].map((index) => dma("dma-read", index)))).toEqual([
    "ETH reads 0, 1, 2, 3 from 4 bytes at 0x100",
  ]);
  expect(told(dma("dma-write", 0), dma("dma-write", 1))).toEqual(["ETH writes 0, 1 to 2 bytes at 0x100"]);
  expect(told(store(0), store(1), store(0, "store-called"), store(1, "store-called"))).toEqual([
    "store 0, 1 to 2 bytes at 0x100",
    "store 0, 1 to 2 bytes at 0x100, pending",
  ]);
  expect(told(...Array.from({ length: 20 }, (_, index) => load(index, 7)))).toEqual([
    "load 20 bytes at 0x100 gives 7, 7, 7, 7, 7, 7, 7, 7, …",
  ]);
});

it("what is elsewhere keeps its place: a flag that is written last is last", () => {
  const write = (index: number) => dma("dma-write", index);
  expect(told(write(41), write(40), write(0))).toEqual([
    "ETH writes 40, 41 to 2 bytes at 0x128",
    "ETH writes 0 to 0x100",
  ]);
  expect(told(write(40), write(0), write(41))).toEqual(
    [40, 0, 41].map((index) => `ETH writes ${index} to 0x${at(index).toString(16)}`),
  );
});

it("others stay apart: with something in between, elsewhere, once more, early, or by another", () => {
  expect(told(load(0), barrier, load(1))).toHaveLength(3);
  expect(told(load(0), load(8))).toHaveLength(2);
  expect(told(load(0, 1), load(0, 2))).toEqual(["load 0x100 gives 1", "load 0x100 gives 2"]);
  expect(told(load(0), load(1, 1, true))).toEqual(["load 0x100 gives 0", "load 0x101 gives 1, performed early"]);
  expect(told(dma("dma-read", 0), dma("dma-read", 1, "USB"), dma("dma-write", 2))).toHaveLength(3);
});

it("the table has each row in the column of who did it", () => {
  expect(eventTable([barrier, dma("dma-read", 0), dma("dma-read", 1), store(0, "store-called")])).toBe(
    "CPU  cache  DMA\ndsb\n            ETH reads 0, 1 from 2 bytes at 0x100",
  );
});
