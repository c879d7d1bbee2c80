// How any text whatsoever becomes TypeScript: in comments, in strings, as a name. The lexer's rules are those of ECMA-262
// (Comments, String Literals, Line Terminators); what else reads comments is TypeScript's compiler and bundlers.
import { visibleJson } from "../../diagnostics/characters.ts";
import { type Code, encoded, tag } from "../code.ts";
import { asciiName } from "../names.ts";
import { oneLine, wrap } from "../text.ts";

export const typescript = tag<"typescript">();

/** A comment of one line, as the text spells it. */
export function commentLine(text: string): Code<"typescript"> {
  return encoded(`// ${commentText(text)}`);
}

/** A comment in lines. @param width with the marker */
export function comment(text: string, width: number): Code<"typescript">[] {
  return wrap(commentText(text), width - 3).map((line) => encoded(`// ${line}`));
}

/** Lines within a documentation comment. @param width with the marker */
export function doc(text: string, width: number): Code<"typescript">[] {
  return wrap(docText(text), width - 3).map((line) => encoded(` * ${line}`));
}

/** An item of a list within a documentation comment. */
export function docItem(text: string, width: number): Code<"typescript">[] {
  return wrap(docText(text), width - 5).map((line, index) => encoded(` * ${index === 0 ? "-" : " "} ${line}`));
}

/** No `@ts-expect-error`, which would silence the type checker, and no `@__PURE__`, for which a bundler drops the call that follows. */
function commentText(text: string): string {
  return oneLine(text).replace(/([@#])(?=ts-|__)/g, "$1 ");
}

/** Neither an end of the comment nor a tag, such as one that calls a class deprecated. */
function docText(text: string): string {
  return commentText(text)
    .replaceAll("*/", "* /")
    .replace(/(?<=^|[\s{*])@/g, "\\@");
}

/** A string literal with the same text. */
export function stringLiteral(text: string): Code<"typescript"> {
  return encoded(visibleJson(JSON.stringify(text)));
}

/** A property of an object literal. `__proto__` would name its prototype instead, quoted or not. */
export function property(name: string): Code<"typescript"> {
  if (name === "__proto__") return typescript`["__proto__"]`;
  return /^[A-Za-z_$][A-Za-z0-9_$]*$/.test(name) ? encoded(name) : stringLiteral(name);
}

/** ECMA-262, Keywords and Reserved Words, with those of strict mode and modules, and what only a fool would shadow. */
const reserved = new Set(
  `arguments await break case catch class const continue debugger default delete do else enum eval export extends false
  finally for function if implements import in instanceof interface let new null package private protected public return
  static super switch this throw true try typeof undefined var void while with yield`.split(/\s+/),
);

/** A name. A text that is one stays the same. */
export function identifier(text: string): Code<"typescript"> {
  const name = asciiName(text);
  return encoded(reserved.has(name) ? `${name}_` : name);
}
