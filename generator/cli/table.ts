// Columns and counts for the terminal.
import { visible } from "../diagnostics/characters.ts";

const gap = "  ";
/** A column that is narrower breaks most of its words. */
const leastWidth = 8;

/**
 * Rows of cells as lines, each column as wide as its widest cell.
 * @param rows the first has the names of the columns
 * @param columns of the terminal: what does not fit loses columns in which nothing stands, then takes several lines where it is widest
 */
export function table(rows: readonly (readonly string[])[], columns?: number): string[] {
  const shown = rows.map((cells) => cells.map((cell) => visible(cell)));
  const natural = widthsOf(shown);
  if (columns === undefined || total(natural) <= columns) return shown.map((cells) => lineOf(cells, natural));
  const [, ...body] = shown;
  const says = natural.map((_, at) => at === 0 || body.some((cells) => !["", "-"].includes(cells[at]!)));
  const kept = shown.map((cells) => cells.filter((_, at) => says[at]));
  const widths = shrunk(widthsOf(kept), columns);
  return kept.flatMap((cells) => {
    const parts = cells.map((cell, at) => broken(cell, widths[at]!));
    const height = Math.max(...parts.map(({ length }) => length));
    return Array.from({ length: height }, (_, line) =>
      lineOf(
        parts.map((part) => part[line] ?? ""),
        widths,
      ),
    );
  });
}

function widthsOf(rows: readonly (readonly string[])[]): number[] {
  return rows[0]!.map((_, column) => Math.max(...rows.map((cells) => cells[column]!.length)));
}

function total(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, 0) + gap.length * (widths.length - 1);
}

/** Takes from the widest until all fit. The first names the row, and stays. */
function shrunk(widths: readonly number[], columns: number): number[] {
  const result = [...widths];
  while (total(result) > columns) {
    const widest = Math.max(...result.slice(1));
    if (widest <= leastWidth) break;
    result[result.lastIndexOf(widest)] = widest - 1;
  }
  return result;
}

/** At a blank; within a word that is longer than the column behind a hyphen, and where there is none anywhere. */
function broken(cell: string, width: number): string[] {
  const lines: string[] = [];
  let current = "";
  for (const part of cell.split(/(?<= )/).flatMap((word) => pieces(word, width))) {
    if (current !== "" && (current + part).trimEnd().length > width) {
      lines.push(current.trimEnd());
      current = "";
    }
    current += part;
  }
  return [...lines, current.trimEnd()];
}

function pieces(word: string, width: number): string[] {
  if (word.trimEnd().length <= width) return [word];
  return word.split(/(?<=-)/).flatMap((part) => part.match(new RegExp(`.{1,${width}}`, "g")) ?? []);
}

function lineOf(cells: readonly string[], widths: readonly number[]): string {
  return cells
    .map((cell, column) => cell.padEnd(widths[column]!))
    .join(gap)
    .trimEnd();
}

/** `1 fence`, `2 fences`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
