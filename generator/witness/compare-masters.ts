import type { DmaController, ResolvedChip } from "../model/chip.ts";
import type { Finding } from "./finding.ts";
import { functionIn, wordsOfName } from "./master-words.ts";
import type { Witness, WitnessedMaster } from "./witness.ts";

/** Coherency where the file is asked about it, and masters that one of the two does not have. */
export function compareMasters(chip: ResolvedChip, witness: Witness): Finding[] {
  const pairs = chip.dma.map((here) => ({ here, there: mastersMeant(here, witness.masters) }));
  const meant = new Set(pairs.flatMap(({ there }) => there));
  const hasCache = chip.cores.some(({ caches }) => caches.length > 0);
  // A file without any master, such as a pack, is not about them.
  const saysMasters = witness.masters.length > 0;
  return [
    ...pairs.flatMap(({ here, there }) => {
      if (there.length > 0) return hasCache ? coherencyFindings(here, there) : [];
      return saysMasters ? [onlyHere(here)] : [];
    }),
    ...witness.masters.flatMap((there) =>
      meant.has(there) || isOfFunctionHere(there, chip.dma) ? [] : [onlyThere(there)],
    ),
  ];
}

/** Those that the description's master stands for: by its own words, or as the only one of its function. */
function mastersMeant(here: DmaController, there: readonly WitnessedMaster[]): WitnessedMaster[] {
  const words = wordsOfName(here.name);
  const named = there.filter((each) => each.words.some((word) => words.includes(word)));
  if (named.length > 0) return named;
  const does = functionIn(words);
  return does === undefined ? [] : there.filter((each) => functionIn(each.words) === does);
}

function isOfFunctionHere({ words }: WitnessedMaster, dma: readonly DmaController[]): boolean {
  const does = functionIn(words);
  return does !== undefined && dma.some(({ name }) => functionIn(wordsOfName(name)) === does);
}

function coherencyFindings(here: DmaController, there: readonly WitnessedMaster[]): Finding[] {
  const stated = there.filter(({ isCoherent }) => isCoherent !== undefined);
  const [first] = stated;
  if (!first) return [];
  const sees = seesSomething(here);
  const against = here.snoopingKnownAtRunTime ? [] : stated.filter(({ isCoherent }) => isCoherent !== sees);
  const shown = against[0] ?? first;
  return [
    {
      fact: `${here.name}: snoops`,
      verdict: here.snoopingUnknown ? "only there" : against.length === 0 ? "agrees" : "differs",
      here: {
        value: here.snoopingUnknown
          ? "unknown"
          : here.snoopingKnownAtRunTime
            ? "run-time"
            : sees
              ? "sees caches"
              : "none",
        at: { kind: "master", name: here.name },
      },
      there: { value: shown.isCoherent ? "coherent" : "not coherent", place: shown.place },
    },
  ];
}

function seesSomething({ snoops }: DmaController): boolean {
  return Object.values(snoops).some((seen) => seen === "all" || seen.length > 0);
}

function onlyHere({ name }: DmaController): Finding {
  return {
    fact: `master ${name}`,
    verdict: "only here",
    here: { value: "described", at: { kind: "master", name } },
    there: undefined,
  };
}

function onlyThere({ name, isController, place }: WitnessedMaster): Finding {
  return {
    fact: `master ${name}`,
    verdict: "only there",
    here: undefined,
    there: { value: isController ? "a DMA controller" : "may be a bus master", place },
  };
}
