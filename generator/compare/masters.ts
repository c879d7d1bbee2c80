// Masters that moved between the fences of a core, and the drivers that this breaks.
import type { FencePlan } from "../plan/operation.ts";
import type { PlannedChip } from "../render/render-outputs.ts";

/** Masters of a fence that are described still, and of which it is no longer right. @param now undefined where it is gone */
export function lostMasters(old: FencePlan, now: FencePlan | undefined, { chip }: PlannedChip): string[] {
  return old.controllers.filter(
    (name) => chip.dma.some((master) => master.name === name) && !now?.controllers.includes(name),
  );
}

/**
 * Sentences on what became of the masters of one fence.
 * @param losesData whether some execution with the lost ones goes wrong
 */
export function movedMasters(
  old: FencePlan,
  now: FencePlan | undefined,
  chip: PlannedChip,
  losesData: boolean,
): string[] {
  const described = chip.chip.dma.map(({ name }) => name);
  const lost = lostMasters(old, now, chip);
  const gained = now?.controllers.filter((name) => !old.controllers.includes(name)) ?? [];
  const gone = old.controllers.filter((name) => !described.includes(name));
  const wrong = losesData ? "lose data now" : "rely on what is no longer promised";
  return [
    ...[...usesInstead(lost, old, chip)].map(([use, names]) =>
      now
        ? `Drivers that hand buffers of ${names.join(", ")} to ${old.name} ${wrong}; ${use}.`
        : `${old.name} is gone, so drivers of ${names.join(", ")} that name it no longer compile; ${use}.`,
    ),
    ...(gone.length > 0 ? [`No longer described, and no longer promised of any fence: ${gone.join(", ")}.`] : []),
    ...gained.map((name) => `${now!.name} is now also for ${name}.`),
  ];
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
