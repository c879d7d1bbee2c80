// The fences of a chip in Rust as one text, for harnesses that build one file: each emitted file as a module, beside those that
// chips share, with Tock's trait.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { OutputFile } from "../../generator/render/printer.ts";
import { chipPaths, type PlannedChip, type RenderOptions } from "../../generator/render/render-outputs.ts";

/** What emitted files of chips use of the crate, beside the fences that some are aliases of. */
const sharedModules = ["dma_fence", "buffer"];

/** The files of a chip with those that all chips use, as they lie in an output folder. */
export function bundleIn(out: string, planned: PlannedChip, options: RenderOptions = { licence: [] }): string {
  const own = chipPaths(planned, options).filter((path) => path.endsWith(".rs"));
  const read = (path: string): OutputFile => ({ path, content: readFileSync(join(out, path), "utf8") });
  const files = own.map(read);
  const named = files.flatMap(({ content }) => [...content.matchAll(/^pub type \w+ = crate::(\w+)::/gm)]);
  const used = new Set(named.map(([, name]) => name!));
  const shared = [...sharedModules, ...used].map((name) => `rust/src/${name}.rs`);
  return bundleOf(
    files,
    shared.flatMap((path) => existing(path, read)),
  );
}

function existing(path: string, read: (path: string) => OutputFile): OutputFile[] {
  try {
    return [read(path)];
  } catch {
    return [];
  }
}

/** @param own files of the chip, whose fences the text exports */
export function bundleOf(own: readonly OutputFile[], shared: readonly OutputFile[]): string {
  const stem = (path: string) => /([^/]+)\.rs$/.exec(path)![1]!;
  const rust = (files: readonly OutputFile[]) => files.filter(({ path }) => path.endsWith(".rs"));
  // What masters reach executes nothing.
  const fences = rust(own).filter(({ path }) => !path.endsWith("_masters.rs"));
  const modules = rust([...fences, ...shared]).map(
    ({ path, content }) => `pub mod ${stem(path)} {\n${inBundle(content)}}\n`,
  );
  return [...modules, ...fences.map(({ path }) => `pub use ${stem(path)}::*;\n`)].join("\n");
}

function inBundle(text: string): string {
  return text
    .replaceAll("crate::DmaFence", "kernel::platform::dma_fence::DmaFence")
    .replaceAll(/\$?\bcrate::/g, "super::");
}
