// A core as one entry of a chip has it: what its file says, what the chip has otherwise, and the levels behind it.
import type {
  Architecture as ArchitectureYaml,
  CacheLevel as CacheLevelYaml,
  ChipCore as ChipCoreYaml,
  Chip as ChipYaml,
  Core as CoreYaml,
  ErrataDifferences,
  Erratum as ErratumYaml,
  LevelDifference,
  Master,
} from "#generated/descriptions.js";
import type { AppliedErratum, Architecture, CacheLevel, Citation, ResolvedCore } from "../model/chip.ts";
import { distinct } from "../model/citations.ts";
import { parseQuantity } from "../notation/quantity.ts";
import { counts } from "../notation/revision.ts";
import { targetOf, toTargets, widest } from "../notation/rust-target.ts";
import { coreLevels } from "../validate/core-levels.ts";
import type { Library } from "../validate/library.ts";
import {
  differencesIn,
  factSourcesIn,
  type Sources,
  sourcesFor,
  toCitations,
  toDifferences,
  toFactSources,
  toObligations,
  toSources,
} from "./facts.ts";
import { type ReadFacts, readFacts } from "./read-facts.ts";
import { describedCore, findMechanism, referenceOf, registerPrefix } from "./register-prefix.ts";
import { type ArchitectureDifferences, architectureOf } from "./resolve-architecture.ts";
import { lineSizeInRegister, resolveMechanism } from "./resolve-mechanism.ts";
import { entriesOf } from "./resolve-memory.ts";

export function resolveCore(entry: ChipCoreYaml, chip: ChipYaml, library: Library): ResolvedCore {
  const core = describedCore(entry, library);
  const chipSources = sourcesFor(chip, library);
  const coreSources = sourcesOfPart(core, typeof entry.core !== "string", chip, library);
  const rustTargets = entry.rustTargets ?? core.rustTargets ?? [];
  const title = entry.title ?? core.title;
  const facts = readFacts();
  const ownErrata = [
    ...appliedTo(core.errata, entry.revision, entry.differs?.errata, {
      sources: coreSources,
      differing: chipSources,
      mechanism: undefined,
      facts,
    }),
    ...appliedTo(chip.errata, chip.revision, undefined, {
      sources: chipSources,
      differing: chipSources,
      mechanism: undefined,
      facts,
    }),
  ];
  const described = library.get("architecture", core.architecture)!.value as ArchitectureYaml;
  const architecture = architectureOf(
    described,
    library,
    rustTargets,
    [differences(core.differs, coreSources, core.title), differences(entry.differs, chipSources, title)],
    facts,
  );
  const context: LevelContext = { entry, chip, library, architecture, chipSources, coreSources, facts };
  const levels = levelsOf(entry, core, chip).map((level) => resolveLevel(level, ownErrata, context));
  const front = masterCachesOf(chip).map((level) => resolveLevel(level, ownErrata, context));
  const errata = [...ownErrata, ...eachOnce([...levels, ...front].flatMap(({ errata: its }) => its))];
  const rows = toTargets(described.rust.targetArch);
  const targets = rustTargets.flatMap((triple) => targetOf(triple, rows) ?? []);
  return {
    id: core.core,
    name: entry.name ?? "",
    title,
    alsoCalled: core.alsoCalled ?? [],
    rustTargets,
    targetArch: [...new Set(targets.map(({ arch }) => arch))],
    addressBits: widest(targets.map(({ addressBits }) => addressBits)),
    architecture,
    caches: levels.map(({ level }) => level),
    masterCaches: front.map(({ level }) => level),
    requires: toObligations(core.requires, coreSources),
    errata,
    noCacheSources: levels.length === 0 ? noCacheSources(entry, core, coreSources, chipSources) : [],
    count: entry.count,
    hasCoherentPeers: hasCoherentPeers(core, chip, library, coreSources, facts),
    unread: facts.unread,
    refused: entry.refused && {
      code: entry.refused.code,
      because: entry.refused.because,
      sources: toCitations(entry.refused.source, chipSources),
    },
    sources: factSourcesIn(chip.evidence?.cores, entry.name ?? core.core, ["core"], chipSources).core,
    differs: differencesIn(chip.evidence?.cores, entry.name ?? core.core, chipSources),
  };
}

/**
 * Several cores of a kind are coherent with each other, also where each has an entry of its own: which of the entries are other cores,
 * and which other worlds of one, nobody says. Where nobody says how many there are, there is one, unless cores of this kind are built as
 * a coherent cluster.
 */
