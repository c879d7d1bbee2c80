// What both views are given for one chip.

import type { Citation, ResolvedChip } from "../model/chip.ts";
import { allSources } from "../model/citations.ts";
import type { FencePlan } from "../plan/operation.ts";
import type { Bibliography } from "./bibliography.ts";

export interface RenderInput {
  readonly chip: ResolvedChip;
  readonly fences: readonly FencePlan[];
  /** Lines of the licence header, without comment markers. */
  readonly licence: readonly string[];
  /** The one line that says where the file comes from, without comment marker. */
  readonly generated: string;
  readonly bibliography: Bibliography;
  /** Path of the trait in Rust. */
  readonly traitPath: string;
  /** size: the shortest loops. speed: loops over blocks of lines where the architecture spells them. */
  readonly optimize: "size" | "speed";
}

/** Every citation that either view prints. */
export function citationsOf({ chip, fences }: Pick<RenderInput, "chip" | "fences">): Citation[] {
  const ofSteps = fences.flatMap(({ release, acquire }) =>
    [...release, ...acquire].flatMap((step) => [
      ...step.sources,
      ...(step.kind === "region-guard" ? step.outside.flatMap(({ sources }) => sources) : []),
    ]),
  );
  const ofObligations = fences.flatMap(({ obligations }) => obligations.flatMap(({ sources }) => sources));
  const ofCores = chip.cores.flatMap((core) => [
    ...core.caches.flatMap(({ sourcesOf }) => allSources(sourcesOf)),
    ...core.noCacheSources,
    ...core.errata.flatMap(({ sources }) => sources),
  ]);
  return [...ofSteps, ...ofObligations, ...ofCores];
}
