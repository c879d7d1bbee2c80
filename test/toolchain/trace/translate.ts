// From what the disassembler says of an executed instruction to a line as RecordingMachine spells it. Written from
// the disassembler's notation alone: nothing here knows what the emitted text or the descriptions say.

/** The value of a register before the instruction, by the disassembler's name for it. */
export type Registers = (name: string) => bigint;

/** What an instruction does, as far as a fence is concerned. */
export type Meaning =
  | { readonly kind: "nothing" }
  | { readonly kind: "line"; readonly line: (registers: Registers) => string }
  | {
      readonly kind: "store";
      readonly widthBits: number;
      readonly address: (registers: Registers) => bigint;
      readonly value: (registers: Registers) => bigint;
    }
  | {
      readonly kind: "load";
      readonly widthBits: number;
      readonly address: (registers: Registers) => bigint;
      /** What was loaded, from the registers after the instruction. */
      readonly value: (registersAfter: Registers) => bigint;
    }
  | {
      readonly kind: "system-read";
      /** With {value} for the register that takes the answer. */
      readonly instruction: string;
      readonly value: (registersAfter: Registers) => bigint;
    };

export type Language = "arm" | "aarch64" | "riscv" | "x86";

type Rule = readonly [pattern: RegExp, meaning: (...groups: string[]) => Meaning];

const nothing: Meaning = { kind: "nothing" };
const hex = (value: bigint) => `0x${value.toString(16)}`;
const fixed = (text: string): Meaning => ({ kind: "line", line: () => text });
const mask = (value: bigint, bits: number) => value & ((1n << BigInt(bits)) - 1n);

function access(bits: number, register: string, base: string, offset: string | undefined, isStore: boolean): Meaning {
  const address = (registers: Registers) => registers(base) + BigInt(offset?.replace("-", "") || 0) * sign(offset);
  const value = (registers: Registers) => mask(registers(register), bits);
  return { kind: isStore ? "store" : "load", widthBits: bits, address, value };
}

const systemRead = (register: string, instruction: string): Meaning => ({
  kind: "system-read",
  instruction,
  value: (registersAfter) => registersAfter(register),
});

const sign = (offset: string | undefined) => (offset?.startsWith("-") ? -1n : 1n);

const armWidths: Readonly<Record<string, number>> = { b: 8, h: 16, "": 32 };
const riscvWidths: Readonly<Record<string, number>> = { b: 8, bu: 8, h: 16, hu: 16, w: 32, wu: 32, d: 64 };

