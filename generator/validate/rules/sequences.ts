// The sequences of a mechanism as rules look at them: their items with places, and what the constants in them stand for,
// numbers or the names that registers give their values.
import { type Command, storeOfNumber } from "../../model/command.ts";
import { isExact, parseQuantity } from "../../notation/quantity.ts";
import { type LooseMechanism, type Site, sites } from "./rule.ts";

/** A number, a name of one of the register's values, or several. */
export type LooseConstant = number | string | readonly (string | undefined)[];

export type LooseValue =
  | LooseConstant
  | {
      readonly of?: string;
      readonly subtract?: LooseConstant;
      readonly shiftRight?: number;
      readonly add?: LooseConstant;
      readonly or?: LooseConstant;
    };

export interface LooseItem {
  readonly instruction?: string;
  readonly write?: { readonly register?: string; readonly value?: LooseValue };
  readonly modify?: { readonly register?: string; readonly set?: LooseConstant; readonly clear?: LooseConstant };
  readonly read?: { readonly register?: string };
  readonly store?: { readonly to?: LooseValue; readonly widthBits?: number };
  readonly poll?: { readonly register?: string; readonly mask?: LooseConstant };
  readonly call?: string;
}

export type LooseSequence = readonly (LooseItem | undefined)[];

/** Whether a value is something of the buffer, changed. */
export function isChanged(value: LooseValue | undefined): value is Exclude<LooseValue, LooseConstant> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The items of a mechanism's sequences, each with its place. */
export function sequenceItems({ value: mechanism, pointer }: Site<LooseMechanism>): Site<LooseItem>[] {
  const ofOperations = Object.entries(mechanism.operations ?? {}).flatMap(([name, operation]) =>
    sites(operation?.sequence as LooseSequence | undefined, [...pointer, "operations", name, "sequence"]),
  );
  const { completion } = mechanism;
  return [
    ...ofOperations,
    ...sites(completion?.sequence as LooseSequence | undefined, [...pointer, "completion", "sequence"]),
  ];
}

/** The items that access a register by its name. */
export const registerAccesses = ["write", "modify", "read", "poll"] as const;

type Values = Readonly<Record<string, number | string | undefined>> | undefined;

/** Whether a text is a name and no number; the words for what a buffer has start with a small letter. */
export function isValueName(text: unknown): text is string {
  return typeof text === "string" && /^[A-Z]/.test(text);
}

/** The names in a constant. */
export function namesIn(constant: LooseConstant | undefined): string[] {
  return [constant].flat().filter(isValueName);
}

/** The number that a constant stands for; undefined where it is none, is too large, or a name is not known. */
export function numberOf(constant: LooseConstant, values: Values): bigint | undefined {
  const parts =
    Array.isArray(constant) || isValueName(constant) ? namesIn(constant).map((name) => values?.[name]) : [constant];
  const numbers = parts.map((part) => (isNumber(part) && isExact(part) ? parseQuantity(part) : undefined));
  return numbers.reduce<bigint | undefined>(
    (sum, number) => (sum === undefined || number === undefined ? undefined : sum | number),
    0n,
  );
}

function isNumber(part: unknown): part is number | string {
  return typeof part === "number" || (typeof part === "string" && /^[0-9]/.test(part));
}

/**
 * What a sequence commands; nothing for what only reads.
 * @param ignored bits of an address that tell no command from another, because the hardware does not look at them
 */
export function commandsIn(
  sequence: LooseSequence,
  valuesOf: (register: string) => Values,
  ignored: bigint,
): Command[] {
  return sequence.flatMap((item): Command[] => {
    if (!item || item.poll || item.read) return [];
    const { write, modify, store, instruction, call } = item;
    const { register = "" } = write ?? modify ?? {};
    const numberIn = (constant: LooseConstant) => numberOf(constant, valuesOf(register));
    const value = write?.value ?? store?.to;
    const parts = isChanged(value) ? partsOf(value, ignored, numberIn) : value;
    const other = {
      kind: "other",
      text: JSON.stringify([instruction, call, modify, register, store?.widthBits, parts]),
    } as const;
    if (modify) {
      const [set, clear] = [numberIn(modify.set ?? 0), numberIn(modify.clear ?? 0)];
      return [set === undefined || clear === undefined ? other : { kind: "bits", register, set, clear }];
    }
    const number = write && value !== undefined && !isChanged(value) ? numberIn(value) : undefined;
    return [number === undefined ? other : storeOfNumber(register, number)];
  });
}

/** What is taken of a buffer or line, and what is done with it: less the bits within those that the hardware ignores. */
function partsOf(
  value: Exclude<LooseValue, LooseConstant>,
  ignored: bigint,
  numberIn: (constant: LooseConstant) => bigint | undefined,
): unknown {
  const { of, subtract = 0, shiftRight = 0, add = 0, or = 0 } = value;
  const within = of === "address" ? ignored >> BigInt(shiftRight) : 0n;
  const spelled = (constant: LooseConstant) => `${numberIn(constant) ?? JSON.stringify(constant)}`;
  const bitsOf = (constant: LooseConstant) => {
    const number = numberIn(constant);
    return number === undefined ? JSON.stringify(constant) : `${number & ~within}`;
  };
  const parts = [spelled(subtract), `${shiftRight}`, bitsOf(add), bitsOf(or)];
  return parts.every((part) => part === "0") ? of : [of, ...parts];
}

/** A sequence with numbers for all names, so that what executes the same is spelled the same. */
export function spelling(sequence: LooseSequence, valuesOf: (register: string) => Values): string {
  return JSON.stringify(
    sequence.map((item) => {
      const access = item?.write ?? item?.modify ?? item?.poll ?? item?.store;
      if (!access) return item;
      const values = valuesOf("register" in access ? (access.register ?? "") : "");
      const plain = Object.entries(access).map(([key, value]) => [
        key,
        key === "register" ? value : plainly(value as LooseValue, values),
      ]);
      return [Object.keys(item!)[0], Object.fromEntries(plain)];
    }),
  );
}

/** A value with numbers for names. */
function plainly(value: LooseValue, values: Values): unknown {
  if (!isChanged(value)) return inNumbers(value, values) ?? value;
  const changed = Object.entries(value).map(([key, part]) => [
    key,
    key === "of" || part === undefined ? part : (inNumbers(part as LooseConstant, values) ?? part),
  ]);
  return Object.fromEntries(changed);
}

function inNumbers(constant: LooseConstant, values: Values): string | undefined {
  const number =
    isNumber(constant) || isValueName(constant) || Array.isArray(constant) ? numberOf(constant, values) : undefined;
  return number === undefined ? undefined : `${number}`;
}
