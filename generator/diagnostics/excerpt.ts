import type { Range } from "./diagnostic.ts";

/** How much of a line is shown around a place in it. */
const excerptLength = 240;
const excerptBefore = 80;

/** What is shown of a line, and the column in which that begins, where it is not the line's first. */
export interface Excerpt {
  readonly excerpt: string;
  readonly excerptColumn?: number;
}

/** A place in a text with its line or, of a long one, what of it stands around the place. */
export interface Place extends Excerpt {
  readonly range: Range;
}

/** @param at index into the line, in units of UTF-16 */
export function excerptAround(line: string, at: number): Excerpt {
  if (line.length <= excerptLength) return { excerpt: line };
  let from = Math.max(0, Math.min(at - excerptBefore, line.length - excerptLength));
  let to = Math.min(line.length, from + excerptLength);
  // Never half of a character beyond U+FFFF.
  if (from > 0 && isLowSurrogate(line, from)) from += 1;
  if (to < line.length && isLowSurrogate(line, to)) to -= 1;
  return { excerpt: line.slice(from, to), ...(from > 0 && { excerptColumn: from + 1 }) };
}

function isLowSurrogate(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff;
}
