// The differences that a description knows, by the name of the fact that they are about.
import type { CacheLevel, Citation, KnownDifference, ResolvedChip, ResolvedCore } from "./chip.ts";

export interface DifferenceOfFact extends KnownDifference {
  /** As `facts` and `facts --against` call it. */
  readonly name: string;
  /** Where what the description says instead was read; undefined for what no step of a fence rests on. */
  readonly sourcesOfFact: readonly Citation[] | undefined;
}

export function knownDifferencesOf({ cores, memories, dma }: ResolvedChip): DifferenceOfFact[] {
  return [
    ...cores.flatMap((core) => {
      const about = cores.length > 1 ? `${core.name}: ` : "";
      return [
        ...core.differs.map((each) => ({
          ...each,
          name: `${about}${coreFact(each.fact)}`,
          sourcesOfFact: sourcesOfCore(core, each.fact),
        })),
        ...core.caches.flatMap((level) =>
          level.differs.map((each) => ({
            ...each,
            name: `${about}${level.name}: ${each.fact ?? "line"}`,
            sourcesOfFact: sourcesOfLevel(level, each.fact),
          })),
        ),
      ];
    }),
    ...memories.flatMap(({ name, differs, sourcesOf }) =>
      differs.map((each) => ({
        ...each,
        name: `memory ${name}${each.fact === undefined ? "" : `: ${each.fact}`}`,
        sourcesOfFact: sourcesOf.place,
      })),
    ),
    ...dma.flatMap(({ name, differs, sourcesOf }) =>
      differs.map((each) => ({ ...each, name: `${name}: ${each.fact ?? "snoops"}`, sourcesOfFact: sourcesOf.snoops })),
    ),
  ];
}

function coreFact(fact = "core"): string {
  return fact === "count" ? "core: count" : fact;
}

function sourcesOfCore({ sources, caches }: ResolvedCore, fact = "core"): readonly Citation[] | undefined {
  if (fact === "core") return sources;
  const level = caches.find(({ name }) => fact.startsWith(`${name}: `));
  return level && sourcesOfLevel(level, fact.slice(level.name.length + 2));
}

function sourcesOfLevel(level: CacheLevel, fact = "line"): readonly Citation[] | undefined {
  if (fact === "line") return level.sourcesOf.lineBytes;
  return fact === "registers" ? level.maintenanceSources : undefined;
}
