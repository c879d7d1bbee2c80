// Names that every output language uses, and names of files.
import type { NamedValue, Register } from "../model/chip.ts";
import { constantName } from "../notation/names.ts";

/** What registers are called where they are accessed. By address: two mechanisms may have registers of one name. */
export type RegisterNames = ReadonlyMap<bigint, string>;

/** Constants such as `CLEAN_LINE_PA`, no two alike. @param registers one for each address */
export function constantNames(registers: readonly Register[]): RegisterNames {
  return distinct(registers, ({ name }) => constantName(name), "_");
}

/** What a value of a register is called where it is used. */
export type ValueNames = (named: NamedValue) => string;

/** Constants such as `CLCR_LCMD_PUSH`, none like another or like one of a register. */
export function valueNames(values: readonly NamedValue[], registers: RegisterNames): ValueNames {
  const taken = [...registers.values()];
  const names = uniqueNames([...taken, ...values.map(({ name }) => constantName(name))], "_").slice(taken.length);
  const byValue = new Map(values.map((named, index) => [keyOf(named), names[index]!]));
  return (named) => byValue.get(keyOf(named))!;
}

function keyOf({ name, value }: NamedValue): string {
  return `${value} ${name}`;
}

/** A name for each register, with a number behind it where another one is called so. */
export function distinct(
  registers: readonly Register[],
  nameOf: (register: Register) => string,
  separator: string,
): RegisterNames {
  const unique = uniqueNames(registers.map(nameOf), separator);
  return new Map(registers.map(({ address }, index) => [address, unique[index]!]));
}

/** The names, with a number where another is the same. */
export function uniqueNames(names: readonly string[], separator: string): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let unique = name;
    for (let number = 2; taken.has(unique); number++) unique = `${name}${separator}${number}`;
    taken.add(unique);
    return unique;
  });
}

/** An identifier of ASCII letters, digits and `_`, the same for a text that is one; different texts stay different. */
export function asciiName(text: string): string {
  const name = text.replace(/[^A-Za-z0-9_]/gu, spelledOut);
  return /^[A-Za-z_]/.test(name) && name !== "_" ? name : `_${name}_`;
}

/** Letters, digits, `-` and `_`, the same for a text that has only those: a name of a file, and of a feature. */
export function plainStem(text: string): string {
  return text.replace(/[^A-Za-z0-9_-]/gu, spelledOut) || "_";
}

/**
 * The stem of a chip's files.
 * @param taken stems of files that the printers write themselves
 */
export function fileStem(id: string, taken: readonly string[]): string {
  const stem = plainStem(id);
  return taken.includes(stem) ? `chip-${stem}` : stem;
}

/** `_u2e_` for a character that no name may have. */
function spelledOut(character: string): string {
  return `_u${character.codePointAt(0)!.toString(16)}_`;
}
