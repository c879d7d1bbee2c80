// A chip's description for the simulator: the front half of the pipeline, for the library.
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { formatDiagnostic } from "./diagnostics/format.ts";
import { didYouMean } from "./diagnostics/nearest.ts";
import { shippedChip } from "./load/read-descriptions.ts";
import { shippedIn } from "./load/read-shipped.ts";
import { useShipped } from "./load/shipped.ts";
import { load } from "./load-folders.ts";
import type { ResolvedChip } from "./model/chip.ts";
import { planDescription } from "./pipeline.ts";
import { idOf } from "./validate/library.ts";

const packageFolder = fileURLToPath(new URL("..", import.meta.url));
useShipped(shippedIn(join(packageFolder, "dist/shipped.json")));

/**
 * The chip that a file describes, or one that comes with fencegen by its id, with everything that it refers to.
 * @param chip a path that ends in `.yaml`, or an id such as `stm32h743`
 * @throws {Error} with every diagnostic in its message, if the description has errors. A core whose fence is refused, as the
 * description says under `refused`, is none: the chip is opened, and has no fence for it
 */
export function openChip(chip: string): ResolvedChip {
  const shippedFolder = join(packageFolder, "chips");
  const isPath = chip.endsWith(".yaml");
  const chipsFolder = isPath ? dirname(resolve(chip)) : shippedFolder;
  const loaded = load({ chipsFolder, shippedFolder, shown: (path) => path });
  const description = loaded.chips.find((each) =>
    isPath ? resolve(each.file.path) === resolve(chip) : idOf(each) === chip,
  );
  const planned = description && planDescription(description, loaded);
  if (planned) return planned.chip;
  const problems = loaded.diagnostics.sorted().map((diagnostic) => formatDiagnostic(diagnostic));
  const known = isPath ? [] : loaded.chips.flatMap((each) => idOf(each) ?? []);
  const unknown = isPath ? `no chip ${chip} is described` : unknownId(chip, known);
  throw new Error([description ? `${chip} cannot be used` : unknown, ...problems].join("\n"));
}

/** An id is looked up among the chips that come with fencegen alone: an own one is meant as often as a misspelt one. */
function unknownId(id: string, known: readonly string[]): string {
  const byPath = `openChip(${JSON.stringify(`chips/${id}.yaml`)})`;
  if (shippedChip(resolve("chips"), id) !== undefined)
    return `no chip ${id} comes with fencegen; chips/${id}.yaml is opened by its path, ${byPath}`;
  return `no chip ${id} comes with fencegen${didYouMean(id, known)}; one of your own is opened by its path, such as ${byPath}`;
}
