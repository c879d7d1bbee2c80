// Compares a set of output files with what lies in the output folder.
// A manifest beside the outputs says what fencegen wrote, so that it never touches anything else.
import { basename, dirname, isAbsolute, join } from "node:path";
import { compareCodePoints } from "../diagnostics/diagnostic.ts";
import { hash } from "../disk/hash.ts";
import { conflictsIn } from "../notation/conflicts.ts";
import type { ListedChip, OutputFile } from "../render/printer.ts";
import { Below, type Found, type Obstacle } from "./below.ts";
import { type Disk, realDisk } from "./disk.ts";
import { type Journal, readJournal } from "./journal.ts";
import {
  addSums,
  type ChipEntry,
  emptyManifest,
  lineSum,
  type Manifest,
  manifestName,
  mergedPaths,
  parseManifest,
  printManifest,
  subtractSum,
} from "./manifest.ts";

export interface Change {
  readonly kind: "create" | "update" | "remove";
  /** Relative to the output folder, or absolute for a file elsewhere. */
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** A file as it shall be. */
export interface WantedFile {
  readonly path: string;
  /** SHA-256 of what it shall hold. */
  readonly hash: string;
  /** What it shall hold; asked for only where something else is there, and then several times. */
  content(): string;
}

/** A file that lists chips, or that they share. */
export interface WantedList extends WantedFile {
  /** The sum of its lines. */
  readonly sum: string;
  /** The same if it listed no chip; undefined where it would not be there. */
  readonly sumWithoutChips: string | undefined;
}

/** What the output folder shall hold. */
export interface WantedOutputs {
  /** The files of each chip of this run; of a chip without any, none shall be there. */
  readonly chips: readonly { readonly id: string; readonly files: readonly WantedFile[] }[];
  /** Chips that this run leaves as they are, and where their files were in a manifest that does not say it. */
  readonly others: readonly { readonly id: string; readonly formerPaths: readonly string[] }[];
  /** The files that list these chips, or that chips share. */
  shared(chips: readonly ListedChip[]): readonly WantedList[];
  /** What a chip adds to the sums of lines of the files that list it, by path. */
  partsOf(chip: ListedChip): ChipEntry;
}

/** A file of which the content is at hand. */
export function wantedFile({ path, content }: OutputFile): WantedFile {
  return { path, hash: hash(content), content: () => content };
}

/** Files that list chips, or that they share, with the content at hand. */
export function wantedLists(files: readonly OutputFile[], withoutChips: readonly OutputFile[]): WantedList[] {
  const sums = new Map(withoutChips.map(({ path, content }) => [path, lineSum(content)]));
  return files.map((file) => ({
    ...wantedFile(file),
    sum: lineSum(file.content),
    sumWithoutChips: sums.get(file.path),
  }));
}

/** What the chips in the first files add to the sums of lines of the second ones, which list none. */
export function partsIn(files: readonly OutputFile[], withoutChips: readonly OutputFile[]): ChipEntry {
  return Object.fromEntries(
    wantedLists(files, withoutChips).flatMap(({ path, sum, sumWithoutChips }) => {
      const part = subtractSum(sum, sumWithoutChips ?? "");
      return /^0+$/.test(part) ? [] : [[path, part]];
    }),
  );
}

export interface OutputComparison {
  readonly changes: readonly Change[];
  /** Files that differ from what fencegen wrote last. */
  readonly editedByHand: readonly string[];
  /** Files that git could not merge, which fencegen wrote in both branches. */
  readonly conflicts: readonly string[];
  /** Files that fencegen never wrote, where it has to write now. */
  readonly inTheWay: readonly string[];
  /** What stands in the place of the output folder, which has the path "", of a file of the set or of a folder on the way to one. */
  readonly obstacles: readonly Obstacle[];
  /** Why the manifest cannot be read as one, in words for a message. */
  readonly manifestProblem: string | undefined;
  /** Whether a run of `generate` was interrupted here, or is at work. */
  readonly isUnfinished: boolean;
}

/** Where there is nothing to compare with, or to compare. */
export const nothingCompared: OutputComparison = {
  changes: [],
  editedByHand: [],
  conflicts: [],
  inTheWay: [],
  obstacles: [],
  manifestProblem: undefined,
  isUnfinished: false,
};

/** What the outputs were when fencegen wrote last, and what they shall be. */
interface Known extends Expected {
  readonly manifestProblem: string | undefined;
  /** SHA-256 of what may stand at a path and be fencegen's. */
  readonly hashes: ReadonlyMap<string, ReadonlySet<string>>;
  /** Files that two branches wrote, unlike each other: a merge made of them what neither has written. */
  readonly merged: ReadonlySet<string>;
  readonly journal: Journal | undefined;
}

/**
 * What would have to change for the folder to hold exactly the set. Reads only.
 * @param isOneEnough whether one change is as good as all: then no file is looked at where the manifest says that there is one
 */
export function compareOutputs(
  folder: string,
  wanted: WantedOutputs,
  disk: Disk = realDisk,
  isOneEnough = false,
): OutputComparison {
  const below = new Below(folder, disk);
  const known = readKnown(folder, wanted, below, disk);
  const { files } = known;
  const dropped = [...known.hashes.keys()].filter((path) => !known.paths.has(path));

  const changes: Change[] = [];
  const editedByHand: string[] = [];
  const conflicts: string[] = [];
  const inTheWay: string[] = [];
  const obstacles = new Map<string, Obstacle>();
  const comparison = (): OutputComparison => ({
    changes: changes.sort((a, b) => compareCodePoints(a.path, b.path)),
    editedByHand: editedByHand.sort(compareCodePoints),
    conflicts: conflicts.sort(compareCodePoints),
    inTheWay: inTheWay.sort(compareCodePoints),
    obstacles: [...obstacles.values()].sort((a, b) => compareCodePoints(a.path, b.path)),
    manifestProblem: known.manifestProblem,
    isUnfinished: known.journal !== undefined,
  });
  const lookAt = (path: string) => {
    const obstacle = below.obstacleAt(path);
    if (obstacle) obstacles.set(obstacle.path, obstacle);
    return obstacle;
  };
  const kind = disk.kindOf(disk.realPath(folder));
  if (kind !== undefined && kind !== "folder") obstacles.set("", { path: "", kind, isOnTheWay: true });
  if (conflictsIn(known.manifestText ?? "").length > 0) conflicts.push(manifestName);
  if (known.nextManifest !== known.manifestText) {
    const { manifestText: before, nextManifest: after } = known;
    changes.push({ kind: before === undefined ? "create" : "update", path: manifestName, before, after });
    lookAt(manifestName);
    if (isOneEnough) return comparison();
  }
  const isOurs = (path: string, found: Found) => {
    if (found.kind !== "file") return false;
    if (known.hashes.get(path)?.has(hash(found.bytes)) || isListOf(path, found.bytes, known.manifest)) return true;
    if (!isWritten(path, known)) return false;
    if (conflictsIn(found.bytes.toString("utf8")).length > 0) {
      conflicts.push(path);
      return true;
    }
    return known.merged.has(path);
  };
  const isOurList = (path: string, found: Found, content: () => string) =>
    found.kind === "file" && known.manifest.shared.has(path) && hasSameLines(found.bytes.toString("utf8"), content());
  for (const { path, hash: wantedHash, content } of files) {
    if (below.holds(path, wantedHash)) continue;
    const found = below.find(path);
    const before = textOf(found);
    changes.push({
      kind: before === undefined ? "create" : "update",
      path,
      before,
      // Asked for again and again, so that not all texts are in memory at once.
      get after() {
        return content();
      },
    });
    if (lookAt(path) || before === undefined || isOurs(path, found) || isOurList(path, found, content)) continue;
    if (isWritten(path, known) && found.kind === "file") editedByHand.push(path);
    else inTheWay.push(path);
  }
  for (const path of dropped) {
    const found = below.find(path);
    // What lies behind a link was not written by fencegen, and nothing has to be written there.
    if (found.kind !== "file") continue;
    changes.push({ kind: "remove", path, before: textOf(found), after: undefined });
    if (!isOurs(path, found)) editedByHand.push(path);
  }
  changes.push(...leftovers(folder, files, [...known.hashes.keys()], below, disk));
  return comparison();
}

/** A chip that has files, and which; none for one without. */
function keptOf({ id, formerPaths }: WantedOutputs["others"][number], manifest: Manifest): ListedChip[] {
  const others = manifest.merged.chips.flatMap(([other, entry]) => (other === id ? [entry] : []));
  const entry = manifest.chips.get(id);
  const paths = entry
    ? Object.keys(Object.assign({}, entry, ...others)).filter((path) => !manifest.shared.has(path))
    : formerPaths.filter((path) => manifest.older.has(path));
  return paths.length > 0 ? [{ id, paths }] : [];
}

/** What follows from the set and from what the manifest says. */
interface Expected {
  readonly manifestText: string | undefined;
  /** Of a text that is none, the manifest of nothing. */
  readonly manifest: Manifest;
  readonly isManifest: boolean;
  /** Those that shall be there, but for what this run leaves as it is. */
  readonly files: readonly WantedFile[];
  /** Of all that shall be there. */
  readonly paths: ReadonlySet<string>;
  /** The manifest's text as it shall be. */
  readonly nextManifest: string;
}

const expectations = new WeakMap<WantedOutputs, Expected>();

/** Worked out once for a text: with the lock held, it is mostly what it was before. */
function expectedOf(wanted: WantedOutputs, manifestText: string | undefined): Expected {
  const before = expectations.get(wanted);
  if (before && before.manifestText === manifestText) return before;
  const parsed = manifestText === undefined ? emptyManifest : parseManifest(manifestText);
  const manifest = parsed ?? emptyManifest;
  const kept = wanted.others.flatMap((other) => keptOf(other, manifest));
  const written = wanted.chips.filter(({ files }) => files.length > 0);
  const listed = [...written.map(({ id, files }) => ({ id, paths: files.map(({ path }) => path) })), ...kept].sort(
    (a, b) => compareCodePoints(a.id, b.id),
  );
  const shared = wanted.shared(listed);
  const files = [...written.flatMap((chip) => chip.files), ...shared];
  const isKept = new Set(kept.map(({ id }) => id));
  const expected = {
    manifestText,
    manifest,
    isManifest: parsed !== undefined,
    files,
    paths: new Set([...files.map(({ path }) => path), ...kept.flatMap(({ paths }) => paths)]),
    nextManifest: printManifest(
      nextManifest(written, kept, shared, wanted, manifest),
      manifest.merged.chips.filter(([id]) => isKept.has(id)),
    ),
  };
  expectations.set(wanted, expected);
  return expected;
}

function readKnown(folder: string, wanted: WantedOutputs, below: Below, disk: Disk): Known {
  // What is no file has nothing to say, and is in the way.
  const found = below.obstacleAt(manifestName) ? undefined : below.find(manifestName);
  const expected = expectedOf(wanted, found && textOf(found));
  const { manifest, isManifest } = expected;
  const manifestProblem = found?.kind === "obstacle" ? found.message : isManifest ? undefined : "is no manifest";
  const journal = readJournal(folder, disk);
  const entries = (journal?.entries ?? []).filter(({ path }) => !isAbsolute(path) && path !== manifestName);
  const hashes = new Map<string, Set<string>>();
  const add = (path: string, ...more: readonly (string | null)[]) => {
    const set = hashes.get(path) ?? new Set();
    hashes.set(path, set);
    for (const one of more) if (one !== null) set.add(one);
  };
  for (const [path, one] of manifest.older) add(path, one);
  for (const path of manifest.shared.keys()) add(path);
  for (const entry of [...manifest.chips.values(), ...manifest.merged.chips.map(([, other]) => other)])
    for (const [path, one] of Object.entries(entry)) if (!manifest.shared.has(path)) add(path, one);
  // What an interrupted run found it had looked at; it stopped at what was edited by hand.
  for (const { path, before, after } of entries) add(path, before, after);
  return { ...expected, manifestProblem, hashes, merged: mergedPaths(manifest), journal };
}

function isWritten(path: string, { hashes, manifest }: Known): boolean {
  return hashes.has(path) || manifest.shared.has(path);
}

/** Whether a file that lists all chips says what fencegen wrote there for the chips of the manifest, in whatever order. */
function isListOf(path: string, bytes: Buffer, { chips, shared }: Manifest): boolean {
  const sum = shared.get(path);
  if (sum === undefined) return false;
  const parts = [...chips.values()].map((entry) => entry[path] ?? "");
  return lineSum(bytes.toString("utf8")) === addSums(sum, ...parts);
}

/** Whether two texts differ at most in the order of their lines, and in how often each is there, as a merge may leave a list. */
function hasSameLines(one: string, other: string): boolean {
  const [lines, others] = [one, other].map((text) => new Set(text.split(/\r?\n/).filter((each) => each.trim() !== "")));
  return lines!.size === others!.size && [...lines!].every((each) => others!.has(each));
}

function nextManifest(
  written: WantedOutputs["chips"],
  kept: readonly ListedChip[],
  shared: readonly WantedList[],
  { partsOf }: WantedOutputs,
  last: Manifest,
): Pick<Manifest, "chips" | "shared"> {
  const listed: readonly ListedChip[] = [
    ...written.map(({ id, files }) => ({ id, paths: files.map(({ path }) => path) })),
    ...kept,
  ];
  const lists = lastLists(shared, listed, last) ?? new Map(listed.map((chip) => [chip.id, partsOf(chip)]));
  const hashesOf = (id: string, paths: readonly string[]) =>
    paths.flatMap((path) => {
      const one = last.chips.get(id)?.[path] ?? last.older.get(path);
      return one === undefined ? [] : [[path, one] as const];
    });
  const own = [
    ...written.map(({ id, files }) => [id, files.map((file) => [file.path, file.hash] as const)] as const),
    ...kept.map(({ id, paths }) => [id, hashesOf(id, paths)] as const),
  ];
  return {
    chips: new Map(own.map(([id, hashes]) => [id, { ...Object.fromEntries(hashes), ...lists.get(id) }])),
    shared: new Map(
      shared.flatMap(({ path, sumWithoutChips }) => (sumWithoutChips === undefined ? [] : [[path, sumWithoutChips]])),
    ),
  };
}

/** What each chip adds to the files that list all, as the last manifest has it, where that is still true. */
function lastLists(
  shared: readonly WantedList[],
  listed: readonly ListedChip[],
  last: Manifest,
): ReadonlyMap<string, ChipEntry> | undefined {
  if (listed.length !== last.chips.size || !listed.every(({ id }) => last.chips.has(id))) return undefined;
  const parts = new Map(shared.map(({ path, sumWithoutChips }) => [path, [sumWithoutChips ?? ""]]));
  const lists = new Map(
    listed.map(({ id }) => {
      const ofLists = Object.entries(last.chips.get(id)!).filter(([path]) => parts.has(path));
      for (const [path, part] of ofLists) parts.get(path)!.push(part);
      return [id, Object.fromEntries(ofLists)];
    }),
  );
  return shared.every(({ path, sum }) => sum === addSums(...parts.get(path)!)) ? lists : undefined;
}

const leftoverSuffix = ".fencegen-new";
/** How a manifest of the older form begins. */
const olderManifest = '{\n  "schemaVersion": 1,\n  "files": {';

/** Files that an interrupted run of an older fencegen left beside those that it was about to replace. */
function leftovers(
  folder: string,
  files: readonly WantedFile[],
  knownPaths: readonly string[],
  below: Below,
  disk: Disk,
): Change[] {
  const contents = new Map(
    [...files, { path: manifestName, content: () => olderManifest }].map((f) => [f.path, f.content]),
  );
  const folders = new Set([...contents.keys(), ...knownPaths].map((path) => dirname(path)));
  return [...folders].flatMap((name) => {
    // A folder that is a link is not looked into.
    if (name !== "." && below.linkAt(`${name}/x`)) return [];
    return disk.list(join(folder, name)).flatMap((file): Change[] => {
      if (!file.endsWith(leftoverSuffix)) return [];
      const path = name === "." ? file : `${name}/${file}`;
      const found = below.find(path);
      if (found.kind !== "file") return [];
      const before = found.bytes.toString("utf8");
      const content = contents.get(path.slice(0, -leftoverSuffix.length))?.();
      const isManifest = path === `${manifestName}${leftoverSuffix}` && before.startsWith(olderManifest);
      const isOurs = isManifest || content?.startsWith(before) || /^.{1,3} @generated by fencegen\b/m.test(before);
      return isOurs ? [{ kind: "remove", path, before, after: undefined }] : [];
    });
  });
}

/** The text that stands there; what cannot be read as a file is in the way like one. */
function textOf(found: Found): string | undefined {
  if (found.kind === "nothing") return undefined;
  return found.kind === "file" ? found.bytes.toString("utf8") : "";
}

/** The file's text, or undefined where there is none. What cannot be read as a file is in the way like one. */
export function readText(path: string, disk: Disk = realDisk): string | undefined {
  return textOf(new Below(dirname(path), disk).find(basename(path)));
}
