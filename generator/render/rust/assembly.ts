// One asm! block: its instructions in the spelling of the architecture's description, and the operands that
// they use. Operand rules as in the Rust reference: each operand is named in the text, and neither `nomem`
// nor `readonly` is ever claimed, because a store to the buffer could then be dropped or moved.

import type { Architecture, Assembly, Constant, Register } from "../../model/chip.ts";
import {
  type Block,
  type Expression,
  type ForLines,
  type ForPieces,
  flattened,
  type If,
  type LetLineBytes,
  type LineBytes,
  type LoadRegister,
  type ModifyRegister,
  type Return,
  registersOf,
  type Statement,
  type StoreAddress,
  type StoreRegister,
  type Wait,
} from "../../program/statement.ts";
import { type Code, decimal } from "../code.ts";
import type { RegisterNames, ValueNames } from "../names.ts";
import { access, assembler, directive, type Fillings, operand as inBraces, instruction, word } from "./assembler.ts";
import { identifier, rust } from "./encode.ts";
import { changedInRust, type Name, named, Operands, rangeVariable } from "./operands.ts";

type AssemblerLines = readonly Code<"assembler">[];

/** What asm! blocks are spelled with. */
export interface AssemblyContext {
  readonly architecture: Architecture;
  /** size: the shortest loops. speed: loops over blocks of lines where the architecture spells them. */
  readonly optimize: "size" | "speed";
  /** What the file's constants with the registers' addresses are called. */
  readonly constants: RegisterNames;
  /** What the file's constants with values of registers are called. */
  readonly values: ValueNames;
  /** What operands for registers are called. */
  readonly operands: RegisterNames;
  /** What the pointer to the buffer is called. */
  readonly pointer: Code<"rust">;
  /** Whether the constants of registers are their distance from `BASE`. */
  readonly takesBase: boolean;
}

/** What stands inside of asm! blocks; the rest is Rust. */
export type AssemblyStatement = Exclude<Statement, Block | If | Return | LetLineBytes | ForPieces>;

/** The statements of one step, for one asm! block. */
export interface AssemblyStep {
  readonly block: Block;
  readonly statements: readonly AssemblyStatement[];
}

/** What names of variables that depend on the size of a line end with. */
export function sizeName({ bytes, isRead }: LineBytes): Name {
  return isRead ? named`read` : named`${bytes}`;
}

/** Whether a loop over lines compares addresses; else it counts. */
export function endsAtLastLine({ isRead }: LineBytes, { lineAdvance }: Assembly): boolean {
  return lineAdvance !== undefined && !isRead;
}

/** Whether interrupts are masked and restored within these steps, so that nothing outlives them. */
export function masksAndRestores(steps: readonly AssemblyStep[]): boolean {
  const all = steps.flatMap(({ statements }) => flattened(statements));
  return (["mask", "restore"] as const).every((action) =>
    all.some((statement) => statement.kind === "interrupts" && statement.action === action),
  );
}

export class AssemblyBlock {
  readonly #context: AssemblyContext;
  readonly #architecture: Architecture;
  readonly #operands: Operands;
  /** Labels 0 and 1 read as binary literals on x86. */
  #label = 2;
  #changesFlags = false;
  readonly #base: Register | undefined;
  readonly #masksAndRestores: boolean;
  mentionsBuffer = false;

  /** @param steps all that the block will hold, so that its registers can share one base */
  constructor(context: AssemblyContext, steps: readonly AssemblyStep[]) {
    this.#context = context;
    this.#architecture = context.architecture;
    this.#masksAndRestores = masksAndRestores(steps);
    this.#operands = new Operands(context);
    this.#base = commonBase(registersOf(steps.flatMap(({ statements }) => statements)));
  }

  /** The lines of text that execute a step. */
  add({ block: { extension }, statements }: AssemblyStep): AssemblerLines {
    const [first] = statements;
    // The scope of an extension lies within a loop, and around everything else.
    if (first?.kind === "for-lines" && statements.length === 1) return this.#lines(first, extension);
    return this.#scoped(
      statements.flatMap((statement) => this.#text(statement, undefined)),
      extension,
    );
  }

