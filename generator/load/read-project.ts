// The choices of the project that uses fencegen, from an optional `.fencegen.yaml`.
import { join } from "node:path";
import type { Diagnostics } from "../diagnostics/diagnostic.ts";
import { look } from "../disk/looks.ts";
import { projectFileName } from "../notation/names.ts";
import { readSource } from "./read-descriptions.ts";
import type { SourceFile } from "./source-file.ts";

/** The settings file, or undefined where there is none. */
export function readProject(path: string, shown: string, diagnostics: Diagnostics): SourceFile | undefined {
  return isThere(path) ? readSource(path, shown, diagnostics) : undefined;
}

/** Whether a folder is that of a project with settings, whatever they say. */
export function hasSettings(folder: string): boolean {
  return isThere(join(folder, projectFileName));
}

/** Also for what cannot be read, such as a link that leads nowhere: reading it says so. */
function isThere(path: string): boolean {
  try {
    return look("entry", path) !== undefined;
  } catch {
    return true;
  }
}
