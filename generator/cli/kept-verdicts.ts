// Verdicts as they are kept. Nearly all of one are the names of thousands of scenarios, which come once for each property and consist of
// few parts. Packed, it has a tenth of the size; what reads all verdicts of a project would be busy with nothing else otherwise.
import type { PropertyVerdict } from "../verifier/verdict.ts";
import type { FenceVerdict } from "../verifier/verify-fence.ts";
import type { VerdictStore } from "./environment.ts";

export type PackedVerdict = Omit<FenceVerdict, "properties"> & { readonly properties: PackedProperties };

interface PackedProperties {
  /** Names of properties, and the parts of which names of scenarios consist. */
  readonly words: readonly string[];
  /** Verdicts that follow each other and differ in nothing but the property. */
  readonly groups: readonly Group[];
}

type Group = readonly [
  /** Indexes of words, as are the names. */
  scenario: readonly number[],
  names: readonly number[],
  states: number,
  outcome: Outcome,
];

type Outcome = "holds" | "broken" | "undecided";

const separator = ", ";

export interface PackedStore {
  get(key: string): PackedVerdict | undefined;
  keep(key: string, verdict: PackedVerdict): void;
}

export function packedVerdicts(store: PackedStore): VerdictStore {
  return {
    get(key) {
      const kept = store.get(key);
      return kept && "groups" in kept.properties ? { ...kept, properties: unpacked(kept.properties) } : undefined;
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
  return { words: [...numbers.keys()], groups };
}

function unpacked({ words, groups }: PackedProperties): PropertyVerdict[] {
  return groups.flatMap(([parts, names, states, outcome]) => {
    const scenario = parts.map((part) => words[part]!).join(separator);
    return names.map(
      (name): PropertyVerdict => ({
        name: words[name]!,
        scenario,
        holds: outcome === "holds",
        states,
        ...(outcome === "undecided" && { undecided: true }),
      }),
    );
  });
}

function isSameButForName(one: PropertyVerdict, other: PropertyVerdict): boolean {
  return one.scenario === other.scenario && one.states === other.states && outcomeOf(one) === outcomeOf(other);
}

function outcomeOf({ holds, undecided }: PropertyVerdict): Outcome {
  if (undecided) return "undecided";
  return holds ? "holds" : "broken";
}
