import { visibleLines } from "./characters.ts";
import type { Paint } from "./format.ts";

/** A line of a unified diff, as `git diff` colours it. What a file holds is encoded first, so that no colour is a file's own. */
export function paintedDiffLine(line: string, paint: Paint): string {
  const text = visibleLines(line);
  if (/^(---|\+\+\+) /.test(line)) return paint("bold", text);
  if (line.startsWith("@@")) return paint("cyan", text);
  if (line.startsWith("+")) return paint("green", text);
  return line.startsWith("-") ? paint("red", text) : text;
}
