// What `list` and the tables in Markdown files say of a chip.

import { coreOf } from "../plan/plan-chip.ts";
import { usedMechanisms } from "../plan/steps.ts";
import { chipFacts } from "../provenance/chip-facts.ts";
import { type Coverage, coverageOf } from "../provenance/coverage.ts";
import type { PlannedChip } from "../render/render-outputs.ts";
import { targetNote } from "../toolchain/targets.ts";

export function chipRow(planned: PlannedChip) {
  const { chip, fences, refused } = planned;
  const mechanisms = [...new Set(fences.flatMap(usedMechanisms))];
  const lines = fences.flatMap(({ lineBytes }) => lineBytes ?? []);
  const rustTargets = [...new Set(chip.cores.flatMap((core) => core.rustTargets))];
  return {
    id: chip.id,
    title: chip.title,
    vendor: chip.vendor,
    cores: [...new Set(chip.cores.map(({ id }) => id))],
    isa: [...new Set(chip.cores.map(({ architecture }) => architecture.id))],
    rustTargets,
    coherent: mechanisms.length === 0 && refused.length === 0,
    mechanisms,
    lineBytes: lines.length > 0 ? Math.min(...lines) : null,
    fences: fences.map(({ name }) => name),
    onlyAssembled: fences.flatMap((fence) => (isOnlyAssembled(coreOf(chip, fence).rustTargets) ? [fence.name] : [])),
    refused: refused.map(({ core, coreName, code, because }) => ({ core: coreName || core, code, because })),
    boards: chip.verifiedOn.map(({ board, date, fence, result }) => ({ board, date, fence, result })),
    dmaMasters: chip.dma.map(({ name }) => name),
    tockCrates: chip.tockCrates,
    targetNotes: rustTargets.flatMap((target) => {
      const special = targetNote(target);
      return special ? [{ target, note: special.note }] : [];
    }),
  };
}

/** Whether no compiler for the targets is at hand, so that nobody has compiled the emitted Rust for any of them. */
function isOnlyAssembled(rustTargets: readonly string[]): boolean {
  return rustTargets.length > 0 && rustTargets.every((target) => targetNote(target)?.checkedBy === "assembling only");
}

export type ChipRow = ReturnType<typeof chipRow>;

/** `right on 2 boards` */
export function onBoards(boards: ChipRow["boards"]): string[] {
  return (["right", "wrong", "inconclusive"] as const).flatMap((word) => {
    const count = boards.filter(({ result }) => result === word).length;
    return count === 0 ? [] : [`${word} on ${count === 1 ? "a board" : `${count} boards`}`];
  });
}

export function rowCoverage(planned: PlannedChip): Coverage {
  return coverageOf(chipFacts(planned));
}
