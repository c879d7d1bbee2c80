// How a CPU performs its accesses: at one moment or at two, what a completion waits for, which value a load takes, and
// what each does to its line. In which order it does so is program-order.ts. SEMANTICS.md, section 6.
import type { Instruction, Store } from "./instruction.ts";
import { fill, type LevelRules, type LineState, storeCell } from "./line-state.ts";
import { maintained } from "./maintain.ts";
import type { MasterSide } from "./master-side.ts";

/**
 * Whether an access is not done before an earlier one is: a completion, before the operations of its mechanism; what an
 * operation does in the caches of other cores, before what it does in the core's own.
 */
export function waitsForEndOf(access: Instruction, earlier: Instruction): boolean {
  if (earlier.kind !== "maintain" || (access.kind !== "complete" && access.kind !== "maintain")) return false;
  if (earlier.rules.instance !== access.rules.instance) return false;
  return access.kind === "complete" || (access.elsewhere === true && access.line === earlier.line);
}

/**
 * The store whose value a load takes although nobody else can see it yet: the newest before it to the same location.
 * @param program in program order
 * @param load its index in the program
 * @param isPerformed whether an access has been, by its index
 */
export function forwardedStore(
  program: readonly Instruction[],
  load: number,
  isPerformed: (index: number) => boolean,
): Store | undefined {
  const { location } = program[load]!;
  return program.findLast(
    (access, index): access is Store =>
      index < load && access.kind === "store" && access.location === location && !isPerformed(index),
  );
}

/**
 * Each way in which a load may leave its line. Where nothing but accesses fills a level, one that misses does. One that
 * takes its value from a store of its own may have looked at the cache or not: no manual says.
 */
export function afterLoad(state: LineState, levels: readonly LevelRules[], isForwarded: boolean): LineState[] {
  const filled = levels.reduceRight((line, rules, level) => (rules.speculativeFill ? line : fill(line, level)), state);
  return isForwarded && filled !== state ? [state, filled] : [filled];
}

/** Each way in which an access other than a load may leave its line when it takes effect. */
export function effectOn(
  state: LineState,
  access: Exclude<Instruction, { kind: "load" }>,
  levels: readonly LevelRules[],
  side?: MasterSide,
): LineState[] {
  switch (access.kind) {
    case "store":
      return [storeCell(state, access.cell, access.value, levels)];
    case "maintain":
      return maintained(state, access, levels, side);
    case "device":
    case "complete":
      return [state];
  }
}
