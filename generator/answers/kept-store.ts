// What runs have found, by what it rests on. A folder of it may be kept between runs of a CI and filled from several machines: an
// entry is called by the digest of its question, so that none is ever out of date.
import { join } from "node:path";
import { keep, readKept, tidyKept } from "./kept-file.ts";

export interface KeptStore<Value> {
  get(key: string): Value | undefined;
  keep(key: string, value: Value): void;
}

/**
 * @param folder of this kind of entries
 * @param build the sum of what finds it, of the command or a part of it: another one may find something else
 * @param unique a number that no other run has that is at work now
 * @param most entries of one build, beyond which all are removed, and those of other builds with the first; left out, none are
 */
export function keptStore<Value extends object>(
  folder: string,
  build: string,
  unique: number,
  most?: number,
): KeptStore<Value> {
  const ofBuild = join(folder, build);
  const pathOf = (key: string) => join(ofBuild, `${key}.json`);
  return {
    get(key) {
      const kept = readKept(pathOf(key));
      return typeof kept === "object" && kept !== null ? (kept as Value) : undefined;
    },
    keep(key, value) {
      keep(pathOf(key), value, unique);
      if (most !== undefined) tidyKept(ofBuild, most);
    },
  };
}
