// Rules on what the registers of a mechanism hold: widths, values by name, single bits, read-backs and the limits of ranges.
import type { Pointer } from "../../load/source-file.ts";
import { isExact, parseQuantity } from "../../notation/quantity.ts";
import { definedMechanisms, type LooseMechanism, type RuleContext, type Site } from "./rule.ts";
import {
  isChanged,
  type LooseConstant,
  type LooseItem,
  type LooseSequence,
  type LooseValue,
  namesIn,
  numberOf,
  sequenceItems,
  spelling,
} from "./sequences.ts";

type LooseRegister = NonNullable<NonNullable<LooseMechanism["registers"]>[string]>;

/** A constant of a sequence, with its place and the register that takes it. */
interface UsedConstant extends Site<LooseConstant> {
  readonly register: string;
}

function constantsIn({ value: item, pointer }: Site<LooseItem>): UsedConstant[] {
  const { write, modify, store, poll } = item;
  const used = (value: LooseConstant | undefined, register: string | undefined, place: Pointer): UsedConstant[] =>
    value === undefined ? [] : [{ value, register: register ?? "", pointer: [...pointer, ...place] }];
  const changes = (value: LooseValue | undefined, register: string | undefined, place: Pointer): UsedConstant[] =>
    isChanged(value)
      ? (["subtract", "add", "or"] as const).flatMap((key) => used(value[key], register, [...place, key]))
      : used(value, register, place);
  if (write) return changes(write.value, write.register, ["write", "value"]);
  if (store) return isChanged(store.to) ? changes(store.to, undefined, ["store", "to"]) : [];
  if (modify) return (["set", "clear"] as const).flatMap((key) => used(modify[key], modify.register, ["modify", key]));
  return poll ? used(poll.mask, poll.register, ["poll", "mask"]) : [];
}

/** The values that sequences may name: of a register, or of the mechanism for stores. */
function valuesOf(mechanism: LooseMechanism, register: string) {
  return register === "" ? mechanism.values : mechanism.registers?.[register]?.values;
}

export function valuesAreDeclared(context: RuleContext): void {
  for (const mechanism of definedMechanisms(context)) {
    for (const { value, register, pointer } of sequenceItems(mechanism).flatMap(constantsIn)) {
      const values = Object.keys(valuesOf(mechanism.value, register) ?? {});
      for (const name of namesIn(value)) {
        if (values.includes(name)) continue;
        const at = Array.isArray(value) ? [...pointer, value.indexOf(name)] : pointer;
        const owner = register === "" ? "the mechanism" : "the register";
        const mend =
          values.length > 0 ? `Its values are ${values.join(", ")}.` : `Declare it under \`values\` of ${owner}.`;
        const subject = register === "" ? owner : `\`${register}\``;
        context.report("rule/unknown-value", at, `${subject} has no value \`${name}\``, { mend });
      }
    }
  }
}

/** What a register cannot hold would be cut off. */
export function valuesFitTheirRegisters(context: RuleContext): void {
  for (const mechanism of definedMechanisms(context)) {
    const registers = new Map(Object.entries(mechanism.value.registers ?? {}));
    for (const [name, register] of registers) {
      const at = [...mechanism.pointer, "registers", name];
      const { widthBits = 32, bits } = register ?? {};
      if (bits !== undefined && bits > widthBits)
        context.report("rule/value-too-wide", [...at, "bits"], `an access of \`${name}\` has ${widthBits} bits`);
      for (const [value, number] of Object.entries(register?.values ?? {}))
        if (number !== undefined && isExact(number) && parseQuantity(number) >= 1n << BigInt(widthBits))
          context.report("rule/value-too-wide", [...at, "values", value], `\`${name}\` has ${widthBits} bits`);
    }
    for (const item of sequenceItems(mechanism))
      for (const { value, register, pointer } of constantsIn(item)) {
        const { values } = registers.get(register) ?? {};
        const number = numberOf(value, values);
        const bits = widthFor(item.value, registers.get(register));
        // A mask beyond the register has a rule of its own, and what is subtracted is subtracted from an address.
        if (number === undefined || item.value.poll || item.value.store || pointer.at(-1) === "subtract") continue;
        // An address that has a number added to it may be as wide as addresses are.
        if (pointer.at(-1) === "add" && bits >= 32) continue;
        if (number >= 1n << BigInt(bits))
          context.report("rule/value-too-wide", pointer, `\`${register}\` takes ${bits} bits`);
      }
  }
}

