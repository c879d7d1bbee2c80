// From descriptions that have passed every rule to one self-contained model of a chip. Follows references,
// fills in defaults, and applies errata to the mechanisms, so that no later stage needs to know of either.
import type { ChipCore as ChipCoreYaml, Chip as ChipYaml, Core as CoreYaml } from "#generated/descriptions.js";
import type { Domain, ResolvedChip } from "../model/chip.ts";
import { onceWithin } from "../model/once.ts";
import type { Library } from "../validate/library.ts";
import { factSourcesIn, sourcesFor, toCitations } from "./facts.ts";
import { factsNotActedOn } from "./not-acted-on.ts";
import { readFacts } from "./read-facts.ts";
import { resolveCore } from "./resolve-core.ts";
import { resolveMasters, resolveMemories } from "./resolve-memory.ts";

/** @param chip must be valid, and so must everything that it refers to */
export function resolveChip(chip: ChipYaml, library: Library): ResolvedChip {
  const sources = sourcesFor(chip, library);
  const cite = (source: Parameters<typeof toCitations>[0]) => toCitations(source, sources);
  const facts = readFacts();
  const dmaDomain = facts.counted<Domain>(
    chip.dmaShareability ?? "full-system",
    "full-system",
    { claim: `DMA masters are in the ${chip.dmaShareability} domain`, instead: "barriers are for the whole system" },
    cite(chip.evidence?.dmaShareability),
  );
  const dma = resolveMasters(chip, sources, facts);
  return {
    id: chip.chip,
    title: chip.title,
    vendor: chip.vendor,
    tockCrates: chip.tockCrates ?? [],
    parameters: chip.parameters ?? {},
    cores: chip.cores.map((entry) => {
      const core = resolveCore(entry, chip, library);
      return { ...core, unread: [...core.unread, ...facts.unread], alone: aloneIn(entry, chip, library) };
    }),
    memories: resolveMemories(chip, sources),
    dma,
    // Of a chip without masters, all that is said of them is that there are none.
    noDmaSources: factSourcesIn(chip.evidence?.masters, "", ["reach"], sources).reach,
    dmaDomain,
    barrierOverrides: (chip.barrierOverrides ?? []).map(({ fence, at, use, reason, source }) => ({
      fence,
      at,
      use: use.replace(/, ?/g, ", "),
      reason,
      sources: cite(source),
    })),
    notActedOn: factsNotActedOn(chip),
    verifiedOn: (chip.verifiedOn ?? []).map(({ source, ...found }) => ({ ...found, sources: cite(source) })),
  };
}

/** @param chip that has it, which may be what this makes */
function aloneIn({ core }: ChipCoreYaml, chip: ChipYaml, library: Library): ResolvedChip | undefined {
  if (typeof core !== "string" || chip.chip === core) return undefined;
  const described = library.get("core", core)?.value as CoreYaml | undefined;
  return described?.sharedFence ? coreAlone(described, library) : undefined;
}

/** A core as a chip with nothing else. */
export const coreAlone = onceWithin((core: CoreYaml, library: Library) => resolveChip(onlyWith(core), library));

/** A chip with this core, memory of both kinds and one master, of the id of the core. */
function onlyWith({ core, title }: CoreYaml): ChipYaml {
  return {
    chip: core,
    title,
    vendor: "",
    cores: [{ core }],
    memories: {
      memory: { base: 0, size: "64KiB" },
      "memory that is not cached": { base: 0x1_0000, size: "64KiB", cachedBy: "none" },
    },
    masters: { DMA: { reaches: ["memory", "memory that is not cached"] } },
    sources: {},
  } as unknown as ChipYaml;
}
