// What one maintenance operation may do to a line: each possible result, because manuals leave some open.
import type { Instruction } from "./instruction.ts";
import { cleanLevel, discardDirtyLevel, invalidateLevel, type LevelRules, type LineState } from "./line-state.ts";

export type MaintainInstruction = Extract<Instruction, { kind: "maintain" }>;

export function maintained(
  state: LineState,
  { effect, levels, mayCleanToo, certain }: MaintainInstruction,
  rules: readonly LevelRules[] = [],
): LineState[] {
  const cleaned = () => levels.reduce((from, level) => cleanLevel(from, level, rules), state);
  const dropped = (from: LineState) => levels.reduceRight(invalidateLevel, from);
  const results = {
    clean: () => [cleaned()],
    invalidate: () => (mayCleanToo ? [dropped(state), dropped(cleaned())] : [dropped(state)]),
    "clean-and-invalidate": () => [dropped(cleaned())],
    "discard-dirty": () => [levels.reduce(discardDirtyLevel, state)],
  }[effect]();
  // An operation that only reaches an inner point promises nothing to DMA: it may as well do nothing.
  return certain ? results : [state, ...results];
}
