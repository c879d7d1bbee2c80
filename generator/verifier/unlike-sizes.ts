// Which sizes the lines of several levels may have together, as far as a fence can tell them apart.
import type { CacheLevel, ResolvedCore } from "../model/chip.ts";
import { haveOneSize, possibleSizes } from "../semantics/line-sizes.ts";

/** Levels with lines of unlike sizes, and two cells that are in one line of some of them. */
export interface UnlikeLines {
  /** In each of the caches. */
  readonly lineBytes: readonly number[];
  /** The smallest of these sizes of which one line holds both cells. */
  readonly sharedBytes: number;
}

/** @param caches that may hold a line */
export function unlikeLines(caches: readonly CacheLevel[], core: ResolvedCore): UnlikeLines[] {
  return unlikeSizes(caches, core).flatMap((lineBytes) =>
    [...new Set(lineBytes)].map((sharedBytes) => ({ lineBytes, sharedBytes })),
  );
}

/** Levels whose lines have the same size are alike for a fence, whatever the size: what is tried is each set of ratios. */
function unlikeSizes(caches: readonly CacheLevel[], core: ResolvedCore): number[][] {
  const found = new Map<string, number[]>();
  for (const sizes of combinations(caches, core)) {
    const smallest = Math.min(...sizes);
    if (sizes.every((size) => size === smallest)) continue;
    const ratios = sizes.map((size) => size / smallest).join();
    if (!found.has(ratios)) found.set(ratios, sizes);
  }
  return [...found.values()];
}

/** Whether all of them may have lines of one size. */
export function mayBeAlike(caches: readonly CacheLevel[]): boolean {
  const smallest = Math.max(0, ...caches.map(({ smallestLineBytes }) => smallestLineBytes));
  return smallest <= Math.min(...caches.map(({ largestLineBytes }) => largestLineBytes));
}

/** Every choice of a size for each level, smaller ones first. */
function combinations(levels: readonly CacheLevel[], core: ResolvedCore): number[][] {
  return levels.reduce<number[][]>(
    (chosen, level, index) =>
      chosen.flatMap((sizes) => {
        // What other cores have is of the same kind as the core's own.
        const tied = levels.findIndex(
          (other, at) =>
            at < index && ((other.whose === "others" && at === index - 1) || haveOneSize(other, level, core)),
        );
        return (tied === -1 ? possibleSizes(level) : [sizes[tied]!]).map((size) => [...sizes, size]);
      }),
    [[]],
  );
}
