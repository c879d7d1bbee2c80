// The Rust output: a module for each chip, and the crate that has them as features.
import { nameStem } from "../../plan/plan-chip.ts";
import type { Printer } from "../printer.ts";
import { renderTemplate } from "../render.ts";
import { viewRust } from "./view.ts";

export const rustPrinter: Printer = {
  chipFiles: (input) => [{ path: rustPath(input.chip.id), content: renderTemplate("rust/fence", viewRust(input)) }],
  sharedFiles: (ids, header) => [
    {
      path: "rust/src/lib.rs",
      content: renderTemplate("rust/crate", {
        ...header("//"),
        modules: ids.map((id) => ({ feature: id, module: moduleName(id) })),
      }),
    },
    {
      path: "rust/Cargo.toml",
      content: renderTemplate("rust/cargo", { ...header("#"), features: ids.map((id) => `${id} = []`) }),
    },
    { path: "rust/kernel/Cargo.toml", content: renderTemplate("rust/kernel-cargo", header("#")) },
    { path: "rust/kernel/src/lib.rs", content: renderTemplate("rust/kernel", header("//")) },
  ],
  pathsOf: (id) => [rustPath(id)],
};

export function rustPath(id: string): string {
  return `rust/src/${moduleName(id)}.rs`;
}

function moduleName(id: string): string {
  return nameStem(id).replaceAll("-", "_");
}
