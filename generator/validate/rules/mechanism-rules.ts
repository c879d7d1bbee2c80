// Rules on maintenance mechanisms: their registers, sequences and operations.
import type { Pointer } from "../../load/source-file.ts";
import { type Command, mayEndWith } from "../../model/command.ts";
import { list } from "../../notation/prose.ts";
import { formatAddress, isExact, parseQuantity } from "../../notation/quantity.ts";
import {
  addressBits,
  definedLevels,
  definedMechanisms,
  findMechanism,
  type LooseLevel,
  type LooseMechanism,
  maintenanceOf,
  type RuleContext,
  sites,
} from "./rule.ts";
import {
  commandsIn,
  isChanged,
  type LooseSequence,
  type LooseValue,
  numberOf,
  registerAccesses,
  sequenceItems,
} from "./sequences.ts";

/** What a value is made of; undefined for a constant. */
function originOf(value: LooseValue | undefined): string | undefined {
  const origin = isChanged(value) ? value.of : value;
  return origin === "address" || rangeQuantities.some((quantity) => quantity === origin) ? String(origin) : undefined;
}

const rangeQuantities = ["first-line", "last-byte", "end", "size-bytes", "size-lines"];

export function sequencesUseDeclaredRegisters(context: RuleContext): void {
  for (const mechanism of definedMechanisms(context)) {
    const known = Object.keys(mechanism.value.registers ?? {});
    for (const { value: item, pointer } of sequenceItems(mechanism)) {
      for (const access of registerAccesses) {
        const register = item[access]?.register;
        if (register === undefined || known.includes(register)) continue;
        context.report(
          "rule/unknown-register",
          [...pointer, access, "register"],
          `the mechanism declares no register \`${register}\``,
          { mend: known.length > 0 ? `Declared are ${known.join(", ")}.` : "Declare it under `registers`." },
        );
      }
    }
  }
}

/** A register lies at a multiple of its width, wherever the mechanism lies, and where the core has addresses. */
export function registersCanBeAccessed(context: RuleContext): void {
  for (const { value: mechanism, pointer } of definedMechanisms(context)) {
    for (const [name, register] of Object.entries(mechanism.registers ?? {})) {
      const { offset, widthBits = 32 } = register ?? {};
      if (offset === undefined || !isExact(offset) || parseQuantity(offset) % BigInt(widthBits / 8) === 0n) continue;
      context.report(
        "rule/register-misaligned",
        [...pointer, "registers", name, "offset"],
        `\`${name}\` has ${widthBits} bits and is not at a multiple of ${widthBits / 8} bytes`,
      );
    }
  }
  const isAligned = (base: number | string | undefined, mechanism: LooseMechanism | undefined, at: Pointer) => {
    const widths = Object.values(mechanism?.registers ?? {}).map((register) => register?.widthBits ?? 32);
    const bytes = Math.max(8, ...widths) / 8;
    if (base !== undefined && isExact(base) && parseQuantity(base) % BigInt(bytes) !== 0n)
      context.report("rule/register-misaligned", at, `registers of ${bytes} bytes would not be aligned`);
  };
  for (const { value, pointer } of definedMechanisms(context)) isAligned(value.base, value, [...pointer, "base"]);
  const bits = addressBits(context);
  for (const { value: level, pointer } of definedLevels(context)) {
    const { maintenance } = level;
    const own = typeof maintenance === "object" ? maintenance?.base : undefined;
    const at = [...pointer, "maintenance", ...(own === undefined ? [] : ["base"])];
    isAligned(own, findMechanism(context, maintenanceOf(level) ?? ""), at);
    const beyond = registersOf(context, level).find(({ end }) => bits !== undefined && end > 1n << BigInt(bits));
    if (beyond)
      context.report(
        "rule/beyond-address-space",
        at,
        `\`${beyond.name}\` would lie at ${formatAddress(beyond.first)}, and the addresses of these cores have ${bits} bits`,
      );
  }
}

