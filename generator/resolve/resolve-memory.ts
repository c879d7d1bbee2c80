// The memories and masters of a chip: one for each name, lists of memory written out, defaults filled in.
import type { Chip, Master, MemoryNames, Memory as MemoryYaml } from "#generated/descriptions.js";
import type { DmaController, Memory } from "../model/chip.ts";
import { type Addresses, everyCore, everyMaster as everyMasterWord, everywhere } from "../model/viewers.ts";
import { parseQuantity } from "../notation/quantity.ts";
import { namesIn } from "../notation/shared-keys.ts";
import { bytesOf, lowestBase, seesWhole } from "../validate/addresses.ts";
import { differencesIn, factSourcesIn, type Sources, toCitations } from "./facts.ts";
import type { ReadFacts } from "./read-facts.ts";

export function resolveMemories({ memories, evidence }: Chip, sources: Sources): Memory[] {
  return memoriesOf(memories).map(([name, { base, size, cachedBy, memoryType, aliasOf }]) => ({
    name,
    addresses: toAddresses(base),
    sizeBytes: bytesOf(size)!,
    isMost: typeof size === "object",
    cachedBy: cachedBy === "none" ? [] : cachedBy === undefined || cachedBy === "unknown" ? "all" : cachedBy,
    cachingUnknown: cachedBy === "unknown",
    memoryType: memoryType ?? "normal",
    aliasOf,
    sourcesOf: factSourcesIn(evidence?.memories, name, ["place", "cachedBy"], sources),
    differs: differencesIn(evidence?.memories, name, sources),
  }));
}

function toAddresses(base: MemoryYaml["base"]): Addresses {
  if (typeof base !== "object") return everywhere(parseQuantity(base));
  const own = Object.entries(base).map(([viewer, first]) => [viewer, parseQuantity(first)] as const);
  const of = (word: string) => own.find(([viewer]) => viewer === word)?.[1];
  return {
    own: own.filter(([viewer]) => viewer !== everyCore && viewer !== everyMasterWord),
    cores: of(everyCore),
    masters: of(everyMasterWord),
  };
}

export function resolveMasters(
  { cores, memories, masters, everyMaster, evidence }: Chip,
  sources: Sources,
  read: ReadFacts,
): DmaController[] {
  return entriesOf<Master>(masters).map(([name, own]) => {
    const master: Master = { ...everyMaster, ...own };
    const { snoops = "none", allocatesIn } = master;
    const facts = ["reach", "snoops", "alignment", "allocates"] as const;
    const sourcesOf = factSourcesIn(evidence?.masters, name, facts, sources);
    return {
      name,
      ...reachOf({ ...master, name }, memories),
      snoops: toSnoops(snoops, cores),
      snoopingKnownAtRunTime: snoops === "run-time",
      snoopingUnknown: snoops === "unknown",
      allocatesIn: read.counted<DmaController["allocatesIn"]>(
        allocatesIn === "none" ? [] : (allocatesIn ?? "unknown"),
        "unknown",
        {
          claim: `what \`${name}\` writes stays in ${allocatesIn === "none" ? "no cache" : `no other cache than ${allocatesIn}`}`,
          instead: "it may stay in any that it sees",
        },
        sourcesOf.allocates,
      ),
      alignmentBytes: Number(parseQuantity(master.alignmentBytes ?? 1)),
      lengthMultipleBytes: Number(parseQuantity(master.lengthMultipleBytes ?? 1)),
      requires: (master.requires ?? []).map(({ text, onlyWhere, source }) => ({
        text,
        onlyWhere,
        sources: toCitations(source, sources),
      })),
      sourcesOf,
      differs: differencesIn(evidence?.masters, name, sources),
    };
  });
}

/** The entries of a map by name, those that share a key each by itself: the order of keys, and which are shared, decides nothing. */
export function entriesOf<T>(map: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(map)
    .flatMap(([key, facts]) => namesIn(key).map((name): [string, T] => [name, facts]))
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

/** From the lowest address on. */
function memoriesOf(memories: Chip["memories"]): [string, MemoryYaml][] {
  const start = ([, { base }]: [string, MemoryYaml]) => lowestBase(base);
  return entriesOf<MemoryYaml>(memories).sort((a, b) => (start(a) < start(b) ? -1 : start(a) > start(b) ? 1 : 0));
}

type Reach = Pick<DmaController, "reaches" | "reads" | "writes" | "mayReach" | "mayRead">;

/** In `reaches` what a master reads and writes, in no other list what is there. */
function reachOf(master: Master & { readonly name: string }, memories: Chip["memories"]): Reach {
  const all = new Map(memoriesOf(memories));
  const addressable = [...all].flatMap(([name, memory]) =>
    seesWhole(master, memory, (other) => all.get(other)) ? [name] : [],
  );
  const listed = (names: MemoryNames | undefined) => [...new Set(names === "all" ? addressable : (names ?? []))];
  const [both, reads, writes] = [listed(master.reaches), listed(master.reads), listed(master.writes)];
  const reaches = [...new Set([...both, ...reads.filter((name) => writes.includes(name))])];
  const only = (names: readonly string[]) => names.filter((name) => !reaches.includes(name));
  return {
    reaches,
    reads: only(reads),
    writes: only(writes),
    mayReach: only(listed(master.mayReach)),
    mayRead: only(listed(master.mayRead)),
  };
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
