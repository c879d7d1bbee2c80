// What the playground is given of a project: small enough to be loaded with the page, and enough to plan a chip that nobody has described.
import { type Loaded, usesOf } from "../../pipeline.ts";
import type { RenderOptions } from "../../render/render-outputs.ts";

export interface PlaygroundProject {
  /** Everything but chips. */
  readonly descriptions: readonly ProjectDescription[];
  /** What the project's chips use of these: files that chips share name all of it. */
  readonly uses: readonly string[];
  readonly render: RenderOptions;
}

/** What fencegen made of a file when it was built, or the text of one of the project's own. The path is the file's origin. */
export type ProjectDescription =
  | { readonly path: string; readonly value: unknown }
  | { readonly path: string; readonly text: string };

export function playgroundProject({ library, chips }: Loaded, render: RenderOptions): PlaygroundProject {
  return {
    descriptions: library.all
      .filter(({ kind }) => kind !== "chip")
      .map(({ file: { origin, text, value, isShipped } }) =>
        isShipped ? { path: origin, value } : { path: origin, text },
      ),
    uses: [...new Set(chips.flatMap((chip) => usesOf(chip, library)))].sort(),
    render,
  };
}
