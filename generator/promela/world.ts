// What of a chip a hand-over happens in: which levels may hold a buffer, what they do on their own, and how masters are
// connected to them. From the facts by the words of SEMANTICS.md, sections 4 and 7; nothing of semantics/ is used, so that a
// mistake there is not made here as well.
import type { CacheLevel, Citation, DmaController, Region, ResolvedChip, ResolvedCore } from "../model/chip.ts";
import { addressForCore } from "../model/viewers.ts";
import type { FencePlan } from "../plan/operation.ts";
import { NotExpressed } from "./not-expressed.ts";

/** A cache level as the line of a buffer meets it. */
export interface Level {
  readonly name: string;
  readonly policy: "write-back" | "write-through" | "read-only";
  readonly fillsBySpeculation: boolean;
  readonly takesCleanVictims: boolean;
  /** Stands for the caches of the other cores of the cluster. */
  readonly isOfOthers: boolean;
  /** Instance of the mechanism that maintains it. */
  readonly mechanism: string | undefined;
  readonly sources: readonly Citation[];
}

/** A way in which masters are connected to memory. */
export interface Port {
  readonly masters: readonly string[];
  readonly region: Region;
  /** Those that may hold a line of the region, inner to outer. */
  readonly levels: readonly Level[];
  /** Index of the first level that the master sees; their number where it sees memory only. */
  readonly seesFrom: number;
  /** Indexes of the levels in which its writes may stay as dirty lines. */
  readonly dirties: readonly number[];
  /** Names of the caches in front of the master, which a model does not have. */
  readonly front: readonly string[];
  /** Whether it writes there. */
  readonly writes: boolean;
}

interface SeenLevel extends Level {
  /** The described level; that of the others stands behind the core's own. */
  readonly described: CacheLevel;
}

/** Each different connection of the fence's masters once, with the names of all masters that have it. */
export function portsOf(chip: ResolvedChip, core: ResolvedCore, plan: FencePlan): Port[] {
  const regions = regionsSeenBy(chip, core);
  const levels = levelsOf(core, plan);
  const ports = new Map<string, Port>();
  for (const master of chip.dma.filter(({ name }) => plan.controllers.includes(name)))
    for (const snoops of snoopingOf(master, core))
      for (const { region, writes } of accessOf(master, regions)) {
        const port = portOf(master, snoops, region, writes, levels, frontOf(master, core));
        const { levels: held, seesFrom, dirties, front } = port;
        const key = JSON.stringify([held.map(({ name }) => name), seesFrom, dirties, front, writes, region.memoryType]);
        const known = ports.get(key);
        const masters = [...new Set([...(known?.masters ?? []), master.name])];
        ports.set(key, { ...(known ?? port), masters });
      }
  return ports.size > 0 ? [...ports.values()] : [portOfAnyMaster(regions)];
}

function portOf(
  { name, allocatesIn }: DmaController,
  snoops: "all" | readonly string[],
  region: Region,
  writes: boolean,
  levels: readonly SeenLevel[],
  front: readonly string[],
): Port {
  const held = levels.filter(({ described }) => mayHold(described, region));
  // From the innermost level of the core that it snoops outwards, whether or not that holds the region.
  const port = snoops === "all" ? 0 : levels.findIndex(({ described }) => snoops.includes(described.name));
  const isSeen = (level: SeenLevel) => port !== -1 && levels.indexOf(level) >= port;
  const first = held.findIndex(isSeen);
  const mayAllocate = ({ described, policy, isOfOthers }: SeenLevel) =>
    policy === "write-back" && !isOfOthers && (allocatesIn === "unknown" || allocatesIn.includes(described.name));
  return {
    masters: [name],
    region,
    levels: held.map(({ described: _, ...level }) => level),
    seesFrom: first === -1 ? held.length : first,
    dirties: held.flatMap((level, index) => (isSeen(level) && mayAllocate(level) ? [index] : [])),
    front,
    writes,
  };
}

/** The caches that a master's accesses go through before its port. */
function frontOf({ name }: DmaController, { masterCaches }: ResolvedCore): string[] {
  return masterCaches.flatMap((level) =>
    level.masters?.includes(name) && level.enabled !== "never" ? [level.name] : [],
  );
}

