// Whether two emitted files are the same program: all but comments and the contents of strings; names may be others.
// Throws where they are not, for tests and for the fuzzing, which runs without a test runner.
import { replaceUnseen } from "../../generator/diagnostics/characters.ts";
import { type Token, tokensOf } from "./rust/tokens.ts";
import { type Syntax, syntaxOf } from "./typescript/syntax.ts";

export interface Emitted {
  readonly rust: string;
  readonly typescript: string;
}

export interface Program {
  readonly syntax: Syntax;
  readonly tokens: readonly Token[];
}

/** @throws where a text is not of its language */
export function programOf({ rust, typescript }: Emitted): Program {
  return { syntax: syntaxOf(typescript), tokens: codeOf(rust) };
}

/** @throws where a text got out of its comment, string or name */
export function holdsSameProgram(honest: Program, hostile: Emitted): void {
  for (const text of [hostile.rust, hostile.typescript]) seenThroughout(text);
  const { syntax, tokens } = programOf(hostile);
  same(syntax.nodes, honest.syntax.nodes);
  renamedOnly(honest.syntax.names, syntax.names);
  same(shape(tokens), shape(honest.tokens));
  renamedOnly(namesOf(honest.tokens), namesOf(tokens));
  for (const { text } of tokensOf(hostile.rust).filter(({ kind }) => kind === "doc")) isPlainMarkdown(text);
  templatesAreWhole(tokens);
}

/** @throws where nobody would see a character of the text */
export function seenThroughout(text: string): void {
  for (const line of text.split("\n"))
    replaceUnseen(line, (character) => {
      throw new Error(`U+${character.codePointAt(0)!.toString(16)} in ${JSON.stringify(line)}`);
    });
}

export function codeOf(source: string): Token[] {
  return tokensOf(source).filter(({ kind }) => kind !== "doc" && kind !== "comment");
}

/** A comma before a closing bracket only says that the line was too long. */
export function shape(tokens: readonly Token[]): string[] {
  return tokens
    .filter(({ text }, index, all) => text !== "," || !/^[)\]}]$/.test(all[index + 1]?.text ?? ""))
    .map(({ kind, text }) => (kind === "name" || kind === "string" ? kind : text));
}

function same(found: readonly string[], wanted: readonly string[]): void {
  const at = found.findIndex((each, index) => each !== wanted[index]);
  if (at === -1 && found.length === wanted.length) return;
  const from = Math.max(0, (at === -1 ? Math.min(found.length, wanted.length) : at) - 5);
  const shown = (list: readonly string[]) => list.slice(from, from + 12).join(" ");
  throw new Error(`another program: \`${shown(found)}\`, not \`${shown(wanted)}\``);
}

/** Names in the order of the text. An operand of asm! may be called like a variable of the template's own. */
function namesOf(tokens: readonly Token[]): string[] {
  return tokens.flatMap(({ kind, text }, index) => {
    if (kind !== "name") return [];
    const [next, then] = [tokens[index + 1]?.text, tokens[index + 2]?.text ?? ""];
    return next === "=" && ["in", "out", "inout", "const"].includes(then) ? [`operand:${text}`] : [text];
  });
}

/** Each name is one other name throughout, and no two are the same one. */
function renamedOnly(before: readonly string[], after: readonly string[]): void {
  if (after.length !== before.length) throw new Error(`${after.length} names, not ${before.length}`);
  const renamed = new Map<string, string>();
  const origins = new Map<string, string>();
  for (const [index, name] of before.entries()) {
    const other = after[index]!;
    if ((renamed.get(name) ?? other) !== other || (origins.get(other) ?? name) !== name)
      throw new Error(`${name} is ${other}; ${renamed.get(name)} and ${origins.get(other)} before`);
    renamed.set(name, other);
    origins.set(other, name);
  }
}

/** Neither link, HTML nor code that rustdoc would run. */
export function isPlainMarkdown(line: string): void {
  const live = line
    .replaceAll(/\[`\w+`\](\([\w:]+\))?/g, "")
    .replace(/\\[!-/:-@[-`{-~]/g, "x")
    .replace(/^(\/\/[/!]) (?:- |\d+\. |# Safety$)?/, "$1 ");
  if (/[[\]<\\]|```|~~~|^\/\/[/!] (?:[#>|~=+*:-]|\d+[.)](?: |$)| {6}|\t)/.test(live))
    throw new Error(`more than plain text in Markdown: ${line}`);
}

/** Every string of asm! is one instruction, or one that the assembler refuses; its holes are operands of the block. */
export function templatesAreWhole(tokens: readonly Token[]): void {
  for (const [start, { text }] of tokens.entries()) {
    if (text === "asm" && tokens[start + 1]?.text === "!") {
      const body = tokens.slice(start + 3);
      const block = body.slice(
        0,
        body.findIndex(({ text }) => text === ";"),
      );
      const operands = block.flatMap(({ kind, text }, index) =>
        block[index + 1]?.text === "=" && (kind === "name" || kind === "keyword") ? [text] : [],
      );
      for (const { text } of block.filter(({ kind }) => kind === "string")) isWholeTemplate(text, operands);
    }
    const format = tokens[start + 3];
    if ((text === "panic" || text === "unimplemented") && tokens[start + 1]?.text === "!" && format?.kind === "string")
      haveAll(holesOf(format.text), ["chip", "who", "what", "name", "address:#x"], format.text);
  }
}

function isWholeTemplate(text: string, operands: readonly string[]): void {
  haveAll(
    holesOf(text).map((hole) => hole.replace(/:[a-z]$/, "")),
    operands,
    text,
  );
  const whole =
    /^(?:\/\* \{buffer\} \*\/|\.error "[^"\n]*"|\d+:|\.(?:option|arch_extension|word) [\w.,+? ]+|(?:memw; )?[a-z][a-z0-9.]*(?: [\w .,+\-#%![\](){}:]*)?)$/i;
  if (!whole.test(text)) throw new Error(`not one instruction: ${JSON.stringify(text)}`);
}

function haveAll(holes: readonly string[], known: readonly string[], text: string): void {
  const unknown = holes.find((hole) => !known.includes(hole));
  if (unknown !== undefined) throw new Error(`{${unknown}} is no operand of ${JSON.stringify(text)}`);
}

/** @throws where braces are not paired as format strings pair them */
function holesOf(text: string): string[] {
  const holes = [...text.matchAll(/\{\{|\}\}|\{([^{}]*)\}|[{}]/g)];
  if (holes.some(([whole]) => whole === "{" || whole === "}")) throw new Error(`not a format: ${text}`);
  return holes.flatMap(([, hole]) => (hole === undefined ? [] : [hole]));
}