  /** @param line the operand that holds the address of the line at hand; undefined outside of a loop */
  #text(statement: Statement, line: Name | undefined): AssemblerLines {
    switch (statement.kind) {
      case "compiler-barrier":
        return [];
      case "barrier":
        this.#changesFlags ||= this.#architecture.barriers.some(
          ({ instruction: text, changesFlags }) => changesFlags && text === statement.effect.instruction,
        );
        return [this.#withZero(statement.effect.instruction)];
      case "interrupts":
        return this.#interrupts(statement.action);
      case "for-lines":
        return this.#lines(statement, undefined);
      case "let-range":
        return statement.body.flatMap((inner) => this.#text(inner, line));
      case "execute":
        return [instruction(statement.instruction, line && statement.takesLine ? { address: inBraces(line) } : {})];
      case "store-register":
        return this.#store(statement, line);
      case "modify-register":
        return this.#modify(statement);
      case "load-register":
        return [this.#load(statement)];
      case "store-address":
        return this.#storeAddress(statement, line);
      case "wait":
        return this.#wait(statement);
      case "block":
      case "if":
      case "return":
      case "let-line-bytes":
      case "for-pieces":
        throw new Error(`a statement of kind ${statement.kind} is Rust, not assembly`);
    }
  }

  /** A line of text that names the buffer's pointer and executes nothing. */
  mentionBuffer(): Code<"assembler"> {
    return assembler`/* ${this.#operand(named`buffer`, rust`in(reg) ${this.#context.pointer}`)} */`;
  }

  operands(): Code<"rust">[] {
    return this.#operands.declarations();
  }

  options(): Code<"rust">[] {
    return this.#changesFlags ? [rust`nostack`] : [rust`nostack`, rust`preserves_flags`];
  }

  /** Declares an operand. @returns how the text names it */
  #operand(name: Name, value: Code<"rust">): Code<"assembler"> {
    this.#operands.set(name, value);
    return inBraces(name);
  }

  #lines(statement: ForLines, extension: string | undefined): AssemblerLines {
    this.mentionsBuffer = true;
    switch (statement.lines) {
      case "all":
        return this.#loop(statement, extension);
      case "edges":
        return this.#edges(statement, extension);
    }
  }

