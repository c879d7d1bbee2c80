import type { DmaController, ResolvedChip } from "../model/chip.ts";
import { addressForCore, addressForMaster } from "../model/viewers.ts";
import { formatAddress } from "../notation/quantity.ts";
import { coreOf } from "./compare-cores.ts";
import type { Finding } from "./finding.ts";
import { functionIn, plainWord, wordsOfName } from "./master-words.ts";
import { lastOf, overlap, type Witness, type WitnessedMaster } from "./witness.ts";

/** Coherency where the file is asked about it, and masters that one of the two does not have. */
export function compareMasters(chip: ResolvedChip, witness: Witness): Finding[] {
  const namedAlike = new Set(chip.dma.map(({ name }) => plainWord(name)));
  const pairs = chip.dma.map((here) => {
    // One that the file calls as another master of the description is that one.
    const there = witness.masters.filter(({ name }) => {
      const called = plainWord(name);
      return called === plainWord(here.name) || !namedAlike.has(called);
    });
    return { here, there: mastersMeant(here, there) };
  });
  const meant = new Set(pairs.flatMap(({ there }) => there));
  const hasCache = chip.cores.some(({ caches }) => caches.length > 0);
  // A file without any master, such as a pack, is not about them.
  const saysMasters = witness.masters.length > 0;
  return [
    ...pairs.flatMap(({ here, there }) => {
      if (there.length > 0)
        return [...(hasCache ? coherencyFindings(here, there) : []), ...addressFindings(chip, here, there, witness)];
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
      ...(!shown.isStated && { because: "The file says nothing of it; that is what Linux then takes it for." }),
    },
  ];
}

/** The addresses at which it sees memories, where the buses above it say what they show. */
function addressFindings(
  chip: ResolvedChip,
  here: DmaController,
  there: readonly WitnessedMaster[],
  { cores, memories, statesMemories }: Witness,
): Finding[] {
  const told = there.filter(({ windows }) => windows !== undefined);
  const core = chip.cores.find((each) => cores.some(({ names }) => coreOf(names, [each]))) ?? chip.cores[0];
  if (told.length === 0 || !core) return [];
  const reached = new Set([...here.reaches, ...here.reads, ...here.writes]);
  return chip.memories.flatMap((memory): Finding[] => {
    const base = addressForCore(memory.addresses, core);
    const seenAt = addressForMaster(memory.addresses, here.name);
    if (!reached.has(memory.name) || base === undefined || seenAt === undefined) return [];
    // Buses leave out what no driver gives them, such as memory of another core. A file without memory has it filled in by the firmware.
    const isMeant = !statesMemories || memories.some((each) => overlap(each, { base, sizeBytes: memory.sizeBytes }));
    if (!isMeant) return [];
    const views = told.map((each) => viewOf(each, base));
    const against = views.find((view) => view.seenAt !== seenAt);
    const shown = against ?? views[0]!;
    return [
      {
        fact: `${here.name}: address of ${memory.name}`,
        verdict: against ? "differs" : "agrees",
        here: { value: formatAddress(seenAt), at: { kind: "memory", name: memory.name } },
        there: {
          value: shown.seenAt === undefined ? "not shown" : formatAddress(shown.seenAt),
          place: `dma-ranges of ${shown.bus}`,
        },
      },
    ];
  });
}

/** Where a master of a file sees what the core has at an address; undefined where no window shows it. */
function viewOf({ windows = [], place }: WitnessedMaster, base: bigint) {
  const shown = windows.find((window) => base >= window.base && base <= lastOf(window));
  return {
    seenAt: shown && base - shown.base + shown.seenAt,
    bus: shown?.place ?? windows[0]?.place ?? place,
  };
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
