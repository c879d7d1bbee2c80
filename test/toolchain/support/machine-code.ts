// What llvm-objdump says, as values. Only what the tests ask about is understood.

export interface Instruction {
  readonly mnemonic: string;
  readonly operands: readonly string[];
  /** The symbol that it refers to, such as that of a call. */
  readonly symbol?: string;
}

export interface Code {
  /** Instructions of each symbol; symbols of the same place have the same. */
  readonly functions: ReadonlyMap<string, readonly Instruction[]>;
  /** Symbols that the object expects from elsewhere. */
  readonly undefinedSymbols: readonly string[];
}

export function parseDisassembly(text: string): Code {
  const functions = new Map<string, readonly Instruction[]>();
  let current: Instruction[] = [];
  let lastWasSymbol = false;
  for (const line of text.split("\n")) {
    // Marks of where data and instructions begin are no symbols.
    if (/^<\$[adtx](\..*)?>:$/.test(line)) continue;
    const symbol = /^<(.+)>:$/.exec(line)?.[1];
    if (symbol !== undefined) {
      if (!lastWasSymbol) current = [];
      functions.set(symbol, current);
    } else if (/^\s+R_\w+\s/.test(line)) {
      const referred = line
        .trim()
        .split(/\s+/)[1]!
        .replace(/^\.text\./, "")
        .replace(/[+-]0x[0-9a-f]+$/, "");
      const instruction = current.pop();
      if (instruction) current.push({ ...instruction, symbol: referred });
    } else if (/^\s+\S/.test(line) && !isConstant(line)) current.push(parseInstruction(line));
    lastWasSymbol = symbol !== undefined;
  }
  const undefinedSymbols = [...text.matchAll(/^\S+\s.*\*UND\*\s+\S+\s+(\S+)$/gm)].map((match) => match[1]!);
  return { functions, undefinedSymbols };
}

/** Whether the line is a constant among the instructions, rather than one of RISC-V's that is spelled as a word. */
function isConstant(line: string): boolean {
  const word = /\.word\s+(0x[0-9a-f]+)/.exec(line)?.[1];
  return word === undefined ? /\.(short|byte)\s/.test(line) : ![0x0b, 0x0f].includes(Number(word) & 0x7f);
}

/** `str.w  r3, [r12, #0x4]  @ comment` becomes `str` and its two operands. */
function parseInstruction(line: string): Instruction {
  const [mnemonic = "", ...rest] = line
    .replace(/\s(@|\/\/|<).*$/, "")
    .trim()
    // The disassembler shows address and bytes of what it takes for data.
    .replace(/^(?:[0-9a-f]+:\s+)?(?:[0-9a-f]{2} )+\s*(?=\.word)/, "")
    .split(/\s+/);
  const operands = rest.join(" ").split(/,\s*(?![^[({]*[\])}])/);
  return { mnemonic: mnemonic.replace(/\.[wn]$/, ""), operands: operands.filter(Boolean) };
}

/** The instructions of a function, with those of functions that it calls in place of the calls. */
export function withCalls(code: Code, name: string, callers: readonly string[] = []): readonly Instruction[] {
  const instructions = code.functions.get(name);
  if (!instructions) throw new Error(`no ${name} in the disassembly`);
  return instructions.flatMap((instruction) => {
    const { symbol } = instruction;
    const called = symbol !== undefined && code.functions.has(symbol) && ![...callers, name].includes(symbol);
    return called ? withCalls(code, symbol, [...callers, name]) : [instruction];
  });
}

export function spelled({ mnemonic, operands }: Instruction): string {
  return `${mnemonic} ${operands.join(", ")}`.trim();
}

const barrier = /^(dmb|dsb|isb|fence.*|th\.sync.*|[mls]fence|memw|extw|[dier]sync|esync)$/;
const cacheOperation =
  /^(dc|ic|mcr|mrc|cbo\..*|th\.(d|i|l2)cache.*|clflush(opt)?|clwb|wbinvd|wbnoinvd|invd|d[hi]w\w*|dh\w*|ihi|cflush.*|cdiscard.*|\.word|csrwi?|csrrci|csrs|cps\w*|mrs|msr)$/;

export function isBarrier(mnemonic: string): boolean {
  return barrier.test(mnemonic);
}

/** Whether the instruction is a barrier or maintains a cache. */
export function isFenceInstruction({ mnemonic }: Instruction): boolean {
  return barrier.test(mnemonic) || cacheOperation.test(mnemonic);
}

export function isReturn({ mnemonic, operands }: Instruction): boolean {
  if (/^ret[lq]?$/.test(mnemonic)) return true;
  return (
    (mnemonic === "bx" && operands[0] === "lr") || (/^(pop|ldm\w*)$/.test(mnemonic) && /\bpc\}$/.test(operands.at(-1)!))
  );
}

const register =
  /^\(?%?(r\d+|lr|ip|fp|sp|sb|sl|pc|[wx]\d+|xzr|[ast]\d+|ra|gp|tp|zero|[er]?[abcd]x|[er]?[sd]i|[er]?[sb]p|\{\w+\})\)?$/;

