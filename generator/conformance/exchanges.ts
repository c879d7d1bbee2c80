// What is tried on a machine: hand-overs of a buffer in each direction, at each way in which masters are connected to memory, with
// what caches may do meanwhile at the moments at which it hurts. Each throws where a byte is not what it must be.
import type { Region, ResolvedCore } from "../model/chip.ts";
import type { FencePlan } from "../plan/operation.ts";
import type { DmaBuffer, DmaFence } from "../runtime/dma-fence.ts";
import { lineStart } from "../runtime/lines.ts";
import { otherAddresses, type SeenChip } from "../semantics/memory-map.ts";
import { levelsHolding } from "../semantics/ports.ts";
import { kindsOf } from "../verifier/fence-under-test.ts";
import { type Port, portsOf } from "../verifier/scenario.ts";
import type { CheckedMachine } from "./checked-machine.ts";

export interface Exchange {
  /** `DMA reads what the CPU stored: DMA1 in SRAM`. */
  readonly name: string;
  /** What it has caches do. */
  readonly asks: readonly ("fill" | "evict")[];
  run(machine: CheckedMachine, fence: DmaFence): void;
}

/** A byte is not what it must be. */
export class Mismatch extends Error {}

export interface ExchangeOptions {
  /** Of the largest line, where the core has one to say. */
  readonly lineBytes: number | undefined;
  /** Names of those in which buffers may be; undefined: all. */
  readonly memories: readonly string[] | undefined;
}

export function exchangesFor(
  plan: FencePlan,
  chip: SeenChip,
  core: ResolvedCore,
  { lineBytes, memories }: ExchangeOptions,
): Exchange[] {
  const isIn = (name: string) => memories?.includes(name) ?? true;
  const controllers = chip.dma
    .filter(({ name }) => plan.controllers.includes(name))
    .map((each) => ({
      ...each,
      ...{ reaches: each.reaches.filter(isIn), reads: each.reads.filter(isIn), writes: each.writes.filter(isIn) },
      ...{ mayReach: each.mayReach.filter(isIn), mayRead: each.mayRead.filter(isIn) },
    }));
  return portsOf(chip, core, controllers).flatMap((port) => {
    const others = otherAddresses(port.region, chip.regions).filter(({ name }) => isIn(name));
    const held = (region: Region) => levelsHolding(region, core).join();
    // What a cache keeps of another address, the fence is promised not to meet; machines cannot be told so.
    const kinds = kindsOf(plan);
    const isPromised =
      (kinds.includes("one-address") || (kinds.includes("address-handed-over") && held(port.region) === "")) &&
      others.some((other) => held(other) !== held(port.region));
    return isPromised ? [] : exchangesAt(port, plan, lineBytes, others);
  });
}

function exchangesAt(
  port: Port,
  plan: FencePlan,
  lineBytes: number | undefined,
  otherRegions: readonly Region[],
): Exchange[] {
  const { region, writes } = port;
  const [master = ""] = port.controllers;
  const line = Math.max(lineBytes ?? 0, plan.bufferAlignmentBytes, plan.lineBytes ?? 32);
  const kinds = kindsOf(plan);
  const room = region.sizeBytes >= BigInt(16 * line) ? BigInt(4 * line) : 0n;
  const base = lineStart(region.base + BigInt(line - 1), line) + room;
  const whole: DmaBuffer = { address: base, lengthBytes: 3 * line };
  const mayShare = !kinds.includes("every-buffer-fills-its-lines");
  const exchange = (name: string, run: Exchange["run"], ...asks: Exchange["asks"]): Exchange => ({
    ...{ name: `${name}: ${master} in ${region.name}`, asks, run },
  });
  const eachLine = ({ address, lengthBytes }: DmaBuffer, act: ((address: bigint) => void) | undefined) => {
    for (let at = 0; at < lengthBytes; at += line) act?.(address + BigInt(at));
  };
  const sends = (buffer: DmaBuffer): Exchange["run"] => {
    const besides = neighbours(buffer, line);
    return (machine, fence) => {
      for (const beside of besides) store(machine, beside, 90);
      store(machine, buffer, 10);
      fence.release(buffer);
      expectRead(machine, buffer, 10, master);
      // Beside a buffer that DMA only reads, anybody may store meanwhile.
      for (const beside of besides) store(machine, beside, 60);
      fence.acquire(buffer);
      for (const beside of besides) expectLoaded(machine, beside, 60);
      store(machine, buffer, 40);
      fence.release(buffer);
      expectRead(machine, buffer, 40, master);
    };
  };
  const sent = [
    exchange("DMA reads what the CPU stored", sends(whole)),
    exchange("DMA reads one byte, and nothing of an empty buffer", (machine, fence) => {
      const empty = { address: base + 3n, lengthBytes: 0 };
      store(machine, { address: base, lengthBytes: line }, 20);
      fence.release(empty);
      fence.acquire(empty);
      sends({ address: base, lengthBytes: 1 })(machine, fence);
    }),
    ...(mayShare ? [exchange("a buffer that shares lines", sends({ address: base + 5n, lengthBytes: 2 * line }))] : []),
  ];
  if (!writes) return sent;

  const receives =
    (moments: { readonly fill?: boolean; readonly evict?: boolean }, dirty: boolean): Exchange["run"] =>
    (machine, fence) => {
      for (const round of [0, 1]) {
        const data = pattern(whole, 30 + 60 * round);
        if (dirty) store(machine, whole, 50);
        else machine.load(whole.address, whole.lengthBytes);
        fence.release(whole);
        if (moments.fill) eachLine(whole, machine.fill?.bind(machine));
        const short = round === 1 && dirty ? whole.lengthBytes - line - 2 : whole.lengthBytes;
        machine.dmaWrite(whole.address, data.slice(0, short), master);
        if (moments.evict) eachLine(whole, machine.evict?.bind(machine));
        fence.acquire(whole);
        expectLoadedBytes(machine, whole, [...data.slice(0, short), ...pattern(whole, 50).slice(short)]);
      }
    };
  const turns: Exchange["run"] = (machine, fence) => {
    store(machine, whole, 10);
    fence.release(whole);
    expectRead(machine, whole, 10, master);
    machine.dmaWrite(whole.address, pattern(whole, 60), master);
    fence.acquire(whole);
    expectLoaded(machine, whole, 60);
  };
  const received = [
    exchange("the CPU loads what DMA wrote, over what it had stored", receives({}, true)),
    exchange("the CPU loads what DMA wrote, over what it had loaded", receives({}, false)),
    exchange("a line is fetched before DMA writes to it", receives({ fill: true }, true), "fill"),
    exchange("a line is given up when DMA has written to it", receives({ evict: true }, true), "evict"),
    exchange("DMA reads, then writes", turns),
    ...(mayShare ? [exchange("beside a buffer that DMA writes to", besides(whole, line, master))] : []),
  ];
  const elsewhere = kinds.includes("one-address") ? [] : otherRegions;
  return [...sent, ...received, ...elsewhere.map((other) => exchange(...moved(whole, port, other)))];
}

