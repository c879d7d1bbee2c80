// What the sequences of a mechanism are told apart by: the accesses that change something, as text.
import type { Mechanism, Operation, SequenceItem } from "../model/chip.ts";

/** What an access does, as text; nothing for what only reads. */
export function spelled(item: SequenceItem): string[] {
  if (item.kind === "poll" || item.kind === "read") return [];
  const { register, ...rest } = { register: undefined, ...item };
  return [
    JSON.stringify([register?.address, rest], (key, value: unknown) => {
      // What a number is called changes nothing.
      if (key === "called") return undefined;
      return typeof value === "bigint" ? `${value}n` : value;
    }),
  ];
}

export function endsWith(sequence: readonly string[], end: readonly string[]): boolean {
  return end.length > 0 && sequence.slice(-end.length).join() === end.join();
}

/**
 * Whether an operation is done in several commands, of which the earlier ones are operations of their own: something may
 * then come between them.
 */
export function isOfSeveralCommands({ name, sequence }: Operation, { operations }: Mechanism): boolean {
  const own = sequence.flatMap(spelled);
  const others = operations.filter((other) => other.name !== name).map((other) => other.sequence.flatMap(spelled));
  return own.some((_, index) => index > 0 && others.some((other) => endsWith(own.slice(0, index), other)));
}
