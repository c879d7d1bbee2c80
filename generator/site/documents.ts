// The reverse view: which chips rest on a document or a repository.
import type { SiteChip, SiteProject } from "./project.ts";

export interface DocumentUse {
  /** Title with number and revision, or owner/name without the commit. */
  readonly document: string;
  readonly kind: "document" | "repository";
  readonly facts: number;
  readonly chips: readonly SiteChip[];
}

/** What most chips rest on first. A repository at two commits is one source. */
export function documentsOf({ chips }: SiteProject): DocumentUse[] {
  const uses = new Map<string, { kind: DocumentUse["kind"]; facts: number; chips: Set<SiteChip> }>();
  for (const chip of chips)
    for (const { sources } of chip.facts) {
      const read = sources.filter(({ verified }) => verified);
      for (const document of new Set(read.map((source) => source.document.replace(/ at \S+$/, "")))) {
        const { kind } = read.find((source) => source.document.startsWith(document))!;
        const use = uses.get(document) ?? {
          kind: kind === "document" ? kind : "repository",
          facts: 0,
          chips: new Set(),
        };
        use.facts++;
        use.chips.add(chip);
        uses.set(document, use);
      }
    }
  return [...uses]
    .map(([document, use]) => ({ document, ...use, chips: [...use.chips] }))
    .sort((a, b) => b.chips.length - a.chips.length || b.facts - a.facts || (a.document < b.document ? -1 : 1));
}
