// One asm! block: its instructions in the spelling of the architecture's description, and the operands that
// they use. Operand rules as in the Rust reference: each operand is named in the text, and neither `nomem`
// nor `readonly` is ever claimed, because a store to the buffer could then be dropped or moved.

import type { Architecture, Register } from "../../model/chip.ts";
import type { Change } from "../../model/register-value.ts";
import { groupHex } from "../../notation/quantity.ts";
import {
  type Block,
  type Expression,
  type ForLines,
  flattened,
  type If,
  type LetLineBytes,
  type LineBytes,
  type Return,
  registersOf,
  type Statement,
  type StoreAddress,
  type StoreRegister,
  type Wait,
} from "../../program/statement.ts";
import { constantName } from "../names.ts";

/** What stands inside of asm! blocks; the rest is Rust. */
export type AssemblyStatement = Exclude<Statement, Block | If | Return | LetLineBytes>;

/** The statements of one step, for one asm! block. */
export interface AssemblyStep {
  readonly block: Block;
  readonly statements: readonly AssemblyStatement[];
}

/** What names of variables that depend on the size of a line end with. */
export function sizeName({ bytes, isRead }: LineBytes): string {
  return isRead ? "read" : String(bytes);
}

/** Whether interrupts are masked and restored within these steps, so that nothing outlives them. */
export function masksAndRestores(steps: readonly AssemblyStep[]): boolean {
  const all = steps.flatMap(({ statements }) => flattened(statements));
  return (["mask", "restore"] as const).every((action) =>
    all.some((statement) => statement.kind === "interrupts" && statement.action === action),
  );
}

export class AssemblyBlock {
  readonly #architecture: Architecture;
  readonly #optimize: "size" | "speed";
  readonly #operands = new Map<string, string>();
  /** Labels 0 and 1 read as binary literals on x86. */
  #label = 2;
  #changesFlags = false;
  readonly #base: Register | undefined;
  readonly #masksAndRestores: boolean;
  mentionsBuffer = false;

  /** @param steps all that the block will hold, so that its registers can share one base */
  constructor(architecture: Architecture, steps: readonly AssemblyStep[], optimize: "size" | "speed") {
    this.#architecture = architecture;
    this.#optimize = optimize;
    this.#masksAndRestores = masksAndRestores(steps);
    this.#base = commonBase(registersOf(steps.flatMap(({ statements }) => statements)));
  }

  /** The lines of text that execute a step. */
  add({ block: { extension }, statements }: AssemblyStep): string[] {
    const [first] = statements;
    // The scope of an extension lies within a loop, and around everything else.
    if (first?.kind === "for-lines" && statements.length === 1) return this.#lines(first, extension);
    return this.#scoped(
      statements.flatMap((statement) => this.#text(statement, undefined)),
      extension,
    );
  }

