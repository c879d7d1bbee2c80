// The TypeScript output: a module of classes for each chip, and one that exports them all.
import type { Printer } from "../printer.ts";
import { renderTemplate } from "../render.ts";
import { viewTypeScript } from "./view.ts";

export const typeScriptPrinter: Printer = {
  chipFiles: (input) => [
    { path: typeScriptPath(input.chip.id), content: renderTemplate("typescript/fence", viewTypeScript(input)) },
  ],
  sharedFiles: (ids, header) => [
    {
      path: "typescript/index.ts",
      content: renderTemplate("typescript/index", {
        ...header("//"),
        exports: ids.map((id) => `export * from "./${id}.ts";`),
      }),
    },
  ],
  pathsOf: (id) => [typeScriptPath(id)],
};

export function typeScriptPath(id: string): string {
  return `typescript/${id}.ts`;
}
