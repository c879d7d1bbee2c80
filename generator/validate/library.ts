// All descriptions of one run, by kind and id: what references are looked up in.
import type { Document } from "#generated/descriptions.js";
import type { Diagnostics } from "../diagnostics/diagnostic.ts";
import { nearest } from "../diagnostics/nearest.ts";
import type { Kind } from "../load/source-file.ts";
import { reportAt } from "../load/source-file.ts";
import type { Description } from "./validate-schema.ts";

export type DescriptionOf<K extends Kind> = Extract<Description, { readonly kind: K }>;

export class Library {
  readonly all: readonly Description[];
  /** What every description may cite by key. */
  readonly sources: Readonly<Record<string, Document>>;
  /** The keys of these, also of one that is not declared as it must be, which is an error of its own. */
  readonly sourceKeys: ReadonlySet<string>;
  /** These are what fencegen was built with, so that what comes with it needs no second look. */
  readonly hasShippedSources: boolean;
  /** So is everything else but chips. */
  readonly hasShippedParts: boolean;
  readonly #byKind: Readonly<Record<Kind, Map<string, Description>>>;

  constructor(descriptions: readonly Description[], diagnostics: Diagnostics) {
    this.all = descriptions;
    this.#byKind = {
      architecture: new Map(),
      mechanism: new Map(),
      core: new Map(),
      chip: new Map(),
      sources: new Map(),
    };
    const lists = descriptions.filter(({ kind }) => kind === "sources");
    this.hasShippedSources = lists.length > 0 && lists.every(({ file }) => file.isShipped);
    this.hasShippedParts =
      this.hasShippedSources && descriptions.every(({ kind, file }) => kind === "chip" || file.isShipped);
    this.sources = sharedSources(descriptions, diagnostics);
    this.sourceKeys = new Set(lists.flatMap(sourceKeysOf));
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

/** Of all lists of sources; one that comes with fencegen and one of the user's may lie beside each other. */
function sharedSources(
  descriptions: readonly Description[],
  diagnostics: Diagnostics,
): Readonly<Record<string, Document>> {
  const declared = new Map<string, { readonly source: Document; readonly path: string }>();
  for (const { kind, file, value } of descriptions) {
    if (kind !== "sources") continue;
    for (const [key, source] of Object.entries(value.sources ?? {})) {
      const known = declared.get(key);
      if (!known) declared.set(key, { source: source as Document, path: file.path });
      else if (JSON.stringify(known.source) !== JSON.stringify(source))
        reportAt(
          diagnostics,
          file,
          "rule/duplicate-name",
          ["sources", key],
          `\`${key}\` is another source in ${known.path}`,
          { at: "key", mend: "Give it another key, or declare it under `sources` of the descriptions that cite it." },
        );
    }
  }
  return Object.fromEntries([...declared].map(([key, { source }]) => [key, source]));
}

/** What a file declares under `sources`, in whatever form. */
export function sourceKeysOf({ file }: Description): string[] {
  const { sources } = file.value as { readonly sources?: unknown };
  return typeof sources === "object" && sources !== null && !Array.isArray(sources) ? Object.keys(sources) : [];
}

export function idOf(description: Description): string | undefined {
  if (description.kind === "sources") return undefined;
  return (description.value as Record<string, unknown>)[description.kind] as string | undefined;
}
