// From descriptions that have passed every rule to one self-contained model of a chip. Follows references,
// fills in defaults, and applies errata to the mechanisms, so that no later stage needs to know of either.
import type { Chip as ChipYaml } from "#generated/descriptions.js";
import type { DmaController, ResolvedChip } from "../model/chip.ts";
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
    regions: chip.regions.map((region) => ({
      name: region.name,
      base: parseQuantity(region.base),
      sizeBytes: region.size === undefined ? undefined : parseQuantity(region.size),
      cachedBy: region.cachedBy === "none" ? [] : region.cachedBy === "unknown" ? "all" : region.cachedBy,
      cachingUnknown: region.cachedBy === "unknown",
      memoryType: region.memoryType ?? "normal",
      aliasOf: region.aliasOf,
      sourcesOf: toFactSources(region.source, ["place", "cachedBy"], sources),
    })),
    dma: chip.dma.map((controller) => ({
      name: controller.name,
      reaches: controller.reaches,
      reads: controller.reads ?? [],
      snoops: toSnoops(controller.snoops, chip.cores),
      snoopingKnownAtRunTime: controller.snoops === "run-time",
      snoopingUnknown: controller.snoops === "unknown",
      alignmentBytes: Number(parseQuantity(controller.alignmentBytes ?? 1)),
      lengthMultipleBytes: Number(parseQuantity(controller.lengthMultipleBytes ?? 1)),
      deviceAddressOffset: toOffsets(controller.deviceAddressOffset),
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

function toOffsets(offset: ChipYaml["dma"][number]["deviceAddressOffset"]): Readonly<Record<string, bigint>> {
  if (offset === undefined) return {};
  if (typeof offset !== "object") return { "": parseQuantity(offset) };
  return Object.fromEntries(Object.entries(offset).map(([region, value]) => [region, parseQuantity(value)]));
}
