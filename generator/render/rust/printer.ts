// The Rust output: a module for each chip, and the crate that has them as features.
import { moduleName } from "../../notation/names.ts";
import type { Code } from "../code.ts";
import { fileStem, plainStem } from "../names.ts";
import type { Header, Printer } from "../printer.ts";
import { renderTemplate } from "../render.ts";
import { toml, tomlComment, tomlKey } from "../toml.ts";
import { commentLine, identifier, stringLiteral } from "./encode.ts";
import { viewRust } from "./view.ts";

export const rustPrinter: Printer = {
  chipFiles: (input) => [{ path: rustPath(input.chip.id), content: renderTemplate("rust/fence", viewRust(input)) }],
  sharedFiles: (ids, header) => [
    {
      path: "rust/src/lib.rs",
      content: renderTemplate("rust/crate", {
        ...headOf(header),
        modules: ids.map((id) => ({ feature: stringLiteral(plainStem(id)), module: module(id) })),
      }),
    },
    {
      path: "rust/Cargo.toml",
      content: renderTemplate("rust/cargo", {
        ...tomlHeadOf(header),
        features: ids.map((id) => toml`${tomlKey(id)} = []`),
      }),
    },
    { path: "rust/kernel/Cargo.toml", content: renderTemplate("rust/kernel-cargo", tomlHeadOf(header)) },
    { path: "rust/kernel/src/lib.rs", content: renderTemplate("rust/kernel", headOf(header)) },
  ],
  pathsOf: (id) => [rustPath(id)],
};

export function rustPath(id: string): string {
  return `rust/src/${module(id)}.rs`;
}

/** A module is named after its file, which must be neither the crate's own nor a keyword. */
function module(id: string): Code<"rust"> {
  return identifier(moduleName(fileStem(id, ["lib", "main", "mod"])));
}

function headOf({ licence, generated }: Header) {
  return { licence: licence.map(commentLine), generated: commentLine(generated) };
}

function tomlHeadOf({ licence, generated }: Header) {
  return { licence: licence.map(tomlComment), generated: tomlComment(generated) };
}
