// Parts of a description as YAML, in the style in which those that come with fencegen are written.
import { isMap, isScalar, isSeq } from "yaml";
import { behind, type Doc, keyOf } from "./edits.ts";

export const columns = 120;

/** A text, plain where YAML and its readers take it for nothing else, else in quotes. */
export function scalar(text: string, inFlow: boolean): string {
  const isPlain =
    text !== "" &&
    !/^[\s\-?:,[\]{}#&*!|>'"%@`]|^-{3}|[\n\t]|: |:$| #|\s$/.test(text) &&
    !/^(true|false|null|~|yes|no|on|off|[-+.]?\d[\d_.eE+-]*|0x[\dA-Fa-f_]+)$/i.test(text) &&
    !(inFlow && /[,[\]{}]/.test(text));
  return isPlain ? text : JSON.stringify(text);
}

/**
 * A value on one line: numbers and texts as they were written.
 * @param renamed what a text is called from now on
 */
export function flow(
  node: unknown,
  doc: Doc,
  written: string,
  inFlow = true,
  renamed: (text: string) => string = (text) => text,
): string {
  const value = behind(node, doc);
  const inner = (each: unknown) => flow(each, doc, written, true, renamed);
  if (isSeq(value)) return `[${value.items.map(inner).join(", ")}]`;
  if (isMap(value)) {
    const pairs = value.items.map((pair) => `${scalar(renamed(keyOf(pair)), true)}: ${inner(pair.value)}`);
    return pairs.length === 0 ? "{}" : `{ ${pairs.join(", ")} }`;
  }
  if (!isScalar(value)) return "";
  const source = value.range ? written.slice(value.range[0], value.range[1]).trim() : "";
  // A number stays as it is grouped, and in quotes what would be one without.
  if (value.type === "PLAIN" && !/[\s,[\]{}:#]/.test(source)) return source;
  if (/^"[\d.]+"$/.test(source)) return source;
  return scalar(renamed(String(value.value)), inFlow);
}

/** A text as one line, or folded into several. */
export function proseLines(head: string, text: string, margin: string): string[] {
  const line = `${head} ${scalar(text, false)}`;
  // Folding would make one blank of several, and of the end of a line.
  if (line.length <= columns || !/^\S+( \S+)*$/.test(text)) return [line];
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && `${margin}${last} ${word}`.length <= columns) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return [`${head} >-`, ...lines.map((each) => `${margin}${each}`)];
}

/** Citations on one line if they fit, else one on each. */
export function citationLines(key: string, citations: readonly string[], margin: string): string[] {
  const [only] = citations;
  if (citations.length === 1) return [`${margin}${key}: ${scalar(only!, false)}`];
  const line = `${margin}${key}: [${citations.map((text) => scalar(text, true)).join(", ")}]`;
  if (line.length <= columns) return [line];
  return [`${margin}${key}:`, ...citations.map((text) => `${margin}  - ${scalar(text, false)}`)];
}

export function commentLines(comments: readonly string[], margin: string): string[] {
  return comments.map((comment) => `${margin}#${comment}`);
}
