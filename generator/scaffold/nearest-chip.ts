// The described chip that a new one is most like, and what differs: what to read beside the new description.
import { compareCodePoints } from "../diagnostics/diagnostic.ts";
import { chipDifferences, chipInWords, common, distinct, levelsOf } from "../explain/chip-difference.ts";
import type { ResolvedChip } from "../model/chip.ts";
import { areSameCore } from "./same-core.ts";

export interface NearestChip {
  readonly id: string;
  readonly title: string;
  readonly vendor: string;
  /** One sentence each, from the point of view of the new chip. */
  readonly differences: readonly string[];
}

/** Undefined where no other chip is described. */
export function nearestChip(chip: ResolvedChip, others: readonly ResolvedChip[]): NearestChip | undefined {
  const [best] = others
    .filter(({ id }) => id !== chip.id)
    .map((other) => ({ other, likeness: likeness(chip, other) }))
    .sort((a, b) => compareLikeness(b.likeness, a.likeness) || compareCodePoints(a.other.id, b.other.id));
  if (!best) return undefined;
  const { id, title, vendor } = best.other;
  return { id, title, vendor, differences: chipDifferences(chipInWords(chip), chipInWords(best.other)) };
}

/**
 * What makes chips alike, the weightiest first: a fence is for a core, and chips of one family have their caches and
 * masters in common; the memory map says least.
 */
function likeness(chip: ResolvedChip, other: ResolvedChip): readonly number[] {
  const [own, there] = [chipInWords(chip), chipInWords(other)];
  const shared = (of: (chip: typeof own) => readonly string[]) => common(of(own), of(there)).length;
  const cores = chip.cores.filter((core) => other.cores.some((its) => areSameCore(core, its))).length;
  return [
    Number(cores > 0),
    shared(({ architectures }) => architectures),
    stemInCommon(chip.id, other.id),
    Number(chip.vendor.toLowerCase() === other.vendor.toLowerCase()),
    cores,
    Number(areMaintainedAlike(chip, other)) + Number(own.coherency === there.coherency),
    shared((each) => each.cores),
    shared(({ memories }) => memories.flatMap(({ addresses }) => addresses)),
    shared(({ cacheLevels }) => cacheLevels),
    -there.cores.length,
    -chipDifferences(own, there).length,
  ];
}

/** How many letters and digits the ids begin with in common; fewer than three may be chance. */
function stemInCommon(id: string, other: string): number {
  const differs = [...id].findIndex((character, index) => character !== other[index]);
  const length = differs === -1 ? id.length : differs;
  return length < 3 ? 0 : length;
}

function compareLikeness(a: readonly number[], b: readonly number[]): number {
  const index = a.findIndex((value, at) => value !== b[at]);
  return index === -1 ? 0 : a[index]! - b[index]!;
}

function mechanismIds(chip: ResolvedChip): string[] {
  return distinct(levelsOf(chip).flatMap(({ mechanism }) => mechanism?.id ?? [])).sort(compareCodePoints);
}

/**
 * A cache that nobody has said how to maintain is like another one, and like any that somebody has: that is what there is to
 * read there.
 */
function areMaintainedAlike(chip: ResolvedChip, other: ResolvedChip): boolean {
  const [own, there] = [mechanismIds(chip), mechanismIds(other)];
  return isOpen(chip) ? there.length > 0 || isOpen(other) : own.join() === there.join();
}

/** Whether it has a cache that may need maintenance, and none is described. */
function isOpen(chip: ResolvedChip): boolean {
  return levelsOf(chip).some(({ mechanism, writePolicy }) => !mechanism && writePolicy === "configurable");
}
