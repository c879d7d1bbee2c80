// What somebody must open to review a chip: each document and repository with the places and the facts that rest on them.
import type { Citation } from "../model/chip.ts";
import { titleOf } from "../notation/citation.ts";
import type { ChipFact } from "./chip-facts.ts";

/** A place in a source. */
export interface PlaceToOpen {
  readonly place: string;
  /** The edition and the day of reading, where a description says so. */
  readonly read: readonly string[];
  /** Names and values of the facts that cite it. */
  readonly facts: readonly Pick<ChipFact, "name" | "value">[];
}

export interface SourceToOpen {
  /** Title with number and revision, or owner/name with the commit; empty for what was read nowhere. */
  readonly document: string;
  readonly url: string | undefined;
  /** How many facts rest on it, and how many of them on nothing else. */
  readonly facts: number;
  readonly factsAlone: number;
  readonly places: readonly PlaceToOpen[];
}

/** What sources declare. */
type Declared = Readonly<
  Record<
    string,
    | {
        readonly document?: string | undefined;
        readonly revision?: string | undefined;
        readonly url?: string | undefined;
      }
    | undefined
  >
>;

/** First what most facts rest on alone, then what most rest on; places in the order of the facts. What was read nowhere comes last. */
export function sourcesToOpen(facts: readonly ChipFact[], declared: readonly Declared[]): SourceToOpen[] {
  const urls = new Map(
    declared
      .flatMap((sources) => Object.values(sources))
      .flatMap((source) =>
        source?.document && source.url ? [[titleOf(source.document, source.revision), source.url]] : [],
      ),
  );
  const byDocument = new Map<string, Map<string, PlaceToOpen>>();
  for (const { name, value, sources, differs } of facts)
    for (const { document, place, readIn, readOn } of [...citedBy(sources), ...differs.map(({ source }) => source)]) {
      const places = byDocument.get(document) ?? new Map<string, PlaceToOpen>();
      byDocument.set(document, places);
      const read = [readIn, readOn].filter((each) => each !== undefined);
      const key = JSON.stringify([place, read]);
      const before = places.get(key)?.facts ?? [];
      if (!before.some((each) => each.name === name && each.value === value))
        places.set(key, { place, read, facts: [...before, { name, value }] });
    }
  const rests = (document: string) =>
    facts.filter(({ sources }) => citedBy(sources).some((each) => each.document === document));
  return [...byDocument]
    .map(([document, places]): SourceToOpen => {
      const resting = rests(document);
      const alone = resting.filter(({ sources }) => citedBy(sources).every((each) => each.document === document));
      return {
        ...{ document, url: urls.get(document), facts: resting.length, factsAlone: alone.length },
        places: [...places.values()],
      };
    })
    .sort(
      (a, b) =>
        Number(a.document === "") - Number(b.document === "") ||
        b.factsAlone - a.factsAlone ||
        b.facts - a.facts ||
        (a.document < b.document ? -1 : 1),
    );
}

/** What nobody has said anything of was read nowhere as well. */
function citedBy(sources: readonly Citation[]): readonly Citation[] {
  return sources.length > 0 ? sources : [{ document: "", place: "", verified: false, kind: "none" }];
}
