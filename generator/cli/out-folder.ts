// Where outputs may be written: not over the user's own files.
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { isWithin } from "../disk/paths.ts";
import { codeOf, type Disk, realDisk } from "../write/disk.ts";
import type { CommandOptions, Environment } from "./environment.ts";
import { UsageError } from "./run-pipeline.ts";

/** The output folder, absolute. */
export function outFolder({ out }: Pick<CommandOptions, "out">, { workingFolder }: Environment): string {
  return resolve(workingFolder, out);
}

/**
 * Throws a usage error for a folder that holds something else. Asked before any command that takes `--out` runs, those as well
 * that only read: what one command calls no place for outputs, no other takes for one.
 */
export function refuseNoPlaceForOutputs(
  { out, chips }: Pick<CommandOptions, "out" | "chips">,
  environment: Environment,
): void {
  const { workingFolder, host } = environment;
  const disk = host.disk ?? realDisk;
  const folder = outFolder({ out }, environment);
  const chipsFolder = resolve(workingFolder, chips);
  // As it is written, and where links lead.
  for (const real of [(path: string) => path, (path: string) => asFarAsPossible(path, disk)]) {
    const [outAt, chipsAt, homeAt, workingAt] = [folder, chipsFolder, homeFolder() ?? workingFolder, workingFolder].map(
      real,
    ) as [string, string, string, string];
    const refuse = (why: string): never => {
      throw new UsageError(`--out ${out} is ${why}; outputs need a folder of their own`);
    };
    if (homeFolder() !== undefined && isWithin(outAt, homeAt))
      refuse(outAt === homeAt ? "the home folder" : "a folder above the home folder");
    if (outAt !== workingAt && isWithin(outAt, workingAt)) refuse("a folder above the one where the command runs");
    if (isWithin(outAt, chipsAt)) refuse("the folder of the chips, or one above it");
    if (isWithin(chipsAt, outAt)) refuse("inside the folder of the chips");
  }
  if (holdsChips(folder, disk)) throw new UsageError(`--out ${out} holds descriptions in a folder \`chips\``);
}

/** Where links lead; where they lead nowhere, as in a circle, nothing can be written either, and what is at it says so. */
function asFarAsPossible(path: string, disk: Disk): string {
  try {
    return disk.realPath(path);
  } catch (error) {
    if (codeOf(error) === "") throw error;
    return path;
  }
}

/** Whether there are descriptions, as in a project; a kernel's tree has a folder of that name with its own code. */
function holdsChips(folder: string, disk: Disk): boolean {
  try {
    const chips = join(folder, "chips");
    return disk.kindOf(chips) === "folder" && disk.list(chips).some((name) => name.endsWith(".yaml"));
  } catch (error) {
    if (codeOf(error) === "") throw error;
    return false;
  }
}

function homeFolder(): string | undefined {
  try {
    return homedir();
  } catch {
    // A user without a name, as in some containers.
    return undefined;
  }
}
