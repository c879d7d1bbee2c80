// What differs between two chips, one sentence for each thing. The words of a chip are worked out first and by themselves, so that two can be
// compared where neither description is at hand.
import type { CacheLevel, Memory, ResolvedChip } from "../model/chip.ts";
import { addressesOf } from "../model/viewers.ts";
import { formatAddress, sizeText } from "../notation/quantity.ts";

/** What is compared of a chip. */
export interface ChipInWords {
  readonly id: string;
  readonly vendor: string;
  /** Ids of each kind. */
  readonly cores: readonly string[];
  readonly architectures: readonly string[];
  readonly cacheLevels: readonly string[];
  readonly coherency: string;
  readonly memories: readonly MemoryInWords[];
  readonly masters: readonly string[];
}

export interface MemoryInWords {
  readonly name: string;
  readonly addresses: readonly string[];
  /** Who sees it where. */
  readonly seenBy: string;
  /** How large it is, and which caches hold it. */
  readonly is: string;
}

export function chipInWords(chip: ResolvedChip): ChipInWords {
  const { id, vendor, cores, memories, dma } = chip;
  return {
    id,
    vendor,
    cores: distinct(cores.map((core) => core.id)),
    architectures: distinct(cores.map(({ architecture }) => architecture.id)),
    cacheLevels: distinct(levelsOf(chip).map(levelInWords)),
    coherency: coherencyInWords(chip),
    memories: memories.map((memory) => {
      const { own, cores: forCores, masters } = memory.addresses;
      return {
        name: memory.name,
        addresses: addressesOf(memory.addresses).map(formatAddress),
        seenBy: [...own, forCores, masters].join(),
        is: memoryInWords(memory),
      };
    }),
    masters: dma.map(({ name }) => name),
  };
}

/** From the point of view of the first. */
export function chipDifferences(chip: ChipInWords, other: ChipInWords): string[] {
  const differing = (subject: string, here: string, there: string) =>
    here === there ? [] : [`${subject}: ${here}; on ${other.id} ${there}.`];
  return [
    ...differing("Vendor", chip.vendor, other.vendor),
    ...differing("Cores", listed(chip.cores), listed(other.cores)),
    ...differing("Architectures", listed(chip.architectures), listed(other.architectures)),
    ...differing("Cache levels", listed(chip.cacheLevels), listed(other.cacheLevels)),
    ...differing("Coherency", chip.coherency, other.coherency),
    ...memoryDifferences(chip, other),
    ...masterDifferences(chip, other),
  ];
}

export function noFactDiffers(one: string, other: string): string {
  return `Nothing that is described of ${one} differs from ${other}.`;
}

/** Memories are compared by where they start: names differ from manual to manual. */
function memoryDifferences(chip: ChipInWords, other: ChipInWords): string[] {
  const startsAt = ({ memories }: ChipInWords, { addresses, seenBy }: MemoryInWords) =>
    memories.find((memory) => memory.seenBy === seenBy) ??
    memories.find((memory) => common(memory.addresses, addresses).length > 0);
  const own = chip.memories.flatMap((memory) => {
    const there = startsAt(other, memory);
    if (!there) return [`Memory ${nameAndBase(memory)}: no memory of ${other.id} starts there.`];
    const of = `Memory ${nameAndBase(memory)}, ${there.name} on ${other.id}`;
    return memory.is === there.is ? [] : [`${of}: ${memory.is}; there ${there.is}.`];
  });
  const more = other.memories.filter((memory) => !startsAt(chip, memory)).map(nameAndBase);
  return more.length > 0 ? [...own, `Only on ${other.id}: the memories ${listed(more)}.`] : own;
}

function masterDifferences({ masters }: ChipInWords, { id, masters: others }: ChipInWords): string[] {
  const here = masters.filter((name) => !others.includes(name));
  const there = others.filter((name) => !masters.includes(name));
  return [
    ...(here.length > 0 ? [`Not on ${id}: the DMA masters ${listed(here)}.`] : []),
    ...(there.length > 0 ? [`Only on ${id}: the DMA masters ${listed(there)}.`] : []),
  ];
}

export function levelsOf({ cores }: ResolvedChip): CacheLevel[] {
  return cores.flatMap(({ caches }) => caches);
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

function nameAndBase({ name, addresses }: MemoryInWords): string {
  return `${name} (${addresses.join(", ")})`;
}

function listed(words: readonly string[]): string {
  return words.join(", ") || "none";
}

export function common<T>(a: readonly T[], b: readonly T[]): T[] {
  return distinct(a).filter((item) => b.includes(item));
}

export function distinct<T>(items: readonly T[]): T[] {
  return [...new Set(items)];
}
