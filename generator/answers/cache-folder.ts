// Where what a run has worked out is kept for the next: never in the outputs, and nowhere that git looks.
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { look } from "../disk/looks.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * What FENCEGEN_CACHE names; beside the packages of the project in whose folder the command runs; else in the user's folder for such
 * things, as https://specifications.freedesktop.org/basedir-spec/ has it.
 * @returns undefined where nothing is to be kept: for FENCEGEN_CACHE=off, in CI where no folder is named, or for a user without a home
 */
export function cacheFolder(workingFolder: string, variables: Variables): string | undefined {
  const { CI, FENCEGEN_CACHE, XDG_CACHE_HOME } = variables;
  if (FENCEGEN_CACHE === "off") return undefined;
  if (FENCEGEN_CACHE) return resolve(workingFolder, FENCEGEN_CACHE);
  // What lies in the working folder there may have come with the change that is judged.
  if (CI) return undefined;
  const packages = join(workingFolder, "node_modules");
  if (isFolder(packages)) return join(packages, ".cache/fencegen");
  if (XDG_CACHE_HOME?.startsWith("/")) return join(XDG_CACHE_HOME, "fencegen");
  try {
    return join(homedir(), ".cache/fencegen");
  } catch {
    return undefined;
  }
}

function isFolder(path: string): boolean {
  try {
    return look("target", path)?.kind === "folder";
  } catch {
    return false;
  }
}