/** An instruction without what the compiler chooses: its registers. Numbers are decimal. */
export function withoutRegisters({ mnemonic, operands }: Instruction): string {
  const kept = operands
    .map((operand) => operand.toLowerCase())
    .filter((operand) => !register.test(operand.replace(/^\[|\]$/g, "")))
    // The disassembler's name for the status register of an A-profile core.
    .map((operand) => (mnemonic === "mrs" && operand === "apsr" ? "cpsr" : operand))
    .map((operand) => operand.replace(/^#/, "").replace(/^(0x[0-9a-f]+|\d+)$/, (number) => String(Number(number))));
  return `${mnemonic} ${kept.join(", ")}`.trim();
}

/** The assembly text of a description in the same form. */
export function normalized(assembly: string): string {
  const { mnemonic, operands } = parseInstruction(` ${assembly.toLowerCase()}`);
  // The disassembler's name for the fence of everything.
  if (/^fence iorw, ?iorw$/.test(assembly)) return "fence";
  return withoutRegisters({
    mnemonic,
    operands: /^(dmb|dsb)$/.test(mnemonic) && operands.length === 0 ? ["sy"] : operands,
  });
}

export type Isa = "arm" | "aarch64" | "riscv" | "x86";

export function isaOf(target: string): Isa {
  if (/^(arm|thumb)/.test(target)) return "arm";
  if (target.startsWith("aarch64")) return "aarch64";
  return target.startsWith("riscv") ? "riscv" : "x86";
}

/** In AT&T order, which llvm-objdump prints, what is written comes last. */
function destination(instruction: Instruction, isa: Isa): string | undefined {
  return isa === "x86" ? instruction.operands.at(-1) : instruction.operands[0];
}

/** Whether the instruction loads from or stores to memory at this distance from a base register. */
export function accessAt(offset: number, instruction: Instruction, isa: Isa): "load" | "store" | undefined {
  const { mnemonic, operands } = instruction;
  const hex = `0x${offset.toString(16)}`;
  const memory = isa === "arm" || isa === "aarch64" ? new RegExp(`, #${hex}\\]$`) : new RegExp(`^${hex}\\(`);
  const position = operands.findIndex((operand) => memory.test(operand));
  if (position < 0) return undefined;
  if (isa === "x86") return mnemonic.startsWith("mov") && position === operands.length - 1 ? "store" : "load";
  return mnemonic.startsWith("s") ? "store" : "load";
}

const returnRegister: Readonly<Record<Isa, RegExp>> = {
  arm: /^r0$/,
  aarch64: /^[wx]0$/,
  riscv: /^a0$/,
  x86: /^%[er]ax$/,
};

const stackOperand: Readonly<Record<Isa, RegExp>> = {
  arm: /^\[(sp|r7|r11)\b/,
  aarch64: /^\[(sp|x29)\b/,
  riscv: /\((sp|s0)\)$/,
  x86: /\(%[er][sb]p\)$/,
};

/** Whether the function's result is loaded from the stack, rather than computed without looking. */
export function resultComesFromStack(code: readonly Instruction[], isa: Isa): boolean {
  const last = code.findLast((instruction) => returnRegister[isa].test(destination(instruction, isa) ?? ""));
  if (!last || !/^(l|mov)/.test(last.mnemonic)) return false;
  return last.operands.some(
    (operand) => stackOperand[isa].test(operand) || pointersToStack(code, isa).some((one) => isThrough(one, operand)),
  );
}

/** The registers into which an address on the stack is put. */
function pointersToStack(code: readonly Instruction[], isa: Isa): string[] {
  return code.flatMap((instruction) => {
    const { mnemonic, operands } = instruction;
    const register = destination(instruction, isa);
    const isAddress = /^(movs?|mv|adds?|addi|subs?|lea\w*)$/.test(mnemonic);
    return isAddress && register && operands.slice(1).some((operand) => /^(sp|s0|r7|r11|x29)$/.test(operand))
      ? [register]
      : [];
  });
}

function isThrough(register: string, operand: string): boolean {
  return (
    operand.startsWith(`[${register}]`) || operand.startsWith(`[${register},`) || operand.endsWith(`(${register})`)
  );
}

/** Where a constant is stored to the stack; -1 where it is not. */
export function stackStoreOf(constant: number, code: readonly Instruction[], isa: Isa): number {
  const immediate = new RegExp(`^[#$]?(0x${constant.toString(16)}|${constant})$`);
  const from = code.findIndex(({ operands }) => operands.some((operand) => immediate.test(operand)));
  if (from < 0) return -1;
  const { operands } = code[from]!;
  if (operands.some((operand) => stackOperand[isa].test(operand))) return from;
  const holder = destination(code[from]!, isa)!;
  return code.findIndex(
    (instruction, index) =>
      index > from &&
      /^(s|mov)/.test(instruction.mnemonic) &&
      instruction.operands.includes(holder) &&
      instruction.operands.some((operand) => stackOperand[isa].test(operand)),
  );
}
