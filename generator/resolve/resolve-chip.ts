// From descriptions that have passed every rule to one self-contained model of a chip. Follows references,
// fills in defaults, and applies errata to the mechanisms, so that no later stage needs to know of either.
import type {
  Architecture as ArchitectureYaml,
  CacheLevel as CacheLevelYaml,
  Chip as ChipYaml,
  Core as CoreYaml,
  Erratum as ErratumYaml,
  Mechanism as MechanismYaml,
} from "#generated/descriptions.js";
import type {
  AppliedErratum,
  Architecture,
  CacheLevel,
  LineSize,
  Mechanism,
  ResolvedChip,
  ResolvedCore,
} from "../model/chip.ts";
import { type Addresses, everyCore, everyMaster, everywhere } from "../model/viewers.ts";
import { constantName } from "../notation/names.ts";
import { parseQuantity } from "../notation/quantity.ts";
import { affectedBy } from "../notation/revision.ts";
import { targetArchOf } from "../notation/rust-target.ts";
import type { Library } from "../validate/library.ts";
import { type Sources, toAssembly, toBarrier, toCitations, toFactSources, toObligations, toSources } from "./facts.ts";
import { resolveMechanism } from "./resolve-mechanism.ts";

/** @param chip must be valid, and so must everything that it refers to */
export function resolveChip(chip: ChipYaml, library: Library): ResolvedChip {
  const sources = toSources(chip.sources);
  const cite = (source: Parameters<typeof toCitations>[0]) => toCitations(source, sources);
  return {
    id: chip.chip,
    title: chip.title,
    vendor: chip.vendor,
    tockCrates: chip.tockCrates ?? [],
    parameters: chip.parameters ?? {},
    cores: chip.cores.map((entry) => resolveCore(entry, chip, library)),
    memories: chip.regions.map((region) => ({
      name: region.name,
      addresses: toAddresses(region.base),
      sizeBytes: parseQuantity(typeof region.size === "object" ? region.size.most : region.size),
      isMost: typeof region.size === "object",
      cachedBy: region.cachedBy === "none" ? [] : region.cachedBy,
      memoryType: region.memoryType ?? "normal",
      aliasOf: region.aliasOf,
      sourcesOf: toFactSources(region.source, ["place", "cachedBy"], sources),
    })),
    dma: chip.dma.map((controller) => ({
      name: controller.name,
      reaches: controller.reaches ?? [],
      reads: controller.reads ?? [],
      mayReach: controller.mayReach ?? [],
      mayRead: controller.mayRead ?? [],
      snoops: controller.snoops === "none" || controller.snoops === "run-time" ? [] : controller.snoops,
      snoopingKnownAtRunTime: controller.snoops === "run-time",
      alignmentBytes: Number(parseQuantity(controller.alignmentBytes ?? 1)),
      lengthMultipleBytes: Number(parseQuantity(controller.lengthMultipleBytes ?? 1)),
      requires: toObligations(controller.requires, sources),
      sourcesOf: toFactSources(controller.source, ["reach", "snoops", "alignment"], sources),
    })),
    noDmaSources: cite(chip.noDmaSource),
    dmaDomain: chip.dmaShareability ?? "full-system",
    barrierOverrides: (chip.barrierOverrides ?? []).map(({ fence, at, use, reason, source }) => ({
      fence,
      at,
      use: use.replace(/, ?/g, ", "),
      reason,
      sources: cite(source),
    })),
  };
}