function hasCoherentPeers(
  { core: id, title, cluster }: CoreYaml,
  chip: ChipYaml,
  library: Library,
  sources: Sources,
  facts: ReadFacts,
) {
  const counts = chip.cores.flatMap((entry) => (describedCore(entry, library).core === id ? [entry.count] : []));
  if (counts.every((count) => count === undefined)) return cluster?.coherent === true;
  if (counts.reduce<number>((sum, count = 1) => sum + count, 0) === 1) return false;
  return facts.counted(
    cluster?.coherent ?? true,
    true,
    { claim: `the caches of several cores of ${title} are not coherent`, instead: "one may serve another's loads" },
    toCitations(cluster?.source, sources),
  );
}

/** What a core or a mechanism may cite: in a file of its own what it declares there, inline what the chip's file does. */
function sourcesOfPart(part: Pick<CoreYaml, "sources">, isInline: boolean, chip: ChipYaml, library: Library): Sources {
  return isInline ? toSources(library.sources, chip.sources, part.sources) : sourcesFor(part, library);
}

/** Where it was read that the core, as it is on this chip, has no cache. */
function noCacheSources(entry: ChipCoreYaml, core: CoreYaml, coreSources: Sources, chipSources: Sources): Citation[] {
  const absent = Object.values(entry.differs?.caches ?? {}).filter((level) => level.absent);
  return [
    ...toCitations(core.noCacheSource, coreSources),
    ...absent.flatMap(({ source }) => toCitations(plainSource(source), chipSources)),
  ];
}

function differences(
  differs: Partial<Pick<ArchitectureDifferences, "barriers" | "programOrder">> | undefined,
  sources: Sources,
  title: string,
): ArchitectureDifferences {
  return { barriers: differs?.barriers ?? [], programOrder: differs?.programOrder ?? [], sources, title };
}

/** A level with what the chip has otherwise about it, and whose sources its own facts cite. */
interface DescribedLevel {
  readonly level: CacheLevelYaml;
  readonly original: CacheLevelYaml;
  readonly difference: LevelDifference | undefined;
  readonly isOfCore: boolean;
  /** The masters that it stands in front of, with what their driver does about it. */
  readonly front?: { readonly masters: readonly string[]; readonly driverMaintains: string | undefined };
}

function levelsOf(entry: ChipCoreYaml, core: CoreYaml, chip: ChipYaml): DescribedLevel[] {
  const differing = new Map(Object.entries(entry.differs?.caches ?? {}));
  const ofEntry = coreLevels<CacheLevelYaml>(core, entry).map((level): DescribedLevel => {
    const original = entry.caches?.includes(level) ? undefined : core.caches.find(({ name }) => name === level.name);
    return original
      ? { level, original, difference: differing.get(original.name), isOfCore: true }
      : { level, original: level, difference: undefined, isOfCore: false };
  });
  const ofAll = (chip.caches ?? []).map((level) => ({
    level,
    original: level,
    difference: undefined,
    isOfCore: false,
  }));
  return [...ofEntry, ...ofAll];
}

/**
 * The caches in front of masters. One that stands under a key of several masters, or of every master, is one cache that they share:
 * what each has for itself has a name of its own.
 */
function masterCachesOf({ masters, everyMaster }: ChipYaml): DescribedLevel[] {
  const sharers = new Map<NonNullable<Master["caches"]>[number], string[]>();
  for (const [master, own] of entriesOf<Master>(masters))
    for (const cache of { ...everyMaster, ...own }.caches ?? [])
      sharers.set(cache, [...(sharers.get(cache) ?? []), master]);
  return [...sharers].map(([cache, names]): DescribedLevel => {
    const front = { masters: names, driverMaintains: cache.driverMaintains };
    return { level: cache, original: cache, difference: undefined, isOfCore: false, front };
  });
}

interface LevelContext {
  readonly entry: ChipCoreYaml;
  readonly chip: ChipYaml;
  readonly library: Library;
  readonly architecture: Architecture;
  readonly chipSources: Sources;
  readonly coreSources: Sources;
  readonly facts: ReadFacts;
}

