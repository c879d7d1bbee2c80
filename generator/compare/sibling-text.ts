// Outputs of a chip as they would be if it had the names of another: what then differs from that one's is what the chip has of its own.
import { moduleName, typeStem } from "../notation/names.ts";
import type { KnownChip } from "../project/known-chip.ts";
import type { ProjectChips } from "../project/project-chips.ts";
import { nearestSibling } from "./nearest-sibling.ts";

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
  const there = renamed(path, sibling, chip);
  return there !== path && sibling.files.some((file) => file.path === there) ? there : undefined;
}

/** The sibling's text with the chip's names. */
export function asOfChip(text: string, { chip, sibling }: Sibling): string {
  return renamed(text, chip, sibling);
}

function renamed(text: string, to: KnownChip, from: KnownChip): string {
  const names = ({ id, row }: KnownChip) => [row.title, typeStem(id), id, moduleName(id), moduleName(id).toUpperCase()];
  const [own, others] = [names(to), names(from)];
  // The longest first, of which others may be parts; each place once.
  const order = others.map((_, index) => index).sort((a, b) => others[b]!.length - others[a]!.length);
  const pattern = new RegExp(order.map((index) => others[index]!.replace(/[^A-Za-z0-9]/g, "\\$&")).join("|"), "g");
  return text.replace(pattern, (found) => own[others.indexOf(found)]!);
}
