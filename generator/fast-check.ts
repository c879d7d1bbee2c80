// Arbitraries for fast-check, `fencegen/fast-check`: buffers and transfers of a chip, wherever a master reaches.
import fc from "fast-check";
import { requireKnown } from "./program/require-known.ts";
import type { DmaBuffer } from "./runtime/dma-fence.ts";
import type { DmaFenceClass } from "./runtime/dma-fence-class.ts";
import { reachOf } from "./runtime/reach.ts";
import type { Transfer } from "./simulator/engines/simulated-dma-engine.ts";

/** Which buffers are made. */
export interface BufferOptions<Master extends string> {
  /** Masters for which they are; left out, all those for which the fence is right. */
  readonly masters?: readonly Master[];
  /** Names of the memories in which they lie; left out, all that a master is known to reach. */
  readonly memories?: readonly string[];
  /** Length of the longest; 96 where left out. */
  readonly mostBytes?: number;
  /** whole: only buffers that share no line. any, where left out: as well such that begin or end within one. */
  readonly lines?: "any" | "whole";
}

/** A transfer, and the master that makes it. */
export interface MasterTransfer<Master extends string> {
  readonly master: Master;
  /** As `engine(master).start` takes it. */
  readonly transfer: Transfer;
}

/**
 * Buffers that a master is known to read or to write: in each of the memories, at their first and last bytes as elsewhere, in whole lines and across
 * them. Shrinks to one short buffer at the beginning of the first memory.
 * @throws {RangeError} where there are none
 */
export function dmaBuffer<Master extends string>(
  Fence: DmaFenceClass<Master>,
  access: "read" | "write",
  options: BufferOptions<NoInfer<Master>> = {},
): fc.Arbitrary<{ readonly master: Master; readonly buffer: DmaBuffer }> {
  const places = placesOf(Fence, access, options);
  if (places.length === 0) throw new RangeError(`${Fence.reach.chip}: no such master ${access}s any such memory`);
  return fc
    .constantFrom(...places)
    .chain(({ master, first, last }) =>
      bufferWithin(first, last, Fence.bufferAlignmentBytes, options).map((buffer) => ({ master, buffer })),
    );
}

/**
 * Transfers of a chip's masters: out of memory, into it, short ones included, and from memory to memory, then between buffers that share no line.
 * @throws {RangeError} where there are none
 * @example
 * import fc from "fast-check";
 * import { Stm32h743DmaFence } from "fencegen/chips/stm32h743";
 * import { dmaTransfer } from "fencegen/fast-check";
 *
 * fc.assert(
 *   fc.property(dmaTransfer(Stm32h743DmaFence, { masters: ["BDMA"] }), ({ transfer }) => {
 *     console.log(transfer.read ?? transfer.write);
 *   }),
 * );
 */
export function dmaTransfer<Master extends string>(
  Fence: DmaFenceClass<Master>,
  options: BufferOptions<NoInfer<Master>> = {},
): fc.Arbitrary<MasterTransfer<Master>> {
  const { masters = Fence.masters } = options;
  const able = (access: "read" | "write") =>
    masters.filter((master) => placesOf(Fence, access, { ...options, masters: [master] }).length > 0);
  const [readers, writers] = [able("read"), able("write")];
  const copiers = readers.filter((master) => writers.includes(master));
  const reads = () =>
    dmaBuffer(Fence, "read", options).map(({ master, buffer }) => ({ master, transfer: { read: buffer } }));
  const writes = () =>
    dmaBuffer(Fence, "write", options).chain(({ master, buffer }) =>
      writeTo(buffer).map((write) => ({ master, transfer: { write } })),
    );
  const copies = () =>
    dmaBuffer(Fence, "write", { ...options, masters: copiers }).chain(({ master, buffer }) =>
      fc
        .tuple(
          dmaBuffer(Fence, "read", { ...options, masters: [master] }).filter(
            ({ buffer: read }) => !shareLine(read, buffer, Fence.bufferAlignmentBytes),
          ),
          writeTo(buffer, true),
        )
        .map(([{ buffer: read }, write]) => ({ master, transfer: { read, write } })),
    );
  const kinds: fc.Arbitrary<MasterTransfer<Master>>[] = [
    ...(readers.length > 0 ? [reads()] : []),
    ...(writers.length > 0 ? [writes()] : []),
    ...(copiers.length > 0 ? [copies()] : []),
  ];
  if (kinds.length === 0) throw new RangeError(`${Fence.reach.chip}: no such master reaches any such memory`);
  return fc.oneof(...kinds);
}