/** Where the registers are of the mechanism that maintains a level. */
export function registersOf(
  context: RuleContext,
  level: LooseLevel,
): { readonly name: string; readonly first: bigint; readonly end: bigint }[] {
  const mechanism = findMechanism(context, maintenanceOf(level) ?? "");
  const { maintenance } = level;
  const base = (typeof maintenance === "object" ? maintenance?.base : undefined) ?? mechanism?.base;
  if (base === undefined || !isExact(base)) return [];
  return Object.entries(mechanism?.registers ?? {}).flatMap(([name, { offset, widthBits = 32 } = {}]) => {
    if (offset === undefined || !isExact(offset)) return [];
    const first = parseQuantity(base) + parseQuantity(offset);
    return [{ name, first, end: first + BigInt(widthBits / 8) }];
  });
}

export function pollsCanEnd(context: RuleContext): void {
  for (const mechanism of definedMechanisms(context)) {
    const registers = new Map(Object.entries(mechanism.value.registers ?? {}));
    for (const { value: item, pointer } of sequenceItems(mechanism)) {
      const { register = "", mask } = item.poll ?? {};
      const wide = mask === undefined ? undefined : numberOf(mask, registers.get(register)?.values);
      if (wide === undefined) continue;
      const bits = registers.get(register)?.widthBits ?? 32;
      if (wide !== 0n && wide < 1n << BigInt(bits)) continue;
      context.report(
        "rule/poll-of-no-bit",
        [...pointer, "poll", "mask"],
        wide === 0n ? "the mask has no bit" : `the register has ${bits} bits, and the mask has one beyond them`,
      );
    }
  }
}

/** An operation of a line knows the line's address, one of a range its bounds, and all others neither. */
export function valuesAreAtHand(context: RuleContext): void {
  const check = (
    sequence: readonly unknown[] | undefined,
    pointer: Pointer,
    what: string,
    known: readonly string[],
  ): void => {
    for (const { value: item, pointer: at } of sites(sequence as LooseSequence | undefined, pointer)) {
      const lacks = (place: Pointer, origin: string) =>
        context.report(
          "rule/value-not-at-hand",
          [...at, ...place],
          `${what} has ${known.length > 0 ? `only ${list(known.map((name) => `\`${name}\``))}` : "no line and no range"}, and this takes \`${origin}\``,
        );
      const written = originOf(item.write?.value);
      if (written !== undefined && !known.includes(written)) lacks(["write", "value"], written);
      if (item.instruction?.includes("{address}") && !known.includes("address")) lacks(["instruction"], "{address}");
      if (item.store?.to === undefined) continue;
      const to = originOf(item.store.to);
      if (to !== "address")
        context.report(
          "rule/value-not-at-hand",
          [...at, "store", "to"],
          "the address of such a store is made of the line's `address`",
        );
      else if (!known.includes(to)) lacks(["store", "to"], to);
    }
  };
  for (const { value: mechanism, pointer } of definedMechanisms(context)) {
    for (const [name, operation] of Object.entries(mechanism.operations ?? {})) {
      const at = [...pointer, "operations", name, "sequence"];
      const { unit = "line", sequence } = operation ?? {};
      if (unit === "line") check(sequence, at, `the operation of a line \`${name}\``, ["address"]);
      else if (unit === "range") check(sequence, at, `the range command \`${name}\``, rangeQuantities);
      else check(sequence, at, `\`${name}\`, which is for the whole cache,`, []);
    }
    check(mechanism.completion?.sequence, [...pointer, "completion", "sequence"], "a completion", []);
  }
}