function resolveLevel(
  described: DescribedLevel,
  ownErrata: readonly AppliedErratum[],
  { entry, chip, library, architecture, chipSources, coreSources, facts }: LevelContext,
): { level: CacheLevel; errata: AppliedErratum[] } {
  const { level, original, difference, isOfCore, front } = described;
  const sources = isOfCore ? coreSources : chipSources;
  const reference = referenceOf(level);
  const errata: AppliedErratum[] = [];
  const line =
    typeof level.lineBytes === "object"
      ? level.lineBytes
      : { smallest: level.lineBytes, largest: level.lineBytes, readFrom: undefined };
  let mechanism: CacheLevel["mechanism"];
  // The core's register says nothing of a cache that its accesses do not go through.
  let lineSize: CacheLevel["lineSize"] = line.readFrom === "architecture" && !front ? architecture.lineSize : undefined;
  if (reference.mechanism !== undefined) {
    const yaml = findMechanism(reference.mechanism, chip, library);
    const mechanismSources = sourcesOfPart(yaml, chip.mechanisms?.includes(yaml) ?? false, chip, library);
    errata.push(
      ...appliedTo(yaml.errata, reference.revision, reference.differs?.errata, {
        sources: mechanismSources,
        differing: chipSources,
        mechanism: yaml.mechanism,
        facts,
      }),
    );
    const base = parseQuantity(reference.base ?? yaml.base ?? 0);
    const holding = [...ownErrata, ...errata];
    mechanism = resolveMechanism(yaml, {
      base,
      errata: holding,
      sources: mechanismSources,
      differs: reference.differs,
      differing: difference?.maintenance ? chipSources : sources,
      lock: reference.lock,
      prefix: registerPrefix(reference.mechanism, level, entry, chip, library),
      facts,
    });
    if (typeof line.readFrom === "object") {
      const readSources = difference?.lineBytes === undefined ? sources : chipSources;
      lineSize = lineSizeInRegister(line.readFrom, yaml, { base, errata: holding, sources: readSources });
    }
  }
  const sourcesOf = levelSources(original, sources, difference, chipSources);
  return {
    errata,
    level: {
      name: level.name,
      whose: front ? "master" : isOfCore || entry.caches?.includes(level) ? whoseOf(level, sourcesOf, facts) : "shared",
      masters: front?.masters,
      driverMaintains:
        front?.driverMaintains === undefined
          ? undefined
          : { text: front.driverMaintains, sources: sourcesOf.writePolicy },
      smallestLineBytes: Number(parseQuantity(line.smallest)),
      largestLineBytes: Number(parseQuantity(line.largest)),
      lineSize,
      sizeBytes: level.sizeBytes === undefined ? undefined : Number(parseQuantity(level.sizeBytes)),
      ways: level.ways,
      writePolicy: facts.counted<CacheLevel["writePolicy"]>(
        level.writePolicy,
        level.writePolicy === "write-back" ? "write-back" : "configurable",
        {
          claim: `${level.name} is ${level.writePolicy}`,
          instead: "it may hold what the CPU wrote",
          level: level.name,
        },
        sourcesOf.writePolicy,
      ),
      speculativeFill: facts.counted(
        level.speculativeFill !== false,
        true,
        {
          claim: `${level.name} is filled for nothing but loads and stores`,
          instead: "it may be filled at any time",
          level: level.name,
        },
        sourcesOf.speculativeFill,
      ),
      ...victims(described, sourcesOf, difference?.takesCleanVictims === undefined ? sources : chipSources, facts),
      enabled: level.enabled ?? "always",
      wholeCacheThresholdBytes:
        level.wholeCacheThresholdBytes === undefined
          ? undefined
          : Number(parseQuantity(level.wholeCacheThresholdBytes)),
      mechanism,
      maintenanceSources: difference?.maintenance
        ? toCitations(reference.source ?? plainSource(difference.source), chipSources)
        : toCitations(reference.source ?? plainSource(original.source), sources),
      sourcesOf,
      differs: toDifferences(original.differs, sources),
    },
  };
}

/** A level of a core or an entry: each core's own, unless it was read that they share it. */
function whoseOf(
  { name, sharedByCores }: CacheLevelYaml,
  { sharedByCores: read }: CacheLevel["sourcesOf"],
  facts: ReadFacts,
): "own" | "shared" {
  const about = { claim: `the cores share ${name}`, instead: "each may have one of its own", level: name };
  return facts.counted(sharedByCores === true, false, about, read) ? "shared" : "own";
}

function victims(
  { level: { name, takesCleanVictims: stated }, front }: DescribedLevel,
  { takesCleanVictims: read }: CacheLevel["sourcesOf"],
  sources: Sources,
  facts: ReadFacts,
): Pick<CacheLevel, "takesCleanVictims" | "victimsOffIf"> {
  if (front) return { takesCleanVictims: false, victimsOffIf: undefined };
  if (typeof stated !== "object") {
    const about = { claim: `${name} takes no clean lines of an inner level`, instead: "it may", level: name };
    return { takesCleanVictims: facts.counted(stated !== false, true, about, read), victimsOffIf: undefined };
  }
  const { unless: text, source } = stated;
  const [promise] = toObligations([{ text, ...(source !== undefined && { source }) }], sources);
  return { takesCleanVictims: true, victimsOffIf: promise };
}

