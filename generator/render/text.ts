// Prose in lines. Nothing here knows a language: what may stand in a line is decided by the encoders.
import { visible } from "../diagnostics/characters.ts";

/** The text in one line: white space becomes spaces, and everything else in it can be seen. */
export function oneLine(text: string): string {
  return visible(text.replace(/\s/g, " "));
}

/** The text in lines of at most `width` characters; a longer word stands alone. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/).filter(Boolean)) {
    if (line && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line ? `${line} ${word}` : word;
  }
  if (line) lines.push(line);
  return lines;
}