function resolveCore(entry: ChipYaml["cores"][number], chip: ChipYaml, library: Library): ResolvedCore {
  const core = describedCore(entry, library);
  const chipSources = toSources(chip.sources);
  const coreSources = toSources(chip.sources, core.sources);
  const levels: readonly { level: CacheLevelYaml; sources: Sources }[] = [
    ...core.caches.map((level) => ({ level, sources: coreSources })),
    ...(chip.caches ?? []).map((level) => ({ level, sources: chipSources })),
  ];
  const ownErrata = [
    ...(core.errata ?? []).flatMap((erratum) => applied(erratum, entry.revision, coreSources, undefined)),
    ...(chip.errata ?? []).flatMap((erratum) => applied(erratum, chip.revision, chipSources, undefined)),
  ];
  const errata = [...ownErrata];
  const caches = levels.map(({ level, sources }): CacheLevel => {
    const reference: Partial<Exclude<NonNullable<CacheLevelYaml["maintenance"]>, string>> =
      typeof level.maintenance === "object"
        ? level.maintenance
        : level.maintenance === undefined
          ? {}
          : { mechanism: level.maintenance };
    let mechanism: Mechanism | undefined;
    if (reference.mechanism !== undefined) {
      const yaml = findMechanism(reference.mechanism, chip, library);
      const mechanismSources = toSources(chip.sources, yaml.sources);
      const its = (yaml.errata ?? []).flatMap((erratum) =>
        applied(erratum, reference.revision, mechanismSources, yaml.mechanism),
      );
      for (const erratum of its) if (!errata.some(({ id }) => id === erratum.id)) errata.push(erratum);
      const base = reference.base ?? yaml.base;
      mechanism = resolveMechanism(
        yaml,
        base === undefined ? 0n : parseQuantity(base),
        [...ownErrata, ...its],
        mechanismSources,
        reference.lock,
        registerPrefix(reference.mechanism, level, entry, chip, library),
      );
    }
    const line =
      typeof level.lineBytes === "object"
        ? level.lineBytes
        : { smallest: level.lineBytes, largest: level.lineBytes, readFrom: undefined };
    return {
      name: level.name,
      smallestLineBytes: Number(parseQuantity(line.smallest)),
      largestLineBytes: Number(parseQuantity(line.largest)),
      lineReadFrom: line.readFrom,
      sizeBytes: level.sizeBytes === undefined ? undefined : Number(parseQuantity(level.sizeBytes)),
      writePolicy: level.writePolicy,
      speculativeFill: level.speculativeFill !== false,
      enabled: level.enabled ?? "always",
      wholeCacheThresholdBytes:
        level.wholeCacheThresholdBytes === undefined
          ? undefined
          : Number(parseQuantity(level.wholeCacheThresholdBytes)),
      mechanism,
      maintenanceSources: toCitations(reference.source, sources),
      sourcesOf: toFactSources(level.source, ["lineBytes", "writePolicy", "enabled"], sources),
    };
  });
  return {
    id: core.core,
    name: entry.name ?? "",
    title: core.title,
    rustTargets: entry.rustTargets,
    targetArch: [...new Set(entry.rustTargets.flatMap((triple) => targetArchOf(triple) ?? []))],
    architecture: resolveArchitecture(library.get("architecture", core.architecture)!.value as ArchitectureYaml),
    caches,
    requires: toObligations(core.requires, coreSources),
    errata,
    noCacheSources: toCitations(core.noCacheSource, coreSources),
    count: entry.count,
    refused: entry.refused && {
      code: entry.refused.code,
      because: entry.refused.because,
      sources: toCitations(entry.refused.source, chipSources),
    },
    sources: toCitations(entry.source, chipSources),
  };
}

function describedCore({ core }: ChipYaml["cores"][number], library: Library): CoreYaml {
  return (typeof core === "string" ? library.get("core", core)!.value : core) as CoreYaml;
}

/** What tells the registers of several controllers of one kind apart: the names of core and level, as far as needed. */
function registerPrefix(
  mechanism: string,
  level: CacheLevelYaml,
  entry: ChipYaml["cores"][number],
  chip: ChipYaml,
  library: Library,
): string {
  const own = findMechanism(mechanism, chip, library).base;
  const basesOf = (cores: ChipYaml["cores"]) => {
    const levels = [...cores.flatMap((each) => describedCore(each, library).caches), ...(chip.caches ?? [])];
    const bases = levels.flatMap(({ maintenance }) => {
      if (maintenance === mechanism) return [own];
      return typeof maintenance === "object" && maintenance.mechanism === mechanism ? [maintenance.base ?? own] : [];
    });
    return new Set(bases.map((base) => (base === undefined ? undefined : parseQuantity(base)))).size;
  };
  const [inCore, inChip] = [basesOf([entry]), basesOf(chip.cores)];
  const hasNamesake = isNamedLikeAnother(mechanism, level, chip, library);
  const ofCore = inChip > inCore || (hasNamesake && chip.cores.length > 1 && !chip.caches?.includes(level));
  return `${ofCore ? `${entry.name}_` : ""}${inCore > 1 || hasNamesake ? `${level.name}_` : ""}`;
}

