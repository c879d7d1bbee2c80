// What the files hold from which everything else follows, for whoever waits until they hold something else.
import { Diagnostics } from "../diagnostics/diagnostic.ts";
import { type Folders, pathsIn } from "../load-folders.ts";
import { FileHashes } from "./entries.ts";

/**
 * A hash of each description, by how its path is shown; of one that cannot be read nothing.
 * @param more files that need not be there, by how each is shown
 */
export function snapshotOf(folders: Folders, more: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const paths = pathsIn(folders, new Diagnostics()).map((path) => [folders.shown(path), path] as const);
  const places = new Map(paths);
  const hashes = new FileHashes(new Map([...places, ...more]));
  const others = [...more.keys()].filter((shown) => hashes.hashOf(shown) !== "");
  return new Map([...places.keys(), ...others].map((shown) => [shown, hashes.hashOf(shown) ?? ""]));
}
