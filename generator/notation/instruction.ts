// What the text of an instruction in a description may be: one instruction, spelled out of a mnemonic and operands. Nothing else
// that an assembler reads fits: no second instruction, label, directive, comment or quoted text.
//
//   instruction = ["lock "] mnemonic [" " operand {"," [" "] operand}] | encoding
//   mnemonic    = a letter, then letters and digits, in parts divided by "."
//   operand     = memory | value | a label's placeholder with its direction: "{label}b"
//   memory      = ["dword ptr "] "[" value {", " value} "]" ["!"] | [value] "(" register ")"
//   value       = a number, a placeholder or a name; "#" may stand before the first two
//   placeholder = "{name}", and "{name:w}" for a part of a register
//   encoding    = ".word 0x0000500f", or ".inst" or ".insn": an instruction that the assembler has no name for

const number = "-?(?:0x[0-9A-Fa-f]{1,16}|[0-9]{1,20})";
const name = "[$%]?[A-Za-z][A-Za-z0-9_]*";
const placeholder = "\\{[A-Za-z]+(?::[a-z])?\\}";
const value = `(?:#?${number}|#?-?${placeholder}|${name})`;
const memory = `(?:(?:(?:byte|word|dword|qword) ptr )?\\[${value}(?:, ${value})*\\]!?|(?:${value})?\\((?:${placeholder}|${name})\\))`;
const operand = `(?:${memory}|${placeholder}[bf]|${value})`;
const named = new RegExp(`^(?:lock )?[A-Za-z][A-Za-z0-9]*(?:\\.[A-Za-z0-9]+)*(?: ${operand}(?:, ?${operand})*)?$`);
const encoding = /^(?:\.(?:word|inst|insn) (?:0x[0-9A-Fa-f]{1,8}|[0-9]{1,10})|\.insn [248], 0x[0-9A-Fa-f]{1,16})$/;

export function isInstruction(text: string): boolean {
  return named.test(text) || encoding.test(text);
}

/** A name in braces, what it names a part of, and the direction in which a label lies. */
export interface Placeholder {
  readonly name: string;
  /** `:w`; empty for the whole register. */
  readonly part: string;
  /** b: backwards, f: forwards; empty for what is no label. */
  readonly direction: string;
}

const placeholders = /\{([A-Za-z]+)(:[a-z])?\}(?:([bf])(?![A-Za-z0-9_]))?/g;

export function placeholdersOf(instruction: string): Placeholder[] {
  return [...instruction.matchAll(placeholders)].map(([, name = "", part = "", direction = ""]) => ({
    name,
    part,
    direction,
  }));
}

/** The instruction with something in the place of each placeholder; a label's direction stays behind it. */
export function fillPlaceholders(instruction: string, filling: (placeholder: Placeholder) => string): string {
  return instruction.replace(
    placeholders,
    (_, name: string, part = "", direction = "") => filling({ name, part, direction }) + direction,
  );
}

/**
 * A load or store of a register, which on some architectures has a barrier of its own in front: `memw; s32i …`.
 * @param barriers those of the architecture, as they are spelled
 */
export function partsOfAccess(text: string, barriers: readonly string[]): { barrier?: string; access: string } {
  const barrier = barriers.find((own) => text.startsWith(`${own}; `));
  return barrier === undefined ? { access: text } : { barrier, access: text.slice(barrier.length + 2) };
}

/** Which lines may open and close the scope of an extension, one by one. */
const extensionScopes = [
  { open: [".option push", ".option arch, +{extension}"], close: [".option pop"] },
  { open: [".arch_extension {extension}"], close: [".arch_extension no{extension}"] },
] as const;

export function isExtensionScope(open: readonly unknown[], close: readonly unknown[]): boolean {
  return extensionScopes.some((scope) => JSON.stringify([scope.open, scope.close]) === JSON.stringify([open, close]));
}

/** Whether the line opens or closes the scope of an extension. */
export function isScopeDirective(text: string): boolean {
  return extensionScopes.some(({ open, close }) => [...open, ...close].some((line) => line === text));
}
