// What comes of holding one fact of a description beside a witness.

/** known: differs, and the description says so and why. stale: the description says that this file differs, and it does not. */
export type Verdict = "agrees" | "differs" | "known" | "stale" | "only here" | "only there";

export interface Finding {
  /** As `fencegen facts` calls it, as far as it is listed there. */
  readonly fact: string;
  readonly verdict: Verdict;
  /** Undefined where the description says nothing of it. */
  readonly here: { readonly value: string; readonly at: FactPlace } | undefined;
  readonly there: { readonly value: string; readonly place: string } | undefined;
  /** Of a known difference, why it is right; of a stale one, what the description says of the file. */
  readonly because?: string | undefined;
}

/** Where a fact stands in the descriptions: the entry of a core, a level, a memory or a master, by name. */
export type FactPlace =
  | { readonly kind: "core"; readonly name: string }
  | { readonly kind: "level"; readonly core: string; readonly name: string }
  | { readonly kind: "memory"; readonly name: string }
  | { readonly kind: "master"; readonly name: string };