/** How many bits of a constant an access can carry. */
function widthFor({ write }: LooseItem, register: LooseRegister | undefined): number {
  const { widthBits = 32, bits = widthBits } = register ?? {};
  return write ? bits : widthBits;
}

export function modifiesChangeBits(context: RuleContext): void {
  for (const mechanism of definedMechanisms(context)) {
    for (const { value: item, pointer } of sequenceItems(mechanism)) {
      if (!item.modify) continue;
      const { register = "", set = 0, clear = 0 } = item.modify;
      const values = mechanism.value.registers?.[register]?.values;
      const [ones, zeros] = [numberOf(set, values), numberOf(clear, values)];
      if (ones === undefined || zeros === undefined) continue;
      const problem =
        (ones & zeros) !== 0n
          ? "a bit is to be 1 and 0 afterwards"
          : ones === 0n && zeros === 0n
            ? "no bit is changed"
            : undefined;
      if (problem) context.report("rule/modify-of-no-bit", [...pointer, "modify"], problem);
      if (mechanism.value.reentrancy === "atomic")
        context.report(
          "rule/modify-not-atomic",
          [...pointer, "modify"],
          `\`${register}\` is loaded and stored, and the mechanism is said to be \`atomic\``,
        );
    }
  }
}

/** A read-back waits for operations; where nothing is waited for, it would be there for nothing. */
export function readBacksAreNeeded(context: RuleContext): void {
  for (const mechanism of definedMechanisms(context)) {
    const { operations, ordering } = mechanism.value;
    const valuesOf = (register: string) => mechanism.value.registers?.[register]?.values;
    const commands = Object.values(operations ?? {}).map((operation) =>
      changing((operation?.sequence ?? []) as LooseSequence).map((item) => spelling([item], valuesOf)),
    );
    for (const { value: item, pointer } of sequenceItems(mechanism)) {
      if (!item.read) continue;
      const sequence = sequenceAt(mechanism.value, pointer.slice(mechanism.pointer.length, -1));
      const place = Number(pointer.at(-1));
      const before = changing(sequence.slice(0, place)).map((each) => spelling([each], valuesOf));
      const ends = commands.some(
        (command) => command.length > 0 && before.slice(-command.length).join() === command.join(),
      );
      const previous = sequence[place - 1];
      const problem =
        ordering?.doneWhen === "ordered"
          ? "an operation of this mechanism is done without it (`doneWhen: ordered`)"
          : previous?.poll?.register !== undefined && previous.poll.register === item.read.register
            ? `the poll before it has read \`${item.read.register}\` already`
            : place === 0 && !pointer.includes("completion")
              ? "nothing comes before it"
              : place < sequence.length - 1 && !ends
                ? "no operation has been started before it; registers of one controller are accessed in order"
                : undefined;
      if (problem) context.report("rule/read-back-unneeded", [...pointer, "read"], problem);
    }
  }
}

function changing(sequence: LooseSequence): LooseItem[] {
  return sequence.flatMap((item) => (item && !item.poll && !item.read ? [item] : []));
}

/** @param path of the sequence within the mechanism */
function sequenceAt(mechanism: LooseMechanism, path: Pointer): LooseSequence {
  const found = path.reduce<unknown>((node, step) => (node as Record<string, unknown>)[step], mechanism);
  return found as LooseSequence;
}

const limits = ["mostBytes", "alignmentBytes", "windowBytes"] as const;

/** Only a range has a length, and pieces begin where lines do. */
export function rangeLimitsAreOfRanges(context: RuleContext): void {
  for (const { value: mechanism, pointer } of definedMechanisms(context)) {
    for (const [name, operation] of Object.entries(mechanism.operations ?? {})) {
      for (const key of limits) {
        const limit = operation?.[key];
        if (limit === undefined) continue;
        const at = [...pointer, "operations", name, key];
        if (operation?.unit !== "range")
          context.report("rule/limit-without-range", at, `\`${name}\` is no range command`);
        if (key === "mostBytes" || !isExact(limit)) continue;
        const bytes = parseQuantity(limit);
        if (bytes === 0n || (bytes & (bytes - 1n)) !== 0n)
          context.report("rule/alignment-not-power-of-two", at, `${bytes} is not a power of two`);
        else if (key === "alignmentBytes" && bytes > 4096n)
          context.report("rule/alignment-not-power-of-two", at, `${bytes} bytes are more than any range is aligned to`);
      }
    }
  }
}
