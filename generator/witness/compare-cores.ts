import type { ResolvedChip, ResolvedCore } from "../model/chip.ts";
import type { Finding } from "./finding.ts";
import { plainWord } from "./master-words.ts";
import type { Witness } from "./witness.ts";

/** How the names of Arm's cores are shortened in SVD files (CMSIS-SVD, `cpuNameType`). */
const shortened: readonly (readonly [RegExp, string])[] = [
  [/^CM(?=\d)/i, "cortex-m"],
  [/^CR(?=\d)/i, "cortex-r"],
  [/^CA(?=\d)/i, "cortex-a"],
];

/** A name of a core in plain letters: of `arm,cortex-m7` with and without who makes it. */
function plainNames(name: string): string[] {
  const [, maker, own] = /^([^,]*),(.*)$/.exec(name) ?? [];
  const full = shortened.reduce((text, [short, long]) => text.replace(short, long), own ?? name).replace(/\+$/, "plus");
  return maker === undefined ? [plainWord(full)] : [plainWord(full), plainWord(maker + full)];
}

/** The core that one of the names means: by its id, or by what else it is called. */
export function coreOf<T extends Pick<ResolvedCore, "id" | "alsoCalled">>(
  names: readonly string[],
  cores: readonly T[],
): T | undefined {
  const meant = new Set(names.flatMap(plainNames));
  return cores.find(({ id, alsoCalled }) => [id, ...alsoCalled].flatMap(plainNames).some((name) => meant.has(name)));
}

export function compareCores({ cores }: ResolvedChip, witness: Witness): Finding[] {
  const pairs = witness.cores.map((there) => ({ there, here: coreOf(there.names, cores) }));
  const isNoneMeant = pairs.every(({ here }) => here === undefined);
  return pairs.flatMap(({ there: { names, count, place }, here }): Finding[] => {
    const value = names[0]!;
    if (!here) {
      const there = { value, place };
      // A file of one of several cores says nothing against the others.
      if (!isNoneMeant) return [{ fact: `core ${value}`, verdict: "only there", here: undefined, there }];
      const [first] = cores;
      const described = { value: cores.map(({ id }) => id).join(", "), at: placeOf(first!) };
      return [{ fact: "core", verdict: "differs", here: described, there }];
    }
    const at = placeOf(here);
    const about = cores.length > 1 ? `${here.name}: core` : "core";
    const same: Finding = { fact: about, verdict: "agrees", here: { value: here.id, at }, there: { value, place } };
    if (count === undefined || here.count === undefined) return [same];
    const verdict = count === here.count ? "agrees" : "differs";
    const counts = { here: { value: `${here.count}`, at }, there: { value: `${count}`, place } };
    return [same, { fact: `${about}: count`, verdict, ...counts }];
  });
}

function placeOf({ name, id }: ResolvedCore) {
  return { kind: "core", name: name || id } as const;
}