const rules: Readonly<Record<Language, readonly Rule[]>> = {
  arm: [
    [/^(dsb|dmb|isb) (\w+)$/, (name, domain) => fixed(`${name} ${domain}`)],
    [/^cpsid (i|if)$/, () => fixed("mask interrupts")],
    [/^msr (primask|cpsr_c), \w+$/i, () => fixed("restore interrupts")],
    [/^mrs \w+, (primask|apsr|cpsr)$/i, () => nothing],
    [
      /^mrc p(\d+), #(\w+), (\w+), (c\d+), (c\d+), #(\w+)$/,
      (coprocessor, opcode, register, n, m, last) =>
        systemRead(register!, `mrc p${coprocessor}, ${Number(opcode)}, {value}, ${n}, ${m}, ${Number(last)}`),
    ],
    [
      /^mcr p(\d+), #(\w+), (\w+), (c\d+), (c\d+), #(\w+)$/,
      (coprocessor, opcode, register, n, m, last) => ({
        kind: "line",
        line: (registers) =>
          `mcr p${coprocessor}, ${Number(opcode)}, ${hex(registers(register!))}, ${n}, ${m}, ${Number(last)}`,
      }),
    ],
    [
      /^str(b|h|)(?:\.w)? (\w+), \[(?!sp)(\w+)(?:, #(-?\w+))?\]$/,
      (w, r, base, o) => access(armWidths[w!]!, r!, base!, o, true),
    ],
    [
      /^ldr(b|h|)(?:\.w)? (\w+), \[(?!sp|pc)(\w+)(?:, #(-?\w+))?\]$/,
      (w, r, base, o) => access(armWidths[w!]!, r!, base!, o, false),
    ],
    [/^(push|pop|ldrd?|strd?|ldm\w*|stm\w*)(eq|ne)?(\.w)? .*(\{|\[sp|\[pc)/, () => nothing],
    [
      /^(nop|it[te]*|bx|bl|b|cbn?z|mov[swt]*|mvns?|adds?|subs?w?|rsbs?|ands?|bics?|orrs?|cmp|cmn|tst|lsls?|lsrs?|ubfx|bfc|adr)(eq|ne|hs|lo|hi|ls|mi|pl|ge|lt|gt|le)?(\.w|\.n)?( |$)/,
      () => nothing,
    ],
  ],
  aarch64: [
    [/^(dsb|dmb) (\w+)$/, (name, domain) => fixed(`${name} ${domain}`)],
    [/^isb$/, () => fixed("isb")],
    [/^msr daifset, #(3|0x3)$/i, () => fixed("mask interrupts")],
    [/^msr daif, x\d+$/i, () => fixed("restore interrupts")],
    [/^mrs x\d+, daif$/i, () => nothing],
    [/^mrs (x\d+), (ctr_el0)$/i, (register, name) => systemRead(register!, `mrs {value}, ${name!.toLowerCase()}`)],
    [
      /^(dc|ic) (\w+), (x\d+)$/,
      (name, operation, register) => ({
        kind: "line",
        line: (registers) => `${name} ${operation}, ${hex(registers(register!))}`,
      }),
    ],
    [
      /^str(b|h|) ([wx]\w+), \[(?!sp)(x\d+)(?:, #(-?\w+))?\]$/,
      (w, r, base, o) => access(a64Width(w!, r!), r!, base!, o, true),
    ],
    [
      /^ldr(b|h|) ([wx]\w+), \[(?!sp)(x\d+)(?:, #(-?\w+))?\]$/,
      (w, r, base, o) => access(a64Width(w!, r!), r!, base!, o, false),
    ],
    [/^(stp|ldp|str|ldr) .*\[sp/, () => nothing],
    [
      /^(nop|ret|b|bl|b\.\w+|cbn?z|tbn?z|mov[kz]?|mvn|adds?|subs?|negs?|ands?|bics?|orr|cmp|cmn|tst|lsl|lsr|ubfx|adrp?|csel|cset|ccmp)( |$)/,
      () => nothing,
    ],
  ],
  riscv: [
    [/^(fence\.(?:i|tso))$/, (name) => fixed(name!)],
    [/^fence$/, () => fixed("fence iorw, iorw")],
    [/^fence (\w+), (\w+)$/, (earlier, later) => fixed(`fence ${earlier}, ${later}`)],
    [/^(th\.sync[.\w]*)$/, (name) => fixed(name!)],
    [
      /^(cbo\.\w+) \((\w+)\)$/,
      (name, register) => ({ kind: "line", line: (registers) => `${name} (${hex(registers(register!))})` }),
    ],
    [
      /^(th\.[di]cache\.\w+) (\w+)$/,
      (name, register) => ({ kind: "line", line: (registers) => `${name} ${hex(registers(register!))}` }),
    ],
    [/^csrrci \w+, mstatus, (8|0x8)$/, () => fixed("mask interrupts")],
    [/^csrs mstatus, \w+$/, () => fixed("restore interrupts")],
    [/^csrwi (\w+), (\w+)$/, (csr, value) => fixed(`csrwi ${csr}, ${Number(value)}`)],
    [
      /^csrw (\w+), (\w+)$/,
      (csr, register) => ({ kind: "line", line: (registers) => `csrw ${csr}, ${hex(registers(register!))}` }),
    ],
    // What the disassembler does not know, as the description spells it.
    [/^\.word\s+(0x\w+)$/, (word) => fixed(`.word ${word}`)],
    [/^s([bhwd]) (\w+), (-?\w+)\((?!sp)(\w+)\)$/, (w, r, o, base) => access(riscvWidths[w!]!, r!, base!, o, true)],
    [/^l([bhw]u?|d) (\w+), (-?\w+)\((?!sp)(\w+)\)$/, (w, r, o, base) => access(riscvWidths[w!]!, r!, base!, o, false)],
    [/^[ls][wd] .*\(sp\)$/, () => nothing],
    [
      /^(nop|ret|j|jr|jal|jalr|call|b\w+|li|lui|auipc|mv|not|neg|addi?w?|subw?|andi?|ori?|xori?|slli?w?|srli?w?|sraiw?|sltu?|sltiu?|seqz|snez)( |$)/,
      () => nothing,
    ],
  ],
  x86: [
    [/^([lms]fence)$/, (name) => fixed(name!)],
    [
      /^(clflush|clflushopt|clwb) byte ptr \[(\w+)\]$/,
      (name, register) => ({ kind: "line", line: (registers) => `${name} [${hex(registers(register!))}]` }),
    ],
    [/^(push|pop) \w+$/, () => nothing],
    [/^lea /, () => nothing],
    [
      /^(nop\w*|ret\w?|jmp|j[a-z]+|call|mov|lea|add|sub|and|or|xor|cmp|test|inc|dec|shl|shr|neg|not)( (?!.*\[(?!\w*[er]?[sb]p)).*)?$/,
      () => nothing,
    ],
  ],
};

function a64Width(suffix: string, register: string): number {
  return suffix === "" && register.startsWith("x") ? 64 : armWidths[suffix]!;
}

/** What an instruction does. Whatever is not known here is a mistake, so that nothing is overlooked. */
export function meaningOf(language: Language, instruction: string): Meaning | undefined {
  for (const [pattern, meaning] of rules[language]) {
    const match = pattern.exec(instruction);
    if (match) return meaning(...match.slice(1));
  }
  return undefined;
}

/** The value of a register in QEMU's dump, by the disassembler's name. */
export function registersOf(language: Language, dump: string): Registers {
  return (name) => {
    if (/^(wzr|xzr|zero)$/.test(name)) return 0n;
    const match = new RegExp(dumpPatterns[language](name)).exec(dump);
    if (!match) throw new Error(`QEMU's dump has no register ${name}:\n${dump}`);
    return BigInt(`0x${match[1]}`);
  };
}

const armNumbers: Readonly<Record<string, number>> = { sp: 13, lr: 14, pc: 15 };

const dumpPatterns: Readonly<Record<Language, (name: string) => string>> = {
  arm: (name) => `R${String(armNumbers[name] ?? Number(name.slice(1))).padStart(2, "0")}=([0-9a-f]+)`,
  aarch64: (name) => `X${name.slice(1).padStart(2, "0")}=([0-9a-f]+)`,
  riscv: (name) => `/${name} +([0-9a-f]+)`,
  x86: (name) => `\\b${name.toUpperCase()}=([0-9a-f]+)`,
};
