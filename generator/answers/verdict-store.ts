// Verdicts by what they rest on. A folder of them may be kept between runs of a CI and filled from several machines: an entry is
// called by the digest of its question, so that none is ever out of date.
import { join } from "node:path";
import { keep, readKept } from "./kept-file.ts";

/** @param build what the command was built from: another one may judge otherwise */
export function verdictStore<Verdict extends object>(cache: string, build: string, unique: number) {
  const pathOf = (key: string) => join(cache, "verdicts", build, `${key}.json`);
  return {
    get(key: string): Verdict | undefined {
      const kept = readKept(pathOf(key));
      return typeof kept === "object" && kept !== null ? (kept as Verdict) : undefined;
    },
    keep: (key: string, verdict: Verdict) => keep(pathOf(key), verdict, unique),
  };
}
