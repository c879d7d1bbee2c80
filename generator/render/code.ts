// Text that has been encoded for where it is printed. Templates and views take nothing else, so that a text from a
// description which nobody encoded does not compile. It is made by a tag, whose holes take code and numbers, or by an
// encoder: `rust/encode.ts`, `rust/assembler.ts`, `typescript/encode.ts`, `toml.ts`, `markdown.ts`, `html.ts`, `names.ts` for paths.
import { groupHex } from "../notation/quantity.ts";

export type Language = "rust" | "assembler" | "rustdoc" | "typescript" | "toml" | "markdown" | "html";

declare const language: unique symbol;

/** A string at run time. Code of two languages is what both read alike, such as a name. */
export type Code<L extends Language> = string & { readonly [language]: (of: L) => void };

/** What a template is filled with: code, in lists and under names. */
export type View<L extends Language> = Code<L> | readonly View<L>[] | { readonly [name: string]: View<L> };

/** What a tag's hole takes. */
export type Hole<L extends Language> = Code<L> | number;

/** A tag for code of a language. What stands in the source of fencegen is code already, in ASCII: the bundler cannot escape it. */
export function tag<L extends Language>() {
  return (texts: TemplateStringsArray, ...holes: readonly Hole<L>[]): Code<L> =>
    encoded(texts.map((text, index) => (index === 0 ? text : `${holes[index - 1]}${text}`)).join(""));
}

/** Says that a text is encoded. Only for encoders; a test holds that. */
export function encoded<L extends Language>(text: string): Code<L> {
  return text as Code<L>;
}

export function join<L extends Language>(parts: readonly Code<L>[], separator: Code<L>): Code<L> {
  return encoded(parts.join(separator));
}

export function indented<L extends Language>(lines: readonly Code<L>[], columns: number): Code<L>[] {
  return lines.map((line) => encoded(" ".repeat(columns) + line));
}

/** `0x2400_abcd`, a number in every language here. */
export function hex(value: bigint): Code<Language> {
  return encoded(`0x${groupHex(value)}`);
}

/** `0x2400_ABCD`. */
export function hexInCapitals(value: bigint): Code<Language> {
  return encoded(`0x${groupHex(value).toUpperCase()}`);
}

/** `16`. */
export function decimal(value: bigint | number): Code<Language> {
  return encoded(String(value));
}

/** `2400abcd`, as a part of a name. */
export function hexDigits(value: bigint): Code<Language> {
  return encoded(value.toString(16));
}
