// How any text whatsoever becomes Rust: in comments, in documentation, in strings, as a name. The lexer's rules are those
// of the Rust reference (Comments, String literals, Keywords), documentation is CommonMark as rustdoc reads it.
import { replaceUnseen } from "../../diagnostics/characters.ts";
import { rustKeywords } from "../../notation/names.ts";
import { type Code, encoded, tag } from "../code.ts";
import { asciiName } from "../names.ts";
import { oneLine, wrap } from "../text.ts";

export const rust = tag<"rust">();
/** Prose with Markdown of our own. */
export const rustdoc = tag<"rustdoc">();

/** A comment of one line, as the text spells it. */
export function commentLine(text: string): Code<"rust"> {
  return encoded(`// ${oneLine(text)}`);
}

/** A comment in lines. @param width with the marker */
export function comment(text: string, width: number): Code<"rust">[] {
  return wrap(oneLine(text), width - 3).map((line) => encoded(`// ${line}`));
}

/** An item of a list in a comment. @param bullet a number with its point */
export function commentItem(text: string, bullet: string, width: number): Code<"rust">[] {
  const space = " ".repeat(bullet.length);
  return wrap(oneLine(text), width - 4 - bullet.length).map((line, index) =>
    encoded(`// ${index === 0 ? bullet : space} ${line}`),
  );
}

type DocMarker = "///" | "//!";

/** Documentation in lines. @param width with the marker */
export function doc(text: Code<"rustdoc">, marker: DocMarker, width: number): Code<"rust">[] {
  return wrap(text, width - marker.length - 1).map((line) => encoded(`${marker} ${notABlock(line)}`));
}

/** An item of a list in documentation. @param bullet `-` or a number with its point */
export function docItem(text: Code<"rustdoc">, bullet: string, marker: DocMarker, width: number): Code<"rust">[] {
  const space = " ".repeat(bullet.length);
  return wrap(text, width - marker.length - bullet.length - 2).map((line, index) =>
    encoded(`${marker} ${index === 0 ? bullet : space} ${notABlock(line)}`),
  );
}

/**
 * Text that stays text in Markdown: no link, no HTML, and above all no fenced code, which rustdoc would run as a test.
 * Spans of code within a line are left, because nothing is live in them.
 */
export function docText(text: string): Code<"rustdoc"> {
  return encoded(oneLine(text).replace(/[\\[\]<]|`{3,}|~{3,}/g, (special) => special.replace(/./g, "\\$&")));
}

/** A line that begins no heading, list, quotation, table or rule. */
function notABlock(line: string): string {
  return line.replace(/^(\d{1,9})(?=[.)]( |$))/, "$1\\").replace(/^(?=[#>|~=+*:-])/, "\\");
}

/** A string literal with the same text, but for lone surrogates, which no string of Rust holds. */
export function stringLiteral(text: string): Code<"rust"> {
  return encoded(`"${stringContent(text)}"`);
}

/** A literal for the formatting macros: what stands in the source is their syntax, what fills it is text. */
export function formatLiteral(texts: TemplateStringsArray, ...holes: readonly string[]): Code<"rust"> {
  const contents = texts.map((text, index) => `${index === 0 ? "" : formatContent(holes[index - 1]!)}${text}`);
  return encoded(`"${contents.join("")}"`);
}

function formatContent(text: string): string {
  // Braces first: those of `\u{…}` are of the literal's syntax and no concern of the macro.
  return stringContent(text.replace(/[{}]/g, "$&$&"));
}

const shortEscapes: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function stringContent(text: string): string {
  return replaceUnseen(text.replace(/["\\]/g, "\\$&"), (character) => {
    const point = character.codePointAt(0)!;
    const isLoneSurrogate = point >= 0xd800 && point <= 0xdfff;
    return shortEscapes[character] ?? `\\u{${(isLoneSurrogate ? 0xfffd : point).toString(16)}}`;
  });
}

/** A name. A text that is one stays the same. */
export function identifier(text: string): Code<"rust" | "assembler"> {
  const name = asciiName(text);
  return encoded(isKeyword(name) ? `${name}_` : name);
}

export function isKeyword(name: string): boolean {
  return rustKeywords.has(name);
}

/** A path such as `kernel::platform::dma_fence::DmaFence`. */
export function path(text: string): Code<"rust"> {
  const segments = text.split("::");
  const starts = ["", "crate", "self", "super"];
  return encoded(segments.map((each) => (starts.includes(each) ? each : identifier(each))).join("::"));
}
