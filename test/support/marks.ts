// Marks in the comments of a fixture: `#   ^ code` says that the line above has that problem in the column of the
// caret, and `#< code` in its first column. More marks may follow below each other for the same line.

export interface Mark {
  readonly code: string;
  readonly line: number;
  readonly column: number;
}

export function marksOf(text: string): Mark[] {
  let marked = 0;
  return text.split("\n").flatMap((line, index) => {
    const mark = /^#(?:(?<first><)| *(?<caret>\^)) (?<code>[a-z]+\/[a-z-]+)$/.exec(line);
    if (!mark) {
      marked = index + 1;
      return [];
    }
    return [{ code: mark.groups!["code"]!, line: marked, column: mark.groups!["first"] ? 1 : line.indexOf("^") + 1 }];
  });
}

/** The order in which diagnostics of one file are reported. */
export function byPlace(a: Mark, b: Mark): number {
  return a.line - b.line || a.column - b.column || (a.code < b.code ? -1 : 1);
}
