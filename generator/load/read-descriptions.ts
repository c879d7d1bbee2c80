// Reads descriptions from folders.
import { basename, dirname, join, resolve, sep } from "node:path";
import { compareCodePoints, type Diagnostics } from "../diagnostics/diagnostic.ts";
import { bytesOfInput, type Held, look, lookAtHash, reasonOf, type Unreadable } from "../disk/looks.ts";
import { typeStem } from "../notation/names.ts";
import { mostBytesOfAllFiles, mostFileBytes, mostFiles, mostMarksOfAllFiles } from "./limits.ts";
import { parseSource, type SourceFile, sourcesName } from "./source-file.ts";

/** Sub-folders of a folder of descriptions; chips lie in the folder itself. */
export const sharedFolders = ["architectures", "cores", "mechanisms"];

/** Whether a description lies where no chips lie. */
export function isInSharedFolder(path: string): boolean {
  return sharedFolders.includes(basename(dirname(path)));
}

const sourcesStem = stemOf(sourcesName);

/** Which folders hold descriptions. */
export interface DescriptionFolders {
  /** Folders of which only architectures, cores, mechanisms and the list of sources count (those that fencegen ships), and the chips that are named. */
  readonly shared: readonly string[];
  /** The folder with the user's chips, which may also hold more of the others. */
  readonly own: string;
  /** Ids of chips of the shared folders that count as the user's, unless one of the user's own is called so. */
  readonly chips?: readonly string[] | undefined;
  /** Whether `own` must be there; left out, where none of these chips counts. */
  readonly isOwnNeeded?: boolean | undefined;
  /** Turns a path into how it is shown to the user. */
  readonly shown: (path: string) => string;
}

/**
 * Where descriptions lie below the folders, each once, the shared ones first, in code-point order; a copy of a shared file in the user's folder is that file.
 */
export function descriptionPaths(folders: DescriptionFolders, diagnostics: Diagnostics): string[] {
  const paths = withoutCopies(listedPaths(folders, diagnostics), folders, hasSameBytes);
  return isTooMany(paths, folders, diagnostics) ? [] : inOrder(paths, folders);
}

/** As `descriptionPaths` has them, but in any order, and with both of a shared file and its copy: no file is read for it. */
function listedPaths(
  { shared, own, chips = [], isOwnNeeded, shown }: DescriptionFolders,
  diagnostics: Diagnostics,
): string[] {
  const paths = new Set<string>();
  for (const folder of shared) {
    for (const name of sharedFolders) addYaml(join(folder, name), false);
    if (isThere(join(folder, sourcesName))) paths.add(join(folder, sourcesName));
  }
  const taken = shared.flatMap((folder) => shippedChipsAmong(chips, folder, own).map(({ path }) => path));
  // What is not there has no folders in it, and of what cannot be read one line is enough.
  if (addYaml(own, isOwnNeeded ?? taken.length === 0))
    for (const name of sharedFolders) addYaml(join(own, name), false);
  for (const path of taken) paths.add(path);
  return [...paths];

  /** @returns whether the folder could be read; one that is there and cannot be is a problem, needed or not */
  function addYaml(folder: string, isNeeded: boolean): boolean {
    let names: readonly string[];
    try {
      names = look("names", folder);
    } catch (error) {
      if (isNeeded || reasonOf(error) !== "ENOENT") reportUnreadable(shown(folder), error, diagnostics);
      return false;
    }
    const prefix = join(folder, sep);
    for (const name of names) if (/\.ya?ml$/.test(name)) paths.add(prefix + name);
    return true;
  }
}

/**
 * Drops shared files of which the user's folder has a copy.
 * @param listed all that there are
 * @param paths of which some may be dropped
 */
function withoutCopies(
  listed: readonly string[],
  { shared, own }: DescriptionFolders,
  isCopy: (path: string, other: string) => boolean,
  paths: readonly string[] = listed,
): string[] {
  const all = new Set(listed);
  const prefixes = shared.map((folder) => join(folder, sep));
  return paths.filter(
    (path) =>
      !prefixes.some((prefix) => {
        if (!path.startsWith(prefix)) return false;
        const other = join(own, path.slice(prefix.length));
        return other !== path && all.has(other) && isCopy(path, other);
      }),
  );
}

function inOrder(paths: readonly string[], { shared }: DescriptionFolders): string[] {
  // Of two that are called the same, the one that did not come with fencegen is the one with a problem.
  const prefixes = shared.map((folder) => join(folder, sep));
  const isShipped = (path: string) => prefixes.some((prefix) => path.startsWith(prefix));
  const sorted = paths.toSorted(compareCodePoints);
  return [...sorted.filter(isShipped), ...sorted.filter((path) => !isShipped(path))];
}

