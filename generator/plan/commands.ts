// The sequences of a mechanism as what they command.
import type { Mechanism, Operation, SequenceItem } from "../model/chip.ts";
import { type Command, mayEndWith, storeOfNumber } from "../model/command.ts";

/** What an access commands; nothing for what only reads. */
export function commandsIn(item: SequenceItem): Command[] {
  if (item.kind === "poll" || item.kind === "read") return [];
  const register = "register" in item ? `${item.register.address}` : "";
  if (item.kind === "modify") return [{ kind: "bits", register, set: item.set.value, clear: item.clear.value }];
  if (item.kind === "write" && item.value.of === "constant") return [storeOfNumber(register, item.value.constant)];
  const { register: _, ...rest } = { register: undefined, ...item };
  const text = JSON.stringify([register, rest], (_key, value: unknown) =>
    typeof value === "bigint" ? `${value}n` : value,
  );
  return [{ kind: "other", text }];
}

/**
 * Whether an operation is done in several commands, of which the earlier ones are operations of their own: something may
 * then come between them.
 */
export function isOfSeveralCommands({ name, sequence }: Operation, { operations }: Mechanism): boolean {
  const own = sequence.flatMap(commandsIn);
  const others = operations.filter((other) => other.name !== name).map((other) => other.sequence.flatMap(commandsIn));
  return own.some((_, index) => index > 0 && others.some((other) => mayEndWith(own.slice(0, index), other)));
}
