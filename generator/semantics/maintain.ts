// What one maintenance operation may do to a line: each possible result, because manuals leave some open.
import type { Instruction } from "./instruction.ts";
import { cleanLevel, discardDirtyLevel, invalidateLevel, type LevelRules, type LineState } from "./line-state.ts";
import { cleanFront, discardDirtyFront, dropFront, type MasterSide } from "./master-side.ts";

export type MaintainInstruction = Extract<Instruction, { kind: "maintain" }>;

/** @param side how the masters come to the line; only what acts on caches in front of them needs it */
export function maintained(
  state: LineState,
  { effect, levels, front, mayCleanToo, certain }: MaintainInstruction,
  rules: readonly LevelRules[] = [],
  side?: MasterSide,
): LineState[] {
  const cleaned = (): LineState[] => {
    const own = levels.reduce((from, level) => cleanLevel(from, level, rules), state);
    return front.reduce((all, at) => all.flatMap((from) => cleanFront(from, at, side!)), [own]);
  };
  const dropped = (from: LineState) => front.reduceRight(dropFront, levels.reduceRight(invalidateLevel, from));
  const results = {
    clean: () => cleaned(),
    invalidate: () => (mayCleanToo ? [dropped(state), ...cleaned().map(dropped)] : [dropped(state)]),
    "clean-and-invalidate": () => cleaned().map(dropped),
    "discard-dirty": () => [front.reduce(discardDirtyFront, levels.reduce(discardDirtyLevel, state))],
  }[effect]();
  // An operation that only reaches an inner point promises nothing to DMA: it may as well do nothing.
  return certain ? results : [state, ...results];
}
