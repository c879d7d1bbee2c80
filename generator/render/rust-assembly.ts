// One asm! block: its instructions in the spelling of the architecture's description, and the operands that
// they use. Operand rules as in the Rust reference: each operand is named in the text, and neither `nomem`
// nor `readonly` is ever claimed, because a store to the buffer could then be dropped or moved.

import type { Architecture, Register, RegisterValue, SequenceItem } from "../model/chip.ts";
import { changesOf } from "../model/register-value.ts";
import { groupHex } from "../notation/quantity.ts";
import type { FenceStep, MaintainLines, ReadLineSize, RegionGuard, ReturnIfEmpty } from "../plan/operation.ts";
import { accessesOf, constantName } from "./registers.ts";

type AssemblyStep = Exclude<FenceStep, ReturnIfEmpty | RegionGuard | ReadLineSize>;

/** What names of variables that depend on the size of a line end with. */
export function sizeName({ lineBytes, bySizeRead }: MaintainLines): string {
  return bySizeRead ? "read" : String(lineBytes);
}

/** Whether interrupts are masked and restored within these steps, so that nothing outlives them. */
export function masksAndRestores(steps: readonly AssemblyStep[]): boolean {
  return ["mask-interrupts", "restore-interrupts"].every((kind) => steps.some((step) => step.kind === kind));
}

export class AssemblyBlock {
  readonly #architecture: Architecture;
  readonly #optimize: "size" | "speed";
  readonly #operands = new Map<string, string>();
  /** Labels 0 and 1 read as binary literals on x86. */
  #label = 2;
  #changesFlags = false;
  #rangeLineBytes = 0;
  readonly #base: Register | undefined;
  readonly #masksAndRestores: boolean;
  mentionsBuffer = false;

  /** @param steps all that the block will hold, so that its registers can share one base */
  constructor(architecture: Architecture, steps: readonly AssemblyStep[], optimize: "size" | "speed") {
    this.#architecture = architecture;
    this.#optimize = optimize;
    this.#masksAndRestores = masksAndRestores(steps);
    this.#base = commonBase(steps.flatMap(accessesOf));
  }

