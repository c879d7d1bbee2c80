// The operands of one asm! block, and what they are called: each number, register and quantity once, under a name that no
// other has.
import type { Constant, Register } from "../../model/chip.ts";
import type { Change } from "../../model/register-value.ts";
import type { Expression } from "../../program/statement.ts";
import { type Code, decimal, hex, hexDigits, join, tag } from "../code.ts";
import { distinct, type RegisterNames, type ValueNames } from "../names.ts";
import { identifier, isKeyword, rust } from "./encode.ts";

/** What names a variable in Rust, and an operand in the text. */
export type Name = Code<"rust" | "assembler">;
export const named = tag<"rust" | "assembler">();

export class Operands {
  readonly #operands = new Map<Name, Code<"rust">>();
  readonly #values: ValueNames;
  /** What operands for registers are called in this file. */
  readonly #registers: ReadonlySet<string>;

  constructor({ values, operands }: { readonly values: ValueNames; readonly operands: RegisterNames }) {
    this.#values = values;
    this.#registers = new Set(operands.values());
  }

  set(name: Name, value: Code<"rust">): void {
    this.#operands.set(name, value);
  }

  declarations(): Code<"rust">[] {
    return [...this.#operands].map(([name, value]) => rust`${name} = ${value}`);
  }

  /** An operand for a number, which is called after the constants that it is made of, or after itself. */
  constant(constant: Constant, stem: Name): Name {
    if (constant.called.length > 0) return this.#input(this.#nameOf(constant), this.#spelled(constant));
    if (constant.value === 0n) return this.#input(named`zero`, rust`0usize`);
    return this.#input(named`${stem}_${hexDigits(constant.value)}`, this.#spelled(constant));
  }

  /** An operand with all bits but those of a number. */
  complement(constant: Constant): Name {
    const spelled = this.#spelled(constant);
    const all = spelled.includes(" ") ? rust`!(${spelled})` : rust`!${spelled}`;
    if (constant.called.length > 0) return this.#input(named`not_${this.#nameOf(constant)}`, all);
    return this.#input(named`keep_${hexDigits(constant.value)}`, all);
  }

  #input(wanted: Name, value: Code<"rust">): Name {
    const input = rust`in(reg) ${value}`;
    let name = wanted;
    const isTaken = () => (this.#operands.get(name) ?? input) !== input || this.#registers.has(name);
    while (isTaken()) name = named`${name}_`;
    this.#operands.set(name, input);
    return name;
  }

  #spelled({ value, called }: Constant): Code<"rust"> {
    if (called.length === 0) return rust`${hex(value)}usize`;
    return join(
      called.map((each) => identifier(this.#values(each))),
      rust` | `,
    );
  }

  #nameOf({ called }: Constant): Name {
    const name = called.map((each) => this.#values(each).toLowerCase()).join("_or_");
    return identifier(ownOperands.includes(name) || madeOperand.test(name) ? `${name}_value` : name);
  }
}

/** The variable that holds a quantity of the lines that the buffer touches. */
export function rangeVariable({ quantity, lineBytes }: Extract<Expression["from"], { kind: "range" }>): Name {
  const stem = identifier(quantity.replaceAll("-", "_"));
  return quantity === "last-byte" ? stem : named`${stem}_${lineBytes}`;
}

/** A quantity of the buffer as a register takes it: something subtracted, then shifted, then added, then bits set. */
export function changedInRust(
  variable: Name,
  changes: readonly Change[],
  values: ValueNames,
): { name: Name; expression: Code<"rust"> } {
  let name = variable;
  let expression: Code<"rust"> = variable;
  for (const { kind, by, called = [] } of changes) {
    const names = called.map((each) => identifier(values(each)));
    const joined = join(names, rust` | `);
    const number = called.length === 0 ? hex(by) : joined;
    switch (kind) {
      case "subtract":
        name = named`${name}_minus_${hexDigits(by)}`;
        expression = rust`${expression}.wrapping_sub(${number})`;
        break;
      case "shiftRight":
        name = named`${name}_shr_${decimal(by)}`;
        expression = rust`${expression} >> ${decimal(by)}`;
        break;
      case "add":
        name = named`${name}_plus_${hexDigits(by)}`;
        expression = rust`${expression.includes(" ") ? rust`(${expression})` : expression}.wrapping_add(${number})`;
        break;
      case "or":
        name =
          called.length === 0
            ? named`${name}_or_${hexDigits(by)}`
            : named`${name}_or_${identifier(called.map((each) => values(each).toLowerCase()).join("_or_"))}`;
        expression = rust`${expression} | ${number}`;
        break;
    }
  }
  return { name, expression };
}

/** Operands that a block names itself. */
const ownOperands = [
  "buffer",
  "line",
  "remaining",
  "registers",
  "changed",
  "saved",
  "zero",
  "status",
  "first_line",
  "last_line",
  "last_byte",
  "line_bytes",
];

/** Operands that are made of a number or of the buffer's lines. */
const madeOperand =
  /^((value|mask|keep|subtract|add|or)_[0-9a-f]+|(first_line|end|size_bytes|size_lines)_\d.*|last_byte_.*)$/;

/** The operands of registers: their names, unless a block uses those for something else; no two alike. */
export function operandNames(registers: readonly Register[], constants: RegisterNames): RegisterNames {
  return distinct(
    registers,
    ({ address }) => {
      const name = constants.get(address)!.toLowerCase();
      return ownOperands.includes(name) || madeOperand.test(name) || isKeyword(name) ? `${name}_register` : name;
    },
    "_",
  );
}
