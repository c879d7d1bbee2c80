// Everything that follows from the descriptions of a chip: resolve, plan and render, and what has to be known of the result.
import { type Loaded, planDescription, sharedDescriptions, usesOf } from "../pipeline.ts";
import type { OutputFile } from "../render/printer.ts";
import {
  type PlannedChip,
  type RenderOptions,
  renderChip,
  renderShared,
  sharedPaths,
} from "../render/render-outputs.ts";
import type { DescriptionOf } from "../validate/library.ts";
import { type KnownChip, knownChip, knownFile } from "./known-chip.ts";

export interface WorkedOut {
  readonly known: KnownChip;
  readonly planned: PlannedChip;
  /** The files of the chip's own. */
  readonly files: readonly OutputFile[];
  /** Those that it shares and that hold instructions of its fences. */
  readonly sharedFiles: readonly OutputFile[];
}

/** Works out chips that are loaded; undefined for one of which something has errors. */
export function worker(
  loaded: Loaded,
  options: RenderOptions,
): (description: DescriptionOf<"chip">) => WorkedOut | undefined {
  let shared: ReadonlyMap<string, OutputFile> | undefined;
  const sharedAt = (path: string): OutputFile[] => {
    shared ??= new Map(renderShared(options, sharedDescriptions(loaded)).map((file) => [file.path, file]));
    return [shared.get(path) ?? []].flat();
  };
  return (description) => {
    const planned = planDescription(description, loaded);
    if (!planned) return undefined;
    const files = planned.fences.length > 0 ? renderChip(planned, options) : [];
    const sharedFiles = sharedPaths(planned, options).flatMap(sharedAt);
    const uses = usesOf(description, loaded.library);
    return { known: knownChip(planned, files, sharedFiles.map(knownFile), uses), planned, files, sharedFiles };
  };
}

/** What one of the files holds that were printed anew, as they were before. */
export function contentAt(path: string, files: readonly OutputFile[]): string {
  const file = files.find((each) => each.path === path);
  if (!file) throw new Error(`${path} was printed before, and is not now`);
  return file.content;
}
