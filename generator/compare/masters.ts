// Masters that moved between the fences of a core, and the drivers that this breaks.
import type { FencePlan } from "../plan/operation.ts";
import type { PlannedChip } from "../render/render-outputs.ts";

/** What became of the masters of one fence. */
export interface MovedMasters {
  /** Masters of it before that are described still, and of which it is no longer right. */
  readonly lost: readonly string[];
  readonly sentences: readonly string[];
}

/** @param now undefined where the fence is gone */
export function movedMasters(old: FencePlan, now: FencePlan | undefined, chip: PlannedChip): MovedMasters {
  const described = chip.chip.dma.map(({ name }) => name);
  const lost = old.controllers.filter((name) => described.includes(name) && !now?.controllers.includes(name));
  const gained = now?.controllers.filter((name) => !old.controllers.includes(name)) ?? [];
  const gone = old.controllers.filter((name) => !described.includes(name));
  const sentences = [
    ...[...usesInstead(lost, old, chip)].map(([use, names]) =>
      now
        ? `Drivers that hand buffers of ${names.join(", ")} to ${old.name} lose data now; ${use}.`
        : `${old.name} is gone, so drivers of ${names.join(", ")} that name it no longer compile; ${use}.`,
    ),
    ...(gone.length > 0 ? [`No longer described, and no longer promised of any fence: ${gone.join(", ")}.`] : []),
    ...gained.map((name) => `${now!.name} is now also for ${name}.`),
  ];
  return { lost: now ? lost : [], sentences };
}

/** What drivers are to use, and for which masters. */
function usesInstead(
  masters: readonly string[],
  { core, coreName }: FencePlan,
  { fences }: PlannedChip,
): ReadonlyMap<string, readonly string[]> {
  const uses = new Map<string, string[]>();
  for (const master of masters) {
    const other = fences.find(
      (each) => each.core === core && each.coreName === coreName && each.controllers.includes(master),
    );
    const use = other ? `use ${other.name}` : "no fence is right for it any more";
    uses.set(use, [...(uses.get(use) ?? []), master]);
  }
  return uses;
}
