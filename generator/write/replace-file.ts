// One file of the user's, replaced whole or not at all.
import { dirname } from "node:path";
import type { Diagnostics } from "../diagnostics/diagnostic.ts";
import { codeOf, type Disk, makeFolders, realDisk, tidily } from "./disk.ts";
import { removeFolders } from "./transaction.ts";

/** Writes the text beside the file and renames it into place. @returns whether that was possible; if not, says why */
export function replaceFile(path: string, text: string, diagnostics: Diagnostics, disk: Disk = realDisk): boolean {
  const beside = `${path}.fencegen-new`;
  const made: string[] = [];
  let isOurs = false;
  try {
    made.push(...makeFolders(dirname(path), disk));
    disk.create(beside, text);
    isOurs = true;
    disk.sync(beside);
    disk.rename(beside, path);
    disk.syncFolder(dirname(path));
    return true;
  } catch (error) {
    if (codeOf(error) === "") throw error;
    if (isOurs) tidily(() => disk.unlink(beside));
    removeFolders(made, disk);
    diagnostics.report("io/cannot-write", { message: `cannot be written (${codeOf(error)})`, path });
    return false;
  }
}