/** Whether another mechanism of the chip has a register elsewhere that would be called the same. */
function isNamedLikeAnother(mechanism: string, level: CacheLevelYaml, chip: ChipYaml, library: Library): boolean {
  const own = addressesOf(mechanism, level, chip, library);
  const levels = [...chip.cores.flatMap((each) => describedCore(each, library).caches), ...(chip.caches ?? [])];
  return levels.some((other) => {
    const its = typeof other.maintenance === "object" ? other.maintenance.mechanism : other.maintenance;
    if (its === undefined || its === mechanism) return false;
    return [...addressesOf(its, other, chip, library)].some(
      ([name, address]) => (own.get(name) ?? address) !== address,
    );
  });
}

/** Where the registers of a level's mechanism are, by the names that constants get. */
function addressesOf(
  id: string,
  { maintenance }: CacheLevelYaml,
  chip: ChipYaml,
  library: Library,
): Map<string, bigint> {
  const mechanism = findMechanism(id, chip, library);
  const base = (typeof maintenance === "object" ? maintenance.base : undefined) ?? mechanism.base ?? 0;
  return new Map(
    Object.entries(mechanism.registers ?? {}).map(([name, { offset }]) => [
      constantName(name),
      parseQuantity(base) + parseQuantity(offset),
    ]),
  );
}

export function resolveArchitecture(architecture: ArchitectureYaml): Architecture {
  const sources = toSources(architecture.sources);
  const tock = architecture.tockFence;
  return {
    id: architecture.architecture,
    title: architecture.title,
    litmusArch: architecture.litmusArch,
    programOrder: (architecture.programOrder ?? []).map(({ earlier, later, notForWriteCombining, source }) => ({
      earlier,
      later,
      notForWriteCombining: notForWriteCombining ?? false,
      sources: toCitations(source, sources),
    })),
    barriers: architecture.barriers.map((barrier) => toBarrier(barrier, sources)),
    tockFence: tock && {
      type: tock.type,
      release: tock.release,
      acquire: tock.acquire,
      sources: toCitations(tock.source, sources),
    },
    lineSize: toLineSize(architecture.lineSize, sources),
    assembly: toAssembly(architecture.assembly, sources),
  };
}

function toLineSize(lineSize: ArchitectureYaml["lineSize"], sources: Sources): LineSize | undefined {
  if (!lineSize) return undefined;
  const { instruction, address, lowBit, bits, unitBytes, source } = lineSize;
  const register = instruction ?? parseQuantity(address!);
  return { register, lowBit, bits, unitBytes, sources: toCitations(source, sources) };
}

function findMechanism(id: string, chip: ChipYaml, library: Library): MechanismYaml {
  const inline = chip.mechanisms?.find(({ mechanism }) => mechanism === id);
  return inline ?? (library.get("mechanism", id)!.value as MechanismYaml);
}

/** The erratum as it applies to a revision: an unknown revision counts as affected. */
function applied(
  erratum: ErratumYaml,
  revision: string | undefined,
  sources: Sources,
  mechanism: string | undefined,
): AppliedErratum[] {
  const { affected, certain } = affectedBy(erratum.affects, revision);
  if (!affected) return [];
  return [
    {
      id: erratum.erratum,
      title: erratum.title,
      certain,
      replaceOperation: erratum.replaceOperation ?? {},
      withoutOperation: erratum.withoutOperation ?? [],
      replaceRegister: erratum.replaceRegister ?? {},
      completionBeforeMaintenance: erratum.completionBeforeMaintenance ?? false,
      mechanism,
      obligation: erratum.obligation,
      sources: toCitations(erratum.source, sources),
    },
  ];
}

function toAddresses(base: ChipYaml["regions"][number]["base"]): Addresses {
  if (typeof base !== "object") return everywhere(parseQuantity(base));
  const own = Object.entries(base).map(([viewer, first]) => [viewer, parseQuantity(first)] as const);
  const of = (word: string) => own.find(([viewer]) => viewer === word)?.[1];
  return {
    own: own.filter(([viewer]) => viewer !== everyCore && viewer !== everyMaster),
    cores: of(everyCore),
    masters: of(everyMaster),
  };
}
