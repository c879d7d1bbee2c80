// Compares a set of output files with what lies in the output folder, and brings the folder up to date as a set.
// A manifest beside the outputs says what fencegen wrote, so that it never touches anything else.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { compareCodePoints, type Diagnostics } from "../diagnostics/diagnostic.ts";
import type { OutputFile } from "../render/printer.ts";

const manifestName = "manifest.json";

interface Manifest {
  readonly schemaVersion: 1;
  /** SHA-256 of each file that fencegen wrote, by path. */
  readonly files: Readonly<Record<string, string>>;
}

export interface Change {
  readonly kind: "create" | "update" | "remove";
  /** Relative to the output folder, or absolute for a file elsewhere. */
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

export interface OutputComparison {
  readonly changes: readonly Change[];
  /** Files that differ from what fencegen wrote last. */
  readonly editedByHand: readonly string[];
  /** Files that fencegen never wrote, where it has to write now. */
  readonly inTheWay: readonly string[];
}

/**
 * What would have to change for the folder to hold exactly the set.
 * @param keeps says of a file in the manifest that is not in the set whether it stays (a run for some chips only)
 */
export function compareOutputs(
  folder: string,
  files: readonly OutputFile[],
  keeps: (path: string) => boolean,
): OutputComparison {
  const { manifest, text: manifestText } = readManifest(folder);
  const changes: Change[] = [];
  const editedByHand: string[] = [];
  const inTheWay: string[] = [];
  const wanted = new Map(files.map(({ path, content }) => [path, content]));
  const kept = Object.keys(manifest.files).filter((path) => !wanted.has(path) && keeps(path));
  for (const [path, after] of wanted) {
    const before = readText(join(folder, path));
    if (before === after) continue;
    changes.push({ kind: before === undefined ? "create" : "update", path, before, after });
    const known = manifest.files[path];
    if (before === undefined) continue;
    if (known === undefined) inTheWay.push(path);
    else if (hash(before) !== known) editedByHand.push(path);
  }
  for (const [path, known] of Object.entries(manifest.files)) {
    if (wanted.has(path) || kept.includes(path)) continue;
    const before = readText(join(folder, path));
    if (before === undefined) continue;
    changes.push({ kind: "remove", path, before, after: undefined });
    if (hash(before) !== known) editedByHand.push(path);
  }
  const entries = [
    ...[...wanted].map(([path, content]) => [path, hash(content)] as const),
    ...kept.map((path) => [path, manifest.files[path]!] as const),
  ];
  const next: Manifest = {
    schemaVersion: 1,
    files: Object.fromEntries(entries.sort(([a], [b]) => compareCodePoints(a, b))),
  };
  const nextText = `${JSON.stringify(next, null, 2)}\n`;
  if (nextText !== manifestText) {
    changes.push({
      kind: manifestText === undefined ? "create" : "update",
      path: manifestName,
      before: manifestText,
      after: nextText,
    });
  }
  changes.sort((a, b) => compareCodePoints(a.path, b.path));
  return { changes, editedByHand: editedByHand.sort(compareCodePoints), inTheWay: inTheWay.sort(compareCodePoints) };
}

/** Whether fencegen has written this file before. */
export function isWritten(folder: string, path: string): boolean {
  return Object.hasOwn(readManifest(folder).manifest.files, path);
}

/** Makes all changes or none: every new text is on the disk under another name before the first file is replaced. */
export function applyChanges(folder: string, changes: readonly Change[], diagnostics: Diagnostics): boolean {
  const temporary = (path: string) => resolve(folder, `${path}.fencegen-new`);
  const done: Change[] = [];
  const foldersMade: string[] = [];
  const prepared: string[] = [];
  try {
    for (const { path, after } of changes) {
      if (after === undefined) continue;
      const made = mkdirSync(dirname(resolve(folder, path)), { recursive: true });
      if (made) foldersMade.push(made);
      prepared.push(temporary(path));
      writeFileSync(temporary(path), after);
    }
    for (const change of changes) {
      if (change.after === undefined) rmSync(resolve(folder, change.path));
      else renameSync(temporary(change.path), resolve(folder, change.path));
      done.push(change);
    }
  } catch (error) {
    for (const path of prepared) rmSync(path, { force: true });
    for (const { path, before } of done) {
      if (before === undefined) rmSync(resolve(folder, path), { force: true });
      else writeFileSync(resolve(folder, path), before);
    }
    for (const made of foldersMade) rmSync(made, { recursive: true, force: true });
    const { code, path } = error as NodeJS.ErrnoException;
    diagnostics.report("io/cannot-write", {
      message: `cannot be written (${code ?? String(error)})`,
      path: path?.replace(".fencegen-new", "") ?? folder,
    });
    return false;
  }
  removeEmptyFolders(folder, changes);
  return true;
}

function removeEmptyFolders(folder: string, changes: readonly Change[]): void {
  for (const { kind, path } of changes) {
    if (kind !== "remove") continue;
    try {
      rmdirSync(dirname(join(folder, path)));
    } catch {
      // Not empty: other outputs, or somebody else's files.
    }
  }
}

function readManifest(folder: string): { manifest: Manifest; text: string | undefined } {
  const text = readText(join(folder, manifestName));
  const empty: Manifest = { schemaVersion: 1, files: {} };
  if (text === undefined) return { manifest: empty, text };
  try {
    const manifest = JSON.parse(text) as Manifest;
    const isOurs = manifest.schemaVersion === 1 && typeof manifest.files === "object" && manifest.files !== null;
    return { manifest: isOurs ? { schemaVersion: 1, files: insideOnly(manifest.files) } : empty, text };
  } catch {
    return { manifest: empty, text };
  }
}

/** A manifest names files of its own folder; anything else in it was not written by fencegen. */
function insideOnly(files: Manifest["files"]): Manifest["files"] {
  return Object.fromEntries(
    Object.entries(files).filter(([path]) => !isAbsolute(path) && !path.split(/[\\/]/).includes("..")),
  );
}

/** The file's text, or undefined where there is none. What cannot be read as a file is in the way like one. */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    return ["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "") ? undefined : "";
  }
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