const optionNames = Object.keys({
  masters: true,
  memories: true,
  mostBytes: true,
  lines: true,
} satisfies Record<keyof BufferOptions<string>, true>);

/** The memories that masters reach; of overlapping ones, each by its own name. */
function placesOf<Master extends string>(
  { reach, masters: all }: DmaFenceClass<Master>,
  access: "read" | "write",
  options: BufferOptions<Master>,
): { readonly master: Master; readonly first: bigint; readonly last: bigint }[] {
  requireKnown("a buffer", options, optionNames);
  const { masters = all, memories = Object.keys(reach.regions) } = options;
  const unknown = memories.find((name) => !Object.hasOwn(reach.regions, name));
  if (unknown !== undefined)
    throw new RangeError(`${reach.chip} has no memory ${unknown}; it has ${Object.keys(reach.regions).join(", ")}`);
  return memories.flatMap((name) => {
    const [first, last] = reach.regions[name]!;
    return masters.flatMap((master) =>
      reachOf(reach, master, access, { address: first, lengthBytes: 1 }) === "yes" ? [{ master, first, last }] : [],
    );
  });
}

function bufferWithin(
  first: bigint,
  last: bigint,
  alignmentBytes: number,
  { mostBytes = 96, lines = "any" }: BufferOptions<string>,
): fc.Arbitrary<DmaBuffer> {
  if (!Number.isSafeInteger(mostBytes) || mostBytes < 1)
    throw new RangeError(`mostBytes: ${mostBytes} is no whole number from 1 on`);
  const alignment = BigInt(alignmentBytes);
  const begin = ((first + alignment - 1n) / alignment) * alignment;
  const wholeLines = (last + 1n - begin) / alignment;
  const fitting = BigInt(Math.floor(mostBytes / alignmentBytes));
  const mostLines = fitting < wholeLines ? fitting : wholeLines;
  if (lines === "whole" && mostLines < 1n)
    throw new RangeError(`mostBytes: ${mostBytes} is less than a line, of ${alignmentBytes} bytes`);
  const whole = () =>
    fc.bigInt({ min: 1n, max: mostLines }).chain((count) =>
      fc.bigInt({ min: 0n, max: wholeLines - count }).map((line) => ({
        address: begin + line * alignment,
        lengthBytes: Number(count * alignment),
      })),
    );
  const size = last + 1n - first;
  const any = () =>
    fc
      .integer({ min: 1, max: size < BigInt(mostBytes) ? Number(size) : mostBytes })
      .chain((lengthBytes) =>
        fc.bigInt({ min: first, max: last + 1n - BigInt(lengthBytes) }).map((address) => ({ address, lengthBytes })),
      );
  if (lines === "whole") return whole();
  return mostLines < 1n ? any() : fc.oneof(any(), whole());
}

/** @param isFull whether the transfer is as long as the buffer */
function writeTo(buffer: DmaBuffer, isFull = false): fc.Arbitrary<NonNullable<Transfer["write"]>> {
  const { lengthBytes } = buffer;
  const least = isFull ? lengthBytes : 1;
  return fc.uint8Array({ minLength: least, maxLength: lengthBytes }).map((data) => ({ buffer, data }));
}

function shareLine(one: DmaBuffer, other: DmaBuffer, alignmentBytes: number): boolean {
  const alignment = BigInt(alignmentBytes);
  const firstOf = ({ address }: DmaBuffer) => address / alignment;
  const lastOf = ({ address, lengthBytes }: DmaBuffer) => (address + BigInt(lengthBytes) - 1n) / alignment;
  return firstOf(one) <= lastOf(other) && firstOf(other) <= lastOf(one);
}
