// Where outputs may be written: not over the user's own files.
import { homedir } from "node:os";
import { join, relative, resolve } from "node:path";
import { realDisk } from "../write/disk.ts";
import type { CommandOptions, Environment } from "./environment.ts";
import { UsageError } from "./run-pipeline.ts";

/** The output folder, absolute. Throws a usage error for a folder that holds something else. */
export function outFolder({ out, chips }: Pick<CommandOptions, "out" | "chips">, environment: Environment): string {
  const { workingFolder, host } = environment;
  const disk = host.disk ?? realDisk;
  const folder = resolve(workingFolder, out);
  const chipsFolder = resolve(workingFolder, chips);
  // As it is written, and where links lead.
  for (const real of [(path: string) => path, disk.realPath]) {
    const [outAt, chipsAt, homeAt, workingAt] = [folder, chipsFolder, homeFolder() ?? workingFolder, workingFolder].map(
      real,
    ) as [string, string, string, string];
    const refuse = (why: string): never => {
      throw new UsageError(`--out ${out} is ${why}; outputs need a folder of their own`);
    };
    if (homeFolder() !== undefined && holds(outAt, homeAt))
      refuse(outAt === homeAt ? "the home folder" : "a folder above the home folder");
    if (outAt !== workingAt && holds(outAt, workingAt)) refuse("a folder above the one where the command runs");
    if (holds(outAt, chipsAt)) refuse("the folder of the chips, or one above it");
    if (holds(chipsAt, outAt)) refuse("inside the folder of the chips");
  }
  if (disk.kindOf(join(folder, "chips")) === "folder") throw new UsageError(`--out ${out} holds a folder \`chips\``);
  return folder;
}

/** Whether the inner path is the outer folder or lies in it. */
function holds(outer: string, inner: string): boolean {
  const way = relative(outer, inner).split(/[\\/]/);
  return way[0] !== ".." && resolve(outer, relative(outer, inner)) === inner;
}

function homeFolder(): string | undefined {
  try {
    return homedir();
  } catch {
    // A user without a name, as in some containers.
    return undefined;
  }
}
