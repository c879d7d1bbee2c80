// From descriptions that have passed every rule to one self-contained model of a chip. Follows references,
// fills in defaults, and applies errata to the mechanisms, so that no later stage needs to know of either.
import type { Chip as ChipYaml } from "#generated/descriptions.js";
import type { DmaController, ResolvedChip } from "../model/chip.ts";
import { type Addresses, everyCore, everyMaster, everywhere } from "../model/viewers.ts";
import { parseQuantity } from "../notation/quantity.ts";
import type { Library } from "../validate/library.ts";
import { toCitations, toFactSources, toObligations, toSources } from "./facts.ts";
import { resolveCore } from "./resolve-core.ts";

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
      cachedBy: region.cachedBy === "none" ? [] : region.cachedBy === "unknown" ? "all" : region.cachedBy,
      cachingUnknown: region.cachedBy === "unknown",
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
      snoops: toSnoops(controller.snoops, chip.cores),
      snoopingKnownAtRunTime: controller.snoops === "run-time",
      snoopingUnknown: controller.snoops === "unknown",
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

/** For each core of the chip by name. */
function toSnoops(snoops: ChipYaml["dma"][number]["snoops"], cores: ChipYaml["cores"]): DmaController["snoops"] {
  const isByCore = typeof snoops === "object" && !Array.isArray(snoops);
  const byCore = new Map(isByCore ? Object.entries(snoops) : []);
  return Object.fromEntries(
    cores.map(({ name = "" }) => {
      const seen = isByCore ? byCore.get(name) : snoops;
      return [name, seen === undefined || seen === "none" || seen === "run-time" || seen === "unknown" ? [] : seen];
    }),
  );
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
