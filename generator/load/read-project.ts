// The choices of the project that uses fencegen, from an optional `.fencegen.yaml`.
import { existsSync } from "node:fs";
import type { Diagnostics } from "../diagnostics/diagnostic.ts";
import { readSource } from "./read-descriptions.ts";
import type { SourceFile } from "./source-file.ts";

export const projectFileName = ".fencegen.yaml";

/** The settings file, or undefined where there is none. */
export function readProject(path: string, shown: string, diagnostics: Diagnostics): SourceFile | undefined {
  return existsSync(path) ? readSource(path, shown, diagnostics) : undefined;
}
