// What a mechanism says of addresses and of order, as far as it was read: each of these claims can leave a step out.
import type { MechanismDifferences, Mechanism as MechanismYaml, Source } from "#generated/descriptions.js";
import type { Citation, FactSources, Mechanism } from "../model/chip.ts";
import { allSources } from "../model/citations.ts";
import { mechanismDefaults } from "../validate/mechanism-facts.ts";
import { type Sources, toCitations, toFactSources } from "./facts.ts";
import type { ReadFacts } from "./read-facts.ts";

/** Whose claims they are, and what they cite. */
interface Claims {
  readonly sources: Sources;
  readonly differs: MechanismDifferences | undefined;
  /** What the differences cite. */
  readonly differing: Sources;
  readonly facts: ReadFacts;
}

const addressFacts = ["kind", "ignoredLowBits", "uncachedAddress"] as const;

export function addressOf({ mechanism, address: own }: MechanismYaml, { sources, differs, differing, facts }: Claims) {
  const address = { ...mechanismDefaults.address, ...own, ...differs?.address };
  const sourcesOf = differed(toFactSources(own.source, addressFacts, sources), differs?.address, differing);
  const { ignoredLowBits, uncachedAddress } = address;
  return {
    addressKind: address.kind,
    ignoredLowBits: facts.counted<Mechanism["ignoredLowBits"]>(
      ignoredLowBits,
      0,
      {
        claim:
          ignoredLowBits === "line"
            ? `${mechanism} ignores the address bits within a line`
            : `${mechanism} ignores the low ${ignoredLowBits} bits of an address`,
        instead: "it is given the start of a line",
        mechanism,
      },
      sourcesOf.ignoredLowBits,
    ),
    uncachedAddress: facts.counted<Mechanism["uncachedAddress"]>(
      uncachedAddress,
      "wrong",
      {
        claim: `${mechanism} does nothing for an address that no cache covers`,
        instead: "it is given none",
        mechanism,
      },
      sourcesOf.uncachedAddress,
    ),
    addressSources: allSources(sourcesOf),
  };
}

const orderingFacts = [
  "accessClass",
  "afterEarlierSameLine",
  "beforeLaterSameLine",
  "earlierMustComplete",
  "doneWhen",
] as const;

export function orderingOf(
  { mechanism, ordering: own }: MechanismYaml,
  { sources, differs, differing, facts }: Claims,
): Mechanism["ordering"] {
  const ordering = { ...mechanismDefaults.ordering, ...own, ...differs?.ordering };
  const sourcesOf = differed(toFactSources(own.source, orderingFacts, sources), differs?.ordering, differing);
  return {
    accessClass: ordering.accessClass,
    afterEarlierSameLine: facts.counted(
      ordering.afterEarlierSameLine,
      false,
      {
        claim: `an operation of ${mechanism} comes after earlier accesses of its line by itself`,
        instead: "a barrier orders it",
        mechanism,
      },
      sourcesOf.afterEarlierSameLine,
    ),
    beforeLaterSameLine: facts.counted(
      ordering.beforeLaterSameLine,
      false,
      {
        claim: `later accesses of its line wait for an operation of ${mechanism} by themselves`,
        instead: "a barrier orders them",
        mechanism,
      },
      sourcesOf.beforeLaterSameLine,
    ),
    earlierMustComplete: facts.counted(
      ordering.earlierMustComplete,
      ordering.earlierMustComplete || own.earlierMustComplete || false,
      {
        claim: `earlier accesses need not have completed before an operation of ${mechanism}`,
        instead: "a barrier completes them",
        mechanism,
      },
      sourcesOf.earlierMustComplete,
    ),
    doneWhen: facts.counted<Mechanism["ordering"]["doneWhen"]>(
      ordering.doneWhen,
      "completed",
      {
        claim: `an operation of ${mechanism} is done for what is ordered after it`,
        instead: "only what completes it makes it done",
        mechanism,
      },
      sourcesOf.doneWhen,
    ),
    sources: allSources(sourcesOf),
  };
}

/** The sources of facts, of which those that are otherwise on this chip cite the chip's. */
function differed<Fact extends string>(
  own: FactSources<Fact>,
  difference: (Readonly<Partial<Record<Fact, unknown>>> & { readonly source?: Source }) | undefined,
  differing: Sources,
): FactSources<Fact> {
  if (!difference) return own;
  const here = toCitations(difference.source, differing);
  const facts = Object.keys(own) as Fact[];
  return Object.fromEntries(facts.map((fact) => [fact, difference[fact] === undefined ? own[fact] : here])) as Record<
    Fact,
    Citation[]
  >;
}
