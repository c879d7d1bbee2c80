// What git leaves in a text where it could not merge two versions: both of them, between lines that begin with a mark.

export interface Conflict {
  /** Offsets of the text: where the first line of it begins, and where the last one ends. */
  readonly start: number;
  readonly end: number;
  /** What git calls the two versions, such as `HEAD` and a branch; undefined for a mark that is left of a conflict somebody resolved in part. */
  readonly between: readonly [ours: string, theirs: string] | undefined;
}

interface Line {
  readonly start: number;
  readonly text: string;
  readonly mark: Mark | undefined;
}

type Mark = "ours" | "base" | "theirs" | "end";

const marks: Readonly<Record<string, Mark>> = { "<": "ours", "|": "base", "=": "theirs", ">": "end" };
const line = /^(?:([<|>])\1{6}(?: .*)?|(=)={6})\r?$/;
const anyMark = /^(?:<{7}|\|{7}|>{7})(?:[ \r]|$)/m;

/** In the order of the text. A line of seven equals signs alone is none: a text may well have one. */
export function conflictsIn(text: string): Conflict[] {
  if (!anyMark.test(text)) return [];
  const marked = linesOf(text).filter(({ mark }) => mark !== undefined);
  const conflicts: Conflict[] = [];
  for (let at = 0; at < marked.length; ) {
    const length = lengthOfConflict(marked.slice(at, at + 4).map(({ mark }) => mark));
    const [first, last] = [marked[at]!, marked[at + length - 1]!];
    if (length > 1 || first.mark !== "theirs")
      conflicts.push({
        start: first.start,
        end: last.start + last.text.length,
        between: length > 1 ? [labelOf(first), labelOf(last)] : undefined,
      });
    at += length;
  }
  return conflicts;
}

/** The text with both versions of what git could not merge, one after the other, and without the version before both and the marks. */
export function bothVersions(text: string): string {
  if (!anyMark.test(text)) return text;
  let isBase = false;
  const kept = linesOf(text).filter(({ mark }) => {
    if (mark !== undefined) isBase = mark === "base";
    return mark === undefined && !isBase;
  });
  return kept.map((each) => each.text).join("\n");
}

/** How many of the marks are those of one conflict; 1 for a mark that begins none. */
function lengthOfConflict(found: readonly (Mark | undefined)[]): number {
  const names = found.join(" ");
  if (names.startsWith("ours theirs end")) return 3;
  return names === "ours base theirs end" ? 4 : 1;
}

function linesOf(text: string): Line[] {
  let start = 0;
  return text.split("\n").map((each) => {
    const [, mark, equals] = line.exec(each) ?? [];
    const found = { start, text: each, mark: marks[mark ?? equals ?? ""] };
    start += each.length + 1;
    return found;
  });
}

function labelOf({ text }: Line): string {
  return text.slice(7).trim();
}
