// The differences that a description knows, by the name of the fact that they are about.
import type { KnownDifference, ResolvedChip } from "./chip.ts";

export interface DifferenceOfFact extends KnownDifference {
  /** As `facts` and `facts --against` call it. */
  readonly name: string;
}

export function knownDifferencesOf({ cores, memories, dma }: ResolvedChip): DifferenceOfFact[] {
  return [
    ...cores.flatMap((core) => {
      const about = cores.length > 1 ? `${core.name}: ` : "";
      return [
        ...core.differs.map((each) => ({ ...each, name: `${about}${coreFact(each.fact)}` })),
        ...core.caches.flatMap(({ name, differs }) =>
          differs.map((each) => ({ ...each, name: `${about}${name}: ${each.fact ?? "line"}` })),
        ),
      ];
    }),
    ...memories.flatMap(({ name, differs }) =>
      differs.map((each) => ({ ...each, name: `memory ${name}${each.fact === undefined ? "" : `: ${each.fact}`}` })),
    ),
    ...dma.flatMap(({ name, differs }) =>
      differs.map((each) => ({ ...each, name: `${name}: ${each.fact ?? "snoops"}` })),
    ),
  ];
}

function coreFact(fact = "core"): string {
  return fact === "count" ? "core: count" : fact;
}
