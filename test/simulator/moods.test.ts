// How soon the default seeds find mistakes that have been made: each within the first 20, and how often among 200. What is right
// fails under none.
import { describe, expect, it } from "vitest";
import type { DmaBuffer, DmaFence, DmaFenceClass, ResolvedChip } from "../../generator/index.ts";
import { SimulatedMachine } from "../../generator/index.ts";
import { moodOf } from "../../generator/simulator/schedule/mood.ts";
import { Nrf52840DmaFence } from "../../out/typescript/nrf52840.ts";
import { QemuRv64VirtDmaFence } from "../../out/typescript/qemu-rv64-virt.ts";
import { Stm32h743DmaFence } from "../../out/typescript/stm32h743.ts";
import { planOf } from "../support/pipeline.ts";

type Call = "release" | "acquire";
type Driver = (machine: SimulatedMachine, fence: DmaFence, master: string) => void;
/** Whether an access of a fence is left out. @param index counted from the call of its method */
type LeftOut = (call: Call, access: string, index: number) => boolean;

/** The fence with some of its accesses left out. */
function fenceWithout(machine: SimulatedMachine, Fence: DmaFenceClass, isLeftOut: LeftOut): DmaFence {
  let call: Call = "release";
  let index = 0;
  const partly = new Proxy(machine, {
    get: (target, name: keyof SimulatedMachine & string) => {
      const method: unknown = target[name];
      if (typeof method !== "function") return method;
      return (...args: unknown[]) => (isLeftOut(call, name, index++) ? undefined : method.apply(target, args));
    },
  });
  const fence = new Fence(partly);
  const method = (name: Call) => (buffer: DmaBuffer) => {
    [call, index] = [name, 0];
    fence[name](buffer);
  };
  return { release: method("release"), acquire: method("acquire") };
}

function transfer(machine: SimulatedMachine, master: string, what: Parameters<typeof start>[1]): void {
  start(machine.engine(master), what);
  while (!machine.engine(master).isDone()) machine.wait();
}

function start(engine: ReturnType<SimulatedMachine["engine"]>, what: Parameters<typeof engine.start>[0]): void {
  engine.start(what);
}

/** Sends four bytes, and receives four into the same buffer. */
const exchange =
  (address: bigint): Driver =>
  (machine, fence, master) => {
    const buffer = { address, lengthBytes: 4 };
    machine.store(address, [1, 2, 3, 4]);
    fence.release(buffer);
    transfer(machine, master, { read: buffer });
    fence.acquire(buffer);
    expect([...machine.engine(master).received]).toEqual([1, 2, 3, 4]);
    fence.release(buffer);
    transfer(machine, master, { write: { buffer, data: Uint8Array.of(5, 6, 7, 8) } });
    fence.acquire(buffer);
    expect([...machine.load(address, 4)]).toEqual([5, 6, 7, 8]);
  };

/** Fills in a second descriptor while the device still has the first. */
const twoDescriptors =
  (apartBytes: bigint): Driver =>
  (machine, fence, master) => {
    const base = 0x2400_0000n;
    const engine = machine.engine(master);
    const pair = [0n, 1n].map((index) => ({
      descriptor: { address: base + index * apartBytes, lengthBytes: 16 },
      data: { address: base + 0x100n * (index + 1n), lengthBytes: 4 },
    }));
    for (const [index, { descriptor, data }] of pair.entries()) {
      machine.store(descriptor.address, new Uint8Array(Uint32Array.of(Number(data.address), 4, 1, 0).buffer));
      fence.release(data);
      fence.release(descriptor);
      if (index === 0) engine.startDescriptor(descriptor.address, Uint8Array.of(1, 2, 3, 4));
    }
    while (!engine.isDone()) machine.wait();
    const [{ descriptor }] = pair as [(typeof pair)[number]];
    fence.acquire(descriptor);
    expect(machine.load(descriptor.address + 12n, 1)[0]).toBe(1);
  };

/** Receives while a neighbour has data in the cache. */
const besideNeighbour =
  (isWholeCache: boolean): Driver =>
  (machine, fence, master) => {
    const buffer = { address: 0x2400_0000n, lengthBytes: 4 };
    const neighbour = 0x2400_0100n;
    fence.release(buffer);
    machine.store(neighbour, [9, 9, 9, 9]);
    transfer(machine, master, { write: { buffer, data: Uint8Array.of(5, 6, 7, 8) } });
    if (isWholeCache) {
      // DCIMVAC for every line that there is.
      machine.barrier({ instruction: "dsb sy" });
      for (const line of [buffer.address, neighbour]) machine.writeRegister(0xe000_ef5cn, line, 32);
      machine.barrier({ instruction: "dsb sy" });
    } else fence.acquire(buffer);
    expect([...machine.load(buffer.address, 4)]).toEqual([5, 6, 7, 8]);
    expect([...machine.load(neighbour, 4)]).toEqual([9, 9, 9, 9]);
  };