  /** @param line the operand that holds the address of the line at hand; undefined outside of a loop */
  #text(statement: Statement, line: string | undefined): string[] {
    switch (statement.kind) {
      case "compiler-barrier":
        return [];
      case "barrier":
        return [this.#withZero(statement.effect.instruction)];
      case "interrupts":
        return this.#interrupts(statement.action);
      case "for-lines":
        return this.#lines(statement, undefined);
      case "let-range":
        return statement.body.flatMap((inner) => this.#text(inner, line));
      case "execute":
        return [statement.takesLine ? withOperand(statement.instruction, "address", line!) : statement.instruction];
      case "store-register":
        return this.#store(statement, line);
      case "store-address":
        return this.#storeAddress(statement, line);
      case "wait":
        return this.#wait(statement);
      case "block":
      case "if":
      case "return":
      case "let-line-bytes":
        throw new Error(`a statement of kind ${statement.kind} is Rust, not assembly`);
    }
  }

  /** A line of text that names the buffer's pointer and executes nothing. */
  mentionBuffer(): string {
    this.#operands.set("buffer", "in(reg) start");
    return "/* {buffer} */";
  }

  operands(): string[] {
    return [...this.#operands].map(([name, operand]) => `${name} = ${operand}`);
  }

  options(): string[] {
    return this.#changesFlags ? ["nostack"] : ["nostack", "preserves_flags"];
  }

  #lines(statement: ForLines, extension: string | undefined): string[] {
    this.mentionsBuffer = true;
    switch (statement.lines) {
      case "all":
        return this.#loop(statement, extension);
      case "edges":
        return this.#edges(statement, extension);
    }
  }

  #loop(statement: ForLines, extension: string | undefined): string[] {
    const { bytes: lineBytes, isRead } = statement.lineBytes;
    const size = sizeName(statement.lineBytes);
    this.#operands.set("line", `inout(reg) ${statement.firstAddress === "as-given" ? "start" : `line_${size}`} => _`);
    this.#operands.set("remaining", `inout(reg) span_${size} => _`);
    const body = statement.body.flatMap((inner) => this.#text(inner, "line"));
    const { lineLoop, lineLoopBySize, blockLoop, loopChangesFlags } = this.#architecture.assembly;
    this.#changesFlags ||= loopChangesFlags;
    if (isRead) this.#operands.set("line_bytes", "in(reg) line_bytes");
    const blocks = this.#optimize === "speed" && !isRead ? blockLoop : undefined;
    const labels = {
      label: this.#label++,
      ...(blocks && { block: this.#label++, tail: this.#label++, end: this.#label++ }),
    };
    const spelled = (lines: readonly string[], label: number) =>
      lines.map((line) =>
        line
          .replaceAll("{lineBytes}", isRead ? "{line_bytes}" : String(lineBytes))
          .replaceAll("{blockBytes}", String(lineBytes * (blocks?.lines ?? 1)))
          .replaceAll("{label}", String(label))
          .replaceAll("{tail}", String(labels.tail))
          .replaceAll("{end}", String(labels.end)),
      );
    const single = [
      `${labels.label}:`,
      ...this.#scoped(body, extension),
      ...spelled(isRead ? lineLoopBySize : lineLoop, labels.label),
    ];
    if (!blocks || labels.block === undefined) return single;
    const block = Array.from({ length: blocks.lines }, () => [...body, ...spelled([blocks.advance], 0)]).flat();
    return [
      ...spelled(blocks.enter, labels.block),
      `${labels.block}:`,
      ...this.#scoped(block, extension),
      ...spelled(blocks.again, labels.block),
      `${labels.tail}:`,
      ...spelled(blocks.leave, labels.block),
      ...single,
      `${labels.end}:`,
    ];
  }

  #edges(statement: ForLines, extension: string | undefined): string[] {
    const size = sizeName(statement.lineBytes);
    this.#operands.set("first_line", `in(reg) ${statement.firstAddress === "as-given" ? "start" : `line_${size}`}`);
    this.#operands.set("last_line", `in(reg) last_line_${size}`);
    return this.#scoped(
      ["first_line", "last_line"].flatMap((edge) => statement.body.flatMap((inner) => this.#text(inner, edge))),
      extension,
    );
  }

  /** An instruction that takes a register which holds 0. */
  #withZero(instruction: string): string {
    if (instruction.includes("{zero}")) this.#operands.set("zero", "in(reg) 0usize");
    return instruction;
  }

  #interrupts(action: "mask" | "restore"): string[] {
    const { interrupts } = this.#architecture.assembly;
    if (!interrupts) throw new Error("the planner refuses masking where it is not spelled");
    const direction = { mask: "out(reg)", restore: "in(reg)" }[action];
    this.#operands.set("saved", this.#masksAndRestores ? "out(reg) _" : `${direction} saved_interrupts`);
    this.#changesFlags = true;
    return [...interrupts[action]];
  }

  #store({ register, value }: StoreRegister, line: string | undefined): string[] {
    const { store } = this.#architecture.assembly;
    if (value.from.kind === "line" && value.changes.length > 0)
      return [...this.#changed(value, line!), this.#registerAccess(store, register, "changed")];
    return [this.#registerAccess(store, register, this.#value(value, line))];
  }

  #storeAddress({ address, widthBits }: StoreAddress, line: string | undefined): string[] {
    const changes = this.#changed(address, line!);
    const at = changes.length > 0 ? "changed" : line!;
    const text = withOperand(this.#architecture.assembly.store[widthBits]!, "value", this.#constant(0n, "value"));
    return [...changes, text.replaceAll("{registers}", `{${at}}`).replaceAll("{offset}", "0")];
  }

  #wait({ register, mask, until }: Wait): string[] {
    const { assembly } = this.#architecture;
    this.#changesFlags ||= assembly.loopChangesFlags;
    this.#operands.set("status", "out(reg) _");
    const maskOperand = this.#constant(mask, "mask");
    const label = this.#label++;
    const tail = { clear: assembly.pollUntilClear, set: assembly.pollUntilSet }[until];
    return [
      `${label}:`,
      this.#registerAccess(assembly.load, register, "status"),
      ...tail.map((text) =>
        withOperand(text, "value", "status")
          .replaceAll("{mask}", `{${maskOperand}}`)
          .replaceAll("{label}", String(label)),
      ),
    ];
  }

  /** The instructions that make a line's address into what a register takes, in an operand of its own. */
  #changed({ changes }: Expression, line: string): string[] {
    if (changes.length === 0) return [];
    this.#operands.set("changed", "out(reg) _");
    this.#changesFlags ||= this.#architecture.assembly.loopChangesFlags;
    return changes.map(({ kind, by }, index) => {
      const text = this.#architecture.assembly.arithmetic[kind]!;
      const from = index === 0 ? line : "changed";
      const operand = kind === "shiftRight" ? "" : this.#constant(by, kind);
      return withOperand(
        withOperand(withOperand(text, "result", "changed"), "value", from),
        "operand",
        operand,
      ).replaceAll("{count}", String(by));
    });
  }

