// What a project's settings ask for and no file would follow: places of files that are not there, the crate of a trait that no
// manifest names.
import type { Project } from "#generated/descriptions.js";
import type { Diagnostics } from "../diagnostics/diagnostic.ts";
import { didYouMean } from "../diagnostics/nearest.ts";
import { type Pointer, reportAt, type SourceFile } from "../load/source-file.ts";
import { moduleName } from "../notation/names.ts";

/** @param sharedNames of all fences that chips may share */
export function validatePlaces(
  { traitPath, rust }: Project,
  sharedNames: () => readonly string[],
  file: SourceFile,
  diagnostics: Diagnostics,
): void {
  const report = (pointer: Pointer, message: string) =>
    reportAt(diagnostics, file, "output/setting-without-effect", pointer, message, { at: "key" });
  const { files, masters, buffers, traitCrate } = rust ?? {};
  if (traitCrate !== undefined && files)
    report(["rust", "traitCrate"], "with `rust.files` there is no manifest that could name a crate: the tree's own do");
  else if (traitCrate !== undefined && traitPath?.startsWith("crate::"))
    report(["rust", "traitCrate"], "`traitPath` is in the emitted crate itself");
  if (!files) return;
  if (files.masters && !files.shared)
    report(
      ["rust", "files", "masters"],
      "tables of masters use the module `reach`: they need a place `shared` as well",
    );
  if (files.masters && masters === false)
    report(["rust", "files", "masters"], "`rust.masters` says that there are no tables of masters");
  if (files.shared && buffers === false && (masters === false || !files.masters))
    report(["rust", "files", "shared"], "without tables of masters and types of buffers, they share nothing");
  const { architecture } = files;
  if (!architecture || typeof architecture.file === "string") return;
  const shared = sharedNames().map(moduleName);
  for (const name of Object.keys(architecture).filter((each) => !shared.includes(each))) {
    const hint = didYouMean(name, shared);
    report(["rust", "files", "architecture", name], `no chips share a fence \`${name}\`${hint}`);
  }
}
