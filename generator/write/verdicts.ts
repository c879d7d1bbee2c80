// Remembers, beside the chips, which plans were found unsound, so that `generate` can refuse them without exploring.
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compareCodePoints } from "../diagnostics/diagnostic.ts";

const fileName = ".unsound.json";

/** Keys of unsound plans, with the property that each breaks. */
export function readVerdicts(chipsFolder: string): [key: string, property: string][] {
  const path = join(chipsFolder, fileName);
  if (!existsSync(path)) return [];
  try {
    const value = JSON.parse(readFileSync(path, "utf8")) as { unsound?: Record<string, string> };
    return Object.entries(value.unsound ?? {});
  } catch {
    return [];
  }
}

/** Writes the file, or removes it where there is nothing to remember. */
export function writeVerdicts(chipsFolder: string, verdicts: ReadonlyMap<string, string>): void {
  const path = join(chipsFolder, fileName);
  if (verdicts.size === 0) {
    rmSync(path, { force: true });
    return;
  }
  const unsound = Object.fromEntries([...verdicts].sort(([a], [b]) => compareCodePoints(a, b)));
  writeFileSync(path, `${JSON.stringify({ schemaVersion: 1, unsound }, null, 2)}\n`);
}