  #loop(statement: ForLines, extension: string | undefined): AssemblerLines {
    const { bytes: lineBytes, isRead } = statement.lineBytes;
    const size = sizeName(statement.lineBytes);
    const first = statement.firstAddress === "as-given" ? rust`start` : rust`line_${size}`;
    const { lineAdvance, lineLoop, lineLoopBySize, blockLoop, loopChangesFlags } = this.#architecture.assembly;
    const blocks = this.#context.optimize === "speed" && !isRead ? blockLoop : undefined;
    const toLast = endsAtLastLine(statement.lineBytes, this.#architecture.assembly);
    const before = toLast ? rust`${first}.wrapping_sub(${lineBytes})` : first;
    const line = this.#operand(named`line`, rust`inout(reg) ${before} => _`);
    const end: Fillings = toLast
      ? {
          lastLine: this.#operand(named`last_line`, rust`in(reg) last_${size}`),
          ...(blocks && { remaining: this.#operand(named`remaining`, rust`out(reg) _`) }),
        }
      : { remaining: this.#operand(named`remaining`, rust`inout(reg) span_${size} => _`) };
    const body = statement.body.flatMap((inner) => this.#text(inner, named`line`));
    this.#changesFlags ||= loopChangesFlags;
    const step = isRead ? this.#operand(named`line_bytes`, rust`in(reg) line_bytes`) : decimal(lineBytes);
    const labels = {
      label: this.#label++,
      ...(blocks && { block: this.#label++, tail: this.#label++, end: this.#label++ }),
    };
    const spelled = (lines: readonly string[], label: number) => {
      const fillings: Fillings = {
        line,
        ...end,
        lineBytes: step,
        blockBytes: decimal(lineBytes * (blocks?.lines ?? 1)),
        label: decimal(label),
        ...(labels.tail !== undefined && { tail: decimal(labels.tail), end: decimal(labels.end!) }),
      };
      return lines.map((text) => instruction(text, fillings));
    };
    const single = [
      assembler`${labels.label}:`,
      ...(toLast ? spelled([lineAdvance!], 0) : []),
      ...this.#scoped(body, extension),
      ...spelled(isRead ? lineLoopBySize : lineLoop, labels.label),
    ];
    if (!blocks || labels.block === undefined) return single;
    const block = Array.from({ length: blocks.lines }, () => {
      const advance = spelled([blocks.advance], 0);
      return toLast ? [...advance, ...body] : [...body, ...advance];
    }).flat();
    return [
      ...spelled(blocks.enter, labels.block),
      assembler`${labels.block}:`,
      ...this.#scoped(block, extension),
      ...spelled(blocks.again, labels.block),
      assembler`${labels.tail!}:`,
      ...spelled(blocks.leave, labels.block),
      ...single,
      assembler`${labels.end!}:`,
    ];
  }

  #edges(statement: ForLines, extension: string | undefined): AssemblerLines {
    const size = sizeName(statement.lineBytes);
    const first = statement.firstAddress === "as-given" ? rust`start` : rust`line_${size}`;
    this.#operand(named`first_line`, rust`in(reg) ${first}`);
    this.#operand(named`last_line`, rust`in(reg) last_line_${size}`);
    return this.#scoped(
      [named`first_line`, named`last_line`].flatMap((edge) =>
        statement.body.flatMap((inner) => this.#text(inner, edge)),
      ),
      extension,
    );
  }

  /** An instruction that takes a register which holds 0. */
  #withZero(text: string): Code<"assembler"> {
    if (!text.includes("{zero}")) return instruction(text);
    return instruction(text, { zero: this.#operand(named`zero`, rust`in(reg) 0usize`) });
  }

  #interrupts(action: "mask" | "restore"): AssemblerLines {
    const { interrupts } = this.#architecture.assembly;
    if (!interrupts) throw new Error("the planner refuses masking where it is not spelled");
    const direction = { mask: rust`out(reg)`, restore: rust`in(reg)` }[action];
    const value = this.#masksAndRestores ? rust`out(reg) _` : rust`${direction} saved_interrupts`;
    const saved = this.#operand(named`saved`, value);
    this.#changesFlags = true;
    return interrupts[action].map((text) => instruction(text, { saved }));
  }

  #store({ register, value }: StoreRegister, line: Name | undefined): AssemblerLines {
    const { store } = this.#architecture.assembly;
    if (value.from.kind === "line" && value.changes.length > 0)
      return [...this.#changed(value, line!), this.#registerAccess(store, register, named`changed`)];
    return [this.#registerAccess(store, register, this.#value(value, line))];
  }

  #storeAddress({ address, widthBits }: StoreAddress, line: Name | undefined): AssemblerLines {
    const changes = this.#changed(address, line!);
    const registers = inBraces(changes.length > 0 ? named`changed` : line!);
    const value = inBraces(this.#operands.constant(zero, named`value`));
    const text = this.#architecture.assembly.store[widthBits]!;
    return [...changes, this.#access(text, { value, registers, offset: assembler`0` })];
  }

  #load({ register }: LoadRegister): Code<"assembler"> {
    this.#operand(named`status`, rust`out(reg) _`);
    return this.#registerAccess(this.#architecture.assembly.load, register, named`status`);
  }

  #modify({ register, set, clear }: ModifyRegister): AssemblerLines {
    const { store, arithmetic, loopChangesFlags } = this.#architecture.assembly;
    this.#changesFlags ||= loopChangesFlags;
    const status = inBraces(named`status`);
    const change = (kind: "and" | "or", operand: Name) =>
      instruction(arithmetic[kind]!, { result: status, value: status, operand: inBraces(operand) });
    return [
      this.#load({ kind: "load-register", register }),
      ...(clear.value === 0n ? [] : [change("and", this.#operands.complement(clear))]),
      ...(set.value === 0n ? [] : [change("or", this.#operands.constant(set, named`value`))]),
      this.#registerAccess(store, register, named`status`),
    ];
  }

  #wait({ register, mask, until }: Wait): AssemblerLines {
    const { assembly } = this.#architecture;
    this.#changesFlags ||= assembly.loopChangesFlags;
    const value = this.#operand(named`status`, rust`out(reg) _`);
    const fillings = { value, mask: inBraces(this.#operands.constant(mask, named`mask`)) };
    const label = this.#label++;
    const tail = { clear: assembly.pollUntilClear, set: assembly.pollUntilSet }[until];
    return [
      assembler`${label}:`,
      this.#registerAccess(assembly.load, register, named`status`),
      ...tail.map((text) => instruction(text, { ...fillings, label: decimal(label) })),
    ];
  }

  /** The instructions that make a line's address into what a register takes, in an operand of its own. */
  #changed({ changes }: Expression, line: Name): AssemblerLines {
    if (changes.length === 0) return [];
    const result = this.#operand(named`changed`, rust`out(reg) _`);
    this.#changesFlags ||= this.#architecture.assembly.loopChangesFlags;
    return changes.map(({ kind, by, called }, index) => {
      const text = this.#architecture.assembly.arithmetic[kind]!;
      const value = index === 0 ? inBraces(line) : result;
      return kind === "shiftRight"
        ? instruction(text, { result, value, count: decimal(by) })
        : instruction(text, {
            result,
            value,
            operand: inBraces(this.#operands.constant({ value: by, called: called ?? [] }, stems[kind])),
          });
    });
  }

  /** A load or store of a register, at its distance from the block's base where the block uses several. */
  #registerAccess(spelling: Readonly<Record<string, string>>, register: Register, operand: Name): Code<"assembler"> {
    const text = spelling[register.widthBits];
    if (text === undefined)
      throw new Error(`no ${register.widthBits}-bit access is spelled for ${this.#architecture.id}`);
    const base = this.#base ?? register;
    const operandOfBase = this.#base ? named`registers` : this.#operandOf(register);
    const place = this.#context.takesBase ? rust`BASE + ${this.#constantOf(base)}` : this.#constantOf(base);
    const registers = this.#operand(operandOfBase, rust`in(reg) ${place}`);
    const offset =
      base.address === register.address
        ? assembler`0`
        : this.#operand(
            this.#operandOf(register),
            rust`const ${this.#constantOf(register)} - ${this.#constantOf(base)}`,
          );
    return this.#access(text, { value: inBraces(operand), registers, offset });
  }

  #access(text: string, fillings: Fillings): Code<"assembler"> {
    const { barriers } = this.#architecture;
    return access(
      text,
      fillings,
      barriers.map(({ instruction }) => instruction),
    );
  }

  #constantOf({ address }: Register): Name {
    return identifier(this.#context.constants.get(address)!);
  }

  #operandOf({ address }: Register): Name {
    return identifier(this.#context.operands.get(address)!);
  }

  #value({ from, changes }: Expression, line: Name | undefined): Name {
    switch (from.kind) {
      case "constant":
        return this.#operands.constant(from, named`value`);
      case "line":
        return line!;
      case "range": {
        const { name, expression } = changedInRust(rangeVariable(from), changes, this.#context.values);
        this.#operands.set(name, rust`in(reg) ${expression}`);
        return name;
      }
    }
  }

  #scoped(lines: AssemblerLines, extension: string | undefined): AssemblerLines {
    const scope = this.#architecture.assembly.extensionScope;
    if (!extension || !scope) return lines;
    const opened = scope.open.map((text) => directive(text, { extension: word(extension) }));
    return [...opened, ...lines, ...scope.close.map((text) => directive(text))];
  }
}

const zero: Constant = { value: 0n, called: [] };

const stems = { subtract: named`subtract`, add: named`add`, or: named`or` } as const;

/** What every instruction set can reach from a base register. */
const offsetReachBytes = 1021n;

/** The lowest of several registers that one base register reaches; undefined where each has its own. */
function commonBase(registers: readonly Register[]): Register | undefined {
  const [first, last] = [registers[0], registers.at(-1)];
  if (!first || !last || first.address === last.address) return undefined;
  return last.address - first.address < offsetReachBytes ? first : undefined;
}
