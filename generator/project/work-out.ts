// Everything that follows from the descriptions of a chip: resolve, plan and render, and what has to be known of the result.
import { type Loaded, planDescription, usesOf } from "../pipeline.ts";
import { span } from "../profile/spans.ts";
import type { OutputFile } from "../render/printer.ts";
import { type PlannedChip, type RenderOptions, renderChip, sharedPaths } from "../render/render-outputs.ts";
import { type DescriptionOf, idOf } from "../validate/library.ts";
import { type KnownChip, knownChip } from "./known-chip.ts";

export interface WorkedOut {
  readonly known: KnownChip;
  readonly planned: PlannedChip;
  /** The files of the chip's own. */
  readonly files: readonly OutputFile[];
}

/** Undefined for a chip of which something has errors. */
export function workOut(
  description: DescriptionOf<"chip">,
  loaded: Loaded,
  options: RenderOptions,
): WorkedOut | undefined {
  const id = idOf(description);
  const planned = span("plan", id, () => planDescription(description, loaded));
  if (!planned) return undefined;
  const files = planned.fences.length > 0 ? span("render", id, () => renderChip(planned, options)) : [];
  const uses = usesOf(description, loaded.library);
  return { known: knownChip(planned, files, sharedPaths(planned, options), uses), planned, files };
}

/** What one of the files holds that were printed anew, as they were before. */
export function contentAt(path: string, files: readonly OutputFile[]): string {
  const file = files.find((each) => each.path === path);
  if (!file) throw new Error(`${path} was printed before, and is not now`);
  return file.content;
}
