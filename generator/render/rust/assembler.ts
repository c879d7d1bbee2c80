// How the spelling of an instruction in a description becomes a template string of asm!. An instruction is code, and no
// encoding makes a wrong one right; but it is one instruction, or the assembler is made to refuse it. The grammar:
//
//   instruction = mnemonic [" " operands] | word
//   mnemonic    = a letter, then letters, digits and "."
//   operands    = letters, digits, spaces, placeholders, any of . , + - _ % ! [ ] ( ) { }, and # before a number
//   word        = ".word", or the same by another name, and one number: an instruction that the assembler has no name for
//   access      = [barrier "; "] instruction, where the architecture has that barrier
//   directive   = ".option" or ".arch_extension", and words
//
// There is no other ";", no line break, comment, string or label. https://doc.rust-lang.org/reference/inline-assembly.html says
// what braces mean.
import { visible } from "../../diagnostics/characters.ts";
import { type Code, encoded, tag } from "../code.ts";
import { stringLiteral } from "./encode.ts";

export const assembler = tag<"assembler">();

/** What a description's placeholders stand for: an operand in braces, a number or a word. */
export type Fillings = Readonly<Record<string, Code<"assembler">>>;

const instructionForm = /^[A-Za-z][A-Za-z0-9.]*( ([A-Za-z0-9 .,+\-_%![\](){}]|#(?=[0-9x-]))*)?$/;
const wordForm = /^\.(word|long|2byte|4byte|hword|short|inst|inst\.n|inst\.w) (0x[0-9A-Fa-f]+|[0-9]+)$/;
const directiveForm = /^\.(option|arch_extension) [A-Za-z0-9_.,+ ]+$/;

/** A name in braces, as asm! takes its operands. */
export function operand(name: Code<"assembler">): Code<"assembler"> {
  return assembler`{${name}}`;
}

/** One instruction. */
export function instruction(text: string, fillings: Fillings = {}): Code<"assembler"> {
  return isInstruction(text, fillings) ? filled(text, fillings) : refused(text);
}

/**
 * A load or a store of a register, which on some architectures has a barrier of its own before it.
 * @param barriers of the architecture
 */
export function access(text: string, fillings: Fillings, barriers: readonly string[]): Code<"assembler"> {
  const [own, more] = text.split("; ", 2);
  if (more === undefined || !barriers.includes(own!)) return instruction(text, fillings);
  return assembler`${instruction(own!)}; ${instruction(text.slice(own!.length + 2), fillings)}`;
}

/** A directive that says which instructions may follow. */
export function directive(text: string, fillings: Fillings = {}): Code<"assembler"> {
  return directiveForm.test(withoutPlaceholders(text, fillings)) ? filled(text, fillings) : refused(text);
}

/** A name in a directive. */
export function word(text: string): Code<"assembler"> {
  return encoded(text.replace(/[^A-Za-z0-9_.]/g, "?"));
}

/** The line as a template string. */
export function templateString(line: Code<"assembler">): Code<"rust"> {
  return stringLiteral(line);
}

function isInstruction(text: string, fillings: Fillings): boolean {
  const form = withoutPlaceholders(text, fillings);
  return instructionForm.test(form) || wordForm.test(form);
}

/** `{name}`, and `{name:w}` for a part of a register. */
const placeholder = /\{([A-Za-z_]+)(:[a-z])?\}/g;

/** In the place of each placeholder a word, which may stand wherever an operand may. */
function withoutPlaceholders(text: string, fillings: Fillings): string {
  return text.replace(placeholder, (whole, name: string) => (Object.hasOwn(fillings, name) ? "x" : whole));
}

function filled(text: string, fillings: Fillings): Code<"assembler"> {
  let result = "";
  let end = 0;
  for (const match of text.matchAll(placeholder)) {
    const [whole, name, part] = match;
    if (!Object.hasOwn(fillings, name!)) continue;
    result += literal(text.slice(end, match.index)) + inPart(fillings[name!]!, part);
    end = match.index + whole.length;
  }
  return encoded(result + literal(text.slice(end)));
}

/** Braces that the assembler shall see. */
function literal(text: string): string {
  return text.replace(/[{}]/g, "$&$&");
}

/** `{line:w}` of `{line}`; a number has no parts. */
function inPart(filling: Code<"assembler">, part: string | undefined): string {
  return part && filling.endsWith("}") ? `${filling.slice(0, -1)}${part}}` : filling;
}

/** What every assembler stops at, whatever the target, with the text to be seen and nothing of it to be read. */
function refused(text: string): Code<"assembler"> {
  return encoded(`.error "not one instruction: ${visible(text).replace(/[^A-Za-z0-9 .,+_<>()-]/g, "?")}"`);
}