function isTooMany(paths: readonly string[], { own, shown }: DescriptionFolders, diagnostics: Diagnostics): boolean {
  if (paths.length <= mostFiles) return false;
  const message = `and the folders in it hold ${paths.length} descriptions; at most ${mostFiles} are read`;
  diagnostics.report("io/too-large", { message, path: shown(own) });
  return true;
}

/** Where a folder that comes with fencegen describes a chip; undefined where it does not. */
export function shippedChip(folder: string, id: string): string | undefined {
  const path = join(folder, `${id}.yaml`);
  // A disk that takes small letters for capitals must not find a chip that others do not.
  return /^[a-z0-9-]+$/.test(id) && id !== sourcesStem && isThere(path) ? path : undefined;
}

/** Which of the chips with these ids come with fencegen, and are not described by the user as well. */
export function shippedChipsAmong(
  ids: readonly string[],
  shipped: string,
  own: string,
): { readonly id: string; readonly path: string }[] {
  if (shipped === own) return [];
  return ids.flatMap((id) => {
    const path = shippedChip(shipped, id);
    const isOwn = path !== undefined && ["yaml", "yml"].some((end) => isTaken(join(own, `${id}.${end}`)));
    return path === undefined || isOwn ? [] : [{ id, path }];
  });
}

/** Ids of all chips that a folder describes that comes with fencegen, sorted. */
export function shippedChipIds(folder: string): string[] {
  return namesIn(folder)
    .flatMap((name) => chipIdOf(name) ?? [])
    .sort(compareCodePoints);
}

/** Every description below the folders, as `descriptionPaths` and `readDescriptionsAt` have them. */
export function readDescriptions(folders: DescriptionFolders, diagnostics: Diagnostics, wanted?: Wanted): SourceFile[] {
  const { own, shown } = folders;
  const listed = listedPaths(folders, diagnostics);
  // How many there are without copies, only reading all of them says.
  if (!wanted || listed.length > mostFiles) {
    const paths = withoutCopies(listed, folders, hasSameBytes);
    if (isTooMany(paths, folders, diagnostics)) return [];
    return readDescriptionsAt(inOrder(paths, folders), own, shown, diagnostics, wanted);
  }
  const texts = neededFor(wanted, listed);
  const isCopy = (path: string, other: string) =>
    texts.has(other) ? texts.get(path) === texts.get(other) : hasSameBytes(path, other);
  const needed = withoutCopies(listed, folders, isCopy, [...texts.keys()]);
  return parsedAll(inOrder(needed, folders), texts, wanted, own, shown, diagnostics);
}

/**
 * The descriptions at these paths.
 * @param own the folder of which too much to read is reported
 * @param wanted of which descriptions those are enough that a problem of them may depend on; left out, all are read
 */
export function readDescriptionsAt(
  paths: readonly string[],
  own: string,
  shown: (path: string) => string,
  diagnostics: Diagnostics,
  wanted?: Wanted,
): SourceFile[] {
  const texts = wanted && neededFor(wanted, paths);
  const needed = texts ? paths.filter((path) => texts.has(path)) : paths;
  return parsedAll(needed, texts, wanted, own, shown, diagnostics);
}

