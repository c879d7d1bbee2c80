// Rules on maintenance mechanisms: their registers, sequences and operations.
import { isExact, parseQuantity } from "../../notation/quantity.ts";
import {
  addressBits,
  definedLevels,
  definedMechanisms,
  findMechanism,
  type LooseMechanism,
  maintenanceOf,
  type RuleContext,
  type Site,
  sites,
} from "./rule.ts";

type LooseSequence = readonly (
  | {
      readonly write?: { readonly register?: string; readonly value?: number | string | { readonly of?: string } };
      readonly poll?: { readonly register?: string; readonly mask?: number | string };
      readonly call?: string;
    }
  | undefined
)[];

/** The items of a mechanism's sequences, each with its place. */
function sequenceItems({
  value: mechanism,
  pointer,
}: Site<LooseMechanism>): Site<NonNullable<LooseSequence[number]>>[] {
  const ofOperations = Object.entries(mechanism.operations ?? {}).flatMap(([name, operation]) =>
    sites(operation?.sequence as LooseSequence | undefined, [...pointer, "operations", name, "sequence"]),
  );
  const { completion } = mechanism;
  return [
    ...ofOperations,
    ...sites(completion?.sequence as LooseSequence | undefined, [...pointer, "completion", "sequence"]),
  ];
}

export function sequencesUseDeclaredRegisters(context: RuleContext): void {
  for (const mechanism of definedMechanisms(context)) {
    const known = Object.keys(mechanism.value.registers ?? {});
    for (const { value: item, pointer } of sequenceItems(mechanism)) {
      for (const access of ["write", "poll"] as const) {
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
  for (const { value: level, pointer } of definedLevels(context)) {
    const { maintenance } = level;
    const base = typeof maintenance === "object" ? maintenance?.base : undefined;
    if (base === undefined || !isExact(base)) continue;
    const mechanism = findMechanism(context, maintenanceOf(level) ?? "");
    const widths = Object.values(mechanism?.registers ?? {}).map((register) => register?.widthBits ?? 32);
    const bytes = Math.max(8, ...widths) / 8;
    const at = [...pointer, "maintenance", "base"];
    if (parseQuantity(base) % BigInt(bytes) !== 0n)
      context.report("rule/register-misaligned", at, `registers of ${bytes} bytes would not be aligned`);
    const bits = addressBits(context);
    if (bits !== undefined && parseQuantity(base) >= 1n << BigInt(bits))
      context.report("rule/beyond-address-space", at, `the addresses of these cores have ${bits} bits`);
  }
}

export function pollsCanEnd(context: RuleContext): void {
  for (const mechanism of definedMechanisms(context)) {
    const registers = new Map(Object.entries(mechanism.value.registers ?? {}));
    for (const { value: item, pointer } of sequenceItems(mechanism)) {
      const { register = "", mask } = item.poll ?? {};
      if (mask === undefined || !isExact(mask)) continue;
      const bits = registers.get(register)?.widthBits ?? 32;
      const wide = parseQuantity(mask);
      if (wide !== 0n && wide < 1n << BigInt(bits)) continue;
      context.report(
        "rule/poll-of-no-bit",
        [...pointer, "poll", "mask"],
        wide === 0n ? "the mask has no bit" : `the register has ${bits} bits, and the mask has one beyond them`,
      );
    }
  }
}

/** A range command is given where the lines begin, and where they end or how many they are. */
export function rangesHaveTwoEnds(context: RuleContext): void {
  for (const { value: mechanism, pointer } of definedMechanisms(context)) {
    for (const [name, operation] of Object.entries(mechanism.operations ?? {})) {
      if (operation?.unit !== "range" || !operation.sequence) continue;
      const given = sites(operation.sequence as LooseSequence, []).flatMap(({ value }) => {
        const written = value.write?.value;
        return typeof written === "object" ? (written?.of ?? []) : (written ?? []);
      });
      const isCalled = sites(operation.sequence as LooseSequence, []).some(({ value }) => value.call !== undefined);
      const missing = [
        ...(given.includes("first-line") ? [] : ["a start (`first-line`)"]),
        ...(["last-byte", "end", "size-bytes", "size-lines"].some((end) => given.includes(end))
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

/** What is executed must tell which operation is meant. */
export function operationsDiffer(context: RuleContext): void {
  for (const { value: mechanism, pointer } of definedMechanisms(context)) {
    const known = new Map<string, { readonly name: string; readonly effect: string | undefined }>();
    for (const [name, operation] of Object.entries(mechanism.operations ?? {})) {
      if (!operation?.sequence) continue;
      const spelled = JSON.stringify(operation.sequence);
      const before = known.get(spelled);
      if (before && before.effect !== operation.effect)
        context.report(
          "rule/operations-alike",
          [...pointer, "operations", name],
          `\`${name}\` and \`${before.name}\` execute the same and are said to do different things`,
        );
      else known.set(spelled, { name, effect: operation.effect });
    }
  }
}
