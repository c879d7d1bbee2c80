// The described chip that a new one is most like, and what differs: what to read beside the new description.
import { compareCodePoints } from "../diagnostics/diagnostic.ts";
import type { CacheLevel, DmaController, Memory, ResolvedChip } from "../model/chip.ts";
import { addressesOf } from "../model/viewers.ts";
import { formatAddress, sizeText } from "../notation/quantity.ts";
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
  return { id, title, vendor, differences: differencesBetween(chip, best.other) };
}

/**
 * What makes chips alike, the weightiest first: a fence is for a core, and chips of one family have their caches and
 * masters in common; the memory map says least.
 */
function likeness(chip: ResolvedChip, other: ResolvedChip): readonly number[] {
  const shared = <T>(of: (chip: ResolvedChip) => readonly T[]) => common(of(chip), of(other)).length;
  const levels = (each: ResolvedChip) => levelsOf(each).map(levelInWords);
  const cores = chip.cores.filter((core) => other.cores.some((its) => areSameCore(core, its))).length;
  return [
    Number(cores > 0),
    shared(architectureIds),
    stemInCommon(chip.id, other.id),
    Number(chip.vendor.toLowerCase() === other.vendor.toLowerCase()),
    cores,
    Number(areMaintainedAlike(chip, other)) + Number(coherencyInWords(chip) === coherencyInWords(other)),
    shared(coreIds),
    shared(({ memories }) => memories.flatMap(({ addresses }) => addressesOf(addresses))),
    shared(levels),
    -coreIds(other).length,
    -differencesBetween(chip, other).length,
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

/** One sentence for each thing in which two chips differ, from the point of view of the first. */
export function differencesBetween(chip: ResolvedChip, other: ResolvedChip): string[] {
  const differing = (subject: string, of: (chip: ResolvedChip) => string) =>
    of(chip) === of(other) ? [] : [`${subject}: ${of(chip)}; on ${other.id} ${of(other)}.`];
  return [
    ...differing("Vendor", ({ vendor }) => vendor),
    ...differing("Cores", (each) => listed(coreIds(each))),
    ...differing("Architectures", (each) => listed(architectureIds(each))),
    ...differing("Cache levels", (each) => listed(distinct(levelsOf(each).map(levelInWords)))),
    ...differing("Coherency", coherencyInWords),
    ...memoryDifferences(chip, other),
    ...masterDifferences(chip.dma, other.dma, other.id),
  ];
}

/** Memories are compared by where they start: names differ from manual to manual. */
function memoryDifferences(chip: ResolvedChip, other: ResolvedChip): string[] {
  const startsAt = ({ memories }: ResolvedChip, { addresses }: Memory) => {
    const own = addressesOf(addresses);
    const seenBy = ({ own: each, cores, masters }: Memory["addresses"]) => [...each, cores, masters].join();
    const same = memories.find((memory) => seenBy(memory.addresses) === seenBy(addresses));
    return same ?? memories.find((memory) => common(addressesOf(memory.addresses), own).length > 0);
  };
  const own = chip.memories.flatMap((memory) => {
    const there = startsAt(other, memory);
    if (!there) return [`Memory ${nameAndBase(memory)}: no memory of ${other.id} starts there.`];
    const of = `Memory ${nameAndBase(memory)}, ${there.name} on ${other.id}`;
    const [here, beyond] = [memory, there].map(memoryInWords) as [string, string];
    return here === beyond ? [] : [`${of}: ${here}; there ${beyond}.`];
  });
  const more = other.memories.filter((memory) => !startsAt(chip, memory)).map(nameAndBase);
  return more.length > 0 ? [...own, `Only on ${other.id}: the memories ${listed(more)}.`] : own;
}

function masterDifferences(masters: readonly DmaController[], others: readonly DmaController[], id: string): string[] {
  const names = masters.map(({ name }) => name);
  const otherNames = others.map(({ name }) => name);
  const here = names.filter((name) => !otherNames.includes(name));
  const there = otherNames.filter((name) => !names.includes(name));
  return [
    ...(here.length > 0 ? [`Not on ${id}: the DMA masters ${listed(here)}.`] : []),
    ...(there.length > 0 ? [`Only on ${id}: the DMA masters ${listed(there)}.`] : []),
  ];
}

function coreIds({ cores }: ResolvedChip): string[] {
  return distinct(cores.map(({ id }) => id));
}

function architectureIds({ cores }: ResolvedChip): string[] {
  return distinct(cores.map(({ architecture }) => architecture.id));
}

function levelsOf({ cores }: ResolvedChip): CacheLevel[] {
  return cores.flatMap(({ caches }) => caches);
}

function mechanismIds(chip: ResolvedChip): string[] {
  return distinct(levelsOf(chip).flatMap(({ mechanism }) => mechanism?.id ?? [])).sort(compareCodePoints);
}

/** A cache that nobody has said how to maintain is like any that somebody has: that is what there is to read there. */
function areMaintainedAlike(chip: ResolvedChip, other: ResolvedChip): boolean {
  const [own, there] = [mechanismIds(chip), mechanismIds(other)];
  const isOpen = levelsOf(chip).some(({ mechanism, writePolicy }) => !mechanism && writePolicy === "configurable");
  return isOpen ? there.length > 0 : own.join() === there.join();
}

function levelInWords({ name, smallestLineBytes, largestLineBytes, mechanism }: CacheLevel): string {
  const line =
    smallestLineBytes === largestLineBytes ? smallestLineBytes : `${smallestLineBytes} to ${largestLineBytes}`;
  return `${name} (lines of ${line} bytes, ${mechanism ? mechanism.id : "no maintenance"})`;
}

function coherencyInWords(chip: ResolvedChip): string {
  if (chip.dma.length === 0) return "no DMA";
  if (chip.memories.some(({ cachingUnknown }) => cachingUnknown)) return "caches not known";
  if (levelsOf(chip).length === 0) return "no data cache";
  if (chip.dma.some(({ snoopingUnknown }) => snoopingUnknown)) return "not known whether DMA sees the caches";
  const snooping = chip.dma.filter(({ snoops }) => Object.values(snoops).some((seen) => seen.length > 0)).length;
  if (snooping === 0) return "DMA does not see the caches";
  return snooping === chip.dma.length ? "DMA sees caches" : "some DMA masters see caches";
}

function memoryInWords({ sizeBytes, isMost, cachedBy, cachingUnknown }: Memory): string {
  const size = `${isMost ? "at most " : ""}${sizeText(sizeBytes)}`;
  return `${size}, ${cachingUnknown ? "not known whether cached" : cachedBy.length === 0 ? "not cached" : cachedBy === "all" ? "cached" : `cached by ${listed(cachedBy)}`}`;
}

function nameAndBase({ name, addresses }: Memory): string {
  return `${name} (${addressesOf(addresses).map(formatAddress).join(", ")})`;
}

function listed(words: readonly string[]): string {
  return words.join(", ") || "none";
}

function common<T>(a: readonly T[], b: readonly T[]): T[] {
  return distinct(a).filter((item) => b.includes(item));
}

function distinct<T>(items: readonly T[]): T[] {
  return [...new Set(items)];
}
