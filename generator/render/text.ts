// Wrapping prose into comment lines.
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

/** Wrapped lines behind a comment marker, `marker` included in the width. */
export function comment(text: string, marker: string, width: number): string[] {
  return wrap(text, width - marker.length - 1).map((line) => `${marker} ${line}`);
}

/** A Markdown list item: `- ` before the first line, two spaces before the others. */
export function listItem(text: string, marker: string, width: number): string[] {
  return wrap(text, width - marker.length - 3).map((line, index) => `${marker} ${index === 0 ? "-" : " "} ${line}`);
}
