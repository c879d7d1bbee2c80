// The buffers that fences are executed for: at and around everything that a fence could get wrong, and random ones.
import type { DmaBuffer } from "../../../generator/index.ts";
import type { FencePlan } from "../../../generator/plan/operation.ts";
import type { SeenChip } from "../../../generator/semantics/memory-map.ts";
import { Random } from "./random.ts";

/** A few hundred buffers; the same in every run. */
export function buffersFor(chip: SeenChip, fence: FencePlan, addressBits: number): DmaBuffer[] {
  const line = fence.lineBytes ?? 32;
  const top = 1n << BigInt(addressBits);
  const random = new Random(fence.name);
  const buffers = [...shapes(line), ...edges(chip, line, top), ...topOfMemory(line, top)];
  while (buffers.length < 300) {
    const region = random.pick(chip.regions);
    const anywhere = random.below(2) === 0;
    const offset = random.address(32) % (region.sizeBytes ?? 0x1000_0000n);
    const address = anywhere ? random.address(addressBits) : region.base + offset;
    buffers.push({ address, lengthBytes: randomLength(random, line) });
  }
  const seen = new Set<string>();
  return buffers.filter(({ address, lengthBytes }) => {
    const key = `${address} ${lengthBytes}`;
    if (address < 0n || address + BigInt(lengthBytes) > top || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** Mostly a few lines, now and then a page. */
function randomLength(random: Random, line: number): number {
  const lines = random.below(20) === 0 ? 64 : random.pick([1, 2, 4, 8]);
  return random.below(lines * line + 1);
}

/** Every kind of start in a line with every kind of length. */
function shapes(line: number): DmaBuffer[] {
  const starts = [0, 1, line / 2, line - 4, line - 1];
  const lengths = [0, 1, 4, line - 1, line, line + 1, 2 * line, 3 * line - 1, 8 * line + 1];
  return starts.flatMap((start) =>
    lengths.map((lengthBytes) => ({ address: 0x2000_1000n + BigInt(start), lengthBytes })),
  );
}

/** At the start of each region, up to its end, and across both. */
function edges({ regions }: SeenChip, line: number, top: bigint): DmaBuffer[] {
  const places = regions.flatMap(({ base, sizeBytes }) => [base, ...(sizeBytes ? [base + sizeBytes] : [])]);
  return [...new Set(places)].slice(0, 16).flatMap((place) =>
    [
      [place, 0],
      [place, 1],
      [place, line + 1],
      // Whole lines, which elements of any size fill.
      [place, 4 * line],
      [place - 1n, 1],
      [place - 1n, 2],
      [place - BigInt(line), line],
      [place - BigInt(line + 4), 2 * line + 8],
    ].flatMap(([address, length]) => {
      const buffer = { address: BigInt(address!), lengthBytes: Number(length) };
      return buffer.address >= 0n && buffer.address < top ? [buffer] : [];
    }),
  );
}

/** Up to the last byte of the address space, where an end address is 0; and across its halves, where signs change. */
function topOfMemory(line: number, top: bigint): DmaBuffer[] {
  const half = top / 2n;
  return [1, 4, line - 1, line, line + 1, 2 * line, 4 * line - 3].flatMap((lengthBytes) => [
    { address: top - BigInt(lengthBytes), lengthBytes },
    { address: half - BigInt(lengthBytes >> 1), lengthBytes },
  ]);
}

/** The buffers that consist of whole elements of four bytes. */
export function ofWords(buffers: readonly DmaBuffer[]): DmaBuffer[] {
  return buffers.filter(({ address, lengthBytes }) => address % 4n === 0n && lengthBytes % 4 === 0);
}