/** Data in the lines before and behind a buffer that DMA writes to, which shares none, and which nobody touches meanwhile. */
function besides(buffer: DmaBuffer, line: number, master: string): Exchange["run"] {
  const besides = neighbours(buffer, line);
  return (machine, fence) => {
    for (const beside of besides) store(machine, beside, 90);
    fence.release(buffer);
    machine.dmaWrite(buffer.address, pattern(buffer, 30), master);
    fence.acquire(buffer);
    for (const beside of besides) expectLoaded(machine, beside, 90);
  };
}

/** The CPU stores at another address of the memory, and goes over to the buffer's as fences demand it. */
function moved(buffer: DmaBuffer, { region, controllers }: Port, other: Region): [string, Exchange["run"]] {
  const there = { ...buffer, address: buffer.address - region.base + other.base };
  return [
    `memory that is at ${other.name} as well`,
    (machine, fence) => {
      store(machine, there, 70);
      fence.release(there);
      fence.acquire(buffer);
      expectLoaded(machine, buffer, 70);
      fence.release(buffer);
      expectRead(machine, buffer, 70, controllers[0]!);
    },
  ];
}

/** What lies in the first and the last line of a buffer beside it, or, where it fills them, in the lines next to those. */
function neighbours({ address, lengthBytes }: DmaBuffer, line: number): [DmaBuffer, DmaBuffer] {
  const end = address + BigInt(lengthBytes);
  const before = Number(address % BigInt(line)) || line;
  const behind = line - (Number(end % BigInt(line)) || 0);
  return [
    { address: address - BigInt(before), lengthBytes: before },
    { address: end, lengthBytes: behind },
  ];
}

/** Bytes of which neighbouring ones differ, and those of two patterns. */
function pattern({ lengthBytes }: DmaBuffer, from: number): number[] {
  return Array.from({ length: lengthBytes }, (_, index) => from + (index % 29));
}

/** The bytes that the CPU accesses: the first, the last, and those at both sides of some ends of lines. */
function pieces({ lengthBytes }: DmaBuffer): { readonly at: number; readonly bytes: number }[] {
  const third = Math.floor(lengthBytes / 3);
  const inside = [third - 1, 2 * third - 1].flatMap((at) => (at > 0 && at + 2 < lengthBytes ? [{ at, bytes: 2 }] : []));
  const last = lengthBytes - 1;
  return [{ at: 0, bytes: 1 }, ...inside, ...(last > 0 ? [{ at: last, bytes: 1 }] : [])];
}

function store(machine: CheckedMachine, buffer: DmaBuffer, from: number): void {
  const all = pattern(buffer, from);
  for (const { at, bytes } of pieces(buffer)) machine.store(buffer.address + BigInt(at), all.slice(at, at + bytes));
}

function expectLoaded(machine: CheckedMachine, buffer: DmaBuffer, from: number): void {
  expectLoadedBytes(machine, buffer, pattern(buffer, from));
}

function expectLoadedBytes(machine: CheckedMachine, buffer: DmaBuffer, all: readonly number[]): void {
  for (const { at, bytes } of pieces(buffer)) {
    const found = machine.load(buffer.address + BigInt(at), bytes);
    for (let index = 0; index < bytes; index++)
      expectByte("the CPU loads", found[index], all[at + index]!, buffer.address + BigInt(at + index));
  }
}

function expectRead(machine: CheckedMachine, buffer: DmaBuffer, from: number, master: string): void {
  const all = pattern(buffer, from);
  const found = machine.dmaRead(buffer.address, buffer.lengthBytes, master);
  for (const { at, bytes } of pieces(buffer))
    for (let index = at; index < at + bytes; index++)
      expectByte("DMA reads", found[index], all[index]!, buffer.address + BigInt(index));
}

function expectByte(who: string, found: number | undefined, expected: number, address: bigint): void {
  if (found !== expected) throw new Mismatch(`${who} ${found} at 0x${address.toString(16)}, not ${expected}`);
}