/** Sends, and takes back a buffer of its own each time that it looks whether the engine is done: soon there is a barrier. */
const sendingBesideBarriers =
  (address: bigint, lengthBytes: number): Driver =>
  (machine, fence, master) => {
    const buffer = { address, lengthBytes };
    const sent = Uint8Array.from({ length: lengthBytes }, (_, index) => index * 3 + 1);
    machine.store(address, sent);
    fence.release(buffer);
    const engine = machine.engine(master);
    engine.start({ read: buffer });
    for (;;) {
      fence.acquire({ address: address + 0x400n, lengthBytes: 4 });
      if (engine.isDone()) break;
      machine.wait();
    }
    expect(engine.received).toEqual([...sent]);
  };

interface Subject {
  readonly chip: ResolvedChip;
  readonly Fence: DmaFenceClass;
  readonly master: string;
}
const subject = (id: string, Fence: DmaFenceClass, master: string): Subject => ({
  chip: planOf(id).planned!.chip,
  Fence,
  master,
});
const nrf = subject("nrf52840", Nrf52840DmaFence, Nrf52840DmaFence.masters[0]);
const rv64 = subject("qemu-rv64-virt", QemuRv64VirtDmaFence, QemuRv64VirtDmaFence.masters[0]);
const h743 = subject("stm32h743", Stm32h743DmaFence, "Ethernet");
const tcm = { ...h743, master: "MDMA" };

const onNrf = exchange(0x2000_0100n);
const onRv64 = exchange(0x8000_0100n);
const onH743 = exchange(0x2400_0100n);

function failing({ chip, Fence, master }: Subject, driver: Driver, isLeftOut: LeftOut, seeds: number): number[] {
  return Array.from({ length: seeds }, (_, index) => index + 1).filter((seed) => {
    const machine = new SimulatedMachine(chip, { seed });
    try {
      driver(machine, fenceWithout(machine, Fence, isLeftOut), master);
      return false;
    } catch {
      return true;
    }
  });
}

const nothing: LeftOut = () => false;
const allOf =
  (left: Call): LeftOut =>
  (call) =>
    call === left;

describe("what is right", () => {
  it.each<[string, Subject, Driver]>([
    ["an exchange on an nRF52840", nrf, onNrf],
    ["an exchange on a RISC-V without caches", rv64, onRv64],
    ["an exchange on a Cortex-M7", h743, onH743],
    ["sending beside barriers", nrf, sendingBesideBarriers(0x2000_1000n, 64)],
    ["two descriptors in lines of their own", h743, twoDescriptors(64n)],
    ["a neighbour with data in the cache", h743, besideNeighbour(false)],
  ])("%s fails under no seed", (_, on, driver) => {
    expect(failing(on, driver, nothing, 480)).toEqual([]);
  });
});

describe("a mistake", () => {
  // Failures among the first 20 seeds, and among the 200 that are tried by default.
  it.each<[string, Subject, Driver, LeftOut, [number, number]]>([
    ["no acquire on an nRF52840", nrf, onNrf, allOf("acquire"), [18, 179]],
    ["no acquire on a RISC-V without caches", rv64, onRv64, allOf("acquire"), [18, 182]],
    ["no release on an nRF52840", nrf, onNrf, allOf("release"), [9, 93]],
    [
      "acquire without its leading barrier",
      h743,
      onH743,
      (call, access, index) => call === "acquire" && access === "barrier" && index === 0,
      [3, 29],
    ],
    ["no invalidate", h743, onH743, (call, access) => call === "acquire" && access === "writeRegister", [13, 136]],
    ["no clean", h743, onH743, (call, access) => call === "release" && access === "writeRegister", [13, 136]],
    ["no fence", h743, onH743, () => true, [20, 194]],
    ["two descriptors in one line", h743, twoDescriptors(16n), nothing, [3, 33]],
    ["no release of a byte before a barrier", nrf, sendingBesideBarriers(0x2000_1000n, 1), allOf("release"), [3, 18]],
    ["no release of more before a barrier", nrf, sendingBesideBarriers(0x2000_1000n, 64), allOf("release"), [6, 26]],
    ["no release before a barrier, in a TCM", tcm, sendingBesideBarriers(0x2000_0000n, 16), allOf("release"), [5, 39]],
    ["an invalidate of the whole cache", h743, besideNeighbour(true), nothing, [16, 162]],
  ])("%s fails soon", (_, on, driver, isLeftOut, rates) => {
    const failed = failing(on, driver, isLeftOut, 200);
    expect([failed.filter((seed) => seed <= 20).length, failed.length]).toEqual(rates);
    expect(rates[0]).toBeGreaterThan(0);
  });
});

it("has every character among 24 seeds, also of those below 0", () => {
  const characters = (from: number) =>
    new Set(Array.from({ length: 24 }, (_, index) => JSON.stringify(moodOf(from + index))));
  expect(characters(1).size).toBe(24);
  expect(characters(-50)).toEqual(characters(1));
});