/** @param texts those that have been read */
function parsedAll(
  paths: readonly string[],
  texts: ReadonlyMap<string, Text> | undefined,
  wanted: Wanted | undefined,
  own: string,
  shown: (path: string) => string,
  diagnostics: Diagnostics,
): SourceFile[] {
  const isParsed = new Set(wanted?.parsed);
  const files: SourceFile[] = [];
  let bytes = 0;
  let marks = 0;
  for (const path of paths.filter((each) => !isParsed.has(each))) {
    const file = parsed(path, texts?.get(path) ?? textOf(path), shown(path), diagnostics);
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
}

/** What is wanted. */
export interface Wanted {
  /** Of chips. */
  readonly ids?: readonly string[];
  /** Files of the folders, whatever they describe. */
  readonly paths?: readonly string[];
  /** What refers to descriptions, beside the files of the folders. */
  readonly texts?: readonly string[];
  /** Files that whoever asks has parsed already: they are not among those that are given. */
  readonly parsed?: readonly string[];
}

/**
 * Of all paths those that what is wanted may depend on, and what stands there. A description is called as its file, so what a text refers to are files whose
 * names are words of it: more than it refers to, which costs time and nothing else. Chips know each other only by the names of their types,
 * which one may begin as another's.
 */
function neededFor({ ids = [], paths: named = [], texts = [] }: Wanted, paths: readonly string[]): Map<string, Text> {
  const [isNamed, isWanted] = [new Set(named), new Set(ids)];
  const described = ids.map(typeStem);
  const isAlike = (stem: string) => described.some((each) => each.startsWith(stem) || stem.startsWith(each));
  const needed = new Map<string, Text>();
  const remaining = new Map<string, string[]>();
  for (const path of paths) {
    // By hand: there may be ten thousand of them, of which few are needed.
    const end = path.lastIndexOf(sep);
    const folder = path.slice(path.lastIndexOf(sep, end - 1) + 1, end);
    const stem = path.slice(end + 1, path.lastIndexOf("."));
    const isChip = !sharedFolders.includes(folder);
    const isCommon = stem === sourcesStem || folder === "architectures";
    const isOne = isNamed.has(path) || isWanted.has(stem) || (isChip && isAlike(typeStem(stem)));
    const others = remaining.get(stem);
    if (isCommon || isOne) needed.set(path, textOf(path));
    else if (others) others.push(path);
    else remaining.set(stem, [path]);
  }
  const unread: Text[] = [...texts, ...needed.values()];
  for (let text = unread.pop(); text !== undefined; text = unread.pop()) {
    // What cannot be read refers to nothing, and says why when it is read as a description.
    if (typeof text !== "string") continue;
    for (const word of text.match(/[\w-]+/g) ?? []) {
      const called = remaining.get(word);
      if (!called) continue;
      remaining.delete(word);
      for (const path of called) {
        const other = textOf(path);
        // Beside the chips may lie what they refer to; a chip refers to no chip.
        if (typeof other === "string" && /^\s*["']?chip\b/m.test(other)) continue;
        needed.set(path, other);
        unread.push(other);
      }
    }
  }
  return needed;
}

/** The id of what a file describes. */
export function stemOf(path: string): string {
  return basename(path).replace(/\.ya?ml$/, "");
}

/** The id of the chip that a file describes if it describes one, by where it lies and what it is called. */
export function chipIdOf(path: string): string | undefined {
  const isOne = /\.ya?ml$/.test(path) && !isInSharedFolder(path) && stemOf(path) !== sourcesStem;
  return isOne ? stemOf(path) : undefined;
}

function hasSameBytes(path: string, other: string): boolean {
  const held = heldAt(path);
  // What cannot be read is read again as a description, which says why.
  return held !== undefined && held.hash === heldAt(other)?.hash;
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
    return join(isInSharedFolder(path) ? dirname(folder) : folder, sourcesName);
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
  return parsed(path, textOf(path, mostBytes), shown, diagnostics);
}

function parsed(path: string | 0, text: Text, shown: string, diagnostics: Diagnostics): SourceFile | undefined {
  if (typeof text !== "string") {
    diagnostics.report(text.code, { message: text.message, path: shown });
    return undefined;
  }
  const absolute = resolve(path === 0 ? shown : path);
  return parseSource(shown, text, diagnostics, `${basename(dirname(absolute))}/${basename(absolute)}`);
}

/** What stands in a file, or why that cannot be read. */
type Text = string | Unreadable;

export function textOf(path: string | 0, mostBytes = mostFileBytes): Text {
  const bytes = path === 0 ? bytesOfInput(mostBytes) : look("bytes", path, mostBytes);
  return bytes instanceof Uint8Array ? bytes.toString("utf8") : bytes;
}

/** What a file holds, without its text; undefined where that cannot be read. */
export function heldAt(path: string): Held | undefined {
  return lookAtHash("bytes", path, mostFileBytes);
}

function isThere(path: string): boolean {
  try {
    return look("target", path) !== undefined;
  } catch {
    return false;
  }
}

/** Whether something stands at a path, also a link that leads nowhere, or what cannot be looked at. */
function isTaken(path: string): boolean {
  try {
    return look("entry", path) !== undefined;
  } catch (error) {
    return reasonOf(error) !== "ENOTDIR";
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return look("names", folder);
  } catch {
    return [];
  }
}

function reportUnreadable(path: string, error: unknown, diagnostics: Diagnostics): void {
  if (reasonOf(error) !== "ENOENT") {
    diagnostics.report("io/cannot-read", { message: `cannot be read (${reasonOf(error)})`, path });
    return;
  }
  diagnostics.report("io/cannot-read", {
    message: "there is no such folder, and the chips' descriptions are looked for in it",
    path,
    mend: "Run the command in the folder of your project, name another folder with --chips DIR, or begin with `fencegen init`, which sets a project up.",
  });
}
