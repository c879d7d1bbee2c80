// Characters that nobody sees, or that a compiler or a terminal takes for something else than text. Every encoder asks here.

/**
 * Controls, line and paragraph separators, what joins or reorders text, lone surrogates, what no font shows, and every
 * space but U+0020. Letters of any script are none of them.
 */
export const unseen =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u2800]|(?! )\p{Zs}/gu;

/** Most texts are ASCII, which is quicker to see than to replace nothing in. */
const harmless = /^[ -~]*$/;
const harmlessLines = /^[\n\t -~]*$/;

/** The text with each unseen character in the form that `spelling` gives it. */
export function replaceUnseen(text: string, spelling: (character: string) => string): string {
  return harmless.test(text) ? text : text.replace(unseen, spelling);
}

/** The text in one line that shows all that is in it: `<U+202E>` stands for what nobody would see. */
export function visible(text: string): string {
  return replaceUnseen(text, (character) => `<U+${hexDigits(character.codePointAt(0)!).padStart(4, "0")}>`);
}

/** Text of several lines as a terminal may have it. @param painted what colours it, left as it is; none where left out */
export function visibleLines(text: string, painted = /(?!)/g): string {
  const colours = [...text.matchAll(painted)].map(([each]) => each);
  return text
    .split(painted)
    .map((part, index) => eachLine(part, visible) + (colours[index] ?? ""))
    .join("");
}

/** A JSON text with `\u202e` for what nobody would see; the value stays the same. Its line breaks and tabs stand between values. */
export function visibleJson(json: string): string {
  return eachLine(json, (part) => replaceUnseen(part, jsonEscapes));
}

/** The text with all between its line breaks and tabs changed. */
function eachLine(text: string, change: (part: string) => string): string {
  return harmlessLines.test(text) ? text : text.replace(/[^\n\t]+/g, change);
}

function jsonEscapes(character: string): string {
  return Array.from({ length: character.length }, (_, index) => {
    const unit = hexDigits(character.charCodeAt(index)).toLowerCase();
    return `\\u${unit.padStart(4, "0")}`;
  }).join("");
}

function hexDigits(value: number): string {
  return value.toString(16).toUpperCase();
}
