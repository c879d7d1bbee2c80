// Reads descriptions from folders.
import { basename, dirname, join, relative, resolve } from "node:path";
import { compareCodePoints, type Diagnostics } from "../diagnostics/diagnostic.ts";
import { bytesOfInput, look, reasonOf, type Unreadable } from "../disk/looks.ts";
import { typeStem } from "../notation/names.ts";
import { mostBytesOfAllFiles, mostFileBytes, mostFiles, mostMarksOfAllFiles } from "./limits.ts";
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
 * @param wanted of which descriptions those are enough that a problem of them may depend on; left out, all are read
 */
export function readDescriptions(
  shared: readonly string[],
  own: string,
  shown: (path: string) => string,
  diagnostics: Diagnostics,
  wanted?: Wanted,
): SourceFile[] {
  const paths = new Set<string>();
  for (const folder of shared) {
    for (const name of sharedFolders) addYaml(join(folder, name), false);
    if (isThere(join(folder, sourcesName))) paths.add(join(folder, sourcesName));
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
  for (const path of (wanted ? neededFor(wanted, [...paths]) : [...paths]).sort(compareCodePoints)) {
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
    let names: readonly string[];
    try {
      names = look("names", folder);
    } catch (error) {
      if (required) reportUnreadable(shown(folder), error, diagnostics);
      return;
    }
    for (const name of names) if (/\.ya?ml$/.test(name)) paths.add(join(folder, name));
  }
}

/** Chips, and texts that are no file of the folders. */
export interface Wanted {
  readonly ids: readonly string[];
  readonly texts: readonly string[];
}

/**
 * Of all paths those that what is wanted may depend on. A description is called as its file, so what a text refers to are files whose
 * names stand in it: more than it refers to, which costs time and nothing else. Chips know each other only by the names of their types,
 * which one may begin as another's.
 */
function neededFor({ ids, texts }: Wanted, paths: readonly string[]): string[] {
  const described = ids.map(typeStem);
  const isAlike = (stem: string) => described.some((each) => each.startsWith(stem) || stem.startsWith(each));
  const needed = new Set<string>();
  const remaining = new Set<string>();
  for (const path of paths) {
    const isChip = !sharedFolders.includes(basename(dirname(path)));
    const isCommon = basename(path) === sourcesName || basename(dirname(path)) === "architectures";
    (isCommon || ids.includes(stemOf(path)) || (isChip && isAlike(typeStem(stemOf(path)))) ? needed : remaining).add(
      path,
    );
  }
  const unread = [...texts, ...[...needed].map((path) => textOf(path))];
  for (let text = unread.pop(); text !== undefined; text = unread.pop()) {
    // What cannot be read refers to nothing, and says why when it is read as a description.
    if (typeof text !== "string") continue;
    for (const path of remaining) {
      if (!text.includes(stemOf(path))) continue;
      const other = textOf(path);
      // Beside the chips may lie what they refer to; a chip refers to no chip.
      if (typeof other === "string" && /^\s*["']?chip\b/m.test(other)) continue;
      remaining.delete(path);
      needed.add(path);
      unread.push(other);
    }
  }
  return [...needed];
}

function stemOf(path: string): string {
  return basename(path).replace(/\.ya?ml$/, "");
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
  const wanted = [...new Set(lists)].filter((path) => !isRead(shown(path)) && isThere(path));
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
  const bytes = path === 0 ? bytesOfInput(mostBytes) : look("bytes", path, mostBytes);
  return bytes instanceof Uint8Array ? bytes.toString("utf8") : bytes;
}

function isThere(path: string): boolean {
  try {
    return look("target", path) !== undefined;
  } catch {
    return false;
  }
}

function reportUnreadable(path: string, error: unknown, diagnostics: Diagnostics): void {
  diagnostics.report("io/cannot-read", { message: `cannot be read (${reasonOf(error)})`, path });
}
