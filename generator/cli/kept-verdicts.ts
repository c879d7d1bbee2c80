// Verdicts as they are kept. Nearly all of one are the names of thousands of scenarios, which come once for each property and consist of
// few parts. Packed, these have a tenth of the size, and are unpacked where somebody asks for them: of a proven fence, only --json does.
import type { PropertyVerdict } from "../verifier/verdict.ts";
import type { FenceVerdict } from "../verifier/verify-fence.ts";
import type { VerdictStore } from "./environment.ts";

export type PackedVerdict = Omit<FenceVerdict, "properties"> & { readonly properties: PackedProperties };

interface PackedProperties {
  /** Names of properties, and the parts of which names of scenarios consist. */
  readonly words: readonly string[];
  /** The JSON of groups: to be read, it costs more than all the rest of a verdict. */
  readonly groups: string;
}

/** Verdicts that follow each other and differ in nothing but the property. */
type Group = readonly [
  /** Indexes of words, as are the names. */
  scenario: readonly number[],
  names: readonly number[],
  states: number,
  /** Index of one. */
  outcome: number,
];

const outcomes = ["holds", "broken", "undecided"] as const;
const separator = ", ";

export interface PackedStore {
  get(key: string): PackedVerdict | undefined;
  keep(key: string, verdict: PackedVerdict): void;
}

export function packedVerdicts(store: PackedStore): VerdictStore {
  return {
    get(key) {
      const kept = store.get(key);
      return kept && "groups" in kept.properties ? unpacked(kept) : undefined;
    },
    keep: (key, verdict) => store.keep(key, { ...verdict, properties: packed(verdict.properties) }),
  };
}

function packed(properties: readonly PropertyVerdict[]): PackedProperties {
  const numbers = new Map<string, number>();
  const numberOf = (word: string) => {
    const number = numbers.get(word) ?? numbers.size;
    numbers.set(word, number);
    return number;
  };
  const groups: Group[] = [];
  let names: number[] = [];
  let before: PropertyVerdict | undefined;
  for (const each of properties) {
    if (!before || !isSameButForName(before, each)) {
      names = [];
      groups.push([each.scenario.split(separator).map(numberOf), names, each.states, outcomeOf(each)]);
    }
    names.push(numberOf(each.name));
    before = each;
  }
  return { words: [...numbers.keys()], groups: JSON.stringify(groups) };
}

/** The verdict as it was, to the order of its keys. */
function unpacked(kept: PackedVerdict): FenceVerdict {
  let properties: readonly PropertyVerdict[] | undefined;
  const get = () => {
    properties ??= propertiesIn(kept.properties);
    return properties;
  };
  return Object.defineProperty({ ...kept }, "properties", { get, enumerable: true }) as unknown as FenceVerdict;
}

function propertiesIn({ words, groups }: PackedProperties): PropertyVerdict[] {
  return (JSON.parse(groups) as readonly Group[]).flatMap(([parts, names, states, outcome]) => {
    const scenario = parts.map((part) => words[part]!).join(separator);
    return names.map(
      (name): PropertyVerdict => ({
        name: words[name]!,
        scenario,
        holds: outcomes[outcome] === "holds",
        states,
        ...(outcomes[outcome] === "undecided" && { undecided: true }),
      }),
    );
  });
}

function isSameButForName(one: PropertyVerdict, other: PropertyVerdict): boolean {
  return one.scenario === other.scenario && one.states === other.states && outcomeOf(one) === outcomeOf(other);
}

function outcomeOf({ holds, undecided }: PropertyVerdict): number {
  return outcomes.indexOf(undecided ? "undecided" : holds ? "holds" : "broken");
}
