// Text as wide as the terminal. What is prose is broken between words; what is data, code or an excerpt is not given to it.

// biome-ignore lint/suspicious/noControlCharactersInRegex: the introducer of a colour
const colour = /\u001b\[\d+m/g;
/** What a line begins with, under whose text the rest of it stands: `- `, `12. `, `[3] `, `why: `. */
const lead = /^ *(?:[-#] +|\d+\. +|\[\d+\] +|[a-z]+: +(?=\S))?/;

/** How many columns a text takes, without its colours. */
export function widthOf(text: string): number {
  return [...text.replace(colour, "")].length;
}

/**
 * Breaks lines that are longer, between words. A word that is longer itself is left whole, as a path or an address is of no use in two.
 * @param columns undefined where nobody reads on a terminal: the text stays as it is
 * @param hang by how much the rest of a line is indented; left out, up to the text behind its bullet or number
 */
export function wrapped(text: string, columns: number | undefined, hang?: number): string {
  if (columns === undefined) return text;
  return text
    .split("\n")
    .flatMap((line) => (widthOf(line) <= columns ? [line] : wrappedLine(line, columns, hang)))
    .join("\n");
}

/** The same of one line, as lines. */
export function wrappedLine(line: string, columns: number, hang?: number): string[] {
  const plain = line.replace(colour, "");
  const [begin] = lead.exec(plain) as unknown as [string];
  // A word before a colon is a lead only where the line is indented, as under a problem; else it is the sentence's first word.
  const ofLead = /[a-z]: +$/.test(begin) && !begin.startsWith(" ") ? 0 : begin.length;
  const margin = " ".repeat(Math.min(hang ?? ofLead, Math.floor(columns / 2)));
  const indent = /^ */.exec(plain)![0];
  const parts = line.slice(indent.length).split(/( +)/);
  const lines: string[] = [];
  let current = indent + parts[0]!;
  for (let at = 2; at < parts.length; at += 2) {
    const longer = current + parts[at - 1]! + parts[at]!;
    // A bullet alone is no line.
    if (widthOf(longer) > columns && widthOf(current) >= ofLead) {
      lines.push(current);
      current = margin + parts[at]!;
    } else current = longer;
  }
  return [...lines, current];
}