  /** A load or store of a register, at its distance from the block's base where the block uses several. */
  #registerAccess(spelling: Readonly<Record<string, string>>, register: Register, operand: string): string {
    const text = spelling[register.widthBits];
    if (text === undefined)
      throw new Error(`no ${register.widthBits}-bit access is spelled for ${this.#architecture.id}`);
    const name = constantName(register);
    const base = this.#base ?? register;
    const operandOfBase = this.#base ? "registers" : operandName(register);
    this.#operands.set(operandOfBase, `in(reg) ${constantName(base)}`);
    let offset = "0";
    if (base.address !== register.address) {
      offset = `{${operandName(register)}}`;
      this.#operands.set(operandName(register), `const ${name} - ${constantName(base)}`);
    }
    return withOperand(text, "value", operand)
      .replaceAll("{registers}", `{${operandOfBase}}`)
      .replaceAll("{offset}", offset);
  }

  #value({ from, changes }: Expression, line: string | undefined): string {
    switch (from.kind) {
      case "constant":
        return this.#constant(from.value, "value");
      case "line":
        return line!;
      case "range": {
        const { name, expression } = changedInRust(rangeVariable(from), changes);
        this.#operands.set(name, `in(reg) ${expression}`);
        return name;
      }
    }
  }

  #constant(constant: bigint, stem: string): string {
    const name = `${stem}_${constant.toString(16)}`;
    this.#operands.set(name, `in(reg) 0x${groupHex(constant)}usize`);
    return name;
  }

  #scoped(lines: readonly string[], extension: string | undefined): string[] {
    const scope = this.#architecture.assembly.extensionScope;
    if (!extension || !scope) return [...lines];
    return [...scope.open.map((line) => line.replaceAll("{extension}", extension)), ...lines, ...scope.close];
  }
}

/** The variable that holds a quantity of the lines that the buffer touches. */
export function rangeVariable({ quantity, lineBytes }: Extract<Expression["from"], { kind: "range" }>): string {
  return quantity.replaceAll("-", "_") + (quantity === "last-byte" ? "" : `_${lineBytes}`);
}

/** A quantity of the buffer as a register takes it: something subtracted, then shifted, then added, then bits set. */
function changedInRust(variable: string, changes: readonly Change[]): { name: string; expression: string } {
  let name = variable;
  let expression = variable;
  for (const { kind, by } of changes) {
    const hex = `0x${groupHex(by)}`;
    switch (kind) {
      case "subtract":
        name += `_minus_${by.toString(16)}`;
        expression += `.wrapping_sub(${hex})`;
        break;
      case "shiftRight":
        name += `_shr_${by}`;
        expression += ` >> ${by}`;
        break;
      case "add":
        name += `_plus_${by.toString(16)}`;
        expression = `${expression.includes(" ") ? `(${expression})` : expression}.wrapping_add(${hex})`;
        break;
      case "or":
        name += `_or_${by.toString(16)}`;
        expression += ` | ${hex}`;
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

/** The operand of a register: its name, unless the block uses that for something else. */
function operandName(register: Register): string {
  const name = constantName(register).toLowerCase();
  return ownOperands.includes(name) ? `${name}_register` : name;
}

/** What every instruction set can reach from a base register. */
const offsetReachBytes = 1021n;

/** The lowest of several registers that one base register reaches; undefined where each has its own. */
function commonBase(registers: readonly Register[]): Register | undefined {
  const [first, last] = [registers[0], registers.at(-1)];
  if (!first || !last || first.address === last.address) return undefined;
  return last.address - first.address < offsetReachBytes ? first : undefined;
}

/** `{value}` and `{value:w}` with another operand's name. */
function withOperand(text: string, placeholder: string, operand: string): string {
  return text.replaceAll(`{${placeholder}}`, `{${operand}}`).replaceAll(`{${placeholder}:`, `{${operand}:`);
}