/** A fact that the chip has otherwise cites the chip's source; every other keeps that of the core. */
function levelSources(
  { source }: CacheLevelYaml,
  sources: Sources,
  difference: LevelDifference | undefined,
  chipSources: Sources,
): CacheLevel["sourcesOf"] {
  const facts = [
    "lineBytes",
    "writePolicy",
    "speculativeFill",
    "enabled",
    "takesCleanVictims",
    "sharedByCores",
  ] as const;
  const own = toFactSources(source, facts, sources);
  if (!difference) return own;
  const here = toFactSources(difference.source, facts, chipSources);
  const of = (fact: Exclude<(typeof facts)[number], "sharedByCores">) =>
    (difference[fact] === undefined ? own : here)[fact];
  return {
    lineBytes: of("lineBytes"),
    writePolicy: of("writePolicy"),
    speculativeFill: of("speculativeFill"),
    enabled: of("enabled"),
    takesCleanVictims: of("takesCleanVictims"),
    sharedByCores: own.sharedByCores,
  };
}

/** A source that is one for all facts of an entry. */
function plainSource(source: LevelDifference["source"]): Parameters<typeof toCitations>[0] {
  return typeof source === "string" || Array.isArray(source) ? source : undefined;
}

/** Errata of mechanisms, of which several levels may have one: only what is of one mechanism and has one number is the same. */
function eachOnce(errata: readonly AppliedErratum[]): AppliedErratum[] {
  const known = new Map<string, AppliedErratum>();
  for (const erratum of errata) {
    const key = JSON.stringify([erratum.mechanism, erratum.id]);
    const { certain = false, sources = [] } = known.get(key) ?? {};
    known.set(key, {
      ...erratum,
      certain: certain || erratum.certain,
      sources: distinct([...sources, ...erratum.sources]),
    });
  }
  return [...known.values()];
}

interface Whose {
  readonly sources: Sources;
  /** What is cited for whether an erratum holds. */
  readonly differing: Sources;
  readonly mechanism: string | undefined;
  readonly facts: ReadFacts;
}

/** The errata as they apply to a revision: an unknown one counts as affected, and what the chip says of one counts more. */
function appliedTo(
  errata: readonly ErratumYaml[] | undefined,
  revision: string | undefined,
  differs: ErrataDifferences | undefined,
  { sources, differing, mechanism, facts }: Whose,
): AppliedErratum[] {
  const stated = new Map(Object.entries(differs ?? {}));
  return (errata ?? []).flatMap((erratum) => {
    const id = erratum.erratum;
    const here = stated.get(id);
    const cited = toCitations(erratum.source, sources);
    const harms = facts.counted(
      erratum.harms ?? "data",
      "data",
      { claim: `erratum ${id} harms nothing but speed`, instead: "it may harm data" },
      cited,
    );
    const isFree = facts.counted(
      here?.holds === false,
      false,
      { claim: `erratum ${id} does not hold here`, instead: "it counts for the revisions that it affects" },
      toCitations(here?.source, differing),
    );
    if (isFree) return [];
    const { affected, certain } = here?.holds
      ? { affected: true, certain: true }
      : counts({ affects: erratum.affects, harms }, revision);
    if (!affected) return [];
    const elsewhere = erratum.replacementElsewhere;
    const isRightElsewhere = facts.counted(
      elsewhere?.is === "right",
      false,
      {
        claim: `what replaces an operation or register for erratum ${id} is right on other silicon`,
        instead: "it may be wrong there",
      },
      toCitations(elsewhere?.source, sources),
    );
    const replaces = erratum.replaceOperation !== undefined || erratum.replaceRegister !== undefined;
    return [
      {
        id,
        title: erratum.title,
        certain,
        mayBeWrong: !certain && replaces && !isRightElsewhere,
        replaceOperation: erratum.replaceOperation ?? {},
        withoutOperation: erratum.withoutOperation ?? [],
        replaceRegister: erratum.replaceRegister ?? {},
        completionBeforeMaintenance: erratum.completionBeforeMaintenance ?? false,
        mechanism,
        obligation: erratum.obligation,
        sources: [...cited, ...toCitations(here?.source, differing)],
      },
    ];
  });
}
