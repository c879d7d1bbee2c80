// Rules on maintenance mechanisms: their registers, sequences and operations.
import { isExact, parseQuantity } from "../../resolve/quantity.ts";
import { addressBitsOf } from "../../resolve/rust-target.ts";
import { definedLevels, definedMechanisms, findMechanism, maintenanceOf, type RuleContext, sites } from "./rule.ts";

export function sequencesUseDeclaredRegisters(context: RuleContext): void {
  for (const { value: mechanism, pointer } of definedMechanisms(context)) {
    const known = Object.keys(mechanism.registers ?? {});
    const check = (sequence: readonly unknown[] | undefined, at: readonly (string | number)[]) => {
      for (const [index, item] of (sequence ?? []).entries()) {
        for (const access of ["write", "poll"] as const) {
          const register = (item as Record<string, { register?: string } | undefined> | undefined)?.[access]?.register;
          if (register !== undefined && !known.includes(register)) {
            context.report(
              "rule/unknown-register",
              [...at, index, access, "register"],
              `the mechanism declares no register \`${register}\``,
              {
                mend: known.length > 0 ? `Declared are ${known.join(", ")}.` : "Declare it under `registers`.",
              },
            );
          }
        }
      }
    };
    for (const [name, operation] of Object.entries(mechanism.operations ?? {})) {
      check(operation?.sequence as unknown[] | undefined, [...pointer, "operations", name, "sequence"]);
    }
    check(mechanism.completion?.sequence as unknown[] | undefined, [...pointer, "completion", "sequence"]);
  }
}

/** A register lies at a multiple of its width, wherever the mechanism lies. */
export function registersAreAligned(context: RuleContext): void {
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
    const bytes = Math.max(1, ...widths) / 8;
    const at = [...pointer, "maintenance", "base"];
    if (widths.length > 0 && parseQuantity(base) % BigInt(Math.max(1, bytes)) !== 0n)
      context.report("rule/register-misaligned", at, `registers of ${bytes} bytes would not be aligned`);
    const bits = Math.max(0, ...addressBits(context));
    if (bits > 0 && parseQuantity(base) >= 1n << BigInt(bits))
      context.report("rule/beyond-address-space", at, `the addresses of these cores have ${bits} bits`);
  }
}

function addressBits({ description }: RuleContext): number[] {
  if (description.kind !== "chip") return [];
  return sites(description.value.cores, []).flatMap(({ value }) =>
    sites(value.rustTargets, []).flatMap(({ value: triple }) => addressBitsOf(triple) ?? []),
  );
}

export function pollsCanEnd(context: RuleContext): void {
  for (const { value: mechanism, pointer } of definedMechanisms(context)) {
    const sequences = [
      ...Object.entries(mechanism.operations ?? {}).map(([name, operation]) => ({
        sequence: operation?.sequence,
        at: [...pointer, "operations", name, "sequence"],
      })),
      { sequence: mechanism.completion?.sequence, at: [...pointer, "completion", "sequence"] },
    ];
    for (const { sequence, at } of sequences) {
      for (const { value, pointer: item } of sites(sequence as LooseSequence | undefined, at)) {
        const mask = value.poll?.mask;
        if (mask === undefined || !isExact(mask)) continue;
        const bits = mechanism.registers?.[value.poll?.register ?? ""]?.widthBits ?? 32;
        const wide = parseQuantity(mask);
        if (wide !== 0n && wide < 1n << BigInt(bits)) continue;
        context.report(
          "rule/poll-of-no-bit",
          [...item, "poll", "mask"],
          wide === 0n ? "the mask has no bit" : `the register has ${bits} bits, and the mask has one beyond them`,
        );
      }
    }
  }
}

type LooseSequence = readonly (
  | {
      readonly write?: { readonly value?: number | string | { readonly of?: string } };
      readonly poll?: { readonly register?: string; readonly mask?: number | string };
      readonly call?: string;
    }
  | undefined
)[];

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