  /** The lines of text that execute a step. */
  add(step: AssemblyStep): string[] {
    switch (step.kind) {
      case "compiler-barrier":
        return [];
      case "barrier":
        return this.#scoped([this.#withZero(step.instruction)], step.extension);
      case "mask-interrupts":
        return this.#interrupts("mask", "out(reg)");
      case "restore-interrupts":
        return this.#interrupts("restore", "in(reg)");
      case "complete-maintenance":
      case "maintain-whole-cache":
        return this.#scoped(
          step.accesses.flatMap((item) => this.#access(item, "")),
          step.extension,
        );
      case "maintain-range":
        this.#rangeLineBytes = step.lineBytes;
        return this.#scoped(
          step.accesses.flatMap((item) => this.#access(item, "")),
          step.extension,
        );
      case "maintain-lines":
        return step.lines === "all" ? this.#loop(step) : this.#edges(step);
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

  #loop(step: MaintainLines): string[] {
    const { lineBytes, firstAddress, bySizeRead } = step;
    const size = sizeName(step);
    this.mentionsBuffer = true;
    this.#operands.set("line", `inout(reg) ${firstAddress === "as-given" ? "start" : `line_${size}`} => _`);
    this.#operands.set("remaining", `inout(reg) span_${size} => _`);
    const body = step.accesses.flatMap((item) => this.#access(item, "line"));
    const { lineLoop, lineLoopBySize, blockLoop, loopChangesFlags } = this.#architecture.assembly;
    this.#changesFlags ||= loopChangesFlags;
    if (bySizeRead) this.#operands.set("line_bytes", "in(reg) line_bytes");
    const blocks = this.#optimize === "speed" && !bySizeRead ? blockLoop : undefined;
    const labels = {
      label: this.#label++,
      ...(blocks && { block: this.#label++, tail: this.#label++, end: this.#label++ }),
    };
    const spelled = (lines: readonly string[], label: number) =>
      lines.map((line) =>
        line
          .replaceAll("{lineBytes}", bySizeRead ? "{line_bytes}" : String(lineBytes))
          .replaceAll("{blockBytes}", String(lineBytes * (blocks?.lines ?? 1)))
          .replaceAll("{label}", String(label))
          .replaceAll("{tail}", String(labels.tail))
          .replaceAll("{end}", String(labels.end)),
      );
    const single = [
      `${labels.label}:`,
      ...this.#scoped(body, step.extension),
      ...spelled(bySizeRead ? lineLoopBySize : lineLoop, labels.label),
    ];
    if (!blocks || labels.block === undefined) return single;
    const block = Array.from({ length: blocks.lines }, () => [...body, ...spelled([blocks.advance], 0)]).flat();
    return [
      ...spelled(blocks.enter, labels.block),
      `${labels.block}:`,
      ...this.#scoped(block, step.extension),
      ...spelled(blocks.again, labels.block),
      `${labels.tail}:`,
      ...spelled(blocks.leave, labels.block),
      ...single,
      `${labels.end}:`,
    ];
  }

  #edges(step: MaintainLines): string[] {
    const size = sizeName(step);
    this.mentionsBuffer = true;
    this.#operands.set("first_line", `in(reg) ${step.firstAddress === "as-given" ? "start" : `line_${size}`}`);
    this.#operands.set("last_line", `in(reg) last_line_${size}`);
    return this.#scoped(
      ["first_line", "last_line"].flatMap((edge) => step.accesses.flatMap((item) => this.#access(item, edge))),
      step.extension,
    );
  }

  /** An instruction that takes a register which holds 0. */
  #withZero(instruction: string): string {
    if (instruction.includes("{zero}")) this.#operands.set("zero", "in(reg) 0usize");
    return instruction;
  }

  #interrupts(what: "mask" | "restore", direction: string): string[] {
    const { interrupts } = this.#architecture.assembly;
    if (!interrupts) throw new Error("the planner refuses masking where it is not spelled");
    const isBoth = this.#masksAndRestores;
    this.#operands.set("saved", isBoth ? "out(reg) _" : `${direction} saved_interrupts`);
    this.#changesFlags = true;
    return [...interrupts[what]];
  }

  #access(item: SequenceItem, address: string): string[] {
    switch (item.kind) {
      case "instruction":
        return [item.instruction.replaceAll("{address}", `{${address}}`)];
      case "write": {
        if (item.value.of === "address" && changesOf(item.value).length > 0) {
          const changes = this.#changed(item.value, address);
          return [...changes, this.#registerAccess(this.#architecture.assembly.store, item.register, "changed")];
        }
        return [
          this.#registerAccess(this.#architecture.assembly.store, item.register, this.#value(item.value, address)),
        ];
      }
      case "store": {
        const changes = this.#changed(item.to, address);
        const text = this.#architecture.assembly.store[item.widthBits]!;
        const zero = this.#constant(0n, "value");
        return [
          ...changes,
          withOperand(text, "value", zero).replaceAll("{registers}", "{changed}").replaceAll("{offset}", "0"),
        ];
      }
      case "poll": {
        const { assembly } = this.#architecture;
        this.#changesFlags ||= assembly.loopChangesFlags;
        this.#operands.set("status", "out(reg) _");
        const mask = this.#constant(item.mask, "mask");
        const label = this.#label++;
        const tail = item.until === "clear" ? assembly.pollUntilClear : assembly.pollUntilSet;
        return [
          `${label}:`,
          this.#registerAccess(assembly.load, item.register, "status"),
          ...tail.map((line) =>
            withOperand(line, "value", "status").replaceAll("{mask}", `{${mask}}`).replaceAll("{label}", String(label)),
          ),
        ];
      }
      case "call":
        throw new Error("the planner refuses calls");
    }
  }

  /** The instructions that make a line's address into what a register takes, in an operand of its own. */
  #changed(value: RegisterValue, address: string): string[] {
    this.#operands.set("changed", "out(reg) _");
    this.#changesFlags ||= this.#architecture.assembly.loopChangesFlags;
    return changesOf(value).map(({ kind, by }, index) => {
      const text = this.#architecture.assembly.arithmetic[kind]!;
      const from = index === 0 ? address : "changed";
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

  #value(value: RegisterValue, address: string): string {
    switch (value.of) {
      case "constant":
        return this.#constant(value.constant, "value");
      case "address":
        return address;
      default: {
        const suffix = value.of === "last-byte" ? "" : `_${this.#rangeLineBytes}`;
        const { name, expression } = changed(value.of.replaceAll("-", "_") + suffix, value);
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

/** A quantity of the buffer as a register takes it: something subtracted, then shifted, then added, then bits set. */
function changed(variable: string, value: RegisterValue): { name: string; expression: string } {
  let name = variable;
  let expression = variable;
  for (const { kind, by } of changesOf(value)) {
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
function commonBase(accesses: readonly SequenceItem[]): Register | undefined {
  const registers = accesses.flatMap((item) => ("register" in item ? [item.register] : []));
  const byAddress = [...registers].sort((a, b) => (a.address < b.address ? -1 : 1));
  const [first, last] = [byAddress[0], byAddress.at(-1)];
  if (!first || !last || first.address === last.address) return undefined;
  return last.address - first.address < offsetReachBytes ? first : undefined;
}

/** `{value}` and `{value:w}` with another operand's name. */
function withOperand(text: string, placeholder: string, operand: string): string {
  return text.replaceAll(`{${placeholder}}`, `{${operand}}`).replaceAll(`{${placeholder}:`, `{${operand}:`);
}
