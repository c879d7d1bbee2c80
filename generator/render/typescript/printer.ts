// The TypeScript output: a module of classes for each chip, and one that exports them all.
import { fileStem } from "../names.ts";
import type { Printer } from "../printer.ts";
import { renderTemplate } from "../render.ts";
import { commentLine, stringLiteral, typescript } from "./encode.ts";
import { viewTypeScript } from "./view.ts";

export const typeScriptPrinter: Printer = {
  chipFiles: (input) => [
    { path: typeScriptPath(input.chip.id), content: renderTemplate("typescript/fence", viewTypeScript(input)) },
  ],
  chipPaths: ({ chip }) => [typeScriptPath(chip.id)],
  sharedPaths: () => [],
  sharedFiles: () => [],
  lists: ({ chips, licence, generated }) => [
    {
      path: "typescript/index.ts",
      content: renderTemplate("typescript/index", {
        licence: licence.map(commentLine),
        generated: commentLine(generated),
        exports: chips.map(({ id }) => typescript`export * from ${stringLiteral(`./${stemOf(id)}.ts`)};`),
      }),
    },
  ],
  formerPaths: (id) => [typeScriptPath(id)],
};

export function typeScriptPath(id: string): string {
  return `typescript/${stemOf(id)}.ts`;
}

function stemOf(id: string): string {
  return fileStem(id, ["index"]);
}
