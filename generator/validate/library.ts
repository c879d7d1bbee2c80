// All descriptions of one run, by kind and id: what references are looked up in.
import { type Diagnostics, nearest } from "../diagnostics/diagnostic.ts";
import type { Kind } from "../load/source-file.ts";
import { reportAt } from "../load/source-file.ts";
import type { Description } from "./validate-schema.ts";

export type DescriptionOf<K extends Kind> = Extract<Description, { readonly kind: K }>;

export class Library {
  readonly all: readonly Description[];
  readonly #byKind: Readonly<Record<Kind, Map<string, Description>>>;

  constructor(descriptions: readonly Description[], diagnostics: Diagnostics) {
    this.all = descriptions;
    this.#byKind = { architecture: new Map(), mechanism: new Map(), core: new Map(), chip: new Map() };
    for (const description of descriptions) {
      const id = idOf(description);
      if (id === undefined) continue;
      const known = this.#byKind[description.kind].get(id);
      if (known) {
        reportAt(
          diagnostics,
          description.file,
          "rule/duplicate-id",
          [description.kind],
          `${description.kind} \`${id}\` is described in ${known.file.path} too`,
        );
      } else this.#byKind[description.kind].set(id, description);
    }
  }

  get<K extends Kind>(kind: K, id: string): DescriptionOf<K> | undefined {
    return this.#byKind[kind].get(id) as DescriptionOf<K> | undefined;
  }

  ids(kind: Kind): string[] {
    return [...this.#byKind[kind].keys()];
  }

  /** For the hint beside an unknown id. */
  suggestion(kind: Kind, id: string): string {
    const meant = nearest(id, this.ids(kind));
    return meant ? `Did you mean \`${meant}\`?` : `Known are ${this.ids(kind).sort().join(", ")}.`;
  }
}

export function idOf(description: Description): string | undefined {
  return (description.value as Record<string, unknown>)[description.kind] as string | undefined;
}
