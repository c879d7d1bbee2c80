// Each emitted file says the types of what it exports, so that a project's declarations can be written file by file.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { expect, it } from "vitest";
import { root } from "../support/command.ts";

const folder = join(root, "out/typescript");

it.each(readdirSync(folder))("%s has declarations of its own", (name) => {
  const { diagnostics, outputText } = ts.transpileDeclaration(readFileSync(join(folder, name), "utf8"), {
    compilerOptions: { isolatedDeclarations: true, module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
    reportDiagnostics: true,
  });
  const problems = (diagnostics ?? []).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
  expect(problems).toEqual([]);
  if (name !== "index.ts") expect(outputText).toContain("static readonly reach: DmaReach<Master");
});
