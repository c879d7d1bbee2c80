// One file of the user's, replaced whole or not at all.
import { dirname } from "node:path";
import type { Diagnostics } from "../diagnostics/diagnostic.ts";
import { codeOf, type Disk, makeFolders, realDisk, tidily } from "./disk.ts";
import { removeFolders } from "./transaction.ts";

/** Writes the text beside the file and renames it into place. @returns whether that was possible; if not, says why */
export function replaceFile(path: string, text: string, diagnostics: Diagnostics, disk: Disk = realDisk): boolean {
  try {
    replaceOrThrow(path, text, disk);
    return true;
  } catch (error) {
    if (codeOf(error) === "") throw error;
    diagnostics.report("io/cannot-write", { message: `cannot be written (${codeOf(error)})`, path });
    return false;
  }
}

/** As above; throws what the disk does, and leaves nothing behind. */
export function replaceOrThrow(path: string, text: string, disk: Disk = realDisk): void {
  const beside = `${path}.fencegen-new`;
  const made: string[] = [];
  let isOurs = false;
  try {
    made.push(...makeFolders(dirname(path), disk));
    // What a run that was killed left, or a link that somebody put there to have something else written.
    if (["file", "link"].includes(disk.kindOf(beside) ?? "")) disk.unlink(beside);
    disk.create(beside, text);
    isOurs = true;
    disk.sync(beside);
    disk.rename(beside, path);
    disk.syncFolder(dirname(path));
  } catch (error) {
    if (isOurs) tidily(() => disk.unlink(beside));
    removeFolders(made, disk);
    throw error;
  }
}
