// Outputs of a chip as they would be if it had the names of another: what then differs from that one's is what the chip has of its own.
import type { KnownChip } from "../project/known-chip.ts";
import type { ProjectChips } from "../project/project-chips.ts";
import { nearestSibling } from "./nearest-sibling.ts";
import { type NamedChip, renamed } from "./renamed.ts";

/** A chip that only one side has, and the one that it is most like. */
export interface Sibling {
  readonly chip: KnownChip;
  readonly sibling: KnownChip;
}

export function siblingsOfNewChips(base: ProjectChips, head: ProjectChips): Sibling[] {
  const isNew = ({ id, fences }: KnownChip) => fences.length > 0 && !base.described.includes(id);
  return head.chips.filter(isNew).flatMap((chip) => {
    const sibling = nearestSibling(chip.id, head);
    return sibling ? [{ chip, sibling }] : [];
  });
}

/** Where the sibling has what the chip has at a path; undefined for a file that is not the chip's, or that the sibling has not. */
export function siblingPath(path: string, { chip, sibling }: Sibling): string | undefined {
  if (!chip.files.some((file) => file.path === path)) return undefined;
  const there = renamed(path, named(chip), named(sibling));
  return there !== path && sibling.files.some((file) => file.path === there) ? there : undefined;
}

/** The sibling's text with the chip's names. */
export function asOfChip(text: string, { chip, sibling }: Sibling): string {
  return renamed(text, named(sibling), named(chip));
}

function named({ id, row }: KnownChip): NamedChip {
  return { id, title: row.title };
}
