import type { NamedValue, RegisterValue } from "./chip.ts";

/** One thing that is done to a number before a register takes it. */
export interface Change {
  readonly kind: "subtract" | "shiftRight" | "add" | "or";
  readonly by: bigint;
  /** What the manual calls the number; left out where it has no name. */
  readonly called?: readonly NamedValue[];
}

/** What a value changes, in the order in which it does. */
export function changesOf({ subtract, shiftRight, add, or, changesCalled = {} }: RegisterValue): Change[] {
  const named = (kind: keyof typeof changesCalled, by: bigint): Change => {
    const called = changesCalled[kind];
    return { kind, by, ...(called && { called }) };
  };
  const changes: readonly Change[] = [
    named("subtract", subtract),
    { kind: "shiftRight", by: BigInt(shiftRight) },
    named("add", add),
    named("or", or),
  ];
  return changes.filter(({ by }) => by !== 0n);
}

/** A number after one change. */
export function changed(value: bigint, { kind, by }: Change): bigint {
  switch (kind) {
    case "subtract":
      return value - by;
    case "shiftRight":
      return value >> by;
    case "add":
      return value + by;
    case "or":
      return value | by;
  }
}

/** What a value was before a change, as far as no bit of it was lost. */
export function unchangedBy(value: bigint, { kind, by }: Change): bigint {
  switch (kind) {
    case "subtract":
      return value + by;
    case "shiftRight":
      return value << by;
    case "add":
      return value - by;
    case "or":
      return value & ~by;
  }
}
