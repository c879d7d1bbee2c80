// What a fence is told that asks the core how large its lines are.
import type { ResolvedCore } from "../model/chip.ts";
import { encodedLineBytes } from "../runtime/lines.ts";

/**
 * What a register says of the lines of a core's levels; any other, and one of a core without levels, reads as 0.
 * @param sizes of the lines of each level of the core, in bytes
 */
export function lineSizeIn(
  register: bigint | string,
  { caches, architecture }: ResolvedCore,
  sizes: readonly number[],
): bigint {
  // The architecture's is about the smallest of all.
  const ofAll = architecture.lineSize?.register === register ? architecture.lineSize : undefined;
  const lineSize = ofAll ?? caches.find((level) => level.lineSize?.register === register)?.lineSize;
  const asked = ofAll ? sizes : sizes.filter((_, level) => caches[level]!.lineSize?.register === register);
  if (!lineSize || asked.length === 0) return 0n;
  return encodedLineBytes(Math.min(...asked), lineSize.lowBit, lineSize.unitBytes);
}
