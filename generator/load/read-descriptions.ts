// Reads descriptions from folders.
import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { compareCodePoints, type Diagnostics } from "../diagnostics/diagnostic.ts";
import { parseSource, type SourceFile } from "./source-file.ts";

/** Sub-folders of a folder of descriptions; chips lie in the folder itself. */
const sharedFolders = ["architectures", "cores", "mechanisms"];

/**
 * Every description below the folders, each file once; a copy of a shared file in the user's folder is that file.
 * @param shared folders of which only architectures, cores and mechanisms are read (those that fencegen ships)
 * @param own the folder with the user's chips, which may also hold more of the others
 * @param shown turns a path into how it is shown to the user
 */
export function readDescriptions(
  shared: readonly string[],
  own: string,
  shown: (path: string) => string,
  diagnostics: Diagnostics,
): SourceFile[] {
  const paths = new Set<string>();
  for (const folder of shared) for (const name of sharedFolders) addYaml(join(folder, name), false);
  for (const name of sharedFolders) addYaml(join(own, name), false);
  addYaml(own, true);
  for (const path of shared.flatMap((folder) => [...paths].filter((path) => hasCopy(path, folder)))) paths.delete(path);
  return [...paths].sort(compareCodePoints).flatMap((path) => readSource(path, shown(path), diagnostics) ?? []);

  function hasCopy(path: string, folder: string): boolean {
    const copy = join(own, relative(folder, path));
    return copy !== path && paths.has(copy) && hasSameText(path, copy);
  }

  function addYaml(folder: string, required: boolean): void {
    let names: string[];
    try {
      names = readdirSync(folder);
    } catch (error) {
      if (required) reportUnreadable(shown(folder), error, diagnostics);
      return;
    }
    for (const name of names) if (/\.ya?ml$/.test(name)) paths.add(join(folder, name));
  }
}

function hasSameText(path: string, other: string): boolean {
  try {
    return readFileSync(path).equals(readFileSync(other));
  } catch {
    return false; // Reading it again as a description says why.
  }
}

/** One file; `undefined` if it cannot be read, which is reported. `path` may be 0, the standard input. */
export function readSource(path: string | 0, shown: string, diagnostics: Diagnostics): SourceFile | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    reportUnreadable(shown, error, diagnostics);
    return undefined;
  }
  const absolute = resolve(path === 0 ? shown : path);
  return parseSource(shown, text, diagnostics, `${basename(dirname(absolute))}/${basename(absolute)}`);
}

function reportUnreadable(path: string, error: unknown, diagnostics: Diagnostics): void {
  const reason = (error as NodeJS.ErrnoException).code ?? String(error);
  diagnostics.report("io/cannot-read", { message: `cannot be read (${reason})`, path });
}