/** What is done line by line is told which line. */
export function lineOperationsTakeTheLine(context: RuleContext): void {
  for (const { value: mechanism, pointer } of definedMechanisms(context)) {
    for (const [name, operation] of Object.entries(mechanism.operations ?? {})) {
      if ((operation?.unit ?? "line") !== "line" || !operation?.sequence) continue;
      const items = sites(operation.sequence as LooseSequence, []).map(({ value }) => value);
      const takesLine = items.some(
        ({ instruction, write, store, call }) =>
          instruction?.includes("{address}") ||
          [write?.value, store?.to].some((value) => originOf(value) === "address") ||
          call !== undefined,
      );
      if (!takesLine)
        context.report(
          "rule/line-without-address",
          [...pointer, "operations", name, "sequence"],
          `nothing in \`${name}\` says which line is meant`,
        );
    }
  }
}

/** A range command is given where the lines begin, and where they end or how many they are. */
export function rangesHaveTwoEnds(context: RuleContext): void {
  for (const { value: mechanism, pointer } of definedMechanisms(context)) {
    for (const [name, operation] of Object.entries(mechanism.operations ?? {})) {
      if (operation?.unit !== "range" || !operation.sequence) continue;
      const given = sites(operation.sequence as LooseSequence, []).flatMap(
        ({ value }) => originOf(value.write?.value) ?? [],
      );
      const isCalled = sites(operation.sequence as LooseSequence, []).some(({ value }) => value.call !== undefined);
      const missing = [
        ...(given.includes("first-line") ? [] : ["a start (`first-line`)"]),
        ...(rangeQuantities.slice(1).some((end) => given.includes(end))
          ? []
          : ["an end or a size (`last-byte`, `end`, `size-bytes`, or `size-lines`)"]),
      ];
      if (missing.length > 0 && !isCalled)
        context.report(
          "rule/range-without-end",
          [...pointer, "operations", name, "sequence"],
          `the range command \`${name}\` is given no ${missing.join(" and no ")}`,
        );
    }
  }
}

/** What is executed must tell which operation is meant, or that it is the completion. */
export function operationsDiffer(context: RuleContext): void {
  for (const { value: mechanism, pointer } of definedMechanisms(context)) {
    const registers = new Map(Object.entries(mechanism.registers ?? {}));
    const commandsOf = (sequence: unknown) =>
      commandsIn(sequence as LooseSequence, (register) => registers.get(register)?.values, ignoredBits(mechanism));
    const { completion } = mechanism;
    const parts = [
      ...Object.entries(mechanism.operations ?? {}).map(([name, operation]) => ({
        what: `\`${name}\``,
        at: [...pointer, "operations", name],
        does: operation?.effect as string | undefined,
        commands: commandsOf(operation?.sequence ?? []),
      })),
      ...(completion
        ? [
            {
              what: "the completion",
              at: [...pointer, "completion"],
              does: "complete",
              commands: commandsOf(completion.sequence ?? []),
            },
          ]
        : []),
    ];
    for (const [index, one] of parts.entries()) {
      const other = parts
        .slice(0, index)
        .find(
          ({ does, commands }) =>
            does !== one.does && commands.length === one.commands.length && mayEndWith(one.commands, commands),
        );
      if (!other) continue;
      const isSame = JSON.stringify(textsOf(one.commands)) === JSON.stringify(textsOf(other.commands));
      context.report(
        "rule/operations-alike",
        one.at,
        isSame
          ? `${one.what} and ${other.what} execute the same and are said to do different things`
          : `what ${one.what} and ${other.what} execute may be the same, and they are said to do different things`,
      );
    }
  }
}

/** The low bits of an address that the hardware is said to ignore; within any line, those of the largest there is. */
function ignoredBits({ address }: LooseMechanism): bigint {
  const { ignoredLowBits = 0 } = address ?? {};
  return ignoredLowBits === "line" ? 4095n : (1n << BigInt(ignoredLowBits)) - 1n;
}

function textsOf(commands: readonly Command[]): unknown {
  return commands.map((command) =>
    command.kind === "other" ? command.text : [command.register, `${command.set}`, `${command.clear}`],
  );
}
