// How rustfmt breaks what does not fit into a line.
import { type Code, join } from "../code.ts";
import { rust } from "./encode.ts";

/** rustfmt's width. */
export const width = 100;

export type Lines = readonly Code<"rust">[];

/** Arguments or a tuple; what a macro takes has no comma at its end. */
export function call(
  open: Code<"rust">,
  items: Lines,
  close: Code<"rust">,
  of: "function" | "macro" = "function",
): Lines {
  const joined = join(items, rust`, `);
  if (joined.length <= 60) return [rust`${open}${joined}${close}`];
  const isLast = (at: number) => of === "macro" && at === items.length - 1;
  return [open, ...items.map((item, at) => rust`    ${item}${isLast(at) ? rust`` : rust`,`}`), close];
}

/** A value behind what it is assigned to. @param available for a line */
export function assigned(left: Code<"rust">, value: Lines, available = width): Lines {
  const [first, ...others] = value;
  const line = rust`${left} ${first!}`;
  if (line.length <= available) return [line, ...others];
  return [left, ...value.map((each) => rust`    ${each}`)];
}

/** The one statement of a method. */
export function statement(called: Code<"rust">, text: Code<"rust">, end: Code<"rust"> = rust``): Lines {
  const line = rust`${called}(${text})${end}`;
  return line.length <= width - 8 ? [line] : [rust`${called}(`, rust`    ${text},`, rust`)${end}`];
}

/** Items with what stands behind each but the last, and behind that. */
export function separated(items: Lines, separator: Code<"rust">, end: Code<"rust"> = rust``): Lines {
  return items.map((item, at) => rust`${item}${at === items.length - 1 ? end : separator}`);
}

/** As many parts in each line as fit, with spaces between them. */
export function filled(parts: Lines, available: number): Lines {
  const lines: Code<"rust">[] = [];
  for (const part of parts) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + part.length <= available)
      lines[lines.length - 1] = rust`${line} ${part}`;
    else lines.push(part);
  }
  return lines;
}

/** As rustfmt sorts them: paths that begin with `crate` or `super` come first. */
export function sortedUses(uses: Lines): Lines {
  const key = (line: string) => (/^use (crate|self|super)::/.test(line) ? ` ${line}` : line);
  return [...uses].sort((one, other) => (key(one) < key(other) ? -1 : 1));
}
