// The memories and masters of a chip: one for each name, lists of memory written out, defaults filled in.
import type { Chip, Master, Memory, MemoryNames } from "#generated/descriptions.js";
import type { DmaController, Region } from "../model/chip.ts";
import { parseQuantity } from "../notation/quantity.ts";
import { namesIn } from "../notation/shared-keys.ts";
import { isWithin } from "../validate/master-addresses.ts";
import { factSourcesIn, type Sources, toObligations } from "./facts.ts";

export function resolveMemories({ memories, evidence }: Chip, sources: Sources): Region[] {
  return memoriesOf(memories).map(([name, { base, size, cachedBy, memoryType, aliasOf }]) => ({
    name,
    base: parseQuantity(base),
    sizeBytes: size === undefined ? undefined : parseQuantity(size),
    cachedBy: cachedBy === "none" ? [] : cachedBy === undefined || cachedBy === "unknown" ? "all" : cachedBy,
    cachingUnknown: cachedBy === "unknown",
    memoryType: memoryType ?? "normal",
    aliasOf,
    sourcesOf: factSourcesIn(evidence?.memories, name, ["place", "cachedBy"], sources),
  }));
}

export function resolveMasters(
  { cores, memories, masters, everyMaster, evidence }: Chip,
  sources: Sources,
): DmaController[] {
  return entriesOf<Master>(masters).map(([name, own]) => {
    const master: Master = { ...everyMaster, ...own };
    const { snoops = "none" } = master;
    return {
      name,
      ...reachOf(master, memories),
      snoops: toSnoops(snoops, cores),
      snoopingKnownAtRunTime: snoops === "run-time",
      snoopingUnknown: snoops === "unknown",
      alignmentBytes: Number(parseQuantity(master.alignmentBytes ?? 1)),
      lengthMultipleBytes: Number(parseQuantity(master.lengthMultipleBytes ?? 1)),
      deviceAddressOffset: toOffsets(master.deviceAddressOffset),
      requires: toObligations(master.requires, sources),
      sourcesOf: factSourcesIn(evidence?.masters, name, ["reach", "snoops", "alignment"], sources),
    };
  });
}

/** The entries of a map by name, those that share a key each by itself: the order of keys, and which are shared, decides nothing. */
function entriesOf<T>(map: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(map)
    .flatMap(([key, facts]) => namesIn(key).map((name): [string, T] => [name, facts]))
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

/** From the lowest address on. */
function memoriesOf(memories: Chip["memories"]): [string, Memory][] {
  const start = ([, { base }]: [string, Memory]) => parseQuantity(base);
  return entriesOf<Memory>(memories).sort((a, b) => (start(a) < start(b) ? -1 : start(a) > start(b) ? 1 : 0));
}

/** Each memory once: in `reaches` what a master reads and writes. */
function reachOf(master: Master, memories: Chip["memories"]): Pick<DmaController, "reaches" | "reads" | "writes"> {
  const addressable = memoriesOf(memories).flatMap(([name, memory]) => (isWithin(master, memory) ? [name] : []));
  const listed = (names: MemoryNames | undefined) => [...new Set(names === "all" ? addressable : (names ?? []))];
  const [both, reads, writes] = [listed(master.reaches), listed(master.reads), listed(master.writes)];
  const reaches = [...new Set([...both, ...reads.filter((name) => writes.includes(name))])];
  const only = (names: readonly string[]) => names.filter((name) => !reaches.includes(name));
  return { reaches, reads: only(reads), writes: only(writes) };
}

/** For each core of the chip by name. */
function toSnoops(snoops: NonNullable<Master["snoops"]>, cores: Chip["cores"]): DmaController["snoops"] {
  const isByCore = typeof snoops === "object" && !Array.isArray(snoops);
  const byCore = new Map(isByCore ? Object.entries(snoops) : []);
  return Object.fromEntries(
    cores.map(({ name = "" }) => {
      const seen = isByCore ? byCore.get(name) : snoops;
      return [name, seen === undefined || seen === "none" || seen === "run-time" || seen === "unknown" ? [] : seen];
    }),
  );
}

function toOffsets(offset: Master["deviceAddressOffset"]): Readonly<Record<string, bigint>> {
  if (offset === undefined) return {};
  if (typeof offset !== "object") return { "": parseQuantity(offset) };
  return Object.fromEntries(Object.entries(offset).map(([memory, value]) => [memory, parseQuantity(value)]));
}
