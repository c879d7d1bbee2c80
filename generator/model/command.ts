// What tells the accesses of a mechanism apart: what they change. One that only reads commands nothing.

/** An access that changes something, as whoever looks at the bus sees it. */
export type Command =
  /** A store that leaves some bits of a register 1 and some 0; one of a number leaves no other. */
  | { readonly kind: "bits"; readonly register: string; readonly set: bigint; readonly clear: bigint }
  /** Anything else, by what it does, as text. */
  | { readonly kind: "other"; readonly text: string };

export function storeOfNumber(register: string, value: bigint): Command {
  return { kind: "bits", register, set: value, clear: ~value };
}

/**
 * Whether what the one stores may be what the other does, or both do the same. Bits that neither names count as 0: hardware takes
 * back those that command something, and where it does not, a description says that they are cleared.
 */
export function mayBeOne(one: Command, other: Command): boolean {
  if (one.kind === "other" || other.kind === "other")
    return one.kind === "other" && other.kind === "other" && one.text === other.text;
  const is = ({ set, clear }: typeof one, stored: bigint) => (stored & (set | clear)) === set;
  return one.register === other.register && (is(one, other.set) || is(other, one.set));
}

/** Whether what ends a sequence may be the whole of another. */
export function mayEndWith(sequence: readonly Command[], end: readonly Command[]): boolean {
  const last = sequence.slice(-end.length);
  return end.length > 0 && last.length === end.length && last.every((command, index) => mayBeOne(command, end[index]!));
}
