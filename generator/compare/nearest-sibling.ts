// The described chip that a new one is most like, by what the survey kept: only of one chip are details asked for.
import type { KnownChip } from "../project/known-chip.ts";
import type { ProjectChips } from "../project/project-chips.ts";

/** Undefined where no other chip has a fence that is the same to the verifier, or one for a core of the chip. */
export function nearestSibling(id: string, { chips }: ProjectChips): KnownChip | undefined {
  const chip = chips.find((each) => each.id === id);
  const [best] = chips
    .filter((other) => chip && other.id !== id && other.fences.length > 0)
    .map((other) => ({ other, likeness: likeness(chip!, other) }))
    .filter(({ likeness: [sharesCore, , sameFences] }) => sharesCore! + sameFences! > 0)
    .sort((a, b) => compared(b.likeness, a.likeness));
  return best?.other;
}

/** The weightiest first. */
function likeness(chip: KnownChip, other: KnownChip): readonly number[] {
  const shared = (of: (chip: KnownChip) => readonly string[]) =>
    of(chip).filter((each) => of(other).includes(each)).length;
  return [
    Math.min(
      1,
      shared(({ row }) => row.cores),
    ),
    shared(({ row }) => row.mechanisms),
    shared(({ fences }) => fences.map(({ planKey }) => planKey)),
    Number(chip.row.lineBytes === other.row.lineBytes),
    Number(chip.row.vendor === other.row.vendor),
    shared(({ row }) => row.isa),
    beginningInCommon(chip.id, other.id),
    shared(({ row }) => row.dmaMasters),
    -other.fences.length,
  ];
}

function beginningInCommon(id: string, other: string): number {
  const differs = [...id].findIndex((character, index) => character !== other[index]);
  return differs === -1 ? id.length : differs;
}

function compared(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at === -1 ? 0 : a[at]! - b[at]!;
}
