// How the spelling of an instruction in a description becomes a template string of asm!. An instruction is code, and no
// encoding makes a wrong one right; but it is one instruction of the stated grammar with all that it names, or the assembler is
// made to refuse it. https://doc.rust-lang.org/reference/inline-assembly.html says what braces mean.
import { visible } from "../../diagnostics/characters.ts";
import {
  fillPlaceholders,
  isInstruction,
  isScopeDirective,
  partsOfAccess,
  placeholdersOf,
} from "../../notation/instruction.ts";
import { type Code, encoded, tag } from "../code.ts";
import { stringLiteral } from "./encode.ts";

export const assembler = tag<"assembler">();

/** What a description's placeholders stand for: an operand in braces, a number or a word. */
export type Fillings = Readonly<Record<string, Code<"assembler">>>;

/** A name in braces, as asm! takes its operands. */
export function operand(name: Code<"assembler">): Code<"assembler"> {
  return assembler`{${name}}`;
}

/** One instruction. */
export function instruction(text: string, fillings: Fillings = {}): Code<"assembler"> {
  return isInstruction(text) ? filled(text, fillings) : refused(text);
}

/**
 * A load or a store of a register, which on some architectures has a barrier of its own before it.
 * @param barriers of the architecture
 */
export function access(text: string, fillings: Fillings, barriers: readonly string[]): Code<"assembler"> {
  const { barrier, access: single } = partsOfAccess(text, barriers);
  if (barrier === undefined) return instruction(single, fillings);
  return assembler`${instruction(barrier)}; ${instruction(single, fillings)}`;
}

/** A directive that says which instructions may follow. */
export function directive(text: string, fillings: Fillings = {}): Code<"assembler"> {
  return isScopeDirective(text) ? filled(text, fillings) : refused(text);
}

/** A name in a directive. */
export function word(text: string): Code<"assembler"> {
  return encoded(text.replace(/[^A-Za-z0-9_.]/g, "?"));
}

/** The line as a template string. */
export function templateString(line: Code<"assembler">): Code<"rust"> {
  return stringLiteral(line);
}

function filled(text: string, fillings: Fillings): Code<"assembler"> {
  if (!placeholdersOf(text).every(({ name }) => Object.hasOwn(fillings, name))) return refused(text);
  return encoded(fillPlaceholders(text, ({ name, part }) => inPart(fillings[name]!, part)));
}

/** `{line:w}` of `{line}`; a number has no parts. */
function inPart(filling: Code<"assembler">, part: string): string {
  return part && filling.endsWith("}") ? `${filling.slice(0, -1)}${part}}` : filling;
}

/** What every assembler stops at, whatever the target, with the text to be seen and nothing of it to be read. */
function refused(text: string): Code<"assembler"> {
  return encoded(`.error "not one instruction: ${visible(text).replace(/[^A-Za-z0-9 .,+_<>()-]/g, "?")}"`);
}
