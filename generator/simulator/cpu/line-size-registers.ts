// What a core says of its lines.
import type { ResolvedCore } from "../../model/chip.ts";
import { encodedLineBytes } from "../../runtime/lines.ts";
import type { SimulatedMemory } from "../memory/simulated-memory.ts";

/** What a register says of the lines of a core's levels; any other reads as 0. */
export function lineSizeIn(
  register: bigint | string,
  { caches, architecture }: ResolvedCore,
  { sizes, lineBytes }: SimulatedMemory,
): bigint {
  const asked = caches.flatMap(({ lineSize }, index) => (lineSize?.register === register ? [sizes[index]!] : []));
  const lineSize =
    architecture.lineSize?.register === register
      ? architecture.lineSize
      : caches.find((level) => level.lineSize?.register === register)?.lineSize;
  if (!lineSize) return 0n;
  // The architecture's is about the smallest of all.
  const bytes = lineSize === architecture.lineSize ? Math.min(lineBytes, ...sizes) : Math.min(...asked);
  return encodedLineBytes(bytes, lineSize.lowBit, lineSize.unitBytes);
}
