// Reads descriptions from folders.
import { existsSync, readdirSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { compareCodePoints, type Diagnostics } from "../diagnostics/diagnostic.ts";
import { mostBytesOfAllFiles, mostFileBytes, mostFiles, mostMarksOfAllFiles } from "./limits.ts";
import { bytesOfFile, reasonOf, type Unreadable } from "./read-file.ts";
import { parseSource, type SourceFile } from "./source-file.ts";

/** Sub-folders of a folder of descriptions; chips lie in the folder itself. */
const sharedFolders = ["architectures", "cores", "mechanisms"];

/** Beside the chips: what several descriptions cite. */
export const sourcesName = "sources.yaml";

/**
 * Every description below the folders, each file once; a copy of a shared file in the user's folder is that file.
 * @param shared folders of which only architectures, cores, mechanisms and the list of sources are read (those that fencegen ships)
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
  for (const folder of shared) {
    for (const name of sharedFolders) addYaml(join(folder, name), false);
    if (existsSync(join(folder, sourcesName))) paths.add(join(folder, sourcesName));
  }
  for (const name of sharedFolders) addYaml(join(own, name), false);
  addYaml(own, true);
  for (const path of shared.flatMap((folder) => [...paths].filter((path) => hasCopy(path, folder)))) paths.delete(path);
  if (paths.size > mostFiles) {
    const message = `and the folders in it hold ${paths.size} descriptions; at most ${mostFiles} are read`;
    diagnostics.report("io/too-large", { message, path: shown(own) });
    return [];
  }
  const files: SourceFile[] = [];
  let bytes = 0;
  let marks = 0;
  for (const path of [...paths].sort(compareCodePoints)) {
    const file = readSource(path, shown(path), diagnostics);
    bytes += file?.text.length ?? 0;
    marks += file?.text.match(/[\n,:[\]{}]/g)?.length ?? 0;
    if (bytes > mostBytesOfAllFiles || marks > mostMarksOfAllFiles) {
      const most =
        bytes > mostBytesOfAllFiles
          ? `${mostBytesOfAllFiles} bytes`
          : `${mostMarksOfAllFiles} line breaks, commas, colons and brackets`;
      const message = `and the folders in it hold descriptions of more than ${most} together; no more are read`;
      diagnostics.report("io/too-large", { message, path: shown(own) });
      return [];
    }
    if (file) files.push(file);
  }
  return files;

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
  const [text, otherText] = [textOf(path), textOf(other)];
  // What cannot be read is read again as a description, which says why.
  return typeof text === "string" && text === otherText;
}

/**
 * The lists of sources beside descriptions, or beside the folder of their kind.
 * @param paths of the descriptions
 * @param isRead whether what is shown under a path is read already
 */
export function readSourcesBeside(
  paths: readonly string[],
  isRead: (shown: string) => boolean,
  shown: (path: string) => string,
  diagnostics: Diagnostics,
): SourceFile[] {
  const lists = paths.map((path) => {
    const folder = dirname(path);
    return join(sharedFolders.includes(basename(folder)) ? dirname(folder) : folder, sourcesName);
  });
  const wanted = [...new Set(lists)].filter((path) => !isRead(shown(path)) && existsSync(path));
  return wanted.flatMap((path) => readSource(path, shown(path), diagnostics) ?? []);
}

/** One file; `undefined` if it cannot be read, which is reported. `path` may be 0, the standard input. */
export function readSource(
  path: string | 0,
  shown: string,
  diagnostics: Diagnostics,
  mostBytes = mostFileBytes,
): SourceFile | undefined {
  const text = textOf(path, mostBytes);
  if (typeof text !== "string") {
    diagnostics.report(text.code, { message: text.message, path: shown });
    return undefined;
  }
  const absolute = resolve(path === 0 ? shown : path);
  return parseSource(shown, text, diagnostics, `${basename(dirname(absolute))}/${basename(absolute)}`);
}

function textOf(path: string | 0, mostBytes = mostFileBytes): string | Unreadable {
  const bytes = bytesOfFile(path, mostBytes);
  return bytes instanceof Uint8Array ? bytes.toString("utf8") : bytes;
}

function reportUnreadable(path: string, error: unknown, diagnostics: Diagnostics): void {
  diagnostics.report("io/cannot-read", { message: `cannot be read (${reasonOf(error)})`, path });
}