/** What a master sees of the core's levels; where that is chosen at run time, nothing or all. */
function snoopingOf({ snoops, snoopingKnownAtRunTime }: DmaController, { name }: ResolvedCore) {
  const known = snoops[name] ?? [];
  return snoopingKnownAtRunTime ? [known, "all" as const] : [known];
}

/** The memory that a master may access, in each way in which software may map it, and whether it may write there. */
function accessOf(master: DmaController, regions: readonly Region[]): { region: Region; writes: boolean }[] {
  const named = (names: readonly string[], writes: boolean) =>
    names
      .flatMap((name) => regions.filter((region) => region.name === name))
      .flatMap(mappingsOf)
      .map((region) => ({ region, writes }));
  const { reaches, mayReach, reads, mayRead, writes } = master;
  return [...named([...reaches, ...mayReach], true), ...named([...reads, ...mayRead], false), ...named(writes, true)];
}

/** Memory that software maps as it likes is looked at twice; what is write-combining, no level holds. */
function mappingsOf(region: Region): Region[] {
  if (region.memoryType !== "configurable") return [region];
  return [
    { ...region, memoryType: "normal" },
    { ...region, memoryType: "write-combining", cachedBy: [] },
  ];
}

function regionsSeenBy({ memories }: ResolvedChip, core: ResolvedCore): Region[] {
  return memories.flatMap(({ addresses, differs: _, ...memory }) => {
    const base = addressForCore(addresses, core);
    return base === undefined ? [] : [{ ...memory, base }];
  });
}

function mayHold({ name, enabled }: CacheLevel, { cachedBy }: Region): boolean {
  return enabled !== "never" && (cachedBy === "all" || cachedBy.includes(name));
}

/** The core's levels, and inside them the caches of other cores where those may keep lines. */
function levelsOf(core: ResolvedCore, { obligations }: FencePlan): SeenLevel[] {
  const own = core.caches.map(levelOf);
  const innermost = own.find(({ described }) => described.enabled !== "never");
  const areOff = obligations.some(({ kind }) => kind === "other-cores-off");
  if (!core.hasCoherentPeers || areOff || innermost?.described.whose !== "own") return own;
  const others: SeenLevel = {
    ...innermost,
    name: `${innermost.name} of another core`,
    // It never holds what this core stored.
    policy: "read-only",
    fillsBySpeculation: true,
    takesCleanVictims: false,
    isOfOthers: true,
    mechanism: undefined,
    sources: core.sources,
  };
  return [others, ...own];
}

function levelOf(described: CacheLevel): SeenLevel {
  const { name, writePolicy, speculativeFill, takesCleanVictims, victimsOffIf, mechanism, sourcesOf } = described;
  // Fences promise that write buffers are off; a chip's levels hold none.
  if (writePolicy === "write-buffer") throw new NotExpressed(`${name} is a write buffer`);
  return {
    described,
    name,
    // Write-back can go wrong in more ways.
    policy: writePolicy === "configurable" ? "write-back" : writePolicy,
    fillsBySpeculation: speculativeFill,
    // What switches it off is a promise of the fence.
    takesCleanVictims: takesCleanVictims && victimsOffIf === undefined,
    isOfOthers: false,
    mechanism: mechanism?.instance,
    sources: [...new Set(Object.values(sourcesOf).flat())],
  };
}

/** For a chip without masters: memory that no level holds, as any master that it may get would see it. */
function portOfAnyMaster(regions: readonly Region[]): Port {
  const mapped = regions.flatMap(mappingsOf);
  const region = mapped.find(({ memoryType }) => memoryType === "write-combining") ?? mapped[0] ?? anyMemory;
  return { masters: ["any master"], region, levels: [], seesFrom: 0, dirties: [], front: [], writes: true };
}

const anyMemory: Region = {
  name: "memory",
  base: 0n,
  sizeBytes: 1n << 32n,
  isMost: true,
  cachedBy: [],
  cachingUnknown: false,
  memoryType: "normal",
  aliasOf: undefined,
  sourcesOf: { place: [], cachedBy: [] },
};
