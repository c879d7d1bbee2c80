// The Rust output: a file for each fence and each table of masters, what they share, and the crate that has them as modules.
import type { OutputFile, PathInput, Printer, RenderInput, SharedInput } from "../printer.ts";
import { renderTemplate } from "../render.ts";
import { viewArchitecture } from "./architecture.ts";
import { viewCore } from "./core.ts";
import { crateFiles, crateLists } from "./crate.ts";
import { commentLine } from "./encode.ts";
import { sortedUses } from "./lines.ts";
import { viewMasters } from "./masters.ts";
import { crateFolder, hasBuffers, hasMasters, moduleOf, placeOf } from "./placement.ts";
import { mastersOf, unitsOf } from "./units.ts";
import { type FenceView, importLine, traitLine, viewAlias, viewFence } from "./view.ts";

export const rustPrinter: Printer = {
  chipFiles,
  chipPaths: (input) => {
    const { fences, masters } = unitsIn(input);
    return [...fences, ...masters].map(({ place }) => place.file);
  },
  sharedPaths: (input) =>
    unitsIn(input).fences.flatMap(({ shared }) =>
      shared ? (placeOf("architecture", shared.module, input.settings.rust)?.file ?? []) : [],
    ),
  sharedFiles: (input) => [
    ...architectureFiles(input),
    ...helperFiles(input),
    ...(input.settings.rust.files ? [] : crateFiles(input)),
  ],
  lists: (input) => (input.settings.rust.files ? [] : crateLists(input)),
  formerPaths: (id) => ["", "_masters"].map((end) => `${crateFolder}/src/${moduleOf(id)}${end}.rs`),
};

function unitsIn({ chip, fences, settings }: PathInput) {
  return unitsOf(chip, fences, settings.rust);
}

function chipFiles(input: RenderInput): OutputFile[] {
  const units = unitsIn(input);
  return [
    ...units.fences.map((unit) => {
      const masters = mastersOf(units, unit);
      const content = unit.shared
        ? renderTemplate("rust/alias", viewAlias(unit, masters, input))
        : renderTemplate("rust/fence", viewFence(unit, masters, input));
      return { path: unit.place.file, content };
    }),
    ...units.masters.map((unit) => ({
      path: unit.place.file,
      content: renderTemplate("rust/masters", viewMasters(unit, input)),
    })),
  ];
}

/** The fences that chips share. */
function architectureFiles(input: SharedInput): OutputFile[] {
  const at = (module: string, view: () => FenceView): OutputFile[] => {
    const place = placeOf("architecture", module, input.settings.rust);
    return place ? [{ path: place.file, content: renderTemplate("rust/fence", view()) }] : [];
  };
  return [
    ...input.fences.flatMap((shared) => at(shared.module, () => viewArchitecture(shared, input))),
    ...input.coreFences.flatMap((shared) => at(shared.module, () => viewCore(shared, input))),
  ];
}

/** What tables of masters and types of buffers have in common. */
function helperFiles({ settings, licence, generated }: SharedInput): OutputFile[] {
  const { rust } = settings;
  const head = { licence: licence.map(commentLine), generated: commentLine(generated) };
  const uses = () => {
    const guard = placeOf("shared", "guard", rust)!;
    const buffer = placeOf("shared", "buffer", rust)!;
    return sortedUses([traitLine(guard, settings), importLine(guard, buffer, ["CacheLines", "DmaBuffer"])]);
  };
  const at = (name: string, content: string): OutputFile[] => {
    const place = placeOf("shared", name, rust);
    return place ? [{ path: place.file, content }] : [];
  };
  return [
    ...(hasMasters(rust) ? at("reach", renderTemplate("rust/reach", head)) : []),
    ...(hasBuffers(rust) ? at("buffer", renderTemplate("rust/buffer", head)) : []),
    ...(hasBuffers(rust) ? at("guard", renderTemplate("rust/guard", { ...head, uses: uses() })) : []),
  ];
}
