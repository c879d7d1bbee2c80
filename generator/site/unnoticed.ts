// Which mistakes in facts no check would find: of descriptions that come with fencegen each fact was changed, one at a time.
import type { SiteChip, SiteProject } from "./project.ts";
import type { SiteTexts } from "./texts.ts";

export interface UnnoticedFact {
  /** What kind of change it is, such as `reach`. */
  readonly kind: string;
  /** The file, and the fact in it. */
  readonly path: string;
  readonly what: string;
  /** The chips of the project that it is about. */
  readonly chips: readonly SiteChip[];
}

/** Of the chips of a project that are as they come with fencegen, and of the cores that these have. */
export function unnoticedOf({ chips }: SiteProject, { unnoticed }: SiteTexts): UnnoticedFact[] {
  const shipped = chips.filter(({ isShipped }) => isShipped);
  return unnoticed
    .map((line) => {
      const [kind = "", path = "", ...what] = line.split(": ");
      const about = shipped.filter(
        ({ row }) => path === `chips/${row.id}.yaml` || row.cores.some((core) => path === `chips/cores/${core}.yaml`),
      );
      return { kind, path, what: what.join(": "), chips: about };
    })
    .filter(({ chips: about }) => about.length > 0);
}
