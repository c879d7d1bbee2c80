// What a mechanism is taken to be where its description is silent, and what of it may be otherwise at one cache level.
import { isExact, parseQuantity } from "../notation/quantity.ts";
import { counts } from "../notation/revision.ts";

/** What is left out. Of what happens for an address outside, where nobody has read it, a guard is the safe side. */
export const mechanismDefaults = {
  address: { ignoredLowBits: 0, uncachedAddress: "wrong" },
  ordering: { afterEarlierSameLine: false, beforeLaterSameLine: false, earlierMustComplete: false },
  operation: { mayCleanToo: false, unit: "line", reaches: "coherency", repeat: 1 },
} as const;

interface LooseErratum {
  readonly erratum?: string | undefined;
  readonly affects?: "all" | readonly (string | undefined)[] | undefined;
  readonly harms?: "data" | "speed" | undefined;
}

type LooseFacts<T> = Readonly<Record<string, T | undefined>>;

/** As much of a mechanism as may be otherwise at a level, complete or not. */
interface LooseMechanism {
  readonly base?: number | string | undefined;
  readonly registers?: object | undefined;
  readonly address?: object | undefined;
  readonly ordering?: object | undefined;
  readonly operations?: LooseFacts<object> | undefined;
  readonly errata?: readonly (LooseErratum | undefined)[] | undefined;
  readonly execution?: { readonly interruptsMasked?: true | undefined } | undefined;
}

/** How a level uses it. */
export interface LooseUse {
  readonly base?: number | string | undefined;
  readonly revision?: string | undefined;
  readonly lock?: string | undefined;
  readonly differs?:
    | {
        readonly address?: object | undefined;
        readonly ordering?: object | undefined;
        readonly operations?: LooseFacts<object> | undefined;
        readonly errata?: LooseFacts<{ readonly holds?: boolean | undefined }> | undefined;
      }
    | undefined;
}

/** The facts of a mechanism as one level has it, whatever is cited for them; equal for two levels that one thing maintains. */
export interface FactsInUse {
  /** Where its registers are; undefined where it has none, or nobody says where. */
  readonly base: bigint | undefined;
  readonly interruptsMasked: boolean;
  /** Numbers of the errata that hold. */
  readonly errata: readonly string[];
  /** All others, as text. */
  readonly others: string;
}

export function factsInUse(mechanism: LooseMechanism, { base, revision, lock, differs = {} }: LooseUse): FactsInUse {
  const { address, ordering, operation } = mechanismDefaults;
  const place = base ?? mechanism.base;
  const different = new Map(Object.entries(differs.operations ?? {}));
  const stated = new Map(Object.entries(differs.errata ?? {}));
  const operations = Object.entries(mechanism.operations ?? {}).map(([name, described]) => [
    name,
    { ...operation, ...described, ...different.get(name) },
  ]);
  const others = [
    { ...address, ...mechanism.address, ...differs.address },
    { ...ordering, ...mechanism.ordering, ...differs.ordering },
    operations,
  ];
  return {
    base: mechanism.registers && place !== undefined && isExact(place) ? parseQuantity(place) : undefined,
    interruptsMasked: lock === "interrupts-masked" || mechanism.execution?.interruptsMasked === true,
    errata: (mechanism.errata ?? []).flatMap((each) => {
      if (each?.erratum === undefined) return [];
      return (stated.get(each.erratum)?.holds ?? holds(each, revision)) ? [each.erratum] : [];
    }),
    others: JSON.stringify(others, (key, value: unknown) => (key === "source" ? undefined : value)),
  };
}

function holds({ affects, harms }: LooseErratum, revision: string | undefined): boolean {
  if (affects === undefined) return false;
  const known = affects === "all" ? affects : affects.flatMap((each) => each ?? []);
  return counts({ affects: known, harms }, revision).affected;
}
